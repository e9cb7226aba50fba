"""Writes a graph as JSON-LD, compacted with a context: the one format for which the engine is not enough."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral

from kg.errors import QueryError

JSON_LD = "application/ld+json"
"""Media type."""
# rdflib 7.6 loses an empty literal that stands beside other values, so for it an empty text is this one.
_EMPTY_TEXT = "\ue000empty\ue001"


def written(triples: Sequence[ox.Triple], context: Mapping[str, Any]) -> bytes:
    """Write triples as JSON-LD; the same triples always give the same bytes.

    Args:
        context: What to compact with, as found under `@context`; when it is empty, IRIs are written in full.
    Raises:
        QueryError: one of them is about a triple, which JSON-LD cannot say (code `query.not-representable`).
    """
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
    raise QueryError("query.not-representable", media=JSON_LD, detail="triple term")


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
