"""Media types and file extensions of graphs, datasets and query results, and writing a graph in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Literal, Protocol, cast

import pyoxigraph as ox
from msgspec import Struct

from kg.errors import QueryError
from kg.store.evaluation import xml_safe
from kg.store.results import NTRIPLES, SPARQL_JSON, Solutions, Term

Holds = Literal["graph", "dataset", "solutions"]


class Format(Struct, frozen=True):
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


class _JsonLd(Protocol):
    """What `kg.store.jsonld` offers; rdflib is imported only where somebody asks for JSON-LD, as a twentieth of a start goes into it."""

    def written(self, triples: Sequence[ox.Triple], context: Mapping[str, Any]) -> bytes:
        """Write triples as JSON-LD."""


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
        return cast(_JsonLd, import_module("kg.store.jsonld")).written(triples, context or {})
    engine_format = ox.RdfFormat.from_media_type(known.media)
    body = ox.serialize(triples, format=engine_format, prefixes=dict(prefixes or {})) or b""
    return xml_safe(body, known.media)


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
