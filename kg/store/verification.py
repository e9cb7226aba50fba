"""Finds everything that is wrong with a published snapshot: each file by name, and whether its parts belong together.

A fault's `path` is the file below the folder of snapshots, with the first letters of the id; codes begin with `snapshot.`.
"""

from __future__ import annotations

import errno
import hashlib
import operator
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Store

from kg.ahead import ahead
from kg.errors import Fault, StoreUnavailable
from kg.store.evaluation import open_engine
from kg.store.manifest import MANIFEST, Identity, is_sealed

STORE, NQUADS = "store", "itda.nq"
CHUNK = 1 << 20


def file_faults(folder: Path, manifest: Mapping[str, Any], threads: int = 1) -> Iterator[Fault]:
    """Yield a fault for every file that is missing, too many, cut or changed; or one for the manifest, when it cannot be trusted itself.

    Args:
        folder: The snapshot's folder.
        manifest: What its manifest says.
        threads: How many read files at once, as in `kg.ahead.ahead`; one leaves the other processors to those who serve.
    """
    shown, files = manifest["id"][:12], manifest["files"]
    try:
        sealed = is_sealed((folder / MANIFEST).read_bytes(), manifest)
    except OSError as error:
        yield unreadable(f"{shown}/{MANIFEST}", error)
        return
    if not sealed or (folder / MANIFEST).is_symlink():
        yield Fault(f"{shown}/{MANIFEST}", 0, "snapshot.manifest-changed", {})
        return
    yield from listing_faults(folder, files, shown)
    with closing(ahead(lambda name: file_fault(folder / name, f"{shown}/{name}", files[name]), sorted(files), threads)) as found:
        yield from filter(None, found)


def listing_faults(folder: Path, files: Mapping[str, Any], shown: str) -> Iterator[Fault]:
    """Yield a fault for everything in a snapshot's folder that its manifest does not name, empty folders and links among it."""
    folders = {parent.as_posix() for name in files for parent in Path(name).parents}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == MANIFEST or name in files:
            continue
        if name not in folders or path.is_symlink():
            yield Fault(f"{shown}/{name}", 0, "snapshot.file-extra", {})


def file_fault(path: Path, shown: str, wanted: Mapping[str, Any]) -> Fault | None:
    """Compare one file with what the manifest says of it.

    Args:
        path: The file.
        shown: Its name in the fault.
        wanted: Its `bytes` and its `sha256`.
    """
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return Fault(shown, 0, "snapshot.file-not-regular", {})
        if found.st_size != wanted["bytes"]:
            return Fault(shown, 0, "snapshot.file-size", {"expected": str(wanted["bytes"]), "actual": str(found.st_size)})
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return unreadable(shown, error)
    return changed(shown, wanted["sha256"], actual) if actual != wanted["sha256"] else None


def changed(shown: str, expected: str, actual: str) -> Fault:
    """Return the fault of a file that has its size and not its content."""
    return Fault(shown, 0, "snapshot.file-changed", {"expected": expected[:12], "actual": actual[:12]})


def unreadable(shown: str, error: OSError) -> Fault:
    """Return the fault of a file that is missing or that the system does not give."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Fault(shown, 0, "snapshot.file-missing", {})
    return Fault(shown, 0, "snapshot.file-unreadable", {"detail": error.strerror or str(error)})


def content_faults(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault when id, dump and store are not of one snapshot; only for a snapshot whose files are as its manifest says.

    The id has to follow from the dump and the artifacts, and the store has to hold each statement of the dump, and no other, in its graph,
    and the default graph as many as the manifest says. Dump and named graphs are read once, side by side, statement by statement.
    """
    shown, content = manifest["id"][:12], Identity(manifest["format"])
    readings: list[Callable[[], Fingerprint]] = [partial(_of_dump, folder / NQUADS, content)]
    engine, unreadable_store = None, tuple[Fault, ...]()
    try:
        engine = open_engine(folder / STORE)
        readings += [partial(_of_graph, engine, graph) for graph in engine.named_graphs()]
    except StoreUnavailable as error:
        unreadable_store = (Fault(f"{shown}/{STORE}", 0, "snapshot.store-unreadable", dict(error.facts)),)
    # The engine writes a graph without the interpreter, so that several threads do it at once, and one reads the dump.
    of_dump, *of_graphs = ahead(operator.call, readings)
    artifacts = [(name, record["identity"]) for name, record in manifest["artifacts"].items()]
    if (found := content.with_artifacts(artifacts)) != manifest["id"]:
        yield Fault(f"{shown}/{NQUADS}", 0, "snapshot.other-id", {"expected": manifest["id"][:12], "actual": found[:12]})
    yield from unreadable_store if engine is None else _store_faults(engine, manifest, of_dump, of_graphs)


def _store_faults(engine: Store, manifest: Mapping[str, Any], of_dump: Fingerprint, of_graphs: Iterable[Fingerprint]) -> Iterator[Fault]:
    path, of_store = f"{manifest['id'][:12]}/{STORE}", Fingerprint()
    for one in of_graphs:
        of_store.join(one)
    # Counted without reading a term, which is what takes the time; a statement in a graph that is not listed shows here.
    in_named, in_default = ahead(partial(_count, engine), ("GRAPH ?g { ?s ?p ?o }", "?s ?p ?o"))
    if of_store != of_dump or not of_dump.count == in_named == manifest["quads"]:
        yield Fault(path, 0, "snapshot.other-statements", {"expected": str(manifest["quads"]), "actual": str(of_dump.count)})
    if in_default != manifest["triples"]:
        yield Fault(path, 0, "snapshot.other-statements", {"expected": str(manifest["triples"]), "actual": str(in_default)})


def _of_dump(path: Path, content: Identity) -> Fingerprint:
    """Read a dump, and let the identity take all of it."""
    found = Fingerprint()
    with path.open("rb") as file:
        while lines := file.readlines(CHUNK):
            content.update(b"".join(lines))
            found.add(lines)
    return found


def _of_graph(engine: Store, graph: NamedNode | BlankNode) -> Fingerprint:
    lines = _Lines(f" {graph} .\n".encode())
    engine.dump(lines, RdfFormat.N_TRIPLES, from_graph=graph)
    return lines.found


def _count(engine: Store, pattern: str) -> int:
    found = cast(QuerySolutions, engine.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"))
    return int(cast(Literal, next(found)["n"]).value)


@dataclass
class Fingerprint:
    """The number of lines and the sum of their hashes, the same in whatever order: it finds damage and mistakes, not forgery.

    The hash is Python's own, 64 bits long; other lines share the sum by chance once in about 2 to the 64th. Its key is another one in each
    process, so that fingerprints are compared in the process that took them.
    """

    count: int = 0
    total: int = 0

    def add(self, lines: Sequence[bytes]) -> None:
        """Take some more lines."""
        self.count += len(lines)
        self.total += sum(map(hash, lines))

    def join(self, other: Fingerprint) -> None:
        """Take all lines of another one."""
        self.count += other.count
        self.total += other.total


class _Lines(BytesIO):  # a file only in name: nothing is kept in it
    """Takes a graph as N-Triples, piece by piece, and keeps the fingerprint of its N-Quads lines only.

    Args:
        end: How each line ends, with its graph.
    """

    def __init__(self, end: bytes) -> None:
        super().__init__()
        self.found = Fingerprint()
        self._end, self._begun = end, b""

    def write(self, piece: Any) -> int:
        """Take some bytes; a line break within a value is escaped."""
        *lines, self._begun = (self._begun + piece).split(b" .\n")
        self.found.add([line + self._end for line in lines])
        return len(piece)


def forget_cached(folder: Path) -> None:
    """Ask the system to forget what it keeps of synced files in memory, so that they are read back from the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
