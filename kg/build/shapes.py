"""Reads the SHACL shapes and arranges them so that validation looks only where something is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store
from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

# What a shape says besides constraints.
_NO_CONSTRAINT = {RDF.type, SH.path, SH.target, SH.property, SH.message, SH.severity, SH.name, SH.order, SH.description}
# Constraints, other than a minimum, by which a node can fail that lacks the property.
_OF_MISSING_VALUES = {SH.qualifiedMinCount, SH.qualifiedValueShape, SH.hasValue, SH.equals, SH.node, SH.sparql}


def read_shapes(folder: Path) -> Graph:
    """Merge the shape files of a folder.

    Raises:
        SyntaxError: a file is not valid Turtle.
    """
    shapes = Graph()
    for path in sorted(folder.glob("*.ttl")):
        shapes.parse(path, format="turtle")
    return shapes


def aimed(shapes: Graph, data: Store) -> Graph:
    """Return the shapes with each check aimed at the very nodes of the data it could say something about.

    A SPARQL target is asked of the store, which answers in milliseconds what takes rdflib seconds. A property shape is lifted out of the
    node shapes that list it and aimed at their nodes that have the property or have too few values of it: one look at all of them instead
    of one look for each node and key. In a closed shape the keys stay allowed.

    Args:
        shapes: The shapes; what lists properties has SPARQL targets.
        data: What will be validated, in the default graph.
    """
    result = Graph() + shapes
    for kind in set(shapes.subjects(SH.target)) - set(shapes.objects()):
        nodes = _targets(shapes, kind, data)
        result.remove((kind, SH.target, None))
        result.remove((kind, SH.property, None))
        listed = list(shapes.objects(kind, SH.property))
        held = {
            node: Counter(quad.predicate.value for quad in data.quads_for_pattern(NamedNode(node), None, None, DefaultGraph()))
            for node in nodes
        }
        result += [(shape, SH.targetNode, node) for shape in listed for node in _concerned(shapes, shape, held)]
        if (kind, SH.closed, None) in shapes:
            _allow(result, kind, [path for shape in listed for path in shapes.objects(shape, SH.path)])
        if set(shapes.predicates(kind)) - _NO_CONSTRAINT:
            result += [(kind, SH.targetNode, node) for node in nodes]
    return result


def _targets(shapes: Graph, kind: Node, data: Store) -> set[URIRef]:
    """Return the nodes a shape's own targets select."""
    found: set[URIRef] = set()
    for select in (select for target in shapes.objects(kind, SH.target) for select in shapes.objects(target, SH.select)):
        rows = data.query(str(select))
        if isinstance(rows, QuerySolutions):
            found.update(URIRef(row["this"].value) for row in rows)
    return found


def _held(data: Store, node: URIRef) -> Counter[str]:
    """Return how many values a node has of each property."""
    return Counter(quad.predicate.value for quad in data.quads_for_pattern(NamedNode(node), None, None, DefaultGraph()))


def _concerned(shapes: Graph, shape: Node, held: Mapping[URIRef, Counter[str]]) -> Iterable[URIRef]:
    """Return those of the nodes by which a property shape could fail, given how many values each has of each property."""
    path = shapes.value(shape, SH.path)
    constraints = set(shapes.predicates(shape)) - _NO_CONSTRAINT
    if not isinstance(path, URIRef) or constraints & _OF_MISSING_VALUES:
        return held
    least = max((int(str(number)) for number in shapes.objects(shape, SH.minCount)), default=0)
    has_only_least = constraints == {SH.minCount}
    key = str(path)
    return [node for node, count in held.items() if count[key] < least or (key in count and not has_only_least)]


def _allow(shapes: Graph, kind: Node, paths: list[Node]) -> None:
    """Let a closed shape's nodes have further properties."""
    keys = [*paths, *(key for head in shapes.objects(kind, SH.ignoredProperties) for key in Collection(shapes, head))]
    ignored = BNode()
    Collection(shapes, ignored, list(dict.fromkeys(keys)))
    shapes.set((kind, SH.ignoredProperties, ignored))
