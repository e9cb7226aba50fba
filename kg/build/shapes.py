"""Reads the SHACL shapes and arranges them so that validation looks only where something is written."""

from __future__ import annotations

from pathlib import Path

from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

# A property shape with one of these says something of a node that lacks the property.
_NEEDS = (SH.minCount, SH.qualifiedMinCount, SH.hasValue, SH.equals, SH.node, SH.sparql)


def read_shapes(folder: Path) -> Graph:
    """Merge the shape files of a folder.

    Raises:
        SyntaxError: a file is not valid Turtle.
    """
    shapes = Graph()
    for path in sorted(folder.glob("*.ttl")):
        shapes.parse(path, format="turtle")
    return shapes


def aimed(shapes: Graph) -> Graph:
    """Return the shapes with every check that is silent about a missing value aimed at the subjects of its property.

    A closed shape lists every key of its kind and a node has few of them, so most checks would look at nothing. Only shapes that all kinds
    with this property list are moved, so that each node is held to the same shapes as before; the keys stay allowed.
    """
    result = Graph() + shapes
    checks = {kind: set(shapes.objects(kind, SH.property)) for kind in shapes.subjects(SH.closed)}
    allowed = {kind: [key for head in shapes.objects(kind, SH.ignoredProperties) for key in Collection(shapes, head)] for kind in checks}
    keys = {
        kind: {*allowed[kind], *(path for shape in listed for path in shapes.objects(shape, SH.path))} for kind, listed in checks.items()
    }
    for shape, path in shapes.subject_objects(SH.path):
        kinds = {kind for kind, listed in checks.items() if shape in listed}
        if isinstance(path, URIRef) and kinds == _having(path, keys) and not any((shape, need, None) in shapes for need in _NEEDS):
            result.add((shape, SH.targetSubjectsOf, path))
            for kind in kinds:
                result.remove((kind, SH.property, shape))
                allowed[kind].append(path)
    for kind, paths in allowed.items():
        ignored = BNode()
        Collection(result, ignored, list(dict.fromkeys(paths)))
        result.set((kind, SH.ignoredProperties, ignored))
    return result


def _having(path: Node, keys: dict[Node, set[Node]]) -> set[Node]:
    return {kind for kind, found in keys.items() if path in found}
