"""Judges web/headers.py."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

PATHS = [
    "/",
    "/goals",
    "/id/11410/program/digital-tutor",
    "/id/11410/program/digital-tutor.ttl",
    "/api/types",
    "/nope",
    "/healthz",
    "/static/site.css",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_safety_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers and "Permissions-Policy" in headers
    assert "Set-Cookie" not in headers


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/goals")
    again = client.get("/goals", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_the_tag_differs_by_language_and_by_format(client: FlaskClient) -> None:
    path = "id/11410/program/digital-tutor"
    tags = [client.get(address).headers["ETag"] for address in (f"/{path}", f"/en/{path}", f"/{path}.ttl", f"/{path}.nt")]
    assert len(set(tags)) == 4


@pytest.mark.parametrize("path", ["/nope", "/healthz", "/version"])
def test_errors_and_operations_are_never_cached(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers


def test_files_with_a_fingerprint_may_be_kept_for_a_year(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/site\.css\?v=\w+)"', client.get("/").text)
    assert address
    assert "max-age=31536000" in client.get(address[1], buffered=True).headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/", "/goals", "/serves/kr/group/youth", "/id/11410/program/digital-tutor", "/sparql", "/data", "/ontology"]
)
def test_no_page_has_inline_style_or_script_or_names_an_outside_host_to_load_from(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    # A block of JSON-LD is data, which no browser runs and the policy does not touch.
    assert not re.search(r'<script(?! src=| type="application/ld\+json">)|<style| style=| on\w+=', page)
    assert not re.search(r'(?:src|<link[^>]*href)="https?:', page)
