"""The pool of worker processes: answers, starting, replacing and ending."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import errors
from kg.errors import KgError, QueryError, QueryNotAllowed, StoreUnavailable
from kg.settings import Settings
from kg.store.places import Asker
from kg.store.results import Solutions
from kg.store.sandbox import QueryPool
from kg.store.worker import POLITENESS

from .conftest import ENDLESS, JSON

ROOT = Path(errors.__file__).parents[1]


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def children(parent: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, owner = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(owner) == parent and state != "Z":
            found.add(int(stat.parent.name))
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize(
    ("text", "media", "start"),
    [
        ("SELECT ?s { ?s ?p ?o }", "application/sparql-results+json", b'{"head"'),
        ("SELECT ?s { ?s ?p ?o }", "application/sparql-results+xml", b"<?xml"),
        ("SELECT ?s { ?s ?p ?o }", "text/csv", b"s\r\n"),
        ("SELECT ?s { ?s ?p ?o }", "text/tab-separated-values", b"?s\n"),
        ("ASK { ?s ?p ?o }", "application/sparql-results+json", b'{"head"'),
        ("CONSTRUCT WHERE { ?s ex:name ?o }", "text/turtle", b"<https"),
        ("DESCRIBE ex:a", "application/n-triples", b"<https://example.org/a>"),
        ("CONSTRUCT WHERE { ?s ex:name ?o }", "application/rdf+xml", b"<?xml"),
        ("CONSTRUCT WHERE { ?s ex:name ?o }", "application/ld+json", b"["),
    ],
)
def test_answers_come_in_the_asked_media_type(pool: QueryPool, text: str, media: str, start: bytes) -> None:
    answer = pool.query(text, media)
    assert answer.media == media
    assert answer.body.startswith(start)


def test_of_several_media_types_the_first_that_fits_the_form_is_taken(pool: QueryPool) -> None:
    accept = ("text/csv", "text/turtle")
    assert pool.query("SELECT * { ?s ?p ?o }", accept).media == "text/csv"
    assert pool.query("CONSTRUCT WHERE { ?s ?p ?o }", accept).media == "text/turtle"
    with pytest.raises(QueryNotAllowed) as refused:
        pool.query("ASK {}", "text/turtle")
    assert refused.value.code == "query.media"


def test_control_characters_are_refused_in_xml_and_kept_in_json(pool: QueryPool) -> None:
    text = 'SELECT ("a\\u0001b" AS ?x) {}'
    assert Solutions.from_json(pool.query(text, JSON).body).rows[0]["x"].value == "a\x01b"
    with pytest.raises(QueryError) as refused:
        pool.query(text, "application/sparql-results+xml")
    assert refused.value.code == "query.not-representable"


def test_no_process_is_started_before_the_first_query_and_none_is_left_after_closing(store_path: Path, settings: Settings) -> None:
    before = children(os.getpid())
    with QueryPool(store_path, settings) as pool:
        assert children(os.getpid()) == before
        pool.query("ASK {}", JSON)
        assert len(children(os.getpid()) - before) == 1
    assert children(os.getpid()) == before
    with pytest.raises(StoreUnavailable) as refused:
        pool.query("ASK {}", JSON)
    assert refused.value.code == "store.closed"


def test_a_query_takes_the_processor_only_when_pages_leave_it(store_path: Path, settings: Settings) -> None:
    before = children(os.getpid())
    with QueryPool(store_path, settings) as pool:
        pool.query("ASK {}", JSON)
        (worker,) = children(os.getpid()) - before
        assert os.getpriority(os.PRIO_PROCESS, worker) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + POLITENESS)


def test_a_worker_that_was_killed_while_idle_is_replaced_unnoticed(store_path: Path, settings: Settings) -> None:
    before = children(os.getpid())
    with QueryPool(store_path, settings) as pool:
        pool.query("ASK {}", JSON)
        for pid in children(os.getpid()) - before:
            os.kill(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_a_worker_that_is_killed_mid_query_makes_the_store_unavailable_once(large_store: Path) -> None:
    before, caught = children(os.getpid()), []
    with QueryPool(large_store, Settings(query_deadline_s=60, query_workers=1)) as pool:
        pool.query("ASK {}", JSON)
        (worker,) = children(os.getpid()) - before

        def ask() -> None:
            with pytest.raises(StoreUnavailable) as unavailable:
                pool.query(ENDLESS, JSON)
            caught.append(unavailable.value)

        asking = threading.Thread(target=ask)
        asking.start()
        assert until(lambda: cpu_ticks(worker) > 20)
        os.kill(worker, signal.SIGKILL)
        asking.join(20)
        assert caught[0].facts["status"] == str(-signal.SIGKILL)
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_when_all_places_are_taken_a_query_waits_for_a_moment_and_is_turned_away(store_path: Path) -> None:
    with QueryPool(store_path, Settings(query_deadline_s=2, query_workers=1, query_wait_s=0.5)) as pool:
        with pool._places.taken(Asker(), time.monotonic()), pytest.raises(StoreUnavailable) as refused:
            pool.query("ASK {}", JSON)
        assert (refused.value.code, refused.value.facts["limit"]) == ("store.busy", "query_wait_s")
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_a_query_beyond_those_let_in_is_turned_away_at_once(large_store: Path) -> None:
    settings = Settings(query_deadline_s=10, query_workers=1, query_waiting=2, query_wait_s=10)
    ended: list[KgError] = []

    def ask() -> None:
        with pytest.raises(KgError) as caught:
            pool.query(ENDLESS, JSON)
        ended.append(caught.value)

    with QueryPool(large_store, settings) as pool:
        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        assert until(lambda: len(ended) == 3, seconds=8)  # before the deadline of those let in
        for thread in threads:
            thread.join()
        assert [error.code for error in ended[:3]] == ["store.busy"] * 3
        assert ended[0].facts == {"limit": "query_waiting", "value": "2", "unit": "requests", "wait": "5"}
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_a_worker_that_breaks_down_while_starting_is_not_the_fault_of_the_query(store_path: Path, settings: Settings) -> None:
    with QueryPool(store_path, settings) as pool, pytest.raises(StoreUnavailable) as unavailable:
        until = time.monotonic() + 10
        with pool._worker(until) as worker:
            os.kill(worker._process.pid, signal.SIGSEGV)
            worker.ask(pool._request(pool.inspect("ASK {}"), JSON, None), until)
    assert unavailable.value.facts == {"status": str(-signal.SIGSEGV)}


def test_many_threads_get_their_own_answers(pool: QueryPool) -> None:
    wrong: list[int] = []

    def ask(number: int) -> None:
        for _ in range(10):
            row = Solutions.from_json(pool.query(f"SELECT ({number} AS ?n) {{}}", JSON).body).rows[0]
            if row["n"].value != str(number):
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_worker_that_keeps_the_memory_of_a_heavy_query_is_replaced(large_store: Path) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 400000 } }"
    before = children(os.getpid())
    with QueryPool(large_store, Settings(query_workers=1, query_deadline_s=60, query_memory_mib=256)) as pool:
        pool.query("ASK {}", JSON)
        first = children(os.getpid()) - before
        pool.query("ASK { ?s ?p ?o }", JSON)
        assert children(os.getpid()) - before == first
        assert Solutions.from_json(pool.query(heavy, JSON).body).rows[0]["n"].value == "400000"
        assert pool.query("ASK {}", JSON).kind == "boolean"
        # It is replaced behind the answer.
        end = time.monotonic() + 20
        while first & children(os.getpid()):
            assert time.monotonic() < end
            time.sleep(0.05)


def run_parent(script: str, store: Path) -> subprocess.Popen[str]:
    head = f"""
        import os, sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from kg.settings import Settings
        from kg.store.sandbox import QueryPool
        pool = QueryPool(Path({str(store)!r}), Settings(query_deadline_s=120, query_workers=2))
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)


def test_killing_the_parent_mid_query_leaves_no_worker_alive(large_store: Path) -> None:
    script = f"""
        import threading
        for _ in range(2):
            threading.Thread(target=pool.query, args=({ENDLESS!r}, {JSON!r})).start()
    """
    with run_parent(script, large_store) as parent:
        assert until(lambda: len(children(parent.pid)) == 2)
        workers = children(parent.pid)
        assert until(lambda: all(cpu_ticks(worker) > 20 for worker in workers))
        parent.kill()
        parent.wait()
        assert until(lambda: not any(is_running(worker) for worker in workers))


def test_a_parent_that_ends_without_closing_leaves_no_worker_alive(large_store: Path) -> None:
    script = f"""
        pool.query("ASK {{}}", {JSON!r})
        print("ready", flush=True)
        sys.stdin.read()
    """
    with run_parent(script, large_store) as parent:
        assert parent.stdout and parent.stdout.readline() == "ready\n"
        (worker,) = children(parent.pid)
        parent.kill()
        parent.wait()
        assert until(lambda: not is_running(worker))


def test_a_worker_nobody_watches_ends_when_its_cpu_time_is_used_up(large_store: Path) -> None:
    # What remains of the protection if neither parent nor watching thread acts: the pipes stay open here, and nobody kills.
    with QueryPool(large_store, Settings(query_deadline_s=1, query_workers=1)) as pool:
        request = pool._request(pool.inspect(ENDLESS), JSON, None)
        with pool._worker(time.monotonic() + 10) as worker:
            worker.await_ready()
            worker.send(request, time.monotonic() + 10)
            assert worker._process.wait(timeout=60) == -signal.SIGXCPU


def test_a_pool_used_before_a_fork_gives_the_child_its_own_workers(store_path: Path) -> None:
    script = f"""
        pool.query("ASK {{}}", {JSON!r})
        child = os.fork()
        for _ in range(20):
            text = "SELECT (%d AS ?n) {{}}" % os.getpid()
            assert str(os.getpid()).encode() in pool.query(text, {JSON!r}).body
        if child:
            assert os.waitpid(child, 0)[1] == 0
        pool.close()
        print("done", flush=True)
        os._exit(0)
    """
    with run_parent(script, store_path) as parent:
        out, _ = parent.communicate(timeout=60)
    assert out.splitlines() == ["done", "done"]


def test_the_worker_loads_no_heavy_library() -> None:
    script = "import sys, kg.store.worker; print(sorted({name.partition('.')[0] for name in sys.modules} & {'rdflib', 'pydantic', 'networkx', 'pyshacl'}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_store_of_many_files_is_read_although_a_worker_can_open_nothing_else(tmp_path: Path) -> None:
    graph, name = ox.NamedNode("x:g"), ox.NamedNode("x:p")
    for number in range(3):  # each load and each flush adds files to the engine's indexes
        engine = ox.Store(str(tmp_path / "store"))
        engine.bulk_extend(ox.Quad(ox.NamedNode(f"x:{number}-{n}"), name, ox.Literal(n), graph) for n in range(1000))
        engine.extend([ox.Quad(ox.NamedNode(f"x:{number}"), name, ox.Literal("a"))])
        engine.flush()
        del engine
    assert sum(1 for _ in (tmp_path / "store").glob("*.sst")) > 20  # more than the engine opens at once
    with QueryPool(tmp_path / "store", Settings(query_workers=1, query_kept_bytes=0)) as pool:
        for text, number in (
            ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "3000"),
            ("SELECT (COUNT(?s) AS ?n) { GRAPH <x:g> { ?s <x:p> ?o FILTER (STR(?s) > '') } }", "3000"),
            ("SELECT (COUNT(?s) AS ?n) { ?s ?p 'a' }", "3"),
        ):
            assert Solutions.from_json(pool.query(text, JSON).body).rows[0]["n"].value == number


def test_a_process_that_gave_up_sockets_gets_none_in_any_thread() -> None:
    script = """
import socket, threading
from kg.store.jail import refuse_sockets
assert refuse_sockets()
refused = []
def attempt():
    for make in (socket.socket, socket.socketpair):
        try:
            make()
        except PermissionError:
            refused.append(make)
attempt()
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
print(len(refused), open("/proc/self/comm").read() != "")
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=60)
    assert found.stdout.split() == ["4", "True"]
