"""`/money`: who pays for the plan, sector by sector, task by task and line by line; nothing is added up that must not be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from flask import Blueprint, Response
from flask_babel import gettext as _
from msgspec import Struct

from kg.store.reader.model import Ref
from kg.store.reader.money import Computed, Money, MoneyRow
from web.charts import Chart, Point, Series
from web.context import plan, site
from web.figures import rounded
from web.i18n import current_language
from web.render import render

blueprint = Blueprint("money", __name__)

_FEWEST = 2


class MoneyTable(Struct, frozen=True):
    """Printed rows under one heading.

    Attributes:
        heading: The sector or strategy the rows belong to; None for a table of its own.
        rows: In the order of their lines.
        sources: The sources of money that any row prints, in their order; the total is apart.
    """

    heading: Ref | None
    rows: tuple[MoneyRow, ...]
    sources: tuple[Ref, ...]


class MoneyPage(Struct, frozen=True):
    """The money of a plan: as a whole, by sector, by strategy, by line of the sectors' lists."""

    plan: Ref
    whole: MoneyTable
    sectors: MoneyTable
    strategies: tuple[MoneyTable, ...]
    lines: tuple[MoneyTable, ...]
    plans: tuple[Ref, ...]
    charts: tuple[Chart, ...]


@blueprint.get("/money")
def page() -> Response:
    """Show the money of the chosen plan."""
    chosen, lang = plan(), current_language()
    money = site().reader.money(chosen, lang)
    return render(
        "money.html",
        MoneyPage(
            chosen,
            _table(None, money.rows.get("plan", ()), money),
            _table(None, money.rows.get("sector", ()), money),
            _grouped(money.rows.get("task", ()), money),
            _grouped(money.rows.get("program-line", ()), money),
            site().plans[lang],
            _charts(money.rows.get("sector", ()), money.sources),
        ),
    )


def _charts(rows: Iterable[MoneyRow], sources: Iterable[Ref]) -> tuple[Chart, ...]:
    """Draw the sectors' money twice: how much, and from whom. Only rows that print a total and its sources are drawn."""
    drawn = [row for row in rows if row.shares and row.total and row.total.value is not None]
    if len(drawn) < _FEWEST:
        return ()
    names = tuple(row.about.label.value for row in drawn)
    totals = tuple(Point(float(row.total.value), row.total.printed) for row in drawn if row.total and row.total.value is not None)
    told = ", ".join(f"{name} {point.text}" for name, point in zip(names, totals, strict=True))
    parts = tuple(
        Series(source.label.value, tuple(_share(row.shares.get(source.iri)) for row in drawn))
        for source in sources
        if any(source.iri in row.shares for row in drawn)
    )
    return (
        Chart("bars", _("Budget by sector (million won)"), told, names, (Series("", totals),)),
        Chart(
            "stacked", _("Whose money it is, by sector (percent, computed)"), _("The same shares stand in the table below."), names, parts
        ),
    )


def _share(share: Computed | None) -> Point | None:
    return Point(float(share.value), f"{rounded(share.value)}%") if share else None


def _table(heading: Ref | None, rows: Iterable[MoneyRow], money: Money) -> MoneyTable:
    kept = tuple(rows)
    return MoneyTable(heading, kept, tuple(source for source in money.sources if any(source.iri in row.money for row in kept)))


def _grouped(rows: Iterable[MoneyRow], money: Money) -> tuple[MoneyTable, ...]:
    """Put rows, which come in the order of their lines, under their sectors or strategies, in the order in which those come."""
    groups: dict[Ref, list[MoneyRow]] = defaultdict(list)
    for row in rows:
        for group in row.group:
            groups[group].append(row)
    return tuple(_table(group, groups[group], money) for group in groups)
