"""`/path` tells how two things are connected, in sentences that read well, and draws it."""

from __future__ import annotations

import io
import re
from html import unescape

import networkx as nx
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kg.network.model import Edge, Network, Relation
from tests.conftest import DATA
from tests.web.conftest import queried
from web.telling import Particles, Teller

PARTICLES = Particles.load(DATA / "lexicon")


def test_a_path_is_told_with_the_particles_that_fit(client: FlaskClient) -> None:
    found = client.get("/api/path", query_string={"from": "서울신용보증재단", "to": "소상공인"}).get_json()
    first = found["paths"][0]
    assert first["sentence"] == "서울신용보증재단은 소상공인 지역협의체에 속해 있습니다. 소상공인 지역협의체는 소상공인을 돕습니다."
    assert [node["name"] for node in first["nodes"]] == ["서울신용보증재단", "소상공인 지역협의체", "소상공인"]
    assert [(edge["label"], edge["lines"]) for edge in first["edges"]] == [("구성원", "1702"), ("도움을 받는 사람", "1706")]


def test_that_a_group_belongs_to_another_is_told_as_a_fact_of_the_list_of_groups_and_no_line_is_named(client: FlaskClient) -> None:
    asked = {"from": "캠퍼스타운 조성사업", "to": "청년"}
    first = client.get("/api/path", query_string=asked).get_json()["paths"][0]
    assert first["sentence"].endswith("청년 창업가는 청년에 속합니다.")
    assert [(edge["label"], edge["certainty"], edge["lines"]) for edge in first["edges"]][-1] == ("다음에 속함", "inferred", "")
    page = client.get("/path", query_string=asked).text
    assert '청년 창업가는 청년에 속합니다. <span class="small">대상 분류에 따름' in page and "행 </span>" not in page
    listed = client.get("/network/kr/group/youth-founder?type=group").text
    assert "다음에 속함 · 대상 분류에 따름" in listed


def test_the_page_tells_and_draws_what_the_answer_holds(client: FlaskClient) -> None:
    found = client.get("/api/path", query_string={"from": "신중년", "to": "고용노동부"}).get_json()["paths"]
    page = client.get("/path", query_string={"from": "신중년", "to": "고용노동부"}).text
    for path in found:
        for sentence in path["sentence"].split(". "):
            assert sentence.rstrip(".") in page
    assert page.count('class="net__picture"') == len(found)
    assert "takes part" in client.get("/en/path", query_string={"from": "연세대학교", "to": "이화여자대학교"}).text


def test_page_files_and_query_of_a_path_hold_the_same(client: FlaskClient) -> None:
    asked = {"from": "신중년", "to": "고용노동부"}
    paths = client.get("/api/path", query_string=asked).get_json()["paths"]
    steps = {(edge["source"], edge["relation"], edge["target"]) for path in paths for edge in path["edges"]}
    page = client.get("/path", query_string=asked).text
    assert "format=query" in page and "format=gexf" in page
    for form, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        part = read(io.BytesIO(client.get("/path", query_string=asked | {"format": form}).data))
        assert {(one, said["relation"], other) for one, other, said in part.edges(data=True)} == steps
        assert set(part.nodes) == {node["id"] for path in paths for node in path["nodes"]}
    rows = queried(client, "/path?from=신중년&to=고용노동부&format=query")
    assert {tuple(row[name]["value"] for name in ("source", "relation", "target")) for row in rows} == steps
    assert client.get("/path", query_string=asked | {"format": "json"}).get_json()["paths"] == paths
    for query in (asked | {"format": "exe"}, {"from": "신중년", "format": "graphml"}):
        assert client.get("/path", query_string=query).status_code == 400


def test_the_page_says_how_far_is_searched_and_what_is_left_out_openly_when_nothing_is_found(client: FlaskClient) -> None:
    nothing = client.get("/path", query_string={"from": "서대문융복합인재교육센터", "to": "구직자"}).text
    assert '<details class="own" open><summary>얼마나 멀리 찾고' in nothing and "뜻있는 길이 없습니다" in nothing
    for query in ({}, {"from": "연세대", "to": "이화여대"}):
        page = client.get("/path", query_string=query).text
        assert '<details class="own"><summary>얼마나 멀리 찾고' in page
        assert "다섯 걸음" in page and "주제" in page and "지역주민" in page
    assert "How far is searched" in client.get("/en/path").text


def test_an_end_that_is_missing_unknown_or_ambiguous_is_said_so(client: FlaskClient) -> None:
    assert client.get("/path").status_code == 200
    assert client.get("/api/path?from=청년").status_code == 400
    assert client.get("/api/path?from=청년&to=없는 이름").status_code == 400
    several = client.get("/api/path?from=청년&to=서대문구")
    assert several.status_code == 400 and len(several.get_json()["candidates"]) == 2
    page = client.get("/path?from=청년&to=서대문구").text
    assert all(
        f"to={candidate['id'].replace(':', '%3A')}" in page or candidate["id"] in page for candidate in several.get_json()["candidates"]
    )
    assert "없는 이름" in client.get("/path?from=없는 이름&to=청년").text
    near = client.get("/path?from=연세대학꾜&to=청년").text
    assert "비슷한 이름" in near and ">연세대학교</a>" in near
    assert client.get(unescape(re.findall(r'href="([^"]+)">연세대학교</a>', near)[0])).text.count('class="net__picture"') >= 1
    assert len(client.get("/path", query_string={"from": "가" * 5000, "to": "청년"}).data) < 15 * 1024


def test_a_programme_is_taken_part_in_and_a_centre_or_place_is_used(client: FlaskClient) -> None:
    def told(start: str, end: str) -> str:
        sentence: str = client.get("/api/path", query_string={"from": start, "to": end}).get_json()["paths"][0]["sentence"]
        return sentence

    assert told("여성", "서대문여성이룸센터") == "여성은 서대문여성이룸센터를 이용할 수 있습니다."
    assert told("서대문여성이룸센터", "여성") == "서대문여성이룸센터는 여성이 이용할 수 있습니다."
    assert told("청년키움식당", "청년").startswith("청년키움식당에는 청년이 참여할 수 있습니다.")


def test_one_thing_at_both_ends_is_said_so_and_not_called_unconnected(client: FlaskClient) -> None:
    page = client.get("/path?from=청년&to=젊은이").text
    assert "같은 것을 가리킵니다" in page and "뜻있는 길이 없습니다" not in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("청년", "청년은"),
        ("연세대", "연세대는"),
        ("S3(에스큐브)", "S3(에스큐브)는"),
        ("디캠프 2", "디캠프 2는"),
        ("3호점(3)", "3호점(3)은"),
        ("운영 지원(노인회지회)", "운영 지원(노인회지회)은"),
        ("자활센터 (2022) (안)", "자활센터 (2022) (안)는"),
        ("(주)우리", "(주)우리는"),
        ("LAB", "LAB는"),
        ("style lab", "style lab은"),
        ("", "는"),
    ],
)
def test_a_particle_follows_how_a_name_is_read(name: str, told: str) -> None:
    assert PARTICLES.fill(name + "[은/는]") == told


def test_the_object_particle_follows_the_name_and_not_what_stands_in_brackets() -> None:
    names = ("운영 지원(노인회지회)", "교육센터(한국외대)", "S3(에스큐브)", "공간(S)")
    assert [PARTICLES.fill(name + "[을/를]").removeprefix(name) for name in names] == ["을", "를", "를", "을"]


def test_the_direction_particle_differs_after_a_liquid() -> None:
    assert [PARTICLES.fill(name + "[으로/로]") for name in ("서울", "구청", "학교", "11")] == ["서울로", "구청으로", "학교로", "11로"]
    assert PARTICLES.fill("무엇[다/라]") == "무엇[다/라]"


@given(st.text(max_size=20), st.text(max_size=20))
def test_names_come_through_unchanged_whatever_they_hold(one: str, other: str) -> None:
    relation = Relation(
        "r", 1.0, True, False, False, {"ko": "{0}[은/는] {1}[을/를] 돕습니다."}, {"ko": "{1}[은/는] {0}에서 도움을 받습니다."}
    )
    teller = Teller(Network({}, (), relations={"r": relation}), PARTICLES, "ko")
    edge = Edge("a", "b", "r", "", "", "Stated", "1")
    told = teller.tell(edge, "a", {"a": one, "b": other})
    assert told.startswith(one) and told.endswith(" 돕습니다.")
    assert other in told[len(one) :]
