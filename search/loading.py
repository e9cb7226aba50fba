"""What the rest of the project sees of a cluster: the search of a snapshot on it, and loading what a build has indexed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.build.artifacts import ArtifactRecord
from kg.errors import Fault
from kg.store.base import GraphStore
from kg.store.manifest import MANIFEST
from search.analysis import Analyser
from search.answering import LEXICON_FILE
from search.cluster import Cluster
from search.documents import documents_from
from search.index import DOCUMENTS_FILE, IndexBuilder
from search.lexicon import Lexicon
from search.opensearch_engine import OpenSearchSearch
from search.opensearch_index import drop_others, load_index


class ClusterSearch:
    """A cluster that holds the indexes of snapshots, each by its identity."""

    def __init__(self, cluster: Cluster, shards: int) -> None:
        self._cluster, self._shards = cluster, shards

    def open(self, snapshot: Path, analyser: Analyser) -> OpenSearchSearch:
        """Open the search of a snapshot; the cluster is asked with the first search."""
        return OpenSearchSearch.open(snapshot / IndexBuilder.name, _identity(snapshot), self._cluster, analyser)

    def builder(self, inner: IndexBuilder) -> LoadingBuilder:
        """Return a builder that loads into the cluster what the inner one built."""
        return LoadingBuilder(inner, self)

    def load(self, snapshot: Path, *, drop: tuple[Path, ...] | None = None) -> tuple[str, int, list[str]]:
        """Load the index of a published snapshot.

        Args:
            drop: Snapshots that are kept, if the indexes of all others are to be taken away.
        Returns:
            The name of the new index, how many documents it holds, and the names of those taken away.
        Raises:
            SearchUnavailable: the cluster fails; what it held before it still holds.
        """
        name, count = self.load_folder(snapshot / IndexBuilder.name, _identity(snapshot))
        gone = drop_others(self._cluster, tuple(map(_identity, {*drop, snapshot}))) if drop is not None else []
        return name, count, gone

    def load_folder(self, directory: Path, identity: str) -> tuple[str, int]:
        """Load what `IndexBuilder` wrote into a folder."""
        documents = documents_from((directory / DOCUMENTS_FILE).read_bytes())
        analyser = Analyser.load(Lexicon.from_json((directory / LEXICON_FILE).read_bytes()))
        return load_index(self._cluster, documents, analyser, identity, shards=self._shards), len(documents)


class LoadingBuilder:
    """A `kg.build.artifacts.ArtifactBuilder` that has the cluster hold a snapshot's index before the snapshot is published."""

    name = IndexBuilder.name

    def __init__(self, inner: IndexBuilder, cluster: ClusterSearch) -> None:
        self._inner, self._cluster = inner, cluster

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        """Write the artifact, then load it; the record is that of the artifact alone, so that the snapshot is the same on any engine.

        Raises:
            SearchUnavailable: the cluster fails; nothing is published then.
        """
        record = self._inner.build(store, directory)
        self._cluster.load_folder(directory, record.identity)
        return record

    def faults(self, directory: Path, record: Mapping[str, Any]) -> Iterator[Fault]:
        """Look at what is in the snapshot."""
        return self._inner.faults(directory, record)


def connect(addresses: tuple[str, ...], deadline_s: float, shards: int) -> ClusterSearch:
    """Point at a cluster; nothing is asked yet."""
    return ClusterSearch(Cluster(addresses, deadline_s), shards)


def _identity(snapshot: Path) -> str:
    manifest = json.loads((snapshot / MANIFEST).read_bytes())
    return str(manifest["artifacts"][IndexBuilder.name]["identity"])
