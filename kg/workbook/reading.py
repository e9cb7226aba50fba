"""Reads an XLSX file into rows whose every value knows its cell, and refuses what a spreadsheet may have changed unseen."""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from kg.errors import Fault, SourceFaults
from kg.source.report import nearest
from kg.source.yamlfile import Scalar
from kg.text import nfc
from kg.workbook.layout import Layout, Sheet

BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError)
"""What openpyxl raises over a file that is no workbook, or a damaged one."""
EXACT_DIGITS = 15
"""Digits a spreadsheet keeps of a number."""
MIB = 1 << 20
ROW = "@row"
DIGITS, LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Row = dict[str, Scalar]
"""Cells of one row by key; a scalar's `line` is the index of its cell in `ReadBook.addresses`. `@row` is the row's first cell."""


@dataclass
class ReadBook:
    """What a workbook holds.

    Attributes:
        addresses: Cells as `sheet!D12`.
        rows: Rows by name of sheet, for sheets of the layout.
        tables: For any other sheet, its rows of cells from the header on; empty cells at the right end are left out.
        tops: For each sheet, its first cell.
        columns: For a sheet and a key, the letter of its column.
        in_row: For a row (`sheet!12`), its cells with text.
        faults: What was refused.
    """

    addresses: list[str] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    tables: dict[str, list[list[Scalar]]] = field(default_factory=dict)
    tops: dict[str, int] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    in_row: dict[str, list[Scalar]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: int, code: str, **facts: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(self.addresses[place], 0, code, facts))

    def lacks(self, row: Row, key: str, word: str) -> None:
        """Note that a cell of a row is empty that must not be."""
        sheet, _, cell = self.addresses[row[ROW].line].rpartition("!")
        column = self.columns.get((sheet, key)) or cell.rstrip(DIGITS)
        self.faults.append(Fault(f"{sheet}!{column}{cell.lstrip(LETTERS)}", 0, "workbook.needed", {"value": word}))

    def meant(self, place: int, wanted: set[str]) -> str:
        """Return the address of the cell that holds one of the texts wanted: the one at a place, else one in its row, else that place."""
        address = self.addresses[place]
        sheet, _, cell = address.rpartition("!")
        cells = self.in_row.get(f"{sheet}!{cell.lstrip(LETTERS)}", [])
        fitting = [self.addresses[one.line] for one in cells if wanted & {one.text, *one.text.splitlines()}]
        return address if address in fitting or not fitting else fitting[0]

    def place(self, sheet: str, cell: str) -> int:
        """Return a new place for a cell."""
        self.addresses.append(f"{sheet}!{cell}")
        return len(self.addresses) - 1


def read_workbook(path: Path, layout: Layout, most_mib: int) -> ReadBook:
    """Read a workbook.

    Args:
        path: The file.
        layout: The sheets and columns it has to have.
        most_mib: Most MiB the file may come to when unpacked.
    Returns:
        What it holds; faults of its cells are among it.
    Raises:
        SourceFaults: the file is no workbook that can be read.
    """
    book = ReadBook()
    workbook = _open(path, most_mib)
    known = {sheet.name: sheet for sheet in layout.sheets}
    named = {nfc(page.title).strip(): page for page in workbook.worksheets}
    for sheet in layout.sheets:
        if sheet.name not in named and sheet.name not in layout.unread:
            near = nearest(sheet.name, set(named) - set(known))
            book.faults.append(Fault(path.name, 0, "workbook.missing-sheet", {"value": sheet.name, "nearest": near}))
    for name, page in named.items():
        if name in layout.unread or name.startswith("~"):
            continue
        book.tops[name] = book.place(name, "A1")
        if page.sheet_state != "visible":
            book.fault(book.tops[name], "workbook.hidden-sheet", value=name)
        cells = _cells(page, name, book)
        if name in known:
            book.rows[name] = _rows(cells, known[name], layout, book)
        else:
            book.tables[name] = cells
    return book


def _open(path: Path, most_mib: int) -> Workbook:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > most_mib * MIB:
            raise SourceFaults([Fault(path.name, 0, "workbook.too-large", {"value": str(size // MIB), "limit": str(most_mib)})])
        return load_workbook(path)
    except (InvalidFileException, *BROKEN) as error:
        raise SourceFaults([Fault(path.name, 0, "workbook.unreadable", {"value": path.name})]) from error


def _cells(page: Worksheet, name: str, book: ReadBook) -> list[list[Scalar]]:
    """Return the cells of a sheet, row by row, rows without any text left out."""
    for merged in page.merged_cells.ranges:
        book.fault(book.place(name, str(merged)), "workbook.merged")
    hidden = _hidden_columns(page)
    found: list[list[Scalar]] = []
    for row in page.iter_rows():
        scalars = [Scalar(_text(cell, name, book) if not _is_blank(cell) else "", -1) for cell in row]
        width = max((number for number, scalar in enumerate(scalars, 1) if scalar.text or not _is_blank(row[number - 1])), default=0)
        if not width:
            continue
        placed = [Scalar(s.text, book.place(name, cell.coordinate)) for s, cell in zip(scalars[:width], row, strict=False)]
        if page.row_dimensions[row[0].row].hidden:
            book.fault(placed[0].line, "workbook.hidden-row", value=str(row[0].row))
        for scalar, cell in zip(placed, row, strict=False):
            if scalar.text and cell.column_letter in hidden:
                book.fault(scalar.line, "workbook.hidden-column", value=cell.column_letter)
                hidden.discard(cell.column_letter)
        book.in_row[f"{name}!{row[0].row}"] = [scalar for scalar in placed if scalar.text]
        found.append(placed)
    return found


def _hidden_columns(page: Worksheet) -> set[str]:
    return {
        get_column_letter(number)
        for dimension in page.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min, min(dimension.max, page.max_column) + 1)
    }


def _is_blank(cell: Any) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def _text(cell: Cell, sheet: str, book: ReadBook) -> str:
    """Return the text of a cell; a number as it is shown where that is exact."""
    value = cell.value
    refused = ""
    if cell.data_type == "f":
        refused = "workbook.formula"
    elif cell.data_type == "e":
        refused = "workbook.error-cell"
    elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        refused = "workbook.date"
    elif isinstance(value, bool):
        return str(value).lower()
    elif isinstance(value, int | float):
        shown = _shown(value, cell.number_format)
        refused = "" if shown else "workbook.not-exact"
        value = shown or value
    if refused:
        book.fault(book.place(sheet, cell.coordinate), refused, value=str(value))
        return ""
    return nfc(str(value)).strip()


def _shown(value: float, number_format: str) -> str:
    """Return a number as its format shows it (thousands, decimals, per cent); empty where the spreadsheet no longer has it exactly."""
    percent = "%" in number_format
    form = number_format.split(";", maxsplit=1)[0]
    decimals = form.partition(".")[2].count("0")
    number = round(value * 100, 10) if percent else value
    if number == int(number) and not decimals:
        text = f"{int(number):,}" if "," in form else str(int(number))
    else:
        text = f"{number:,.{decimals}f}" if "," in form else f"{number:.{decimals}f}"
        if float(text.replace(",", "")) != number:
            text = repr(number)
    if "e" in text or sum(sign.isdigit() for sign in text) > EXACT_DIGITS:
        return ""
    return text + "%" * percent


def _rows(cells: list[list[Scalar]], sheet: Sheet, layout: Layout, book: ReadBook) -> list[Row]:
    """Read the rows of a sheet by the keys its header names."""
    if not cells:
        book.fault(book.tops[sheet.name], "workbook.no-header", value=layout.header(sheet.columns[0]))
        return []
    keys = list(_keys(cells[0], sheet, layout, book))
    rows = []
    for line in cells[1:]:
        row: Row = {ROW: Scalar("", line[0].line)}
        for key, cell in zip(keys, line, strict=False):
            if cell.text and key:
                row[key] = cell
        for cell in line[len(keys) :]:
            if cell.text:
                book.fault(cell.line, "workbook.no-column", value=cell.text)
        if len(row) > 1:
            rows.append(row)
    return rows


def _keys(header: list[Scalar], sheet: Sheet, layout: Layout, book: ReadBook) -> Iterator[str]:
    seen: dict[str, Scalar] = {}
    for cell in header:
        key = layout.key(cell.text) if cell.text else ""
        if key and not layout.knows(key):
            near = nearest(cell.text, layout.by_word) or nearest(key, layout.keys)
            book.fault(cell.line, "workbook.unknown-column", value=cell.text, nearest=near)
        elif key in seen:
            book.fault(cell.line, "workbook.double-column", value=cell.text, first=book.addresses[seen[key].line])
        else:
            seen[key] = cell
            book.columns[sheet.name, key] = book.addresses[cell.line].rpartition("!")[2].rstrip(DIGITS)
        yield key if key and seen.get(key) is cell else ""
    for key in sheet.columns:
        if key not in seen:
            book.fault(book.tops[sheet.name], "workbook.missing-column", value=layout.header(key))
