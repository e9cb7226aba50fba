"""`/sparql`: the SPARQL 1.1 Protocol (query only) for programs, and the query page for staff, at one address."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from kg.errors import QueryError
from kg.store.catalog import service_description
from kg.store.formats import serialize_graph
from kg.store.reader.examples import Example, load_examples
from kg.store.reader.model import Text
from kg.store.results import Solutions, Term, boolean_from_json
from web.context import services, settings, site
from web.errors import WebError, detail_of, status_of
from web.i18n import LANGUAGES, current_language, gettext_in
from web.links import is_ours, path_of
from web.negotiation import HTML, choose_format
from web.protocol import (
    GRAPH_FORMATS,
    OFFERED,
    SOLUTION_FORMATS,
    ProtocolRequest,
    content_type,
    format_for,
    is_known,
    not_modified,
    protocol_answer,
    read_request,
    tag_of,
)
from web.render import render
from web.words import N_

blueprint = Blueprint("sparql", __name__)

_SUM = re.compile(r"\b(?:SUM|AVG)\s*\(", re.IGNORECASE)
_SCOPE = re.compile(r"kj:scope\b|ns#scope\b|qb:dataSet\b|cube#dataSet\b")
_SHOWN_ROWS = 500
_LIMITS_TEXT = N_(
    "Queries only, of up to %(seconds)s seconds and %(bytes)s MiB of answer. An answer is whole or refused with the limit it crossed; "
    "no SERVICE, no FROM outside of the graphs listed here."
)


@dataclass(frozen=True)
class Cell:
    """A value of the answer as the page shows it."""

    text: str
    lang: str
    url: str


@dataclass(frozen=True)
class AnswerView:
    """An answer as the page shows it; `total` rows, of which `rows` are shown, and where each format is."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    truth: bool | None
    is_graph: bool
    formats: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QueryPage:
    """The query page: the query, its answer or what is wrong with it, and the ready questions."""

    query: str
    answer: AnswerView | None
    fault: str
    careless: bool
    examples: tuple[Example, ...]
    longest: int
    deadline: str


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query in the format the client likes best; a browser gets the query page, a bare GET the service description.

    Raises:
        QueryError: the query is refused or fails.
        StoreUnavailable: every query worker is busy.
        WebError: 406, 415, 429, or a request without a query.
    """
    asked = read_request()
    if _wants_page(asked):
        response = _page(asked)
    elif asked.text is None and not asked.values and request.method in ("GET", "HEAD"):
        response = _describe()
    elif not (asked.text or "").strip():
        raise WebError("web.missing-parameter", name="query")
    else:
        response = _answered(asked)
    response.headers["Vary"] = "Accept"
    return response


def _answered(asked: ProtocolRequest) -> Response:
    text, opened = asked.text or "", site()
    shape = opened.queries.inspect(text)
    media = format_for(shape.kind, asked.first("format")).media
    tag = tag_of(shape, asked.dataset, media) if shape.repeatable else None
    if tag and is_known(tag):
        return not_modified(tag)
    start = time.perf_counter()
    with services().budget.spending(request.remote_addr or ""):
        answer = opened.queries.query(text, media, asked.dataset)
    response = protocol_answer(answer, tag)
    response.headers["Server-Timing"] = f"query;dur={(time.perf_counter() - start) * 1000:.1f}"
    response.headers["Itda-Snapshot"] = opened.snapshot.id
    return response


def _describe() -> Response:
    chosen = format_for("graph", "")
    limits = settings()
    remarks = {
        language: gettext_in(language, _LIMITS_TEXT, seconds=f"{limits.query_deadline_s:g}", bytes=limits.answer_bytes // 2**20)
        for language in LANGUAGES
    }
    graph = service_description(url_for("sparql.endpoint", _external=True), site().census, remarks)
    return Response(serialize_graph(graph, chosen.media, services().context, services().prefixes), content_type=content_type(chosen.media))


def _wants_page(asked: ProtocolRequest) -> bool:
    if request.method not in ("GET", "HEAD") or "format" in asked.values:
        return False
    accept = request.accept_mimetypes
    offered = (SOLUTION_FORMATS[0], GRAPH_FORMATS[0], HTML)
    return bool(accept) and choose_format(accept, offered) is HTML


def _page(asked: ProtocolRequest) -> Response:
    answer, fault, status = None, "", 200
    if asked.text:
        try:
            answer = _answer(asked)
        except QueryError as error:
            fault, status = detail_of(error), status_of(error)
    examples = load_examples(settings().ontology / "examples")
    site()
    shown = asked.text or (examples[0].query if examples else "")
    page = QueryPage(
        shown, answer, fault, adds_across_scopes(asked.text or ""), examples, settings().query_bytes, f"{settings().query_deadline_s:g}"
    )
    return render("sparql.html", page, status)


def adds_across_scopes(query: str) -> bool:
    """Say whether a query adds up figures without a word about their scope, which counts the same money and people several times."""
    return _SUM.search(query) is not None and "obsValue" in query and _SCOPE.search(query) is None


def _answer(asked: ProtocolRequest) -> AnswerView:
    kind = site().queries.inspect(asked.text or "").kind
    formats = tuple(
        (one.label, f"{url_for('sparql.endpoint')}?{urlencode({'query': asked.text, 'format': one.extension})}") for one in OFFERED[kind]
    )
    answer = site().queries.query(asked.text or "", OFFERED[kind][0].media, asked.dataset)
    if kind == "graph":
        return AnswerView((), (), 0, None, True, formats)
    if kind == "boolean":
        return AnswerView((), (), 0, boolean_from_json(answer.body), False, formats)
    solutions = Solutions.from_json(answer.body)
    shown = solutions.rows[:_SHOWN_ROWS]
    names = {term.value for row in shown for term in row.values() if term.kind == "iri"}
    labels = {iri: ref.label for iri, ref in site().reader.labels(names, current_language()).items()}

    def cell(term: Term | None) -> Cell:
        if term is None:
            return Cell("", "", "")
        if term.kind != "iri":
            return Cell(term.value, term.lang or "", "")
        label = labels.get(term.value) or site().reader.display.phrase(term.value, current_language()) or Text(_shortened(term.value))
        return Cell(label.value, label.lang, path_of(term.value) if is_ours(term.value) else "")

    rows = tuple(tuple(cell(row.get(variable)) for variable in solutions.variables) for row in shown)
    return AnswerView(solutions.variables, rows, len(solutions.rows), None, False, formats)


def _shortened(iri: str) -> str:
    """Write an IRI with the longest prefix that fits, as in `cv:role`."""
    fitting = [(name, base) for name, base in services().prefixes.items() if iri.startswith(base) and len(base) < len(iri)]
    name, base = max(fitting, key=lambda item: len(item[1]), default=("", ""))
    return f"{name}:{iri.removeprefix(base)}" if base else iri
