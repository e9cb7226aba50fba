"""Visitors' queries to a remote endpoint: the same guard, places and kept answers as the sandbox, and our own deadline."""

from __future__ import annotations

from collections.abc import Mapping

from kg.settings import Settings
from kg.store.guard import QueryShape
from kg.store.limited import LimitedQueries
from kg.store.places import Place
from kg.store.remote import RemoteStore
from kg.store.results import Answer, Dataset


class RemoteQueries(LimitedQueries):
    """`PublicQueries` on a `RemoteStore`. What a query costs there is the endpoint's to bound; here it is dropped at the deadline."""

    def __init__(self, store: RemoteStore, settings: Settings, prefixes: Mapping[str, str] | None = None) -> None:
        """Prepare.

        Args:
            store: The endpoint, with the deadline of visitors' queries.
            settings: `query_…` and `answer_bytes` limits.
            prefixes: Namespaces by prefix that queries may use without declaring them.
        """
        super().__init__(settings, settings.query_waiting, prefixes)
        self._store = store

    def _run(self, shape: QueryShape, media: str, dataset: Dataset | None, until: float, place: Place) -> Answer:
        return self._store.run(shape, media, {}, dataset, self._settings.answer_bytes)  # the store drops it at the deadline itself

    def start(self) -> None:
        """Do nothing: the endpoint is ready."""

    def close(self) -> None:
        """Ask nothing more."""
        super().close()
        self._store.close()
