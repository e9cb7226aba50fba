"""Measures of who works with whom, held against small graphs worked out by hand and against the plan."""

from __future__ import annotations

from math import log

import pytest

from kg.network.model import Edge, Family, Kind, Network, Node, Relation
from kg.network.partners import Partnerships
from kg.network.projection import read_network
from kg.store.snapshot import Snapshot
from kg.vocab import DCT, SKOS

ORG = "https://w3id.org/kr-jobs/id/11410/org/"
PARTNERS, PROFILE = Relation("with", 1, True, True, False, {}, {}), Relation("for", 1, True, False, True, {}, {})
KINDS = {
    "org": Kind("org", "organization", actor=True),
    "program": Kind("program", "program", wants_partners=True),
    "course": Kind("course", "program"),
    "line": Kind("line", "program", 3.0),
    "group": Kind("group", "group", 1.0),
    "plan": Kind("plan", "goal", open=False),
}
FAMILIES = {name: Family(name, {}, 1, 1) for name in ("organization", "program", "group", "goal")}


def made(*edges: str, closed: str = "") -> Partnerships:
    """Make a network: `p.A B` says A and B take part in programme p, `p>g` that p is for group g, `line.A B` likewise for a budget line.

    `p<q` says that p is part of q, `g1^g` that g1 is a narrower group than g; things called c… are courses.
    """
    found = []
    for edge in edges:
        if "<" in edge or "^" in edge:
            one, other = edge.replace("^", "<").split("<")
            found.append(Edge(one, other, SKOS.broader if "^" in edge else DCT.isPartOf, "", "", "Inferred", ""))
        elif ">" in edge:
            thing, group = edge.split(">")
            found.append(Edge(thing, group, "for", "", "", "Stated", "1"))
        else:
            thing, actors = edge.split(".")
            found += [Edge(thing, actor, "with", "", "", "Stated", "1") for actor in actors.split()]
    ends = sorted({end for edge in found for end in (edge.source, edge.target)})
    first = {"l": "line", "g": "group", "c": "course"}
    kinds = {end: "org" if end.isupper() else first.get(end[0], "program") for end in ends}
    nodes = {end: Node(end, end, kinds[end]) for end in ends}
    return Partnerships(Network(nodes, tuple(found), FAMILIES, KINDS, {"with": PARTNERS, "for": PROFILE}, frozenset(closed.split())))


@pytest.fixture(scope="module")
def real(published: Snapshot) -> Partnerships:
    return Partnerships(read_network(published.path))


def test_a_thing_that_few_share_brings_its_partners_closer() -> None:
    found = made("p.A B", "q.A B C D").co_partners("A")
    assert [(one.actor, round(one.weight, 3), one.things) for one in found] == [
        ("B", 1.333, ("p", "q")),
        ("C", 0.333, ("q",)),
        ("D", 0.333, ("q",)),
    ]


def test_closeness_is_the_same_from_both_sides() -> None:
    found = made("p.A B", "q.A B C D", "r.B C")
    weights = {(one, other.actor): other.weight for one in "ABCD" for other in found.co_partners(one)}
    assert all(weights[other, one] == weight for (one, other), weight in weights.items())


def test_one_line_of_a_budget_makes_no_partners() -> None:
    assert made("line1.A B", "p.A C").co_partners("A")[0].actor == "C"
    assert len(made("line1.A B", "p.A C").co_partners("A")) == 1


def test_likely_collaborators_share_what_few_care_for_and_are_no_partners_yet() -> None:
    found = made("p.A", "q.B", "r.C D", "s.A D", "p>g1", "q>g1", "p>g2", "q>g2", "r>g2")
    likely = found.likely("A")
    assert [(one.actor, one.reasons) for one in likely] == [("B", ("g1", "g2")), ("C", ("g2",))]
    assert likely[0].score == pytest.approx(1 / log(2) + 1 / log(4))
    assert "D" not in {one.actor for one in likely}


def test_one_that_may_be_the_same_is_proposed_to_nobody(real: Partnerships) -> None:
    twins = [ORG + name for name in ("credit-guarantee", "seoul-credit-guarantee")]
    for one, other in (twins, twins[::-1]):
        assert one in real.actors and other not in {likely.actor for likely in real.likely(one, most=50)}


def test_the_office_whose_plan_it_is_is_proposed_to_nobody_and_joins_no_community() -> None:
    found = made("p.A", "q.O", "p>g1", "q>g1", "r.O B", "s.O C", "t.B D", closed="O")
    assert found.likely("A") == found.likely("O") == ()
    assert not any("O" in community for community in found.communities)


def test_a_broker_is_what_the_chains_between_others_pass_and_its_loss_parts_them() -> None:
    found = made("p.A B", "q.B C")
    first = found.brokers[0]
    assert (first.node, first.parts) == ("B", 2)
    # The other actors are A and C; p joins two of the three pairs A B, A C, B C.
    assert first.betweenness == pytest.approx(1)
    assert {one.node: one.betweenness for one in found.brokers if one.node != "B"} == pytest.approx({"p": 2 / 3, "q": 2 / 3})
    assert {one.node for one in found.single_points} == {"B", "p", "q"}
    assert made("p.A B", "q.A B").single_points == ()


def test_pairs_that_no_chain_joins_do_not_lessen_what_a_broker_is() -> None:
    alone, among = made("p.A B", "q.B C"), made("p.A B", "q.B C", "r.D E", "s.F", "t.G", "u.H")
    shares = [{one.node: one.betweenness for one in found.brokers} for found in (alone, among)]
    # One more pair, D E, is joined, by r; B stands between one of the two pairs of others.
    assert among.joined_pairs == alone.joined_pairs + 1
    assert (shares[0]["B"], shares[1]["B"], shares[1]["r"]) == pytest.approx((1, 1 / 2, 1 / 4))


def test_communities_are_those_who_work_with_each_other() -> None:
    found = made("p.A B C", "q.A B", "r.D E F", "s.D E", "t.C D")
    assert sorted(found.communities) == [("A", "B", "C"), ("D", "E", "F")]
    assert found.modularity > 0.3


def test_gaps_are_groups_with_one_actor_or_none_and_programmes_without_partner() -> None:
    gaps = made("p.A", "q.A B", "p>g1", "q>g2", "z>g3").gaps
    assert gaps.groups == (("g3", ()), ("g1", ("A",)))
    assert gaps.alone == ("z",)


def test_who_is_named_for_a_narrower_group_counts_for_the_wider_one_but_not_the_other_way_round() -> None:
    gaps = made("p.A B", "q.A B", "p>g1", "q>g2", "g1^g", "g2^g", "g3^g1").gaps
    assert gaps.groups == (("g3", ()),)


def test_no_programme_is_without_partner_whose_whole_or_part_names_one_and_courses_are_never_listed() -> None:
    assert made("p.A", "p1<p", "q1.B", "q1<q", "z>g", "c>g").gaps.alone == ("z",)


def test_the_office_whose_plan_it_is_is_no_partner_but_another_one_in_whatever_relation_is() -> None:
    assert made("p.O", "q.A", "r>A", closed="O").gaps.alone == ("p",)


def test_in_the_plan_only_programmes_are_said_to_name_no_partner_and_none_of_them_names_one(
    real: Partnerships, published: Snapshot
) -> None:
    network = read_network(published.path)
    assert {network.nodes[program].type for program in real.gaps.alone} == {"program"}
    names = {network.nodes[program].name for program in real.gaps.alone}
    # The restaurant names its partners itself, the radio the ministry by what it is part of, the first support of jobs an agreement.
    assert not names & {"청년키움식당", "내일(job & future)이 보이는 라디오", "고용유지지원사업", "도시재생기업(CRC) 육성"}
    assert "서대문구 디지털 튜터" in names


def test_a_network_without_actors_has_no_measures_and_no_fault() -> None:
    empty = Partnerships(Network({}, ()))
    assert (empty.brokers, empty.communities, empty.modularity, empty.single_points, empty.actors) == ((), (), 0.0, (), ())


def test_in_the_plan_a_university_works_with_those_its_programmes_name(real: Partnerships) -> None:
    found = [(one.actor.rpartition("/")[2], round(one.weight, 2)) for one in real.co_partners(ORG + "ewha-womans-university")]
    assert found[:2] == [("seodaemun-gu", 0.5), ("e-food-lab", 0.5)]
    assert {name for name, weight in found[2:]} == {"yonsei-university", "myongji-college", "seoul-womens-nursing"}
    assert {weight for _, weight in found[2:]} == {0.33}


def test_in_the_plan_the_council_of_small_businesses_is_one_community_and_a_single_point(real: Partnerships) -> None:
    council = {actor.rpartition("/")[2] for actor in real.members["https://w3id.org/kr-jobs/id/11410/council/small-business"]}
    communities = [{actor.rpartition("/")[2] for actor in community} for community in real.communities]
    assert council - {"seodaemun-gu"} in communities
    assert real.single_points[0].node.endswith("council/small-business")
