"""Reads every plan of a data folder and checks what only the whole can show: dangling references and evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from msgspec import Struct

from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.source.context import Context
from kg.source.evidence import check_evidence
from kg.source.folder import PLAN_FILE, PlanFolder, read_folder
from kg.source.nodes import Place, Positions
from kg.source.report import Report
from kg.text import DOTS, DotTable

LEXICON = "lexicon"
NO_PLANS = frozenset({LEXICON, "mappings"})
"""Folders of a data folder that hold no plan."""


class Sources(Struct, frozen=True):
    """Everything read from a data folder.

    Attributes:
        folders: The plans, in the order of their folders' names.
        positions: Where each statement of any plan is written.
        remarks: What is no fault but worth knowing, such as names that are the editor's.
        unchecked: Names of plans whose evidence was not compared with the source text, because it is not at hand.
    """

    folders: tuple[PlanFolder, ...]
    positions: Positions
    remarks: tuple[Fault, ...]
    unchecked: tuple[str, ...]


def load_sources(data: Path, ontology: Ontology, texts: Path | None, only: Collection[str] = ()) -> Sources:
    """Read all plans below `data`, or some of them.

    Args:
        data: Folder that holds one folder per plan (those with a `plan.yaml`) and `lexicon/`.
        ontology: The vocabulary to read by.
        texts: Folder of source texts, or None when they are not at hand.
        only: Names of the plans' folders to read; none are all.
    Raises:
        SourceFaults: something is wrong; it holds every fault that could be found.
    """
    report = Report()
    context = Context.load(ontology.folder / "context.jsonld")
    declared: dict[str, Place] = {}
    paths = [path for path in plan_paths(data, report) if not only or path.name in only]
    folders, is_complete = _read_folders(paths, context, ontology, declared, report)
    if not folders and is_complete:
        report.add(0, "source.no-plan", value=data.name)
    if is_complete:
        _check_references(folders, declared, ontology, report)
    else:
        report.faults.append(Fault("", 0, "source.references-not-checked", {}, "info"))
    dots = _dots(data / LEXICON, report)
    unchecked = tuple(folder.name for folder in folders if not check_evidence(folder, texts, dots, report))
    if any(fault.severity == "violation" for fault in report.faults):
        report.faults.append(Fault("", 0, "build.later-not-checked", {}, "info"))
        raise SourceFaults(report.faults)
    positions = Positions()
    for folder in folders:
        positions.merge(folder.expansion.positions)
    return Sources(tuple(folders), positions, tuple(sorted(report.faults)), unchecked)


def plan_paths(data: Path, report: Report) -> list[Path]:
    """Return the folders of plans in the order of their names; a folder that is none is a fault."""
    folders = sorted(path for path in data.iterdir() if path.is_dir() and path.name not in NO_PLANS and not path.name.startswith("."))
    for path in folders:
        if not (path / PLAN_FILE).is_file():
            report.within(path.name).add(0, "source.no-plan-file", value=path.name)
    return [path for path in folders if (path / PLAN_FILE).is_file()]


def _read_folders(
    paths: Iterable[Path], context: Context, ontology: Ontology, declared: dict[str, Place], report: Report
) -> tuple[list[PlanFolder], bool]:
    """Read plan folders; also return whether all of their files could be read."""
    folders: list[PlanFolder] = []
    is_complete = True
    for path in paths:
        folder = read_folder(path, context, ontology, declared, report)
        is_complete = is_complete and folder is not None and folder.is_complete
        if folder is None:
            continue
        if folder.graph in {other.graph for other in folders}:
            report.within(f"{folder.name}/{PLAN_FILE}").add(1, "source.duplicate-graph", value=folder.graph)
        folders.append(folder)
    return folders, is_complete


def _dots(lexicon: Path, report: Report) -> DotTable:
    if (lexicon / DOTS).is_file():
        return DotTable.load(lexicon)
    report.within(f"{LEXICON}/{DOTS}").add(0, "lexicon.missing")
    return DotTable({})


def _check_references(folders: list[PlanFolder], declared: dict[str, Place], ontology: Ontology, report: Report) -> None:
    for folder in folders:
        names = [folder.context.shorten(iri) for iri in (*declared, *ontology.known)]
        for reference in folder.expansion.references:
            if reference.iri not in declared and reference.iri not in ontology.known:
                path, line = reference.place
                report.within(path).add_unknown(line, "source.dangling", reference.written, names)
