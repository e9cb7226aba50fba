"""Reads every plan of a data folder and checks what only the whole can show: dangling references and evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.source.context import Context
from kg.source.folder import PLAN_FILE, PlanFolder, read_folder
from kg.source.nodes import Place, Positions
from kg.source.passages import SourceText
from kg.source.report import Report
from kg.text import DotTable


@dataclass(frozen=True)
class Sources:
    """Everything read from a data folder.

    Attributes:
        folders: The plans, in the order of their folders' names.
        positions: Where each statement of any plan is written.
        unchecked: Names of plans whose evidence was not compared with the source text, because it is not at hand.
    """

    folders: tuple[PlanFolder, ...]
    positions: Positions
    unchecked: tuple[str, ...]


def load_sources(data: Path, ontology: Ontology, texts: Path | None) -> Sources:
    """Read all plans below `data`.

    Args:
        data: Folder that holds one folder per plan (those with a `plan.yaml`) and `lexicon/`.
        ontology: The vocabulary to read by.
        texts: Folder of source texts, or None when they are not at hand.
    Raises:
        SourceFaults: something is wrong; it holds every fault that could be found.
    """
    report = Report()
    context = Context.load(ontology.folder / "context.jsonld")
    declared: dict[str, Place] = {}
    folders: list[PlanFolder] = []
    is_complete = True
    for path in sorted(data.glob(f"*/{PLAN_FILE}")):
        folder = read_folder(path.parent, context, ontology, declared, report)
        is_complete = is_complete and folder is not None and folder.is_complete
        if folder is None:
            continue
        if folder.graph in {other.graph for other in folders}:
            report.within(f"{folder.name}/{PLAN_FILE}").add(1, "source.duplicate-graph", value=folder.graph)
        folders.append(folder)
    if not folders and is_complete:
        report.add(0, "source.no-plan", value=data.name)
    if is_complete:
        _check_references(folders, declared, ontology, context, report)
    else:
        report.faults.append(Fault("", 0, "source.references-not-checked", {}, "info"))
    dots = DotTable.load(data / "lexicon")
    unchecked = tuple(folder.name for folder in folders if not _check_evidence(folder, texts, dots, report))
    if any(fault.severity == "violation" for fault in report.faults):
        raise SourceFaults(report.faults)
    positions = Positions()
    for folder in folders:
        positions.merge(folder.expansion.positions)
    return Sources(tuple(folders), positions, unchecked)


def _check_references(folders: list[PlanFolder], declared: dict[str, Place], ontology: Ontology, context: Context, report: Report) -> None:
    for folder in folders:
        names = [folder.context.shorten(iri) for iri in (*declared, *ontology.known)]
        for reference in folder.expansion.references:
            if reference.iri not in declared and reference.iri not in ontology.known:
                prefix = reference.written.partition(":")[0] + ":"
                near = [name for name in names if name.startswith(prefix) and name.count("/") == reference.written.count("/")]
                path, line = reference.place
                report.within(path).add_unknown(line, "source.dangling", reference.written, near)


def _check_evidence(folder: PlanFolder, texts: Path | None, dots: DotTable, report: Report) -> bool:
    """Compare every quoted phrase with its lines; return False when the source text is not at hand."""
    path = texts / folder.text.name if texts else None
    if path is None or not path.is_file():
        return False
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != folder.text.sha256:
        report.within(folder.text.place[0]).add(folder.text.place[1], "source.other-text", value=folder.text.name)
        return True
    text = SourceText(tuple(data.decode("utf-8").split("\n")), dots)
    for passage, (file, line) in folder.expansion.quoted:
        if not text.holds(passage):
            lines = f"{passage.start}-{passage.end}"
            report.within(file).add(line, "source.not-on-lines", value=passage.quote, lines=lines)
    return True
