"""Judges web/services.py: which snapshot a request reads."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.errors import SnapshotCorrupt, SnapshotMissing
from kg.settings import Settings
from kg.store.sandbox import QueryPool
from kg.store.snapshot import CURRENT, Snapshot
from tests.conftest import rewrite_manifest
from web.app import create_app
from web.services import Services
from web.serving import SearchOpener


@pytest.fixture
def own(settings: Settings, published: Snapshot, tmp_path: Path) -> Settings:
    """Settings of a snapshot folder that a test may change."""
    folder = tmp_path / "snapshots"
    folder.mkdir()
    shutil.copytree(published.path, folder / published.id)
    return settings.model_copy(update={"snapshots": folder})


def test_without_a_snapshot_pages_say_what_to_do_and_the_process_stays_healthy(settings: Settings, tmp_path: Path) -> None:
    client = create_app(settings.model_copy(update={"snapshots": tmp_path}), SearchOpener()).test_client()
    page = client.get("/")
    assert page.status_code == 503
    assert "itda build" in page.text
    assert page.headers["Retry-After"]
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_snapshot_published_later_is_served_without_a_restart(own: Settings, published: Snapshot) -> None:
    client = create_app(own, SearchOpener()).test_client()
    assert client.get("/").status_code == 503
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    assert client.get("/").status_code == 200
    assert client.get("/version").get_json()["snapshot"] == published.id


def test_a_request_keeps_its_snapshot_while_another_becomes_current(own: Settings, published: Snapshot) -> None:
    other = "f" * 64
    shutil.copytree(own.snapshots / published.id, own.snapshots / other)
    rewrite_manifest(own.snapshots / other, id=other)
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    services = Services(own, SearchOpener())
    with services.lease() as first:
        (own.snapshots / CURRENT).write_text(other + "\n")
        with services.lease() as second:
            assert (first.snapshot.id, second.snapshot.id) == (published.id, other)
            assert first.retired and first.users == 1
            assert first.reader.triples() == second.reader.triples()
            assert isinstance(second.queries, QueryPool)
            ready = [worker for worker in second.queries._slots.queue if worker is not None and worker._ready]
            assert len(ready) == own.query_workers, "no query after a publication waits until a process has started"
        assert first.queries.query("ASK {}", "application/sparql-results+json").body
    services.close()


def test_an_error_nobody_expects_while_the_next_one_is_opened_is_not_the_last_attempt(
    own: Settings, published: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "e" * 64
    shutil.copytree(own.snapshots / published.id, own.snapshots / other)
    rewrite_manifest(own.snapshots / other, id=other)
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    services = Services(own, SearchOpener())
    with services.lease():
        pass
    (own.snapshots / CURRENT).write_text(other + "\n")

    def fail(_wanted: str) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(services, "_open", fail)
        with pytest.raises(RuntimeError):
            services.acquire()
    with services.lease() as site:
        assert site.snapshot.id == other
    services.close()


def test_a_snapshot_built_before_there_was_a_network_serves_everything_else(own: Settings, published: Snapshot) -> None:
    shutil.rmtree(own.snapshots / published.id / "network")
    files = {name: file for name, file in published.manifest["files"].items() if not name.startswith("network/")}
    rewrite_manifest(own.snapshots / published.id, files=files)
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    client = create_app(own, SearchOpener()).test_client()
    for address in ("/", "/find", "/id/kr/group/youth", "/id/11410/program/campus-town", "/serves/kr/group/youth", "/readyz"):
        assert client.get(address, follow_redirects=True).status_code == 200, address
    for address in ("/network/kr/group/youth", "/path?from=kr/group/youth&to=kr/group/women", "/partners/", "/serves/", "/api/network"):
        page = client.get(address)
        assert page.status_code == 503 and "itda build" in page.text, address


def test_nothing_published_is_an_error_with_a_code(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissing):
        Services(settings.model_copy(update={"snapshots": tmp_path}), SearchOpener()).acquire()


def test_a_store_that_does_not_hold_what_the_manifest_says_is_not_ready(own: Settings, published: Snapshot) -> None:
    rewrite_manifest(own.snapshots / published.id, triples=1)
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    client = create_app(own, SearchOpener()).test_client()
    assert client.get("/readyz").status_code == 503


def test_operations_answer(client: FlaskClient, published: Snapshot) -> None:
    assert client.get("/healthz").data == b"ok\n"
    ready = client.get("/readyz").get_json()
    assert ready["snapshot"] == published.id
    assert ready["triples"] == published.manifest["triples"]
    assert client.get("/version").get_json()["release"]
    assert "Disallow: /sparql?" in client.get("/robots.txt").text
    assert "{searchTerms}" in client.get("/opensearch.xml").text


OTHER = "f" * 64


def named_but_missing(folder: Path) -> None:
    (folder / CURRENT).write_text(OTHER + "\n")


def with_another_manifest(folder: Path) -> None:
    (folder / OTHER).mkdir()
    (folder / OTHER / "manifest.json").write_text('{"id": "0", "files": {}}')
    (folder / CURRENT).write_text(OTHER + "\n")


def without_its_index(folder: Path) -> None:
    whole = next(path for path in folder.iterdir() if path.is_dir())
    shutil.copytree(whole, folder / OTHER)
    rewrite_manifest(folder / OTHER, id=OTHER)
    shutil.rmtree(folder / OTHER / "search")
    (folder / CURRENT).write_text(OTHER + "\n")


def junk(folder: Path) -> None:
    (folder / CURRENT).write_bytes(b"\xff\xfe\n")


def gone(folder: Path) -> None:
    (folder / CURRENT).unlink()


def a_folder(folder: Path) -> None:
    (folder / CURRENT).unlink()
    (folder / CURRENT).mkdir()


@pytest.mark.parametrize("spoil", [named_but_missing, with_another_manifest, without_its_index, junk, gone, a_folder])
def test_a_next_snapshot_that_cannot_be_opened_leaves_the_open_one_serving_and_is_said_once(
    own: Settings, published: Snapshot, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    client = create_app(own, SearchOpener()).test_client()
    assert client.get("/readyz").status_code == 200
    spoil(own.snapshots)
    with caplog.at_level(logging.ERROR):
        assert [client.get(path).status_code for path in ("/", "/goals", "/help")] == [200, 200, 200]
        ready = client.get("/readyz", headers={"Accept": "text/html"})
    assert len(caplog.records) == 1
    assert ready.status_code == 503
    assert ready.mimetype == "application/problem+json"
    assert published.id[:12] in ready.get_json()["detail"]
    assert client.get("/version").get_json()["snapshot"] == published.id
    if (own.snapshots / CURRENT).is_dir():
        (own.snapshots / CURRENT).rmdir()
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    assert client.get("/readyz").status_code == 200


def test_a_snapshot_that_was_mended_and_published_again_is_opened(own: Settings, published: Snapshot) -> None:
    current = own.snapshots / CURRENT
    current.write_text(published.id + "\n")
    services = Services(own, SearchOpener())
    with services.lease():
        pass
    without_its_index(own.snapshots)
    with services.lease() as site:
        assert site.snapshot.id == published.id
    shutil.copytree(own.snapshots / published.id / "search", own.snapshots / OTHER / "search")
    current.write_text(OTHER + "\n")
    os.utime(current, ns=(1, 1))
    with services.lease() as site:
        assert site.snapshot.id == OTHER
    assert services.refused is None
    services.close()


@pytest.mark.parametrize("spoil", [with_another_manifest, junk])
def test_a_broken_snapshot_is_corrupt_when_nothing_is_open(own: Settings, spoil: Callable[[Path], None]) -> None:
    spoil(own.snapshots)
    with pytest.raises(SnapshotCorrupt):
        Services(own, SearchOpener()).acquire()


def test_a_file_that_rots_while_it_is_served_makes_the_site_not_ready_and_is_named(own: Settings, published: Snapshot) -> None:
    (own.snapshots / CURRENT).write_text(published.id + "\n")
    app = create_app(own.model_copy(update={"scrub_mib_per_s": 1000}), SearchOpener())
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    path = own.snapshots / published.id / "itda.ttl"
    content = path.read_bytes()
    path.write_bytes(b"!" + content[1:])
    until = time.monotonic() + 60
    while client.get("/readyz").status_code == 200 and time.monotonic() < until:
        time.sleep(0.05)
    ready = client.get("/readyz?lang=ko")
    assert ready.status_code == 503
    assert f"{published.id[:12]}/itda.ttl" in ready.get_json()["detail"]
    assert "itda snapshot verify" in ready.get_json()["detail"]
    assert client.get("/").status_code == 200
    app.extensions["itda"].close()
