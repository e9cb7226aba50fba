"""Judges web/errors.py: a page for people, a problem document for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import errors
from kg.settings import Settings
from web.app import create_app
from web.errors import STATUS, problem, status_of
from web.serving import SearchOpener


def test_a_visitor_gets_a_friendly_page_in_the_language_of_the_address(client: FlaskClient) -> None:
    page = client.get("/nope")
    assert page.status_code == 404
    assert "그런 쪽이 없습니다" in page.text
    assert "There is no such page" in client.get("/en/nope").text


def test_a_program_gets_a_problem_document(client: FlaskClient) -> None:
    for answer in (client.get("/api/nope"), client.get("/nope", headers={"Accept": "application/json"})):
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["status"] == 404
        assert answer.get_json()["title"]


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/goals")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_413(client: FlaskClient) -> None:
    assert client.post("/", data=b"q=" + b"a" * 2_000_000, content_type="application/x-www-form-urlencoded").status_code == 413
    assert client.post("/sparql", data=b" " * 2_000_000, content_type="application/sparql-query").status_code == 413


def test_every_error_of_the_tree_has_a_status() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.KgError)]
    made = [kind(()) if issubclass(kind, errors.SourceFaults) else kind() for kind in kinds]
    assert all(400 <= status_of(error) < 600 for error in made)
    assert STATUS[-1][0] is errors.KgError


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (BROWSER, "text/html"),
        ("application/xhtml+xml", "text/html"),
        ("text/html;charset=utf-8", "text/html"),
        ("*/*", "text/html"),
        ("application/xml", "application/problem+json"),
        ("text/turtle, text/html;q=0", "application/problem+json"),
        ("*/*;q=0", "application/problem+json"),
        ("application/json, text/html;q=0.5", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
    ],
)
def test_the_accept_header_tells_a_browser_from_a_program(client: FlaskClient, accept: str, media: str) -> None:
    assert client.get("/nope", headers={"Accept": accept}).mimetype == media


def test_at_the_query_address_only_a_browser_gets_a_page(client: FlaskClient) -> None:
    assert client.delete("/sparql", headers={"Accept": BROWSER}).mimetype == "text/html"
    for accept in ("", "*/*", "application/sparql-results+json", "text/html;q=0.1, application/json"):
        assert client.delete("/sparql", headers={"Accept": accept}).mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/readyz", "/version", "/en/readyz"])
def test_operations_answer_an_error_as_a_problem_even_to_a_browser(settings: Settings, tmp_path: Path, path: str) -> None:
    client = create_app(settings.model_copy(update={"snapshots": tmp_path}), SearchOpener()).test_client()
    answer = client.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert client.post("/healthz", headers={"Accept": BROWSER}).mimetype == "application/problem+json"


def test_the_standard_members_of_a_problem_win_over_facts_of_the_same_name(app: Flask) -> None:
    facts: dict[str, object] = {"status": "x", "title": "x", "detail": "x", "type": "x", "code": "x", "name": "kept"}
    with app.test_request_context("/"):
        body = problem(404, "not-found", "said", facts).get_json()
    assert (body["status"], body["detail"], body["type"], body["code"]) == (404, "said", "about:blank", "not-found")
    assert body["title"] != "x"
    assert body["name"] == "kept"
