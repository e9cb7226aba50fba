"""Notices that sources have lost much of what is published: a file cut in half is often still valid, and nothing else would find it.

What each snapshot was made from is counted in its manifest (`sizes`), and the next build is compared with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Store

from kg.errors import Fault, SnapshotError, SourceFaults
from kg.source.folder import CHECKS_FILE
from kg.source.ignored import IGNORED_FILE
from kg.source.load import LEXICON, Sources
from kg.store.lines import read_lines
from kg.store.snapshot import Snapshot, open_current
from kg.store.verification import NQUADS
from kg.vocab import OA, ONTOLOGY_GRAPH, RDF

THINGS, LISTS, KINDS, STATEMENTS, ARTIFACTS = "things", "lists", "kinds", "statements", "artifacts"
Sizes = Mapping[str, Mapping[str, int]]
"""Counts by what was counted: things of each file, rows of files that declare none, things of each class, statements of each graph."""
_EVIDENCE = frozenset({OA.SpecificResource, RDF.Statement})


def sizes_of(sources: Sources, store: Store, sums: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Count what plans were made from.

    Args:
        sources: The plans as read.
        store: Plans and ontology, before any inference.
        sums: Control totals of each plan, by the name of its folder.
    """
    declared = {iri: path for folder in sources.folders for iri, (path, _) in folder.expansion.declared.items()}
    lists = {f"{name}/{CHECKS_FILE}": count for name, count in sums.items() if count}
    lists |= {f"{f.name}/{IGNORED_FILE}": len(f.expansion.ignored) for f in sources.folders if f.expansion.ignored}
    graphs = [folder.graph for folder in sources.folders]
    kinds = Counter(kind for graph in graphs for _, kind in _typed(store, graph))
    statements = {g: sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(g))) for g in graphs}
    return {THINGS: dict(Counter(declared.values())), LISTS: lists, KINDS: dict(kinds), STATEMENTS: statements}


def lexicon_sizes(data: Path) -> dict[str, dict[str, int]]:
    """Count the rows of each table of the lexicon in a folder of data."""
    return {LISTS: {f"{LEXICON}/{path.name}": _rows(path) for path in sorted((data / LEXICON).glob("*.tsv"))}}


def added_sizes(counts: Iterable[Sizes]) -> dict[str, dict[str, int]]:
    """Add up counts of several plans, each group in order of name."""
    added: dict[str, Counter[str]] = {name: Counter() for name in (THINGS, LISTS, KINDS, STATEMENTS)}
    for one in counts:
        for name, counted in one.items():
            added[name].update(counted)
    return {name: dict(sorted(counted.items())) for name, counted in added.items()}


def artifact_sizes(counts: Sizes) -> dict[str, dict[str, int]]:
    """Return what artifacts hold, in the form in which builds are compared; `counts` are by artifact and by what was counted."""
    return {ARTIFACTS: {f"{name}: {what}": count for name, counted in counts.items() for what, count in counted.items()}}


def demand_no_loss(folder: Path, now: Sizes, percent: float | None, shards: Sequence[Path] = ()) -> None:
    """Compare what a build was made from with the snapshot being served.

    Args:
        folder: Folder of snapshots; nothing is compared when none is served, or one without counts.
        now: Counts of this build, all of them or some.
        percent: How much of anything may be missing; None allows everything.
        shards: N-Quads files of this build; things that only moved from one file to another are looked up in them.
    Raises:
        SourceFaults: more is missing; code `build.shrunk`, facts `what`, `before`, `after`, `percent`, `limit`. Of files, lists, kinds,
            statements and artifacts only the first of these that lost something is told, as it explains the others.
    """
    if percent is None:
        return
    try:
        served = open_current(folder)
    except SnapshotError:
        return
    counted = {name: record["counts"] for name, record in served.manifest["artifacts"].items()}
    before = {**served.manifest.get("sizes", {}), **artifact_sizes(counted)}
    for group in (THINGS, LISTS, KINDS, STATEMENTS, ARTIFACTS):
        if group in now and group in before:
            faults = list(_shrunk(group, before[group], now[group], percent))
            if faults and group == THINGS and shards:
                lost = _lost_things(served, shards)
                faults = [fault for fault in faults if lost >= int(fault.facts["before"]) - int(fault.facts["after"])]
            if faults:
                raise SourceFaults(faults)


def _shrunk(group: str, before: Mapping[str, int], now: Mapping[str, int], percent: float) -> Iterator[Fault]:
    for name, had in before.items():
        has = now.get(name, 0)
        if had - has <= had * percent / 100:
            continue
        facts = {"what": name.rpartition("#")[2], "before": str(had), "after": str(has)}
        facts |= {"percent": f"{100 * (had - has) / had:.0f}", "limit": f"{percent:g}"}
        yield Fault(name if group in (THINGS, LISTS) else "", 0, "build.shrunk", facts)


def _lost_things(served: Snapshot, shards: Iterable[Path]) -> int:
    """Count the things of the served plans that the new ones do not have under any file."""
    graphs = {graph for graph in served.manifest.get("sizes", {}).get(STATEMENTS, {}) if graph != ONTOLOGY_GRAPH}
    had = set(_typed_in(served.path / NQUADS, graphs))
    return len(had.difference(*(_typed_in(shard) for shard in shards)))


def _typed_in(dump: Path, graphs: Collection[str] = ()) -> Iterator[bytes]:
    """Yield the things with a class in a dump, evidence aside; only those of some graphs, when these are named."""
    ends = tuple(f" <{graph}> .\n".encode() for graph in graphs) or b"\n"
    evidence = tuple(f" <{kind}> ".encode() for kind in _EVIDENCE)
    wanted = f"> <{RDF.type}> <".encode()
    for line in read_lines(dump):
        if wanted in line and line.endswith(ends) and not any(kind in line for kind in evidence):
            yield line[1 : line.index(b">")]


def _typed(store: Store, graph: str) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, NamedNode(RDF.type), None, NamedNode(graph)):
        if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode) and quad.object.value not in _EVIDENCE:
            yield quad.subject.value, quad.object.value


def _rows(path: Path) -> int:
    lines = path.read_bytes().splitlines()
    return sum(1 for line in lines if line.strip() and not line.startswith(b"#"))
