"""The SPARQL 1.1 Protocol, query side: what a request asks, in which format it is answered, and when the answer is known already."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from flask import Response, current_app, request
from msgspec import Struct
from werkzeug.datastructures import MIMEAccept

from kg.store.guard import QueryShape
from kg.store.results import Answer, AnswerKind, Dataset
from web.context import site
from web.errors import WebError
from web.negotiation import Format, quality_of
from web.version import CodeVersion

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_PARAMETERS = 2000
_BYTE_ORDER_MARK = "\ufeff"
"""What some editors put before all text; it is none of it."""
_SHOWN = 80
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")


class AnswerFormat(Format, frozen=True):
    """A format of an answer to a query, with other media types and names that mean it."""

    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


SOLUTION_FORMATS = (
    AnswerFormat("application/sparql-results+json", "json", "JSON", ("application/json", "text/json"), ("sparql-json",)),
    AnswerFormat("application/sparql-results+xml", "xml", "XML", ("application/xml", "text/xml"), ("sparql-xml",)),
    AnswerFormat("text/csv", "csv", "CSV"),
    AnswerFormat("text/tab-separated-values", "tsv", "TSV"),
)
GRAPH_FORMATS = (
    AnswerFormat(
        "text/turtle", "ttl", "Turtle", ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"), ("turtle", "n3")
    ),
    AnswerFormat("application/n-triples", "nt", "N-Triples", ("text/plain",), ("ntriples", "n-triples")),
    AnswerFormat("application/rdf+xml", "rdf", "RDF/XML", ("application/xml", "text/xml"), ("xml", "rdf+xml", "rdfxml")),
    AnswerFormat("application/ld+json", "jsonld", "JSON-LD", ("application/json",), ("json", "json-ld")),
    AnswerFormat("application/n-quads", "nq", "N-Quads", ("text/x-nquads",), ("nquads", "n-quads")),
    AnswerFormat("application/trig", "trig", "TriG", ("application/x-trig",)),
)
OFFERED: Mapping[AnswerKind, tuple[AnswerFormat, ...]] = {
    "solutions": SOLUTION_FORMATS,
    "boolean": SOLUTION_FORMATS[:2],
    "graph": GRAPH_FORMATS,
}


class ProtocolRequest(Struct, frozen=True):
    """What a client asks: the text (None when it names no query at all), the graphs to read, and all parameters as sent."""

    text: str | None
    dataset: Dataset | None
    values: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        """Return the first value of a parameter, or an empty text."""
        return next(iter(self.values.get(name, ())), "")


def read_request() -> ProtocolRequest:
    """Read the request by SPARQL 1.1 Protocol section 2.1: GET, POST of a form, POST of the query itself.

    Raises:
        WebError: 400 for text that is not UTF-8, more than one query, a graph that is no IRI, or an update; 415 for another kind of body.
    """
    values = _parameters(request.query_string)
    texts = values.get("query", ())
    if request.method == "POST":
        body = _body()
        if request.mimetype == DIRECT:
            texts = (*texts, _utf8(body))
        else:  # what stands in the address is read as well: left out in silence, graphs there would make it another question
            sent = _parameters(body)
            values = {name: (*values.get(name, ()), *sent.get(name, ())) for name in {**values, **sent}}
            texts = values.get("query", ())
    if "update" in values or "using-graph-uri" in values or "using-named-graph-uri" in values:
        raise WebError("web.no-updates")
    if len(texts) > 1:
        raise WebError("web.parameter-twice", name="query")
    default, named = (_graphs(values, name) for name in ("default-graph-uri", "named-graph-uri"))
    text = texts[0].removeprefix(_BYTE_ORDER_MARK) if texts else None
    return ProtocolRequest(text, Dataset(default, named) if default or named else None, values)


def _graphs(values: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    graphs = tuple(dict.fromkeys(values.get(name, ())))
    for graph in graphs:
        if not _IRI.fullmatch(graph):
            raise WebError("web.not-an-iri", name=name, value=graph[:_SHOWN])
    return graphs


def _body() -> bytes:
    kind, charset = request.mimetype, request.mimetype_params.get("charset", "utf-8").lower().strip("\"'")
    if kind == UPDATE:
        raise WebError("web.no-updates", 415)
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if kind not in (FORM, DIRECT) or charset not in ("utf-8", "utf8", "us-ascii") or encoding != "identity":
        given = next((text for text in (encoding if encoding != "identity" else "", kind and f"{kind} ({charset})") if text), "-")
        raise WebError("web.unsupported-media", 415, value=given)
    return request.get_data(cache=True, parse_form_data=False)


def _parameters(encoded: bytes) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS)
    except UnicodeDecodeError:
        raise WebError("web.not-utf8") from None
    except ValueError:
        raise WebError("web.many-parameters", limit=_PARAMETERS, value=f"> {_PARAMETERS}") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    return found


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise WebError("web.not-utf8") from None


def format_for(kind: AnswerKind, wanted: str) -> AnswerFormat:
    """Choose the format of an answer: by the parameter `format` if it names one, else by the Accept header.

    Raises:
        WebError: for a client that states no preference, 400 for an unknown `format` and 406 for one that does not fit the query; 406 when
            no format is acceptable.
    """
    offered = OFFERED[kind]
    if wanted:
        named = next((one for one in offered if _is_called(one, wanted)), None)
        if named is not None:
            return named
        if not _prefers_something():
            known = any(_is_called(one, wanted) for formats in OFFERED.values() for one in formats)
            words = ", ".join(one.extension for one in offered)
            raise WebError("web.no-format", 406 if known else 400, value=wanted[:_SHOWN], words=words, name="format")
    only = request.headers.get("Accept", "")
    chosen = next((one for one in offered if one.media == only), None) or best_of(request.accept_mimetypes, offered)
    if chosen is None:
        raise WebError("web.no-answer-format", 406, formats=", ".join(one.media for one in offered))
    return chosen


def _is_called(one: AnswerFormat, name: str) -> bool:
    return name.lower() in (one.extension, one.media, *one.aliases, *one.names)


def _prefers_something() -> bool:
    return any(media.partition(";")[0].strip() != "*/*" for media in request.accept_mimetypes.values())


def best_of(accept: MIMEAccept, offered: Sequence[AnswerFormat]) -> AnswerFormat | None:
    """Return the format a client likes best, the first one where it does not mind; None when it accepts none."""
    if not accept:
        return offered[0]
    said = {media.partition(";")[0].strip().lower(): float(quality) for media, quality in reversed(list(accept))}
    best, highest = None, 0.0
    for one in offered:
        own = quality_of(accept, one.media)
        liked = own if one.media in said else max(own, *(said.get(alias, 0.0) for alias in one.aliases), 0.0)
        if liked > highest:
            best, highest = one, liked
    return best


def content_type(media: str) -> str:
    """Return the Content-Type of a media type; only text/* has a charset."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def tag_of(shape: QueryShape, dataset: Dataset | None, media: str) -> str:
    """Return the entity tag of an answer: the same for the same question to the same snapshot in the same format, whenever it is asked."""
    code: CodeVersion = current_app.extensions["itda.code"]
    graphs = "\1".join(f"{kind}{iri}" for kind, iris in (("d", dataset.default), ("n", dataset.named)) for iri in iris) if dataset else "-"
    parts = (site().snapshot.id, code.release, code.fingerprint, shape.canonical, graphs, media)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def is_known(tag: str) -> bool:
    """Say whether the client has the answer with this tag already."""
    known = request.if_none_match
    return request.method in ("GET", "HEAD") and not known.star_tag and known.contains_weak(tag)


def require_match(tag: str) -> None:
    """Refuse a request that is to be answered only with an answer the client knows, or by POST only with one it does not (RFC 9110, 13.1).

    Raises:
        WebError: 412, the answer is another one, or that very one.
    """
    if "If-Match" in request.headers and not request.if_match.star_tag and not request.if_match.contains(tag):
        raise WebError("web.other-answer", 412)
    if request.method == "POST" and request.if_none_match.contains_weak(tag):
        raise WebError("web.known-answer", 412)


def not_modified(tag: str) -> Response:
    """Return 304 with what it has to carry."""
    response = Response(status=304)
    response.set_etag(tag)
    response.cache_control.no_cache = True
    return response


def protocol_answer(answer: Answer, tag: str | None, more: Mapping[str, str] | None = None) -> Response:
    """Return an answer as it goes out; without a tag it is never kept by anyone.

    Args:
        more: Further headers.
    """
    # In one go: werkzeug looks through all headers for each one that is set later.
    kept = {"Cache-Control": "no-store"} if tag is None else {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    return Response(answer.body, headers={"Content-Type": content_type(answer.media), **kept, **(more or {})})
