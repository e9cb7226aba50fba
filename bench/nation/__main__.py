"""A made-up nation through the whole path: generated, built, published, served and asked.

Run: `.venv/bin/python -m bench.nation --programs 100000 [--governments 243] [--years 5] [--parts network,search] [--folder var/nation]`.
Prints Markdown tables; each step is told on standard error as it ends. With `--parts network` no search index is built, and pages are
served beside the index of the snapshot that is published (`itda build`); with `--parts ""` there is no network either.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from bench.nation.building import PARTS, Step, Steps, build
from bench.nation.measuring import measure, sizes, table
from bench.nation.places import Nation
from bench.nation.vocabulary import Vocabulary
from kg.settings import Settings
from kg.store.snapshot import open_current
from web.serving import SearchOpener


def told(step: Step) -> None:
    """Tell of a step."""
    print(f"{step.name}: {step.wall_s:.0f} s, {step.cpu_s:.0f} CPU s, {step.peak_mib:.0f} MiB", file=sys.stderr, flush=True)


def main() -> None:
    """Build, measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--governments", type=int, default=243)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--parts", default=",".join(PARTS), help="Parts of the snapshot beside the store.")
    parser.add_argument("--asked", type=int, default=200, help="Questions of each kind.")
    parser.add_argument("--folder", type=Path, help="Folder to build in, emptied before; a temporary one if it is left out.")
    given = parser.parse_args()
    settings, parts = Settings.from_env(os.environ), tuple(filter(None, given.parts.split(",")))
    nation = Nation(Vocabulary.load(settings.ontology, Nation.seed), given.programs, given.governments, given.years)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        load, steps = os.getloadavg()[0], Steps(told)
        snapshot = build(nation, folder, settings, steps, parts)
        statements = snapshot.manifest["quads"]
        print(f"\n## {given.programs} programmes, {given.governments} governments, {given.years} years: {statements} statements\n")
        print(f"Load of the machine before {load:.1f}, after the build {os.getloadavg()[0]:.1f}.\n")
        whole = Step("all", sum(s.wall_s for s in steps.done), sum(s.cpu_s for s in steps.done), max(s.peak_mib for s in steps.done))
        rows = [[s.name, f"{s.wall_s:.0f}", f"{s.cpu_s:.0f}", f"{s.peak_mib:.0f}", ""] for s in (*steps.done, whole)]
        print(table(["step", "s", "CPU s", "most MiB held", ""], rows), flush=True)
        print(f"\nOn the disk (MiB): {', '.join(f'{name} {size}' for name, size in sizes(snapshot.path).items() if size)}.\n")
        opener, own = SearchOpener(), open_current(settings.snapshots).path if "search" not in parts else snapshot.path
        served = settings.model_copy(update={"snapshots": folder / "snapshots"})
        head = ["asked", "times", "median ms", "p99 ms", "most ms", "median CPU ms", "most CPU ms", "remark"]
        print(table(head, []))
        for row in measure(nation, snapshot, served, lambda _path: opener(own), given.asked):
            print(f"| {' | '.join(row.cells())} |", flush=True)


if __name__ == "__main__":
    main()
