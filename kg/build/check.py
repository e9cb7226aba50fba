"""Everything that has to hold before anything is published: read, validate, control totals, infer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Store

from kg.build.artifacts import Progress
from kg.build.beside import beside
from kg.build.collecting import collecting_rarely
from kg.build.findings import find
from kg.build.imported import imported_quads
from kg.build.infer import infer
from kg.build.quads import add_quads, working_store
from kg.build.shrinking import Sizes, sizes_of
from kg.build.totals import run_totals
from kg.build.validate import Names, validate
from kg.errors import Fault, SourceFaults
from kg.imports.keeping import in_use
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.source.load import load_sources
from kg.source.report import Report


@dataclass(frozen=True)
class Checked:
    """Sources that hold: the working store they make, and what was found on the way.

    Attributes:
        store: Plans, ontology and inferences.
        findings: Warnings and remarks; they stop nothing.
        unchecked: Plans whose evidence was not compared with a source text.
        prefixes: Vocabulary prefixes for the dumps.
        sizes: What the plans and the ontology were made from, to be compared with the next build; see `kg.build.shrinking`.
        counts: Numbers of plans, entries, statements inferred, control totals that hold, and findings about the plans, by name.
    """

    store: Store
    findings: tuple[Fault, ...]
    unchecked: tuple[str, ...]
    counts: dict[str, int]
    prefixes: Mapping[str, str]
    sizes: Sizes


@collecting_rarely()
def check(settings: Settings, progress: Progress) -> Checked:
    """Read, validate and infer, without publishing.

    Raises:
        SourceFaults: a violation; all faults of the stage that found it.
    """
    progress("read", 0, 4)
    imports = in_use(settings)
    ontology = Ontology.load(settings.ontology)
    sources = load_sources(settings.data, ontology, settings.sources)
    progress("validate", 1, 4)
    store = working_store(sources, ontology)
    add_quads(store, imported_quads(imports, settings, store) if imports else ())
    names = Names([folder.context for folder in sources.folders])
    with beside(lambda: validate(store, settings.ontology / "shapes", sources.positions, names)) as validated:
        progress("totals", 2, 4)
        report = Report()
        totals = [run_totals(folder, store, sources.positions, report) for folder in sources.folders]
        sums = {folder.name: run.holding + len(run.broken) for folder, run in zip(sources.folders, totals, strict=True)}
        sizes = sizes_of(sources, store, sums, settings.data)
        progress("infer", 3, 4)
        inferred = infer(store, settings.ontology / "rules")
        found = find(store, settings.ontology, [broken for run in totals for broken in run.broken])
        findings = [*sources.remarks, *validated(), *report.faults]
    if any(fault.severity == "violation" for fault in findings):
        raise SourceFaults(findings)
    progress("infer", 4, 4)
    counts = {
        "plans": len(sources.folders),
        "entries": len({iri for folder in sources.folders for iri in folder.expansion.declared}),
        "inferred": inferred,
        "totals": sum(run.holding for run in totals),
        "findings": len(found),
        "services": sum(one.services for one in imports),
    }
    prefixes = Context.load(settings.ontology / "context.jsonld").prefixes
    return Checked(store, (*findings, *found), sources.unchecked, counts, prefixes, sizes)
