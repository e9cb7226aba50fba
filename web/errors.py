"""One table from errors to HTTP status, and one answer per audience: problem JSON for programs, a page for people."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Self

from flask import Flask, Response, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from kg.errors import KgError, NotFound, QueryError, QueryLimitExceeded, QuerySyntaxError, SnapshotError, StoreUnavailable
from web.i18n import gettext, translations
from web.messages import SENTENCES, error_sentence
from web.negotiation import GRAPH_FORMATS, HTML, Format, choose_format
from web.render import render
from web.words import N_

LOG = logging.getLogger(__name__)

OPERATIONS = ("/healthz", "/readyz", "/version", "/metrics")
PROBLEM = Format("application/problem+json", "", "Problem")
XHTML = Format("application/xhtml+xml", "", "XHTML")

STATUS: tuple[tuple[type[KgError], int], ...] = (
    (NotFound, 404),
    (QueryError, 400),
    (StoreUnavailable, 503),
    (SnapshotError, 503),
    (KgError, 400),
)

# Limits that are no fault of the text: time and memory ran out on our side, or what goes out or comes in is too large.
LIMITS = {"query_deadline_s": 504, "query_memory_mib": 507, "answer_bytes": 413, "query_bytes": 413}
CODES = {"query.media": 406, "query.not-representable": 406}
RETRY_AFTER_S = 5
_HEADER_CHARS = 8192

TITLES = {
    400: N_("The request could not be understood"),
    403: N_("This is not open to everyone"),
    404: N_("There is no such page"),
    405: N_("This page does not take that kind of request"),
    406: N_("This page has no such format"),
    408: N_("The request did not arrive in time"),
    412: N_("The answer is not the one expected"),
    413: N_("That is too large"),
    414: N_("The address is too long"),
    415: N_("This page does not read that format"),
    429: N_("Too many questions at once"),
    431: N_("The request carries too much"),
    500: N_("Something went wrong on our side"),
    503: N_("The service is resting for a moment"),
    504: N_("The query took too long"),
    507: N_("The query needs too much memory"),
}

ADVICE = {
    400: N_("Check the address or the form and try once more."),
    404: N_("The name may have changed. Try finding it by its name."),
    405: N_("Please start again from the first page."),
    406: N_("Ask for HTML, Turtle, JSON-LD, N-Triples, RDF/XML or JSON."),
    414: N_("Please ask with fewer or shorter words."),
    415: N_("Please start again from the first page."),
    429: N_("Please try again in a moment."),
    431: N_("Please close the browser, open it once more and try again."),
    500: N_("It is not your fault. Please try again in a moment."),
    503: N_("Please try again in a moment."),
}

DETAILS = {
    "web.unknown-group": N_("We know no group of people called “%(name)s”."),
    "web.not-in-network": N_("Nothing that is linked with others is called “%(name)s”."),
    "web.no-partner": N_("No organisation, centre or council is called “%(name)s”."),
    "web.ambiguous": N_("More than one thing is called “%(name)s”. Please choose one."),
    "web.no-words": N_("Write what to search for: this address needs “q”."),
    "web.unknown-type": N_("We know no type called “%(value)s”. The types are: %(words)s"),
    "web.newest-not-opened": N_(
        "The newest published data (%(wanted)s) cannot be opened; the data before it (%(snapshot)s) is still being served. "
        "Whoever runs this site has to run “itda snapshot verify”."
    ),
    "web.rotten": N_(
        "“%(path)s” is not as it was published any more (%(found)s). "
        "Whoever runs this site has to run “itda snapshot verify”, which says what to do."
    ),
    "web.no-sum": N_("These figures must not be added up. %(detail)s"),
    "web.missing-parameter": N_("The parameter “%(name)s” is missing."),
    "web.bad-parameter": N_("The parameter “%(name)s” cannot be “%(value)s”."),
    "web.no-parameter": N_("There is no parameter “%(name)s”. The parameters are: %(words)s"),
    "http.404": N_("There is nothing at this address."),
    "http.405": N_("This address is not asked by %(method)s. What it takes stands in the header Allow."),
    "web.header-too-long": N_("The header “%(name)s” may have %(limit)s characters; yours has %(value)s."),
    "web.other-answer": N_("The answer has another ETag than If-Match asks for."),
    "web.body-late": N_("What was to be sent did not arrive within %(value)s seconds. Please send it again."),
    "web.body-cut": N_("What was sent ended before all of it was there. Please send it again."),
    "web.bodies-full": N_("Too many requests are still being sent. Please try again in a moment."),
    "web.known-answer": N_("The answer has the ETag that If-None-Match names. Ask by GET to hear 304 instead."),
    "http.413": N_("What was sent is larger than %(limit)s bytes, the most this site reads. Please send less."),
    "web.not-an-iri": N_(
        "The parameter “%(name)s” takes the IRI of a graph, such as https://…, not “%(value)s”. Leave it out to read all data."
    ),
    "web.no-format": N_("There is no format “%(value)s”. The formats are: %(words)s"),
    "web.parameter-twice": N_("The parameter “%(name)s” may stand only once."),
    "web.no-figure-with": N_("No figure of this plan has “%(value)s” as its “%(name)s”."),
    "web.bad-json": N_('Send a JSON object such as {"as": "person", "age": 27}.'),
    "web.not-json": N_("This address reads JSON (application/json), not %(value)s."),
    "web.deep-json": N_("JSON may be nested %(limit)s levels deep; yours has %(value)s. Send a flatter object."),
    "web.long-address": N_("An address may have %(limit)s bytes here; yours has %(value)s. Send less in the address."),
    "web.many-parameters": N_("An address may have %(limit)s parameters; yours has %(value)s. Send fewer."),
    "web.long-headers": N_(
        "The headers of a request may have %(limit)s bytes; yours have %(value)s. Send fewer or shorter headers, such as cookies."
    ),
    "web.too-many-fields": N_("A form may have %(limit)s fields; yours has %(value)s, or one of them is too long."),
    "web.too-long": N_("The search text may have %(limit)s characters; yours has %(value)s."),
    "web.unsupported-media": N_("A query is sent as a form or as application/sparql-query, not as %(value)s."),
    "web.not-utf8": N_("The request is not UTF-8. Send the query as UTF-8."),
    "web.budget": N_("You have used your query time (%(value)s seconds a minute). Try again in %(wait)s seconds."),
    "web.no-question": N_("There is no ready question called “%(name)s”."),
    "web.no-link": N_("There is no query with the short address “%(name)s”."),
    "web.links-full": N_("No more short links can be kept (%(limit)s). The long address works as well."),
    "web.no-updates": N_("This service only answers questions. Nothing can be changed from here."),
    "web.no-answer-format": N_("Ask for one of these formats: %(formats)s"),
    "web.not-acceptable": N_("Ask for HTML, Turtle, JSON-LD, N-Triples, RDF/XML or JSON."),
}


class WebError(KgError):
    """A request the web layer itself refuses; `status` is its HTTP status.

    Attributes:
        members: Further members of the problem document, as JSON values; facts are texts for the sentence.
    """

    def __init__(self, code: str, status: int = 400, **facts: object) -> None:
        super().__init__(code, **facts)
        self.status = status
        self.members: dict[str, object] = {}

    def adding(self, **members: object) -> Self:
        """Give the problem document further members, such as the candidates of an ambiguous name."""
        self.members |= members
        return self


class ErrorPage(Struct, frozen=True):
    """What the error page shows: the status, a heading, what happened, what to do, and whether the search is a way on."""

    status: int
    title: str
    detail: str
    advice: str
    searchable: bool


def status_of(error: KgError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, WebError):
        return error.status
    if isinstance(error, QueryLimitExceeded) and error.facts.get("limit") in LIMITS:
        return LIMITS[error.facts["limit"]]
    if error.code in CODES:
        return CODES[error.code]
    return next(status for kind, status in STATUS if isinstance(error, kind))


def detail_of(error: KgError) -> str:
    """Return what happened, in the language of the request."""
    if error.code in DETAILS:
        return gettext(DETAILS[error.code], **error.facts)
    return error_sentence(error, translations()) if error.code in SENTENCES else ""


def problem(status: int, code: str, detail: str, facts: dict[str, object]) -> Response:
    """Return an RFC 9457 problem document; its standard members win over facts of the same name."""
    standard = {
        "type": "about:blank",
        "title": gettext(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": detail,
        "code": code,
    }
    body = standard | facts | standard
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")


def wants_problem() -> bool:
    """Say whether the client is a program: it asks an address for programs, or likes another format better than a page."""
    if request.path.startswith("/api/") or request.path in OPERATIONS or _is_too_long("Accept"):
        return True
    pages = (HTML, XHTML)
    if request.path in ("/sparql", "/q") or request.path.startswith(
        "/q/"
    ):  # an address for both, where a client without a preference is a program
        return choose_format(request.accept_mimetypes, (PROBLEM, *GRAPH_FORMATS, *pages)) not in pages
    return choose_format(request.accept_mimetypes, (*pages, PROBLEM, *GRAPH_FORMATS)) not in pages


def _is_too_long(name: str) -> bool:
    return len(request.headers.get(name, "")) > _HEADER_CHARS


def _check_headers() -> None:
    for name in ("Accept", "Accept-Encoding"):  # reading a list of 30,000 takes a second
        if _is_too_long(name):
            raise WebError("web.header-too-long", 431, name=name, limit=_HEADER_CHARS, value=len(request.headers[name]))


def with_limits(response: Response, status: int, code: str, facts: Mapping[str, object]) -> Response:
    """Give a refusal, a page or a problem document, the headers that say which limit it met and when to try again; it is never kept."""
    if status in (429, 503, 504):
        response.headers["Retry-After"] = str(facts.get("wait", RETRY_AFTER_S))
    if "limit" in facts and "value" in facts:
        response.headers["Itda-Limit"] = f"{facts['limit']}={facts['value']} {facts.get('unit', '')}".strip()
    if code == "web.unsupported-media":
        response.headers["Accept-Post"] = "application/sparql-query, application/x-www-form-urlencoded"
        response.headers["Accept-Encoding"] = "identity"
    response.vary.add("Accept")
    response.cache_control.no_store = True
    return response


def _said_of(status: int, app: Flask) -> str:
    code = f"http.{status}"
    return gettext(DETAILS[code], limit=app.config["MAX_CONTENT_LENGTH"], method=request.method) if code in DETAILS else ""


def init_errors(app: Flask) -> None:
    """Answer every error of an app with its status."""

    def answer(status: int, code: str, detail: str, facts: dict[str, object]) -> Response:
        app.extensions["itda.measures"].count_error(code)
        advice = gettext(ADVICE[status]) if status in ADVICE else ""
        if wants_problem():
            response = problem(status, code, detail or advice, facts)
        else:
            page = ErrorPage(status, gettext(TITLES.get(status, TITLES[400])), detail, advice, not code.startswith("search."))
            response = render("error.html", page, status)
        return with_limits(response, status, code, facts)

    def known(error: KgError) -> Response:
        members: dict[str, object] = dict(error.members) if isinstance(error, WebError) else {}
        if isinstance(error, QuerySyntaxError):
            members["expected"] = error.facts.get("expected", "").split()
        return answer(status_of(error), error.code, detail_of(error), {**error.facts, **members})

    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(error.get_response().get_data(), status, error.get_response().headers)
        response = answer(status, f"http.{status}", _said_of(status, app), {})
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    def unknown(error: Exception) -> Response:
        # The route, not the path as typed: what people write into addresses is not logged.
        LOG.exception("unexpected error on %s", request.url_rule or "no route", exc_info=error)
        return answer(500, "http.500", "", {})

    app.before_request(_check_headers)
    app.register_error_handler(KgError, known)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unknown)
