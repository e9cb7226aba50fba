"""What stands in `deploy/` is true of this project: settings, files and addresses exist, and the proxy does what its comments say."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from bench.load.proxy import CONFIG, HAPROXY, proxied
from kg.settings import settings_table
from tests.conftest import ROOT
from web.messages import SENTENCES

DEPLOY = ROOT / "deploy"
needs_haproxy = pytest.mark.skipif(HAPROXY is None, reason="HAProxy is not installed (apt-get install haproxy)")


def test_variables_are_settings() -> None:
    known = {row.variable for row in settings_table()}
    for path in (*DEPLOY.iterdir(), ROOT / "docs" / "operations.md"):
        assert set(re.findall(r"\bITDA_[A-Z_]+", path.read_text("utf-8"))) <= known, path.name


def test_the_image_takes_files_that_exist_and_does_not_run_as_root() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    taken = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M) for name in line.split()]
    assert "web" in taken
    for name in taken:
        assert (ROOT / name).exists(), name
    last = text.rpartition("\nFROM ")[2]
    assert "\nUSER itda\n" in last
    assert last.index("USER itda") < last.index("\nCMD ")


def test_what_alerts_ask_for_is_measured(app: Flask) -> None:
    client = app.test_client()
    client.get("/healthz")
    told = {family.name for family in text_string_to_metric_families(client.get("/metrics").text)}
    text = (DEPLOY / "itda-alerts.yml").read_text("utf-8")
    asked = {re.sub(r"_(total|bucket)$", "", name) for name in re.findall(r"\bitda_\w+", text)}
    assert asked <= told
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    assert {"/readyz", "/sparql"} <= routes
    for code in re.findall(r'code="([^"]+)"', text):
        assert code in SENTENCES


@needs_haproxy
def test_the_proxys_configuration_is_valid() -> None:
    assert HAPROXY is not None
    subprocess.run([HAPROXY, "-c", "-q", "-f", str(CONFIG)], check=True, capture_output=True)


@contextmanager
def replica(status: int, seen: list[tuple[str, str]]) -> Iterator[int]:
    """Run a replica that answers everything, `/readyz` with a status; keep what it is told of the client."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in ("/readyz", "/healthz"):
                seen.append((self.path, ", ".join(self.headers.get_all("X-Forwarded-For", []))))
            self.send_response(status if self.path == "/readyz" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def status_of(port: int, path: str, source: str = "127.0.0.1", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(source, 0))
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            status_of(port, "/", "127.0.3.1")
            return
        except OSError:
            threading.Event().wait(0.05)
    raise AssertionError("the proxy did not start")


@needs_haproxy
def test_the_proxy_hides_measures_tells_the_true_client_and_turns_floods_away(tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []
    with replica(200, seen) as first, proxied(tmp_path, [first]) as port:
        wait_for(port)
        for path in ("/metrics", "/%6detrics", "//metrics", "/metrics/", "/en/metrics", "/metrics?x=1"):
            assert status_of(port, path) == 404, path
        assert status_of(port, "/id/x", "127.0.2.1", **{"X-Forwarded-For": "192.0.2.1"}) == 200
        assert ("/id/x", "127.0.2.1") in seen
        assert not any("metrics" in path or "etrics" in path for path, _ in seen)
        assert 429 in {status_of(port, "/", "127.0.2.2") for _ in range(700)}
        assert status_of(port, "/", "127.0.2.3") == 200


@needs_haproxy
def test_where_no_replica_is_ready_those_that_live_serve(tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []
    with replica(503, seen) as first, proxied(tmp_path, [first]) as port:
        wait_for(port)
        statuses = []
        for _ in range(60):
            statuses.append(status_of(port, "/"))
            threading.Event().wait(0.05)
        assert set(statuses) == {200}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (apt-get install prometheus)")
def test_prometheus_accepts_the_alerts() -> None:
    subprocess.run(["promtool", "check", "config", str(DEPLOY / "prometheus.yml")], check=True, capture_output=True)
