"""Paths mean something: chains worked out by hand from the plan are found first, and nothing where everything meets is ever passed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.model import Edge, Kind, Network, Node, Relation
from kg.network.paths import PathFinder
from kg.network.projection import read_network
from kg.store.snapshot import Snapshot

# Read in the plan of 2022; the comment names the lines. That a young founder is young is said by the scheme of groups.
BY_HAND = [
    "이화여자대학교 > 캠퍼스타운 조성사업 > HAHA케어 취ㆍ창업 지원센터",  # 1136, 1164-1173
    "연세대학교 > 캠퍼스타운 조성사업 > 이화여자대학교",  # 1136
    "명지전문대학교 > 캠퍼스타운 조성사업 > 서울여자간호대학교",  # 1136
    "명지전문대학교 > 캠퍼스타운 조성사업 > 연세대학교",  # 1136
    "캠퍼스타운 조성사업 > 청년 창업가 > 청년",  # 1140
    "스타일테크 랩 > 이화여자대학교 > 청년키움식당",  # 1164-1170, 1340
    "이푸드랩 > 청년키움식당 > 이화여자대학교",  # 1337-1342
    "이푸드랩 > 청년키움식당 > 신촌 박스퀘어",  # 1338-1342
    "이푸드랩 > 청년키움식당 > 대학생",  # 1336-1342
    "이푸드랩 > 청년키움식당 > 청년",  # 1336-1342
    "신촌 박스퀘어 > 청년키움식당 > 이화여자대학교",  # 1338-1340
    "연세대학교 > 메이커상상발전소 > 학생",  # 1196
    "연세대학교 > 연세로 페스티벌 > 상인",  # 1199
    "연세대학교 > 연세로 페스티벌 > 캠퍼스타운 클러스터",  # 1199
    "캠퍼스타운 클러스터 > 연세로 페스티벌 > 상인",  # 1199
    "이화여자대학교 > Tech up > 지역주민",  # 1213
    "서울여자간호대학교 > ICT 건강증진 프로그램 개발 > 대학생",  # 1227
    "서울여자간호대학교 > 지역사회 건강증진교육 > 지역주민",  # 1229
    "신촌 상인 전문멘토링 > 신촌 도시재생 > 청년 창업포럼",  # 1406-1412
    "마을관리협동조합 > 도시재생기업(CRC) 육성 > 천연·충현 도시재생 권역",  # 1392-1396
    "마을관리협동조합 > 도시재생기업(CRC) 육성 > 도시재생기업",  # 1396
    "노인회지회 > 노인취업알선센터 > 어르신",  # 1466-1468
    "노인취업알선센터 > 어르신 > 독거 어르신",  # 1466-1468
    "경력단절 여성 > 여성 > 서대문여성이룸센터",  # 1478-1479
    "신중년 > 신중년 경력형 일자리 사업 > 고용노동부",  # 1563
    "행정안전부 > 지역주도형 청년일자리사업 > 청년",  # 1571-1573
    "행정안전부 > 지역주도형 청년일자리사업 > 기업상생인턴 지원 사업",  # 1483, 1571
    "행정안전부 > 지역주도형 청년일자리사업 > 디지털화 추진기업",  # 1571-1575
    "기업상생인턴 지원 사업 > 미취업 청년 > 실직자",  # 925
    "노동자종합지원센터 > 취약계층 노동자 > 취약계층",  # 1089-1091
    "서울신용보증재단 > 소상공인 지역협의체 > 소상공인",  # 1700-1702
    "서대문구상공회 > 소상공인 지역협의체 > 소상공인",  # 1702
    "우리은행 > 소상공인 지역협의체 > 소상공인",  # 1702
    "서대문구소상공인회 > 소상공인 지역협의체 > 우리은행",  # 1702
    "서울경제인협회 서대문지회 > 소상공인 지역협의체 > 서울신용보증재단",  # 1702-1704
]
OUTRIGHT = [
    "이화여자대학교 > 스타일테크 랩",  # 1164-1170
    "서울여자간호대학교 > HAHA케어 취ㆍ창업 지원센터",  # 1164-1173
    "이화여자대학교 > 청년키움식당",  # 1340
    "서대문50플러스센터 > 장년층",  # 1474-1476
    "장애인내일키움직업교육센터 > 장애인",  # 1470-1472
]
NOT_A_CHAIN = [
    # A young job seeker is a job seeker and young: that one centre serves job seekers and one programme the young joins neither.
    "일자리플러스센터 > 구직자 > 청년 구직자 > 청년 > 청년키움식당 > 이화여자대학교",
    "일자리플러스센터 > 구직자 > 청년 구직자 > 청년 > 청년문화기획단",
    # Two groups in two places of one path: two coincidences in a row.
    "장애인내일키움직업교육센터 > 장애인 > 장·노 돌봄서비스 사업 > 독거 어르신 > 어르신 > 노인취업알선센터",
    "노동자종합지원센터 > 근로자 > 피해가 큰 업종 근로자 > 무급휴직 지원금 > 소상공인 > 소상공인 지역협의체",
    "소셜벤처 허브센터 > 창업기업 > With Networks > 상인 > 서비스 품질 향상을 위한 밀착모니터링단 운영 > 밀착모니터링단",
]
HUBS = {
    "plan",
    "goal",
    "vision",
    "strategy",
    "strategy-direction",
    "policy-direction",
    "policy-action",
    "task",
    "budget-line",
    "sector",
    "area",
    "section",
    "upper-plan",
}
LINKED = Relation("r", 1.0, True, False, False, {}, {})
OFFICE = "https://w3id.org/kr-jobs/id/11410/org/seodaemun-gu"


@pytest.fixture(scope="module")
def network(published: Snapshot) -> Network:
    return read_network(published.path)


@pytest.fixture(scope="module")
def finder(network: Network) -> PathFinder:
    return PathFinder(network)


def test_the_chains_worked_out_by_hand_have_two_steps_and_more() -> None:
    assert len([chain for chain in BY_HAND if chain.count(" > ") >= 2]) == len(set(BY_HAND)) >= 20


@pytest.mark.parametrize("chain", [*BY_HAND, *OUTRIGHT])
def test_the_first_path_is_the_chain_that_the_plan_states(network: Network, finder: PathFinder, chain: str) -> None:
    named = {node.name: node.id for node in network.nodes.values()}
    names = chain.split(" > ")
    found = finder.paths(named[names[0]], named[names[-1]])
    assert [network.nodes[node].name for node in found[0].nodes] == names


@pytest.mark.parametrize("chain", NOT_A_CHAIN)
def test_what_only_chains_coincidences_is_no_path_and_nothing_else_joins_the_two(network: Network, finder: PathFinder, chain: str) -> None:
    named = {node.name: node.id for node in network.nodes.values()}
    nodes = [named[name] for name in chain.split(" > ")]
    assert all(network.touching[one] and other in finder.graph[one] for one, other in pairwise(nodes))
    assert finder.paths(nodes[0], nodes[-1]) == ()


def test_no_path_passes_where_everything_meets_and_each_step_is_a_relation_between_its_ends(network: Network, finder: PathFinder) -> None:
    actors = sorted(node for node in network.nodes if network.kind(node).actor)
    groups = sorted(node for node in network.nodes if network.family(node) == "group" and network.is_open(node))
    pairs = [*pairwise(actors), *((actor, group) for place, actor in enumerate(actors) for group in groups[place % 5 :: 5])]
    found = [path for one, other in pairs for path in finder.paths(one, other)]
    assert len(found) > 100
    for path in found:
        passed = path.nodes[1:-1]
        assert not {network.nodes[node].type for node in passed} & HUBS
        assert OFFICE not in passed
        assert not network.impassable & set(passed)
        groups = [place for place, node in enumerate(passed) if network.family(node) == "group"]
        assert groups == list(range(groups[0], groups[-1] + 1)) if groups else True
        assert len(set(path.nodes)) == len(path.nodes) == len(path.edges) + 1
        for (one, other), edge in zip(pairwise(path.nodes), path.edges, strict=True):
            assert {edge.source, edge.target} == {one, other} and edge in network.edges


def test_of_two_paths_neither_only_goes_round_a_thing_of_the_other(network: Network, finder: PathFinder) -> None:
    for one in (node for node in network.nodes if network.kind(node).actor):
        for path, longer in pairwise(finder.paths(one, "https://w3id.org/kr-jobs/id/kr/group/youth")):
            assert not set(path.nodes) <= set(longer.nodes)
            assert path.cost <= longer.cost


def test_a_topic_or_that_all_live_here_connects_nobody(network: Network) -> None:
    named = {network.nodes[node].name for node in network.impassable}
    assert {"지역주민", "창업"} <= named and "청년" not in named


def test_that_two_groups_are_of_one_kind_connects_nobody() -> None:
    nodes = {name: Node(name, name, "x") for name in ("actor", "welder", "worker", "driver", "firm")}
    held = [("welder", "worker"), ("driver", "worker")]
    belongs = tuple(Edge(one, other, "in", "", "", "Inferred", "") for one, other in held)
    helped = (Edge("actor", "welder", "r", "", "", "Stated", "1"), Edge("firm", "driver", "r", "", "", "Stated", "2"))
    relations = {"r": LINKED, "in": Relation("in", 0.5, True, False, False, {}, {}, joins=False)}
    finder = PathFinder(Network(nodes, (*belongs, *helped), relations=relations))
    assert finder.paths("actor", "firm") == finder.paths("welder", "driver") == ()
    assert finder.paths("actor", "worker")[0].nodes == ("actor", "welder", "worker")
    assert finder.paths("worker", "firm")[0].nodes == ("worker", "driver", "firm")


def test_that_a_group_is_a_kind_of_two_groups_connects_nobody_however_strong_the_steps() -> None:
    nodes = {name: Node(name, name, "x") for name in ("centre", "seeker", "young seeker", "young", "school")}
    belongs = tuple(Edge("young seeker", wider, "in", "", "", "Inferred", "") for wider in ("seeker", "young"))
    helped = (Edge("centre", "seeker", "r", "", "", "Stated", "1"), Edge("school", "young", "r", "", "", "Stated", "2"))
    relations = {"r": LINKED, "in": Relation("in", 0.0, True, False, False, {}, {}, joins=False)}
    finder = PathFinder(Network(nodes, (*belongs, *helped), relations=relations))
    assert finder.paths("centre", "school") == finder.paths("seeker", "young") == ()
    assert finder.paths("centre", "young seeker")[0].nodes == ("centre", "seeker", "young seeker")
    assert finder.paths("young seeker", "school")[0].nodes == ("young seeker", "young", "school")


@pytest.mark.parametrize(("kinds", "joined"), [("aggb", True), ("agpgb", False), ("agpb", True), ("gpgb", True)])
def test_a_path_comes_to_groups_once_but_may_begin_or_end_at_one(kinds: str, joined: bool) -> None:
    names = [f"{place}{kind}" for place, kind in enumerate(kinds)]
    nodes = {name: Node(name, name, name[1]) for name in names}
    edges = tuple(Edge(one, other, "r", "", "", "Stated", "1") for one, other in pairwise(names))
    known = {"g": Kind("g", "group", once=True)}
    assert bool(PathFinder(Network(nodes, edges, kinds=known, relations={"r": LINKED})).paths(names[0], names[-1])) is joined


def test_things_that_nothing_joins_have_no_path(network: Network, finder: PathFinder) -> None:
    youth = "https://w3id.org/kr-jobs/id/kr/group/youth"
    assert finder.paths(youth, youth) == ()
    lonely = Network({"a": Node("a", "a", "x"), "b": Node("b", "b", "x")}, ())
    assert PathFinder(lonely).paths("a", "b") == ()


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=20))
def test_a_path_costs_no_less_than_one_with_the_same_ends_found_before(pairs: set[tuple[int, int]]) -> None:
    edges = tuple(Edge(str(one), str(other), "r", "", "", "Stated", "1") for one, other in sorted(pairs) if one != other)
    nodes = {str(number): Node(str(number), str(number), "x") for number in range(8)}
    found = PathFinder(Network(nodes, edges, relations={"r": LINKED})).paths("0", "7")
    assert [path.cost for path in found] == sorted(path.cost for path in found)
    assert all(path.nodes[0] == "0" and path.nodes[-1] == "7" for path in found)
