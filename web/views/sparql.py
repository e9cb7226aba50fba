"""`/sparql`: the SPARQL 1.1 Protocol (query only) for programs, and the query page for staff, at one address; `/q/…`: short addresses."""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import QueryError
from kg.store.catalog import service_description
from kg.store.formats import serialize_graph
from kg.store.results import AnswerKind
from web.answers import excel_csv
from web.context import services, settings, site
from web.errors import WebError
from web.i18n import LANGUAGES, gettext_in
from web.negotiation import HTML, quality_of
from web.protocol import (
    GRAPH_FORMATS,
    OFFERED,
    SOLUTION_FORMATS,
    AnswerFormat,
    ProtocolRequest,
    content_type,
    format_for,
    is_known,
    not_modified,
    protocol_answer,
    read_request,
    require_match,
    tag_of,
)
from web.querypage import page_of
from web.questions import filled, question_named
from web.words import N_

blueprint = Blueprint("sparql", __name__)

EXCEL = "excel"
FOR_SPREADSHEETS: Mapping[AnswerKind, str] = {"solutions": SOLUTION_FORMATS[0].media, "graph": "application/n-triples"}
"""In which media type an answer is asked for that a table for a spreadsheet is made of."""
_LINK_S = 2.0
"""Seconds of its query time that a short link costs a client: links are few, and kept for good."""
VARY = "Accept, Accept-Encoding"
_LIMITS_TEXT = N_(
    "Queries only, of up to %(seconds)s seconds and %(bytes)s MiB of answer. An answer is whole or refused with the limit it crossed; "
    "no SERVICE, no FROM outside of the graphs listed here."
)


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query in the format the client likes best; a browser gets the query page, a bare GET the service description.

    `example` with the blanks of a ready question stands for its query.

    Raises:
        QueryError: the query is refused or fails.
        StoreUnavailable: every query worker is busy.
        WebError: 406, 412, 415, 429, or a request without a query.
    """
    asked = read_request()
    if asked.text is None and request.method != "POST" and (name := asked.first("example")):
        values = {key: found[0] for key, found in asked.values.items()}
        asked = ProtocolRequest(filled(question_named(name), values), asked.dataset, asked.values)
    return _served(asked)


@blueprint.route("/sparql/", methods=["GET", "POST"])
def with_slash() -> AnyResponse:
    """Lead to the address without a slash at its end; method and body stay."""
    query = request.query_string.decode("ascii", "replace")
    return redirect(url_for("sparql.endpoint") + (f"?{query}" if query else ""), 308)


@blueprint.post("/q")
def shorten() -> AnyResponse:
    """Give a query that can be read a short address, and go there.

    Raises:
        QueryError: it is no query.
        WebError: 429, the client has used its query time, of which each link takes some; 503, there are too many links.
    """
    text = request.form.get("query", "")
    opened = site()  # the first request opens the snapshot, which is not the client's time
    with services().budget.spending(request.remote_addr or "", _LINK_S):
        opened.queries.inspect(text)
        name = services().links.keep(text)
    return redirect(url_for("sparql.short", name=name), 303)


@blueprint.get("/q/<name>")
def short(name: str) -> Response:
    """Answer a query by its short address, as `/sparql` does.

    Raises:
        WebError: 404, nothing has this address.
    """
    text = services().links.text(name)
    if text is None:
        raise WebError("web.no-link", 404, name=name[:40])
    asked = read_request()
    return _served(ProtocolRequest(text, asked.dataset, asked.values))


def _served(asked: ProtocolRequest) -> Response:
    if _wants_page(asked):
        response = page_of(asked)
    elif asked.text is None and not asked.values and request.method in ("GET", "HEAD"):
        response = _described()
    elif not (asked.text or "").strip():
        raise WebError("web.missing-parameter", name="query")
    else:
        response = answered(asked)
    response.headers.setdefault("Vary", "Accept")
    return response


def answered(asked: ProtocolRequest) -> Response:
    """Answer a query by the protocol.

    Raises:
        QueryError: the query is refused or fails.
        StoreUnavailable: every query worker is busy.
        WebError: 400, 406, 412 or 429.
    """
    text, opened = asked.text or "", site()
    shape = opened.queries.inspect(text)
    wanted = asked.first("format")
    for_excel = wanted == EXCEL and shape.kind in FOR_SPREADSHEETS
    media = FOR_SPREADSHEETS[shape.kind] if for_excel else format_for(shape.kind, wanted).media
    tag = tag_of(shape, asked.dataset, EXCEL if for_excel else media) if shape.repeatable else None
    if tag:
        require_match(tag)
        if is_known(tag):
            return not_modified(tag)
    start = time.perf_counter()
    with services().budget.spending(request.remote_addr or "") as asker:
        answer = opened.queries.query(text, media, asked.dataset, asker)
    spent = f"query;dur={(time.perf_counter() - start) * 1000:.1f}"
    response = protocol_answer(answer, tag, {"Server-Timing": spent, "Itda-Snapshot": opened.snapshot.id, "Vary": VARY})
    if for_excel:
        response.set_data(excel_csv(answer))
        response.content_type = "text/csv; charset=utf-8"
        response.headers["Content-Disposition"] = "attachment; filename=answer.csv"
    return response


def _described() -> Response:
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
    if not any(media.partition(";")[0].strip().lower() == HTML.media for media in accept.values()):
        return False  # a client that takes anything is a program
    liked = quality_of(accept, HTML.media)
    offered = (media for one in _offered_for(asked) for media in (one.media, *one.aliases))
    return liked > 0 and all(liked >= quality_of(accept, media) for media in offered)


def _offered_for(asked: ProtocolRequest) -> tuple[AnswerFormat, ...]:
    """Return what a request can be answered with besides the page; every format where its query cannot be read."""
    if not (asked.text or "").strip():
        return GRAPH_FORMATS
    try:
        return OFFERED[site().queries.inspect(asked.text or "").kind]
    except QueryError:
        return (*SOLUTION_FORMATS, *GRAPH_FORMATS)
