"""Publishes again and again while citizens ask: no answer may fail, and none may mix two snapshots.

Run: `.venv/bin/python -m bench.load.publishes [--times 200] [--rate 60]`. Builds two snapshots of the plan that differ in one sentence,
serves them from a folder of its own and makes one after the other the current one. The entity tag of an answer tells which snapshot's
graph it was made from, its text which snapshot's index. Prints a Markdown table.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from bench.load.asking import HEAD, ask
from bench.load.mix import Mix
from bench.load.server import serving
from kg.build.pipeline import build
from kg.network.projection import NetworkBuilder
from kg.settings import Settings
from kg.store.snapshot import Snapshot, set_current
from search.index import IndexBuilder

CHANGED = "seodaemun-2022/tasks/1-2-digital-tutor.yaml"
MARK = "둘째판표시"
WATCHED = f"/api/search?q={quote('경로당 디지털튜터')}"


def built(settings: Settings) -> Snapshot:
    """Build and publish what the settings name."""
    queries = settings.ontology / "queries"
    builders = (NetworkBuilder(queries), IndexBuilder(settings.data / "lexicon", queries))
    return build(settings, builders, lambda _step, _done, _total: None)[0]


def two_snapshots(folder: Path, given: Settings) -> tuple[Snapshot, Snapshot]:
    """Build the plan as it is, and with one more word in one sentence of ours."""
    data = Path(shutil.copytree(given.data, folder / "data"))
    settings = given.model_copy(update={"data": data, "snapshots": folder / "snapshots"})
    first = built(settings)
    path = data / CHANGED
    lines = path.read_text("utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.strip().startswith("description:"))
    lines[at] = lines[at].replace("description: ", f"description: {MARK} ", 1)
    path.write_text("".join(lines), "utf-8")
    return first, built(settings)


class Watcher:
    """Asks one question without pause and keeps what each answer says of its graph and of its index."""

    def __init__(self, port: int, pause_s: float = 0.0) -> None:
        self.seen: Counter[tuple[str, bool]] = Counter()
        self.failed = 0
        self._port, self._pause_s = port, pause_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            try:
                connection.request("GET", f"{WATCHED}&n={number}")
                answer = connection.getresponse()
                text = json.dumps(json.loads(answer.read()), ensure_ascii=False)
                self.seen[answer.headers["ETag"].removeprefix("W/"), MARK in text] += 1
            except (OSError, ValueError, http.client.HTTPException):
                self.failed += 1
            finally:
                connection.close()
            time.sleep(self._pause_s)

    def told(self) -> str:
        """Say what was seen, and how many snapshots were told with the index of another."""
        told = {tag: {marked for (one, marked) in self.seen if one == tag} for tag, _ in self.seen}
        mixed = sum(len(marks) > 1 for marks in told.values()) + (len({tuple(marks) for marks in told.values()}) < len(told))
        return f"\nWatched answers: {sum(self.seen.values())}, failed: {self.failed}, snapshots seen: {len(told)}, mixed: {mixed}"


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--rate", type=int, default=60, help="Citizens' requests a second.")
    parser.add_argument("--every", type=float, default=0.5, help="Seconds between two publishes.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        snapshots = two_snapshots(folder, Settings.from_env(os.environ))
        mix = Mix(snapshots[0], 1)
        span = int(given.times * given.every)
        print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n\n{HEAD}")
        done: list[float] = []

        def publish() -> None:
            while len(done) < given.times:
                set_current(folder / "snapshots", snapshots[len(done) % 2].id)
                done.append(time.monotonic())
                time.sleep(given.every)

        environment = {"ITDA_SNAPSHOTS": str(folder / "snapshots"), "ITDA_QUERY_BUDGET_S": "100000"}
        with serving(**environment) as (port, _), Watcher(port) as watcher:
            publisher = threading.Thread(target=publish)
            publisher.start()
            found = ask(port, mix.unique(given.rate * span), given.rate)
            publisher.join()
    print(found.row(f"{len(done)} publishes in {span} s", span))
    print(watcher.told())
    for moment, told in found.moments:
        before = [moment - published for published in done if published <= moment]
        print(f"Failed: {told}, {min(before, default=0.0):.2f} s after the last of {len(before)} publishes")


if __name__ == "__main__":
    main()
