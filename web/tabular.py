"""Writes a table of a plan for other programs: CSV for spreadsheets, and the JSON that `docs/stats.md` describes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from kg.store.reader.model import Passage, Ref
from kg.store.reader.tables import Cell, DataSource, Table, local_name
from web.grid import Grid, Shown
from web.i18n import gettext
from web.saying import caption_text, column_text, row_text

_BOM = "\ufeff"
# A spreadsheet runs a cell that begins like this (an East Asian one also with the wide signs), unless it is a plain number or a lone dash.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠\t\r\n]")
_HARMLESS = re.compile(r"^[+-]?[0-9][0-9.,]*%?$|^[-－]$")


def figures_csv(table: Table) -> str:
    """Return a table with one line per figure and all that is known of it; UTF-8 with a mark, so that Excel reads Korean."""
    dimensions = list(table.dimensions)
    header = [
        gettext("Row"),
        gettext("Column"),
        *(table.dimensions[one].value for one in dimensions),
        gettext("Number"),
        gettext("As printed"),
        gettext("Status"),
        gettext("Unit as printed"),
        gettext("How it was read"),
        gettext("Source"),
        gettext("Publisher"),
        gettext("Lines"),
        gettext("Address"),
    ]
    return csv_text([header, *([str(cell.row), str(cell.column), *_values(cell, dimensions)] for cell in table.cells)])


def _values(cell: Cell, dimensions: Iterable[str]) -> list[str]:
    source = cell.source
    return [
        *(_name(cell.said.get(one)) for one in dimensions),
        "" if cell.value is None else str(_plain(cell.value)),
        cell.printed,
        _name(cell.status),
        _name(cell.printed_unit),
        cell.basis,
        _name(source.ref if source else None),
        _name(source.publisher if source else None),
        _lines(cell.passages),
        cell.iri,
    ]


def shown_csv(table: Table, grid: Grid) -> str:
    """Return a table as the page shows it, each cell as printed."""
    header = ["", *(column_text(grid, column) for column in grid.columns)]
    rows = [[row_text(grid, row), *(_printed(shown) for shown in row.cells)] for row in grid.rows]
    if grid.turned:
        rows.append([gettext("Lines"), *(_lines(column.passages) for column in grid.columns)])
    else:
        header.append(gettext("Lines"))
        rows = [[*row, _lines(one.side.passages)] for row, one in zip(rows, grid.rows, strict=True)]
    return csv_text([[": ".join(filter(None, (table.ref.label.value, caption_text(grid))))], header, *rows])


def _printed(shown: Shown | None) -> str:
    if shown is None:
        return ""
    return shown.cell.printed if shown.cell.value is not None else shown.cell.printed or _name(shown.cell.status)


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV for spreadsheets: UTF-8 with a mark, and no cell that is taken for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    return _BOM + text.getvalue()


def safe_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _HARMLESS.match(cell) else cell


def table_json(table: Table, plan: Ref) -> dict[str, Any]:
    """Return a table as JSON values, in the shape of `docs/stats.md`."""
    return {
        "id": table.ref.iri,
        "name": local_name(table.ref.iri),
        "title": table.ref.label.value,
        "description": table.description.value or None,
        "plan": plan.iri,
        "lines": _lines(table.passages),
        "sources": [_source(source) for source in table.sources],
        "dimensions": [
            {"property": one, "name": local_name(one), "label": label.value, "values": [_thing(value) for value in _all(table, one)]}
            for one, label in table.dimensions.items()
        ],
        "figures": [_figure(cell) for cell in table.cells],
    }


def _all(table: Table, dimension: str) -> Iterable[Ref]:
    return dict.fromkeys(cell.said[dimension] for cell in table.cells if dimension in cell.said)


def _figure(cell: Cell) -> dict[str, Any]:
    return {
        "id": cell.iri,
        "row": cell.row,
        "column": cell.column,
        "dimensions": {local_name(one): value.iri for one, value in cell.said.items()},
        "value": None if cell.value is None else _plain(cell.value),
        "printed": cell.printed,
        "status": cell.status.iri if cell.status else None,
        "printedUnit": cell.printed_unit.iri if cell.printed_unit else None,
        "basis": cell.basis or None,
        "source": cell.source.ref.iri if cell.source else None,
        "repeats": cell.repeats.iri if cell.repeats else None,
        "lines": _lines(cell.passages),
    }


def _source(source: DataSource) -> dict[str, Any]:
    return {**_thing(source.ref), "publisher": _thing(source.publisher) if source.publisher else None}


def _thing(ref: Ref) -> dict[str, str]:
    return {"id": ref.iri, "name": ref.label.value}


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _name(ref: Ref | None) -> str:
    return ref.label.value if ref else ""


def _lines(passages: Iterable[Passage]) -> str:
    ranges = sorted({(passage.start, passage.end) for passage in passages})
    return ", ".join(str(start) if start == end else f"{start}-{end}" for start, end in ranges)
