"""Checks a graph against the SHACL shapes of `ontology/shapes/` and says for each result where in the files it was written.

No inference runs before validation: closed shapes are aimed at the stated class, and RDFS inference would make sub-properties
"not allowed" in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyshacl
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store
from pyoxigraph import Literal as OxigraphLiteral
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.build.shapes import aimed, read_shapes
from kg.errors import Fault, Severity, SourceFaults
from kg.source.context import Context
from kg.source.nodes import Positions
from kg.vocab import XSD

_SEVERITIES: dict[Node, Severity] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


class Names:
    """Writes IRIs the way the editors of the plans do."""

    def __init__(self, contexts: Sequence[Context]) -> None:
        """Take the contexts of all plan folders."""
        self._contexts = contexts
        self._terms = {term.iri: term.name for context in contexts[:1] for term in context.terms.values()}

    def of_thing(self, iri: str) -> str:
        """Return `prefix:local` by the first folder that has a prefix for it, else the text as it is."""
        return min((context.shorten(iri) for context in self._contexts), key=len, default=iri)

    def of_property(self, iri: str) -> str:
        """Return the key an editor writes for a property."""
        return self._terms.get(iri, iri)


def validate(store: Store, shapes: Path, positions: Positions, names: Names) -> list[Fault]:
    """Return what the shapes find, most of it located by file and line.

    Args:
        store: Working store; its default graph is validated, ontology included.
        shapes: Folder of `*.ttl` shape files.
        positions: Where the statements were written.
        names: For writing IRIs the way editors do.
    Raises:
        SourceFaults: a shape itself is broken.
    """
    shape_graph = aimed(read_shapes(shapes), store)
    _, report, text = pyshacl.validate(
        _graph(store), shacl_graph=shape_graph, advanced=True, inference="none", allow_infos=True, inplace=True
    )
    if not isinstance(report, Graph):
        raise SourceFaults([Fault("ontology/shapes", 0, "source.broken-shape", {"detail": str(text)[:500]})])
    faults = (_fault(report, result, positions, names) for result in report.objects(predicate=SH.result))
    distinct = {(fault.path, fault.line, *sorted(fault.facts.items())): fault for fault in faults}
    return [distinct[key] for key in sorted(distinct)]


def _fault(report: Graph, result: Node, positions: Positions, names: Names) -> Fault:
    focus, path, value = (_iri_or_text(report.value(result, p)) for p in (SH.focusNode, SH.resultPath, SH.value))
    messages = {m.language or "en": str(m) for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)}
    place = positions.find(focus, path, value) or ("ontology", 0)
    facts = {
        "iri": focus,
        "node": names.of_thing(focus),
        "property": names.of_property(path),
        "value": names.of_thing(value),
        "ko": messages.get("ko", ""),
        "en": messages.get("en", ""),
        "shape": _iri_or_text(report.value(result, SH.sourceShape)),
    }
    severity = _SEVERITIES.get(report.value(result, SH.resultSeverity) or SH.Violation, "violation")
    return Fault(place[0], place[1], "shape.violated", facts, severity)


def _iri_or_text(node: Node | None) -> str:
    """Return an IRI or a literal's text; a blank node (a path of several steps, say) has nothing to show."""
    return "" if node is None or isinstance(node, BNode) else str(node)


def _graph(store: Store) -> Graph:
    """Copy the default graph; through text it would take twice as long."""
    graph = Graph()
    terms: dict[object, Node] = {}

    def term(of: object) -> Node:
        if of not in terms:
            terms[of] = _term(of)
        return terms[of]

    quads = store.quads_for_pattern(None, None, None, DefaultGraph())
    graph.addN((term(quad.subject), term(quad.predicate), term(quad.object), graph) for quad in quads)
    return graph


def _term(of: object) -> Node:
    if isinstance(of, NamedNode):
        return URIRef(of.value)
    if isinstance(of, BlankNode):
        return BNode(of.value)
    if not isinstance(of, OxigraphLiteral):
        raise TypeError(of)
    # rdflib holds a text without datatype and an xsd:string to be different, and shape files are read without.
    plain = of.language or of.datatype.value == XSD.string
    return Literal(of.value, lang=of.language) if plain else Literal(of.value, datatype=URIRef(of.datatype.value))
