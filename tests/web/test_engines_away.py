"""What people and programs are told while an engine on another machine is away, stalls or talks nonsense, and what is served all the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from tests.kg.store.engines import free_port
from web.app import create_app
from web.opening import SearchOpener

OTHERS = (
    "/",
    "/id/11410/program/digital-tutor",
    "/network/kr/group/youth",
    "/find",
    "/goals",
    "/sparql?query=ASK%7B%7D",
    "/api/suggest?q=청년",
)
ALREADY = SearchOpener()
"""One analyser for all tests of this module."""


class Silent:
    """A server that takes every connection and says only what it is told to say, which may be nothing."""

    def __init__(self, answer: bytes) -> None:
        self._answer, self.asked = answer, 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
            except OSError:
                return
            self.asked += 1
            self._held.append(taken)
            if self._answer:
                taken.recv(65536)
                taken.sendall(self._answer)
                taken.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for one in self._held:
            one.close()


def answering(body: str, media: str = "application/json", length: int | None = None) -> bytes:
    size = len(body.encode()) if length is None else length
    return f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{body}".encode()


FAULTS = {
    "nobody there": None,
    "silent": b"",
    "a page of someone else": answering("<html>hello</html>", "text/html"),
    "json of something else": answering('{"hello": 1}'),
    "cut in the middle": answering('{"head": {"vars": ["triples"', length=4000),
    "no http at all": b"220 mail.example ESMTP\r\n",
}


@contextmanager
def faulty(fault: str) -> Iterator[tuple[str, Silent | None]]:
    answer = FAULTS[fault]
    if answer is None:
        yield f"http://127.0.0.1:{free_port()}", None
        return
    server = Silent(answer)
    try:
        yield server.address, server
    finally:
        server.close()


@pytest.fixture(scope="module", params=FAULTS)
def without_search(request: pytest.FixtureRequest, settings: Settings, published: Snapshot) -> Iterator[tuple[FlaskClient, Silent | None]]:
    with faulty(request.param) as (address, server):
        own = settings.model_copy(update={"search_engine": "opensearch", "search_url": address, "search_deadline_s": 0.9})
        opener = SearchOpener(own)
        opener._analyser, opener._lexicon = ALREADY._analyser_for(published.path), ALREADY._lexicon
        yield from opened(own, opener, server)


@pytest.fixture(scope="module", params=FAULTS)
def without_endpoint(
    request: pytest.FixtureRequest, settings: Settings, published: Snapshot
) -> Iterator[tuple[FlaskClient, Silent | None]]:
    with faulty(request.param) as (address, server):
        own = settings.model_copy(update={"endpoint": f"{address}/query", "query_deadline_s": 0.5})
        yield from opened(own, ALREADY, server)


def opened(own: Settings, opener: SearchOpener, server: Silent | None) -> Iterator[tuple[FlaskClient, Silent | None]]:
    app: Flask = create_app(own, opener)
    try:
        yield app.test_client(use_cookies=False), server
    finally:
        app.extensions["itda"].close()


def test_a_search_that_cannot_be_answered_says_so_in_korean_and_shows_ways_on(without_search: tuple[FlaskClient, Any]) -> None:
    client, server = without_search
    for path in ("/search?q=청년", "/search?q=청년&type=program"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert int(page.headers["Retry-After"]) > 0
        assert "낱말로 찾기" in page.text
        assert 'href="/find"' in page.text and 'href="/goals"' in page.text
    asked = server.asked if server else 0
    refused = client.get("/api/search?q=청년")
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
    assert refused.get_json()["code"].startswith("search.")
    assert refused.headers["Retry-After"]
    if server and refused.get_json()["code"] == "search.slow":
        assert server.asked == asked  # one that was silent is not waited for again and again


def test_everything_but_the_search_is_served_and_labelled(without_search: tuple[FlaskClient, Any], app: Flask) -> None:
    client, server = without_search
    usual = app.test_client(use_cookies=False)
    ready = client.get("/readyz").get_json()
    assert ready["status"] == "degraded"
    assert ready["parts"]["search"]["status"] == "down"
    assert ready["parts"]["search"]["code"].startswith("search.")
    assert 'itda_part_up{part="search"} 0.0' in client.get("/metrics").text
    for path in OTHERS[:3] if server else OTHERS:  # what the fault is makes no difference to pages
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Itda-Degraded"] == "search"
        assert answer.text == usual.get(path).text
    fitting = client.post("/api/eligibility", json={"as": "person", "age": 27})
    assert fitting.status_code == 200
    assert fitting.get_json()["programs"]


def test_pages_are_answered_from_the_snapshot_while_the_endpoint_is_away(without_endpoint: tuple[FlaskClient, Any], app: Flask) -> None:
    client, _ = without_endpoint
    usual = app.test_client(use_cookies=False)
    for path in ("/id/11410/program/digital-tutor", "/id/kr/group/youth.ttl", "/serves/kr/group/youth", "/search?q=청년", "/find"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Itda-Degraded"] == "endpoint"
        assert answer.text == usual.get(path).text
    ready = client.get("/readyz").get_json()
    assert ready["status"] == "degraded"
    assert ready["parts"]["endpoint"]["status"] == "down"
    assert ready["triples"] == usual.get("/readyz").get_json()["triples"]


def test_a_visitors_query_that_the_endpoint_cannot_answer_is_refused_and_never_cut_short(without_endpoint: tuple[FlaskClient, Any]) -> None:
    client, _ = without_endpoint
    wanted = {"Accept": "application/sparql-results+json"}
    refused = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 3"}, headers=wanted)
    assert refused.status_code in (503, 504)
    assert refused.mimetype == "application/problem+json"
    assert int(refused.headers["Retry-After"]) > 0


def test_an_endpoint_that_holds_something_else_is_not_asked(settings: Settings, published: Snapshot) -> None:
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    row = f'{{"triples": {{"type": "literal", "datatype": "{integer}", "value": "7"}}, "x": {{"type": "uri", "value": "urn:a:b"}}}}'
    server = Silent(
        answering(f'{{"head": {{"vars": ["triples", "x"]}}, "results": {{"bindings": [{row}]}}}}', "application/sparql-results+json")
    )
    try:
        for client, _ in opened(settings.model_copy(update={"endpoint": f"{server.address}/query"}), ALREADY, server):
            assert client.get("/id/kr/group/youth").status_code == 200
            told = client.get("/readyz").get_json()["parts"]["endpoint"]
            assert told["code"] == "store.other-data"
            assert "7" in told["detail"]
    finally:
        server.close()


def test_without_engines_elsewhere_nothing_is_labelled(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    assert "Itda-Degraded" not in client.get("/id/kr/group/youth").headers
    assert "parts" not in client.get("/readyz").get_json()
