"""JSON-LD documents to quads, and quads to the one canonical text a snapshot is identified by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Store, parse

from kg.ontology import Ontology
from kg.source.load import Sources


def plan_quads(sources: Sources) -> Iterator[Quad]:
    """Yield the statements of every plan in the plan's named graph."""
    for folder in sources.folders:
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


def canonical_nquads(quads: Iterable[Quad]) -> str:
    """Return the quads as canonical N-Quads (W3C RDFC-1.0), sorted, one a line."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))
