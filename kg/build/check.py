"""Everything that has to hold before anything is published: read, validate, control totals, infer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Store

from kg.build.artifacts import Progress
from kg.build.collecting import collecting_rarely
from kg.build.findings import find
from kg.build.infer import infer
from kg.build.quads import working_store
from kg.build.totals import Totals, run_totals
from kg.build.validate import Names, validate
from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.source.load import Sources, load_sources
from kg.source.report import Report


@dataclass(frozen=True)
class Checked:
    """Sources that hold: the working store they make, and what was found on the way.

    Attributes:
        store: Plans, ontology and inferences.
        findings: Warnings and remarks; they stop nothing.
        unchecked: Plans whose evidence was not compared with a source text.
        prefixes: Vocabulary prefixes for the dumps.
        counts: Numbers of plans, entries, statements inferred, control totals that hold, and findings about the plans, by name.
    """

    store: Store
    findings: tuple[Fault, ...]
    unchecked: tuple[str, ...]
    counts: dict[str, int]
    prefixes: Mapping[str, str]


@collecting_rarely()
def check(settings: Settings, progress: Progress) -> Checked:
    """Read, validate and infer, without publishing.

    Raises:
        SourceFaults: a violation; all faults of the stage that found it.
    """
    progress("read", 0, 4)
    ontology = Ontology.load(settings.ontology)
    sources = load_sources(settings.data, ontology, settings.sources)
    progress("validate", 1, 4)
    store = working_store(sources, ontology)
    names = Names([folder.context for folder in sources.folders])
    findings = [*sources.remarks, *validate(store, settings.ontology / "shapes", sources.positions, names)]
    progress("totals", 2, 4)
    totals = _totals(sources, store, findings)
    if any(fault.severity == "violation" for fault in findings):
        raise SourceFaults(findings)
    progress("infer", 3, 4)
    inferred = infer(store, settings.ontology / "rules")
    found = find(store, settings.ontology, totals.broken)
    progress("infer", 4, 4)
    counts = {
        "plans": len(sources.folders),
        "entries": len({iri for folder in sources.folders for iri in folder.expansion.declared}),
        "inferred": inferred,
        "totals": totals.holding,
        "findings": len(found),
    }
    return Checked(store, (*findings, *found), sources.unchecked, counts, Context.load(settings.ontology / "context.jsonld").prefixes)


def _totals(sources: Sources, store: Store, findings: list[Fault]) -> Totals:
    report = Report()
    runs = [run_totals(folder, store, sources.positions, report) for folder in sources.folders]
    findings += report.faults
    return Totals(sum(run.holding for run in runs), [broken for run in runs for broken in run.broken])
