"""Which things the network holds, told without reading the network: a sorted list of IRIs that is mapped into memory and searched in place.

Every page of a thing asks it, so that it says where the thing's surroundings are. A nation's network takes a gigabyte in every process that
reads it; the pages shared by all processes of a list are a tenth of that, and only those that are looked at are there at all.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path

NODES = "nodes.txt"


def write_nodes(iris: Iterable[str], path: Path) -> None:
    """Write IRIs in the order of their bytes, one a line."""
    path.write_bytes(b"".join(sorted(f"{iri}\n".encode() for iri in iris)))


class NodeList:
    """The list of one snapshot, open for reading; any number of threads may ask it."""

    def __init__(self, path: Path) -> None:
        """Map the file; it may be empty.

        Raises:
            OSError: there is no such file.
        """
        with path.open("rb") as file:
            self._lines: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""

    def __contains__(self, iri: object) -> bool:
        """Say whether the list has an IRI, by looking at some twenty lines of a million."""
        wanted = f"{iri}\n".encode()
        low, high = 0, len(self._lines)  # both where lines begin
        while low < high:
            start = self._lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            line = self._lines[start : self._lines.find(b"\n", start) + 1]
            if line == wanted:
                return True
            if line < wanted:
                low = start + len(line)
            else:
                high = start
        return False
