"""Everything that has to hold before anything is published: read, validate, control totals, infer.

What has not changed is not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from kg.build.artifacts import Progress
from kg.build.collecting import collecting_rarely
from kg.build.diskspace import naming_what_cannot_be_written
from kg.build.grouped import Maker, as_faults
from kg.build.shards import Shard, Shards, code_key, files_key, key_of
from kg.build.shrinking import STATEMENTS, Sizes, added_sizes, lexicon_sizes
from kg.build.streaming import write_shard
from kg.build.survey import Reading, Surveyed, groups, survey
from kg.errors import Fault, SnapshotCorrupt, SnapshotMissing, SourceFaults
from kg.imports.descriptor import mappings_dir
from kg.imports.keeping import Kept, in_use
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.source.load import LEXICON, load_sources, plan_paths
from kg.source.report import Report
from kg.store.lines import graph_of, merged
from kg.store.snapshot import file_sha256, open_snapshot, snapshot_ids
from kg.text import DOTS
from kg.vocab import INFERRED_GRAPH, ONTOLOGY_GRAPH

_NOT_OF_A_CHECK = frozenset({"queries", "examples", "new-plan"})
"""Folders of `ontology/` that say nothing of what plans must satisfy or what follows from them."""
Write = Callable[[Path], Mapping[str, Any]]


class Checked(Struct, frozen=True):
    """Sources that hold: the shards they make, and what was found on the way.

    Attributes:
        shards: The statements of plans and ontology, and what follows from them, in sorted N-Quads files.
        keys: Of all shards, to be kept as long as a snapshot made from them.
        findings: Warnings and remarks; they stop nothing.
        unchecked: Plans whose evidence was not compared with a source text.
        prefixes: Vocabulary prefixes for the dumps.
        sizes: What the plans and the ontology were made from, to be compared with the next build; see `kg.build.shrinking`.
        counts: Numbers of plans, entries, statements inferred, control totals that hold, and findings about the plans, by name.
        made: Names of the plans that were read and checked now; the others were taken over as they were.
        damaged: Names of those whose shard was there and not whole.
    """

    shards: tuple[Shard, ...]
    keys: tuple[str, ...]
    findings: tuple[Fault, ...]
    unchecked: tuple[str, ...]
    prefixes: Mapping[str, str]
    sizes: Sizes
    counts: dict[str, int]
    made: tuple[str, ...]
    damaged: tuple[str, ...]


@collecting_rarely()
def check(settings: Settings, progress: Progress, imported: Sequence[Path] = ()) -> Checked:
    """Read, validate and infer, without publishing.

    Plans that do not name each other's things are checked one after the other, so that memory does not grow with their number. What was
    made of a plan is kept and taken over as long as nothing has changed that it depends on.

    Args:
        settings: Where to read from, and where what was made is kept.
        progress: Told of each step.
        imported: Sorted N-Quads files (`kg.build.streaming.write_shard`) of other sources, checked by whoever imported them, each in named
            graphs of its own; what follows from them by rules is inferred here.
    Raises:
        SourceFaults: a violation; all faults of the stage that found it, of each group of plans.
        StoreUnavailable: what was made cannot be kept; the disk is full, or the folder of shards cannot be written.
    """
    with naming_what_cannot_be_written(shards_folder(settings)):
        return _check(settings, progress, imported)


def _check(settings: Settings, progress: Progress, imported: Sequence[Path]) -> Checked:
    progress("read", 0, 4)
    imports = in_use(settings)
    ontology = Ontology.load(settings.ontology)
    report = Report()
    paths = plan_paths(settings.data, report)
    if report.faults or not paths:
        load_sources(settings.data, ontology, settings.sources)
    run = _Run(Maker(settings, ontology, progress), Shards(shards_folder(settings)))
    plans = [run.surveyed(path) for path in paths]
    made = run.groups(groups(plans))
    common = run.common([plan.common for plan in plans if plan.common])
    base = run.shard(key_of("ontology", run.depends), lambda path: {"statements": write_shard(ontology.quads, path)})
    prefixes = Context.load(settings.ontology / "context.jsonld").prefixes
    found = as_faults(fault for shard in made for fault in shard.record["found"])
    found.sort(key=lambda fault: (fault.path, fault.line, fault.facts["ko"]))
    sources = [Shard("", path, file_sha256(path), {}) for path in imported]
    if imports:
        sources.append(run.services(imports, made))
    following = [run.shard(key_of("imported", run.depends, one.digest), partial(run.maker.imported, one.path)) for one in sources]
    shards = (base, *made, *([common] if common else []), *sources, *following)
    sizes = added_sizes([lexicon_sizes(settings.data), *(shard.record["sizes"] for shard in made)])
    sizes[STATEMENTS][ONTOLOGY_GRAPH] = base.record["statements"]
    for one in following:
        sizes[STATEMENTS] |= one.record["statements"]
    counts = {name: sum(shard.record[name] for shard in made) for name in ("plans", "entries", "totals")}
    if imports:
        counts["services"] = sum(one.services for one in imports)
    counts |= {"inferred": _inferred(shards), "findings": len(found)}
    unchecked = tuple(sorted(name for shard in made for name in shard.record["unchecked"]))
    return Checked(shards, tuple(sorted(run.keys)), (*_remarks(made, common), *found), unchecked, prefixes, sizes, counts, *run.told())


def shards_folder(settings: Settings) -> Path:
    """Return the folder of shards."""
    return settings.shards or settings.snapshots.parent / "shards"


def forget_old_shards(settings: Settings) -> int:
    """Remove the shards that no kept snapshot was made from, and return how many they were. Call it within `sole_builder`."""
    keys: set[str] = set()
    for snapshot_id in snapshot_ids(settings.snapshots):
        try:
            keys.update(open_snapshot(settings.snapshots, snapshot_id).manifest.get("shards", ()))
        except (SnapshotCorrupt, SnapshotMissing):
            continue
    return Shards(shards_folder(settings)).keep(keys)


class _Run:
    """Takes over or makes the shards of one check, and remembers which."""

    def __init__(self, maker: Maker, shards: Shards) -> None:
        settings = maker.settings
        self.maker, self._shards = maker, shards
        files = [path for path in settings.ontology.rglob("*") if path.is_file()]
        read = [path for path in files if path.relative_to(settings.ontology).parts[0] not in _NOT_OF_A_CHECK]
        dots = settings.data / LEXICON / DOTS
        depends = key_of(code_key(), files_key(settings.ontology, read), files_key(dots.parent, [dots] if dots.is_file() else []))
        self._reading = Reading(settings.sources, maker.ontology, Context.load(settings.ontology / "context.jsonld"), depends)
        self.depends = depends
        self.keys: set[str] = set()
        self._made: list[str] = []
        self._damaged: list[str] = []

    def told(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the plans that were made anew, and of those whose shard was damaged."""
        return tuple(sorted(self._made)), tuple(sorted(self._damaged))

    def shard(self, key: str, write: Write, names: Sequence[str] = ()) -> Shard:
        """Take over a shard of some plans, or make it."""
        found = self._shards.get(key)
        if found is None:
            self._damaged += names if self._shards.is_damaged(key) else ()
            found = self._shards.put(key, write)
            self._made += names
        self.keys.add(key)
        return found

    def surveyed(self, path: Path) -> Surveyed:
        """Look over a plan."""
        found = survey(path, self._reading, self._shards)
        self.keys.update([found.common.key] if found.common else [])
        return found

    def groups(self, grouped: Iterable[Sequence[Surveyed]]) -> list[Shard]:
        """Take over or make the shard of each group.

        Raises:
            SourceFaults: a violation; all faults of each group.
        """
        made: list[Shard] = []
        faults: list[Fault] = []
        for group in grouped:
            names = [plan.name for plan in group]
            key = key_of("group", *(plan.key for plan in group))
            try:
                made.append(self.shard(key, partial(self.maker.group, names), names))
            except SourceFaults as error:
                faults += error.faults
        if faults:
            raise SourceFaults(_distinct(faults, lambda fault: (fault.path, fault.line, fault.code)))
        return made

    def services(self, imports: Sequence[Kept], plans: Sequence[Shard]) -> Shard:
        """Take over or make the shard of the lists of services in use."""
        told = [f"{one.source} {one.retrieved} {one.sha256}" for one in imports]
        tables = mappings_dir(self.maker.settings.data)
        files = files_key(tables, sorted(path for path in tables.rglob("*") if path.is_file()))
        key = key_of("services", self.depends, files, *told, *(plan.digest for plan in plans))
        return self.shard(key, lambda path: self.maker.services(imports, [plan.path for plan in plans], path))

    def common(self, commons: Sequence[Shard]) -> Shard | None:
        """Take over or make what follows from what several plans say of shared terms; None when only one says anything."""
        said = [shard for shard in commons if shard.path.stat().st_size]
        if len(said) < 2:
            return None
        key = key_of("common ground", self.depends, *sorted(shard.digest for shard in said))
        return self.shard(key, lambda path: self.maker.common([shard.path for shard in said], path))


def _remarks(made: Sequence[Shard], common: Shard | None) -> Iterator[Fault]:
    """Yield what is no violation, in the order in which all plans read at once would have given it."""
    yield from sorted(as_faults(fault for shard in made for fault in shard.record["remarks"]))
    # What concerns the ontology alone is found with every plan.
    shaped = [fault for shard in (*made, *([common] if common else [])) for fault in as_faults(shard.record["validated"])]
    placed = {_said(fault) for fault in shaped if fault.line}
    yield from _distinct((f for f in shaped if f.line or _said(f) not in placed), lambda fault: (fault.path, fault.line, *_said(fault)))
    yield from sorted(as_faults(fault for shard in made for fault in shard.record["reported"]), key=lambda fault: fault.path)


def _said(fault: Fault) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(fault.facts.items()))


def _distinct(faults: Iterable[Fault], key: Callable[[Fault], tuple[Any, ...]]) -> list[Fault]:
    """Return the faults in the order of a key, and in that of their facts, each once."""
    told = {(key(fault), _said(fault)): fault for fault in faults}
    return [told[one] for one in sorted(told)]


def _inferred(shards: Sequence[Shard]) -> int:
    graph = INFERRED_GRAPH.encode()
    return sum(graph_of(line) == graph for lines in merged([shard.path for shard in shards]) for line in lines)
