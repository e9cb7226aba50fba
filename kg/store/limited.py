"""What every way to answer visitors' queries has in common: the guard, a bounded number of places, and answers kept for the next one."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from kg.errors import StoreUnavailable
from kg.settings import Settings
from kg.store.answers import KeptAnswers
from kg.store.evaluation import fitting_media
from kg.store.guard import QueryShape, inspect
from kg.store.places import Asker, Place, Places
from kg.store.results import Answer, Dataset

_SHAPES = 64


class LimitedQueries(ABC):
    """`PublicQueries` up to the engine: no more callers than `query_waiting` are let in at once, so that threads are left for all else."""

    def __init__(self, settings: Settings, running: int, prefixes: Mapping[str, str] | None = None) -> None:
        """Prepare.

        Args:
            settings: `query_waiting`, `query_kept_bytes` and the other limits of queries.
            running: How many queries the engine may be asked at once.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        """
        self._settings = settings
        self._prefixes = dict(prefixes or {})
        self._closed = threading.Event()
        self._places = Places(settings, running)
        self._kept = KeptAnswers(settings.query_kept_bytes)
        # A request looks at its query twice, once to choose the format.
        self._inspect: Callable[[str], QueryShape] = lru_cache(maxsize=_SHAPES)(self._shape)

    def inspect(self, text: str) -> QueryShape:
        """Say what a query is (its form and so the media types that fit) without running it; raises as `kg.store.guard.inspect` does."""
        return self._inspect(text)

    def _shape(self, text: str) -> QueryShape:
        return inspect(text, self._prefixes, self._settings.query_bytes, self._settings.query_nesting, self._settings.query_tokens)

    def query(self, text: str, accept: str | Sequence[str], dataset: Dataset | None = None, asker: Asker | None = None) -> Answer:
        """Answer a visitor's query, whole or not at all, within `query_deadline_s` of this call.

        Args:
            accept: Media type of the answer, or several by preference: the first that fits the form of the query is taken.
            dataset: Graphs to read (SPARQL Protocol `default-graph-uri`, `named-graph-uri`); with it FROM clauses count for nothing.
            asker: Who asks; those who have used less query time come first.
        Raises:
            QuerySyntaxError: it does not parse; facts `line`, `column`, `detail`.
            QueryNotAllowed: it is an update, calls a service, names a graph the store does not hold (facts `form`, `graph`), or its form
                fits no media type of `accept` (code `query.media`).
            QueryLimitExceeded: it is too long, deep or many-worded, or was ended for its time, memory, merge or answer; facts `limit`,
                `value`, `unit`. Or the engine broke down over it (code `query.too-complex`, fact `signal`).
            QueryError: the engine failed at it; fact `detail`.
            StoreUnavailable: too many queries are in already, or no place came free (code `store.busy`), it was cut for others who had used
                less (`store.gave-way`), nothing is taken any more (`store.closed`), or the engine ended unexpectedly.
        """
        until = time.monotonic() + self._settings.query_deadline_s
        shape = self.inspect(text)
        key = (shape.canonical, fitting_media(shape.kind, accept), dataset or shape.dataset)
        if self._closed.is_set():
            raise StoreUnavailable("store.closed")
        if shape.repeatable and (kept := self._kept.get(key)):
            return kept
        with self._places.taken(asker or Asker(), until) as place:
            answer = self._run(shape, key[1], dataset, until, place)
        if shape.repeatable:
            self._kept.put(key, answer)
        return answer

    def close(self) -> None:
        """Take no more queries."""
        self._closed.set()

    @abstractmethod
    def _run(self, shape: QueryShape, media: str, dataset: Dataset | None, until: float, place: Place) -> Answer:
        """Ask the engine.

        Args:
            dataset: Graphs of the request; where it has none, those of the query count.
            until: When the time is up (`time.monotonic`).
            place: Its place; what can cut it is told to `Places.cuttable`.
        """
