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
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

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
    # Two tasks are published over the whole plan.
    settings = Settings(data=spine_at(folder / "data"), ontology=ONTOLOGY, snapshots=folder / "snapshots", shrink_percent=100)
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


def test_the_fallback_server_answers_the_same_and_renews_its_processes(served: Served) -> None:
    own = served.settings

    def command(port: int) -> list[str]:
        return ["web", f"--data={own.data}", f"--snapshots={own.snapshots}", "serve", f"--port={port}"]

    with running(own, command, ITDA_SERVER="gunicorn") as fallback:
        for path in ("/id/kr/group/youth.ttl", "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D"):
            assert fallback.get(path) == served.get(path)
        before = set(children(fallback.process.pid))
        fallback.process.send_signal(signal.SIGHUP)
        until(lambda: not before & set(children(fallback.process.pid)) and fallback.get("/healthz")[0] == 200)


def test_no_process_outlives_the_one_that_started_it_however_it_ends(own: Settings) -> None:
    def command(port: int) -> list[str]:
        return ["web", f"--data={own.data}", f"--snapshots={own.snapshots}", "serve", f"--port={port}"]

    with running(own, command) as killed:
        assert killed.get("/sparql?query=ASK%7B%7D")[0] == 200
        web_processes = children(killed.process.pid)
        all_processes = [*web_processes, *(worker for one in web_processes for worker in children(one))]
        assert len(all_processes) > len(web_processes) > 1
        killed.process.kill()
        until(lambda: not any(is_running(one) for one in all_processes))


def test_a_web_process_that_is_told_to_end_before_it_serves_ends() -> None:
    script = """
import os, signal, time
from web import with_granian
signal.signal(signal.SIGTERM, lambda *_: None)  # as granian's main process has it before it forks
with_granian._end_with_this_process()
child = os.fork()
if not child:
    time.sleep(60)
    os._exit(0)
time.sleep(0.2)
os.kill(child, signal.SIGTERM)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=30)
    assert found.stdout.strip() == str(-signal.SIGTERM)


def test_processes_count_together(served: Served) -> None:
    def counted() -> float:
        lines = served.get("/metrics")[1].decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("itda_requests_total{") and '"/quality"' in line)

    before = counted()
    for _ in range(12):
        served.get("/quality")
    until(lambda: counted() == before + 12)


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


def private_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def test_processes_share_what_is_new_after_a_reload(served: Served) -> None:
    path = served.settings.data / "lexicon" / "synonyms.tsv"
    path.write_text(path.read_text("utf-8") + "0.5\t튜터, 길잡이\ta word of this test\n", "utf-8")
    snapshot = publish(served.settings)[0]
    before = set(children(served.process.pid))

    def took_over(pid: int) -> bool:
        served.get("/api/search?q=%ED%8A%9C%ED%84%B0")
        return private_mib(pid) > 200

    until(lambda: any(took_over(pid) for pid in before))
    served.process.send_signal(signal.SIGHUP)
    until(lambda: len(found := set(children(served.process.pid))) == len(before) and not before & found)
    for _ in range(8):
        served.get("/api/search?q=%EA%B8%B8%EC%9E%A1%EC%9D%B4")
    assert served.snapshot_id() == snapshot.id
    assert all(private_mib(pid) < 100 for pid in children(served.process.pid))


def test_a_request_under_way_is_answered_before_the_server_stops(served: Served) -> None:
    own = served.settings

    def command(port: int) -> list[str]:
        return ["web", f"--data={own.data}", f"--snapshots={own.snapshots}", "serve", f"--port={port}"]

    slow = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with running(own, command, ITDA_QUERY_DEADLINE_S="6") as stopping, ThreadPoolExecutor(1) as asked:
        stopping.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D")
        answer = asked.submit(status_of, f"http://127.0.0.1:{stopping.port}/sparql?query={slow}")
        until(lambda: any(is_busy(worker) for web in children(stopping.process.pid) for worker in children(web)))
        stopping.process.terminate()
        assert answer.result(PATIENCE_S) in (503, 504), "cut or, on a busy machine, turned away; but answered"
        stopping.process.wait(PATIENCE_S)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def is_busy(pid: int) -> bool:
    """Say whether a query worker has been computing for longer than it takes to start."""
    spent = [int(ticks) for ticks in Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]]
    return sum(spent) > 0.3 * os.sysconf("SC_CLK_TCK")


def test_stopping_the_server_leaves_no_process_behind(served: Served) -> None:
    workers = children(served.process.pid)
    everyone = [*workers, *(child for worker in workers for child in children(worker))]
    served.process.terminate()
    served.process.wait(timeout=PATIENCE_S)
    until(lambda: not any(is_running(pid) for pid in everyone))
