"""What a request reads: the published snapshot, opened once per process and switched between requests."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from kg.errors import KgError, QueryError, SnapshotCorrupt, SnapshotError, StoreUnavailable
from kg.settings import Settings
from kg.store.base import GraphStore, PublicQueries
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.entity import EntityReader
from kg.store.reader.examples import load_examples, load_topics
from kg.store.reader.silence import Silences, load_silences
from kg.store.remote import RemoteStore
from kg.store.remote_queries import RemoteQueries
from kg.store.sandbox import QueryPool
from kg.store.snapshot import CURRENT, Snapshot, current_id, open_snapshot
from kg.store.standby import StandbyStore
from kg.text import DotTable
from kg.texts import SourceTexts
from search.engine import SearchEngine
from search.sayings import load_sayings
from web.budget import QueryBudget
from web.columns import load_columns
from web.i18n import LANGUAGES
from web.scrubbing import Scrubber
from web.shortlinks import ShortLinks
from web.site import Site
from web.taps import load_taps
from web.telling import Particles
from web.typed import Lookalikes

OpenSearch = Callable[[Path], SearchEngine]
"""Opens the full-text index of a snapshot folder; given by the edge, because Kiwi must be loaded before the server forks."""

LOG = logging.getLogger(__name__)
# What reading a folder that is gone, half copied or not a snapshot at all raises: our own errors, the system's, and those of parsing.
UNUSABLE = (SnapshotError, StoreUnavailable, QueryError, OSError, ValueError, KeyError, TypeError)


class Refused(Struct, frozen=True):
    """A snapshot that `current` names and that could not be opened; `stamp` tells when `current` was written (ns)."""

    id: str
    stamp: int


class Services:
    """Opens the current snapshot, and the next one when `current` changes.

    A request leases one `Site` from start to end. The old site is closed when its last request is done.
    A next one that cannot be opened changes nothing: the old one goes on being served, and `refused` says so.

    Attributes:
        refused: The snapshot that should be served and is not, while another one is.
    """

    def __init__(self, settings: Settings, open_search: OpenSearch) -> None:
        self.settings = settings
        self.context: dict[str, Any] = json.loads((settings.ontology / "context.jsonld").read_text("utf-8"))["@context"]
        self.prefixes = {name: iri for name, iri in self.context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}
        self.texts = SourceTexts(settings.sources)
        self.library = QueryLibrary.load(settings.ontology / "queries")
        self.examples = load_examples(settings.ontology / "examples")
        self.topics = load_topics(settings.ontology / "examples")
        self.links = ShortLinks(settings.links, settings.links_kept)
        self.budget = QueryBudget(settings.query_budget_s)
        self.particles = Particles.load(settings.data / "lexicon")
        self.refused: Refused | None = None
        self.scrubber = Scrubber(settings.scrub_mib_per_s)
        self.lookalikes = Lookalikes.load(settings.data / "lexicon")
        self.taps = load_taps(settings.data / "lexicon")
        self.columns = load_columns(settings.data / "lexicon")
        self.sayings = load_sayings(settings.data / "lexicon")
        self._dots = DotTable.load(settings.data / "lexicon")
        self._silences = load_silences(settings.ontology / "shapes")
        self._open_search = open_search
        self._lock = threading.Lock()
        self._switching = threading.Lock()
        self._opening = False
        self._sound = ""
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
        """Take the current snapshot, or the one before it when that cannot be opened; pair with `release`.

        Raises:
            SnapshotMissing: nothing is published.
            SnapshotCorrupt: the published snapshot cannot be opened, and none was before it.
        """
        with self._lock:
            site, attempt = self._wanted()
            if site is not None:
                self.scrubber.watch(site.snapshot)
                site.users += 1
                return site
            self._opening = True
        return self._switch(attempt)

    def _wanted(self) -> tuple[Site | None, Refused]:
        """Return the site to answer from, or None when this request has to open the snapshot that `current` names."""
        try:
            wanted = current_id(self.settings.snapshots)
        except UNUSABLE as error:
            return self._stay(Refused("", 0), error), Refused("", 0)
        if self._site is not None and self._site.snapshot.id == wanted:
            self.refused = None
            return self._site, Refused("", 0)
        attempt = Refused(wanted, self._stamp())
        # While one request opens the next snapshot, the others are answered from this one: opening may mean loading Kiwi.
        waits = self._site is None or not (self._opening or self.refused == attempt)
        return (None if waits else self._site), attempt

    def _switch(self, attempt: Refused) -> Site:
        """Open a snapshot and serve it from now on; go on with the one before when that is not possible."""
        with self._switching:
            opened: Site | Exception
            try:
                before = self._site  # another request may have opened it meanwhile
                opened = before if before is not None and before.snapshot.id == attempt.id else self._open(attempt.id)
            except UNUSABLE as error:
                opened = error
            finally:
                self._opening = False  # also after an error nobody expects, or no request would ever open the next one
            with self._lock:
                if isinstance(opened, Exception):
                    site = self._stay(attempt, opened)
                else:
                    if opened is not self._site:
                        self._retire()
                    site, self._site, self.refused = opened, opened, None
                self.scrubber.watch(site.snapshot)
                site.users += 1
                return site

    def verify(self, snapshot: Snapshot, *, again: bool = True) -> None:
        """Verify a snapshot for all processes that part from this one, so that none has to before its first answer.

        Args:
            again: False when that was just done elsewhere and found nothing.
        Raises:
            SnapshotCorrupt: a file of the snapshot is not as it was published.
        """
        if again:
            snapshot.verify()
        self._sound = snapshot.id

    def serving(self) -> str | None:
        """Return the id of the snapshot that is open and current; None while none is open, or another one is about to be."""
        opened = self._site
        try:
            return opened.snapshot.id if opened and opened.snapshot.id == current_id(self.settings.snapshots) else None
        except UNUSABLE:
            return None

    def _stay(self, attempt: Refused, error: Exception) -> Site:
        """Go on with the open snapshot; raise the error when there is none."""
        if self._site is None:
            if isinstance(error, SnapshotError):
                raise error
            raise SnapshotCorrupt(path=attempt.id[:12], expected=attempt.id[:12], actual=type(error).__name__) from error
        if self.refused is None or self.refused.id != attempt.id:
            LOG.error("snapshot %s cannot be opened, %s goes on being served: %s", attempt.id, self._site.snapshot.id, error)
        self.refused = attempt
        return self._site

    def _stamp(self) -> int:
        """Return when `current` was written: publishing the same snapshot once more is worth another try."""
        try:
            return (self.settings.snapshots / CURRENT).stat().st_mtime_ns
        except OSError:
            return 0

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
        self.scrubber.close()

    def _open(self, wanted: str) -> Site:
        snapshot = open_snapshot(self.settings.snapshots, wanted)
        if wanted != self._sound:
            snapshot.verify()
        self._sound = ""
        store, queries = self._engines(snapshot)
        reader = EntityReader(store, self.library, self._dots, Silences(self._silences, snapshot.findings))
        search, plans = self._open_search(snapshot.path), {lang: reader.plans(lang) for lang in LANGUAGES}
        if self._site is not None:  # queries under way when it is published find processes that run
            queries.start()
        return Site(snapshot, store, reader, search, queries, plans, self.library, self.sayings)

    def _engines(self, snapshot: Snapshot) -> tuple[GraphStore, PublicQueries]:
        """Return what answers our own queries and visitors': the snapshot's store, or the endpoint that holds the same data."""
        settings = self.settings
        if not settings.endpoint:
            return OxigraphStore.open(snapshot.store_path), QueryPool(snapshot.store_path, settings, self.prefixes)
        graphs, default = snapshot.manifest["graphs"], settings.endpoint_default_graph
        deadline_s = settings.query_deadline_s
        remote = RemoteStore(settings.endpoint, default_graph=default, graphs=graphs, deadline_s=deadline_s)
        public = RemoteStore(settings.endpoint, default_graph=default, graphs=graphs, deadline_s=deadline_s, prefixes=self.prefixes)

        def sound() -> None:
            expected, actual = int(snapshot.manifest["triples"]), int(self.library.run(remote, "page-triples").rows[0]["triples"].value)
            if actual != expected:
                raise StoreUnavailable("store.other-data", expected=expected, actual=actual)

        own = StandbyStore(remote, OxigraphStore.open(snapshot.store_path), sound)
        return own, RemoteQueries(public, settings, self.prefixes)

    def known_down(self, site: Site) -> list[str]:
        """Return the names of the parts that did not answer when they were asked last; nothing is asked."""
        store = isinstance(site.store, StandbyStore) and site.store.is_down
        return [name for name, is_down in (("endpoint", store), ("search", site.search.is_down)) if is_down]

    def parts(self, site: Site) -> dict[str, KgError | None]:
        """Return what answers on other machines, as the settings choose, each with why it does not; empty when nothing does."""
        found: dict[str, KgError | None] = {}
        if isinstance(site.store, StandbyStore):
            found["endpoint"] = site.store.trouble()
        if self.settings.search_engine != "whoosh":
            found["search"] = site.search.trouble()
        return found

    def _retire(self) -> None:
        if self._site is None:
            return
        self._site.retired = True
        if self._site.users == 0:
            self._site.queries.close()
