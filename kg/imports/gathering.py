"""Finds the answers of a source in files: downloaded by hand, or the pages that were fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import Fault, ImportRefused
from kg.imports.accepting import Answers
from kg.imports.descriptor import Source

MOST_BYTES = 1 << 28
"""Largest file that is read: 256 MiB, more than ten times what any of the sources sends in all."""


def gather(source: Source, paths: Iterable[Path]) -> Answers:
    """Return the answers in files and folders; the name of a file begins with the name of its operation.

    Raises:
        ImportRefused: a file belongs to no operation, or is too large.
    """
    files = [file for path in paths for file in _files(path)]
    names = sorted((operation.name for operation in source.operations), key=len, reverse=True)
    found: dict[str, list[Path]] = {name: [] for name in names}
    faults = []
    for file in files:
        name = next((name for name in names if file.name.casefold().startswith(name.casefold())), None)
        if name is None:
            faults.append(Fault(file.name, 0, "import.no-operation", {"value": file.name, "known": ", ".join(names)}))
        elif file.stat().st_size > MOST_BYTES:
            faults.append(
                Fault(file.name, 0, "import.too-large", {"value": str(file.stat().st_size >> 20), "limit": str(MOST_BYTES >> 20)})
            )
        else:
            found[name].append(file)
    if faults:
        raise ImportRefused(faults)
    return {name: _contents(files) for name, files in found.items()}


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in (".json", ".xml"))
    else:
        yield path


def _contents(files: list[Path]) -> Iterator[tuple[str, bytes]]:
    return ((file.name, file.read_bytes()) for file in files)
