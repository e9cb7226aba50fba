"""Brings shards together into the files of a snapshot, statement by statement: memory does not grow with them.

A shard is a sorted N-Quads file (`kg.store.lines`) of statements in named graphs, without blank nodes.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice, repeat
from pathlib import Path

from msgspec import Struct
from pyoxigraph import Quad, RdfFormat, Store, Triple, parse, serialize

from kg.store.lines import graph_of, in_runs, merged, not_a_shard
from kg.store.manifest import Identity
from kg.vocab import DERIVED_GRAPH, INFERRED_GRAPH, QUALITY_GRAPH

HELD = 500_000
"""Lines of a shard that is being written held in memory, some hundred MiB; more are sorted on disk."""
_END = b"> .\n"
_RANKS = {graph.encode() + _END: rank for rank, graph in enumerate((INFERRED_GRAPH, DERIVED_GRAPH, QUALITY_GRAPH), 1)}
"""How lines end that no plan states, in the order in which they are made."""
_Statement = tuple[bytes, bytes, bytes]
"""A line in three: the statement, what stands between, and its graph with what comes after."""
_TYPED = 20_000
_BLANK = re.compile(rb"_:|<[^>]*> <[^>]*> _:")


class Assembled(Struct, frozen=True):
    """What was counted while shards were brought together.

    Attributes:
        identity: Begun with the statements; the artifacts are still to come.
        graphs: Statements of each named graph, by IRI, in order.
        quads: Statements in all graphs.
        triples: Different statements, whatever their graphs.
        size: Bytes of the N-Quads file.
    """

    identity: Identity
    graphs: dict[str, int]
    quads: int
    triples: int
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


def assemble(shards: Sequence[Path], nquads: Path, ntriples: Path) -> Assembled:
    """Merge shards into one sorted N-Quads file; the same statements give the same bytes, whatever shards they are in.

    Args:
        shards: Sorted N-Quads files.
        nquads: The file to write.
        ntriples: Another one to write: the statements of all graphs, each once, as sorted N-Triples.
    Raises:
        SourceFaults: a file is not sorted, has a line twice or is no shard; code `build.not-a-shard`, fact `line`.
    """
    identity, ends = Identity(), Counter[bytes]()
    triples = 0
    with nquads.open("wb") as named, ntriples.open("wb") as default:
        for statements in _without_repeats(_statements(lines, nquads) for lines in merged(shards)):
            content = b"".join(chain.from_iterable(statements))
            identity.update(content)
            named.write(content)
            ends.update(end for _, _, end in statements)
            # Statements that differ in their graphs only come together.
            different = dict.fromkeys(statement for statement, _, _ in statements)
            triples += len(different)
            default.write(b" .\n".join((*different, b"")))
    graphs = {end.removesuffix(_END).decode(): count for end, count in ends.items()}
    return Assembled(identity, dict(sorted(graphs.items())), ends.total(), triples, nquads.stat().st_size)


def _statements(lines: Sequence[bytes], nquads: Path) -> list[_Statement]:
    """Cut lines before their graphs; what `graph_of` looks at in each line, this looks at in all at once."""
    found = list(map(bytes.rpartition, lines, repeat(b" <")))
    least = min(statement.count(b" ") for statement, _, _ in found)
    are_named = least > 1 and all(graph_of(b"<s> <p> <o> <" + end) for end in {end for _, _, end in found})
    # Looked for in all lines at once: it stands in hardly any, and in none as a blank node.
    if not are_named or (b"_:" in b"".join(lines) and any(_has_blank(line) for line in lines)):
        raise not_a_shard(nquads, next(line for line in lines if _has_blank(line) or not graph_of(line)))
    return found


def _without_repeats(blocks: Iterable[list[_Statement]]) -> Iterator[list[_Statement]]:
    """Leave out, of what is stated in one graph and follows in another, the latter: what follows is kept only where nobody says it.

    A rule adds no statement that is there already; one that is there in another shard could not be seen when the rule was run.

    Args:
        blocks: Statements with their graphs in order, some at a time (never none).
    Returns:
        Those that are left in order, some at a time; those that differ in their graphs only are not torn apart.
    """
    held: list[_Statement] = []
    for block in chain(blocks, ([],)):
        some = held + block
        alike = [statement for statement, _, _ in some]
        end = bisect_left(alike, alike[-1]) if block else len(some)
        held, done = some[end:], 0
        kept: list[_Statement] = []
        for start in compress(range(end), map(operator.eq, alike, islice(alike, 1, end))):
            if start >= done:
                after = bisect_right(alike, alike[start], start, end)
                kept += some[done:start] + _said(some[start:after])
                done = after
        if kept := kept + some[done:end]:
            yield kept


def _said(alike: list[_Statement]) -> list[_Statement]:
    """Return, of statements that differ in their graphs only, those of the graph that is asked first."""
    ranks = [_RANKS.get(end, 0) for _, _, end in alike]
    return [statement for statement, rank in zip(alike, ranks, strict=True) if rank == min(ranks)]


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
    if _has_blank(line) or not graph_of(line):
        raise not_a_shard(path, line)


def _has_blank(line: bytes) -> bool:
    return b"_:" in line and _BLANK.match(line) is not None
