"""Judges web/views/entity.py: every thing at one address, as a page and as data."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic

TUTOR = "/id/11410/program/digital-tutor"
SENIOR = "/id/11410/program/senior-center-digital-tutor"
KITCHEN = "/id/11410/program/youth-kium-restaurant"
BASE = "https://w3id.org/kr-jobs"


# rdflib 7.6 parses JSON-LD through a class it has itself deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    "path", [TUTOR, KITCHEN, "/id/11410/facility/sinchon-box-square", "/id/kr/group/youth", "/id/11410/plan/2022/task/1-2"]
)
def test_all_formats_of_a_thing_parse_to_the_same_graph(client: FlaskClient, path: str) -> None:
    graphs = [
        Graph().parse(data=client.get(path + extension).data, format=form)
        for extension, form in ((".ttl", "turtle"), (".jsonld", "json-ld"), (".nt", "nt"), (".rdf", "xml"), (".json", "json-ld"))
    ]
    assert len(graphs[0]) > 5
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_the_accept_header_chooses_the_format_and_the_answer_says_where_it_lies(client: FlaskClient) -> None:
    answer = client.get(TUTOR, headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/turtle"
    assert answer.headers["Content-Location"] == TUTOR + ".ttl"
    assert "Accept" in answer.headers["Vary"]
    page = client.get(TUTOR, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert page.headers["Content-Location"] == TUTOR


def test_a_format_nobody_offers_is_refused_with_406(client: FlaskClient) -> None:
    answer = client.get(TUTOR, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/id/11410/program/no-such-thing", "/id/11410/program/no-such-thing.ttl", "/id/x y", "/id/11410/program/<script>"]
)
def test_an_unknown_thing_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_description_holds_editions_conditions_links_figures_and_passages(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get(TUTOR + ".nt").data, format="nt")
    kinds = {str(kind).rpartition("/")[2].rpartition("#")[2] for kind in graph.objects(None, None)}
    assert {"ProgramEdition", "Criterion", "Constraint", "Link", "Observation", "SpecificResource", "Output"} <= kinds


def test_a_programme_page_tells_who_may_take_part_with_the_line(client: FlaskClient) -> None:
    page = client.get(TUTOR).text
    assert "18세 이상 39세 이하" in page
    assert "원문 969행" in page
    assert "서대문구 2022년 일자리 계획" in page
    assert ">137<" in page


def test_an_ambiguous_condition_is_shown_as_ambiguous(client: FlaskClient) -> None:
    assert "모두인지 하나면 되는지 분명하지 않습니다" in client.get(SENIOR).text


def test_the_place_in_the_plan_runs_from_vision_to_task(client: FlaskClient) -> None:
    page = client.get(TUTOR).text
    crumbs = page[page.index('class="crumbs"') : page.index("</nav>", page.index('class="crumbs"'))]
    places = [crumbs.index(f"/id/11410/plan/2022/{part}") for part in ("vision", "goal", "strategy/1", "task/1-2")]
    assert places == sorted(places)


def test_partners_stand_with_their_roles_on_both_pages(client: FlaskClient) -> None:
    programme = client.get(KITCHEN).text
    assert programme.count('class="rel__role"') == 3
    university = client.get("/id/11410/org/ewha-womans-university").text
    assert "청년키움식당" in university
    assert "평가·선정" in university


def test_a_symmetric_relation_is_shown_once(client: FlaskClient) -> None:
    page = client.get("/id/11410/org/ewha-womans-university").text
    assert page.count("<h3><span>함께 일하는 기관</span>") == 1


def test_a_passage_has_a_page_of_its_own(client: FlaskClient) -> None:
    page = client.get(TUTOR).text
    start = page.index('class="chip" href="') + len('class="chip" href="')
    passage = client.get(page[start : page.index('"', start)])
    assert passage.status_code == 200
    assert "행" in passage.text


def test_edition_links_lead_to_the_programme_page_and_the_edition_has_its_own_address(client: FlaskClient) -> None:
    assert f'href="{TUTOR}#plan-11410-2022"' in client.get("/id/11410/plan/2022/task/1-2").text
    assert 'id="plan-11410-2022"' in client.get(TUTOR).text
    assert client.get("/id/11410/plan/2022/program/digital-tutor").status_code == 200


def test_every_link_of_a_page_to_a_thing_can_be_opened(client: FlaskClient) -> None:
    for page in (TUTOR, KITCHEN, "/goals", "/serves/kr/group/youth", "/data"):
        text = client.get(page).text
        for path in sorted({"/id/" + piece.split('"')[0].split("#")[0] for piece in text.split('href="/id/')[1:]}):
            assert client.get(path).status_code == 200, (page, path)


def test_figures_that_differ_by_who_pays_stand_in_one_row_and_are_not_added(client: FlaskClient) -> None:
    page = client.get("/id/11410/plan/2022/task/1-2").text
    row = page[page.index("예산") :]
    assert "2,505" in row
    assert "구비" in row


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_thing_cannot_be_changed(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)(TUTOR).status_code == 405
