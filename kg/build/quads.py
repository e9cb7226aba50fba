"""JSON-LD documents to quads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg.ontology import Ontology
from kg.source.folder import PlanFolder
from kg.source.load import Sources


def plan_quads(sources: Sources) -> Iterator[Quad]:
    """Yield the statements of every plan in the plan's named graph."""
    for folder in sources.folders:
        yield from folder_quads(folder)


def folder_quads(folder: PlanFolder) -> Iterator[Quad]:
    """Yield the statements of a plan in its named graph."""
    graph = NamedNode(folder.graph)
    for quad in parse(json.dumps(folder.document()), format=RdfFormat.JSON_LD):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def working_store(sources: Sources, ontology: Ontology) -> Store:
    """Return an in-memory store of plans and ontology: each triple in its named graph and once in the default graph."""
    store = Store()
    add_quads(store, (*ontology.quads, *plan_quads(sources)))
    return store


def add_quads(store: Store, quads: Iterable[Quad]) -> None:
    """Add quads of named graphs, each also to the default graph."""
    for quad in quads:
        store.add(quad)
        store.add(Quad(quad.subject, quad.predicate, quad.object))
