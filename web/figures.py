"""Puts figures that the plan prints side by side (one measure by source of money) into one row; nothing is added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.store.reader.model import Figure, Passage, Ref
from kg.vocab import ID

_TOTAL = ID + "kr/funding/total"


@dataclass(frozen=True)
class FigureRow:
    """Figures that differ in their source of money only.

    Attributes:
        whole: The figure itself, or the printed total; None where no total is printed.
        shares: The figures by source of money, in the order of the sources.
    """

    whole: Figure | None
    shares: tuple[Figure, ...]

    @property
    def any(self) -> Figure:
        """Return one of the figures, for what they all have in common."""
        return self.whole or self.shares[0]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return the lines of all of them."""
        figures = (self.whole, *self.shares) if self.whole else self.shares
        return tuple(sorted({passage for figure in figures for passage in figure.passages}))


def figure_rows(figures: Iterable[Figure]) -> tuple[FigureRow, ...]:
    """Group figures into rows, in the order in which they come: sums of one printed row stand together, two claims stay two rows."""
    rows: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures:
        lines = tuple((passage.start, passage.end) for passage in figure.passages)
        key = (figure.about, figure.measure, figure.value_type, figure.scope, figure.period, figure.unit, figure.details)
        rows.setdefault((*key, lines), []).append(figure)
    return tuple(_row(found) for found in rows.values())


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
