"""The process a visitor's query runs in: opens the store read-only, gives up every power it does not need, answers until told to end.

No query can be stopped from inside its process, and some end it, so `kg.store.sandbox` kills and replaces these. This module and all it
imports stay free of rdflib and pydantic: start-up is what a killed query costs the next one.

Frames on stdin and stdout are a 4-byte big-endian length and that many bytes. One frame with a header says that the store is open; then
each request frame (JSON) is answered by a header frame (JSON) and a body frame.

When the web process dies, the worker must, too. A parent-death signal would fire when the *thread* that started the worker ends, and web
servers retire idle threads. Instead a thread waits for the other end of stdin to close, which no query can hold up, because the engine
lets go of the interpreter lock; and the CPU limit, renewed for each query, ends a worker in which even that thread no longer runs.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from msgspec import convert

from kg.errors import KgError, QueryError, StoreUnavailable
from kg.store.cures import Cure
from kg.store.evaluation import evaluate, open_engine
from kg.store.jail import refuse_sockets
from kg.store.results import Answer, Dataset

REQUESTS, ANSWERS = 0, 1
OUT_OF_MEMORY = 75
"""Exit status of a worker whose interpreter ran out of memory; the engine aborts instead."""

POLITENESS = 10
"""Added to the nice value from its first instruction on: where processors are short, pages come before queries."""

_ORPHANED = 76
_STACK_BYTES = 256 * 1024
_RETIRE_SHARE = 4
_LENGTH = 4
_CHUNK = 1 << 16


def main() -> None:
    """Serve the store whose folder is the first argument with as many MiB of memory for queries as the second says."""
    folder, memory_mib = sys.argv[1:3]
    signal.pthread_sigmask(signal.SIG_SETMASK, [])  # the thread that started us may have blocked the signals that end us
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which lets running queries finish
    try:
        engine = open_engine(Path(folder))
    except StoreUnavailable as error:
        _send(_failure(error))
        return
    no_sockets = refuse_sockets()  # before any other thread starts: threads inherit it
    _watch_parent()
    allowance = int(memory_mib) * 2**20
    statm = os.open("/proc/self/statm", os.O_RDONLY)  # stays open: later there is no descriptor for it
    start = _address_space(statm)
    _give_up_powers(start + allowance, sum(1 for _ in Path(folder).glob("*.sst")), no_sockets=no_sockets)
    _send({"ok": True})
    try:
        while request := _receive():
            header, body = _answer(engine, json.loads(request))
            # Heap that a heavy query left behind would count against the next one.
            header["retire"] = _address_space(statm) - start > allowance // _RETIRE_SHARE
            _send(header, body)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _watch_parent() -> None:
    watching = threading.Event()

    def wait_for_hang_up() -> None:
        poll = select.poll()
        poll.register(REQUESTS, 0)
        watching.set()
        poll.poll()
        os._exit(_ORPHANED)

    threading.stack_size(_STACK_BYTES)
    threading.Thread(target=wait_for_hang_up, daemon=True).start()
    watching.wait()  # what the thread allocates must be counted before the memory limit is set


def _give_up_powers(address_space: int, store_files: int, *, no_sockets: bool) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The engine opens the files of a large store only when it needs them. Where the system itself refuses sockets they may stay possible;
    # elsewhere there is no descriptor to be had: no socket and no other file, whatever the engine is talked into.
    most = _highest_descriptor() + 1 + store_files if no_sockets else 3
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _highest_descriptor() -> int:
    return max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())


def _address_space(statm: int) -> int:
    return int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize()


def _answer(engine: ox.Store, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    _renew_cpu_limit(request["deadline_s"])
    dataset = Dataset(*map(tuple, request["dataset"])) if request["dataset"] is not None else None
    try:
        answer: Answer = evaluate(
            engine,
            request["query"],
            request["media"],
            dataset=dataset,
            prefixes=request["prefixes"],
            merge_quads=request["merge_quads"],
            max_bytes=request["answer_bytes"],
            cure=convert(request["cure"], Cure),
        )
    except QueryError as error:
        return _failure(error), b""
    return {"ok": True, "media": answer.media, "kind": answer.kind}, answer.body


def _renew_cpu_limit(deadline_s: float) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = ceil(used.ru_utime + used.ru_stime + deadline_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _failure(error: KgError) -> dict[str, Any]:
    return {"ok": False, "error": type(error).__name__, "code": error.code, "facts": error.facts}


def _receive() -> bytes:
    """Read one request; nothing is on its way behind it, because the next is sent when this one is answered."""
    data = b""
    while len(data) < _LENGTH or len(data) < _LENGTH + int.from_bytes(data[:_LENGTH], "big"):
        chunk = os.read(REQUESTS, _CHUNK)
        if not chunk:
            return b""
        data += chunk
    return data[_LENGTH:]


def _send(header: Mapping[str, Any], *bodies: bytes) -> None:
    frames = [json.dumps(header).encode(), *bodies]
    left = memoryview(b"".join(part for frame in frames for part in (len(frame).to_bytes(_LENGTH, "big"), frame)))
    while left:
        left = left[os.write(ANSWERS, left) :]


if __name__ == "__main__":
    main()
