"""`/stats`: every table of a plan, each with its pictures, its numbers as printed, who publishes them, and files to take away."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFound
from kg.store.reader.model import Ref
from kg.store.reader.tables import Caution, Table, TableEntry, local_name
from kg.vocab import ID, QB
from web.charting import charts_of
from web.charts import Chart
from web.context import plan, plan_asked, site
from web.errors import WebError
from web.grid import SCOPE, Grid, grid_of
from web.i18n import current_language
from web.links import plan_text
from web.naming import bearing
from web.negotiation import JSON, Format, split_extension
from web.render import render
from web.tabular import figures_csv, shown_csv, table_json

blueprint = Blueprint("stats", __name__)

CSV = Format("text/csv", ".csv", "CSV")
FORMS = ("figures", "table")

blueprint.add_app_template_filter(plan_asked)


class Part(Struct, frozen=True):
    """Tables that stand in one part of the document; without a heading where the parts are not recorded."""

    section: Ref | None
    entries: tuple[TableEntry, ...]


class Chapter(Struct, frozen=True):
    """A chapter of the document and its parts that hold tables.

    Attributes:
        section: None for tables that stand in several chapters, and where the parts of the document are not recorded.
        parts: The first has no heading where tables stand in several parts of the chapter.
    """

    section: Ref | None
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Return how many tables stand in it."""
        return sum(len(part.entries) for part in self.parts)


class StatsPage(Struct, frozen=True):
    """The tables of a plan, and the plans to choose from."""

    plan: Ref
    chapters: tuple[Chapter, ...]
    total: int
    plans: tuple[Ref, ...]


class UnitNote(Struct, frozen=True):
    """A unit that is printed and the one that is really counted."""

    printed: Ref
    counted: Ref


class TablePage(Struct, frozen=True):
    """A table: its figures in rows and columns, its pictures, and what has to be known to read it.

    Attributes:
        name: Its name in the address.
        cautions: Where its figures disagree with themselves or with others, or are easily misread.
        unsourced: How many figures name no source while others do.
        mixed: It holds figures of several scopes, which must not be added up.
    """

    plan: Ref
    name: str
    table: Table
    grid: Grid
    charts: tuple[Chart, ...]
    cautions: tuple[Caution, ...]
    units: tuple[UnitNote, ...]
    unsourced: int
    mixed: bool


@blueprint.get("/stats")
def page() -> Response:
    """List the tables of the chosen plan by the part of the document they stand in."""
    chosen, lang = plan(), current_language()
    entries = site().reader.tables.of_plan(chosen.iri, lang)
    return render("stats.html", StatsPage(chosen, _chapters(entries), len(entries), site().plans[lang]))


@blueprint.get("/stats/<path:name>")
def table(name: str) -> AnyResponse:
    """Show a table, or send it as a file; `name` is the last part of its IRI. The path of its IRI, or its title, leads there.

    Raises:
        NotFound: the chosen plan has no such table.
        WebError: 400, a file in a form that there is not.
    """
    bare, wanted = split_extension(name, (CSV, JSON))
    chosen, lang = plan(), current_language()
    try:
        found = site().reader.tables.table(f"{chosen.iri}/table/{bare}", chosen.iri, lang)
    except NotFound:
        return _elsewhere(bare, wanted, chosen)
    if wanted is CSV:
        return _file(found, bare)
    if wanted is JSON:
        return jsonify(table_json(found, chosen))
    grid = grid_of(found)
    return render("table.html", _page(chosen, bare, found, grid))


def _elsewhere(name: str, wanted: Format | None, chosen: Ref) -> AnyResponse:
    """Lead from the path of a table's IRI, or from its title, to its page; of tables with one title to that of the chosen plan."""
    reader = site().reader
    titled = sorted((ref.iri for ref in bearing(name, (QB.DataSet,))), key=lambda one: not one.startswith(f"{chosen.iri}/"))
    iri = ID + name if "/table/" in name else next(iter(titled), "")
    owner = iri.rpartition("/table/")[0]
    if not any(one.iri == owner for one in site().plans[current_language()]):
        raise NotFound(iri=ID + name)
    found = reader.tables.table(iri, owner, current_language())
    target = local_name(found.ref.iri) + (wanted.extension if wanted else "")
    return redirect(url_for("stats.table", name=target, plan=plan_text(owner)), 302)


def _file(found: Table, name: str) -> Response:
    form = request.args.get("form", FORMS[0])
    if form not in FORMS:
        raise WebError("web.bad-parameter", name="form", value=form[:40])
    body = shown_csv(found, grid_of(found)) if form == "table" else figures_csv(found)
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _page(chosen: Ref, name: str, found: Table, grid: Grid) -> TablePage:
    return TablePage(
        plan=chosen,
        name=name,
        table=found,
        grid=grid,
        charts=() if grid.listed else charts_of(found),
        cautions=site().reader.tables.cautions(found.ref.iri, current_language()),
        units=_unit_notes(found),
        unsourced=sum(cell.source is None for cell in found.cells) if found.sources else 0,
        mixed=len({cell.said.get(SCOPE) for cell in found.cells}) > 1,
    )


def _unit_notes(found: Table) -> tuple[UnitNote, ...]:
    pairs = ((cell.printed_unit, cell.unit) for cell in found.cells)
    return tuple(dict.fromkeys(UnitNote(printed, counted) for printed, counted in pairs if printed and counted and printed != counted))


def _chapters(entries: Iterable[TableEntry]) -> tuple[Chapter, ...]:
    """Put tables, which come in the order of their lines, under their chapters and parts; those of several chapters come last."""
    chapters: dict[Ref | None, dict[Ref | None, list[TableEntry]]] = {}
    for entry in sorted(entries, key=lambda one: not one.section):
        chapter, part = next(iter(entry.section), None), next(iter(entry.section[1:][::-1]), None)
        chapters.setdefault(chapter, {}).setdefault(part, []).append(entry)
    return tuple(
        Chapter(chapter, tuple(Part(part, tuple(parts[part])) for part in sorted(parts, key=lambda one: one is not None)))
        for chapter, parts in chapters.items()
    )
