"""Judges web/errors.py: a page for people, a problem document for programs."""

from __future__ import annotations

from flask.testing import FlaskClient

from kg import errors
from web.errors import STATUS, status_of


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
    made = [kind(()) if kind is errors.SourceFaults else kind() for kind in kinds]
    assert all(400 <= status_of(error) < 600 for error in made)
    assert STATUS[-1][0] is errors.KgError
