"""The network holds what the plan states between things, with role, via and lines on every edge."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from kg.errors import SnapshotCorrupt
from kg.network.export import edges_csv, gexf, nodes_csv
from kg.network.model import Edge, Network
from kg.network.projection import GRAPHML, project, read_network
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.results import Solutions
from kg.store.snapshot import Snapshot
from tests.conftest import ONTOLOGY

BASE = "https://w3id.org/kr-jobs/id/11410/"


@pytest.fixture(scope="module")
def network(published: Snapshot) -> Network:
    with OxigraphStore.open(published.store_path) as store:
        return project(store, QueryLibrary.load(ONTOLOGY / "queries"))


def between(network: Network, one: str, other: str) -> list[Edge]:
    return [edge for edge in network.edges if (edge.source, edge.target) == (BASE + one, BASE + other)]


def test_a_partner_has_an_edge_for_every_role_it_has_in_a_programme(network: Network) -> None:
    edges = between(network, "program/youth-kium-restaurant", "org/ewha-womans-university")
    assert {edge.role.rpartition("/")[2] for edge in edges} == {"selector", "trainer", "publicity"}
    assert {edge.lines for edge in edges} == {"1340"}
    assert {edge.via for edge in edges} == {BASE + "plan/2022/program/youth-kium-restaurant"}


def test_only_what_a_relation_ends_in_is_named(network: Network, published: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan has six times as many things with a name; in a nation naming them all took half of the time."""
    named: set[str] = set()
    with OxigraphStore.open(published.store_path) as store:
        select = store.select

        def watched(*asked: Any) -> Solutions:
            found = select(*asked)
            named.update(row["node"].value for row in found.rows if {"node", "label"} <= row.keys())
            return found

        monkeypatch.setattr(store, "select", watched)
        assert project(store, QueryLibrary.load(ONTOLOGY / "queries")) == network
    assert named == set(network.nodes)


def test_an_edition_stands_as_its_permanent_thing_and_nothing_is_linked_with_itself(network: Network) -> None:
    assert "edition" not in {node.type for node in network.nodes.values()}
    assert all(edge.source != edge.target for edge in network.edges)


def test_every_edge_has_lines_and_a_certainty_and_every_node_a_name_and_a_kind_with_a_family(network: Network) -> None:
    assert all(edge.lines or edge.relation == str(SKOS.broader) for edge in network.edges)
    assert {edge.certainty for edge in network.edges} == {"Stated", "Inferred"}
    assert all(node.name and node.type in network.kinds for node in network.nodes.values())
    assert {kind.family for kind in network.kinds.values()} == set(network.families)


def test_a_group_that_the_scheme_puts_under_another_is_linked_with_it_and_no_line_of_the_plan_is_claimed(network: Network) -> None:
    scheme = Graph().parse(ONTOLOGY / "schemes/groups.ttl")
    groups = set(scheme.subjects(SKOS.inScheme, URIRef("https://w3id.org/kr-jobs/id/kr/group")))
    wanted = {(str(one), str(other)) for one, other in scheme.subject_objects(SKOS.broader) if one in groups}
    found = [edge for edge in network.edges if edge.relation == str(SKOS.broader)]
    assert {(edge.source, edge.target) for edge in found} == wanted and len(found) == len(wanted) > 50
    assert {(edge.lines, edge.passages, edge.certainty, edge.role, edge.via) for edge in found} == {("", (), "Inferred", "", "")}


def test_every_relation_of_the_plan_can_be_told_in_both_languages(network: Network) -> None:
    used = {edge.relation for edge in network.edges}
    assert used <= set(network.relations)
    for relation in network.relations.values():
        for sentences in (relation.told, relation.backwards):
            assert set(sentences) == {"ko", "en"}
            assert all("{0}" in sentence and "{1}" in sentence for sentence in sentences.values())


def test_the_snapshot_holds_the_same_network_ready_to_be_loaded(published: Snapshot, network: Network) -> None:
    assert read_network(published.path) == network


def test_a_snapshot_of_an_older_build_without_a_network_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotCorrupt) as raised:
        read_network(tmp_path)
    assert raised.value.code == "snapshot.no-network"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nodes": 1, "texts": []}', '{"nodes": [["a"]], "texts": [], "edges": []}'])
def test_a_file_that_is_no_network_is_an_error_of_the_snapshot(tmp_path: Path, text: str) -> None:
    (tmp_path / "network").mkdir()
    (tmp_path / "network/network.json").write_text(text, "utf-8")
    with pytest.raises(SnapshotCorrupt):
        read_network(tmp_path)


def test_organisations_that_work_together_are_linked_with_what_they_share(network: Network) -> None:
    edges = between(network, "org/ewha-womans-university", "org/yonsei-university")
    assert {edge.via for edge in edges} == {BASE + "plan/2022/program/campus-town"}
    assert {edge.certainty for edge in edges} == {"Inferred"}


def test_a_part_known_only_from_layout_is_an_edge_that_says_so(network: Network) -> None:
    edges = between(network, "program/sinchon-startup-housing", "org/banks-youth-startup-foundation")
    assert {(edge.role.rpartition("/")[2], edge.certainty) for edge in edges} == {("connector", "Inferred")}
    restaurant = between(network, "program/youth-kium-restaurant", "org/e-food-lab")
    assert {edge.certainty for edge in restaurant} == {"Stated"}


def test_graphml_gexf_and_csv_hold_every_node_and_edge_when_networkx_opens_them(published: Snapshot, network: Network) -> None:
    graphml = nx.read_graphml(published.path / "network" / GRAPHML, force_multigraph=True)
    opened = nx.read_gexf(io.BytesIO(gexf(network)))
    for graph in (graphml, opened):
        assert set(graph.nodes) == set(network.nodes)
        wanted = sorted((edge.source, edge.target, edge.relation, edge.lines) for edge in network.edges)
        assert sorted((s, t, d["relation"], d["lines"]) for s, t, d in graph.edges(data=True)) == wanted
    assert {node: data["label"] for node, data in opened.nodes(data=True)} == {node.id: node.name for node in network.nodes.values()}
    listed = nx.parse_edgelist(
        (line.split(",")[0] + " " + line.split(",")[1] for line in edges_csv(network).splitlines()[1:]), create_using=nx.MultiDiGraph
    )
    assert listed.number_of_edges() == len(network.edges)
    assert nodes_csv(network).count("\r\n") == len(network.nodes) + 1
