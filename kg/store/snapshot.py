"""Published snapshots: immutable folders with a manifest, and `current`, a one-line file that names the one being served."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SnapshotCorrupt, SnapshotMissing

FORMAT = "3"
CURRENT = "current"
HISTORY = "published"
MANIFEST = "manifest.json"
STORE = "store"
NQUADS, TURTLE, JSONLD, FINDINGS = "itda.nq", "itda.ttl", "itda.jsonld", "findings.json"


@dataclass(frozen=True)
class Snapshot:
    """One published snapshot, opened for reading.

    Attributes:
        id: SHA-256 (hex) of what it holds.
        path: Its folder.
        manifest: Its manifest: hashes, counts and versions.
    """

    id: str
    path: Path
    manifest: dict[str, Any]

    @property
    def store_path(self) -> Path:
        """Folder of the RDF store, to be opened read-only."""
        return self.path / STORE

    def findings(self) -> list[dict[str, Any]]:
        """Read what the build remarked on: `path`, `line`, `code`, `facts`, `severity` of each fault that stopped nothing."""
        found: list[dict[str, Any]] = json.loads((self.path / FINDINGS).read_text("utf-8"))
        return found

    def verify(self) -> None:
        """Check that every file is there, unchanged, and that there is no other.

        Raises:
            SnapshotCorrupt: the first file that is missing, changed or not of this snapshot; facts `path`, `expected`, `actual`.
        """
        expected = self.manifest["files"]
        found = {name: path for name, path in files_below(self.path) if name != MANIFEST}
        for name in sorted({*expected, *found}):
            wanted = expected.get(name, {}).get("sha256", "absent")
            actual = file_sha256(found[name]) if name in found else "absent"
            if wanted != actual:
                raise SnapshotCorrupt(path=f"{self.id[:12]}/{name}", expected=wanted[:12], actual=actual[:12])


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file below a folder as (path relative to it with `/`, path), in order of name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def current_id(folder: Path) -> str:
    """Return the id of the snapshot being served.

    Raises:
        SnapshotMissing: nothing has been published in `folder`.
    """
    try:
        return (folder / CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        raise SnapshotMissing(path=folder.name) from None


def open_current(folder: Path) -> Snapshot:
    """Open the snapshot being served.

    Raises:
        SnapshotMissing: nothing has been published.
        SnapshotCorrupt: its manifest is not readable.
    """
    return open_snapshot(folder, current_id(folder))


def open_snapshot(folder: Path, snapshot_id: str) -> Snapshot:
    """Open a snapshot by its id or an unambiguous beginning of it (at least 4 characters).

    Raises:
        SnapshotMissing: there is no such snapshot, or several begin like this.
        SnapshotCorrupt: its manifest is not readable or is another snapshot's.
    """
    is_id = len(snapshot_id) >= 4 and set(snapshot_id) <= set("0123456789abcdef")
    found = sorted(folder.glob(f"{snapshot_id}*/{MANIFEST}")) if is_id else []
    if len(found) != 1:
        raise SnapshotMissing("snapshot.unknown", id=snapshot_id)
    path = found[0].parent
    try:
        manifest = json.loads(found[0].read_text("utf-8"))
    except ValueError:
        manifest = {}
    if not isinstance(manifest, dict) or manifest.get("id") != path.name or "files" not in manifest:
        raise SnapshotCorrupt(path=f"{path.name[:12]}/{MANIFEST}", expected=path.name[:12], actual=str(manifest.get("id", ""))[:12])
    return Snapshot(path.name, path, manifest)


def snapshot_ids(folder: Path) -> tuple[str, ...]:
    """Return the ids of all snapshots in the folder: those of the publication history newest first, then any others."""
    newest_first = dict.fromkeys(reversed(_history(folder)))
    there = sorted(path.parent.name for path in folder.glob(f"[0-9a-f]*/{MANIFEST}"))
    return tuple(dict.fromkeys([i for i in newest_first if i in there] + there))


def set_current(folder: Path, snapshot_id: str) -> None:
    """Serve another snapshot from now on; readers see the old id or the new one, never anything between."""
    history = _history(folder)
    if history[-1:] != [snapshot_id]:
        _replace(folder / HISTORY, [*history, snapshot_id])
    _replace(folder / CURRENT, [snapshot_id])
    sync_folder(folder)


def roll_back(folder: Path) -> Snapshot:
    """Serve the snapshot that was served before the current one, after verifying it; doing it again goes back further.

    Raises:
        SnapshotMissing: there is no earlier one.
        SnapshotCorrupt: the earlier one is damaged; the current one goes on being served.
    """
    now, history = current_id(folder), _history(folder)
    while history and history[-1] == now:
        history.pop()
    if not history:
        raise SnapshotMissing("snapshot.no-earlier", path=folder.name)
    snapshot = open_snapshot(folder, history[-1])
    snapshot.verify()
    _replace(folder / HISTORY, history)
    set_current(folder, snapshot.id)
    return snapshot


def _history(folder: Path) -> list[str]:
    return (folder / HISTORY).read_text("ascii").split() if (folder / HISTORY).is_file() else []


def _replace(path: Path, lines: list[str]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def difference(old: Snapshot, new: Snapshot) -> tuple[list[str], list[str]]:
    """Return the statements removed from `old` and added in `new`, as sorted N-Quads lines."""
    before, after = (frozenset((s.path / NQUADS).read_text("utf-8").splitlines()) for s in (old, new))
    return sorted(before - after), sorted(after - before)


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
