"""Looks over each plan on its own for what ties it to others: the things it names that are not its own, and what it says of shared terms.

Plans that name each other's things are checked together, as a **group**; all others are checked alone. What plans say of the ontology's
terms (of a sector, say, or a group of people) may be joined with what others say of them, so this **common ground** of all is checked once
more by itself. What a thing of the common ground points to belongs to it, so that a rule finds there whatever it would find in the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from pyoxigraph import NamedNode, Quad

from kg.build.quads import folder_quads
from kg.build.shards import Shard, Shards, files_key, key_of
from kg.build.streaming import write_shard
from kg.ontology import Ontology
from kg.source.context import Context
from kg.source.folder import PLAN_FILE, PlanFolder, read_folder
from kg.source.report import Report
from kg.vocab import GRAPH, ID


class Surveyed(Struct, frozen=True):
    """A plan as far as it concerns others.

    Attributes:
        name: Name of its folder.
        key: SHA-256 (hex) of its files and of all that reading them depends on.
        area: The code or word its things are named below; empty when its head cannot be read.
        foreign: IRIs that it names or declares outside its area and the ontology.
        common: Its share of the common ground, as a shard; None when the plan cannot be read.
    """

    name: str
    key: str
    area: str
    foreign: tuple[str, ...]
    common: Shard | None


class Reading(Struct, frozen=True):
    """What reading any plan depends on.

    Attributes:
        texts: Folder of source texts, or None when they are not at hand.
        ontology: The vocabulary to read by.
        context: The national context.
        depends: SHA-256 (hex) of all that reading and checking any plan depends on.
    """

    texts: Path | None
    ontology: Ontology
    context: Context
    depends: str


def survey(path: Path, reading: Reading, shards: Shards) -> Surveyed:
    """Look over a plan, or take what was seen when it was last looked over.

    Args:
        path: Its folder.
        reading: What reading it depends on.
        shards: Where it is kept.
    """
    key = key_of("plan", path.name, reading.depends, files_key(path, _files(path)), _texts_key(path, reading.texts))
    shard = shards.get(key_of("common", key))
    if shard is None:
        report = Report()
        folder = read_folder(path, reading.context, reading.ontology, {}, report)
        if folder is None:
            return Surveyed(path.name, key, "", (), None)
        if any(fault.severity == "violation" for fault in report.faults):
            return Surveyed(path.name, key, _area(folder), _foreign(folder, reading.ontology), None)
        found = folder
        shard = shards.put(key_of("common", key), lambda to: _write_common(found, reading.ontology, to))
    record = shard.record
    return Surveyed(path.name, key, record["area"], tuple(record["foreign"]), shard)


def groups(plans: Sequence[Surveyed]) -> list[tuple[Surveyed, ...]]:
    """Return the plans in groups that have to be checked together, each in the order given and in the order of their first.

    Where nothing is known of a plan, as its head cannot be read, others may name its things: then all are one group, which is told so.
    """
    if not all(plan.area for plan in plans):
        return [tuple(plans)]
    tied: dict[str, str] = {}

    def root(tie: str) -> str:
        while tied.setdefault(tie, tie) != tie:
            tie = tied[tie]
        return tie

    areas = {plan.area for plan in plans}
    for plan in plans:
        ties = [f"area {plan.area}"]
        for iri in plan.foreign:
            area = _area_of(iri)
            ties.append(f"area {area}" if area in areas else iri)
        for tie in ties:
            tied[root(tie)] = root(plan.name + "/")
    gathered: dict[str, list[Surveyed]] = defaultdict(list)
    for plan in plans:
        gathered[root(plan.name + "/")].append(plan)
    return [tuple(group) for group in gathered.values()]


def _write_common(folder: PlanFolder, ontology: Ontology, path: Path) -> Mapping[str, Any]:
    write_shard(_common(list(folder_quads(folder)), ontology), path)
    return {"area": _area(folder), "foreign": _foreign(folder, ontology)}


def _foreign(folder: PlanFolder, ontology: Ontology) -> tuple[str, ...]:
    own = f"{ID}{_area(folder)}/"
    named = {reference.iri for reference in folder.expansion.references} | set(folder.expansion.declared)
    return tuple(sorted(iri for iri in named if not iri.startswith(own) and iri not in ontology.known))


def _common(quads: Sequence[Quad], ontology: Ontology) -> Iterator[Quad]:
    """Yield what is said of shared terms and of all they point to."""
    said: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            said[quad.subject.value].append(quad)
    reached = {iri for iri in said if iri in ontology.known}
    waiting = list(reached)
    while waiting:
        for quad in said[waiting.pop()]:
            if isinstance(quad.object, NamedNode) and quad.object.value in said and quad.object.value not in reached:
                reached.add(quad.object.value)
                waiting.append(quad.object.value)
    for iri in sorted(reached):
        yield from said[iri]


def _area(folder: PlanFolder) -> str:
    return folder.graph.removeprefix(GRAPH).partition("/")[0]


def _area_of(iri: str) -> str:
    return iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _texts_key(path: Path, texts: Path | None) -> str:
    """Return the SHA-256 (hex) of the source texts at hand that a plan names."""
    if texts is None or not texts.is_dir():
        return ""
    named = (path / PLAN_FILE).read_bytes()
    return files_key(texts, (text for text in texts.iterdir() if text.is_file() and text.name.encode() in named))
