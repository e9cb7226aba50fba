"""Verifies a snapshot with all its parts, which only this layer knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kg.build.artifacts import ArtifactBuilder
from kg.build.publish import part_faults
from kg.errors import Fault, SnapshotCorrupt, SnapshotMissing
from kg.network.projection import NetworkBuilder
from kg.settings import Settings
from kg.store.snapshot import current_id, folder_faults, open_snapshot
from search.index import IndexBuilder
from web.opening import remote_search


class Verified(Struct, frozen=True):
    """What verifying found: the snapshot's id and manifest, as far as they can be read, and everything that is wrong."""

    id: str
    manifest: Mapping[str, Any]
    faults: tuple[Fault, ...]


def builders(settings: Settings) -> tuple[ArtifactBuilder, ...]:
    """Return the makers of a snapshot's parts, in the order in which they are built."""
    queries = settings.ontology / "queries"
    index, remote = IndexBuilder(settings.data / "lexicon", queries), remote_search(settings)
    return NetworkBuilder(queries), remote.builder(index) if remote else index


def verify(settings: Settings, snapshot_id: str = "") -> Verified:
    """Look at every file of a snapshot, at its store, index and network, and at what names it.

    Args:
        settings: Folder of snapshots.
        snapshot_id: Its id or the beginning of it; empty for the one being served.
    Raises:
        SnapshotMissing: there is none.
    """
    folder = settings.snapshots
    of_folder = () if snapshot_id else tuple(folder_faults(folder))
    try:
        snapshot = open_snapshot(folder, snapshot_id or current_id(folder))
    except SnapshotCorrupt as error:
        named = Fault(error.facts["path"], 0, error.code, error.facts)
        return Verified(snapshot_id, {}, of_folder or (named,))
    except SnapshotMissing:
        if not of_folder:
            raise
        return Verified("", {}, of_folder)
    faults = snapshot.faults() or tuple(part_faults(snapshot, builders(settings)))
    return Verified(snapshot.id, snapshot.manifest, (*of_folder, *faults))
