"""Visitors' queries to a remote endpoint: the same guard, places and kept answers as the sandbox, and our own deadline."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from kg.errors import StoreUnavailable
from kg.settings import Settings
from kg.store.answers import KeptAnswers
from kg.store.evaluation import fitting_media
from kg.store.guard import QueryShape, inspect
from kg.store.remote import RemoteStore
from kg.store.results import Answer, Dataset

_GRACE_S = 0.1


class RemoteQueries:
    """`PublicQueries` on a `RemoteStore`. What a query costs there is the endpoint's to bound; here it is dropped at the deadline."""

    def __init__(self, store: RemoteStore, settings: Settings, prefixes: Mapping[str, str] | None = None) -> None:
        """Prepare.

        Args:
            store: The endpoint, with the deadline of visitors' queries.
            settings: `query_…` and `answer_bytes` limits.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        """
        self._store = store
        self._settings = settings
        self._prefixes = dict(prefixes or {})
        self._places = threading.BoundedSemaphore(settings.query_waiting)
        self._kept = KeptAnswers(settings.query_kept_bytes)

    def inspect(self, text: str) -> QueryShape:
        """Say what a query is; see `PublicQueries`."""
        return inspect(text, self._prefixes, self._settings.query_bytes, self._settings.query_nesting, self._settings.query_tokens)

    def query(self, text: str, accept: str | Sequence[str], dataset: Dataset | None = None) -> Answer:
        """Answer a visitor's query, whole or not at all; see `PublicQueries`."""
        shape = self.inspect(text)
        key = (shape.canonical, fitting_media(shape.kind, accept), dataset or shape.dataset)
        if shape.repeatable and (kept := self._kept.get(key)):
            return kept
        if not self._places.acquire(timeout=_GRACE_S):
            raise StoreUnavailable("store.busy", limit="query_waiting", value=self._settings.query_waiting, unit="requests")
        try:
            answer = self._store.run(shape, key[1], {}, dataset, self._settings.answer_bytes)
        finally:
            self._places.release()
        if shape.repeatable:
            self._kept.put(key, answer)
        return answer

    def close(self) -> None:
        """Ask nothing more."""
        self._store.close()
