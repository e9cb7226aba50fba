"""Who gets a place for a query, who waits, and who gives way."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kg.errors import KgError, StoreUnavailable
from kg.settings import Settings
from kg.store.places import Asker, Place, Places
from kg.store.sandbox import QueryPool
from kg.store.worker import POLITENESS

from .conftest import ENDLESS, JSON
from .test_sandbox import children, until

LIMITS = Settings(query_deadline_s=5, query_waiting=4, query_wait_s=1, query_short_s=0.1)
MINUTE = 60.0


@contextmanager
def held(places: Places, *askers: Asker) -> Iterator[list[Place]]:
    """Places that endless queries hold until they are cut."""
    with ExitStack() as stack:
        found = []
        for asker in askers:
            place = stack.enter_context(places.taken(asker, time.monotonic() + MINUTE))
            stack.enter_context(places.cuttable(place, lambda: None))
            found.append(place)
        yield found


def attempt(places: Places, asker: Asker, done: Callable[[str], None]) -> threading.Thread:
    """Ask for a place from another thread; `done` hears `got` or the code of the error."""

    def ask() -> None:
        try:
            with places.taken(asker, time.monotonic() + MINUTE):
                done("got")
        except StoreUnavailable as error:
            done(error.facts["limit"])

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_a_client_that_used_a_whole_deadline_never_gets_the_last_place() -> None:
    places = Places(LIMITS, 2)
    with held(places, Asker("a", 20)):
        with pytest.raises(StoreUnavailable) as refused, places.taken(Asker("b", 30), time.monotonic() + MINUTE):
            pass
        assert refused.value.facts == {"limit": "query_wait_s", "value": "1", "unit": "s", "wait": "5"}
        with places.taken(Asker("c", 1), time.monotonic() + MINUTE) as place:
            assert place.began is not None


def test_where_there_is_one_place_everybody_may_have_it() -> None:
    with Places(LIMITS, 1).taken(Asker("a", 50), time.monotonic() + MINUTE):
        pass


def test_the_query_of_the_client_that_used_most_gives_way_to_one_that_used_less() -> None:
    places, heard = Places(LIMITS, 2), []
    with held(places, Asker("a", 4), Asker("b", 3)) as (costly, other):
        thread = attempt(places, Asker("c", 0), heard.append)
        assert until(lambda: costly.is_cut)
        time.sleep(0.2)
        assert not other.is_cut  # one place is enough
    thread.join()
    assert heard == ["got"]


def test_nothing_gives_way_to_a_client_that_used_much_and_more_or_to_the_same_one() -> None:
    for used, asker in ((1, Asker("a", 0)), (9, Asker("c", 20))):
        places, heard = Places(LIMITS, 1), []
        with held(places, Asker("a", used)) as (only,):
            attempt(places, asker, heard.append).join()
            assert not only.is_cut
        assert heard == ["query_wait_s"]


def test_of_those_who_wait_the_one_that_used_least_comes_first() -> None:
    places, order = Places(LIMITS, 1), []
    with places.taken(Asker("x"), time.monotonic() + MINUTE):
        threads = [
            attempt(places, Asker(name, used), lambda _said, name=name: order.append(name)) for name, used in (("b", 3), ("a", 1), ("c", 4))
        ]  # type: ignore[misc]
        assert until(lambda: len(places._waiting) == 3)
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c"]


def test_where_no_more_may_wait_one_that_used_much_gives_its_turn_to_one_that_did_not() -> None:
    places, heavy, light = Places(LIMITS, 1), [], []
    with held(places, Asker("x", 99)):
        threads = [attempt(places, Asker(f"h{n}", 100 + n), heavy.append) for n in range(3)]
        assert until(lambda: len(places._waiting) == 3)
        with pytest.raises(StoreUnavailable) as refused, places.taken(Asker("h9", 104), time.monotonic() + MINUTE):
            pass
        assert refused.value.facts["limit"] == "query_waiting"
        threads.append(attempt(places, Asker("citizen"), light.append))
        assert until(lambda: heavy == ["query_waiting"])
    for thread in threads:
        thread.join()
    assert light == ["got"]


def test_a_client_that_sends_many_at_once_fills_the_places_for_nobody_else() -> None:
    places, burst, light = Places(LIMITS, 2), [], []
    one = Asker("many")
    with held(places, one, one):
        threads = [attempt(places, one, burst.append) for _ in range(2)]
        assert until(lambda: len(places._waiting) == 2)
        with pytest.raises(StoreUnavailable) as refused, places.taken(one, time.monotonic() + MINUTE):
            pass
        assert refused.value.facts["limit"] == "query_waiting"
        threads.append(attempt(places, Asker("citizen"), light.append))
        assert until(lambda: burst == ["query_waiting"])  # the last of the many gave its turn away
        assert until(lambda: light == ["got"])
    for thread in threads:
        thread.join()
    assert (places._running, places._waiting) == ([], [])


def test_a_client_that_has_a_place_takes_none_from_one_that_has_no_more() -> None:
    places, heard = Places(LIMITS, 2), []
    with held(places, Asker("a"), Asker("b", 3)) as (_, other):
        attempt(places, Asker("a"), heard.append).join()
        assert heard == ["query_wait_s"]
        assert not other.is_cut


def test_those_who_used_little_never_wait_behind_those_who_used_much() -> None:
    places = Places(LIMITS, 2)
    light, heavy = Place(Asker("a", 4.9), arrived=2, promised_s=3), Place(Asker("b", 5), arrived=1)
    assert min((heavy, light), key=places._turn) is light


def test_a_short_query_whose_process_had_to_be_started_first_is_not_taken_for_a_long_one() -> None:
    places = Places(LIMITS, 1)
    with places.taken(Asker("a"), time.monotonic() + MINUTE) as place:
        place.began = time.monotonic() - MINUTE  # for so long the process has been starting
        with places.cuttable(place, lambda: None):
            assert place.ran(time.monotonic()) < MINUTE / 2


def test_an_endless_query_is_cut_for_a_short_one_and_its_client_is_told_why(large_store: Path) -> None:
    ended: dict[str, KgError] = {}

    def ask(name: str, used: float) -> None:
        with pytest.raises(KgError) as caught:
            pool.query(ENDLESS, JSON, asker=Asker(name, used))
        ended[name] = caught.value

    with QueryPool(large_store, Settings(query_deadline_s=6, query_workers=2)) as pool:
        threads = [threading.Thread(target=ask, args=one) for one in (("much", 80.0), ("some", 2.0))]
        for thread in threads:
            thread.start()
        assert until(lambda: len(pool._places._running) == 2 and all(one.cut for one in pool._places._running))
        assert pool.query("ASK {}", JSON, asker=Asker("citizen")).kind == "boolean"
        threads[0].join()
        assert "some" not in ended
        assert (ended["much"].code, ended["much"].facts["wait"]) == ("store.gave-way", "5")
        assert float(ended["much"].facts["ran"]) > 0
        threads[1].join()
        assert ended["some"].facts["limit"] == "query_deadline_s"  # nobody needed its place


def test_a_query_that_takes_long_has_the_processor_only_when_nobody_wants_it_and_its_process_serves_no_other(large_store: Path) -> None:
    before = children(os.getpid())
    with QueryPool(large_store, Settings(query_deadline_s=60, query_workers=1, query_short_s=0.05, query_kept_bytes=0)) as pool:
        pool.query("ASK {}", JSON)
        pool.query("ASK { ?s ?p ?o }", JSON)
        assert until(lambda: len(children(os.getpid()) - before) == 1)  # one for which even these took long is being replaced
        (first,) = children(os.getpid()) - before
        thread = threading.Thread(target=pool.query, args=("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?a != ?f) }", JSON))
        thread.start()
        assert until(lambda: os.getpriority(os.PRIO_PROCESS, first) == 19)
        thread.join()
        # Run with `nice`, it had the last value before, and nothing that would have to be taken back.
        assert os.getpriority(os.PRIO_PROCESS, 0) + POLITENESS >= 19 or until(lambda: first not in children(os.getpid()))
        assert pool.query("ASK {}", JSON).kind == "boolean"
