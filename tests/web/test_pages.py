"""Judges the pages that need no address of a thing: start, plan tree, data, vocabulary, help."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from kg.store.snapshot import Snapshot
from web.views import data

PAGES = [
    "/", "/help", "/search", "/search?q=청년", "/goals", "/data", "/ontology", "/sparql", "/serves/kr/group/youth", "/id/kr/group/youth",
    "/id/11410/program/digital-tutor", "/id/11410/program/senior-center-digital-tutor", "/id/11410/facility/sinchon-box-square",
    "/id/11410/org/ewha-womans-university", "/id/11410/plan/2022", "/id/11410/plan/2022/task/1-2", "/id/kr/sector/direct",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_each_page_has_one_heading_a_title_landmarks_and_the_help_line(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(language + path, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert re.search(r"<title[^>]*>\s*\S", page.text)
    for part in ('class="skip" href="#main"', "<main ", "<header ", "<footer ", 'class="helpline"', 'name="description"'):
        assert part in page.text


def test_titles_are_unique(client: FlaskClient) -> None:
    titles = [re.search(r"<title>(.*?)</title>", client.get(path, headers={"Accept": "text/html"}).text, re.S) for path in PAGES]
    assert len({title[1] for title in titles if title}) == len(PAGES)


def test_the_start_page_leads_to_each_group_that_somebody_serves(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'method="post"' in page
    for group in re.findall(r'href="(/serves/[^"#]+)"', page):
        assert client.get(group).status_code == 200
    assert "/serves/kr/group/youth" in page


def test_the_plan_tree_holds_goal_strategy_task_and_programme_in_this_order(client: FlaskClient) -> None:
    page = client.get("/goals").text
    order = [
        page.index(word)
        for word in ('/plan/2022/vision"', '/plan/2022/goal"', '/strategy/1"', '/task/1-2"', "/program/digital-tutor#", '/strategy/2"')
    ]
    assert order == sorted(order)
    assert client.get("/goals?plan=11410/2022").text.count('class="goal__card"') == page.count('class="goal__card"')
    assert client.get("/goals?plan=99999/2022").status_code == 400


def test_each_figure_of_the_plan_tree_leads_to_its_lines(client: FlaskClient) -> None:
    page = client.get("/goals").text
    rows = re.findall(r'<ul class="nums">(.*?)</ul>', page, re.S)
    assert rows
    for row in rows:
        assert row.count("<li>") == row.count('<span class="lines">')


def test_the_dumps_can_be_read_and_hold_every_statement(client: FlaskClient, published: Snapshot) -> None:
    triples = published.manifest["triples"]
    assert len(Graph().parse(data=client.get("/data/itda.ttl", buffered=True).data, format="turtle")) == triples
    assert client.get("/data/itda.nq", buffered=True).data.count(b" .\n") == published.manifest["quads"]
    assert json.loads(client.get("/data/itda.jsonld", buffered=True).data)
    assert client.get("/data/network.graphml", buffered=True).data.lstrip().startswith(b"<")
    assert client.get("/data/manifest.json").status_code == 404
    assert client.get("/data/../current").status_code == 404


def test_files_left_out_beside_large_data_are_told_and_not_offered(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "빠진 파일" not in client.get("/data").text
    monkeypatch.setitem(data.FILES, "itda.ttl", ("text/turtle", "not-written.ttl"))
    page = client.get("/data").text
    assert "빠진 파일: itda.ttl" in page
    assert 'href="/data/itda.ttl"' not in page
    assert client.get("/data/itda.ttl").status_code == 404


def test_the_vocabulary_page_has_a_place_for_each_own_term(client: FlaskClient) -> None:
    page = client.get("/ontology").text
    for term in ("Program", "ProgramEdition", "contributesTo", "participantGroup"):
        assert f'id="{term}"' in page
    context = client.get("/ontology/context.jsonld")
    assert context.mimetype == "application/ld+json"
    assert "@context" in context.get_json(force=True)


def test_two_claims_about_one_sum_stand_in_two_rows_each_with_its_own_lines(client: FlaskClient) -> None:
    rows = [row for row in client.get("/id/kr/sector/direct").text.split("<tr")[1:] if "43,01" in row]
    assert [("43,019" in row, "43,018" in row) for row in rows] == [(True, False), (False, True)]
    assert "/L0153-0153/" in rows[0] and "/L0660-0660/" in rows[0]


def test_the_plan_tree_begins_with_the_targets_of_the_whole_plan_and_their_lines(client: FlaskClient) -> None:
    page = client.get("/goals").text
    top = page[: page.index("goals--top")]
    assert "13,600" in top
    assert "92,134" in top
    assert "/L0151-0151/" in top
