"""Judges web/limits.py: a request that weighs too much is refused with the limit, the value and what to do."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bench.safety.asking import Asked, ask

JSON = (("Content-Type", "application/json"),)


@pytest.mark.parametrize(
    ("asked", "status", "code", "limit"),
    [
        (Asked("GET", b"/api/" + b"a" * 20_000), 414, "web.long-address", 16384),
        (Asked("GET", b"/api/search", b"q=" + b"a" * 20_000), 414, "web.long-address", 16384),
        (Asked("GET", b"/api/search", b"q=a" + b"&type=" * 300), 400, "web.many-parameters", 200),
        (Asked("GET", b"/version", headers=(("Cookie", "a" * 40_000),)), 431, "web.long-headers", 32768),
        (Asked("GET", b"/version", headers=tuple((f"X-{n}", "a" * 90) for n in range(400))), 431, "web.long-headers", 32768),
        (Asked("POST", b"/api/eligibility", headers=JSON, body=b'{"age":' * 40 + b"1" + b"}" * 40), 400, "web.deep-json", 32),
        (Asked("POST", b"/api/eligibility", headers=JSON, body=b"[" * 100_000), 400, "web.deep-json", 32),
        (Asked("GET", b"/sparql", b"query=" + b"a" * 250_000), 414, "web.long-address", 16384 + 3 * 65536),
        (Asked("GET", b"/sparql", b"query=ASK%7B%7D" + b"&default-graph-uri=x:g" * 3000), 400, "web.many-parameters", 2000),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_weighs_too_much_is_refused_with_the_limit_and_the_value(app: Flask, asked: Asked, status: int, code: str, limit: int) -> None:
    answered = ask(app, asked)
    said = answered.json()
    assert (answered.status, said["code"], said["limit"]) == (status, code, str(limit))
    assert str(limit) in said["detail"] and said["value"]
    assert answered.headers["itda-limit"].startswith(f"{limit}=")


def test_people_get_a_page_that_says_the_same(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "a" * 20_000})
    assert (page.status_code, page.mimetype) == (414, "text/html")
    assert "16384" in page.text and "주소" in page.text


@pytest.mark.parametrize("media", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_sent_as_json_is_415(client: FlaskClient, media: str) -> None:
    refused = client.post("/api/eligibility", data=b'{"age": 30}', content_type=media)
    assert (refused.status_code, refused.mimetype) == (415, "application/problem+json")
    assert "application/json" in refused.get_json()["detail"]


@pytest.mark.parametrize("body", [b"", b"[1", b"nul", b'{"age": \xff}', b'{"age": ' + b"9" * 5000 + b"}"])
def test_a_body_that_is_no_json_is_400(client: FlaskClient, body: bytes) -> None:
    refused = client.post("/api/eligibility", data=body, content_type="application/json")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "web.bad-json")


@pytest.mark.parametrize("query", [b"q=\xff\xfe", b"q=%ff", b"q=\xed\xa0\x80", b"q=a b\x00", "q=청년".encode()])
def test_a_query_string_of_any_bytes_is_read(app: Flask, query: bytes) -> None:
    assert ask(app, Asked("GET", b"/api/search", query)).status == 200


def test_bytes_that_are_no_utf8_never_share_a_kept_answer_with_those_that_are(app: Flask) -> None:
    queries = (b"q=%C3%BF", b"q=\xff", b"q=%EF%BF%BD", b"q=%fe")
    found = [ask(app, Asked("GET", b"/api/search", query)).json()["query"]["text"] for query in (*queries, *queries)]
    assert found == ["\u00ff", "%FF", "\ufffd", "%FE"] * 2


def test_raw_korean_in_an_address_is_read_as_its_percent_encoding(app: Flask) -> None:
    raw, encoded = (ask(app, Asked("GET", b"/api/suggest", query)).body for query in ("q=청년".encode(), b"q=%EC%B2%AD%EB%85%84"))
    assert raw == encoded
