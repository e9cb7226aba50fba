"""Keeps accepted imports: one file each, named by its content, and one line that says which is in use."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from msgspec import Struct

from kg.errors import Fault, SourceFaults
from kg.imports.coding import Record
from kg.imports.descriptor import source_names
from kg.settings import Settings

CURRENT = "current"
KEPT = 3
"""Accepted imports of a source that stay: the one in use and the two before it."""
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-([0-9a-f]{64})\.jsonl")
ALL, NONE = "all", "none"


class Kept(Struct, frozen=True):
    """An accepted import.

    Attributes:
        source: Name of its source.
        retrieved: Day on which it was had from the source (YYYY-MM-DD).
        sha256: Of the file.
        services: How many services it has.
    """

    source: str
    retrieved: str
    sha256: str
    services: int
    path: Path

    def records(self) -> Iterator[tuple[int, str, Record]]:
        """Yield line number, identifier and rows of each service, in the order of the file."""
        with self.path.open(encoding="utf-8") as lines:
            next(lines)
            for number, line in enumerate(lines, 2):
                record = json.loads(line)
                yield number, record.pop("id"), record


def imports_folder(settings: Settings) -> Path:
    """Return the folder of accepted imports: the setting, else the one beside the snapshots."""
    return settings.imports_folder or settings.snapshots.parent / "imports"


def keep(folder: Path, source: str, retrieved: str, content: bytes) -> Kept:
    """Put an accepted import in its place and use it from now on; those before it are kept, the oldest apart.

    Args:
        folder: Folder of imports of all sources.
    """
    own = folder / source
    own.mkdir(parents=True, exist_ok=True)
    name = f"{retrieved}-{hashlib.sha256(content).hexdigest()}.jsonl"
    _write(own / name, content)
    before = _current(own)
    _write(own / CURRENT, f"{name}\n".encode())
    others = sorted((path for path in own.glob("*.jsonl") if path.name not in (name, before)), key=lambda path: path.stat().st_mtime_ns)
    for old in others[: max(0, len(others) - (KEPT - 2))]:
        old.unlink()
    found = last(folder, source)
    if found is None:
        raise FileNotFoundError(own / CURRENT)
    return found


def last(folder: Path, source: str) -> Kept | None:
    """Return the import of a source that is in use, or None when there is none.

    Raises:
        SourceFaults: its file is missing or was changed; code `import.damaged`.
    """
    own = folder / source
    name = _current(own)
    if not name:
        return None
    path, match = own / name, _NAME.fullmatch(name)
    try:
        digest = _sha256(path)
        with path.open(encoding="utf-8") as lines:
            head = json.loads(next(lines))
            services = sum(1 for _ in lines)
    except (OSError, ValueError, StopIteration):
        digest, services, head = "", 0, {}
    if match is None or digest != match[2] or head.get("source") != source or head.get("services") != services:
        raise SourceFaults([Fault(f"imports/{source}/{name}", 0, "import.damaged", {"value": source})])
    return Kept(source, match[1], digest, services, path)


def in_use(settings: Settings) -> tuple[Kept, ...]:
    """Return the imports that a build takes in: those that are present and switched on, by name.

    The setting `imports` is `all`, `none`, names with commas between, or names with a minus before each that are left out.

    Raises:
        SourceFaults: a file was changed, or an import named in the setting is not there.
    """
    folder = imports_folder(settings)
    present = sorted(path.name for path in folder.iterdir() if (path / CURRENT).is_file()) if folder.is_dir() else []
    names = [name.strip() for name in settings.imports.split(",") if name.strip()]
    left_out = {name[1:] for name in names if name.startswith("-")}
    wanted = [name for name in names if not name.startswith("-")]
    # A name that is left out may be accepted later; one that no source has would leave a list in that was to be out.
    unknown = sorted(left_out - {*present, *source_names(settings.data)})
    if missing := [*(name for name in wanted if name not in (*present, ALL, NONE)), *unknown]:
        raise SourceFaults([Fault("", 0, "import.not-there", {"value": name, "known": ", ".join(present) or "-"}) for name in missing])
    chosen = present if ALL in wanted or not wanted else [name for name in present if name in wanted]
    found = (last(folder, name) for name in chosen if name not in left_out and NONE not in wanted)
    return tuple(one for one in found if one is not None)


def _current(own: Path) -> str:
    try:
        return (own / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place, let it reach the disk, and move it there."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
