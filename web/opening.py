"""Opens the full-text search of a snapshot: the index in it, or the cluster that the settings name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from kg.errors import SnapshotCorrupt
from kg.settings import Settings, addresses
from search.analysis import Analyser
from search.answering import LEXICON_FILE, read_lexicon
from search.engine import SearchEngine
from search.whoosh_engine import WhooshSearch

if TYPE_CHECKING:
    from kg.build.artifacts import ArtifactBuilder
    from search.index import IndexBuilder


class Remote(Protocol):
    """What `search.loading` offers; its client is imported only where a cluster is used."""

    def connect(self, addresses: tuple[str, ...], deadline_s: float, shards: int) -> RemoteSearch:
        """Point at a cluster."""


class RemoteSearch(Protocol):
    """A cluster that holds the indexes of snapshots; see `search.loading.ClusterSearch`."""

    def open(self, snapshot: Path, analyser: Analyser) -> SearchEngine:
        """Open the search of a snapshot on it."""

    def builder(self, inner: IndexBuilder) -> ArtifactBuilder:
        """Return a builder that loads what the inner one built."""

    def load(self, snapshot: Path, *, drop: tuple[Path, ...] | None = None) -> tuple[str, int, list[str]]:
        """Load the index of a snapshot; return its name, its documents and the indexes that were taken away."""


def remote_search(settings: Settings) -> RemoteSearch | None:
    """Return the cluster that the settings choose; None for the index in the snapshot."""
    if settings.search_engine == "whoosh":
        return None
    remote = cast(Remote, import_module("search.loading"))
    return remote.connect(addresses(settings.search_url), settings.search_deadline_s, settings.search_shards)


class SearchOpener:
    """Opens a snapshot's search with the analyser of its lexicon; what was opened last is used again for the same snapshot."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._remote = remote_search(settings) if settings else None
        self._lexicon = b""
        self._analyser: Analyser | None = None
        self._path: Path | None = None
        self._search: SearchEngine | None = None

    def __call__(self, snapshot: Path) -> SearchEngine:
        """Open the search of a snapshot folder, loading Kiwi only when the lexicon is new.

        Raises:
            SnapshotCorrupt: a file is missing, cannot be read, or is of another version of this code; facts `path`, `detail`.
        """
        if self._search is None or snapshot != self._path:
            analyser = self._analyser_for(snapshot)
            self._search = self._remote.open(snapshot, analyser) if self._remote else WhooshSearch.open(snapshot / "search", analyser)
            self._path = snapshot
        return self._search

    def _analyser_for(self, snapshot: Path) -> Analyser:
        folder = snapshot / "search"
        try:
            content = (folder / LEXICON_FILE).read_bytes()
            if self._analyser is None or content != self._lexicon:
                self._analyser = Analyser.load(read_lexicon(folder))
                self._lexicon = content
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotCorrupt(path=str(folder), detail=f"{type(error).__name__}: {error}") from error
        return self._analyser
