"""Answers kept in memory: the same bytes as a fresh answer, never another snapshot's, another visitor's or a private one's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from werkzeug.test import Client

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from search.whoosh_engine import WhooshSearch
from web.app import create_app
from web.kept import LARGEST_BYTES, MARK, Environ, KeptAnswers, StartResponse
from web.observing import Measures
from web.services import Services


class Counting:
    """An application that answers with how often it was asked, and says that all may be kept."""

    def __init__(self, size: int = 0) -> None:
        self.asked = 0
        self.size = size

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        environ[MARK] = "one" if "two" not in environ["PATH_INFO"] else "two"
        start_response("200 OK", [("ETag", f'"{self.asked}"'), ("Content-Type", "text/plain")])
        return [f"{self.asked}".encode(), b"." * self.size]


def asking(app: Counting, most: int = 1 << 20, serving: str | None = "one") -> tuple[Client, dict[str, str | None]]:
    current = {"id": serving}
    return Client(KeptAnswers(app, lambda: current["id"], most), use_cookies=False), current


def test_the_second_answer_comes_from_memory() -> None:
    client, _ = asking(Counting())
    assert client.get("/a").data == client.get("/a").data == b"1"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a?x=1&y=2", "/a?y=2&x=1"),
        ("/a?q=%EC%B2%AD", "/a?q=%ec%b2%ad"),
        ("/a?q=a+b", "/a?q=a%20b"),
        ("/a?q=%EC%B2%AD", "/a?q=%E1%84%8E%E1%85%A5%E1%86%BC"),
    ],
)
def test_other_spellings_of_the_same_request_are_one(first: str, second: str) -> None:
    client, _ = asking(Counting())
    assert client.get(first).data == client.get(second).data


@pytest.mark.parametrize("second", ["/a?x=1&x=1", "/a?x=2&x=1", "/a?x=1&x=3", "/b?x=1&x=2", "/a?x=1", "/a"])
def test_other_parameters_are_another_request(second: str) -> None:
    client, _ = asking(Counting())
    assert client.get("/a?x=1&x=2").data == b"1"
    assert client.get(second).data == b"2"


@pytest.mark.parametrize(
    "sent", [{"Accept": "text/turtle"}, {"Cookie": "display=large"}, {"Host": "other.example"}, {"Accept-Encoding": "gzip"}]
)
def test_what_changes_an_answer_is_part_of_the_request(sent: dict[str, str]) -> None:
    client, _ = asking(Counting())
    assert client.get("/a").data == b"1"
    assert client.get("/a", headers=sent).data == b"2"


def test_who_refuses_compression_gets_nothing_compressed_for_others() -> None:
    client, _ = asking(Counting())
    assert client.get("/a", headers={"Accept-Encoding": "gzip, br"}).data == b"1"
    assert client.get("/a", headers={"Accept-Encoding": "gzip"}).data == b"1"
    assert client.get("/a", headers={"Accept-Encoding": "gzip;q=0"}).data == b"2"


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"x", "1"', "*"])
def test_who_has_the_answer_is_told_so_without_it(known: str) -> None:
    client, _ = asking(Counting())
    client.get("/a")
    told = client.get("/a", headers={"If-None-Match": known})
    assert (told.status_code, told.data, told.headers["ETag"]) == (304, b"", '"1"')
    assert client.get("/a", headers={"If-None-Match": '"other"'}).data == b"1"


def test_a_new_snapshot_gives_no_answers_of_the_one_before() -> None:
    app = Counting()
    client, current = asking(app)
    assert client.get("/a").data == b"1"
    current["id"] = "two"
    assert client.get("/a").data == b"2"
    current["id"] = "one"
    assert client.get("/a").data == b"1", "what is served again is answered as it was"


def test_an_answer_of_another_snapshot_than_the_current_one_is_not_kept() -> None:
    client, _ = asking(Counting())
    assert [client.get("/two").data for _ in range(2)] == [b"1", b"2"]


def test_nothing_is_kept_while_no_snapshot_is_open_and_current() -> None:
    client, _ = asking(Counting(), serving=None)
    assert [client.get("/a").data for _ in range(2)] == [b"1", b"2"]


def test_only_reading_is_answered_from_memory() -> None:
    client, _ = asking(Counting())
    assert [client.open("/a", method=method).data for method in ("POST", "GET", "POST")] == [b"1", b"2", b"3"]


def test_the_answers_used_last_stay_within_the_memory_given() -> None:
    app = Counting(size=4000)
    client, _ = asking(app, most=20_000)
    for name in "abcdefgh":
        client.get(f"/{name}")
        client.get("/a")
    assert app.asked == 8, "the one that is asked for all the time stays"
    client.get("/b")
    assert app.asked == 9, "the oldest is gone"


def test_an_answer_too_large_is_made_again() -> None:
    app = Counting(size=LARGEST_BYTES)
    client, _ = asking(app)
    assert [client.get("/a").status_code for _ in range(2)] == [200, 200]
    assert app.asked == 2


@pytest.fixture(scope="module")
def made(settings: Settings, published: Snapshot, engine_of_site: WhooshSearch) -> Iterator[Flask]:
    made = create_app(settings.model_copy(update={"kept_mib": 16}), lambda _: engine_of_site)
    yield made
    made.extensions["itda"].close()


@pytest.fixture(scope="module")
def engine_of_site(app: Flask) -> WhooshSearch:
    services: Services = app.extensions["itda"]
    with services.lease() as site:
        engine = site.search
    assert isinstance(engine, WhooshSearch)
    return engine


def told(app: Flask, outcome: str) -> float:
    """Return how often the site says an answer was kept (`hit`) or had to be made (`miss`)."""
    measures: Measures = app.extensions["itda.measures"]
    label = f'itda_kept_answers_total{{outcome="{outcome}"}} '
    lines = [line for line in measures.exposed().decode().splitlines() if line.startswith(label)]
    return float(lines[0].removeprefix(label)) if lines else 0.0


@pytest.mark.parametrize("path", ["/", "/search?q=청년", "/api/search?q=청년", "/id/kr/group/youth", "/id/kr/group/youth.ttl", "/money"])
def test_a_page_of_the_site_is_kept_as_it_was(made: Flask, path: str) -> None:
    client = made.test_client(use_cookies=False)
    client.get("/version")
    first, hits = client.get(path), told(made, "hit")
    second = client.get(path)
    assert told(made, "hit") == hits + 1
    assert first.data == second.data
    assert list(first.headers) == list(second.headers)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, told(made, "hit")) == (304, b"", hits + 2)
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/version", "/readyz", "/nowhere", "/search?q=" + "a" * 300, "/sparql?query=ASK{?s ?p ?o}"])
def test_private_answers_errors_and_queries_are_not_kept(made: Flask, path: str) -> None:
    client = made.test_client(use_cookies=False)
    client.get("/version")
    hits, misses = told(made, "hit"), told(made, "miss")
    client.get(path)
    client.get(path)
    assert (told(made, "hit"), told(made, "miss")) == (hits, misses + 2)
