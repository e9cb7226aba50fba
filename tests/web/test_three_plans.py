"""Three plans of two districts and three years on one site, with no line of Python of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from kg.settings import Settings
from tests.conftest import ONTOLOGY, ROOT, publish, spine_at
from web.app import create_app
from web.serving import SearchOpener


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("three")
    data = spine_at(folder / "data")
    shutil.copytree(ROOT / "tests" / "fixtures" / "plans", data, dirs_exist_ok=True)
    settings = Settings(data=data, ontology=ONTOLOGY, snapshots=folder / "snapshots")
    publish(settings)
    app = create_app(settings, SearchOpener())
    with app.test_client() as opened:
        yield opened
    app.extensions["itda"].close()


def test_both_editions_stand_on_the_one_page_of_the_programme_with_their_own_ages(client: FlaskClient) -> None:
    page = client.get("/id/11410/program/digital-tutor").text
    assert page.index("서대문구 2023년 일자리 계획") < page.index("서대문구 2022년 일자리 계획")
    assert "19세 이상 34세 이하" in page
    assert "18세 이상 39세 이하" in page


def test_who_serves_young_people_is_answered_for_the_plan_that_is_asked_for(client: FlaskClient) -> None:
    newest = client.get("/serves/kr/group/youth").text
    assert "가온일자리센터" in newest
    assert "신촌 박스퀘어" not in newest
    chosen = client.get("/serves/kr/group/youth?plan=11410/2022").text
    assert "신촌 박스퀘어" in chosen
    assert "가온일자리센터" not in chosen


def test_an_organisation_of_two_years_lists_what_it_does_in_both(client: FlaskClient) -> None:
    page = client.get("/id/11410/org/ewha-womans-university").text
    assert "청년키움식당 (2022)" in page
    assert "서대문구 디지털 튜터 (2023)" in page


def test_things_of_every_plan_are_found(client: FlaskClient) -> None:
    assert "마을 제빵 교실" in client.get("/search?q=제빵").text
    assert "경로당 디지털 튜터" in client.get("/search?q=경로당").text


def test_the_tables_of_an_older_plan_keep_leading_to_that_plan(client: FlaskClient) -> None:
    older = client.get("/stats?plan=11410/2022").text
    assert 'href="/stats/sector-targets?plan=11410/2022"' in older
    table = client.get("/stats/sector-targets?plan=11410/2022").text
    for link in ("/stats?plan=11410/2022", "/stats/sector-targets.csv?plan=11410/2022", "/stats/sector-targets.json?plan=11410/2022"):
        assert f'href="{link}"' in table
    assert client.get("/stats/sector-targets").status_code == 404
    newest = client.get("/stats").text
    assert "sector-targets" not in newest
    assert 'href="/stats/tasks"' in newest
