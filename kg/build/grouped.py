"""Checks a group of plans, or the common ground of all, and makes its shard: their statements and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msgspec import Struct
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse

from kg.build.artifacts import Progress
from kg.build.beside import beside
from kg.build.findings import find
from kg.build.imported import write_imports
from kg.build.infer import infer
from kg.build.quads import add_quads, working_store
from kg.build.shrinking import sizes_of
from kg.build.streaming import write_shard
from kg.build.totals import run_totals
from kg.build.validate import Names, validate
from kg.errors import Fault, SourceFaults
from kg.imports.keeping import Kept
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.source.load import load_sources
from kg.source.nodes import Positions
from kg.source.report import Report
from kg.store.lines import graph_of, read_lines
from kg.vocab import INFERRED_GRAPH, ONTOLOGY_GRAPH


class Maker(Struct, frozen=True):
    """What making shards takes: settings, the ontology that was read with them, and whom to tell of each step."""

    settings: Settings
    ontology: Ontology
    progress: Progress

    def group(self, names: Collection[str], path: Path) -> Mapping[str, Any]:
        """Read, validate and infer some plans, and write all their statements but the ontology's.

        Args:
            names: Of the plans' folders.
            path: The sorted N-Quads file to write.
        Returns:
            What was found and counted: `plans`, `entries`, `totals`, `unchecked` (names of plans), `sizes`, and lists of faults:
            `remarks`, `validated`, `reported` (of the control totals), `found` (findings about the plans).
        Raises:
            SourceFaults: a violation; all faults of the stage that found it.
        """
        settings, ontology = self.settings, self.ontology
        self.progress("read", 0, 4)
        sources = load_sources(settings.data, ontology, settings.sources, names)
        self.progress("validate", 1, 4)
        store = working_store(sources, ontology)
        shortened = Names([folder.context for folder in sources.folders])
        with beside(lambda: validate(store, settings.ontology / "shapes", sources.positions, shortened)) as validating:
            self.progress("totals", 2, 4)
            report = Report()
            totals = [run_totals(folder, store, sources.positions, report) for folder in sources.folders]
            sums = {folder.name: run.holding + len(run.broken) for folder, run in zip(sources.folders, totals, strict=True)}
            sizes = sizes_of(sources, store, sums)
            self.progress("infer", 3, 4)
            infer(store, settings.ontology / "rules")
            found = find(store, settings.ontology, [broken for run in totals for broken in run.broken])
            validated = validating()
        _demand_sound([*sources.remarks, *validated, *report.faults])
        self.progress("infer", 4, 4)
        _write(store, {ONTOLOGY_GRAPH}, path)
        return {
            "plans": len(sources.folders),
            "entries": len({iri for folder in sources.folders for iri in folder.expansion.declared}),
            "totals": sum(run.holding for run in totals),
            "unchecked": list(sources.unchecked),
            "sizes": sizes,
            "remarks": as_data(sources.remarks),
            "validated": as_data(validated),
            "reported": as_data(report.faults),
            "found": as_data(found),
        }

    def common(self, shards: Sequence[Path], path: Path) -> Mapping[str, Any]:
        """Validate and infer what several plans say of shared terms, and write what follows.

        Only the rules of links and classes are run: what is computed or found is so within one plan.

        Args:
            shards: What each plan says of shared terms, and of all these point to.
            path: The sorted N-Quads file to write.
        Returns:
            `validated`: faults of shared terms, without a place in a file.
        Raises:
            SourceFaults: a violation.
        """
        store = self._with_ontology(shards)
        names = Names([Context.load(self.ontology.folder / "context.jsonld")])
        faults = validate(store, self.settings.ontology / "shapes", Positions(), names)
        # A node of one plan only was looked at with this plan, which knows its lines.
        validated = [fault for fault in faults if fault.facts["iri"] in self.ontology.known]
        _demand_sound(validated)
        self._write_inferred(store, path)
        return {"validated": as_data(validated)}

    def services(self, imports: Sequence[Kept], plans: Sequence[Path], path: Path) -> Mapping[str, Any]:
        """Write the accepted lists of services as a shard; see `kg.build.imported`.

        Args:
            plans: Shards of the plans.
            path: The sorted N-Quads file to write.
        Returns:
            `validated`: faults of services, without a place in a file.
        Raises:
            SourceFaults: a violation, or a table that cannot be read.
        """
        validated = write_imports(imports, self.settings, self.ontology, plans, path)
        _demand_sound(validated)
        return {"validated": as_data(validated)}

    def imported(self, shard: Path, path: Path) -> Mapping[str, Any]:
        """Infer what follows from a source that was not read from files of plans, and write it.

        Args:
            shard: The source's statements, which whoever imported them has checked.
            path: The sorted N-Quads file to write.
        Returns:
            `statements`: how many there are in each named graph of the source.
        """
        counts = Counter(map(graph_of, read_lines(shard)))
        self._write_inferred(self._with_ontology([shard]), path)
        return {"statements": {graph.decode(): count for graph, count in sorted(counts.items())}}

    def _with_ontology(self, shards: Sequence[Path]) -> Store:
        store = Store()
        add_quads(store, self.ontology.quads)
        for shard in shards:
            add_quads(store, parse(path=shard, format=RdfFormat.N_QUADS))
        return store

    def _write_inferred(self, store: Store, path: Path) -> None:
        infer(store, self.settings.ontology / "rules")
        kept = {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)} - {INFERRED_GRAPH}
        _write(store, kept, path)


def as_data(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return faults as JSON can hold them."""
    return [asdict(fault) for fault in faults]


def as_faults(written: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return the faults that `as_data` wrote."""
    return [Fault(**one) for one in written]


def _demand_sound(faults: Sequence[Fault]) -> None:
    if any(fault.severity == "violation" for fault in faults):
        raise SourceFaults(faults)


def _write(store: Store, but: Collection[str], path: Path) -> None:
    """Write the statements of all named graphs but some."""
    left = {NamedNode(iri) for iri in but}
    write_shard((quad for quad in store if not isinstance(quad.graph_name, DefaultGraph) and quad.graph_name not in left), path)
