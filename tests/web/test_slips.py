"""What the query page says to people who are new to SPARQL: each slip brings the query that was most likely meant."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.store.guard import inspect
from kg.store.reader.examples import load_examples
from web.columns import load_columns
from web.slips import never_bound

HTML = {"Accept": "text/html"}
NAMED = 'SELECT ?s { ?s skos:prefLabel "청년"@ko }'


def page(client: FlaskClient, query: str, status: int = 200, path: str = "/sparql") -> str:
    answer = client.get(path, query_string={"query": query}, headers=HTML)
    assert answer.status_code == status, answer.text[:300]
    return unescape(answer.text)


def meant(text: str, kind: str) -> str:
    """The query behind the first “did you mean” of a note or a fault."""
    found = re.search(rf'class="{kind}".*?href="([^"]+#answer)"><code>', text, re.S)
    assert found, text[:3000]
    return parse_qs(urlsplit(found[1]).query)["query"][0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?s { ?s skos:prefLabel “청년”@ko }", NAMED),
        ("SELECT ?s { ?s skos:prefLabel ‘청년’@ko }", NAMED.replace('"', "'")),
        ('SELECT ?s { ?s skos:prefLabel "청년"@ko', NAMED.replace(" }", "\n}")),
        ('SELECT ?s { ?s skos:prefLabel "청년@ko }', NAMED),
        ("SELECT ?s { ?s skos:prefLabel ?l . FILTER(STR(?l) = '청년) }", "SELECT ?s { ?s skos:prefLabel ?l . FILTER(STR(?l) = '청년') }"),
        ("SELECT ?s { ?s skos:prefLabel ?l . FILTER(STR(?l) = '청년' }", "SELECT ?s { ?s skos:prefLabel ?l . FILTER(STR(?l) = '청년' ) }"),
        (
            'SELECT ?s { ?s skos:prefLabel ?l FILTER CONTAINS(?l, "청년) } LIMIT 3',
            'SELECT ?s { ?s skos:prefLabel ?l FILTER CONTAINS(?l, "청년") } LIMIT 3',
        ),
        (
            "SELECT ?s, ?l { ?s skos:prefLabel ?l FILTER(?l IN ('청년'@ko, 'b')) }",
            "SELECT ?s ?l { ?s skos:prefLabel ?l FILTER(?l IN ('청년'@ko, 'b')) }",
        ),
        (
            "SELECT ?l, (COUNT(?s) AS n) { ?s skos:prefLabel ?l FILTER(?l = '청년'@ko) } GROUP ?l ORDER ?l",
            "SELECT ?l (COUNT(?s) AS ?n) { ?s skos:prefLabel ?l FILTER(?l = '청년'@ko) } GROUP BY ?l ORDER BY ?l",
        ),
        (
            "ASK { ?s skos:prefLabel '청년'@ko\nBIND(STR(?s) AS name) }",
            "ASK { ?s skos:prefLabel '청년'@ko\nBIND(STR(?s) AS ?name) }",
        ),
        (
            'SELECT ?s { ?s skos:prefLabel ?l FILTER CONTAINS(?l, "청년 (a) b@ko) } LIMIT 3',
            'SELECT ?s { ?s skos:prefLabel ?l FILTER CONTAINS(?l, "청년 (a) b"@ko) } LIMIT 3',
        ),
    ],
)
def test_marks_that_are_curly_or_missing_are_put_right(client: FlaskClient, query: str, expected: str) -> None:
    found = meant(page(client, query, 400), "fault")
    assert found.replace(" \n", "\n") == expected
    assert "청년" in page(client, found)


def test_a_curly_mark_within_a_text_stays(client: FlaskClient) -> None:
    found = meant(page(client, "SELECT ?s { ?s skos:prefLabel “a” ; skos:altLabel 'b “c” d' # “e”\n}", 400), "fault")
    assert found == "SELECT ?s { ?s skos:prefLabel \"a\" ; skos:altLabel 'b “c” d' # “e”\n}"


@pytest.mark.parametrize("words", ["청년이 받을 수 있는 지원은 무엇인가요?", "which programmes are for the elderly"])
def test_words_instead_of_a_query_lead_to_the_search_and_to_ready_questions(client: FlaskClient, words: str) -> None:
    text = page(client, words, 400, "/sparql")
    assert "질의가 아니라 낱말입니다" in text
    fault = text.partition('class="fault"')[2].partition("</div>")[0]
    searched, *ready = re.findall(r'href="([^"]+)"', fault)
    assert parse_qs(urlsplit(searched).query)["q"] == [words]
    assert client.get(searched).status_code == 200
    assert ready and all(client.get(one, headers=HTML).status_code == 200 for one in ready)
    assert "These are words, not a query" in page(client, words, 400, "/en/sparql")


def test_a_mistyped_query_is_not_taken_for_words(client: FlaskClient) -> None:
    assert "낱말입니다" not in page(client, "SELECT ?s WHERE ?s ?p ?o", 400)


def test_a_column_that_nothing_can_fill_brings_the_variable_of_the_query(client: FlaskClient) -> None:
    text = page(client, "SELECT ?s ?nmae { ?s skos:prefLabel ?name } ORDER BY ?nmae LIMIT 2")
    assert "“?nmae”" in text
    assert meant(text, "note") == "SELECT ?s ?name { ?s skos:prefLabel ?name } ORDER BY ?name LIMIT 2"


def test_what_rows_are_sorted_by_is_no_column(client: FlaskClient) -> None:
    text = page(client, "SELECT ?s { ?s skos:prefLabel ?name } ORDER BY DESC(?nmae) LIMIT 2")
    assert "“?nmae”을(를) 쓰지만" in text and "그 열은 비어" not in text
    assert meant(text, "note") == "SELECT ?s { ?s skos:prefLabel ?name } ORDER BY DESC(?name) LIMIT 2"


def test_what_is_only_counted_is_no_column() -> None:
    query = "SELECT ?s ?e (COUNT(?f) AS ?n) { ?s ?p ?o } GROUP BY ?s ?e HAVING (COUNT(?g) > 1)"
    assert [(slip.written, slip.is_column) for slip in never_bound(inspect(query))] == [("?e", True), ("?f", False), ("?g", False)]


def test_nothing_is_said_of_the_columns_of_what_cannot_be_read(client: FlaskClient) -> None:
    assert "중괄호 안 어디에도" not in page(client, "SELECT ?s WHERE ?s a kj:Program LIMIT 3", 400)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?s (COUNT(?p) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(?p) > 1) ORDER BY ?n",
        "SELECT ?a ?b { ?a <x:p> ?c } VALUES (?a ?b) { (1 2) }",
        "SELECT ?a ?b { ?a <x:p> ?c } VALUES ?b { 1 }",
        "SELECT (1 AS ?x) {}",
        "ASK { ?s ?p ?o }",
    ],
)
def test_a_variable_that_is_bound_anywhere_is_none_of_these(query: str) -> None:
    assert never_bound(inspect(query)) == ()


def test_every_ready_question_is_free_of_slips(client: FlaskClient) -> None:
    for example in load_examples(Settings().ontology / "examples"):
        assert never_bound(inspect(example.query)) == (), example.name


def test_a_text_the_data_has_only_with_a_language_brings_it(client: FlaskClient) -> None:
    assert meant(page(client, 'SELECT ?s { ?s skos:prefLabel "청년" }'), "note") == NAMED
    compared = 'SELECT ?s { ?s skos:prefLabel ?l FILTER(?l = "청년") }'
    assert meant(page(client, compared), "note") == compared.replace('"청년"', '"청년"@ko')
    counted = 'SELECT (COUNT(*) AS ?n) { ?s skos:prefLabel "청년" }'
    assert meant(page(client, counted), "note") == counted.replace('"청년"', '"청년"@ko')
    for right in (NAMED, 'ASK { ?s skos:prefLabel ?l FILTER(CONTAINS(?l, "zzz")) }', 'SELECT ?s { ?s skos:prefLabel "no such name" }'):
        assert "언어 표시와 함께" not in page(client, right)


@pytest.mark.parametrize(
    ("written", "right"),
    [("kj:obsValue", "sdmx-measure:obsValue"), ("schema:prefLabel", "skos:prefLabel"), ("qb:startLine", "kj:startLine")],
)
def test_a_known_name_in_another_namespace_brings_the_right_one(client: FlaskClient, written: str, right: str) -> None:
    query = f"SELECT * {{ ?s {written} ?o }} LIMIT 1"
    assert meant(page(client, query), "note") == query.replace(written, right)


def test_a_prefix_that_was_declared_wrongly_brings_the_whole_address(client: FlaskClient) -> None:
    query = "PREFIX skos: <http://www.w3.org/2004/02/skos/> SELECT * { ?s skos:prefLabel ?o } LIMIT 1"
    assert "<http://www.w3.org/2004/02/skos/core#prefLabel>" in meant(page(client, query), "note")


def test_columns_of_ready_questions_have_korean_heads(app: Flask, client: FlaskClient) -> None:
    said = load_columns(Settings().data / "lexicon")
    for example in load_examples(Settings().ontology / "examples"):
        text = unescape(client.get("/sparql", query_string={"example": example.name}, headers=HTML).text)
        names = re.findall(r"<th scope=.*?<code>(\w+)</code>", text)
        assert names, example.name
        assert all(name in said for name in names), (example.name, set(names) - set(said))
        assert f"{said[names[0]]} <code>{names[0]}</code>" in text
    english = client.get("/en/sparql", query_string={"example": "programs-for-a-group"}, headers=HTML).text
    assert "<code>program</code>" in english and f"{said['program']} <code>" not in english
