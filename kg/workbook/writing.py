"""Writes rows into an XLSX file. Every cell is text, so that nothing is taken for a formula, a date or a number on the way."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from pyoxigraph import Literal, NamedNode

from kg.ontology import Ontology
from kg.source.context import Context
from kg.vocab import KJ, RDFS, SKOS
from kg.workbook.flatten import Book, Row
from kg.workbook.layout import Layout, Sheet

WIDEST = 60
TEXT = "@"
"""The number format of text. Whole columns have it, so that 1-1 typed below the last row does not become a date."""
FORMULA_SIGNS = "=+-@"
NAME_COLUMNS = {"ko": "@name", "en": "@name-en"}


def write_workbook(book: Book, layout: Layout, words: list[Row], path: Path) -> None:
    """Write a workbook; a file of that name is replaced only once the new one is whole.

    Args:
        book: The rows.
        layout: Sheets and headers.
        words: Rows of the sheet of shared words.
        path: The file.
    Raises:
        OSError: the file cannot be written.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in layout.sheets:
        rows = words if sheet.kind == "words" else book.rows.get(sheet.name, [])
        keys = _columns(sheet, rows)
        page = workbook.create_sheet(sheet.name)
        _fill(page, [[layout.header(key) for key in keys], *([row.get(key, "") for key in keys] for row in rows)])
    for name, cells in book.tables.items():
        _fill(workbook.create_sheet(name), cells)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        workbook.save(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def shared_words(ontology: Ontology, context: Context) -> list[Row]:
    """Return what can be written in cells, with its names: kinds, keys, and the words the whole country shares; for looking up."""
    called: dict[str, dict[str, str]] = {}
    for predicate in (RDFS.label, KJ.typeLabel, SKOS.prefLabel):
        for quad in ontology.quads:
            if quad.predicate.value == predicate and isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                column = NAME_COLUMNS.get(quad.object.language or "")
                if column:
                    called.setdefault(quad.subject.value, {})[column] = quad.object.value
    kinds = {word: called[iri] for word, iri in context.words.items() if iri in ontology.kinds and iri in called}
    keys = {name: called[term.iri] for name, term in context.terms.items() if term.iri in called}
    shorts = {context.shorten(iri): names for iri, names in called.items()}
    shared = {short: names for short, names in shorts.items() if "://" not in short and context.names_things(short.partition(":")[0])}
    return [{"@word": word, **words[word]} for words in (kinds, keys, shared) for word in sorted(words)]


def _columns(sheet: Sheet, rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys([*sheet.columns, *(key for row in rows for key in row)]))


def _fill(page: Worksheet, cells: list[list[str]]) -> None:
    bold, folded = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(cells, 1):
        for column, text in enumerate(row, 1):
            if not text:
                continue
            cell = page.cell(number, column, text)
            cell.data_type = "s"
            cell.number_format = TEXT
            if text[0] in FORMULA_SIGNS:
                cell.quotePrefix = True
            if "\n" in text:
                cell.alignment = folded
            if number == 1:
                cell.font = bold
    for column in range(1, len(cells[0]) + 1 if cells else 1):
        longest = max((len(line) for row in cells if len(row) >= column for line in row[column - 1].splitlines()), default=0)
        dimension = page.column_dimensions[get_column_letter(column)]
        dimension.width = min(WIDEST, max(10, longest * 1.3))
        dimension.number_format = TEXT
    page.freeze_panes = "B2"
