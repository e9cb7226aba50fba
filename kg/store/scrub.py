"""Re-reads the files of a snapshot that is being served, a little at a time and again and again, to find those that rotted on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import Fault
from kg.store.manifest import MANIFEST
from kg.store.snapshot import Snapshot
from kg.store.verification import changed, listing_faults, unreadable

CHUNK = 1 << 18


class Scrub:
    """Compares the files of one snapshot with its manifest in small steps; one thread calls `step`, any may read what was found.

    Attributes:
        rounds: How often every file was looked at.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Begin before the first file; nothing is read yet.

        Raises:
            OSError: the manifest cannot be read.
        """
        self.snapshot = snapshot
        self.rounds = 0
        self._found: dict[str, Fault] = {}
        self._manifest = (snapshot.path / MANIFEST).read_bytes()
        self._reading = self._round()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong now, by the last look at each file; a file that was mended is well after the next round."""
        return tuple(dict(self._found).values())

    def step(self) -> int:
        """Read the next piece of the next file, at most 256 KiB; return how many bytes were read (0 at the end of a round)."""
        try:
            return next(self._reading)
        except StopIteration:
            self.rounds += 1
            self._reading = self._round()
            return 0

    def _round(self) -> Iterator[int]:
        files, shown = self.snapshot.manifest["files"], self.snapshot.id[:12]
        extra = {fault.path: fault for fault in listing_faults(self.snapshot.path, files, shown)}
        for gone in [path for path, fault in self._found.items() if fault.code == "snapshot.file-extra" and path not in extra]:
            del self._found[gone]
        self._found.update(extra)
        for name in (*sorted(files), MANIFEST):
            yield from self._file(self.snapshot.path / name, f"{shown}/{name}", files.get(name, self._own()))

    def _own(self) -> dict[str, Any]:
        return {"bytes": len(self._manifest), "sha256": hashlib.sha256(self._manifest).hexdigest()}

    def _file(self, path: Path, shown: str, wanted: dict[str, Any]) -> Iterator[int]:
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    yield len(chunk)
        except OSError as error:
            self._found[shown] = unreadable(shown, error)
            return
        if size != wanted["bytes"]:
            facts = {"expected": str(wanted["bytes"]), "actual": str(size)}
            self._found[shown] = Fault(shown, 0, "snapshot.file-size", facts)
        elif digest.hexdigest() != wanted["sha256"]:
            self._found[shown] = changed(shown, wanted["sha256"], digest.hexdigest())
        else:
            self._found.pop(shown, None)
