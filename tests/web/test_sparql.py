"""Judges web/views/sparql.py: the SPARQL 1.1 Protocol and the query page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.store.reader.examples import Example, load_examples, load_topics

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/kr-jobs/ns#Program> } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s a <https://w3id.org/kr-jobs/ns#Program> }"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def values(answer: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> list[str]:
    return [row["s"]["value"] for row in answer["results"]["bindings"]]


def test_a_query_is_answered_by_get_by_form_and_by_direct_post(client: FlaskClient) -> None:
    by_get = values(client.get("/sparql", query_string={"query": SELECT}).get_json())
    by_form = values(client.post("/sparql", data={"query": SELECT}).get_json())
    direct = values(client.post("/sparql", data=SELECT.encode(), content_type="application/sparql-query").get_json())
    assert by_get == by_form == direct
    assert "https://w3id.org/kr-jobs/id/11410/program/digital-tutor" in by_get


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        ("ASK {}", "text/csv;q=0.9, application/sparql-results+xml;q=0.5", "application/sparql-results+xml"),
        (CONSTRUCT, "", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
    ],
)
def test_the_answer_comes_in_the_format_asked_for(client: FlaskClient, query: str, accept: str, media: str) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == media


def test_no_fitting_format_is_406(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png"}).status_code == 406


def test_the_format_parameter_serves_links_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT, "format": "csv"}, headers=HTML)
    assert answer.mimetype == "text/csv"
    assert client.get("/sparql", query_string={"query": SELECT, "format": "pdf"}).status_code == 400


def test_a_syntax_error_says_where(client: FlaskClient) -> None:
    refused = client.get("/sparql", query_string={"query": "SELECT ?s\nWHERE { ?s ?p }"})
    problem = refused.get_json()
    assert refused.status_code == 400
    assert refused.mimetype == "application/problem+json"
    assert problem["code"] == "query.syntax"
    assert problem["line"] == "2"
    assert int(problem["column"]) > 1
    page = client.get("/sparql", query_string={"query": "SELECT ?s\nWHERE { ?s ?p }"}, headers=HTML)
    assert page.status_code == 400
    assert "2번째 줄" in page.text


@pytest.mark.parametrize(
    "query",
    ["INSERT DATA { <a:a> <a:b> <a:c> }", "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "LOAD <http://127.0.0.1/>", "DROP ALL"],
)
def test_what_this_service_never_does_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get("/sparql", query_string={"query": query}).status_code == 400
    assert client.post("/sparql", data={"update": query}).status_code == 400


def test_a_request_without_a_query_or_in_another_format_is_refused(client: FlaskClient) -> None:
    assert client.get("/sparql?query=").status_code == 400
    assert client.post("/sparql", data={"format": "json"}).status_code == 400
    assert client.post("/sparql", data=b"{}", content_type="application/json").status_code == 415
    assert client.post("/sparql", data=b"\xff\xfe", content_type="application/sparql-query").status_code == 400
    assert client.put("/sparql").status_code == 405


def test_a_graph_named_by_the_protocol_limits_the_answer(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    counts = [
        int(client.get("/sparql", query_string={"query": query, **extra}).get_json()["results"]["bindings"][0]["n"]["value"])
        for extra in ({}, {"default-graph-uri": "https://w3id.org/kr-jobs/graph/11410/2022"})
    ]
    assert 0 < counts[1] < counts[0]


def test_a_browser_gets_the_page_with_names_linked(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": SELECT}, headers=HTML)
    assert page.mimetype == "text/html"
    assert '<a href="/id/11410/program/digital-tutor" ' in page.text or '<a href="/id/11410/program/digital-tutor">' in page.text
    assert "서대문구 디지털 튜터" in page.text
    assert client.get("/sparql", headers=HTML).status_code == 200


def examples() -> tuple[Example, ...]:
    return load_examples(Settings().ontology / "examples")


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.key)
def test_each_ready_question_has_an_answer_and_words_in_both_languages(client: FlaskClient, example: Example) -> None:
    assert example.question_ko.value
    assert example.question_en.value
    assert example.keywords
    assert example.topic in {topic.iri for topic in load_topics(Settings().ontology / "examples")}
    answer = client.get("/sparql", query_string={"query": example.query})
    assert answer.status_code == 200
    if "CONSTRUCT" in example.query:
        assert answer.text.count("\n") > 3
    else:
        assert answer.get_json()["results"]["bindings"]


def test_a_runaway_query_is_ended_and_the_next_one_is_answered(client: FlaskClient, settings: Settings) -> None:
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g && ?d != ?c) }"
    refused = client.get("/sparql", query_string={"query": bomb})
    assert refused.status_code == 504
    assert refused.get_json()["code"] == "query.limit"
    assert refused.headers["Itda-Limit"] == f"query_deadline_s={settings.query_deadline_s} s"
    assert refused.headers["Retry-After"] == "5"
    assert client.get("/sparql", query_string={"query": "ASK {}"}).get_json()["boolean"] is True


def test_a_query_too_complex_to_read_names_the_limit(client: FlaskClient) -> None:
    refused = client.get("/sparql", query_string={"query": "SELECT (1" + "+1" * 8000 + " AS ?x) {}"})
    assert refused.status_code == 400
    assert (refused.get_json()["code"], refused.get_json()["limit"]) == ("query.limit", "query_tokens")


def test_more_slow_queries_than_threads_are_turned_away_and_a_page_is_still_served(app: Flask, settings: Settings) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g && ?d != ?c) }"

    surplus = settings.threads + 2 - settings.query_waiting

    def ask(query: str) -> int:
        return app.test_client(use_cookies=False).post("/sparql", data={"query": query}).status_code

    assert ask("ASK {}") == 200
    with ThreadPoolExecutor(settings.threads) as server:  # as many as block in one web process
        asked = [server.submit(ask, slow) for _ in range(settings.threads + 2)]
        page = server.submit(lambda: app.test_client(use_cookies=False).get("/").status_code)
        assert [one.result() for one in islice(as_completed(asked), surplus)] == [503] * surplus
        assert page.result() == 200
        running = [one for one in asked if not one.done()]
        assert len(running) == settings.query_waiting  # neither the surplus nor the page waited for a slow query to end
    ended = [one.result() for one in running]  # those that run to the end of their time, and those that waited for them
    assert 504 in ended
    assert set(ended) <= {503, 504}
    assert ask("ASK {}") == 200


PAGE = "text/html"


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("ASK {}", "text/html;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT * {}", "text/csv, text/html;q=0.5", "text/csv"),
        ("SELECT * {}", "text/html;q=0.4, application/json", "application/sparql-results+json"),
        ("CONSTRUCT {} {}", "application/rdf+xml, text/html;q=0.9", "application/rdf+xml"),
        (None, "application/rdf+xml, text/html;q=0.9", "application/rdf+xml"),
        ("CONSTRUCT {} {}", "application/n-triples, text/html;q=0.5", "application/n-triples"),
        ("SELECT * {}", "application/n-triples, text/html;q=0.5", PAGE),
        ("SELECT * {}", "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", PAGE),
        (None, "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", PAGE),
        ("SELECT * {}", "*/*", "application/sparql-results+json"),
    ],
)
def test_the_page_is_for_who_likes_it_at_least_as_much_as_any_format(app: Flask, query: str | None, accept: str, media: str) -> None:
    answer = app.test_client().get("/sparql", query_string={"query": query} if query else {}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media)


def test_a_post_for_another_answer_than_the_known_one_is_412(client: FlaskClient) -> None:
    tag = client.get("/sparql", query_string={"query": SELECT}).headers["ETag"]
    sent = {"data": SELECT.encode(), "content_type": "application/sparql-query"}
    assert client.post("/sparql", headers={"If-None-Match": f'"x", {tag}'}, **sent).status_code == 412
    assert client.post("/sparql", headers={"If-None-Match": '"x"'}, **sent).status_code == 200
