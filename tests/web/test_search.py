"""Judges web/views/search.py and the box of the start page."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from search.model import Fragment, Hit
from web.views.search import marked


def test_the_box_of_the_start_page_leads_to_the_results_with_303(client: FlaskClient) -> None:
    moved = client.post("/", data={"q": "  디지털   튜터 "})
    assert moved.status_code == 303
    assert moved.headers["Location"] == "/search?q=%EB%94%94%EC%A7%80%ED%84%B8+%ED%8A%9C%ED%84%B0"
    assert client.post("/", data={"q": " "}).headers["Location"] == "/"


@pytest.mark.parametrize("words", ["디지털 튜터", "디지털튜터", "청년키움식당", "박스퀘어"])
def test_a_programme_or_place_is_found_by_its_name(client: FlaskClient, words: str) -> None:
    found = client.get("/api/search", query_string={"q": words}).get_json()
    assert found["total"] >= 1
    assert words.replace(" ", "")[:3] in found["results"][0]["name"].replace(" ", "") or found["results"][0]["why"]
    page = client.get("/search", query_string={"q": words}).text
    assert found["results"][0]["name"] in page


def test_the_answer_has_the_published_form(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "청년"}).get_json()
    assert set(found) == {"query", "total", "results", "facets", "didYouMean"}
    assert set(found["query"]) == {"text", "understood"}
    assert set(found["results"][0]) == {"id", "name", "type", "url", "snippet", "score", "why"}
    words = {kind["type"] for kind in client.get("/api/types").get_json()["types"]}
    assert {result["type"] for result in found["results"]} <= words


def test_a_type_filter_keeps_only_that_type(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "청년", "type": "program"}).get_json()
    assert found["results"]
    assert {result["type"] for result in found["results"]} == {"program"}


def test_a_group_filter_takes_an_iri_or_a_name(client: FlaskClient) -> None:
    by_name = client.get("/api/search", query_string={"q": "튜터", "group": "어르신"}).get_json()
    by_iri = client.get("/api/search", query_string={"q": "튜터", "group": "https://w3id.org/kr-jobs/id/kr/group/elder"}).get_json()
    assert by_name["total"] == by_iri["total"] > 0
    assert client.get("/api/search", query_string={"q": "튜터", "group": "달나라"}).status_code == 400


@pytest.mark.parametrize(
    "query", [{"q": "가" * 201}, {"q": "a", "limit": "0"}, {"q": "a", "limit": "101"}, {"q": "a", "offset": "-1"}, {"q": "a", "limit": "x"}]
)
def test_what_crosses_a_limit_is_refused_with_the_limit(client: FlaskClient, query: dict[str, str]) -> None:
    refused = client.get("/api/search", query_string=query)
    assert refused.status_code == 400
    assert refused.get_json()["detail"]


def test_pages_of_results_follow_each_other(client: FlaskClient) -> None:
    first = client.get("/api/search?q=청년&limit=1&offset=0").get_json()["results"]
    second = client.get("/api/search?q=청년&limit=1&offset=1").get_json()["results"]
    assert first[0]["id"] != second[0]["id"]


@pytest.mark.parametrize("words", ["", "???", "<script>alert(1)</script>", "zzzzqqqq", "%00", "\x00"])
def test_odd_words_give_a_page(client: FlaskClient, words: str) -> None:
    page = client.get("/search", query_string={"q": words})
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_nothing_found_offers_a_way_on(client: FlaskClient) -> None:
    page = client.get("/search?q=zzzzqqqq").text
    assert "찾은 것이 없습니다" in page
    assert "/#groups" in page


def test_suggestions_begin_like_the_text(client: FlaskClient) -> None:
    found = client.get("/api/suggest", query_string={"q": "청년"}).get_json()["suggestions"]
    assert found
    assert set(found[0]) == {"id", "name", "type"}
    assert len(client.get("/api/suggest", query_string={"q": "청년", "limit": "1"}).get_json()["suggestions"]) == 1


def test_a_snippet_is_escaped_and_its_matches_are_marked() -> None:
    hit = Hit("iri", "name", "program", 1.0, (Fragment("<b>", False), Fragment("청년&", True)), ())
    assert str(marked(hit)) == "&lt;b&gt;<mark>청년&amp;</mark>"


def test_a_text_that_is_too_long_for_the_box_is_said_and_not_cut(client: FlaskClient) -> None:
    refused = client.post("/", data={"q": "가" * 201})
    assert refused.status_code == 400
    assert "200자" in refused.text and "201자" in refused.text
    assert client.post("/", data={"q": "가" * 200}).status_code == 303


def test_an_unknown_type_is_refused_with_the_types_there_are(client: FlaskClient) -> None:
    refused = client.get("/api/search", query_string={"q": "청년", "type": "programme"})
    assert refused.status_code == 400
    words = [kind["type"] for kind in client.get("/api/types").get_json()["types"]]
    assert refused.get_json()["types"] == words
    page = client.get("/search", query_string={"q": "청년", "type": "programme"})
    assert page.status_code == 400
    assert "support-measure" in page.text


def test_a_name_is_looked_for_only_among_what_the_filter_takes(client: FlaskClient) -> None:
    """The district office and the district bear one name; a group or a programme is no area."""
    by_name = client.get("/api/search", query_string={"q": "박스퀘어", "zone": "서대문구"})
    by_iri = client.get("/api/search", query_string={"q": "박스퀘어", "zone": "https://w3id.org/kr-jobs/id/kr/area/11410"})
    assert by_name.status_code == 200
    assert by_name.get_json()["total"] == by_iri.get_json()["total"]
    for name, value in (("zone", "청년"), ("group", "서대문구"), ("sector", "청년"), ("strategy", "청년"), ("support", "청년")):
        assert client.get("/api/search", query_string={"q": "튜터", name: value}).status_code == 400, name


def test_what_was_understood_and_why_a_thing_was_found_is_shown(client: FlaskClient) -> None:
    page = client.get("/search?q=27살 취준생").text
    assert "이렇게 이해했습니다:" in page and "27살" in page and "취준생 → " in page
    assert "27살도 대상임" in page
    plain = client.get("/search?q=디지털 튜터").text
    assert "이렇게 이해했습니다" not in plain


def test_quotes_minus_and_field_words_restrict_and_are_told(client: FlaskClient) -> None:
    everything = client.get("/api/search?q=청년 창업").json
    without = client.get("/api/search?q=청년 -창업").json
    assert everything and without and without["total"] < everything["total"]
    assert not [hit for hit in without["results"] if "창업" in hit["name"]]
    assert without["query"]["understood"]["demands"] == ["-창업"]
    phrase = client.get('/api/search?q="이동노동자 쉼터"').json
    assert phrase and phrase["total"] and all("쉼터" in hit["snippet"].replace("<mark>", "") + hit["name"] for hit in phrase["results"][:3])


def test_a_search_that_finds_nothing_offers_wider_ones_that_find_something(client: FlaskClient) -> None:
    page = client.get('/search?q="없는 말 쉼터"').text
    assert "조건을 줄이면 찾을 수 있습니다" in page
    answer = client.get('/api/search?q="없는 말 쉼터"').json
    assert answer and answer["total"] == 0
    for one in answer["query"]["understood"]["wider"]:
        wider = client.get("/api/search", query_string={"q": one["text"]}).json
        assert wider and wider["total"] == one["total"] > 0


def test_a_facet_that_leaves_nothing_can_be_taken_away(client: FlaskClient) -> None:
    query = {"q": "디지털 튜터", "type": "milestone"}
    answer = client.get("/api/search", query_string=query).json
    assert answer and answer["total"] == 0 and answer["query"]["understood"]["wider"][0]["without"] == "type"
    assert "“추진일정” 빼고" in client.get("/search", query_string=query).text


def test_a_search_can_be_followed_as_an_atom_feed(client: FlaskClient) -> None:
    page = client.get("/search?q=청년 창업").text
    assert "/search.atom?q=" in page
    answer = client.get("/search.atom?q=청년 <창업>")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(answer.text)
    assert "<창업>" in (feed.findtext(atom + "title") or "")
    entries = feed.findall(atom + "entry")
    found = client.get("/api/search?q=청년 창업").json
    assert found and [entry.findtext(atom + "id") for entry in entries] == [hit["id"] for hit in found["results"]]
    for name in ("id", "updated", "title"):
        assert all(entry.findtext(atom + name) for entry in [feed, *entries])
    assert client.get("/search.atom").status_code == 400
