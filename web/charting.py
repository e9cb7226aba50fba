"""Chooses what of a table can be drawn, and how, from the dimensions of its figures alone; it knows no table and no topic.

Only figures of one measure, unit, scope and kind of value come into one chart: counts and shares never share an axis, a whole never stands
beside its parts. What only repeats figures from elsewhere is left out, and so is a chart that would say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.model import Ref
from kg.store.reader.tables import Cell, Table
from kg.vocab import ID, KJ, SDMX_DIMENSION
from web.charts import Chart, Form, Point, Series
from web.grid import ABOUT, AS_OF, COMPARED, DIRECTION, LEVEL, MEASURE, PERIOD, SCOPE, UNIT, VALUE_TYPE
from web.i18n import gettext
from web.saying import said_text, unit_text
from web.words import N_

FUNDING = KJ.fundingSource
_TOTAL, _TARGET, _SHARE = ID + "kr/funding/total", ID + "kr/value-type/target", ID + "kr/value-type/share"
_RATIOS = frozenset({ID + "kr/unit/percent", ID + "kr/unit/percentage-point"})
_PERIODS = ID + "period/"
_KEPT_APART = frozenset({MEASURE, UNIT, SCOPE, AS_OF, COMPARED, DIRECTION})
_CALLED = {SDMX_DIMENSION.sex: N_("sex")}
_MOST_BARS, _MOST_GROUPS, _MOST_SERIES = 30, 15, 6
_TIDY_SERIES = 4
_ALL_TOLD = 10


class _Family(Struct, frozen=True):
    """Figures that may be compared: one measure, unit, scope and kind of value, cut the same way."""

    table: Table
    cells: tuple[Cell, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """Return the dimensions in which the figures differ."""
        dimensions = [one for one in self.table.dimensions if one not in _KEPT_APART]
        return tuple(one for one in dimensions if len(self.values(one)) > 1)

    def values(self, dimension: str) -> tuple[Ref, ...]:
        """Return the values of a dimension in printed order."""
        return tuple(dict.fromkeys(cell.said[dimension] for cell in self.cells if dimension in cell.said))

    def only(self, dimension: str, value: Ref) -> _Family:
        """Return the figures with one value of a dimension."""
        return _Family(self.table, tuple(cell for cell in self.cells if cell.said.get(dimension) == value))

    @property
    def is_share(self) -> bool:
        """Say whether the figures are shares of a whole."""
        return _iri(self.cells[0], VALUE_TYPE) == _SHARE


def charts_of(table: Table) -> tuple[Chart, ...]:
    """Return the charts of a table, in printed order; none where its figures must not be compared."""
    drawn: list[tuple[_Family, Chart]] = []
    for family in _families(table):
        for part in _parted(family):
            chart = _chart(part)
            if chart is not None and not any(_same_shape(part, chart, *other) for other in drawn):
                drawn.append((part, chart))
    return tuple(chart for _, chart in drawn)


def _families(table: Table) -> list[_Family]:
    grouped: dict[tuple[object, ...], list[Cell]] = {}
    for cell in table.cells:
        if cell.value is not None and cell.repeats is None:
            grouped.setdefault(_kind(cell), []).append(cell)
    families = (_Family(table, tuple(_without_wholes(table, cells))) for cells in grouped.values())
    return [family for family in families if len(family.cells) > 1]


def _kind(cell: Cell) -> tuple[object, ...]:
    """Return what figures must have in common to be compared; targets are compared with what was reached."""
    kind, compared = _iri(cell, VALUE_TYPE), _iri(cell, COMPARED)
    cut = {one for one in cell.said if one not in _KEPT_APART} - ({FUNDING} if _iri(cell, FUNDING) == _TOTAL else set())
    return (
        *(_iri(cell, one) for one in (MEASURE, UNIT, SCOPE)),
        LEVEL if kind == _TARGET else kind,
        "" if compared.startswith(_PERIODS) else compared,
        frozenset(cut),
    )


def _without_wholes(table: Table, cells: Sequence[Cell]) -> Iterable[Cell]:
    """Leave out the areas around other areas where things are counted (a rate can be compared with theirs), and what is its own whole."""
    wholes: set[str] = set()
    if not {_iri(cell, UNIT) for cell in cells} & _RATIOS:
        wholes = {area for cell in cells for area in table.wider.get(_iri(cell, ABOUT), ())}
    for cell in cells:
        of_itself = _iri(cell, VALUE_TYPE) == _SHARE and (cell.value == 100 or _iri(cell, COMPARED) == _iri(cell, ABOUT))
        if _iri(cell, ABOUT) not in wholes and not of_itself:
            yield cell


def _parted(family: _Family) -> list[_Family]:
    """Part figures that differ in more than two ways, by the way with the fewest values."""
    ways = family.ways
    if len(ways) < 3 or {PERIOD, VALUE_TYPE} <= set(ways):
        return [family]
    fewest = min(ways, key=lambda one: len(family.values(one)))
    if len(family.values(fewest)) > _TIDY_SERIES:
        return []
    return [part for value in family.values(fewest) for part in _parted(family.only(fewest, value))]


def _chart(family: _Family) -> Chart | None:
    ways = family.ways
    if not ways or len(family.cells) < 2:
        return None
    if set(ways) == {PERIOD, VALUE_TYPE}:
        return _single(family, "bars", (PERIOD, VALUE_TYPE))
    if len(ways) == 1:
        return _single(family, "columns" if ways == (PERIOD,) else "bars", ways)
    return _double(family, ways) if len(ways) == 2 else None


def _single(family: _Family, form: Form, ways: tuple[str, ...]) -> Chart | None:
    names = tuple(" ".join(cell.said[one].label.value for one in ways if one in cell.said) for cell in family.cells)
    if len(names) > _MOST_BARS or len(set(names)) < len(names):
        return None
    points = tuple(_point(cell) for cell in family.cells)
    own = frozenset(number for number, cell in enumerate(family.cells) if _iri(cell, ABOUT) in family.table.own) if ways == (ABOUT,) else ()
    return _titled(family, ways, Chart(form, "", "", names, (Series("", points),), frozenset(own)))


def _double(family: _Family, ways: tuple[str, ...]) -> Chart | None:
    """Draw figures that differ in two ways: over time as lines, by source of money as parts of a whole, otherwise as groups of bars."""
    along, form = _along(family, ways)
    across = next(one for one in ways if one != along)
    names, series = family.values(along), family.values(across)
    cells = {(cell.said.get(along), cell.said.get(across)): cell for cell in family.cells}
    most = {"lines": (_MOST_BARS, _MOST_SERIES), "stacked": (_MOST_BARS, _MOST_SERIES)}.get(form, (_MOST_GROUPS, _TIDY_SERIES))
    if len(cells) < len(family.cells) or len(names) > most[0] or len(series) > most[1]:
        return None
    own = family.table.own
    drawn = tuple(
        Series(
            ref.label.value,
            tuple(_point(cells[name, ref]) if (name, ref) in cells else None for name in names),
            across == ABOUT and ref.iri in own,
        )
        for ref in series
    )
    marked = frozenset(number for number, name in enumerate(names) if along == ABOUT and name.iri in own)
    return _titled(family, (along, across), Chart(form, "", "", tuple(name.label.value for name in names), drawn, marked))


def _along(family: _Family, ways: tuple[str, ...]) -> tuple[str, Form]:
    if FUNDING in ways:
        return next(one for one in ways if one != FUNDING), "stacked"
    if PERIOD in ways and len(family.values(PERIOD)) > 2:
        return PERIOD, "lines"
    if ABOUT in ways and len(family.values(ABOUT)) <= _TIDY_SERIES:
        return next(one for one in ways if one != ABOUT), "bars"
    return max(ways, key=lambda one: len(family.values(one))), "bars"


def _same_shape(family: _Family, chart: Chart, other: _Family, drawn: Chart) -> bool:
    """Say whether shares of one whole would only draw once more what their counts have drawn already."""
    one_whole = ABOUT not in family.ways or COMPARED in family.cells[0].said
    return family.is_share and one_whole and len(family.ways) == 1 and family.ways == other.ways and chart.names == drawn.names


def _point(cell: Cell) -> Point:
    return Point(float(cell.value or 0), cell.printed)


def _iri(cell: Cell, dimension: str) -> str:
    ref = cell.said.get(dimension)
    return ref.iri if ref else ""


def _titled(family: _Family, ways: tuple[str, ...], chart: Chart) -> Chart:
    return replace(chart, title=_title(family, ways), description=_description(chart))


def _title(family: _Family, ways: tuple[str, ...]) -> str:
    first = family.cells[0].said
    what = first[MEASURE].label.value if MEASURE in first else ""
    if VALUE_TYPE in first and first[VALUE_TYPE].iri not in (LEVEL, _TARGET):
        what = gettext("%(what)s (%(kind)s)", what=what, kind=first[VALUE_TYPE].label.value.lower())
    if VALUE_TYPE in ways:
        said = gettext("%(what)s: targets and what was reached", what=what)
    else:
        said = gettext("%(what)s by %(by)s", what=what, by=_by(family, ways))
    aside = [first[one].label.value for one in family.table.dimensions if one not in (*_KEPT_APART, *ways, VALUE_TYPE) and one in first]
    if COMPARED in first and not first[COMPARED].iri.startswith(_PERIODS):
        aside.append(said_text((COMPARED, first[COMPARED])).value)
    if UNIT in first:
        aside.append(unit_text(first[UNIT]))
    return f"{said} – {', '.join(aside)}" if aside else said


def _by(family: _Family, ways: tuple[str, ...]) -> str:
    called = [_way(family, one) for one in ways]
    return gettext("%(one)s and %(two)s", one=called[0], two=called[1]) if len(called) > 1 else called[0]


def _way(family: _Family, way: str) -> str:
    """Return what a dimension is called; things are called by their kind, and periods that are years by that."""
    values = family.values(way)
    if way == PERIOD and all(ref.notation.isdigit() and len(ref.notation) == 4 for ref in values):
        return gettext("year")
    if way in _CALLED:
        return gettext(_CALLED[way])
    kinds = {ref.kind.value for ref in values}
    if way == ABOUT:
        return kinds.pop().lower() if len(kinds) == 1 and "" not in kinds else gettext("item")
    return family.table.dimensions[way].value.lower()


def _description(chart: Chart) -> str:
    """Return what there is to see, in words: every number of a small chart, otherwise the ends."""
    names, series = chart.names, chart.series
    if len(series) > 1:
        told = [[f"{one.name} {point.text}" for one in series if (point := one.points[place])] for place in range(len(names))]
        return "; ".join(f"{name}: {', '.join(words)}" for name, words in zip(names, told, strict=True))
    points = [(name, point) for name, point in zip(names, series[0].points, strict=True) if point is not None]
    if len(points) <= _ALL_TOLD:
        return ", ".join(f"{name} {point.text}" for name, point in points)
    high, low = (end(points, key=lambda one: one[1].number) for end in (max, min))
    said = [
        gettext("highest %(point)s", point=" ".join((high[0], high[1].text))),
        gettext("lowest %(point)s", point=" ".join((low[0], low[1].text))),
    ]
    said += [f"{name} {point.text}" for place, (name, point) in enumerate(points) if place in chart.own]
    return gettext("%(count)s bars: %(list)s.", count=len(points), list=", ".join(said))
