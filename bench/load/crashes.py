"""Does a query that ends its worker process cost anybody else a request?

Run: `.venv/bin/python -m bench.load.crashes [--times 100] [--rate 10]` (after `itda build`). So many times one client sends a query nested
5,000 deep, which is refused before any engine reads it, and one over which the engine aborts, while citizens ask from other addresses.
Prints Markdown.
"""

from __future__ import annotations

import os
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from bench.load.asking import HEAD, Outcome, ask
from bench.load.mix import Mix
from bench.load.server import serving
from bench.load.siege import Siege
from bench.sparql.hostile import CASES
from kg.settings import Settings
from kg.store.snapshot import open_current

NAMES = ("5,000 nested braces", "replaced strings")


def children(parent: int) -> set[int]:
    """Return the processes a process started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            owner = stat.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(owner) == parent:
            found.add(int(stat.parent.name))
    return found


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--rate", type=int, default=10, help="Citizens' requests a second.")
    given = parser.parse_args()
    cases = [next(case for case in CASES if case.name == name) for name in NAMES]
    mix = Mix(open_current(Settings.from_env(os.environ).snapshots), 1)
    citizens, told, began = Outcome(), Counter[str](), time.monotonic()
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n\n{HEAD}")
    with serving(ITDA_QUERY_BUDGET_S="100000", ITDA_QUERY_MEMORY_MIB="128") as (port, server):
        ask(port, mix.unique(5 * given.rate), given.rate, apart=True)
        before, over = children(server.pid), threading.Event()

        def crash() -> None:
            siege = Siege(port, 1, apart=True)
            for _ in range(given.times):
                for case in cases:
                    told[f"{case.name}: {siege.send(case, 0)}"] += 1
            over.set()

        crashing = threading.Thread(target=crash)
        crashing.start()
        while not over.is_set():
            citizens.add(ask(port, mix.unique(given.rate * 5), given.rate, apart=True))
        crashing.join()
        same = children(server.pid) == before
    print(citizens.row("citizens, while workers crash", time.monotonic() - began))
    print(f"\nAnswers: {dict(told)}. Citizens' errors: {dict(citizens.failed) or 'none'}.")
    print(f"The web processes are the same: {'yes' if same else 'no'}.")
    print(f"Load of the machine after: {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
