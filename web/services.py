"""What a request reads: the published snapshot, opened once per process and switched between requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader import EntityReader
from kg.store.reader_model import Ref
from kg.store.sandbox import QueryPool
from kg.store.snapshot import Snapshot, current_id, open_current
from kg.texts import SourceTexts
from search.engine import SearchEngine
from web.i18n import LANGUAGES

OpenSearch = Callable[[Path], SearchEngine]
"""Opens the full-text index of a snapshot folder; given by the edge, because Kiwi must be loaded before the server forks."""


@dataclass(eq=False)
class Site:
    """One opened snapshot and everything that answers from it; `plans` are those it holds, newest first, by language."""

    snapshot: Snapshot
    store: OxigraphStore
    reader: EntityReader
    search: SearchEngine
    queries: QueryPool
    plans: Mapping[str, tuple[Ref, ...]]
    users: int = field(default=0)
    retired: bool = field(default=False)


class Services:
    """Opens the current snapshot, and the next one when `current` changes.

    A request leases one `Site` from start to end. The old site is closed when its last request is done.
    """

    def __init__(self, settings: Settings, open_search: OpenSearch) -> None:
        self.settings = settings
        self.context: dict[str, Any] = json.loads((settings.ontology / "context.jsonld").read_text("utf-8"))["@context"]
        self.prefixes = {name: iri for name, iri in self.context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}
        self.texts = SourceTexts(settings.sources)
        self.library = QueryLibrary.load(settings.ontology / "queries")
        self._open_search = open_search
        self._lock = threading.Lock()
        self._site: Site | None = None

    @contextmanager
    def lease(self) -> Iterator[Site]:
        """Hold the current snapshot open for one request.

        Raises:
            SnapshotMissing: nothing is published.
            SnapshotCorrupt: the published snapshot cannot be opened.
        """
        site = self.acquire()
        try:
            yield site
        finally:
            self.release(site)

    def acquire(self) -> Site:
        """Take the current snapshot; pair with `release`."""
        wanted = current_id(self.settings.snapshots)
        with self._lock:
            if self._site is None or self._site.snapshot.id != wanted:
                opened = self._open()
                self._retire()
                self._site = opened
            self._site.users += 1
            return self._site

    def release(self, site: Site) -> None:
        """Give a snapshot back."""
        with self._lock:
            site.users -= 1
            done = site.retired and site.users == 0
        if done:
            site.queries.close()

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._retire()
            self._site = None

    def _open(self) -> Site:
        snapshot = open_current(self.settings.snapshots)
        store = OxigraphStore.open(snapshot.store_path)
        pool = QueryPool(snapshot.store_path, self.settings, self.prefixes)
        reader = EntityReader(store, self.library)
        return Site(snapshot, store, reader, self._open_search(snapshot.path), pool, {lang: reader.plans(lang) for lang in LANGUAGES})

    def _retire(self) -> None:
        if self._site is None:
            return
        self._site.retired = True
        if self._site.users == 0:
            self._site.queries.close()
