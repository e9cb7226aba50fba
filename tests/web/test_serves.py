"""Judges web/views/serves.py: who serves a group, and through what (acceptance A2)."""

from __future__ import annotations

import io
import logging
import unicodedata

import networkx as nx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace

from kg.settings import Settings
from kg.store.reader.examples import load_examples
from kg.store.reader.serves import ServesReader, Serving
from tests.web.conftest import queried

YOUTH = "https://w3id.org/kr-jobs/id/kr/group/youth"
SECTIONS = ("centers", "programs", "universities", "partners")


def answer(client: FlaskClient, group: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = client.get("/api/serves", query_string={"group": group}).get_json()
    return found


def names(found: dict[str, list[dict[str, object]]]) -> dict[str, set[object]]:
    return {section: {server["name"] for server in found[section]} for section in SECTIONS}


def test_young_people_are_served_by_these_and_no_others(client: FlaskClient) -> None:
    found = names(answer(client, YOUTH))
    assert found["universities"] == {"명지전문대학교", "서울여자간호대학교", "연세대학교", "이화여자대학교"}
    assert found["partners"] == {"서대문구", "서울시", "은행권청년창업 재단", "이푸드랩", "청년문화기획단"}
    assert found["centers"] >= {"신촌 박스퀘어", "서울시 청년창업꿈터", "파랑고래", "프론트원"}
    assert found["programs"] >= {"서대문구 디지털 튜터", "청년키움식당", "지역주도형 청년일자리사업", "청년저축계좌"}
    assert not found["centers"] & {"서대문시니어클럽", "서대문50플러스센터"}
    assert not found["programs"] & {"경로당 디지털 튜터", "노인일자리 및 사회활동 지원 사업"}


def test_each_server_says_through_what_and_on_which_lines(client: FlaskClient) -> None:
    found = answer(client, YOUTH)
    ewha = next(university for university in found["universities"] if university["name"] == "이화여자대학교")
    assert isinstance(ewha["via"], list)
    channel = next(via for via in ewha["via"] if via["edition"].endswith("/plan/2022/program/youth-kium-restaurant"))
    assert "1340-1340" in channel["lines"]
    for section in SECTIONS:
        for server in found[section]:
            assert isinstance(server["via"], list)
            assert all(via["lines"] for via in server["via"]), server["name"]


def test_the_page_and_the_query_of_the_query_page_give_the_same_servers(client: FlaskClient, settings: Settings) -> None:
    found = answer(client, YOUTH)
    page = client.get("/serves/kr/group/youth").text
    query = next(e.query for e in load_examples(settings.ontology / "examples") if e.name == "who-serves-youth")
    rows = client.get("/sparql", query_string={"query": query}).get_json()["results"]["bindings"]
    from_api = {str(server["id"]) for section in SECTIONS for server in found[section]}
    assert {row["who"]["value"] for row in rows} == from_api
    for section in SECTIONS:
        for server in found[section]:
            assert f'href="{server["url"]}"' in page


@pytest.mark.parametrize("group", ["youth", "elder", "small-business"])
def test_page_file_and_query_of_a_group_hold_the_same(client: FlaskClient, group: str) -> None:
    found = answer(client, f"https://w3id.org/kr-jobs/id/kr/group/{group}")
    servers = {str(server["id"]) for section in SECTIONS for server in found[section]}
    address = f"/serves/kr/group/{group}"
    assert {row["who"]["value"] for row in queried(client, f"{address}?format=query")} == servers != set()
    part = nx.read_graphml(io.BytesIO(client.get(f"{address}?format=graphml").data))
    assert servers <= set(part.nodes) and not {node for node in servers if part.degree(node) == 0}
    others = {name for node, name in part.nodes(data="name") if node not in servers}
    page = client.get(address).text
    assert all(str(name) in page for name in others)
    assert client.get(f"{address}?format=json").get_json() == found
    assert client.get(f"{address}?format=exe").status_code == 400 and "format=query" in page


def test_a_korean_name_or_alias_leads_to_the_group(client: FlaskClient) -> None:
    for name in ("청년", "젊은이", "Young people"):
        moved = client.get(f"/serves/{name}")
        assert moved.status_code == 302
        assert moved.headers["Location"] == "/serves/kr/group/youth"
        assert answer(client, name)["group"] == answer(client, YOUTH)["group"]


def test_an_unknown_group_is_404_with_a_way_on(client: FlaskClient) -> None:
    page = client.get("/serves/달나라사람")
    assert page.status_code == 404
    assert 'action="/search"' in page.text


def test_something_that_is_no_group_is_404(client: FlaskClient) -> None:
    assert client.get("/serves/11410/program/digital-tutor").status_code == 404


def test_the_api_refuses_a_missing_or_unknown_group_with_a_problem(client: FlaskClient) -> None:
    for query in ({}, {"group": ""}, {"group": "달나라사람"}):
        refused = client.get("/api/serves", query_string=query)
        assert refused.status_code == 400
        assert refused.mimetype == "application/problem+json"


def test_a_narrower_group_counts_for_the_broader_one_and_is_named(client: FlaskClient) -> None:
    found = answer(client, "https://w3id.org/kr-jobs/id/kr/group/student")
    assert "서대문구 디지털 튜터" in names(found)["programs"]
    assert {str(group["name"]) for group in found["narrower"]} >= {"초·중·고 학생"}


def test_the_plan_parameter_keeps_to_one_plan_and_an_unknown_plan_is_refused(client: FlaskClient) -> None:
    assert "서대문구 디지털 튜터" in client.get("/serves/kr/group/youth?plan=11410/2022").text
    assert client.get("/serves/kr/group/youth?plan=11410/1999").status_code == 400


def test_a_group_nobody_serves_says_so(client: FlaskClient) -> None:
    page = client.get("/serves/kr/group/veteran")
    assert page.status_code in (200, 404)
    if page.status_code == 200:
        assert "계획에 나온 곳이 없습니다" in page.text


@pytest.mark.parametrize("name", [unicodedata.normalize("NFD", "청년"), "청\u200b년", "\ufeff청년 ", " 청년\u00ad", "\u3000청년"])
def test_a_name_typed_or_pasted_in_another_form_leads_to_the_group(client: FlaskClient, name: str) -> None:
    moved = client.get(f"/serves/{name}")
    assert moved.status_code == 302
    assert moved.headers["Location"] == "/serves/kr/group/youth"
    assert answer(client, name)["group"] == answer(client, YOUTH)["group"]


def test_every_kind_of_middle_dot_in_a_name_is_the_same(client: FlaskClient) -> None:
    for dot in "·ㆍ∙•・":
        assert client.get(f"/serves/초{dot}중{dot}고 학생").status_code == 302


def test_sections_their_order_and_headings_come_from_the_ontology(client: FlaskClient) -> None:
    found = answer(client, YOUTH)
    assert tuple(name for name in found if name not in ("group", "narrower")) == SECTIONS
    korean, english = client.get("/serves/kr/group/youth").text, client.get("/en/serves/kr/group/youth").text
    for page, headings in (
        (korean, ("센터와 장소", "사업", "대학", "협력 기관")),
        (english, ("Centres and places", "Programmes", "Universities", "Partner organisations")),
    ):
        places = [page.index(f"<h2><span>{heading}</span> <b") for heading in headings]
        assert places == sorted(places)


def test_somebody_of_a_kind_without_a_section_is_shown_and_logged(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    serves = ServesReader.serves

    def without_sections(self: ServesReader, *arguments: str) -> Serving:
        found = serves(self, *arguments)  # type: ignore[arg-type]
        return replace(found, servers=tuple(replace(server, section="") for server in found.servers))

    monkeypatch.setattr(ServesReader, "serves", without_sections)
    with caplog.at_level(logging.ERROR):
        found = answer(client, YOUTH)
    assert "신촌 박스퀘어" in names(found)["partners"]
    assert "sinchon-box-square" in caplog.text
