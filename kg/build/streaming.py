"""Brings shards together into the files of a snapshot, statement by statement: memory does not grow with them.

A shard is a sorted N-Quads file (`kg.store.lines`) of statements in named graphs, without blank nodes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from pyoxigraph import Quad, RdfFormat, Store, Triple, parse, serialize

from kg.errors import Fault, SourceFaults
from kg.store.lines import graph_of, in_runs, merged, read_lines, triples, write_lines
from kg.store.manifest import Identity
from kg.vocab import DERIVED_GRAPH, INFERRED_GRAPH, QUALITY_GRAPH

HELD = 500_000
"""Lines of a shard that is being written held in memory, some hundred MiB; more are sorted on disk."""
_FOLLOWING = tuple(f" <{graph}> .\n".encode() for graph in (INFERRED_GRAPH, DERIVED_GRAPH, QUALITY_GRAPH))
"""How lines end that no plan states, in the order in which they are made."""
_TYPED = 20_000
_BLANK = re.compile(rb"_:|<[^>]*> <[^>]*> _:")


class Assembled(Struct, frozen=True):
    """What was counted while shards were brought together.

    Attributes:
        identity: Begun with the statements; the artifacts are still to come.
        graphs: Statements of each named graph, by IRI, in order.
        quads: Statements in all graphs.
        size: Bytes of the N-Quads file.
    """

    identity: Identity
    graphs: dict[str, int]
    quads: int
    size: int


def write_shard(quads: Iterable[Quad], path: Path, held: int = HELD) -> int:
    """Write statements that come in any order as a shard; memory is bounded by `held`, not by their number.

    Args:
        quads: Statements in named graphs, without blank nodes; the same one may come again.
        path: The file to write; runs are kept beside it until they are merged.
        held: Most statements held in memory.
    Returns:
        The number of different statements.
    Raises:
        SourceFaults: a statement has a blank node or is in no named graph; code `build.not-a-shard`, fact `line`.
    """
    lines = (f"{quad} .\n".encode() for quad in quads)
    return write_lines_as_shard(lines, path, held)


def write_lines_as_shard(lines: Iterable[bytes], path: Path, held: int = HELD) -> int:
    """Write lines of canonical N-Quads that come in any order as a shard; else like `write_shard`.

    Numbers, dates and truth values are written in the one form in which the store gives them back ("39.0" as "39"), as a snapshot's files
    have to agree to the letter.
    """
    return in_runs(_as_stored(lines), path, held, lambda line: _demand_fitting(line, path))


def assemble(shards: Sequence[Path], nquads: Path) -> Assembled:
    """Merge shards into one sorted N-Quads file; the same statements give the same bytes, whatever shards they are in.

    Args:
        shards: Sorted N-Quads files.
        nquads: The file to write.
    Raises:
        SourceFaults: a file is not sorted or is no shard; code `build.not-a-shard`, fact `line`.
    """
    identity, graphs = Identity(), Counter[bytes]()

    def seen() -> Iterator[bytes]:
        before = b""
        for line in without_repeats(merged(shards, nquads.parent)):
            if line < before:
                raise _unfit(nquads, line)
            before = line
            graph = graph_of(line)
            if not graph:
                raise _unfit(nquads, line)
            graphs[graph] += 1
            identity.update(line)
            yield line

    count = write_lines(seen(), nquads)
    return Assembled(identity, {graph.decode(): graphs[graph] for graph in sorted(graphs)}, count, nquads.stat().st_size)


def without_repeats(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out, of sorted lines, what is stated in one graph and follows in another: what follows is kept only where nobody says it.

    A rule adds no statement that is there already; one that is there in another shard could not be seen when the rule was run.
    """
    held: list[bytes] = []
    head = b""
    for line in lines:
        if (begins := line[: line.rfind(b" <")]) != head:
            yield from _said(held)
            head, held = begins, []
        held.append(line)
    yield from _said(held)


def _said(alike: list[bytes]) -> list[bytes]:
    """Return, of lines that differ in their graphs only, those of the graph that is asked first."""
    if len(alike) < 2:
        return alike
    ranks = [next((rank for rank, end in enumerate(_FOLLOWING, 1) if line.endswith(end)), 0) for line in alike]
    return [line for line, rank in zip(alike, ranks, strict=True) if rank == min(ranks)]


def write_default_graph(nquads: Path, ntriples: Path) -> int:
    """Write the statements of all graphs, each once, as N-Triples, and return their number."""
    return write_lines(triples(read_lines(nquads)), ntriples)


def write_turtle(ntriples: Path, prefixes: Mapping[str, str], path: Path) -> None:
    """Write the merge of all graphs as Turtle."""
    read = (Triple(quad.subject, quad.predicate, quad.object) for quad in parse(path=ntriples, format=RdfFormat.N_TRIPLES))
    serialize(read, path, RdfFormat.TURTLE, prefixes=dict(prefixes))


def write_json_ld(nquads: Path, prefixes: Mapping[str, str], path: Path) -> None:
    """Write all graphs as JSON-LD."""
    serialize(parse(path=nquads, format=RdfFormat.N_QUADS), path, RdfFormat.JSON_LD, prefixes=dict(prefixes))


def _as_stored(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines with their values in the form in which the store gives them back; plain texts and names go by as they are."""
    typed: list[bytes] = []
    for line in lines:
        if b'"^^<' not in line:
            yield line
            continue
        typed.append(line)
        if len(typed) == _TYPED:
            yield from _given_back(typed)
            typed = []
    yield from _given_back(typed)


def _given_back(lines: Sequence[bytes]) -> Iterator[bytes]:
    store = Store()
    store.extend(parse(b"".join(lines), RdfFormat.N_QUADS, rename_blank_nodes=False))
    return (f"{quad} .\n".encode() for quad in store)


def _demand_fitting(line: bytes, path: Path) -> None:
    if (b"_:" in line and _BLANK.match(line)) or not graph_of(line):
        raise _unfit(path, line)


def _unfit(path: Path, line: bytes) -> SourceFaults:
    return SourceFaults([Fault(path.name, 0, "build.not-a-shard", {"line": line.decode("utf-8", "replace").strip()[:300]})])
