"""How long builds of many districts take and how much memory: `.venv/bin/python -m bench.shards [--plans 1 10] [--times 1 10 50]`.

Two tables. `--plans`: so many folders of two tasks of the real plan, each as another district's, read, checked and published; from nothing,
then with one of them changed, then with none. `--times`: the statements of the whole real plan as so many districts' shards, put together
and published, then again with one shard changed. Each build runs in a process of its own, whose memory is that of its largest process.
Search and network, which read the whole store, are not built.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.build.check import check
from kg.build.keeping import sole_builder
from kg.build.pipeline import build
from kg.build.publish import Rules, publish_shards
from kg.build.streaming import write_lines_as_shard
from kg.settings import Settings
from kg.store.lines import read_lines
from kg.store.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[1]
SPINE = ROOT / "tests" / "fixtures" / "spine" / "seodaemun-2022"
FIRST = 90000  # no area of the plan's tables has such a code
_OWN = re.compile(rb"/11410(?=[/>])")


def quiet(_step: str, _done: int, _total: int) -> None:
    """Report nothing."""


def write_plans(data: Path, times: int) -> None:
    """Lay out so many districts' plans."""
    data.mkdir()
    shutil.copytree(ROOT / "data" / "lexicon", data / "lexicon")
    for number in range(times):
        shutil.copytree(SPINE, data / f"plan-{number:03}")
        path = data / f"plan-{number:03}" / "plan.yaml"
        path.write_text(path.read_text("utf-8").replace("graph: 11410/2022", f"graph: {FIRST + number}/2022"), "utf-8")


def write_districts(real: list[Path], times: int, folder: Path) -> list[Path]:
    """Write the statements of the real plan as so many districts'; what names nothing of the district's own is in all of them."""
    folder.mkdir()
    shards = []
    for number in range(times):
        code = b"/%d" % (FIRST + number)
        shards.append(folder / f"{number:03}.nq")
        write_lines_as_shard((_OWN.sub(code, line) for shard in real for line in read_lines(shard)), shards[-1])
    return shards


def measured(job: str, folder: Path) -> dict[str, float]:
    """Run one build in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.shards", "--job", job, str(folder)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def run(job: str, folder: Path) -> None:
    """Be the process of one build and print what it took."""
    start = time.monotonic()
    if job == "plans":
        settings = Settings(data=folder / "data", snapshots=folder / "snapshots")
        snapshot, checked = build(settings, (), quiet)
        made = len(checked.made)
    else:
        shards = sorted((folder / "shards").glob("*.nq"))
        snapshot, made = _published(shards, folder / "snapshots"), len(shards)
    used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    size = sum(file["bytes"] for file in snapshot.manifest["files"].values())
    told = {
        "s": time.monotonic() - start,
        "cpu": spent,
        "mib": used / 1024,
        "made": made,
        "quads": snapshot.manifest["quads"],
        "disk": size / 2**20,
    }
    sys.stdout.write(json.dumps(told))


def _published(shards: list[Path], folder: Path) -> Snapshot:
    with sole_builder(folder):
        return publish_shards(shards, (), Rules(folder, 2, None), quiet)


def row(name: str, told: dict[str, float]) -> str:
    """Return a row of the tables."""
    numbers = (told["s"], told["cpu"], told["mib"], told["disk"])
    return " | ".join([f"| {name}", f"{told['quads']:,.0f}", f"{told['made']:.0f}", *(f"{number:,.1f}" for number in numbers)]) + " |"


def rows_of_plans(times: int, folder: Path) -> Iterator[str]:
    """Build plans from nothing, with one changed, with none."""
    write_plans(folder / "data", times)
    yield row(f"{times} from nothing", measured("plans", folder))
    path = folder / "data" / "plan-000" / "tasks" / "1-2-digital-tutor.yaml"
    path.write_text(path.read_text("utf-8").replace("Seodaemun-gu Digital Tutor\n", "Digital Tutor\n"), "utf-8")
    yield row(f"{times}, one changed", measured("plans", folder))
    yield row(f"{times}, none changed", measured("plans", folder))


def rows_of_districts(real: list[Path], times: int, folder: Path) -> Iterator[str]:
    """Publish shards, and again with one of them changed."""
    shards = write_districts(real, times, folder / "shards")
    yield row(f"{times}", measured("shards", folder))
    lines = [line.replace("디지털 튜터".encode(), "디지털 길잡이".encode()) for line in read_lines(shards[0])]
    write_lines_as_shard(lines, shards[0])
    yield row(f"{times}, one changed", measured("shards", folder))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, nargs="*", default=[1, 10])
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10, 50])
    parser.add_argument("--job", nargs=2)
    given = parser.parse_args()
    if given.job:
        run(given.job[0], Path(given.job[1]))
        return
    head = "| | statements | shards made or given | s | CPU s | MiB | MiB on disk |\n|---|---|---|---|---|---|---|"
    for times in given.plans:
        print(head, flush=True)
        with TemporaryDirectory() as folder:
            for line in rows_of_plans(times, Path(folder)):
                print(line, flush=True)
    if given.times:
        print(f"\n{head}", flush=True)
        with TemporaryDirectory() as folder:
            real = [shard.path for shard in check(Settings(snapshots=Path(folder) / "snapshots"), quiet).shards]
            for times in given.times:
                with TemporaryDirectory() as own:
                    for line in rows_of_districts(real, times, Path(own)):
                        print(line, flush=True)


if __name__ == "__main__":
    main()
