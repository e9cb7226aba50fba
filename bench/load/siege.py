"""How much slower citizens are served while hostile visitors send queries without pause.

Run: `.venv/bin/python -m bench.load.siege [--seconds 60] [--rate 40] [--hostile 4] [--shared]` (after `itda build`). The quiet and the
besieged halves take turns, so that other work on the machine falls on both. Each client has a loopback address of its own, as in life; with
`--shared` all have one, as behind a proxy that `ITDA_PROXIES` does not name. Prints a Markdown table and the ratio.
"""

from __future__ import annotations

import http.client
import os
import threading
from argparse import ArgumentParser
from collections import Counter
from itertools import cycle

from bench.load.asking import HEAD, Outcome, ask
from bench.load.mix import Mix
from bench.load.server import serving
from bench.sparql.hostile import ATTACKS, Hostile
from kg.settings import Settings
from kg.store.snapshot import open_current

TURNS = 3


class Siege:
    """Clients that send one hostile request after another until they are told to stop."""

    def __init__(self, port: int, clients: int, *, apart: bool) -> None:
        self.statuses: Counter[int] = Counter()
        self._port, self._apart = port, apart
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._attack, args=(number,)) for number in range(clients)]

    def __enter__(self) -> Siege:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _attack(self, number: int) -> None:
        for hostile in cycle(ATTACKS[number:] + ATTACKS[:number]):
            if self._over.is_set():
                return
            self.statuses[self.send(hostile, number)] += 1

    def send(self, hostile: Hostile, number: int) -> int:
        """Send one hostile request as the client of a number; its status, 0 for no answer."""
        source = (f"127.0.2.{number + 1}", 0) if self._apart else None
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60, source_address=source)
        try:
            connection.request("POST", hostile.target, hostile.body, {"Content-Type": hostile.media})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=40, help="Citizens' requests a second.")
    parser.add_argument("--hostile", type=int, default=4, help="Hostile clients.")
    parser.add_argument("--shared", action="store_true", help="All clients have one address.")
    given = parser.parse_args()
    apart = not given.shared
    mix = Mix(open_current(Settings.from_env(os.environ).snapshots), 1)
    span = max(1, given.seconds // TURNS)
    quiet, besieged, statuses = Outcome(), Outcome(), Counter[int]()
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n\n{HEAD}")
    # Hostile clients keep their query time here, which a public server would take from them after a minute: the hard case.
    with serving(ITDA_QUERY_BUDGET_S="100000") as (port, _):
        ask(port, mix.unique(200), given.rate)
        for _ in range(TURNS):
            quiet.add(ask(port, mix.unique(given.rate * span), given.rate, apart=apart))
            with Siege(port, given.hostile, apart=apart) as siege:
                besieged.add(ask(port, mix.unique(given.rate * span), given.rate, apart=apart))
            statuses += siege.statuses
    print(quiet.row("citizens alone", span * TURNS))
    print(besieged.row(f"with {given.hostile} hostile clients", span * TURNS))
    print(f"\nCitizens' errors under siege: {dict(besieged.failed) or 'none'}. Load of the machine after: {os.getloadavg()[0]:.1f}.")
    print(f"p99 {besieged.at(0.99) / quiet.at(0.99):.2f} times the quiet one. Hostile answers: {dict(statuses)}")


if __name__ == "__main__":
    main()
