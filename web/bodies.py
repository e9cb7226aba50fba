"""Request bodies under a deadline: whoever begins to send one and never ends must not keep a thread from everyone else.

A thread that reads from a server cannot be told to stop. What ends its wait is the end of the connection's input, so that is brought about:
on Linux, for connections from the same address on which this process has sent nothing for as long as the body was waited for.
"""

from __future__ import annotations

import math
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from web.errors import WebError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.settings import Settings
    from web.kept import Application, Environ, Headers, StartResponse

OUTCOME = "itda.body"
LATE, FULL, CUT = "late", "full", "cut"
MOST_DISCARDED = 32 << 20
"""Of a body that is too large so many bytes are read and dropped: a client hears the refusal only after it has sent."""
_CHUNK = 1 << 16
_PLACE_S = 0.2
_LOOK_S = 0.25
_ABOVE_DEADLINE_S = 2.0
_LAST_SENT = 8 + 9 * 4  # of struct tcp_info in linux/tcp.h: eight bytes and nine numbers stand before tcpi_last_data_sent (ms)
_OPEN_FILES = Path("/proc/self/fd")


@dataclass(eq=False)
class Waited:
    """A body that is being read: from where, since when (monotonic seconds), and whether its time is over."""

    address: str
    since: float
    is_late: bool = False


class Bodies:
    """WSGI middleware that reads the body of a POST before the application does, in bounded time, memory and number of threads."""

    def __init__(self, app: Application, most_bytes: int, deadline_s: float, places: int) -> None:
        """Wrap an application.

        Args:
            most_bytes: Longest body the application gets; of a longer one it sees the length only.
            deadline_s: Time a body may take.
            places: How many bodies may be waited for at once.
        """
        self._app, self._most = app, most_bytes
        self._places = threading.BoundedSemaphore(places)
        self._watch = _Watch(deadline_s)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Read, then let the application answer; what came late, in part or found no place is marked for it (`OUTCOME`)."""
        if environ["REQUEST_METHOD"] != "POST" or _length(environ) == 0:
            return self._app(environ, start_response)
        if not self._places.acquire(timeout=_PLACE_S):
            environ[OUTCOME], ends = FULL, True
        else:
            try:
                ends = self._read(environ)
            finally:
                self._places.release()
        if not ends:
            return self._app(environ, start_response)

        def last(status: str, headers: Headers, *error: Any) -> Any:
            return start_response(status, [*headers, ("Connection", "close")], *error)

        return self._app(environ, last)

    def _read(self, environ: Environ) -> bool:
        """Put the body into memory; say whether something of it was left unread."""
        stream, length = environ["wsgi.input"], _length(environ)
        parts: list[bytes] = []
        taken, ended = 0, False
        with self._watch.over(environ.get("REMOTE_ADDR", "")) as waited:
            while taken < MOST_DISCARDED and not waited.is_late and taken != length:
                try:
                    part = stream.read(_CHUNK if length is None else min(_CHUNK, length - taken))
                except OSError:  # the connection is gone, so this is not the end
                    break
                if not part:
                    ended = True
                    break
                taken += len(part)
                if taken <= self._most:
                    parts.append(part)
        whole = taken == length or (length is None and ended and not waited.is_late)
        if max(taken, length or 0) > self._most:
            environ |= {"wsgi.input": BytesIO(), "CONTENT_LENGTH": str(max(taken, length or 0)), "wsgi.input_terminated": True}
            return not whole
        if not whole:  # a part is never taken for the whole
            environ[OUTCOME] = LATE if waited.is_late or self._watch.has_ended(waited.address) else CUT
            return True
        environ |= {"wsgi.input": BytesIO(b"".join(parts)), "CONTENT_LENGTH": str(taken), "wsgi.input_terminated": True}
        return False


class _Watch:
    """Ends the input of connections whose body is late; its thread begins with the first body, after a server has forked."""

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._waited: set[Waited] = set()
        self._ended: dict[str, float] = {}
        self._changed = threading.Condition()
        self._process = 0

    @contextmanager
    def over(self, address: str) -> Iterator[Waited]:
        waited = Waited(address, time.monotonic())
        with self._changed:
            self._waited.add(waited)
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._look, name="bodies", daemon=True).start()
            elif len(self._waited) == 1:
                self._changed.notify()
        try:
            yield waited
        finally:
            with self._changed:
                self._waited.discard(waited)

    def has_ended(self, address: str) -> bool:
        """Say whether input from an address was ended so lately that a body from there may have lost its end by that.

        A connection is silent from its request on; its body is waited for from when a thread reads it, which may be later.
        """
        with self._changed:
            return time.monotonic() - self._ended.get(address, -math.inf) <= self._deadline_s

    def _look(self) -> None:
        while True:
            with self._changed:
                while not self._waited:
                    self._changed.wait()
                now = time.monotonic()
                late = [one for one in self._waited if now - one.since >= self._deadline_s]
                for one in late:
                    one.is_late = True
                addresses = {one.address for one in late}
                lately = {address: at for address, at in self._ended.items() if now - at <= self._deadline_s}
                self._ended = lately | dict.fromkeys(addresses, now)
            for address in addresses:
                end_input(address, self._deadline_s)
            time.sleep(_LOOK_S)


def end_input(address: str, silent_s: float) -> int:
    """End the input of this process's connections from an address on which it has sent nothing for so many seconds; return how many."""
    ended = 0
    try:
        wanted = _ip(address)
        numbers = [int(one.name) for one in _OPEN_FILES.iterdir()]
    except (ValueError, OSError):  # no network address, or no Linux
        return 0
    for number in numbers:
        with suppress(OSError, ValueError):
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            ended += _end_silent(number, wanted, silent_s)
    return ended


def _end_silent(number: int, wanted: IPv4Address | IPv6Address, silent_s: float) -> bool:
    with socket.socket(fileno=os.dup(number)) as found:
        if found.family not in (socket.AF_INET, socket.AF_INET6) or _ip(found.getpeername()[0]) != wanted:
            return False
        told = found.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_SENT + 4)
        is_silent: bool = struct.unpack_from("=I", told, _LAST_SENT)[0] >= (silent_s - _LOOK_S) * 1000
        if is_silent:
            found.shutdown(socket.SHUT_RD)
        return is_silent


def _ip(text: str) -> IPv4Address | IPv6Address:
    found = ip_address(text.partition("%")[0])
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _length(environ: Environ) -> int | None:
    """Return how long the body is: None when only its end tells."""
    told = environ.get("CONTENT_LENGTH") or ""
    if told.isascii() and told.isdigit():
        return int(told)
    return None if environ.get("wsgi.input_terminated") and not told else 0


def init_bodies(app: Flask, settings: Settings) -> None:
    """Read bodies of an app by its settings, and refuse what comes late."""

    # A connection that waits for the answer to a query is silent as well: those are never taken for a late body.
    deadline_s = max(settings.body_s, settings.query_deadline_s + _ABOVE_DEADLINE_S)

    def refuse() -> None:
        outcome = request.environ.get(OUTCOME)
        if outcome == LATE:
            raise WebError("web.body-late", 408, limit="body_s", value=f"{deadline_s:g}", unit="s")
        if outcome == FULL:
            raise WebError("web.bodies-full", 503)
        if outcome == CUT:
            raise WebError("web.body-cut")

    app.before_request(refuse)
    app.wsgi_app = Bodies(app.wsgi_app, settings.body_bytes, deadline_s, settings.threads // 2)  # type: ignore[method-assign]
