"""Replicas behind HAProxy (`deploy/haproxy.cfg`) while citizens ask: replicas are killed, halted, restarted and published to.

Run: `.venv/bin/python -m bench.load.replicas [--kills 50] [--stops 5] [--restarts 5] [--publishes 20] [--rate 20]`; the short form is
`--kills 3 --stops 1 --restarts 1 --publishes 3`. Builds two snapshots of the plan that differ in one sentence and gives each of three
one-process replicas its own copy of both. A killed replica (the whole of it, with SIGKILL) is started again at once; the last one that is
ready is never killed. Each client has an address of its own. Prints a Markdown table.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from bench.load.asking import HEAD, Outcome, ask
from bench.load.mix import Mix
from bench.load.proxy import free_port, proxied
from bench.load.publishes import Watcher, two_snapshots
from kg.settings import Settings
from kg.store.snapshot import Snapshot, set_current

COUNT = 3
PATIENCE_S = 120
CHUNK_S = 5
NOTICED_S = 2.0
"""The proxy asks twice a second a replica that was down, and a busy machine is late."""


class Replica:
    """One `itda serve` with one web process over its own folder of snapshots."""

    def __init__(self, snapshots: Path) -> None:
        self.snapshots, self.port = snapshots, free_port()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        own = {"ITDA_SNAPSHOTS": str(self.snapshots), "ITDA_WORKERS": "1", "ITDA_PROXIES": "127.0.0.1"}
        command = [sys.executable, "-m", "web", "serve", f"--port={self.port}"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=os.environ | own, stdout=quiet, stderr=quiet, start_new_session=True)

    def is_ready(self) -> bool:
        """Ask whether it can serve."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except OSError:
            return False

    def signal(self, number: int) -> None:
        """Send a signal to all its processes."""
        os.killpg(self._process.pid, number)

    def end(self) -> None:
        """Kill all its processes."""
        self.signal(signal.SIGKILL)
        self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def start_again(self) -> None:
        """Start it as a supervisor would."""
        self._process = self._start()


class Drill:
    """Faults on the replicas while citizens ask through the proxy."""

    def __init__(self, port: int, replicas: list[Replica], mix: Mix, rate: int) -> None:
        self._port, self._replicas, self._mix, self._rate = port, replicas, mix, rate
        self._random = random.Random(1)
        self.failed: dict[str, dict[str, int]] = {}

    def run(self, name: str, fault: Callable[[], None]) -> None:
        """Ask without pause until a fault is over; print what citizens had of it."""
        culprit = threading.Thread(target=fault)
        outcome, began = Outcome(), time.monotonic()
        culprit.start()
        while culprit.is_alive():
            outcome.add(ask(self._port, self._mix.unique(self._rate * CHUNK_S), self._rate, apart=True))
        print(outcome.row(name, time.monotonic() - began), flush=True)
        self.failed[name] = dict(outcome.failed)

    def kill(self, times: int) -> None:
        """Kill one replica after another, never the last that is ready."""
        for _ in range(times):
            while len(ready := [one for one in self._replicas if one.is_ready()]) < 2:
                time.sleep(0.2)
            time.sleep(NOTICED_S)
            victim = self._random.choice(ready)
            victim.end()
            victim.start_again()
            time.sleep(self._random.uniform(0.1, 1.0))
        self.wait()

    def stop(self, times: int) -> None:
        """Halt one replica for two seconds at a time."""
        for _ in range(times):
            victim = self._random.choice(self._replicas)
            victim.signal(signal.SIGSTOP)
            time.sleep(2)
            victim.signal(signal.SIGCONT)
            time.sleep(2)

    def restart(self, times: int) -> None:
        """Stop one replica after another as an upgrade does, and start it again."""
        for number in range(times):
            one = self._replicas[number % len(self._replicas)]
            one.stop()
            one.start_again()
            self.wait()
            time.sleep(NOTICED_S)

    def publish(self, times: int, ids: tuple[str, str]) -> None:
        """Publish one snapshot after the other to all replicas."""
        for number in range(times):
            for replica in self._replicas:
                set_current(replica.snapshots, ids[(number + 1) % 2])
            time.sleep(NOTICED_S)

    def wait(self) -> None:
        """Wait until every replica is ready."""
        end = time.monotonic() + PATIENCE_S
        while not all(one.is_ready() for one in self._replicas):
            if time.monotonic() > end:
                raise TimeoutError("a replica did not become ready")
            time.sleep(0.2)


def copies(folder: Path, snapshots: tuple[Snapshot, Snapshot]) -> list[Path]:
    """Give each replica a folder with both snapshots, of which the first is current; files are linked, since they never change."""
    found = []
    for number in range(COUNT):
        own = folder / f"replica{number}"
        for snapshot in snapshots:
            shutil.copytree(snapshot.path, own / snapshot.id, copy_function=os.link)
        set_current(own, snapshots[0].id)
        found.append(own)
    return found


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--publishes", type=int, default=20)
    parser.add_argument("--stops", type=int, default=5)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--rate", type=int, default=20, help="Citizens' requests a second.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        snapshots = two_snapshots(folder, Settings.from_env(os.environ))
        replicas = [Replica(own) for own in copies(folder, snapshots)]
        try:
            with proxied(folder, [one.port for one in replicas]) as port:
                drill = Drill(port, replicas, Mix(snapshots[0], 1), given.rate)
                drill.wait()
                time.sleep(3)  # until the proxy has asked each of them twice
                print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n\n{HEAD}")
                drill.run("nothing happens", lambda: time.sleep(20))
                drill.run(f"{given.kills} times a replica is killed", lambda: drill.kill(given.kills))
                drill.run(f"{given.stops} times a replica stands still for 2 s", lambda: drill.stop(given.stops))
                drill.run(f"{given.restarts} times a replica is stopped and started", lambda: drill.restart(given.restarts))
                ids = (snapshots[0].id, snapshots[1].id)
                with Watcher(port, 0.05) as watcher:
                    drill.run(f"{given.publishes} publishes to all", lambda: drill.publish(given.publishes, ids))
                print(watcher.told())
                print(f"Errors by status (0: no answer) and kind of page: {drill.failed}")
        finally:
            for replica in replicas:
                replica.end()


if __name__ == "__main__":
    main()
