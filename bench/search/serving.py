"""How soon a freshly started server answers a search, and what its processes hold in memory. Linux only.

Run: `.venv/bin/python -m bench.search.serving [--starts 3] [--against FOLDER]` (after `itda build`). Starts `itda serve` on a free port of
127.0.0.1 and stops it again; with another checkout, in turn with that one, because the speed of a machine changes. Prints Markdown tables.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bench.search.judged import read_queries

MANY, MOST_AGAIN = 300, 200
FIRST = f"/api/search?q={quote('청년 창업')}"
_KIB = 1024


@contextmanager
def server(root: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """Start the server of a checkout; yield it, its address, and the seconds until it answered a search."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # As for anybody who starts it twice: Python keeps the modules it compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    root = root.absolute()
    own = root / ".venv/bin/python"
    command = [str(own) if own.exists() else sys.executable, "-m", "web", "serve", f"--port={port}"]
    address, began = f"http://127.0.0.1:{port}", time.monotonic()
    with subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            while not answers(address + FIRST):
                if process.poll() is not None:
                    sys.exit("the server has ended")
                time.sleep(0.02)
            yield process, address, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def answers(url: str) -> bool:
    """Ask once; say whether there was an answer."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return bool(answer.read())
    except OSError:
        return False


def memory(pid: int) -> tuple[int, int]:
    """Return what a process holds and what no other process shares with it (MiB)."""
    held = private = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, size = line.split()[:2]
        held += int(size) if name == "Rss:" else 0
        private += int(size) if name.startswith("Private_") else 0
    return held // _KIB, private // _KIB


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the web processes, those that hold most first."""
    lists = (path.read_text("ascii").split() for path in Path(f"/proc/{process.pid}/task").glob("*/children"))
    return sorted((int(child) for found in lists for child in found), key=lambda pid: -memory(pid)[0])


def tell(process: subprocess.Popen[bytes], asked: str) -> None:
    """Print what the processes hold after some requests."""
    for name, pid in (("parent", process.pid), *((f"worker {number}", pid) for number, pid in enumerate(workers(process), 1))):
        print(f"| {asked} | {name} | {memory(pid)[0]} | {memory(pid)[1]} |")


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3, help="Starts that are counted, after one that is not.")
    parser.add_argument("--against", type=Path, help="Another checkout, made and built.")
    given = parser.parse_args()
    here = Path()
    taken: dict[Path, list[float]] = {here: []} | ({given.against: []} if given.against else {})
    print("| seconds to the first answer | least | median | most | all |\n|---|---|---|---|---|")
    for number in range(given.starts + 1):
        for root, seconds in taken.items():
            with server(root) as (_, _, time_s):
                seconds.extend([time_s] if number else [])
    for root, seconds in taken.items():
        told = ", ".join(f"{one:.2f}" for one in seconds)
        print(f"| {'against' if root != here else 'here'} | {min(seconds):.2f} | {median(seconds):.2f} | {max(seconds):.2f} | {told} |")
    texts = [query.text for query in read_queries()]
    with server(here) as (process, address, _):
        print("\n| requests | process | held, MiB | private, MiB |\n|---|---|---|---|")
        tell(process, "1")
        # Which process answers is chance: the same again, until each has answered it once.
        asked, idle = 1, {pid: memory(pid)[0] for pid in workers(process)}
        while asked < MOST_AGAIN and sum(memory(pid)[0] > held for pid, held in idle.items()) < len(idle) - 1:
            answers(address + FIRST)
            asked += 1
        tell(process, "1 of each process")
        for count in (40, MANY):
            for text in texts[:count]:
                answers(f"{address}/search?q={quote(text)}")
            tell(process, f"{count} others more")


if __name__ == "__main__":
    main()
