"""Writes a snapshot beside the published ones, syncs it to disk, reads it back, renames it into place and only then serves it.

Killed at any moment, it leaves at most a folder named `.building-…`, which the next build removes; `current` always names a whole snapshot.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from msgspec import Struct, structs

from kg.ahead import ahead
from kg.build.artifacts import ArtifactBuilder, ArtifactRecord, Progress
from kg.build.beside import beside
from kg.build.check import Checked
from kg.build.keeping import BUILDING, keep_newest, remove
from kg.build.shrinking import Sizes, artifact_sizes, demand_no_loss
from kg.build.streaming import Assembled, assemble, write_json_ld, write_turtle
from kg.errors import Fault, SnapshotCorrupt
from kg.store.manifest import FORMAT, MANIFEST, manifest_bytes
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import (
    FINDINGS,
    JSONLD,
    TURTLE,
    Snapshot,
    corrupt,
    file_sha256,
    files_below,
    open_snapshot,
    set_current,
    sync_folder,
)
from kg.store.verification import NQUADS, STORE, content_faults, file_faults, forget_cached

LARGE = 500_000
"""Statements from which on it pays to make artifacts side by side; the last one is made here and may start processes of its own."""
LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "networkx")


class Rules(Struct, frozen=True):
    """How a build is published.

    Attributes:
        folder: Folder of snapshots.
        kept: How many snapshots to keep.
        shrink_percent: How much of anything may be missing that the snapshot being served has, in percent; None allows everything.
        replace_damaged: Put a whole snapshot in the place of a damaged one of the same id.
        dumps_mib: Largest N-Quads file beside which the same statements are also written as Turtle and JSON-LD.
    """

    folder: Path
    kept: int
    shrink_percent: float | None
    replace_damaged: bool = False
    dumps_mib: int = 512


def publish(checked: Checked, builders: Sequence[ArtifactBuilder], rules: Rules, progress: Progress) -> Snapshot:
    """Publish what was checked; see `publish_shards`."""
    return publish_shards(
        [shard.path for shard in checked.shards],
        builders,
        rules,
        progress,
        findings=checked.findings,
        prefixes=checked.prefixes,
        sizes=checked.sizes,
        keys=checked.keys,
    )


def publish_shards(
    shards: Sequence[Path],
    builders: Sequence[ArtifactBuilder],
    rules: Rules,
    progress: Progress,
    *,
    findings: Iterable[Fault] = (),
    prefixes: Mapping[str, str] | None = None,
    sizes: Sizes | None = None,
    keys: Sequence[str] = (),
) -> Snapshot:
    """Publish statements that stand in files, without holding them in memory. Call it within `kg.build.keeping.sole_builder`.

    Args:
        shards: Sorted N-Quads files as `kg.build.streaming.write_shard` writes them, in any order; a statement may stand in several.
        builders: Makers of further artifacts.
        rules: Where to, and what is allowed.
        progress: Told of each step.
        findings: What was found about the sources, to be kept with the snapshot.
        prefixes: Vocabulary prefixes for the dumps.
        sizes: What the statements were made from, to be compared with the next build; see `kg.build.shrinking`.
        keys: Of shards that are to be kept as long as the snapshot is.
    Returns:
        The snapshot now served; the same one when nothing has changed.
    Raises:
        SnapshotCorrupt: a snapshot of this id exists and is damaged, or what was written is not what the disk gives back.
        SourceFaults: a file is no shard, or an artifact holds much less than the one being served.
        StoreUnavailable: a process that made an artifact was killed; see `kg.build.beside`.
        OSError: something cannot be written.
    """
    folder = rules.folder
    steps = ["store", *(builder.name for builder in builders), "publish"]
    building = Path(mkdtemp(prefix=BUILDING, dir=folder))
    try:
        building.chmod(0o755)
        progress(steps[0], 0, len(steps))
        (building / FINDINGS).write_text(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=1) + "\n", "utf-8")
        default = building / ".default.nt"
        assembled = assemble(shards, building / NQUADS, default)
        with_dumps = assembled.size <= rules.dumps_mib << 20
        with ExitStack() as stack:
            # Forked before an engine with threads of its own is opened.
            dumped = stack.enter_context(beside(lambda: _write_dumps(building, default, prefixes or {}) if with_dumps else None))
            OxigraphStore.load(building / STORE, building / NQUADS, default)
            waiting: list[Callable[[], ArtifactRecord]] = []
            for done, builder in enumerate(builders, 1):
                progress(builder.name, done, len(steps))
                (building / builder.name).mkdir()
                work = partial(_built, builder, building)
                if assembled.quads >= LARGE and done < len(builders):
                    waiting.append(stack.enter_context(beside(work, fresh=True)))
                else:
                    waiting.append(partial(_same, work()))
            records = [record() for record in waiting]
            dumped()
        default.unlink()
        progress(steps[-1], len(steps) - 1, len(steps))
        demand_no_loss(folder, artifact_sizes({record.name: record.counts for record in records}), rules.shrink_percent)
        manifest = _manifest(building, assembled, records, {"sizes": sizes or {}, "shards": sorted(keys)})
        placed = _place(building, manifest, builders, rules)
    except BaseException:
        # On a full disk this makes room at once; what cannot be removed is removed by the next build.
        shutil.rmtree(building, ignore_errors=True)
        raise
    set_current(folder, placed)
    keep_newest(folder, rules.kept)
    progress("publish", len(steps), len(steps))
    return open_snapshot(folder, placed)


def _built(builder: ArtifactBuilder, building: Path) -> ArtifactRecord:
    with OxigraphStore.open(building / STORE) as reader:
        return builder.build(reader, building / builder.name)


def _same(record: ArtifactRecord) -> ArtifactRecord:
    return record


def part_faults(snapshot: Snapshot, builders: Sequence[ArtifactBuilder]) -> Iterator[Fault]:
    """Yield a fault for every artifact that cannot be read or is not the one its manifest names; its files must be whole."""
    for builder in builders:
        record = snapshot.manifest["artifacts"].get(builder.name)
        if record is not None:
            yield from builder.faults(snapshot.path / builder.name, record)


def _place(building: Path, manifest: dict[str, Any], builders: Sequence[ArtifactBuilder], rules: Rules) -> str:
    """Put what was built into its place unless it is there already; return its id."""
    place: Path = rules.folder / manifest["id"]
    if place.exists():
        try:
            open_snapshot(rules.folder, place.name).verify()
        except SnapshotCorrupt as error:
            if not rules.replace_damaged:
                raise SnapshotCorrupt("build.damaged-before", **error.facts) from error
        else:
            shutil.rmtree(building)
            return place.name
    (building / MANIFEST).write_bytes(manifest_bytes(manifest))
    _sync(building)
    forget_cached(building)
    for fault in _written_faults(Snapshot(place.name, building, manifest), builders):
        raise SnapshotCorrupt("build.not-given-back", **corrupt(fault).facts)
    if place.exists():
        remove(place)
    building.rename(place)
    sync_folder(rules.folder)
    return place.name


def _written_faults(snapshot: Snapshot, builders: Sequence[ArtifactBuilder]) -> Iterator[Fault]:
    """Yield what the disk gives back otherwise than it was written, before anybody is served from it."""
    yield from file_faults(snapshot.path, snapshot.manifest, threads=0)
    with closing(ahead(tuple, (content_faults(snapshot.path, snapshot.manifest), part_faults(snapshot, builders)))) as found:
        yield from chain.from_iterable(found)


def _write_dumps(building: Path, default: Path, prefixes: Mapping[str, str]) -> None:
    write_turtle(default, prefixes, building / TURTLE)
    write_json_ld(building / NQUADS, prefixes, building / JSONLD)


def _manifest(building: Path, assembled: Assembled, records: Sequence[ArtifactRecord], more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": assembled.identity.with_artifacts([(record.name, record.identity) for record in records]),
        "format": FORMAT,
        "graphs": assembled.graphs,
        "quads": assembled.quads,
        "triples": assembled.triples,
        "artifacts": {record.name: structs.asdict(record) for record in records},
        **more,
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "files": dict(ahead(_recorded, files_below(building))),
    }


def _recorded(file: tuple[str, Path]) -> tuple[str, Mapping[str, str | int]]:
    name, path = file
    return name, {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)
