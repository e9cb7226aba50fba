"""Judges the query page: sentences with blanks, what it says of mistakes, and an answer that can be sorted, paged, drawn and taken away."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.store.reader.examples import load_examples
from web.hints import marked
from web.shortlinks import ShortLinks

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RESERVED = {"query", "example", "sort", "desc", "page", "find", "format", "default-graph-uri", "named-graph-uri", "update"}
ALL = "SELECT ?s ?p ?o { ?s a <https://w3id.org/kr-jobs/ns#ProgramEdition> ; ?p ?o } ORDER BY ?s ?p ?o LIMIT 250"


def page(client: FlaskClient, path: str = "/sparql", status: int = 200, **values: str) -> str:
    answer = client.get(path, query_string=values, headers=HTML)
    assert answer.status_code == status, answer.text[:500]
    return unescape(answer.text)


def column(text: str, number: int) -> list[str]:
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in body.split("<tr>")[1:]]
    return [re.sub(r"<[^>]+>", "", row[number]) for row in cells]


def test_the_questions_are_enough_grouped_and_can_be_searched(client: FlaskClient) -> None:
    examples = load_examples(Settings().ontology / "examples")
    assert len(examples) >= 30
    assert sum(bool(example.parameters) for example in examples) >= 10
    text = page(client)
    assert text.count('href="/sparql?example=') == len(examples)
    assert text.index("대상과 조건") < text.index("예산과 목표") < text.index("계획 살펴보기")
    found = page(client, find="재원")
    assert 1 <= found.count('href="/sparql?example=') < 5
    assert "이 낱말이 든 질문이 없습니다" in page(client, find="zzzz")


def test_names_of_blanks_never_meet_those_of_the_page(client: FlaskClient) -> None:
    for example in load_examples(Settings().ontology / "examples"):
        assert not {parameter.name for parameter in example.parameters} & RESERVED
        for lang in ("ko", "en"):
            assert sorted(example.pieces(lang)[1::2]) == sorted(parameter.name for parameter in example.parameters)


def test_a_sentence_has_drop_downs_filled_from_the_graph(client: FlaskClient) -> None:
    text = page(client, example="programs-for-a-group")
    assert re.search(r'<select name="group"[^>]*>', text)
    assert '<option value="https://w3id.org/kr-jobs/id/kr/group/youth" selected>청년</option>' in text
    assert '<option value="">(모두)</option>' in text
    everybody = column(text, 0)
    direct = column(page(client, example="programs-for-a-group", sector="https://w3id.org/kr-jobs/id/kr/sector/direct"), 0)
    assert 0 < len(direct) < len(everybody)
    assert set(direct) < set(everybody)


def test_a_sentence_takes_names_and_prefixed_names_and_shows_the_query_it_stands_for(client: FlaskClient) -> None:
    by_name, by_prefix = (column(page(client, example="programs-for-a-group", group=group), 0) for group in ("노인", "group:elder"))
    assert by_name == by_prefix
    assert by_name != column(page(client, example="programs-for-a-group"), 0)
    assert "VALUES ?group { <https://w3id.org/kr-jobs/id/kr/group/elder> }" in page(client, example="programs-for-a-group", group="노인")


@pytest.mark.parametrize("hostile", ['x" } UNION { ?s ?p ?o } #', "<x:y> } DROP ALL", "https://w3id.org/kr-jobs/id/kr/group/none", "zz"])
def test_what_cannot_be_chosen_is_refused_and_never_becomes_part_of_the_query(client: FlaskClient, hostile: str) -> None:
    page(client, status=400, example="programs-for-a-group", group=hostile)
    text = page(client, example="names-with-a-word", word='"} UNION { ?thing ?kind ?name } #')
    assert "이 물음에 맞는 것이 자료에 없습니다" in text
    page(client, status=400, example="who-may-at-an-age", age="1e999")
    page(client, status=404, example="no-such-question")


def test_a_mistake_is_marked_where_it_stands(client: FlaskClient) -> None:
    text = page(client, status=400, query="SELECT ?s\nWHERE { ?s ?p }")
    assert "<mark>}</mark>" in text
    assert "2번째 줄" in text
    assert marked("a bb c", 1, 3).token == "bb"
    assert marked("", 1, 1).token == ""
    assert marked("ab\n\ncd", 9, 9).token == "cd"
    assert marked("ask { ab", 1, 9).token == "ab"  # behind the end the last word stands nearest
    assert marked("ab \u2028 cd\nef", 2, 1).token == "ef"  # a line of SPARQL ends at no other sign
    assert marked("ab\r\ncd", 1, 1).behind == ""


def test_a_brace_that_is_never_closed_is_marked_itself(client: FlaskClient) -> None:
    text = page(client, status=400, query="SELECT * {\n ?s ?p ?o {\n ?a ?b ?c }")
    assert "<mark>{</mark>" in text
    assert "1번째 줄 10번째" in text and "빠졌습니다" in text


def test_what_could_stand_at_a_mistake_is_said(client: FlaskClient) -> None:
    text = page(client, status=400, query="SELECT * { ?s ?p ?o } LIMIT many")
    assert "<mark>many</mark>" in text
    assert "여기에 올 수 있는 것: number" in text


def test_a_mistyped_prefix_brings_the_query_with_the_right_one(client: FlaskClient) -> None:
    text = page(client, status=400, query="SELECT ?skso { ?s skso:prefLabel ?o ; skso:altLabel '<http://skso:1>' }")
    assert "<code>skos:</code>" in text and "PREFIX skos" not in text
    assert "query=SELECT ?skso { ?s skos:prefLabel ?o ; skos:altLabel" in unquote_plus(text)
    declared = page(client, status=400, query="PREFIX mine: <http://example.org/> SELECT * { ?s mien:a ?o }")
    assert "<code>mine:</code>" in declared


def test_a_prefix_like_none_is_to_be_declared(client: FlaskClient) -> None:
    text = page(client, status=400, query="SELECT * { ?s zzzzzz:a ?o }")
    assert "PREFIX zzzzzz: <…>" in text and "이 접두어가 무엇의 줄임인지" in text


def test_a_refusal_has_the_same_headers_on_the_page_and_for_a_program(app: Flask) -> None:
    def refused(accept: str) -> dict[str, str | None]:
        answer = app.test_client().get("/sparql", query_string={"query": "ASK " + "{" * 200 + "}" * 200}, headers={"Accept": accept})
        assert answer.status_code == 400
        return {name: answer.headers.get(name) for name in ("Itda-Limit", "Cache-Control")}

    assert refused("text/html") == refused("application/json") == {"Itda-Limit": "query_nesting=100 levels", "Cache-Control": "no-store"}


def test_who_has_no_query_time_left_is_told_how_long_to_wait_in_either_shape(app: Flask) -> None:
    budget = app.extensions["itda"].budget
    with budget.spending("203.0.113.7", 1000.0):
        pass
    asked = {"query_string": {"query": "ASK {}"}, "environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    for accept in ("text/html", "application/json"):
        answer = app.test_client().get("/sparql", headers={"Accept": accept}, **asked)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 50
        assert answer.headers["Itda-Limit"] == "query_budget_s=90 s"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kj:paticipantGroup", "kj:participantGroup"),
        ("kj:Progam", "kj:Program"),
        ("skos:prefLable", "skos:prefLabel"),
        ("group:yuoth", "group:youth"),
        ("<https://w3id.org/kr-jobs/ns#contributeTo>", "<https://w3id.org/kr-jobs/ns#contributesTo>"),
    ],
)
def test_a_term_the_data_does_not_have_brings_the_nearest_one(client: FlaskClient, written: str, meant: str) -> None:
    text = page(client, query=f"SELECT * {{ ?s ?p {written} }}")
    assert f"자료에 “{written}”이(가) 없습니다" in text
    assert f"<code>{meant}</code>" in text
    assert "자료에 “" not in page(client, query=f"PREFIX kj: <https://w3id.org/kr-jobs/ns#> SELECT * {{ ?s ?p {meant} }} LIMIT 1")


def test_the_answer_is_sorted_and_paged_by_its_address(client: FlaskClient) -> None:
    first = page(client, query=ALL)
    assert "250줄" in first
    assert "1~100번째" in first
    assert len(column(first, 0)) == 100
    assert len(column(page(client, query=ALL, page="3"), 0)) == 50
    assert len(column(page(client, query=ALL, page="99"), 0)) == 50
    page(client, status=400, query=ALL, page="x")
    numbers = "SELECT ?n ?s { VALUES (?n ?s) { (10 'b') (9 'c') (UNDEF 'd') (100 'a') } }"
    assert column(page(client, query=numbers, sort="n"), 0) == ["9", "10", "100", ""]
    down = page(client, query=numbers, sort="n", desc="1")
    assert column(down, 0) == ["100", "10", "9", ""]
    assert 'aria-sort="descending"' in down
    assert column(page(client, query=numbers, sort="s"), 1) == ["a", "b", "c", "d"]


def test_amounts_are_drawn_but_not_line_numbers_nor_differing_units(client: FlaskClient) -> None:
    drawn = 'role="img"'
    assert drawn in page(client, example="money-of-a-sector")
    assert drawn in page(client, query="SELECT ?a ?n { VALUES (?a ?n) { ('x' 1) ('y' 2) } }")
    assert drawn not in page(client, query="SELECT ?a ?line { VALUES (?a ?line) { ('x' 1) ('y' 2) } }")
    assert drawn not in page(client, query="SELECT ?a ?n ?unit { VALUES (?a ?n ?unit) { ('x' 1 '%') ('y' 2 'won') } }")


def test_triples_are_drawn_as_a_graph_of_links_and_listed(client: FlaskClient) -> None:
    text = page(client, example="network-of-an-organization")
    assert 'class="graph"' in text
    assert 'href="/id/11410/org/ewha-womans-university"' in text
    assert "이화여자대학교" in column(text, 0)
    assert 'class="graph"' not in page(client, query="CONSTRUCT WHERE { ?s ?p ?o }", status=200)


def test_files_and_lines_for_programs_hold_the_same_question(client: FlaskClient) -> None:
    text = page(client, example="money-of-a-sector", sector="sector:direct")
    for name in ("json", "xml", "csv", "tsv", "excel"):
        address = re.search(rf'href="(/sparql\?[^"]*format={name})"', text)
        assert address
        assert client.get(address[1]).status_code == 200
    assert "curl -G http" in text
    assert "urllib.request" in text
    assert "/api/queries/money-of-a-sector?sector=sector:direct" in text


def test_the_file_for_spreadsheets_is_safe_and_names_things(client: FlaskClient) -> None:
    query = "SELECT ?a ?s { VALUES (?a ?s) { ('=1+1' <https://w3id.org/kr-jobs/id/kr/group/youth>) ('-2.4' <x:y>) ('@x' UNDEF) } }"
    answer = client.get("/sparql", query_string={"query": query, "format": "excel"})
    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "a,s,s IRI",
        "'=1+1,청년,https://w3id.org/kr-jobs/id/kr/group/youth",
        "-2.4,x:y,x:y",
        "'@x,,",
    ]
    assert client.get("/sparql", query_string={"query": query, "format": "csv"}).text.splitlines()[1].startswith("=1+1,")


def test_a_query_gets_a_short_address_that_stays(app: Flask, client: FlaskClient) -> None:
    app.extensions["itda"].links = ShortLinks(app.extensions["itda"].settings.snapshots / "links", 2)
    made = [client.post("/q", data={"query": f"SELECT ?s {{ ?s ?p {number} }} LIMIT 1"}) for number in (1, 1, 2)]
    assert [answer.status_code for answer in made] == [303] * 3
    address = made[0].headers["Location"]
    assert re.fullmatch("/q/[0-9a-f]{12}", address)
    assert made[1].headers["Location"] == address != made[2].headers["Location"]
    assert address in page(client, address)
    assert client.get(address).get_json()["head"]["vars"] == ["s"]
    assert client.get(address, headers={"Accept": "text/csv"}).mimetype == "text/csv"
    assert client.post("/q", data={"query": "ASK {}"}).status_code == 503
    assert client.post("/q", data={"query": "nonsense"}).status_code == 400
    for wrong in ("0" * 12, "../../etc/passwd", "x"):
        assert client.get(f"/q/{wrong}").status_code == 404


def test_the_schema_is_counted_in_the_graph(client: FlaskClient) -> None:
    text = unescape(client.get("/schema").text)
    counted = client.get("/sparql", query_string={"query": "SELECT (COUNT(?s) AS ?n) { ?s a <https://w3id.org/kr-jobs/ns#Program> }"})
    assert f">사업</a> <b>{counted.get_json()['results']['bindings'][0]['n']['value']}</b>" in re.sub(r"</?span[^>]*>", "", text)
    assert "kj:participantGroup" in text
    assert client.get("/en/schema").status_code == 200


def test_the_editor_can_complete_prefixes_classes_properties_and_korean_names(client: FlaskClient) -> None:
    terms = client.get("/schema/terms.json").get_json()["terms"]
    for wanted in (["kj:", "", "namespace"], ["kj:Program", "사업", "class"], ["group:youth", "청년", "constant"]):
        assert wanted in terms
    assert "kj:participantGroup" in {written for written, _, kind in terms if kind == "property"}
    assert "박스퀘어" in " ".join(name for _, name, _ in terms)
    assert all(written == "<https://w3id.org/" or ":" in written for written, _, _ in terms)


def test_an_empty_cell_of_group_concat_says_why(client: FlaskClient) -> None:
    empty = page(client, query="SELECT (GROUP_CONCAT(?n) AS ?all) { VALUES ?n { 1 2 } }")
    assert "GROUP_CONCAT(STR(?x))" in empty
    assert "GROUP_CONCAT(STR(?x))" not in page(client, query="SELECT (GROUP_CONCAT(STR(?n)) AS ?all) { VALUES ?n { 1 2 } }")
