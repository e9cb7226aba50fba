"""Puts figures that the plan prints side by side (one measure by source of money) into one row; nothing is added up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.model import Figure, Passage, Ref
from kg.vocab import ID

_TOTAL = ID + "kr/funding/total"


class FigureRow(Struct, frozen=True):
    """Figures that differ in their source of money only.

    Attributes:
        whole: The figure itself, or the printed total; None where no total is printed.
        shares: The figures by source of money, in the order of the sources.
        again: Further lines that say exactly the same.
    """

    whole: Figure | None
    shares: tuple[Figure, ...]
    again: tuple[Passage, ...] = ()

    @property
    def any(self) -> Figure:
        """Return one of the figures, for what they all have in common."""
        return self.whole or self.shares[0]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return the lines of all of them."""
        figures = (self.whole, *self.shares) if self.whole else self.shares
        return tuple(sorted({*self.again, *(passage for figure in figures for passage in figure.passages)}))

    @property
    def printed(self) -> tuple[object, ...]:
        """Return what is claimed, as printed: rows that agree in it and differ in their lines say the same twice."""
        one, figures = self.any, (self.whole, *self.shares) if self.whole else self.shares
        return (*_kind_of(one), one.repeats, frozenset((figure.funding, figure.printed) for figure in figures))


def figure_rows(figures: Iterable[Figure]) -> tuple[FigureRow, ...]:
    """Group figures into rows, in the order in which they come.

    Sums of one printed row stand together. The same claim printed twice is one row with both its lines; two claims stay two rows.
    """
    rows: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures:
        lines = tuple((passage.start, passage.end) for passage in figure.passages)
        rows.setdefault((*_kind_of(figure), lines), []).append(figure)
    claims: dict[tuple[object, ...], FigureRow] = {}
    for row in (_row(found) for found in rows.values()):
        same = claims.get(row.printed)
        claims[row.printed] = replace(same, again=(*same.again, *row.passages)) if same else row
    return tuple(claims.values())


def _kind_of(figure: Figure) -> tuple[object, ...]:
    return (figure.about, figure.measure, figure.value_type, figure.scope, figure.period, figure.unit, figure.details)


def mixes_types(rows: Iterable[FigureRow]) -> bool:
    """Say whether rows are of several kinds of value (target, result ...), so that each has to say of which."""
    return len({row.any.value_type for row in rows}) > 1


def tells_what(rows: Iterable[FigureRow]) -> bool:
    """Say whether rows are about several things, so that each has to say about what."""
    return len({row.any.about.iri for row in rows}) > 1


def is_number(figure: Figure) -> bool:
    """Say whether the document prints a number, and not a dash or nothing."""
    return any(char.isdigit() for char in figure.printed)


def unit_shown(figure: Figure) -> Ref | None:
    """Return the unit to write behind a figure: none behind a dash or behind its own sign, unless it is really in another unit."""
    if not is_number(figure):
        return None
    if figure.unit and figure.unit.sign and figure.printed.endswith(figure.unit.sign):
        return figure.counted_in if figure.counted_in != figure.unit else None
    return figure.unit


def rounded(number: Decimal) -> Decimal:
    """Return a computed number for reading: two digits behind the point below 10 (below 0.1 two that count), one below 100, none above."""
    if not number:
        return Decimal(0)
    return round(number, 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else max(2, 1 - number.adjusted()))


def rounded_text(number: Decimal) -> str:
    """Return a computed number as it is read: rounded, with commas between thousands, without zeros at its end."""
    text = f"{rounded(number):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mixes_scopes(rows: Iterable[FigureRow]) -> bool:
    """Say whether rows count for different scopes, so that adding them up would be wrong."""
    return len({row.any.scope for row in rows}) > 1


def _row(figures: list[Figure]) -> FigureRow:
    whole = [figure for figure in figures if figure.funding is None or figure.funding.iri == _TOTAL]
    shares = [figure for figure in figures if figure not in whole[:1]]
    return FigureRow(whole[0] if whole else None, tuple(sorted(shares, key=_place)))


def _place(figure: Figure) -> tuple[int, str]:
    funding: Ref | None = figure.funding
    return (funding.order, funding.iri) if funding else (0, "")
