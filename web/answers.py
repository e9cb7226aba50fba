"""An answer as the query page shows it: a table that can be sorted and paged by its address, a chart, a picture of triples, files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from flask import request
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from kg.store.formats import triples_of
from kg.store.reader.model import Text
from kg.store.results import Answer, Solutions, Term, boolean_from_json
from kg.vocab import XSD
from web.charts import Chart, Point, Series
from web.context import services, site, whole_number
from web.graphs import picture
from web.i18n import current_language, gettext
from web.links import changed, is_ours, path_of
from web.protocol import OFFERED
from web.tabular import csv_text

PAGE_ROWS = 100
_MOST_BARS, _LEAST_BARS = 30, 2
_MOST_PAGES = 1_000_000
_NUMERIC = {XSD.term(name) for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")}
# Numbers that say where something stands, not how much of it there is.
_PLACES = re.compile(r"line|row|column|year|rank|place", re.IGNORECASE)
TRIPLE = ("subject", "property", "value")


class Cell(Struct, frozen=True):
    """A value of the answer as the page shows it; `iri` where it stands for one, `number` where it is one."""

    text: str
    lang: str = ""
    url: str = ""
    iri: str = ""
    number: Decimal | None = None


class Column(Struct, frozen=True):
    """A column: its name, where a click on it leads, how the rows are sorted by it (value of `aria-sort`, or empty), its name in words."""

    name: str
    url: str
    order: str
    said: str = ""


class AnswerView(Struct, frozen=True):
    """An answer as the page shows it: rows `first` to `last` of `total`.

    Attributes:
        truth: The answer to an ASK.
        formats: Name and address of each file.
        bars: Columns that can be drawn, with their addresses.
    """

    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    first: int = 0
    last: int = 0
    total: int = 0
    before: str = ""
    behind: str = ""
    truth: bool | None = None
    is_graph: bool = False
    formats: tuple[tuple[str, str], ...] = ()
    chart: Chart | None = None
    picture: Markup | None = None


def view_of(answer: Answer) -> AnswerView:
    """Prepare an answer for the page, by the parameters `sort`, `desc` and `page`.

    Raises:
        WebError: `page` is no page number.
    """
    formats = tuple((one.label, changed(format=one.extension, sort=None, desc=None)) for one in OFFERED[answer.kind])
    if answer.kind == "boolean":
        return AnswerView(truth=boolean_from_json(answer.body), formats=formats)
    is_graph = answer.kind == "graph"
    solutions = triples_of(answer.body, TRIPLE) if is_graph else Solutions.from_json(answer.body)
    table = cells_of(solutions)
    by, descending = request.args.get("sort", ""), request.args.get("desc") == "1"
    if by in solutions.variables:
        table = _sorted(table, solutions.variables.index(by), descending)
    number = whole_number("page", 1, 1, _MOST_PAGES)
    start = min((number - 1) * PAGE_ROWS, max(0, (len(table) - 1) // PAGE_ROWS * PAGE_ROWS))
    shown = table[start : start + PAGE_ROWS]
    formats = (*formats, (gettext("CSV for spreadsheets"), changed(format="excel", sort=None, desc=None)))
    return AnswerView(
        columns=tuple(_column(name, by, descending) for name in solutions.variables),
        rows=shown,
        first=start + 1 if shown else 0,
        last=start + len(shown),
        total=len(table),
        before=changed(page=start // PAGE_ROWS) if start else "",
        behind=changed(page=start // PAGE_ROWS + 2) if start + len(shown) < len(table) else "",
        is_graph=is_graph,
        formats=formats,
        chart=None if is_graph else _chart(solutions.variables, shown),
        picture=_picture(solutions, table) if is_graph else None,
    )


def with_heads(answer: AnswerView) -> AnswerView:
    """Return the answer to a ready question with words beside the names of its columns; on English pages the names are the words."""
    if current_language() != "ko":
        return answer
    said = services().columns
    return replace(answer, columns=tuple(replace(one, said=said.get(one.name, "")) for one in answer.columns))


def excel_csv(answer: Answer) -> str:
    """Return rows, or statements as N-Triples, for a spreadsheet: names, each beside its IRI, and nothing that is taken for a formula."""
    solutions = triples_of(answer.body, TRIPLE) if answer.kind == "graph" else Solutions.from_json(answer.body)
    table = cells_of(solutions)
    named = [any(row[at].iri for row in table) for at in range(len(solutions.variables))]
    header = [
        text for name, twice in zip(solutions.variables, named, strict=True) for text in ((name, f"{name} IRI") if twice else (name,))
    ]
    rows = [
        [text for cell, twice in zip(row, named, strict=True) for text in ((cell.text, cell.iri) if twice else (cell.text,))]
        for row in table
    ]
    return csv_text([header, *rows])


def cells_of(solutions: Solutions) -> tuple[tuple[Cell, ...], ...]:
    """Return all rows with names for IRIs, in the language of the page."""
    lang, reader = current_language(), site().reader
    iris = {term.value for row in solutions.rows for term in row.values() if term.kind == "iri"}
    labels: Mapping[str, Text] = {iri: ref.label for iri, ref in reader.labels(iris, lang).items()}
    known: dict[Term, Cell] = {}

    def cell(term: Term | None) -> Cell:
        if term is None:
            return Cell("")
        if term not in known:
            known[term] = (
                _iri_cell(term, labels.get(term.value) or reader.display.phrase(term.value, lang)) if term.kind == "iri" else _plain(term)
            )
        return known[term]

    return tuple(tuple(cell(row.get(variable)) for variable in solutions.variables) for row in solutions.rows)


def _iri_cell(term: Term, label: Text | None) -> Cell:
    said = label or Text(shortened(term.value))
    url = path_of(term.value) if is_ours(term.value) else term.value if term.value.startswith(("http://", "https://")) else ""
    return Cell(said.value, said.lang, url, term.value)


def _plain(term: Term) -> Cell:
    number = None
    if term.datatype in _NUMERIC:
        try:
            number = Decimal(term.value)
        except InvalidOperation:
            number = None
    return Cell(term.value, term.lang or "", number=number if number is not None and number.is_finite() else None)


def shortened(iri: str) -> str:
    """Write an IRI with the longest prefix that fits, as in `cv:role`."""
    fitting = [(name, base) for name, base in services().prefixes.items() if iri.startswith(base) and len(base) < len(iri)]
    name, base = max(fitting, key=lambda item: len(item[1]), default=("", ""))
    return f"{name}:{iri.removeprefix(base)}" if base else iri


def _sorted(table: Sequence[tuple[Cell, ...]], at: int, descending: bool) -> tuple[tuple[Cell, ...], ...]:
    """Sort by a column: numbers before words, what is empty last either way; rows that are alike keep their order."""

    def key(row: tuple[Cell, ...]) -> tuple[bool, Decimal, str]:
        cell = row[at]
        return (cell.number is None, cell.number if cell.number is not None else Decimal(0), cell.text.casefold())

    full = sorted((row for row in table if row[at].text), key=key, reverse=descending)
    return (*full, *(row for row in table if not row[at].text))


def _column(name: str, by: str, descending: bool) -> Column:
    order = "" if name != by else "descending" if descending else "ascending"
    return Column(name, changed(sort=name, desc="1" if order == "ascending" else None) + "#answer", order)


def _chart(variables: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Chart | None:
    """Draw the first column of amounts; a column of units that differ forbids it."""
    if not _LEAST_BARS <= len(rows) <= _MOST_BARS:
        return None
    amounts = [at for at, name in enumerate(variables) if not _PLACES.search(name) and all(row[at].number is not None for row in rows)]
    names = [at for at in range(len(variables)) if any(row[at].text and row[at].number is None for row in rows)]
    units = [
        at for at, name in enumerate(variables) if name.lower().endswith(("unit", "measure")) and len({row[at].text for row in rows}) > 1
    ]
    if not amounts or not names or units:
        return None
    at, by = amounts[0], _telling(rows, names)
    points = tuple(Point(float(row[at].number or 0), row[at].text) for row in rows)
    title = gettext("%(amount)s by %(name)s", amount=variables[at], name=variables[by])
    series = (Series("", points),)
    return Chart("bars", title, gettext("The table below has the same values."), tuple(row[by].text for row in rows), series)


def _telling(rows: Sequence[tuple[Cell, ...]], names: Sequence[int]) -> int:
    """Return the column of names that tells most rows apart."""
    return max(names, key=lambda at: (len({row[at].text for row in rows}), -at))


def _picture(solutions: Solutions, table: Sequence[tuple[Cell, ...]]) -> Markup | None:
    edges = [
        (row[0], row[1], row[2])
        for row, terms in zip(table, solutions.rows, strict=False)
        if row[2].iri and terms["property"].value != "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    ]
    return picture([(one.iri, one.text, one.url, by.text, other.iri, other.text, other.url) for one, by, other in edges])
