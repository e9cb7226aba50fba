"""The network holds what the plan states between things, with role and lines on every edge."""

from __future__ import annotations

import networkx as nx
import pytest

from kg.network.projection import GRAPHML, project
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.snapshot import Snapshot
from tests.conftest import ONTOLOGY

BASE = "https://w3id.org/kr-jobs/id/11410/"


@pytest.fixture(scope="module")
def network(published: Snapshot) -> nx.MultiDiGraph[str]:
    with OxigraphStore.open(published.store_path) as store:
        return project(store, QueryLibrary.load(ONTOLOGY / "queries"))


def test_a_partner_has_an_edge_for_every_role_it_has_in_a_programme(network: nx.MultiDiGraph[str]) -> None:
    edges = network.get_edge_data(BASE + "plan/2022/program/youth-kium-restaurant", BASE + "org/ewha-womans-university")
    assert {edge["role"].rpartition("/")[2] for edge in edges.values()} == {"selector", "trainer", "publicity"}
    assert {edge["lines"] for edge in edges.values()} == {"1340"}


def test_every_edge_has_lines_and_a_certainty_and_every_node_a_name_and_a_type(network: nx.MultiDiGraph[str]) -> None:
    assert all(data["lines"] and data["certainty"] in ("Stated", "Inferred") for _, _, data in network.edges(data=True))
    assert all(data["name"] and data["type"] for _, data in network.nodes(data=True))


def test_the_graphml_of_the_snapshot_is_the_same_network(published: Snapshot, network: nx.MultiDiGraph[str]) -> None:
    read = nx.read_graphml(published.path / "network" / GRAPHML, force_multigraph=True)
    assert set(read.nodes) == set(network.nodes)
    assert read.number_of_edges() == network.number_of_edges()


def test_a_part_known_only_from_layout_is_an_edge_that_says_so(network: nx.MultiDiGraph[str]) -> None:
    edges = network.get_edge_data(BASE + "plan/2022/program/sinchon-startup-housing", BASE + "org/banks-youth-startup-foundation")
    assert {(edge["role"].rpartition("/")[2], edge["certainty"]) for edge in edges.values()} == {("connector", "Inferred")}
    restaurant = network.get_edge_data(BASE + "plan/2022/program/youth-kium-restaurant", BASE + "org/e-food-lab")
    assert {edge["certainty"] for edge in restaurant.values()} == {"Stated"}
