"""Sorted N-Quads files, read, merged and compared, some lines at a time: memory does not grow with them.

A line is one statement with its graph, in canonical form, and its line break; a file holds each line once, in the order of its bytes.
Without blank nodes, which Itda's data never has, such a file is the canonical form of its statements (W3C RDFC-1.0).
"""

from __future__ import annotations

import heapq
import operator
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress
from pathlib import Path

from kg.errors import Fault, SourceFaults

_BUFFER = 1 << 18
_LEAST = 1 << 13
"""Bytes to read of a file that is merged at once, at least; at most as many as of one that is read alone."""
_HELD = 1 << 25
"""Bytes of all files that are merged to hold in memory, about; where all files hold the same, all of it comes out at once."""


def graph_of(line: bytes) -> bytes:
    """Return the IRI of a line's named graph; an empty text for a statement of the default graph."""
    head, _, tail = line.rpartition(b" <")
    iri = tail.removesuffix(b"> .\n")
    is_named = len(iri) < len(tail) and b'"' not in iri and b"<" not in iri and len(head.split(b" ", 2)) == 3
    return iri if is_named else b""


def not_a_shard(path: Path, line: bytes) -> SourceFaults:
    """Return the error of a file with a line that is no statement in a named graph, or stands in the wrong place."""
    return SourceFaults([Fault(path.name, 0, "build.not-a-shard", {"line": line.decode("utf-8", "replace").strip()[:300]})])


def distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each of the sorted lines once."""
    before = b""
    for line in lines:
        if line != before:
            yield line
            before = line


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file."""
    with path.open("rb", buffering=_BUFFER) as file:
        yield from file


def merged(paths: Sequence[Path]) -> Iterator[list[bytes]]:
    """Yield the lines of sorted files in order, each once, some at a time (never none), whatever the order of the files and however many.

    Raises:
        SourceFaults: a file is not sorted, or has a line twice; code `build.not-a-shard`, fact `line`.
    """
    size = max(_LEAST, min(_BUFFER, _HELD // max(1, len(paths))))
    ahead = [(file.lines[0], number, file) for number, file in enumerate(map(_File, paths)) if file.read(1)]
    heapq.heapify(ahead)
    while ahead:
        now: list[tuple[int, _File]] = []
        edge = b""
        while ahead and (not now or ahead[0][0] <= edge):
            _, number, file = heapq.heappop(ahead)
            if len(file.lines) == 1:  # most files have not begun yet: of those only the first line is held
                file.read(size)
            # No line is left to be read that comes before the last one read of any file.
            edge = min(edge, file.lines[-1]) if now else file.lines[-1]
            now.append((number, file))
        yield list(dict.fromkeys(sorted(chain.from_iterable(file.taken(edge) for _, file in now))))
        for number, file in now:
            if file.lines or file.read(size):
                heapq.heappush(ahead, (file.lines[0], number, file))


class _File:
    """A sorted file that is read piece by piece, and open only while it is read.

    Attributes:
        lines: Those that were read and are not taken yet.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._at, self._last = path, 0, b""
        self.lines: list[bytes] = []

    def read(self, size: int) -> bool:
        """Read further whole lines, of about so many bytes; say whether there were any."""
        with self._path.open("rb") as opened:
            opened.seek(self._at)
            lines = opened.readlines(size)
            self._at = opened.tell()
        if misplaced := next(compress(lines, map(operator.ge, chain((self._last,), lines), lines)), b""):
            raise not_a_shard(self._path, misplaced)
        self._last = lines[-1] if lines else self._last
        self.lines += lines
        return bool(lines)

    def taken(self, edge: bytes) -> list[bytes]:
        """Take the lines up to a line and with it."""
        at = bisect_right(self.lines, edge)
        found = self.lines[:at]
        del self.lines[:at]
        return found


def write_lines(lines: Iterable[bytes], path: Path) -> int:
    """Write lines to a file and return their number."""
    count = 0
    with path.open("wb", buffering=_BUFFER) as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def changes(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield, in their order, the lines only one of two sorted sequences has, each with whether it was added."""
    marked = heapq.merge(((line, False) for line in before), ((line, True) for line in after))
    held: tuple[bytes, bool] | None = None
    for line, is_added in marked:
        if held is not None and held[0] == line:
            held = None
            continue
        if held is not None:
            yield held[1], held[0]
        held = (line, is_added)
    if held is not None:
        yield held[1], held[0]


def applied(before: Iterable[bytes], removed: Iterable[bytes], added: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sorted lines that are left of others when some are taken away and some put in."""
    kept = (line for is_left, line in changes(removed, before) if is_left)
    return distinct(heapq.merge(kept, added))


def in_runs(lines: Iterable[bytes], path: Path, held: int, told: Callable[[bytes], None] = lambda _line: None) -> int:
    """Write lines that come in any order to a sorted file, each once; no more than some are held in memory.

    Args:
        lines: The lines.
        path: The file; runs are kept beside it until they are merged.
        held: Most lines held in memory.
        told: Told of each line before it is held; may raise.
    Returns:
        The number of lines of the file.
    """
    runs: list[Path] = []
    some: set[bytes] = set()
    try:
        for line in lines:
            told(line)
            some.add(line)
            if len(some) >= held:
                runs.append(path.with_name(f"{path.name}.run-{len(runs)}"))
                write_lines(sorted(some), runs[-1])
                some = set()
        if not runs:
            return write_lines(sorted(some), path)
        last = path.with_name(f"{path.name}.run-{len(runs)}")
        runs.append(last)
        write_lines(sorted(some), last)
        return write_lines(chain.from_iterable(merged(runs)), path)
    finally:
        for run in runs:
            run.unlink(missing_ok=True)
