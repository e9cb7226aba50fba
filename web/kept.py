"""Answers kept in memory that all processes share, so that what many people ask for is made once for each published snapshot."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, g, request
from msgspec import Struct

from web.memory import SharedMemory

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

MARK = "itda.keep"
OUTCOME = "itda.kept"
ROUTE = "itda.route"
LARGEST_BYTES = 256 * 1024
_REMEMBERED, _SHORT = 2048, 300
# What an answer is made of besides its address. Nothing else a client sends changes an answer that may be kept.
_SENT = ("HTTP_ACCEPT", "HTTP_COOKIE", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", "SCRIPT_NAME")
# What an answer without a body does not say (RFC 9110, 15.4.5); the policy of what a page may load is no header of the body.
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-language", "content-location"})
# These keep answers of their own, and count what they cost against the one who asks.
_WITH_BUDGETS = frozenset({"sparql", "queries"})


class KeptAnswer(Struct, frozen=True):
    """A whole answer as it was sent, with its entity tag and the route that made it."""

    status: str
    headers: Headers
    body: bytes
    tag: str
    route: str

    def packed(self) -> bytes:
        """Return it as bytes, for `unpacked`."""
        return json.dumps((self.status, self.headers, self.tag, self.route)).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, value: bytes) -> KeptAnswer:
        """Read what `packed` returned."""
        told, _, body = value.partition(b"\n")
        status, headers, tag, route = json.loads(told)
        return cls(status, [(name, text) for name, text in headers], body, tag, route)


class KeptAnswers:
    """WSGI middleware that keeps repeatable answers, for all threads and for all processes that are forked after it was made."""

    def __init__(self, app: Application, serving: Callable[[], str | None], most_bytes: int) -> None:
        """Wrap an application.

        Args:
            app: Marks what may be kept (`init_keeping`).
            serving: Returns the id of the snapshot that is open and current, or None while there is none or another is about to be opened.
            most_bytes: Memory for answers; 0 keeps none, and neither does a system that has not so much.
        """
        self._app, self._serving = app, serving
        self._memory: SharedMemory | None = None
        with suppress(OSError):
            self._memory = SharedMemory(most_bytes) if most_bytes else None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or let the application answer and keep what it marked."""
        memory = self._memory
        if memory is None or environ["REQUEST_METHOD"] != "GET" or (snapshot := self._serving()) is None:
            return self._app(environ, start_response)
        key = repr((snapshot, *_key(environ))).encode("utf-8", "backslashreplace")
        value = memory.get(key)
        if value is None:
            return self._ask(environ, start_response, snapshot, lambda answer: memory.put(key, answer.packed()))
        found = KeptAnswer.unpacked(value)
        environ[OUTCOME], environ[ROUTE] = "hit", found.route
        if _is_known(found.tag, environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response("304 NOT MODIFIED", [pair for pair in found.headers if pair[0].lower() not in _OF_THE_BODY])
            return []
        start_response(found.status, found.headers)
        return [found.body]

    def _ask(self, environ: Environ, start_response: StartResponse, snapshot: str, keep: Callable[[KeptAnswer], None]) -> Iterable[bytes]:
        environ[OUTCOME] = "miss"
        told: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *error: Any) -> Any:
            told[:] = [(status, headers)]
            return start_response(status, headers, *error)

        chunks = self._app(environ, listen)
        if environ.get(MARK) != snapshot:
            return chunks
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = told[0]
        tag = next((value for name, value in headers if name.lower() == "etag"), "")
        if tag and len(body) <= LARGEST_BYTES:
            keep(KeptAnswer(status, list(headers), body, tag, environ.get(ROUTE, "")))
        return [body]


def init_keeping(app: Flask) -> None:
    """Mark the answers of an app that may be kept; register first, because hooks run last to first."""

    def mark(response: Response) -> Response:
        opened = g.get("site")
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else ""
        control = response.cache_control
        if (
            opened is not None
            and request.method == "GET"
            and response.status_code == HTTPStatus.OK
            and "ETag" in response.headers
            and "Itda-Degraded" not in response.headers
            and not (control.no_store or control.private or response.is_streamed or "Set-Cookie" in response.headers)
            and request.blueprint not in _WITH_BUDGETS
        ):
            request.environ[MARK] = opened.snapshot.id
        return response

    app.after_request(mark)


def _key(environ: Environ) -> tuple[str, ...]:
    """Return what tells requests with different answers apart; parameters in any order and spelling are one request."""
    raw = environ.get("QUERY_STRING", "")
    # What many ask is short; what one visitor makes up may be as long as an address.
    query = _short_query(raw) if len(raw) <= _SHORT else _query(raw)
    taken = environ.get("HTTP_ACCEPT_ENCODING", "")
    squeezed = "gzip" if "gzip" in taken and ";" not in taken else taken
    return (environ.get("PATH_INFO", ""), query, squeezed, *(str(environ.get(name, "")) for name in _SENT))


def _query(raw: str) -> str:
    """Return the parameters of a query string in one order and spelling."""
    if not raw:
        return ""
    # Bytes that are no UTF-8 stay apart: they are shown as they were sent.
    parsed = parse_qsl(raw, keep_blank_values=True, errors="surrogateescape")
    pairs = [(name, unicodedata.normalize("NFC", value)) for name, value in parsed]
    return urlencode(sorted(pairs, key=lambda pair: pair[0]), errors="surrogateescape")


_short_query = lru_cache(_REMEMBERED)(_query)


def _is_known(tag: str, known: str) -> bool:
    """Say whether a client already has the answer; entity tags are compared weakly (RFC 9110, 13.1.2)."""
    bare = tag.removeprefix("W/")
    return known.strip() == "*" or any(one.strip().removeprefix("W/") == bare for one in known.split(",") if one.strip())
