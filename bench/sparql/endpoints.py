"""What the benchmark asks: endpoints over HTTP, the service as in production, and a page that does nothing, served the same way."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.kg.store.engines import free_port

JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"
Ask = Callable[[str, str], bytes]
"""Answers a query (text, media type)."""
_WEB_PROCESSES = 24
"""Connections that surely reach each web process once."""


class Client:
    """Asks an endpoint over one kept-alive connection by URL-encoded POST."""

    def __init__(self, endpoint: str, dataset: tuple[tuple[str, str], ...] = ()) -> None:
        self._at, self._dataset = urlsplit(endpoint), dataset
        self._connection = http.client.HTTPConnection(str(self._at.netloc), timeout=120)

    def __call__(self, query: str, media: str) -> bytes:
        body = urlencode([("query", query), *self._dataset])
        headers = {"Accept": media, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            self._connection.request("POST", self._at.path, body, headers)
            answer = self._connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):  # servers let go of a connection that is long idle
            self._connection.close()
            self._connection.request("POST", self._at.path, body, headers)
            answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status} for {query[:80]}: {found[:200]!r}")
        return found


@contextmanager
def itda(snapshots: Path, **settings: object) -> Iterator[str]:
    """Serve the site with `itda serve`, granian with two processes as in production; its endpoint.

    Args:
        snapshots: Folder of snapshots.
        settings: Settings by name.
    """
    port = free_port()
    given = {"snapshots": snapshots, "query_budget_s": 100_000, **settings}
    environ = {**os.environ, **{f"ITDA_{name.upper()}": str(value) for name, value in given.items()}}
    with _running([sys.executable, "-m", "web", "serve", "--port", str(port)], environ, f"http://127.0.0.1:{port}/sparql") as endpoint:
        yield endpoint


@contextmanager
def bare_page() -> Iterator[str]:
    """Serve a Flask page that does nothing, the same way: the least that any page of the site takes."""
    port = free_port()
    command = [sys.executable, "-m", "bench.sparql.floor", str(port)]
    with _running(command, os.environ, f"http://127.0.0.1:{port}/sparql") as endpoint:
        yield endpoint


@contextmanager
def _running(command: list[str], environ: Mapping[str, str], endpoint: str) -> Iterator[str]:
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                try:
                    for _ in range(_WEB_PROCESSES):
                        Client(endpoint)("ASK {}", JSON)
                    break
                except (OSError, RuntimeError):
                    time.sleep(0.1)
            yield endpoint
        finally:
            process.terminate()
            process.wait(30)
