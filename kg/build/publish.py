"""Writes a snapshot beside the published ones, syncs it to disk, renames it into place and only then serves it.

Killed at any moment, it leaves at most a folder named `.building-…`, which the next build removes; `current` always names a whole snapshot.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from kg.build.artifacts import ArtifactBuilder, ArtifactRecord, Progress
from kg.build.beside import beside
from kg.build.check import Checked
from kg.build.quads import canonical_nquads
from kg.errors import StoreUnavailable
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import (
    FINDINGS,
    FORMAT,
    JSONLD,
    MANIFEST,
    NQUADS,
    STORE,
    TURTLE,
    Snapshot,
    file_sha256,
    files_below,
    open_snapshot,
    set_current,
    sync_folder,
)

BUILDING = ".building-"
LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "networkx")


@contextmanager
def sole_builder(folder: Path) -> Iterator[None]:
    """Hold the right to publish into a folder; left-overs of builds that were killed are removed.

    Raises:
        StoreUnavailable: another build is running.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreUnavailable("build.running", path=folder.name) from None
        for left in folder.glob(f"{BUILDING}*"):
            shutil.rmtree(left)
        yield


def publish(checked: Checked, builders: Sequence[ArtifactBuilder], folder: Path, progress: Progress) -> Snapshot:
    """Publish what was checked. Call it within `sole_builder`.

    Args:
        checked: Working store, findings and prefixes.
        builders: Makers of further artifacts.
        folder: Folder of snapshots.
        progress: Told of each step.
    Returns:
        The snapshot now served; the same one when nothing has changed.
    Raises:
        SnapshotCorrupt: a snapshot of this id exists and is damaged.
    """
    steps = ["store", *(builder.name for builder in builders), "publish"]
    building = Path(mkdtemp(prefix=BUILDING, dir=folder))
    building.chmod(0o755)
    progress(steps[0], 0, len(steps))
    store, findings, prefixes = checked.store, checked.findings, checked.prefixes
    quads = [quad for quad in store if not isinstance(quad.graph_name, DefaultGraph)]
    (building / FINDINGS).write_text(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=1) + "\n", "utf-8")
    records = []
    # Forked before an engine with threads of its own is opened.
    with beside(lambda: _write_dumps(quads, prefixes, building)) as dumped:
        OxigraphStore.build(building / STORE, quads)
        with OxigraphStore.open(building / STORE) as reader:
            for done, builder in enumerate(builders, 1):
                progress(builder.name, done, len(steps))
                (building / builder.name).mkdir()
                records.append(builder.build(reader, building / builder.name))
        dumped()
    progress(steps[-1], len(steps) - 1, len(steps))
    snapshot_id = _identity((building / NQUADS).read_text("utf-8"), records)
    if (folder / snapshot_id).exists():
        shutil.rmtree(building)
        open_snapshot(folder, snapshot_id).verify()
    else:
        _write_manifest(building, snapshot_id, store, quads, records)
        _sync(building)
        building.rename(folder / snapshot_id)
        sync_folder(folder)
    set_current(folder, snapshot_id)
    progress("publish", len(steps), len(steps))
    return open_snapshot(folder, snapshot_id)


def _identity(canonical: str, records: Sequence[ArtifactRecord]) -> str:
    digest = hashlib.sha256(f"{FORMAT}\n{canonical}".encode())
    for record in records:
        digest.update(f"{record.name} {record.identity}\n".encode())
    return digest.hexdigest()


def _write_dumps(quads: Sequence[Quad], prefixes: Mapping[str, str], building: Path) -> None:
    (building / NQUADS).write_text(canonical_nquads(quads), "utf-8")
    ordered = sorted(quads, key=str)
    merged = sorted({quad.triple for quad in quads}, key=str)
    (building / TURTLE).write_bytes(serialize(merged, format=RdfFormat.TURTLE, prefixes=dict(prefixes)) or b"")
    (building / JSONLD).write_bytes(serialize(ordered, format=RdfFormat.JSON_LD, prefixes=dict(prefixes)) or b"")


def _write_manifest(building: Path, snapshot_id: str, store: Store, quads: Sequence[Quad], records: Sequence[ArtifactRecord]) -> None:
    graphs: dict[str, int] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    manifest: dict[str, Any] = {
        "id": snapshot_id,
        "format": FORMAT,
        "graphs": dict(sorted(graphs.items())),
        "quads": len(quads),
        "triples": sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph())),
        "artifacts": {record.name: asdict(record) for record in records},
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "files": {name: {"sha256": file_sha256(path), "bytes": path.stat().st_size} for name, path in files_below(building)},
    }
    (building / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)
