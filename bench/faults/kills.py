"""Kills builds (SIGKILL) at random points and looks at what is served then, and whether the next build mends everything.

Run: `.venv/bin/python -m bench.faults.kills --times 200 --seed 1` (prints a table; exit code 1 when something was not whole).

Every second one is killed at a point of the whole build, the others at a point of its writing, verifying and switching.
After each kill every file of the served snapshot is compared byte by byte (SHA-256) with its manifest; the next build has to succeed,
serve the new data and leave no litter.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from bench.faults.building import Say, change, ended, litter, start_build, two_tasks
from kg.errors import SnapshotError
from kg.settings import Settings
from kg.store.snapshot import current_id, folder_faults, open_current


def stage_of(folder: Path, before: str) -> str:
    """Say how far a killed build had come, from what it left."""
    if current_id(folder) != before:
        return "after the switch"
    building = next(folder.glob(".building-*"), None)
    if building is None:
        return "reading and checking"
    if (building / "manifest.json").is_file():
        return "verifying and switching"
    return "writing" if any(building.iterdir()) else "reading and checking"


def run(times: int, seed: int, which: str, say: Say = print) -> int:
    """Kill `times` builds; return how often something was wrong."""
    rng, wrong = random.Random(seed), []
    stages: Counter[str] = Counter()
    late = kills = 0
    with tempfile.TemporaryDirectory() as where, suppress(KeyboardInterrupt):  # whoever stops it hears of those until then
        home = Path(where)
        settings = Settings(data=two_tasks(home / "data"), snapshots=home / "snapshots", snapshots_kept=3)
        folder, says = settings.snapshots, home / "says"
        assert ended(start_build(settings, which, says)) == 0, says.read_text("utf-8")
        longest, writing = _seconds(settings, which, says, 0)
        number = 0
        while kills < times:
            number += 1
            before = current_id(folder)
            change(settings.data, number)
            pid = start_build(settings, which, says)
            if number % 2:
                time.sleep(rng.uniform(0, longest))
            else:
                _wait_until_writing(folder, pid)
                time.sleep(rng.uniform(0, writing))
            os.kill(pid, signal.SIGKILL)
            if ended(pid) != -signal.SIGKILL:
                late += 1
                longest, writing = longest * 0.98, writing * 0.98
                continue
            kills += 1
            longest, writing = longest * 1.002, writing * 1.002
            stages[stage_of(folder, before)] += 1
            wrong += [f"kill {kills}: {fault}" for fault in _unwhole(folder)]
            if (code := ended(start_build(settings, which, says))) != 0:
                wrong.append(f"kill {kills}: the next build ended with {code}: {says.read_text('utf-8')}")
            wrong += [f"kill {kills}, next build: {fault}" for fault in (*_unwhole(folder), *folder_faults(folder), *litter(folder))]
            if current_id(folder) == before:
                wrong.append(f"kill {kills}: the next build served nothing new")
    say(f"seed {seed}, parts: {which}; {kills} builds killed, {late} had ended before the signal came")
    say("| killed while | times |\n|---|---|")
    for stage, count in sorted(stages.items()):
        say(f"| {stage} | {count} |")
    say(f"served snapshot not whole, next build failed, or litter left: {len(wrong)}")
    for line in wrong:
        say(line)
    return len(wrong)


def _seconds(settings: Settings, which: str, says: Path, number: int) -> tuple[float, float]:
    """Return how long a build takes, and how much of that it writes."""
    change(settings.data, number)
    began = time.perf_counter()
    pid = start_build(settings, which, says)
    _wait_until_writing(settings.snapshots, pid)
    wrote = time.perf_counter()
    assert ended(pid) == 0, says.read_text("utf-8")
    return time.perf_counter() - began, time.perf_counter() - wrote


def _wait_until_writing(folder: Path, pid: int) -> None:
    while not next(folder.glob(".building-*"), None) and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.002)


def _unwhole(folder: Path) -> list[str]:
    try:
        open_current(folder).verify()
    except SnapshotError as error:
        return [str(error)]
    return []


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", choices=["all", "quick"], default="all", help="quick: without the search index")
    given = parser.parse_args()
    sys.exit(1 if run(given.times, given.seed, given.parts) else 0)


if __name__ == "__main__":
    main()
