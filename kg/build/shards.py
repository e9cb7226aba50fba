"""Keeps what a build made from its inputs, by the SHA-256 of the inputs, so that the next build makes only what has changed.

A shard is a folder named by its key: a sorted N-Quads file and a small record, which says what the file has to be and is sealed itself. One
that is damaged is as good as none. Shards of several processes do not disturb one another: a shard is written beside and renamed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from msgspec import Struct

import kg
from kg.store.manifest import is_sealed, manifest_bytes
from kg.store.verification import file_fault

FORMAT = "1"
STATEMENTS, RECORD = "statements.nq", "record.json"
_LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "ruamel.yaml")
BUILDING = ".building-"


class Shard(Struct, frozen=True):
    """What was made from some inputs.

    Attributes:
        key: SHA-256 (hex) of the inputs.
        path: Sorted N-Quads file of its statements.
        digest: SHA-256 (hex) of this file.
        record: What was found and counted on the way.
    """

    key: str
    path: Path
    digest: str
    record: Mapping[str, Any]


class Shards:
    """A folder of shards."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made when the first shard is written."""
        self._folder = folder

    def get(self, key: str) -> Shard | None:
        """Return a shard when it is there and whole, to the last bit."""
        folder = self._folder / key
        try:
            written = (folder / RECORD).read_bytes()
            record = json.loads(written)
        except (OSError, ValueError):
            return None
        if not isinstance(record, dict) or record.get("key") != key or not is_sealed(written, record):
            return None
        if file_fault(folder / STATEMENTS, STATEMENTS, record["statements"]) is not None:
            return None
        return Shard(key, folder / STATEMENTS, record["statements"]["sha256"], record["made"])

    def is_damaged(self, key: str) -> bool:
        """Say whether something is there that is not the shard it should be."""
        return (self._folder / key).exists() and self.get(key) is None

    def put(self, key: str, write: Callable[[Path], Mapping[str, Any]]) -> Shard:
        """Make a shard and keep it in the place of whatever has its name.

        Args:
            key: SHA-256 (hex) of its inputs.
            write: Writes the sorted N-Quads file it is given and returns the record, which JSON can hold.
        Raises:
            OSError: the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        building = Path(mkdtemp(prefix=f"{BUILDING}{os.getpid()}-", dir=self._folder))
        try:
            path = building / STATEMENTS
            made = write(path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            statements = {"sha256": digest, "bytes": path.stat().st_size}
            (building / RECORD).write_bytes(manifest_bytes({"key": key, "statements": statements, "made": made}))
            place = self._folder / key
            if place.exists():
                # Under its name there must never be half a shard.
                place.rename(building / "replaced")
                shutil.rmtree(building / "replaced")
            building.chmod(0o755)
            building.rename(place)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        return Shard(key, place / STATEMENTS, digest, json.loads((place / RECORD).read_bytes())["made"])

    def keep(self, keys: Collection[str]) -> int:
        """Remove every shard but those named, and what killed processes left; return how many shards were removed."""
        removed = 0
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            is_left = path.name.startswith(BUILDING) and not _is_running(path.name.removeprefix(BUILDING).partition("-")[0])
            is_old = len(path.name) == hashlib.sha256().digest_size * 2 and path.name not in keys
            if is_left or is_old:
                shutil.rmtree(path, ignore_errors=True)
                removed += is_old
        return removed


def _is_running(process: str) -> bool:
    """Say whether a process of this machine is still there."""
    return Path("/proc", process).exists()


def key_of(*parts: str) -> str:
    """Return the SHA-256 (hex) of some texts in their order."""
    digest = hashlib.sha256()
    for part in (FORMAT, *parts):
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()


def files_key(root: Path, files: Iterable[Path]) -> str:
    """Return the SHA-256 (hex) of files with their names below a folder, in whatever order they come."""
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def code_key() -> str:
    """Return the SHA-256 (hex) of this package's code and of the versions of what it reads and checks with."""
    root = Path(kg.__file__).parent
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    return key_of(files_key(root, root.rglob("*.py")), platform.python_version(), *versions)
