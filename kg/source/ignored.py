"""Reads `ignored.csv`: figures of the source that are left out on purpose, each with its lines and the reason.

Every figure of a source is entered, or listed here, or nobody has read it yet.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kg.source.nodes import Expansion, Ignored
from kg.source.passages import Passage, parse_lines
from kg.source.report import Report
from kg.source.yamlfile import read_whole_text

IGNORED_FILE = "ignored.csv"
HEADER = ["lines", "printed", "reason"]


def read_ignored(path: Path, source: str, into: Expansion, report: Report) -> None:
    """Check the file's form, and note what it quotes so that it is compared with the source text.

    Args:
        path: The file; columns `lines`, `printed` (as in the source) and `reason`.
        source: IRI of the source document.
        into: Receives the rows, and their phrases among those quoted.
        report: Receives every fault.
    """
    text = read_whole_text(path, report)
    if text is None:
        return
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    if not rows or rows[0] != HEADER:
        report.add(1, "source.no-header", value=", ".join(HEADER))
        return
    for line, cells in enumerate(rows[1:], 2):
        ranges = parse_lines(cells[0])
        if len(cells) != len(HEADER) or not all(cells):
            report.add(line, "source.wrong-cell-count", value=str(len([cell for cell in cells if cell])), expected=str(len(HEADER)))
        elif ranges is None or len(ranges) != 1:
            report.add(line, "source.bad-lines", value=cells[0])
        else:
            row = Ignored(Passage(source, *ranges[0], cells[1]), cells[2], (report.path, line))
            into.ignored.append(row)
            into.quoted.append((row.passage, row.place))
