"""Reads `numbers.tsv`: forms in which a text prints numbers that count nothing (marks of its structure, words) or that are dates.

The forms are data, because they are Korean and because another plan may print them differently. Each row brings an example that its own
pattern has to find, so that a row that never matches is noticed.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from kg.source.report import Report
from kg.source.yamlfile import read_text

NUMBERS_FILE = "numbers.tsv"
COLUMNS = ("kind", "pattern", "example", "why")
STRUCTURE, WORD, DATE = "structure", "word", "date"
KINDS = (STRUCTURE, WORD, DATE)
DATE_PARTS = ("year", "month", "day")
"""Groups of a pattern of dates: the year (four digits or its last two), month and day."""


class NumberForm(Struct, frozen=True):
    """A form of number: its kind (one of `KINDS`), how it looks within a line, and why it is no figure."""

    kind: str
    pattern: re.Pattern[str]
    why: str


def read_forms(lexicon: Path, shown: str, report: Report) -> tuple[NumberForm, ...]:
    """Read the forms of a lexicon; the first that fits a number decides.

    Args:
        lexicon: The folder that holds `numbers.tsv`.
        shown: How messages call that folder.
        report: Receives every fault (`lexicon.missing`, `lexicon.columns`, `lexicon.unknown-kind`, `lexicon.pattern`, `lexicon.example`).
    """
    path = lexicon / NUMBERS_FILE
    report = report.within(f"{shown}/{NUMBERS_FILE}")
    if not path.is_file():
        report.add(0, "lexicon.missing")
        return ()
    text = read_text(path, report) or ""
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#"))
    found = [_form(number, tuple(cell.strip() for cell in line.split("\t")), report) for number, line in lines]
    return tuple(form for form in found if form)


def _form(line: int, cells: tuple[str, ...], report: Report) -> NumberForm | None:
    if len(cells) != len(COLUMNS):
        report.add(line, "lexicon.columns", expected=", ".join(COLUMNS), actual=str(len(cells)))
        return None
    kind, written, example, why = cells
    if kind not in KINDS:
        report.add_unknown(line, "lexicon.unknown-kind", kind, KINDS, expected=", ".join(KINDS))
        return None
    try:
        pattern = re.compile(written)
    except re.error as error:
        report.add(line, "lexicon.pattern", value=written, detail=str(error))
        return None
    if kind == DATE and not set(pattern.groupindex) & set(DATE_PARTS):
        report.add(line, "lexicon.pattern", value=written, detail=", ".join(f"(?P<{part}>…)" for part in DATE_PARTS))
        return None
    if not pattern.search(example):
        report.add(line, "lexicon.example", value=written, example=example)
        return None
    return NumberForm(kind, pattern, why)
