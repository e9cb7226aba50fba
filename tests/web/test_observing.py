"""What operators see: every request is counted and told by its route, and nothing of a person is in it."""

from __future__ import annotations

import json
import logging

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from kg.store.snapshot import Snapshot
from web.observing import JsonFormatter, Measures

SECRET = "비밀스러운말"


def line_of(record: logging.LogRecord) -> dict[str, object]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    told: dict[str, object] = json.loads(line)
    return told


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        (f"/search?q={SECRET}", "/search", 200),
        ("/id/kr/group/youth", "/id/<path:path>", 200),
        (f"/serves/{SECRET}", "/serves/<path:name>", 404),
        (f"/{SECRET}", "-", 404),
    ],
)
def test_a_request_is_one_line_with_its_route_and_without_what_was_typed(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, route: str, status: int
) -> None:
    with caplog.at_level(logging.INFO, "itda.requests"):
        client.get(path, headers={"User-Agent": SECRET, "Referer": f"http://x/{SECRET}"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    (record,) = [record for record in caplog.records if record.name == "itda.requests"]
    told = line_of(record)
    assert (told["method"], told["route"], told["status"]) == ("GET", route, status)
    text = json.dumps(told, ensure_ascii=False)
    assert SECRET not in text
    assert "203.0.113.9" not in text


def test_an_error_with_line_breaks_stays_one_line() -> None:
    record = logging.LogRecord("itda", logging.ERROR, "", 0, "first\nsecond %s", ("third\r\nfourth",), None)
    assert line_of(record)["message"] == "first\nsecond third\r\nfourth"


def test_metrics_are_what_prometheus_reads(client: FlaskClient, published: Snapshot) -> None:
    client.get("/search?q=청년")
    client.get("/nowhere")
    client.open("/", method="BREW")
    answer = client.get("/metrics")
    assert answer.headers["Cache-Control"] == "no-store"
    found = {family.name: family for family in text_string_to_metric_families(answer.text)}
    samples = {tuple(sorted(sample.labels.items())): sample.value for sample in found["itda_requests"].samples}
    assert samples[("method", "GET"), ("route", "/search"), ("status", "200")] >= 1
    assert samples[("method", "GET"), ("route", "-"), ("status", "404")] >= 1
    assert any(("method", "other") in labels for labels in samples), "a client cannot make up methods without end"
    assert {sample.labels["code"] for sample in found["itda_errors"].samples} >= {"http.404"}
    assert found["itda_snapshot_info"].samples[0].labels == {"id": published.id}
    assert found["itda_snapshot_refused"].samples[0].value == 0
    assert found["itda_request_seconds"].type == "histogram"


def test_measures_of_one_site_are_not_those_of_another() -> None:
    one, other = Measures(several=False), Measures(several=False)
    one.count("GET", "/a", "200", 0.1, "")
    assert b'route="/a"' in one.exposed()
    assert b'route="/a"' not in other.exposed()
