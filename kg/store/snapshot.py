"""Published snapshots: immutable folders with a manifest, and `current`, a one-line file that names the one being served."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from kg.errors import Fault, SnapshotCorrupt, SnapshotMissing
from kg.store.lines import changes, read_lines
from kg.store.manifest import MANIFEST
from kg.store.verification import NQUADS, STORE, content_faults, file_faults

CURRENT = "current"
HISTORY = "published"
TURTLE, JSONLD, FINDINGS = "itda.ttl", "itda.jsonld", "findings.json"
REMOVED, ADDED = "removed.nq", "added.nq"
_ID = re.compile(r"[0-9a-f]{64}")


class Snapshot(Struct, frozen=True):
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
        """Check that manifest and files are all there, unchanged, and that there is no other file.

        Raises:
            SnapshotCorrupt: for the first that is not; facts `path`, `expected`, `actual`.
        """
        for fault in file_faults(self.path, self.manifest):
            raise corrupt(fault)

    def faults(self) -> tuple[Fault, ...]:
        """Return everything that is wrong with files, id and store; the content is looked at only when all files are whole."""
        return tuple(file_faults(self.path, self.manifest, threads=0)) or tuple(content_faults(self.path, self.manifest))


def corrupt(fault: Fault) -> SnapshotCorrupt:
    """Return the error that stands for what is wrong with a file of a snapshot."""
    kind = fault.code.partition(".")[2]
    return SnapshotCorrupt(path=fault.path, expected=fault.facts.get("expected", ""), actual=fault.facts.get("actual", kind))


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
        SnapshotCorrupt: `current` is not the one line with an id that publishing writes.
    """
    path = folder / CURRENT
    try:
        line = path.read_bytes()
    except FileNotFoundError:
        raise SnapshotMissing(path=folder.name) from None
    written = line.decode("ascii", "replace")
    if not (written.endswith("\n") and _ID.fullmatch(written[:-1])) or path.is_symlink():
        raise SnapshotCorrupt("snapshot.current-changed", path=CURRENT, expected="id", actual=repr(line[:16]))
    return written[:-1]


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
    found = [path for path in folder.glob(f"{snapshot_id}*") if path.is_dir()] if is_id else []
    if len(found) != 1:
        raise SnapshotMissing("snapshot.unknown", id=snapshot_id)
    path = found[0]
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
    except (ValueError, OSError):
        manifest = {}
    if not isinstance(manifest, dict) or manifest.get("id") != path.name or "files" not in manifest:
        actual = str(manifest.get("id", ""))[:12] if isinstance(manifest, dict) else ""
        raise SnapshotCorrupt("snapshot.manifest-changed", path=f"{path.name[:12]}/{MANIFEST}", expected=path.name[:12], actual=actual)
    return Snapshot(path.name, path, manifest)


def snapshot_ids(folder: Path) -> tuple[str, ...]:
    """Return the ids of all snapshots in the folder: those of the publication history newest first, then any others."""
    newest_first = dict.fromkeys(reversed(history_of(folder)))
    there = sorted(path.parent.name for path in folder.glob(f"[0-9a-f]*/{MANIFEST}"))
    return tuple(dict.fromkeys([i for i in newest_first if i in there] + there))


def set_current(folder: Path, snapshot_id: str) -> None:
    """Serve another snapshot from now on; readers see the old id or the new one, never anything between.

    Both files are written beside the old ones before either is put in place, so that a full disk changes nothing.
    """
    history = history_of(folder)
    lines = {CURRENT: [snapshot_id]}
    if history[-1:] != [snapshot_id]:
        lines[HISTORY] = [*history, snapshot_id]
    _replace(folder, lines)


def mend_history(folder: Path) -> None:
    """Make the history end with what is served and name only what is there; a killed publication may have left it otherwise."""
    try:
        now = current_id(folder)
    except (SnapshotMissing, SnapshotCorrupt):
        return
    history = history_of(folder)
    mended = [i for i in history if _ID.fullmatch(i) and (folder / i).is_dir()]
    if mended[-1:] != [now]:
        mended.append(now)
    if mended != history:
        _replace(folder, {HISTORY: mended})


def folder_faults(folder: Path) -> Iterator[Fault]:
    """Yield what is wrong with `current` and the history of publications."""
    try:
        now = current_id(folder)
    except SnapshotCorrupt as error:
        yield Fault(CURRENT, 0, error.code, error.facts)
        return
    if not (folder / now).is_dir():
        yield Fault(CURRENT, 0, "snapshot.current-nowhere", {"id": now[:12]})
    if not (folder / HISTORY).is_file():
        return  # a copy of one snapshot has no history
    history = history_of(folder)
    for line, past in enumerate(history, 1):
        if not (_ID.fullmatch(past) and (folder / past).is_dir()):
            yield Fault(HISTORY, line, "snapshot.history-nowhere", {"id": past[:12]})
    if history[-1:] != [now]:
        yield Fault(HISTORY, len(history), "snapshot.history-ends-elsewhere", {"id": now[:12]})


def roll_back(folder: Path) -> Snapshot:
    """Serve the snapshot that was served before the current one, after verifying it; doing it again goes back further.

    Where `current` is damaged, the snapshot that it named is served again.

    Raises:
        SnapshotMissing: there is no earlier one.
        SnapshotCorrupt: the earlier one is damaged; the current one goes on being served.
    """
    history = history_of(folder)
    try:
        now = current_id(folder)
    except SnapshotCorrupt:
        now = ""  # the last one of the history is what it named
    while history and history[-1] == now:
        history.pop()
    if not history:
        raise SnapshotMissing("snapshot.no-earlier", path=folder.name)
    snapshot = open_snapshot(folder, history[-1])
    snapshot.verify()
    # The history first: killed between the two, the end of the history is mended from what is still served.
    _replace(folder, {HISTORY: history, CURRENT: [snapshot.id]})
    return snapshot


def history_of(folder: Path) -> list[str]:
    """Return the ids that were served, oldest first; what is not readable as an id is kept, so that it shows."""
    path = folder / HISTORY
    return path.read_text("ascii", "replace").split() if path.is_file() else []


def _replace(folder: Path, contents: dict[str, list[str]]) -> None:
    """Write small files beside the old ones, sync them, and only then put each in place, in the order given."""
    beside = {name: folder / f".{name}.{os.getpid()}" for name in contents}
    for name, lines in contents.items():
        with beside[name].open("w", encoding="ascii", errors="replace") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
    for name, path in beside.items():
        path.replace(folder / name)
    sync_folder(folder)


def difference(old: Snapshot, new: Snapshot) -> Iterator[tuple[bool, str]]:
    """Yield, in order, each statement only one of two snapshots has as an N-Quads line, with whether it was added; memory is constant."""
    for is_added, line in changes(read_lines(old.path / NQUADS), read_lines(new.path / NQUADS)):
        yield is_added, line.decode().removesuffix("\n")


def write_difference(old: Snapshot, new: Snapshot, folder: Path) -> tuple[int, int]:
    """Write what was removed from `old` and added in `new` as two sorted N-Quads files, `removed.nq` and `added.nq`.

    Taking the removed lines out of the older dump and putting the added ones in gives the newer one; see `kg.store.lines.applied`.

    Args:
        old, new: The two snapshots.
        folder: Where to; it is made when it is not there.
    Returns:
        How many statements were removed and how many added.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = [0, 0]
    with (folder / REMOVED).open("wb") as removed, (folder / ADDED).open("wb") as added:
        for is_added, line in changes(read_lines(old.path / NQUADS), read_lines(new.path / NQUADS)):
            (added if is_added else removed).write(line)
            counts[is_added] += 1
    return counts[0], counts[1]


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
