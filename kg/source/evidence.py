"""Compares what a plan folder says with its source text: quoted phrases, printed figures and names have to stand on their lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from kg.source.folder import PlanFolder
from kg.source.nodes import Name
from kg.source.passages import MARKS, Passage, SourceText
from kg.source.report import Report
from kg.source.yamlfile import read_text
from kg.text import DotTable


def check_evidence(folder: PlanFolder, texts: Path | None, dots: DotTable, report: Report) -> bool:
    """Compare a folder's phrases, figures and names with their lines.

    Args:
        folder: The plan.
        texts: Folder of source texts, or None when they are not at hand.
        dots: Kinds of dot that count as one.
        report: Receives a violation for what does not stand on its lines, and a remark for each name that is the editor's.
    Returns:
        False when the source text is not at hand, so that nothing was compared.
    """
    path = texts / folder.text.name if texts else None
    if path is None or not path.is_file():
        return False
    lines = _lines(folder, path, report)
    if lines is not None:
        text = SourceText(lines, dots)
        _check_phrases(folder, text, report)
        _check_names(folder.expansion.names, text, report)
    return True


def _lines(folder: PlanFolder, path: Path, report: Report) -> tuple[str, ...] | None:
    """Read the source text; one that is not the text `plan.yaml` describes is a fault and gives None."""
    data, content = path.read_bytes(), read_text(path, report.within(path.name))
    lines = content.split("\n") if content else []
    count = len(lines) - (lines[-1:] == [""])
    digest = hashlib.sha256(data).hexdigest()
    if digest == folder.text.sha256 and count == folder.text.line_count:
        return tuple(lines)
    file, line = folder.text.place
    report.within(file).add(line, "source.other-text", value=folder.text.name, sha256=digest, lines=str(count))
    return None


def _check_phrases(folder: PlanFolder, text: SourceText, report: Report) -> None:
    for passage, (file, line) in folder.expansion.quoted:
        if not text.holds(passage):
            found = _shown_lines(text.find(passage))
            report.within(file).add(line, "source.not-on-lines", value=passage.quote, lines=_shown((passage,)), found=found)


def _check_names(names: Iterable[Name], text: SourceText, report: Report) -> None:
    """Look for each name on the lines of its thing; the quotation marks around it, or around a part of it, may be left out."""
    unmarked = text.without_marks()
    for name in names:
        wanted = [Passage(p.source, p.start, p.end, name.text) for p in name.passages]
        bare = [Passage(p.source, p.start, p.end, name.text.translate(MARKS)) for p in wanted]
        if not wanted or any(map(text.holds, wanted)) or any(map(unmarked.holds, bare)):
            continue
        file, line = name.place
        facts = {"value": name.text, "lines": _shown(wanted), "found": _shown_lines(unmarked.find(bare[0]))}
        if name.is_preferred:
            report.within(file).remark(line, "source.name-is-ours", **facts)
        else:
            report.within(file).add(line, "source.name-not-on-lines", **facts)


def _shown(passages: Iterable[Passage]) -> str:
    return ", ".join(str(p.start) if p.start == p.end else f"{p.start}-{p.end}" for p in passages)


def _shown_lines(lines: Iterable[int]) -> str:
    return ", ".join(map(str, lines)) or "-"
