"""The real server: it serves while data is broken, switches to what is published, survives a killed process and leaves none behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.settings import Settings
from kg.store.snapshot import Snapshot, set_current
from tests.conftest import ONTOLOGY, publish, spine_at

TUTOR = "seodaemun-2022/tasks/1-2-digital-tutor.yaml"
PATIENCE_S = 60


@dataclass
class Served:
    """A running server on a data folder and a snapshot folder of its own."""

    port: int
    process: subprocess.Popen[bytes]
    settings: Settings

    def get(self, path: str) -> tuple[int, bytes]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return answer.status, answer.read()

    def snapshot_id(self) -> str:
        return str(json.loads(self.get("/version")[1])["snapshot"])


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if is_so():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come about in time")


def children(pid: int) -> list[int]:
    """Every thread of a process has children of its own: a query worker is started by the thread that answers."""
    lists = [path.read_text("ascii") for path in sorted(Path(f"/proc/{pid}/task").glob("*/children"))]
    return [int(child) for text in lists for child in text.split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="module")
def own(published: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("served")
    settings = Settings(data=spine_at(folder / "data"), ontology=ONTOLOGY, snapshots=folder / "snapshots")
    shutil.copytree(published.path, settings.snapshots / published.id)
    set_current(settings.snapshots, published.id)
    return settings


@contextmanager
def running(settings: Settings, command: Callable[[int], list[str]], **environment: str) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = [sys.executable, "-m", *command(port)]
    folder, env = settings.snapshots.parent, os.environ | environment
    with subprocess.Popen(started, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        found = Served(port, process, settings)
        try:
            until(lambda: found.get("/healthz")[0] == 200)
            yield found
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def served(own: Settings) -> Iterator[Served]:
    with running(own, lambda port: ["web", f"--data={own.data}", f"--snapshots={own.snapshots}", "serve", f"--port={port}"]) as found:
        yield found


def test_a_server_that_loads_the_site_in_each_of_its_workers_answers_the_same(served: Served) -> None:
    def command(port: int) -> list[str]:
        return ["granian", "--interface=wsgi", "--workers=2", f"--port={port}", "web.wsgi:application"]

    own, path = served.settings, "/api/search?q=%EC%B2%AD%EB%85%84%20%EC%B0%BD%EC%97%85"
    places = {"ITDA_DATA": str(own.data), "ITDA_ONTOLOGY": str(own.ontology), "ITDA_SNAPSHOTS": str(own.snapshots)}
    with running(own, command, **places) as apart:
        assert apart.get(path)[1] == served.get(path)[1]


def test_a_page_a_query_and_a_search_are_answered(served: Served, published: Snapshot) -> None:
    assert "신촌 박스퀘어" in served.get("/serves/kr/group/youth")[1].decode()
    assert b'"boolean"' in served.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D")[1]
    assert json.loads(served.get("/api/search?q=%EA%B2%BD%EB%A1%9C%EB%8B%B9")[1])["total"] > 0
    assert served.snapshot_id() == published.id


def test_broken_data_changes_nothing_of_what_is_served(served: Served, published: Snapshot) -> None:
    path = served.settings.data / TUTOR
    good = path.read_text("utf-8")
    path.write_text(good.replace("group:youth", "group:yuoth"), "utf-8")
    command = [sys.executable, "-m", "web", f"--data={served.settings.data}", f"--snapshots={served.settings.snapshots}", "build"]
    assert subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False).returncode == 3
    path.write_text(good, "utf-8")
    assert served.get("/id/11410/program/digital-tutor")[0] == 200
    assert served.snapshot_id() == published.id


def test_a_newly_published_snapshot_is_served_without_a_restart(served: Served, published: Snapshot) -> None:
    path = served.settings.data / TUTOR
    path.write_text(path.read_text("utf-8").replace("labelEn: Seodaemun-gu Digital Tutor", "labelEn: Tutors of Seodaemun"), "utf-8")
    snapshot = publish(served.settings)[0]
    assert snapshot.id != published.id
    until(lambda: served.snapshot_id() == snapshot.id)
    until(lambda: b"Tutors of Seodaemun" in served.get("/en/id/11410/program/digital-tutor")[1])


def test_a_killed_web_process_is_replaced_and_no_query_worker_outlives_it(served: Served) -> None:
    victim = a_process_with_a_query_worker(served)
    orphans = children(victim)
    os.kill(victim, signal.SIGKILL)
    until(lambda: not any(is_running(pid) for pid in [victim, *orphans]))
    until(lambda: len([pid for pid in children(served.process.pid) if is_running(pid)]) == served.settings.workers)
    assert served.get("/")[0] == 200


def a_process_with_a_query_worker(served: Served) -> int:
    """Any web process may answer a query and so start a worker: ask, and take one that has."""
    served.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D")
    return next(pid for pid in children(served.process.pid) if children(pid))


def test_stopping_the_server_leaves_no_process_behind(served: Served) -> None:
    workers = children(served.process.pid)
    everyone = [*workers, *(child for worker in workers for child in children(worker))]
    served.process.terminate()
    served.process.wait(timeout=PATIENCE_S)
    until(lambda: not any(is_running(pid) for pid in everyone))
