"""Puts the figures of a table back into rows and columns and finds their headings in the dimensions; it knows no table and no topic.

What varies between the rows heads the rows, what varies between the columns heads the columns, what holds for all goes to the caption, and
what fits none of these is said in the cell. A wide, low table is turned, so that it can be read on a phone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.model import Passage, Ref
from kg.store.reader.tables import Cell, Table
from kg.vocab import ID, KJ, SDMX_ATTRIBUTE, SDMX_DIMENSION

ABOUT, MEASURE, VALUE_TYPE, PERIOD = KJ.about, KJ.measure, KJ.valueType, SDMX_DIMENSION.refPeriod
UNIT, SCOPE, AS_OF, COMPARED, DIRECTION = (
    SDMX_ATTRIBUTE.unitMeasure,
    KJ.scope,
    SDMX_ATTRIBUTE.timePerCollect,
    KJ.comparedWith,
    KJ.changeDirection,
)
LEVEL = ID + "kr/value-type/level"
_ASIDE = frozenset({AS_OF, COMPARED, DIRECTION, UNIT, SCOPE})
_ACROSS = (PERIOD, VALUE_TYPE)
_FULL_ENOUGH = 0.7
_WIDEST = 8

Said = tuple[str, Ref]
"""A dimension (the property) and its value."""


class Heading(Struct, frozen=True):
    """What a row, a column or the caption says: the words themselves, what is said aside (as of when, compared with what), and the unit."""

    words: tuple[Said, ...] = ()
    aside: tuple[Said, ...] = ()
    unit: Ref | None = None


class Shown(Struct, frozen=True):
    """A cell with what no heading says of it, and the number of the note that tells how its column was found (0: none)."""

    cell: Cell
    extra: tuple[Said, ...]
    unit: Ref | None
    mark: int


class Side(Struct, frozen=True):
    """A row or a column.

    Attributes:
        group: The words it shares with its neighbours, which stand above them; not in its heading.
        passages: The lines of its cells.
        mark: The note that all its cells share (0: none).
        repeats: What all its cells repeat.
    """

    heading: Heading
    group: tuple[Said, ...]
    passages: tuple[Passage, ...]
    mark: int
    repeats: Ref | None


class GridRow(Struct, frozen=True):
    """A row with a cell or None for each column."""

    side: Side
    cells: tuple[Shown | None, ...]


class Group(Struct, frozen=True):
    """Neighbouring rows or columns and the words above them; without words they head themselves."""

    words: tuple[Said, ...]
    numbers: tuple[int, ...]


class Grid(Struct, frozen=True):
    """A table as it is shown.

    Attributes:
        common: What holds for every figure.
        bases: How columns were found, in the order of the notes' numbers.
        turned: It is printed wide and low, and its columns are shown as rows.
        listed: The figures differ in several ways and stand one below the other: a list, of which no picture can be made.
    """

    common: Heading
    columns: tuple[Side, ...]
    rows: tuple[GridRow, ...]
    bases: tuple[str, ...]
    turned: bool
    listed: bool

    @property
    def column_groups(self) -> tuple[Group, ...]:
        """Return the headings over the columns; empty where no column shares one with its neighbour."""
        return _runs(self.columns)

    @property
    def row_groups(self) -> tuple[Group, ...]:
        """Return the rows by the words above them; one group where there are none."""
        return _runs([row.side for row in self.rows]) or (Group((), tuple(range(len(self.rows)))),)


Placed = tuple[int, int, Cell]


def grid_of(table: Table) -> Grid:
    """Put a table together."""
    dimensions = _in_order(table.dimensions)
    printed, listed = _placed(table.cells, dimensions)
    height, width = len({row for row, _, _ in printed}), len({column for _, column, _ in printed})
    turned = width > _WIDEST and 2 * height <= width
    placed = [(column, row, cell) for row, column, cell in printed] if turned else printed
    told = {dimension: _Told(placed, dimension) for dimension in dimensions}
    rows, columns = sorted({row for row, _, _ in placed}), sorted({column for _, column, _ in placed})
    bases = tuple(dict.fromkeys(cell.basis for _, _, cell in placed if cell.basis))
    at = {(row, column): _shown(cell, (row, column), told, bases) for row, column, cell in placed}
    row_heads = [_heading({one: found.by_row.get(row) for one, found in told.items()}) for row in rows]
    column_heads = [_heading({one: found.by_column.get(column) for one, found in told.items()}) for column in columns]
    row_sides = _sides_of(row_heads, [[at[row, column] for column in columns if (row, column) in at] for row in rows])
    column_sides = _sides_of(column_heads, [[at[row, column] for row in rows if (row, column) in at] for column in columns])
    return Grid(
        common=_heading({one: found.common for one, found in told.items()}),
        columns=column_sides,
        rows=tuple(GridRow(side, tuple(at.get((row, column)) for column in columns)) for side, row in zip(row_sides, rows, strict=True)),
        bases=bases,
        turned=turned,
        listed=listed,
    )


def _in_order(dimensions: Iterable[str]) -> tuple[str, ...]:
    """Return dimensions in the order in which headings say them: what, then its parts, then when, then of what kind."""
    places = {ABOUT: 0, MEASURE: 1, PERIOD: 3, VALUE_TYPE: 4}
    return tuple(sorted(dimensions, key=lambda one: places.get(one, 2)))


def _placed(cells: Sequence[Cell], dimensions: Sequence[str]) -> tuple[list[Placed], bool]:
    """Return the cells with their places, and whether they are a list.

    Figures one below the other are put into rows and columns where they are the same things over several periods and kinds of value.
    """
    as_printed = [(cell.row, cell.column, cell) for cell in cells]
    if len({cell.column for cell in cells}) > 1:
        return as_printed, False
    ways = [one for one in dimensions if one not in _ASIDE and len({cell.said.get(one) for cell in cells}) > 1]
    down = [one for one in ways if one not in _ACROSS]
    rows, columns = ([tuple(cell.said.get(one) for one in kinds) for cell in cells] for kinds in (down, _ACROSS))
    row_at, column_at = ({key: number for number, key in enumerate(dict.fromkeys(keys), 1)} for keys in (rows, columns))
    unique = len(set(zip(rows, columns, strict=True))) == len(cells)
    if len(row_at) < 2 or len(column_at) < 2 or not unique or len(cells) < _FULL_ENOUGH * len(row_at) * len(column_at):
        return as_printed, len(ways) > 1
    return [(row_at[row], column_at[column], cell) for row, column, cell in zip(rows, columns, cells, strict=True)], False


class _Told:
    """Where a dimension is told: once for all, by row, by column, or, where these leave something open, in the cells."""

    def __init__(self, placed: Sequence[Placed], dimension: str) -> None:
        self._dimension = dimension
        counted = [one for one in placed if not _tells_unit(one[2])] if dimension == UNIT else placed
        values = {(row, column): cell.said.get(dimension) for row, column, cell in counted}
        first = next(iter(values.values()), None)
        self.varies = any(value != first for value in values.values())
        self.common = None if self.varies else first
        self.by_row: dict[int, Ref | None] = {}
        self.by_column: dict[int, Ref | None] = {}
        self._columns_of: dict[int, list[int]] = {}
        for row, column in values:
            self._columns_of.setdefault(row, []).append(column)
        if self.varies:
            rows, columns = _lines_of(values)
            if all(len(set(found)) == 1 for found in rows.values()):
                self.by_row = {row: found[0] for row, found in rows.items()}
            else:
                self._by_column(rows, columns)

    def _by_column(self, rows: Mapping[int, list[Ref | None]], columns: Mapping[int, list[Ref | None]]) -> None:
        """Head each column with what most of its cells say, and a row that is otherwise throughout with what it says."""
        for column, found in columns.items():
            most = Counter(found).most_common(1)[0][0]
            self.by_column[column] = most if None not in found else None
        for row, found in rows.items():
            if len(set(found)) == 1 and any(self.by_column[column] != found[0] for column in self._columns_of[row]):
                self.by_row[row] = found[0]

    def in_cell(self, place: tuple[int, int], cell: Cell) -> Ref | None:
        """Return what the cell itself has to say, if its headings do not."""
        value = cell.said.get(self._dimension)
        row, column = place
        told = self.by_row.get(row) or self.by_column.get(column) or self.common
        return value if value != told else None


def _tells_unit(cell: Cell) -> bool:
    """Say whether a cell needs no unit from its headings: it prints a sign of its own, or no number."""
    units = (cell.printed_unit or cell.said.get(UNIT), cell.said.get(UNIT))
    return cell.value is None or any(_signs(unit, cell) for unit in units)


def _signs(unit: Ref | None, cell: Cell) -> bool:
    return unit is not None and bool(unit.sign) and cell.printed.endswith(unit.sign)


def _lines_of(values: Mapping[tuple[int, int], Ref | None]) -> tuple[dict[int, list[Ref | None]], dict[int, list[Ref | None]]]:
    rows: dict[int, list[Ref | None]] = {}
    columns: dict[int, list[Ref | None]] = {}
    for (row, column), value in values.items():
        rows.setdefault(row, []).append(value)
        columns.setdefault(column, []).append(value)
    return rows, columns


def _heading(values: Mapping[str, Ref | None]) -> Heading:
    said = [(one, value) for one, value in values.items() if value is not None]
    return Heading(
        words=tuple(one for one in said if one[0] not in _ASIDE),
        aside=tuple(one for one in said if one[0] in (AS_OF, COMPARED, DIRECTION)),
        unit=next((value for one, value in said if one == UNIT), None),
    )


def _shown(cell: Cell, place: tuple[int, int], told: Mapping[str, _Told], bases: Sequence[str]) -> Shown:
    extra = [(one, value) for one, found in told.items() if one not in (UNIT, SCOPE) and (value := found.in_cell(place, cell)) is not None]
    unit = told[UNIT].in_cell(place, cell) if UNIT in told and cell.value is not None else None
    if _signs(unit, cell):
        unit = None
    return Shown(cell, tuple(extra), unit, bases.index(cell.basis) + 1 if cell.basis else 0)


def _sides_of(headings: Sequence[Heading], cells: Sequence[Sequence[Shown]]) -> tuple[Side, ...]:
    """Return rows or columns; the first words that neighbours share stand above them."""
    firsts = [heading.words[:1] for heading in headings]
    runs = [(words, len(list(found))) for words, found in groupby(firsts)]
    grouped = 1 < len(runs) < len(headings) and all(words for words, length in runs if length > 1)
    lengths = [length for _, length in runs for _ in range(length)]
    sides = []
    for heading, length, own in zip(headings, lengths, cells, strict=True):
        shared = grouped and (length > 1 or len(heading.words) > 1)
        marks, repeats = {shown.mark for shown in own}, {shown.cell.repeats for shown in own}
        sides.append(
            Side(
                heading=replace(heading, words=heading.words[1:]) if shared else heading,
                group=heading.words[:1] if shared else (),
                passages=tuple(sorted({passage for shown in own for passage in shown.cell.passages})),
                mark=marks.pop() if len(marks) == 1 else 0,
                repeats=repeats.pop() if len(repeats) == 1 else None,
            )
        )
    return tuple(sides)


def _runs(sides: Sequence[Side]) -> tuple[Group, ...]:
    if not any(side.group for side in sides):
        return ()
    runs = groupby(range(len(sides)), key=lambda number: sides[number].group or number)
    return tuple(Group(sides[found[0]].group, found) for found in (tuple(numbers) for _, numbers in runs))
