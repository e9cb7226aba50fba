# ruff: noqa: E501
"""Requests that try to make the site call somewhere: a port that nobody may call is listened to, and counts.

Run: `.venv/bin/python -m bench.safety.outbound` (after `itda build`). Prints how many attempts were made, how they were answered and how
many calls came; ends with 1 if one came.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from urllib.parse import quote

from flask import Flask

from bench.safety.asking import Asked, ask, faults
from kg.settings import Settings
from web.app import create_app
from web.serving import SearchOpener

HOSTS = (
    *("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "017700000001", "127.1", "0", "0.0.0.0", "[::ffff:127.0.0.1]"),
    *("user@127.0.0.1", "127.0.0.1%2f@localhost", "LOCALHOST.", "①②⑦.⓪.⓪.①", "[::]", "127.0.0.1.nip.io"),
)
SCHEMES = ("http", "https", "ftp", "ws", "gopher", "ldap", "jar:http")
FILES = ("file:///etc/passwd", "file://localhost/etc/hostname", "data:text/turtle,<x:a><x:b><x:c>.", "//127.0.0.1:PORT/x")
FORMS = (
    "SELECT * { SERVICE <IRI> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <IRI> { ?s ?p ?o } }",
    "SELECT * FROM <IRI> { ?s ?p ?o }",
    "SELECT * FROM NAMED <IRI> { GRAPH ?g { ?s ?p ?o } }",
    "LOAD <IRI>",
    "LOAD SILENT <IRI> INTO GRAPH <x:g>",
    "SELECT * { VALUES ?e { <IRI> } SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { GRAPH <IRI> { ?s ?p ?o } }",
    "DESCRIBE <IRI>",
    "CONSTRUCT { ?s ?p ?o } FROM <IRI> WHERE { ?s ?p ?o }",
    "PREFIX x: <IRI> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "BASE <IRI> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE <IRI> { ?s ?p ?o } } }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <IRI> { ?s ?p ?o } }",
)
_ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "IRI"><!ENTITY % y SYSTEM "IRI"> %y;]><r xmlns:xi="http://www.w3.org/2001/XInclude">&x;<xi:include href="IRI"/></r>'
_CONTEXT = {"@context": "IRI", "as": "person", "@id": "IRI", "residence": "IRI", "@import": "IRI"}
BODIES = (
    ("application/ld+json", json.dumps(_CONTEXT)),
    ("application/json", json.dumps(_CONTEXT)),
    ("application/json", json.dumps({"$ref": "IRI", "residence": "IRI"})),
    ("application/xml", _ENTITY),
    ("application/rdf+xml", _ENTITY),
    ("text/xml", _ENTITY),
    ("text/turtle", "@base <IRI> . <> <http://www.w3.org/2002/07/owl#imports> <IRI> ."),
    ("application/x-www-form-urlencoded", "q=IRI&residence=IRI&url=IRI&next=IRI"),
)
TARGETS = ("/sparql", "/api/eligibility", "/find", "/", "/q")
ADDRESSES = (
    *(
        "/sparql?default-graph-uri={}&query=ASK%7B%7D",
        "/sparql?named-graph-uri={}&query=ASK%7B%7D",
        "/?next={}",
        "/search?q={}",
        "/id/{}",
        "/network/{}",
    ),
    *(
        "/serves/{}",
        "/api/serves?group={}",
        "/api/network?focus={}",
        "/path?from={}&to={}",
        "/data/{}",
        "/static/{}",
        "/q/{}",
        "/{}",
        "/search?group={}",
    ),
)
PATIENCE_S = 0.3


class Listener:
    """A port on all loopback addresses that counts who calls."""

    def __init__(self) -> None:
        self._server = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port: int = self._server.getsockname()[1]
        self.calls = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                self._server.accept()[0].close()
            except OSError:
                return
            self.calls += 1

    def close(self) -> None:
        """Stop listening, once what may be on its way has come."""
        self._thread.join(PATIENCE_S)
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen while a block runs."""
    made = Listener()
    try:
        yield made
    finally:
        made.close()


def attempts(port: int) -> Iterator[Asked]:
    """Yield every attempt: each form with each host, each scheme, each body, each address, and headers that name a host."""
    iris = [f"http://{host}:{port}/x" for host in HOSTS]
    others = [f"{scheme}://127.0.0.1:{port}/x" for scheme in SCHEMES[1:]] + [one.replace("PORT", str(port)) for one in FILES]
    for form, iri in (*product(FORMS, iris), *product(FORMS[:6], others)):
        yield Asked("POST", b"/sparql", b"", (("Content-Type", "application/sparql-query"),), form.replace("IRI", iri).encode())
    for (media, body), target in product(BODIES, TARGETS):
        yield Asked("POST", target.encode(), b"", (("Content-Type", media),), body.replace("IRI", iris[0]).encode())
    for template, iri in product(ADDRESSES, (iris[0], iris[2], others[-1])):
        path, _, query = template.partition("?")
        yield Asked("GET", path.replace("{}", iri).encode(), query.replace("{}", quote(iri, safe="")).encode())
    for name in ("Host", "X-Forwarded-Host", "Referer", "Origin", "X-Original-URL", "Forwarded", "Link", "Destination"):
        yield Asked("GET", b"/data", b"", ((name, f"127.0.0.1:{port}"), ("Accept", "text/turtle")))


def put(app: Flask, step: int = 1) -> tuple[int, Counter[int], list[str]]:
    """Make every `step`-th attempt; return how many calls came, how the attempts were answered, and what else was wrong."""
    told: Counter[int] = Counter()
    wrong: list[str] = []
    with listening() as listener:
        for number, asked in enumerate(attempts(listener.port)):
            if number % step == 0:
                answered = ask(app, asked)
                told[answered.status] += 1
                wrong += [f"{asked}: {fault}" for fault in faults(asked, answered)]
    return listener.calls, told, wrong


def main() -> None:
    """Try and print."""
    app = create_app(Settings.from_env(os.environ).model_copy(update={"query_budget_s": 1e6}), SearchOpener())
    calls, told, wrong = put(app)
    app.extensions["itda"].close()
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    print(f"{told.total()} attempts, {calls} calls\n\n| status | answers |\n|---|---|")
    for status, times in sorted(told.items()):
        print(f"| {status} | {times} |")
    sys.exit(bool(calls or wrong))


if __name__ == "__main__":
    main()
