"""Media types and file extensions of graphs, datasets and query results, and writing a graph in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyoxigraph as ox
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral

from kg.errors import QueryError
from kg.store.evaluation import xml_safe
from kg.store.results import NTRIPLES, SPARQL_JSON, Solutions, Term

Holds = Literal["graph", "dataset", "solutions"]


@dataclass(frozen=True)
class Format:
    """A way to write RDF or query results: its name, media type, file extension (no dot) and what it holds."""

    name: str
    media: str
    extension: str
    holds: Holds


TURTLE = Format("Turtle", "text/turtle", "ttl", "graph")
JSON_LD = Format("JSON-LD", "application/ld+json", "jsonld", "graph")
N_TRIPLES = Format("N-Triples", NTRIPLES, "nt", "graph")
RDF_XML = Format("RDF/XML", "application/rdf+xml", "rdf", "graph")
N_QUADS = Format("N-Quads", "application/n-quads", "nq", "dataset")
TRIG = Format("TriG", "application/trig", "trig", "dataset")
RESULTS_JSON = Format("SPARQL JSON", SPARQL_JSON, "json", "solutions")
RESULTS_XML = Format("SPARQL XML", "application/sparql-results+xml", "xml", "solutions")
RESULTS_CSV = Format("CSV", "text/csv", "csv", "solutions")
RESULTS_TSV = Format("TSV", "text/tab-separated-values", "tsv", "solutions")

GRAPH_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
DATASET_FORMATS = (N_QUADS, TRIG)
RESULT_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
FORMATS = GRAPH_FORMATS + DATASET_FORMATS + RESULT_FORMATS

# rdflib 7.6 loses an empty literal that stands beside other values, so for it an empty text is this one.
_EMPTY_TEXT = "\ue000empty\ue001"


def by_media(media: str) -> Format | None:
    """Return the format of a media type (parameters such as charset are left aside), or None."""
    bare = media.partition(";")[0].strip().lower()
    return next((known for known in FORMATS if known.media == bare), None)


def serialize_graph(
    ntriples: bytes, media: str, context: Mapping[str, Any] | None = None, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Write a graph in another format; the same graph always gives the same bytes.

    Args:
        ntriples: The graph as N-Triples.
        media: Media type of one of `GRAPH_FORMATS`.
        context: JSON-LD context to compact with, as found under `@context`; without it JSON-LD has full IRIs.
        prefixes: Namespaces by prefix for Turtle and RDF/XML.
    Raises:
        QueryError: no such graph format (code `query.media`), or the graph cannot be said in it (code `query.not-representable`, facts
            `media`, `detail`): XML 1.0 holds no control characters, RDF/XML no predicate that ends in no name.
    """
    known = by_media(media)
    if known not in GRAPH_FORMATS:
        raise QueryError("query.media", media=media, form="graph")
    triples = sorted({quad.triple for quad in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES)}, key=str)
    if known == JSON_LD:
        return _json_ld(triples, context or {})
    engine_format = ox.RdfFormat.from_media_type(known.media)
    body = ox.serialize(triples, format=engine_format, prefixes=dict(prefixes or {})) or b""
    return xml_safe(body, known.media)


def _json_ld(triples: list[ox.Triple], context: Mapping[str, Any]) -> bytes:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((_rdflib_term(triple.subject), _rdflib_term(triple.predicate), _rdflib_term(triple.object)))
    document = json.loads(graph.serialize(format="json-ld", context=dict(context) or None, auto_compact=False))
    if not context and isinstance(document, list):
        return _json(_ordered(document, frozenset()))
    body = {key: value for key, value in document.items() if key != "@context"}
    return _json({"@context": context} | _ordered(body, _list_terms(context)))


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _rdflib_term(term: object) -> URIRef | BNode | RdfLiteral:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal():
            datatype = None if term.language or term.datatype.value.endswith("#string") else URIRef(term.datatype.value)
            return RdfLiteral(term.value or _EMPTY_TEXT, lang=term.language, datatype=datatype, normalize=False)
    raise QueryError("query.not-representable", media=JSON_LD.media, detail="triple term")


def _list_terms(context: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key, value in context.items() if isinstance(value, Mapping) and value.get("@container") == "@list")


def _ordered(value: Any, lists: frozenset[str], key: str = "") -> Any:
    # rdflib writes sets in an order that changes between runs; the order of a list means something.
    if isinstance(value, Mapping):
        return {name: _ordered(value[name], lists, name) for name in sorted(value)}
    if isinstance(value, list):
        items = [_ordered(item, lists) for item in value]
        return items if key == "@list" or key in lists else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return "" if value == _EMPTY_TEXT else value


def triples_of(ntriples: bytes, names: tuple[str, str, str]) -> Solutions:
    """Return a graph as rows of three terms, in the order of the triples; a triple term is written as text.

    Args:
        ntriples: The graph as N-Triples.
        names: Names of the columns for subject, predicate and object.
    """
    triples = sorted({quad.triple for quad in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES)}, key=str)
    rows = [dict(zip(names, map(_term, (one.subject, one.predicate, one.object)), strict=True)) for one in triples]
    return Solutions(names, tuple(rows))


def _term(term: object) -> Term:
    match term:
        case ox.NamedNode():
            return Term(term.value, "iri")
        case ox.BlankNode():
            return Term(term.value, "bnode")
        case ox.Literal():
            datatype = None if term.language or term.datatype.value.endswith("#string") else term.datatype.value
            return Term(term.value, "literal", term.language, datatype)
    return Term(str(term), "literal")
