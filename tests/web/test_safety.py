"""What holds for every route and every answer of the site, whatever is asked."""

from __future__ import annotations

import socket

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from bench.safety import injections, outbound, variants
from bench.safety.asking import Asked, ask, faults
from bench.safety.fuzz import put
from kg.store.snapshot import Snapshot
from tests.conftest import DATA
from web.services import Services
from web.typed import Lookalikes

PLACES = {
    "static": "site.css",
    "entity.show": "kr/group/youth",
    "serves.page": "kr/group/youth",
    "network.page": "kr/group/youth",
    "partners.page": "11410/org/yonsei",
    "stats.table": "nothing",
    "sparql.short": "0123456789ab",
    "queries.answer": "nothing",
    "data.download": "itda.ttl",
}
REQUESTS = 1_000
LOOKALIKES = Lookalikes.load(DATA / "lexicon")


def every_route(app: Flask) -> list[tuple[str, bytes]]:
    """Return each route with a path of it."""
    found = []
    for rule in app.url_map.iter_rules():
        head, bracket, _ = rule.rule.partition("<")
        found.append((rule.endpoint, (head + (PLACES[rule.endpoint] if bracket else "")).encode()))
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
def test_every_route_answers_every_method_with_all_safety_headers(app: Flask, method: str) -> None:
    wrong = []
    for endpoint, path in every_route(app):
        asked = Asked(method, path)
        wrong += [f"{endpoint}: {fault}" for fault in faults(asked, ask(app, asked))]
    assert wrong == []


def test_every_answer_that_is_not_sent_again_keeps_its_safety_headers(app: Flask) -> None:
    seen = 0
    for endpoint, path in every_route(app):
        first = ask(app, Asked("GET", path))
        if first.status != 200 or "etag" not in first.headers:
            continue
        for _ in range(2):  # the second one comes from memory
            asked = Asked("GET", path, headers=(("If-None-Match", first.headers["etag"]),))
            again = ask(app, asked)
            assert (again.status, faults(asked, again)) == (304, []), endpoint
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("path", [b"/", b"/goals", b"/api/types", b"/sparql", b"/data/itda.ttl", b"/en/search"])
def test_a_failure_of_our_own_is_a_friendly_answer_with_all_safety_headers(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: bytes
) -> None:
    def fail(self: Services) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(Services, "acquire", fail)
    monkeypatch.setattr(Services, "serving", lambda self: None)
    answered = ask(app, Asked("GET", path, headers=(("Accept", "text/html"),)))
    assert (answered.status, faults(Asked("GET", path), answered)) == (500, ["status 500"])
    assert b"secret" not in answered.body and b"RuntimeError" not in answered.body


def test_a_thousand_generated_requests_find_no_failure_and_no_missing_header(app: Flask) -> None:
    outcome = put(app, REQUESTS)
    assert outcome.wrong == []
    assert outcome.counts.total() >= REQUESTS
    assert {status for _, status in outcome.counts} >= {200, 302, 400, 404, 405, 414}


def test_no_text_becomes_more_than_text(app: Flask) -> None:
    told = injections.put(app, step=9)
    assert [success for tally in told.values() for success in tally.successes] == []
    assert sum(len(tally.payloads) for tally in told.values()) >= 200
    assert told.keys() == {"html", "template", "header", "path", "csv", "sparql", "search"}


def test_no_request_makes_the_site_call_anywhere(app: Flask) -> None:
    calls, told, wrong = outbound.put(app, step=1)
    assert (calls, wrong) == (0, [])
    assert told.total() >= 200 and told[400] > told[200]


def test_the_listener_would_have_counted_a_call() -> None:
    with outbound.listening() as listener:
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, listener.port)).close()
    assert listener.calls == 2


def test_a_failure_is_logged_by_its_route_and_never_with_what_was_typed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Services) -> None:
        raise RuntimeError

    monkeypatch.setattr(Services, "acquire", fail)
    ask(app, Asked("GET", "/serves/비밀".encode(), "q=비밀".encode()))
    (record,) = [record for record in caplog.records if record.name == "web.errors"]
    assert record.getMessage() == "unexpected error on /serves/<path:name>"


def test_names_in_other_code_points_find_what_the_plain_names_find(app: Flask, published: Snapshot) -> None:
    outcome = variants.put(app, variants.names_of(published.path, 16), LOOKALIKES)
    assert outcome.differing == []
    assert len({kind for kind, _ in outcome.tried}) == 8


def test_names_of_another_script_and_first_consonants_stay_as_they_are() -> None:
    for text in ("Москва", "ㅊㄴㅋ", "ㅋㅋ", "청ㄴ", "ㅏㅏ", "日本", "Σωκράτης"):
        assert LOOKALIKES.plain(text) == text
    assert [*LOOKALIKES.readings("уоuth\u3164")] == ["уоuth\u3164", "youth"]


@given(st.text(max_size=60))
def test_any_text_is_read_to_something_that_is_read_to_itself(text: str) -> None:
    plain = LOOKALIKES.plain(text)
    assert LOOKALIKES.plain(plain) == plain
    assert "\u3164" not in plain and "\u200b" not in plain
