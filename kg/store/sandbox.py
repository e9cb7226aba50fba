"""Runs visitors' SPARQL in worker processes that are killed at a hard deadline and replaced."""

from __future__ import annotations

import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from kg import errors
from kg.errors import KgError, QueryError, QueryLimitExceeded, QueryNotAllowed, QueryRejected, QuerySyntaxError, StoreUnavailable
from kg.settings import Settings
from kg.store.answers import KeptAnswers
from kg.store.cures import NOTHING, Cure, cure_of
from kg.store.evaluation import fitting_media
from kg.store.guard import QueryShape, inspect
from kg.store.results import Answer, Dataset
from kg.store.worker import OUT_OF_MEMORY

# Isolated and without `site`, a worker starts in a third of the time and runs exactly the code its parent runs.
_BOOT = "import sys; sys.path[:0] = [sys.argv.pop(1)]; sys.path.append(sys.argv.pop(1)); from kg.store.worker import main; main()"
_PATHS = (str(Path(errors.__file__).parents[1]), str(Path(ox.__file__).parents[1]))
_START_S = 10.0
_DYING_S = 2.0
_CHUNK = 1 << 16
_GRACE_S = 0.1  # how long a query may wait for one of the places; short queries come and go in less
_BREAKDOWNS = (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL)
"""How a worker ends whose stack a query used up. Aborting is how the engine ends when it gets no memory."""
_ERRORS: Mapping[str, type[KgError]] = {
    kind.__name__: kind for kind in (QueryError, QueryLimitExceeded, QueryNotAllowed, QueryRejected, QuerySyntaxError, StoreUnavailable)
}


class QueryPool:
    """A few worker processes on one store folder, shared by the threads of one web process.

    Nothing is started before the first query, so a pool may be made before a server forks. One query takes one worker. No more callers than
    `query_waiting` are let in at once, so that threads are left for everything else; one waits for a worker no longer than a query may run.
    """

    def __init__(self, store_path: Path, settings: Settings, prefixes: Mapping[str, str] | None = None) -> None:
        """Prepare a pool; nothing is started yet.

        Args:
            store_path: Folder made by `OxigraphStore.build`.
            settings: `query_workers`, `query_waiting` and the other `query_…` and `answer_bytes` limits.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        """
        self._path = store_path.absolute()
        self._settings = settings
        self._prefixes = dict(prefixes or {})
        self._closed = threading.Event()
        self._places = threading.BoundedSemaphore(settings.query_waiting)
        self._slots: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._kept = KeptAnswers(settings.query_kept_bytes)
        self._inspect: Callable[[str], QueryShape] = lru_cache(maxsize=64)(self._shape)
        for _ in range(settings.query_workers):
            self._slots.put(None)

    def inspect(self, text: str) -> QueryShape:
        """Say what a query is (its form and so the media types that fit) without running it; raises as `kg.store.guard.inspect` does."""
        return self._inspect(text)

    def _shape(self, text: str) -> QueryShape:
        return inspect(text, self._prefixes, self._settings.query_bytes, self._settings.query_nesting, self._settings.query_tokens)

    def query(self, text: str, accept: str | Sequence[str], dataset: Dataset | None = None) -> Answer:
        """Answer a visitor's query, whole or not at all.

        Args:
            accept: Media type of the answer, or several by preference: the first that fits the form of the query is taken.
            dataset: Graphs to read (SPARQL Protocol `default-graph-uri`, `named-graph-uri`); with it FROM clauses count for nothing.
        Raises:
            QuerySyntaxError: it does not parse; facts `line`, `column`, `detail`.
            QueryNotAllowed: it is an update, calls a service, names a graph the store does not hold (facts `form`, `graph`), or its form
                fits no media type of `accept` (code `query.media`).
            QueryLimitExceeded: it is too long, deep or many-worded, or was ended for its time, memory, merge or answer; facts `limit`,
                `value`, `unit`. Or the engine broke down over it (code `query.too-complex`, fact `signal`).
            QueryError: the engine failed at it; fact `detail`.
            StoreUnavailable: too many queries are in already, or no worker came free (code `store.busy`), or the worker ended unexpectedly.
        """
        shape = self.inspect(text)
        key = (shape.canonical, fitting_media(shape.kind, accept), dataset or shape.dataset)
        if shape.repeatable and not self._closed.is_set() and (kept := self._kept.get(key)):
            return kept
        request = self._request(text, *key[1:], cure_of(shape))
        with self._place(), self._worker() as worker:
            try:
                answer = worker.ask(request)
            except QuerySyntaxError as error:
                raise shape.pinned(error) from None
        if shape.repeatable:
            self._kept.put(key, answer)
        return answer

    def close(self) -> None:
        """End all workers and reap them; running queries are let finish, which takes at most their deadline. No query is taken after."""
        self._closed.set()
        until = time.monotonic() + self._settings.query_deadline_s + _START_S
        with suppress(queue.Empty):
            for _ in range(self._settings.query_workers):
                worker = self._slots.get(timeout=max(0.0, until - time.monotonic()))
                if worker is not None:
                    worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _request(self, text: str, media: str, dataset: Dataset | None, cure: Cure = NOTHING) -> bytes:
        request = {
            "query": text,
            "media": media,
            "dataset": [dataset.default, dataset.named] if dataset else None,
            "prefixes": self._prefixes,
            "deadline_s": self._settings.query_deadline_s,
            "merge_quads": self._settings.query_merge_quads,
            "answer_bytes": self._settings.answer_bytes,
            "cure": asdict(cure) if cure != NOTHING else None,
        }
        return json.dumps(request).encode()

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_GRACE_S):
            raise StoreUnavailable("store.busy", limit="query_waiting", value=self._settings.query_waiting, unit="requests")
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def _worker(self) -> Iterator[_Worker]:
        slot = self._free_slot()
        try:
            if slot is not None and not slot.usable:
                slot.end()
                slot = None
            slot = slot or _Worker(self._path, self._settings)
            yield slot
        finally:
            if slot is None or slot.usable:
                self._slots.put(slot)
            else:  # the visitor need not wait until the system has taken a large process apart and made a new one
                threading.Thread(target=self._replace, args=(slot,), daemon=True).start()

    def _free_slot(self) -> _Worker | None:
        wait_s = self._settings.query_deadline_s
        try:
            if not self._closed.is_set():
                slot = self._slots.get(timeout=wait_s)
                if not self._closed.is_set():
                    return slot
                self._slots.put(slot)
        except queue.Empty:
            raise StoreUnavailable("store.busy", workers=self._settings.query_workers, waited_s=wait_s) from None
        raise StoreUnavailable("store.closed")

    def _replace(self, worker: _Worker) -> None:
        worker.end()
        successor = None
        if not self._closed.is_set():
            with suppress(StoreUnavailable, EOFError):
                successor = _Worker(self._path, self._settings)
                successor.await_ready()  # so that the next query need not wait for its start
        self._slots.put(successor)


class _Worker:
    """One worker process as its parent sees it. Used by one thread at a time."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._settings = settings
        self._ready = self._spent = False
        command = [sys.executable, "-I", "-S", "-c", _BOOT, *_PATHS, str(path), str(settings.query_memory_mib)]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
        except OSError as error:
            raise StoreUnavailable(detail=error) from None
        assert self._process.stdin and self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout
        os.set_blocking(self._requests.fileno(), False)
        os.set_blocking(self._answers.fileno(), False)

    @property
    def usable(self) -> bool:
        """Say whether it can take a query.

        One inherited through a fork cannot, or two processes would read each other's answers: it counts as ended where it is no child.
        """
        return not self._spent and self._process.poll() is None

    def kill(self) -> None:
        """Kill the process; `end` reaps it."""
        self._spent = True
        self._process.kill()

    def ask(self, request: bytes) -> Answer:
        """Send a request and read the whole answer; the process is gone afterwards unless it may answer another."""
        deadline_s = self._settings.query_deadline_s
        try:
            self.await_ready()
            until = time.monotonic() + deadline_s
            self._write(len(request).to_bytes(4, "big") + request, until)
            header, body = json.loads(self._frame(until)), self._frame(until)
            if header["retire"]:
                self.kill()
        except TimeoutError:
            self.kill()
            raise QueryLimitExceeded(limit="query_deadline_s", value=deadline_s, unit="s") from None
        except EOFError:
            raise self._verdict() from None
        except BaseException:
            self.kill()  # an answer may be on its way that the next query must not get
            raise
        if not header["ok"]:
            raise _ERRORS[header["error"]](header["code"], **header["facts"])
        return Answer(header["media"], body, header["kind"])

    def end(self) -> int:
        """Kill and reap the process; its exit status, negative for the signal that had ended it."""
        self.kill()
        self._requests.close()
        self._answers.close()
        return self._process.wait()

    def await_ready(self) -> None:
        """Wait until the process has opened its store."""
        if self._ready:
            return
        try:
            header = json.loads(self._frame(time.monotonic() + _START_S))
        except TimeoutError:
            raise StoreUnavailable(detail=f"worker not started within {_START_S} s") from None
        if not header["ok"]:
            raise StoreUnavailable(header["code"], **header["facts"])
        self._ready = True

    def _verdict(self) -> KgError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_DYING_S)  # it closed its pipes on its way out; killing it now could hide what ended it
        status = self.end()
        if not self._ready:
            return StoreUnavailable(status=status)
        if status in (-signal.SIGABRT, OUT_OF_MEMORY):
            return QueryLimitExceeded(limit="query_memory_mib", value=self._settings.query_memory_mib, unit="MiB")
        if status == -signal.SIGXCPU:
            return QueryLimitExceeded(limit="query_deadline_s", value=self._settings.query_deadline_s, unit="s")
        if status in _BREAKDOWNS:
            return QueryLimitExceeded("query.too-complex", signal=signal.Signals(-status).name)
        return StoreUnavailable(status=status)

    def _write(self, data: bytes, until: float) -> None:
        left = memoryview(data)
        while left:
            _wait(self._requests.fileno(), select.POLLOUT, until)
            try:
                left = left[os.write(self._requests.fileno(), left[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise EOFError from None

    def _frame(self, until: float) -> bytes:
        return self._read(int.from_bytes(self._read(4, until), "big"), until)

    def _read(self, size: int, until: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            _wait(self._answers.fileno(), select.POLLIN, until)
            chunk = os.read(self._answers.fileno(), min(_CHUNK, size - len(data)))
            if not chunk:
                raise EOFError
            data += chunk
        return bytes(data)


def _wait(descriptor: int, event: int, until: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
