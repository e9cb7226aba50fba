"""The same files read by rdflib alone, without Oxigraph, give the same graphs: two builders that share no parser, store or serialiser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import XSD
from rdflib.term import Node

from kg.build.check import Checked, check
from kg.build.streaming import assemble
from kg.ontology import PUBLISHED, Ontology
from kg.settings import Settings
from kg.source.load import Sources, load_sources
from kg.store.snapshot import NQUADS, Snapshot
from kg.vocab import ONTOLOGY_GRAPH
from tests.conftest import DATA, ONTOLOGY, ROOT, silent, source_texts, spine_at

PLANS, TEXTS = ROOT / "tests" / "fixtures" / "plans", ROOT / "tests" / "fixtures" / "texts"
# rdflib warns of its own use of what it means to take away.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
NUMBERS = (XSD.decimal, XSD.integer)


def by_value(term: Node) -> Node:
    """Return a number in one form, since 39.0 and 39 are one value and the two builders keep one or the other."""
    if isinstance(term, rdflib.Literal) and term.datatype in NUMBERS:
        return rdflib.Literal(format(Decimal(str(term)).normalize(), "f"), datatype=term.datatype, normalize=False)
    # rdflib holds a text without datatype and an xsd:string to be different; RDF 1.1 does not.
    if isinstance(term, rdflib.Literal) and term.datatype == XSD.string:
        return rdflib.Literal(str(term))
    return term


def normalised(triples: Iterator[tuple[Node, Node, Node]]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(tuple(map(by_value, triple)))
    return graph


def by_rdflib(sources: Sources, ontology: Path) -> dict[str, rdflib.Graph]:
    """Read the expanded JSON-LD of each plan, its figures among it, and the ontology, with rdflib's own parsers."""
    graphs = {}
    for folder in sources.folders:
        graphs[folder.graph] = normalised(rdflib.Graph().parse(data=json.dumps(folder.document()), format="json-ld"))
    vocabulary = rdflib.Graph()
    for pattern in PUBLISHED:
        for path in sorted(ontology.glob(pattern)):
            vocabulary.parse(path, format="turtle")
    return {**graphs, ONTOLOGY_GRAPH: normalised(vocabulary)}


def published_graphs(nquads: Path) -> dict[str, rdflib.Graph]:
    """Read a dump with rdflib's own parser."""
    dataset = rdflib.Dataset()
    dataset.parse(nquads, format="nquads")
    return {str(graph.identifier): normalised(iter(graph)) for graph in dataset.graphs() if len(graph)}


def assert_same(expected: dict[str, rdflib.Graph], found: dict[str, rdflib.Graph]) -> None:
    for name, graph in expected.items():
        assert len(graph) > 0
        assert len(graph) == len(found[name]), name
        assert isomorphic(graph, found[name]), name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Checked, Path]:
    """Every made-up plan and two tasks of the real one."""
    folder = tmp_path_factory.mktemp("oracle")
    data = spine_at(folder / "data")
    for plan in sorted(PLANS.iterdir()):
        shutil.copytree(plan, data / plan.name)
    settings = Settings(data=data, ontology=ONTOLOGY, sources=TEXTS, snapshots=folder / "snapshots")
    checked = check(settings, silent)
    assemble([shard.path for shard in checked.shards], folder / "all.nq", folder / "all.nt")
    return settings, checked, folder / "all.nq"


def test_rdflib_alone_reads_the_made_up_plans_as_the_build_does(small: tuple[Settings, Checked, Path]) -> None:
    settings, _, nquads = small
    expected = by_rdflib(load_sources(settings.data, Ontology.load(ONTOLOGY), TEXTS), ONTOLOGY)
    assert len(expected) == 4
    assert_same(expected, published_graphs(nquads))


def test_rdflib_alone_reads_the_real_plan_as_the_build_does(published: Snapshot) -> None:
    expected = by_rdflib(load_sources(DATA, Ontology.load(ONTOLOGY), source_texts()), ONTOLOGY)
    assert_same(expected, published_graphs(published.path / NQUADS))
