"""`/openapi.json` tells the truth: every address answers as it says, whether the request is sound or not."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bench.safety import contract

READY = ("/api/queries/programs-for-a-group", "/api/queries/names-with-a-word")


def test_every_address_answers_as_described(app: Flask) -> None:
    counts, wrong = contract.put(app, 15, lambda path: not path.startswith("/api/queries/") or path in READY)
    assert wrong == []
    assert {path for path, _ in counts} >= {"/sparql", "/api/search", "/api/eligibility", "/api/figures", *READY}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/none", 404),
        ("DELETE", "/api/search", 405),
        ("POST", "/api/types", 405),
        ("GET", "/api/eligibility", 405),
        ("GET", "/api/search?type=none", 400),
        ("GET", "/api/path?from=x", 400),
        ("GET", "/api/queries/none", 404),
    ],
)
def test_an_error_of_the_api_is_a_problem_document_even_to_a_browser(client: FlaskClient, method: str, path: str, status: int) -> None:
    for language in ("", "/en"):
        answer = client.open(language + path, method=method, headers={"Accept": "text/html"})
        said = answer.get_json()
        assert (answer.status_code, answer.mimetype, said["status"]) == (status, "application/problem+json", status)
        assert said["title"] and said["detail"] and said["code"] and said["type"]


def test_a_body_of_the_api_that_is_too_large_is_a_problem_document(client: FlaskClient) -> None:
    answer = client.post("/api/eligibility", data=b'{"a": "' + b"x" * 2_000_000 + b'"}', content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert answer.get_json()["detail"]
