"""Numbers and strings in files that are mapped into memory: opening decodes nothing, and all processes share what is read.

A file of numbers is named after what it holds and their numpy type, and they are little-endian. Strings are UTF-8, one after another, with
the edges between them in a second file.
"""

from __future__ import annotations

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray


def _type(name: str) -> np.dtype[Any]:
    return np.dtype(f"<{name.rpartition('.')[2]}")


def mapped(path: Path) -> NDArray[Any]:
    """Map the numbers of a file, read only; their type is what its name ends with (`i4`).

    Raises:
        OSError: the file is missing.
        ValueError: its size is none that such numbers have.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
    return np.frombuffer(content, _type(path.name))


def append(file: BinaryIO, values: NDArray[Any]) -> None:
    """Add numbers to a file that `mapped` maps."""
    file.write(np.ascontiguousarray(values, _type(file.name)).data)


def write(path: Path, values: NDArray[Any]) -> None:
    """Write a file that `mapped` maps."""
    with path.open("wb") as file:
        append(file, values)


def are_edges(edges: memoryview, end: int) -> bool:
    """Say whether numbers lead from 0 to an end without ever going back."""
    return len(edges) > 0 and (edges[0], edges[-1]) == (0, end) and bool((np.diff(np.asarray(edges)) >= 0).all())


def are_within(numbers: NDArray[Any], size: int) -> bool:
    """Say whether numbers count from 0 things of which there are `size`."""
    return not len(numbers) or bool(numbers.min() >= 0 and numbers.max() < size)


class Strings:
    """Strings found by their place, or by bisection where they are sorted."""

    def __init__(self, content: memoryview, edges: memoryview) -> None:
        """Take them as they are kept.

        Raises:
            ValueError: the edges are not those of the content.
        """
        if not are_edges(edges, len(content)):
            raise ValueError("the edges do not fit")
        self._bytes, self._edges = content, edges

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> Self:
        """Hold strings in memory."""
        edges, content = array("q", [0]), bytearray()
        for string in strings:
            content += string
            edges.append(len(content))
        return cls(memoryview(content), memoryview(edges))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map what `write_strings` wrote; raises what `mapped` does, too."""
        return cls(*(mapped(path.with_name(path.name + end)).data for end in (".u1", "_edges.i8")))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._edges) - 1

    def __getitem__(self, at: int) -> bytes:
        """Return one, in UTF-8."""
        return bytes(self._bytes[self._edges[at] : self._edges[at + 1]])

    def write(self, path: Path) -> None:
        """Write what `open` maps: the path with `.u1` and with `_edges.i8` after it."""
        write_strings(path, (self[at] for at in range(len(self))))

    def first_from(self, text: bytes, start: int = 0, end: int | None = None) -> int:
        """Return the place of the first that is not before a text, or the end; they are sorted, and it is looked for from start to end."""
        return bisect_left(self, text, start, end)

    def find(self, text: bytes) -> int:
        """Return the place of a text, -1 where it is none of them; they are sorted."""
        at = self.first_from(text)
        return at if at < len(self) and self[at] == text else -1


def write_strings(path: Path, strings: Iterable[bytes]) -> None:
    """Write the two files that `Strings.open` maps, holding only one string at a time."""
    edges = array("q", [0])
    with path.with_name(f"{path.name}.u1").open("wb") as file:
        for string in strings:
            edges.append(edges[-1] + file.write(string))
    write(path.with_name(f"{path.name}_edges.i8"), np.frombuffer(edges, np.int64))
