"""Reads the SHACL shapes and arranges them so that validation looks only where something is written."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store
from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

# What a property shape says besides constraints.
_NO_CONSTRAINT = {RDF.type, SH.path, SH.message, SH.severity, SH.name, SH.order, SH.description}
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
    """Return the shapes with each check aimed only at the nodes of the data it could say something about.

    A closed shape lists every key of its kind and a node has few of them, so most checks would look at nothing. A check is moved when all
    kinds with its property list it, so that each node is held to the same shapes as before: to the subjects of its property and, when it
    wants values, to the nodes that have too few; one that wants nothing else only to those. The keys stay allowed.

    Args:
        shapes: The shapes; closed ones have a SPARQL target each.
        data: What will be validated, in the default graph.
    """
    result = Graph() + shapes
    checks = {kind: set(shapes.objects(kind, SH.property)) for kind in shapes.subjects(SH.closed)}
    allowed = {kind: [key for head in shapes.objects(kind, SH.ignoredProperties) for key in Collection(shapes, head)] for kind in checks}
    keys = {
        kind: {*allowed[kind], *(path for shape in listed for path in shapes.objects(shape, SH.path))} for kind, listed in checks.items()
    }
    nodes = {kind: _targets(shapes, kind, data) for kind in checks}
    for kind, found in nodes.items():
        result.remove((kind, SH.target, None))
        result += [(kind, SH.targetNode, node) for node in found]
    for shape, path in shapes.subject_objects(SH.path):
        kinds = {kind for kind, listed in checks.items() if shape in listed}
        constraints = set(shapes.predicates(shape)) - _NO_CONSTRAINT
        if not isinstance(path, URIRef) or kinds != _having(path, keys) or constraints & _OF_MISSING_VALUES:
            continue
        if constraints != {SH.minCount}:
            result.add((shape, SH.targetSubjectsOf, path))
        if SH.minCount in constraints:
            least = max(int(str(number)) for number in shapes.objects(shape, SH.minCount))
            needy = {node for kind in kinds for node in nodes[kind] if _count(data, node, path) < least}
            result += [(shape, SH.targetNode, node) for node in needy]
        for kind in kinds:
            result.remove((kind, SH.property, shape))
            allowed[kind].append(path)
    for kind, paths in allowed.items():
        ignored = BNode()
        Collection(result, ignored, list(dict.fromkeys(paths)))
        result.set((kind, SH.ignoredProperties, ignored))
    return result


def _targets(shapes: Graph, kind: Node, data: Store) -> set[URIRef]:
    """Return the nodes a shape's own target selects."""
    found: set[URIRef] = set()
    for select in (select for target in shapes.objects(kind, SH.target) for select in shapes.objects(target, SH.select)):
        rows = data.query(str(select))
        if isinstance(rows, QuerySolutions):
            found.update(URIRef(row["this"].value) for row in rows)
    return found


def _count(data: Store, node: URIRef, path: URIRef) -> int:
    return sum(1 for _ in data.quads_for_pattern(NamedNode(node), NamedNode(path), None, DefaultGraph()))


def _having(path: Node, keys: dict[Node, set[Node]]) -> set[Node]:
    return {kind for kind, found in keys.items() if path in found}
