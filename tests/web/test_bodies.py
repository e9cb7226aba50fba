"""Judges web/bodies.py: a body that never ends keeps nobody else waiting, and a refusal reaches the one who sends too much."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from web.bodies import CUT, FULL, LATE, OUTCOME, Bodies, end_input

from .conftest import RealServer

UNFINISHED = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 10\r\n\r\nASK"


def passed(environ: dict[str, Any], places: int = 2, most: int = 100) -> dict[str, Any]:
    """What the application is given for a request."""
    seen: list[dict[str, Any]] = []
    app = Bodies(lambda given, _start: (seen.append(given), [])[1], most, 5.0, places)
    app({"REQUEST_METHOD": "POST", "REMOTE_ADDR": "127.0.0.1", **environ}, lambda *_told: None)
    return seen[0]


@given(st.binary(max_size=100), st.booleans())
def test_a_body_that_is_read_is_the_body_that_was_sent(body: bytes, has_length: bool) -> None:
    told = {"CONTENT_LENGTH": str(len(body))} if has_length else {"wsgi.input_terminated": True}
    found = passed({"wsgi.input": io.BytesIO(body), **told})
    assert found["wsgi.input"].read() == body
    assert int(found["CONTENT_LENGTH"]) == len(body)


@pytest.mark.parametrize("told", [{"CONTENT_LENGTH": "101"}, {"wsgi.input_terminated": True}])
def test_a_body_that_is_too_large_is_read_to_its_end_and_not_kept(told: dict[str, Any]) -> None:
    sent = io.BytesIO(b"x" * 101)
    found = passed({"wsgi.input": sent, **told})
    assert sent.read() == b""
    assert (found["wsgi.input"].read(), found["CONTENT_LENGTH"]) == (b"", "101")


def test_a_part_is_not_taken_for_the_whole() -> None:
    found = passed({"wsgi.input": io.BytesIO(b"ASK{}"), "CONTENT_LENGTH": "10"})
    assert found[OUTCOME] == CUT


def test_a_body_that_was_ended_with_a_late_one_of_its_address_is_late_as_well() -> None:
    """Its connection may be as silent as that of the late one, though a thread began to read it later."""
    given: list[str | None] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        clients = [socket.create_connection(server.getsockname()) for _ in range(2)]
        accepted = [server.accept()[0] for _ in clients]
        app = Bodies(lambda environ, _start: (given.append(environ.get(OUTCOME)), [])[1], 100, 1.0, 2)

        def ask(connection: socket.socket, wait_s: float) -> None:
            time.sleep(wait_s)
            environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "9", "REMOTE_ADDR": "127.0.0.1"}
            app({**environ, "wsgi.input": connection.makefile("rb")}, lambda *_told: None)

        asking = [threading.Thread(target=ask, args=told) for told in zip(accepted, (0.0, 0.9), strict=True)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        for connection in (*clients, *accepted):
            connection.close()
    assert given == [LATE, LATE]


@pytest.mark.parametrize("told", [{"CONTENT_LENGTH": "9"}, {"wsgi.input_terminated": True}])
def test_a_body_whose_connection_breaks_is_never_taken_for_whole(told: dict[str, Any]) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if part := super().read(3):
                return part
            raise ConnectionResetError

    assert passed({"wsgi.input": Broken(b"ASK{}"), **told})[OUTCOME] == CUT


def test_a_request_without_a_place_is_told_and_the_others_go_on() -> None:
    reading, go_on = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            reading.set()
            go_on.wait()
            return super().read(size)

    seen: list[str | None] = []
    app = Bodies(lambda given, _start: (seen.append(given.get(OUTCOME)), [])[1], 100, 5.0, 1)

    def ask(body: io.BytesIO) -> None:
        app({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "1", "wsgi.input": body}, lambda *_told: None)

    first = threading.Thread(target=ask, args=(Slow(b"a"),))
    first.start()
    reading.wait()
    ask(io.BytesIO(b"b"))
    go_on.set()
    first.join()
    assert seen == [FULL, None]


def test_only_silent_connections_of_the_address_are_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        accepted = server.accept()[0]
        with accepted:
            assert end_input("203.0.113.9", 0.0) == 0
            assert end_input("127.0.0.1", 3600.0) == 0
            client.sendall(b"still here")
            assert accepted.recv(20) == b"still here"
            assert end_input("127.0.0.1", 0.0) >= 1
            assert accepted.recv(20) == b""


def test_a_body_cut_short_is_refused_by_the_site(app: Flask) -> None:
    environ = create_environ("/sparql", method="POST", data=b"ASK {}", content_type="application/sparql-query")
    assert run_wsgi_app(app, environ | {"CONTENT_LENGTH": "20"})[1].startswith("400")


def test_unfinished_bodies_leave_the_site_to_everyone_else_and_are_answered_at_last(real_server: RealServer) -> None:
    places = ("/sparql", "/q", "/api/eligibility", "/")
    held = [socket.create_connection(("127.0.0.1", real_server.port), timeout=60) for _ in range(12)]
    try:
        for number, one in enumerate(held):
            one.sendall(UNFINISHED % places[number % len(places)].encode())
        for path in ("/", "/sparql?query=ASK%7B%7D", "/healthz"):
            assert real_server.raw("GET", path)[0] == 200
        answers = [one.makefile("rb").read() for one in held]
    finally:
        for one in held:
            one.close()
    statuses = {answer.split(b" ", 2)[1] for answer in answers}
    assert b"408" in statuses
    assert statuses <= {b"408", b"503"}
    assert all(b"connection: close" in answer.lower() for answer in answers)


@pytest.mark.parametrize("kind", ["application/sparql-query", "application/x-www-form-urlencoded"])
def test_a_common_client_hears_that_ten_megabytes_are_too_much(real_server: RealServer, kind: str) -> None:
    asked = urllib.request.Request(f"{real_server.url}/sparql", b"x" * 10_000_000, {"Content-Type": kind})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=60)
    assert refused.value.code == 413
    assert json.loads(refused.value.read())["status"] == 413
