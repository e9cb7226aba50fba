"""Requests as no browser sends them: what a generated request is, how it is put to the site in one process, what no answer may be.

A request is made of bytes as they arrive, so that broken UTF-8 and zero bytes reach the code as they would from a server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from web.headers import SECURITY

ERROR = 500
# 503 is the answer of a query pool that is busy; 504 and 507 those of a query that takes too much. They are refusals with a reason.
HANDLED = frozenset({503, 504, 507})


@dataclass(frozen=True)
class Asked:
    """A request: method, path and query as bytes (the path decoded, the query as in the address), headers, body."""

    method: str
    path: bytes
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        told = quote_from_bytes(self.path, safe="/") + ("?" + self.query.decode("latin-1") if self.query else "")
        return f"{self.method} {told[:300]!r} {dict(self.headers)!r:.200} {self.body[:200]!r}"


@dataclass(frozen=True)
class Answered:
    """What came back; header names in lower case, the last of a name wins in `headers`."""

    status: int
    pairs: tuple[tuple[str, str], ...]
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


def ask(app: Flask, asked: Asked) -> Answered:
    """Put a request to the site as a server would, through all of its layers."""
    # The builder refuses nothing that a server would let through; what it would tidy is set afterwards.
    environ = EnvironBuilder(method=asked.method, path="/", data=asked.body or None).get_environ()
    environ["PATH_INFO"], environ["QUERY_STRING"] = asked.path.decode("latin-1"), asked.query.decode("latin-1")
    for name, value in asked.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    chunks, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    body = b"".join(chunks)
    pairs = tuple((name.lower(), value) for name, value in headers)
    return Answered(int(status.split()[0]), pairs, body, dict(pairs))


def faults(asked: Asked, answered: Answered) -> list[str]:
    """Say what is wrong with an answer, whatever was asked: an unhandled failure, a missing or split header, a bad problem document."""
    found = []
    if answered.status >= ERROR and answered.status not in HANDLED:
        found.append(f"status {answered.status}")
    found += [f"header {name} is missing" for name, value in SECURITY.items() if answered.headers.get(name.lower()) != value]
    found += [f"header {name} holds a line end" for name, value in answered.pairs if "\r" in value or "\n" in value or "\0" in value]
    if b"Traceback (most recent call last)" in answered.body:
        found.append("a traceback is shown")
    path = asked.path.removeprefix(b"/en")
    if answered.status >= 400 and path.startswith(b"/api/") and asked.method != "HEAD":
        found += _problem_faults(answered)
    return found


def _problem_faults(answered: Answered) -> list[str]:
    if answered.headers.get("content-type") != "application/problem+json":
        return [f"an error of the API is {answered.headers.get('content-type')}"]
    said = answered.json()
    return [f"the problem has no {name}" for name in ("type", "title", "status", "detail", "code") if not said.get(name)]
