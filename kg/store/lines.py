"""Sorted N-Quads files, read, merged and compared line by line: memory does not grow with them.

A line is one statement with its graph, in canonical form, and its line break; a file holds each line once, in the order of its bytes.
Without blank nodes, which Itda's data never has, such a file is the canonical form of its statements (W3C RDFC-1.0).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

_BUFFER = 1 << 18
_MOST_OPEN = 128
"""Files merged at once; systems allow about a thousand to be open."""


def graph_of(line: bytes) -> bytes:
    """Return the IRI of a line's named graph; an empty text for a statement of the default graph."""
    head, _, tail = line.rpartition(b" <")
    iri = tail.removesuffix(b"> .\n")
    is_named = len(iri) < len(tail) and b'"' not in iri and b"<" not in iri and len(head.split(b" ", 2)) == 3
    return iri if is_named else b""


def triple_of(line: bytes) -> bytes:
    """Return the statement of a line without its named graph, as an N-Triples line."""
    return line[: line.rindex(b" <")] + b" .\n"


def triples(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the statements of sorted lines without their graphs, each once.

    One statement in several graphs stands on neighbouring lines, as no other line can begin as they do.
    """
    return distinct(map(triple_of, lines))


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


def merged(paths: Sequence[Path], scratch: Path) -> Iterator[bytes]:
    """Yield the lines of sorted files in order, each once, whatever the order of the files.

    Args:
        paths: Sorted N-Quads files.
        scratch: Folder for files between; needed for more files than can be open at once, and left empty.
    """
    between: list[Path] = []
    try:
        left = list(paths)
        while len(left) > _MOST_OPEN:
            some, left = left[:_MOST_OPEN], left[_MOST_OPEN:]
            between.append(scratch / f"merged-{len(between)}.nq")
            write_lines(_merged(some), between[-1])
            left.append(between[-1])
        yield from _merged(left)
    finally:
        for path in between:
            path.unlink(missing_ok=True)


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
        return write_lines(merged(runs, path.parent), path)
    finally:
        for run in runs:
            run.unlink(missing_ok=True)


def _merged(paths: Sequence[Path]) -> Iterator[bytes]:
    return distinct(heapq.merge(*map(read_lines, paths)))
