"""Benchmarks at several sizes: districts are copied whole, under codes and names of their own, and the table says what was measured."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from bench.multiplied import FIRST, multiplied
from bench.run import rows

ID = "https://w3id.org/kr-jobs/id/"
GRAPH = ox.NamedNode("https://w3id.org/kr-jobs/graph/11410/2022")
LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
SERVES = ox.NamedNode("https://w3id.org/kr-jobs/ns#serves")
PROGRAM, GROUP = ox.NamedNode(ID + "11410/program/nurse"), ox.NamedNode(ID + "kr/group/youth")
QUADS = [
    ox.Quad(PROGRAM, LABEL, ox.Literal("간호", language="ko"), GRAPH),
    ox.Quad(PROGRAM, SERVES, GROUP, GRAPH),
    ox.Quad(GROUP, LABEL, ox.Literal("청년", language="ko"), ox.NamedNode("https://w3id.org/kr-jobs/graph/ontology")),
]


@given(st.integers(1, 30))
def test_what_is_the_districts_own_is_there_so_many_times_and_what_is_shared_once(times: int) -> None:
    found = list(multiplied(QUADS, times))
    assert len(set(found)) == len(found) == 2 * times + 1
    assert {quad.object for quad in found if quad.predicate == SERVES} == {GROUP}
    assert len({quad.subject for quad in found if quad.predicate == SERVES}) == times


def test_a_copy_has_its_own_code_graph_and_name() -> None:
    copy = list(multiplied(QUADS[:1], 2))[1]
    assert copy.subject == ox.NamedNode(f"{ID}{FIRST + 1}/program/nurse")
    assert copy.graph_name == ox.NamedNode(f"https://w3id.org/kr-jobs/graph/{FIRST + 1}/2022")
    assert copy.object == ox.Literal("간호 1", language="ko")


def test_codes_that_only_begin_alike_are_left_alone() -> None:
    other = ox.Quad(ox.NamedNode(ID + "114100/x"), SERVES, GROUP)
    assert list(multiplied([other], 3)) == [other]


def test_the_table_tells_ratio_time_and_growth_and_leaves_empty_what_was_not_measured() -> None:
    table = {("search", "median", "plain"): {1: (2.0, 4.0), 10: (6.0, 3.0)}, ("sparql", "x", "rdflib"): {1: (1.0, None)}}
    first, second = rows(table, [1, 10])[2:]
    assert first == "| search | median | plain | 0.5 | 2 | 2.00 | 6.00 | 3 |"
    assert second == "| sparql | x | rdflib |  |  | 1.00 |  |  |"
