"""Says what heads a row or column of a table, in the language of the request."""

from __future__ import annotations

from msgspec.structs import replace

from kg.store.reader.model import Ref, Text
from web.grid import ABOUT, AS_OF, COMPARED, LEVEL, MEASURE, Grid, GridRow, Heading, Said, Side
from web.i18n import gettext


def said_text(said: Said) -> Text:
    """Return what a dimension says of a figure: its value, with the words that some values need."""
    dimension, value = said
    if dimension == AS_OF:
        return Text(gettext("as of %(when)s", when=value.label.value))
    if dimension == COMPARED:
        return Text(gettext("compared with %(what)s", what=value.label.value))
    return value.label


def is_about(said: Said) -> bool:
    """Say whether a dimension names the thing a figure is about, which has a page of its own."""
    return said[0] == ABOUT


def row_heading(grid: Grid, row: GridRow) -> Heading:
    """Return what heads a row; the only row without words of its own is headed by what the table counts."""
    return row.side.heading if len(grid.rows) > 1 else _counted(grid, row.side.heading)


def column_heading(grid: Grid, column: Side) -> Heading:
    """Return what heads a column; the only column without words of its own is headed by what the table counts."""
    return column.heading if len(grid.columns) > 1 else _counted(grid, column.heading)


def _counted(grid: Grid, heading: Heading) -> Heading:
    counted = () if heading.words else tuple(said for said in grid.common.words if said[0] == MEASURE)
    return replace(heading, words=counted or heading.words)


def row_text(grid: Grid, row: GridRow) -> str:
    """Return the heading of a row in one line, with the words above it."""
    return _line(row.side.group, row_heading(grid, row)) or gettext("All")


def column_text(grid: Grid, column: Side) -> str:
    """Return the heading of a column in one line, with the words above it."""
    return _line(column.group, column_heading(grid, column)) or (gettext("Number") if len(grid.columns) == 1 else gettext("All"))


def caption_text(grid: Grid) -> str:
    """Return what holds for all figures of a table in one line; empty where nothing does. That they are real values goes without saying."""
    common = grid.common
    return _line((), replace(common, words=tuple(said for said in common.words if said[1].iri != LEVEL)))


def unit_text(unit: Ref) -> str:
    """Return a unit as it stands behind a heading."""
    return gettext("unit: %(unit)s", unit=unit.label.value.lower())


def _line(group: tuple[Said, ...], heading: Heading) -> str:
    words = " · ".join(said_text(said).value for said in (*group, *heading.words, *heading.aside))
    return f"{words} ({unit_text(heading.unit)})".strip() if heading.unit else words
