"""`/sparql`: the SPARQL 1.1 Protocol (query only) for programs, and the query page for staff, at one address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from kg.errors import QueryError
from kg.store.reader.examples import Example, load_examples
from kg.store.reader.model import Text
from kg.store.results import Answer as EngineAnswer
from kg.store.results import AnswerKind, Dataset, Solutions, Term, boolean_from_json
from web.context import services, settings, site
from web.errors import WebError, detail_of, status_of
from web.i18n import current_language
from web.links import is_ours, path_of
from web.negotiation import HTML, Format, choose_format, quality_of
from web.render import render

blueprint = Blueprint("sparql", __name__)

SOLUTION_FORMATS = (
    Format("application/sparql-results+json", "json", "JSON"),
    Format("application/sparql-results+xml", "xml", "XML"),
    Format("text/csv", "csv", "CSV"),
    Format("text/tab-separated-values", "tsv", "TSV"),
)
GRAPH_FORMATS = (
    Format("text/turtle", "ttl", "Turtle"),
    Format("application/n-triples", "nt", "N-Triples"),
    Format("application/rdf+xml", "rdf", "RDF/XML"),
    Format("application/ld+json", "jsonld", "JSON-LD"),
)
OFFERED: dict[AnswerKind, tuple[Format, ...]] = {"solutions": SOLUTION_FORMATS, "boolean": SOLUTION_FORMATS[:2], "graph": GRAPH_FORMATS}
_SUM = re.compile(r"\b(?:SUM|AVG)\s*\(", re.IGNORECASE)
_SCOPE = re.compile(r"kj:scope\b|ns#scope\b|qb:dataSet\b|cube#dataSet\b")
_SHOWN_ROWS = 500
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"


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


@dataclass(frozen=True)
class ProtocolRequest:
    """What a client asks of the protocol: the text, and the graphs to read if it names any."""

    text: str
    dataset: Dataset | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query in the format the client likes best; a browser gets the query page.

    Raises:
        QueryError: the query is refused or fails.
        StoreUnavailable: every query worker is busy.
        WebError: 406, 415, or a request without a query.
    """
    asked = _asked()
    if _wants_page():
        return _page(asked)
    if not asked.text:
        raise WebError("web.missing-parameter", name="query")
    kind = site().queries.inspect(asked.text).kind
    answer = _run(asked, _format_for(kind).media)
    response = Response(answer.body, content_type=_content_type(answer.media))
    response.headers["Vary"] = "Accept"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _asked() -> ProtocolRequest:
    """Read the request by SPARQL 1.1 Protocol 2.1: GET, POST with a form, POST of the query itself."""
    values = request.args
    text = values.get("query", "")
    if request.method == "POST":
        if request.mimetype == _DIRECT:
            text = _utf8(request.get_data())
        elif request.mimetype == _FORM:
            values = request.form
            text = values.get("query", "")
        else:
            raise WebError("web.unsupported-media", 415, value=request.mimetype or "-")
    if "update" in values:
        raise WebError("web.no-updates")
    if len(values.getlist("query")) > 1:
        raise WebError("web.bad-parameter", name="query", value="…")
    default, named = values.getlist("default-graph-uri"), values.getlist("named-graph-uri")
    return ProtocolRequest(text.strip(), Dataset(tuple(default), tuple(named)) if default or named else None)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise WebError("web.bad-parameter", name="query", value="UTF-8") from None


def _wants_page() -> bool:
    if request.method != "GET" or "format" in request.args:
        return False
    accept = request.accept_mimetypes
    offered = (SOLUTION_FORMATS[0], GRAPH_FORMATS[0], HTML)
    return bool(accept) and choose_format(accept, offered) is HTML


def _format_for(kind: AnswerKind) -> Format:
    offered = OFFERED[kind]
    if wanted := request.values.get("format", ""):
        found = next((one for one in offered if wanted in (one.extension, one.media)), None)
        if found is None:
            raise WebError("web.bad-parameter", name="format", value=wanted[:40])
        return found
    aliases = {"application/json": offered[0], "application/xml": offered[1], "text/plain": offered[1]}
    chosen = choose_format(request.accept_mimetypes, offered)
    if chosen is None:
        chosen = next(
            (
                one
                for media, one in aliases.items()
                if quality_of(request.accept_mimetypes, media) > 0 and (media != "text/plain" or kind == "graph")
            ),
            None,
        )
    if chosen is None:
        raise WebError("web.no-answer-format", 406, formats=", ".join(one.media for one in offered))
    return chosen


def _content_type(media: str) -> str:
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def _run(asked: ProtocolRequest, media: str) -> EngineAnswer:
    return site().queries.query(asked.text, media, asked.dataset)


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
        shown, answer, fault, adds_across_scopes(asked.text), examples, settings().query_bytes, f"{settings().query_deadline_s:g}"
    )
    return render("sparql.html", page, status)


def adds_across_scopes(query: str) -> bool:
    """Say whether a query adds up figures without a word about their scope, which counts the same money and people several times."""
    return _SUM.search(query) is not None and "obsValue" in query and _SCOPE.search(query) is None


def _answer(asked: ProtocolRequest) -> AnswerView:
    kind = site().queries.inspect(asked.text).kind
    formats = tuple(
        (one.label, f"{url_for('sparql.endpoint')}?{urlencode({'query': asked.text, 'format': one.extension})}") for one in OFFERED[kind]
    )
    answer = _run(asked, OFFERED[kind][0].media)
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
