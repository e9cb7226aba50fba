"""How the site answers what citizens ask, at fixed rates, from the same machine.

Run: `.venv/bin/python -m bench.load.citizens [--seconds 60] [--unique 50,100,200] [--popular 500,1000]` (after `itda build`).
The client runs on the same cores. Prints a Markdown table.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser

from bench.load.asking import HEAD, ask
from bench.load.mix import Mix
from bench.load.server import serving
from kg.settings import Settings
from kg.store.snapshot import open_current

WARM_RATE = 60
"""Requests a second before the measurement of what many ask: each of these is made once, by any process, before it can be kept."""


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--unique", default="50,100,200", help="Rates (requests/s) of requests that are never repeated.")
    parser.add_argument("--popular", default="500,1000", help="Rates of requests that many make.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    mix = Mix(open_current(Settings.from_env(os.environ).snapshots), given.seed)
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n\n{HEAD}")
    # The budget of query time is per client, and all the made-up clients share one address.
    with serving(ITDA_QUERY_BUDGET_S="100000") as (port, _):
        ask(port, mix.unique(200), 50)
        for rate in map(int, filter(None, given.unique.split(","))):
            found = ask(port, mix.unique(rate * given.seconds), rate)
            print(found.row(f"{rate}/s, never the same", given.seconds), flush=True)
        for rate in map(int, filter(None, given.popular.split(","))):
            asked = mix.popular(rate * given.seconds)
            ask(port, list(dict.fromkeys(asked)), WARM_RATE)
            found = ask(port, asked, rate)
            print(found.row(f"{rate}/s, what many ask", given.seconds), flush=True)


if __name__ == "__main__":
    main()
