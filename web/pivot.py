"""Lays figures out as a table with two headings; a cell keeps every claim, nothing is added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from kg.store.reader.model import Figure, Ref
from web.figures import FigureRow, figure_rows

Heading = tuple[Ref, ...]


class PivotRow(Struct, frozen=True):
    """What one row is about, and its claims by column."""

    heading: Heading
    cells: tuple[tuple[FigureRow, ...], ...]


class Pivot(Struct, frozen=True):
    """A table: headings of the columns, and the rows."""

    columns: tuple[Heading, ...]
    rows: tuple[PivotRow, ...]


def by_measure(figures: Iterable[Figure]) -> Pivot:
    """Lay out figures about several things: a row for each thing, a column for what is counted."""
    return _pivot(figures, lambda row: _known(row.any.about), lambda row: _known(row.any.measure), lambda heading: ())


def by_time(figures: Iterable[Figure]) -> Pivot:
    """Lay out figures about one thing: a row for what is counted, a column for each period and kind of value."""
    return _pivot(
        figures,
        lambda row: _known(row.any.measure),
        lambda row: _known(row.any.period, row.any.value_type),
        lambda heading: tuple((ref.order, ref.iri) for ref in heading),
    )


def _known(*refs: Ref | None) -> Heading:
    return tuple(ref for ref in refs if ref is not None)


def _pivot(
    figures: Iterable[Figure],
    row_of: Callable[[FigureRow], Heading],
    column_of: Callable[[FigureRow], Heading],
    place: Callable[[Heading], object],
) -> Pivot:
    cells: dict[Heading, dict[Heading, list[FigureRow]]] = {}
    for row in figure_rows(figures):
        cells.setdefault(row_of(row), {}).setdefault(column_of(row), []).append(row)
    found = dict.fromkeys(column for columns in cells.values() for column in columns)
    columns = tuple(sorted(found, key=place))  # type: ignore[arg-type]
    return Pivot(
        columns, tuple(PivotRow(heading, tuple(tuple(own.get(column, ())) for column in columns)) for heading, own in cells.items())
    )
