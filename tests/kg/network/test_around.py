"""A neighbourhood holds what plain networkx finds in so many steps, and a limit leaves out a known number."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.around import neighbourhood
from kg.network.asked import naming, of_types
from kg.network.model import Edge, Family, Kind, Network, Node

KINDS = {word: Kind(word, word) for word in "xyz"}
FAMILIES = {word: Family(word, {}, place, place) for place, word in enumerate("xyz")}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network of up to ten things of three kinds."""
    words = draw(st.lists(st.sampled_from("xyz"), min_size=2, max_size=10))
    numbers = st.integers(0, len(words) - 1)
    pairs = draw(st.sets(st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]), max_size=25))
    nodes = {str(number): Node(str(number), str(number), word) for number, word in enumerate(words)}
    return Network(nodes, tuple(Edge(str(a), str(b), "r", "", "", "Stated", "1") for a, b in sorted(pairs)), FAMILIES, KINDS)


@settings(deadline=None)
@given(networks(), st.integers(1, 3), st.sets(st.sampled_from("xyz")))
def test_it_holds_what_networkx_finds_in_so_many_steps_within_the_kinds(network: Network, depth: int, types: set[str]) -> None:
    allowed = [node.id for node in network.nodes.values() if not types or node.type in types or node.id == "0"]
    graph = nx.Graph([(edge.source, edge.target) for edge in network.edges])
    graph.add_nodes_from(network.nodes)
    wanted = nx.single_source_shortest_path_length(graph.subgraph(allowed), "0", cutoff=depth)
    found = neighbourhood(network, "0", depth, types, limit=400)
    assert found.distances == dict(wanted) and found.more == 0
    inside = {edge for edge in network.edges if edge.source in wanted and edge.target in wanted}
    assert set(found.edges) == {edge for edge in inside if min(wanted[edge.source], wanted[edge.target]) < depth}
    assert all(found.distances[found.parents[node]] == found.distances[node] - 1 for node in found.neighbours)


@settings(deadline=None)
@given(networks(), st.integers(0, 9))
def test_a_limit_shows_so_many_counts_the_rest_and_lets_the_families_take_turns(network: Network, limit: int) -> None:
    every, few = neighbourhood(network, "0", limit=400), neighbourhood(network, "0", limit=limit)
    assert len(few.neighbours) == min(limit, len(every.neighbours))
    assert few.more == len(every.neighbours) - len(few.neighbours)
    assert few.neighbours == every.neighbours[:limit]
    families = {network.family(node) for node in every.neighbours}
    if limit >= len(families):
        assert {network.family(node) for node in few.neighbours} == families


@settings(deadline=None)
@given(networks(), st.integers(1, 3), st.integers(0, 9), st.sets(st.sampled_from("xyz")))
def test_a_limit_counts_all_that_is_left_out_and_leaves_no_place_empty(network: Network, depth: int, limit: int, types: set[str]) -> None:
    every, few = neighbourhood(network, "0", depth, types, limit=400), neighbourhood(network, "0", depth, types, limit=limit)
    assert len(few.neighbours) == min(limit, len(every.neighbours))
    assert few.more == len(every.neighbours) - len(few.neighbours)
    assert all(few.parents[node] in few.distances for node in few.neighbours)
    assert list(few.distances.values()) == sorted(few.distances.values())


@pytest.mark.parametrize("depth", [2, 3])
def test_a_thing_linked_with_many_shows_every_step_asked_for_within_the_limit(depth: int) -> None:
    spokes = (
        [(0, near) for near in range(1, 41)] + [(near, near + 40) for near in range(1, 41)] + [(far, far + 40) for far in range(41, 81)]
    )
    nodes = {str(number): Node(str(number), str(number), "x") for number in range(121)}
    star = Network(nodes, tuple(Edge(str(a), str(b), "r", "", "", "Stated", "1") for a, b in spokes), FAMILIES, KINDS)
    found = neighbourhood(star, "0", depth, limit=15)
    assert set(found.distances.values()) == set(range(depth + 1))
    assert len(found.neighbours) == 15 and found.more == 40 * depth - 15


def test_a_thing_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        neighbourhood(Network({}, ()), "a")


def test_the_query_names_the_things_and_kinds_asked_for_and_nothing_breaks_out_of_it() -> None:
    text = of_types(naming("SELECT * { VALUES ?focus { <a> } ?focus ?p ?type }", focus=["b", "c"]), ['x" } #', "y"])
    assert "VALUES ?focus { <b> <c> }" in text and "<a>" not in text
    assert text.rstrip().endswith('VALUES ?type { "x } #" "y" }')
