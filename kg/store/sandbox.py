"""Runs visitors' SPARQL in worker processes that are killed at a hard deadline and replaced."""

from __future__ import annotations

import queue
import time
from _thread import start_new_thread
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import json

from kg.errors import QueryLimitExceeded, QuerySyntaxError, StoreUnavailable
from kg.settings import Settings
from kg.store.child import WorkerProcess
from kg.store.cures import cure_of
from kg.store.guard import QueryShape
from kg.store.limited import LimitedQueries
from kg.store.places import RETRY_S, Place
from kg.store.results import Answer, Dataset

_START_S = 10.0
_AFTER_ANSWER_S = 0.05
_SPARE = 1
"""Processes beyond those that may run: while that of a query that was cut is replaced, the one it made room for need not wait for it."""
_FAIR_SHARE = 0.5
"""Of the deadline: a query that had less of it, because others were before it, was not too slow; the service was too busy."""


class QueryPool(LimitedQueries):
    """A few worker processes on one store folder, shared by the threads of one web process.

    Nothing is started before the first query or `start`, so a pool may be made before a server forks. One query takes one worker.
    """

    def __init__(self, store_path: Path, settings: Settings, prefixes: Mapping[str, str] | None = None) -> None:
        """Prepare a pool; nothing is started yet.

        Args:
            store_path: Folder made by `OxigraphStore.build`.
            settings: `query_workers`, `query_waiting` and the other `query_…` and `answer_bytes` limits.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        """
        super().__init__(settings, settings.query_workers, prefixes)
        self._path = store_path.absolute()
        self._slots: queue.LifoQueue[WorkerProcess | None] = queue.LifoQueue()
        for _ in range(settings.query_workers + _SPARE):
            self._slots.put(None)

    def start(self) -> None:
        """Start the workers of a pool that was not asked yet, and wait until they are ready, so that no query has to."""
        started: list[WorkerProcess] = []
        with suppress(StoreUnavailable):  # the system starts no process now; it is asked again by the first query
            started += (WorkerProcess(self._path, self._settings) for _ in range(self._settings.query_workers))
        for worker in started:
            with suppress(StoreUnavailable, EOFError):  # it is replaced by the first query
                worker.await_ready()
        for _ in started:
            self._slots.get()
        for worker in started:
            self._slots.put(worker)

    def close(self) -> None:
        """End all workers and reap them; running queries are let finish, which takes at most their deadline. No query is taken after."""
        super().close()
        until = time.monotonic() + self._settings.query_deadline_s + _START_S
        with suppress(queue.Empty):
            for _ in range(self._settings.query_workers + _SPARE):
                worker = self._slots.get(timeout=max(0.0, until - time.monotonic()))
                if worker is not None:
                    worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _run(self, shape: QueryShape, media: str, dataset: Dataset | None, until: float, place: Place) -> Answer:
        request = self._request(shape, media, dataset or shape.dataset)
        with self._worker(until) as worker:
            worker.begin(until)
            has_share = until - time.monotonic() >= self._settings.query_deadline_s * _FAIR_SHARE
            try:
                with self._places.cuttable(place, worker.kill):
                    return worker.ask(request, until)
            except QuerySyntaxError as error:
                raise shape.pinned(error) from None
            except QueryLimitExceeded as error:
                if has_share or error.facts.get("limit") != "query_deadline_s":
                    raise
                raise self._busy() from None
            except StoreUnavailable:
                if place.is_cut:
                    raise self._gave_way(place) from None
                raise

    def _request(self, shape: QueryShape, media: str, dataset: Dataset | None) -> bytes:
        cure = cure_of(shape)
        request = {
            "query": shape.text,
            "media": media,
            "dataset": [dataset.default, dataset.named] if dataset else None,
            # The engine reads every namespace it is given, which takes longer than a short query.
            "prefixes": {name: self._prefixes[name] for name in shape.prefixes_used if name in self._prefixes},
            "deadline_s": self._settings.query_deadline_s,
            "merge_quads": self._settings.query_merge_quads,
            "answer_bytes": self._settings.answer_bytes,
            "cure": cure,
        }
        return json.encode(request)

    @contextmanager
    def _worker(self, until: float) -> Iterator[WorkerProcess]:
        slot = self._free_slot(until)
        try:
            if slot is not None and not slot.usable:
                slot.end()
                slot = None
            slot = slot or WorkerProcess(self._path, self._settings)
            yield slot
        finally:
            if slot is None or slot.usable:
                self._slots.put(slot)
            else:  # the visitor need not wait until the system has taken a large process apart and made a new one
                start_new_thread(self._replace, (slot,))  # threading.Thread.start waits until the thread has had its first turn

    def _free_slot(self, until: float) -> WorkerProcess | None:
        try:
            slot = self._slots.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise self._busy() from None
        if self._closed.is_set():
            self._slots.put(slot)
            raise StoreUnavailable("store.closed")
        return slot

    def _busy(self) -> StoreUnavailable:
        return StoreUnavailable("store.busy", workers=self._settings.query_workers, waited_s=self._settings.query_deadline_s)

    def _gave_way(self, place: Place) -> StoreUnavailable:
        ran, short = f"{place.ran(time.monotonic()):.1f}", f"{self._settings.query_short_s:g}"
        return StoreUnavailable("store.gave-way", ran=ran, limit="query_short_s", value=short, unit="s", wait=RETRY_S)

    def _replace(self, worker: WorkerProcess) -> None:
        # Starting a process holds up all threads until the system has come to it; the visitor's answer goes out before.
        successor = None
        if self._closed.wait(_AFTER_ANSWER_S):
            worker.end()  # before the pool says that it is closed
        else:
            with suppress(StoreUnavailable, EOFError):
                successor = WorkerProcess(self._path, self._settings)
                successor.await_ready()  # so that the next query need not wait for its start
        self._slots.put(successor)
        worker.end()  # it was killed before; on a busy machine it may take long to be gone
