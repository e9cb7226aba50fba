"""How long the whole plan takes to check, to build, and to be served again; beside it two tasks of the plan, built the same minute.

Run: `.venv/bin/python bench/build_time.py` (prints a table; each figure is the median of three runs in processes of their own).
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 3


def seconds(data: Path, command: str) -> float:
    """Return the median wall time of a command on a data folder, into an empty snapshot folder each time."""
    taken = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            call = [sys.executable, "-m", "web", f"--data={data}", f"--snapshots={folder}", command]
            subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def seconds_until_served(snapshots: Path) -> float:
    """Return how long `itda serve` takes until `/readyz` answers, the snapshot being there: what a second `make serve` waits for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    call = [sys.executable, "-m", "web", f"--snapshots={snapshots}", "serve", "--port", str(port)]
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            while time.perf_counter() - began < 60:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
                    return time.perf_counter() - began
                except (urllib.error.URLError, OSError):
                    time.sleep(0.05)
            raise TimeoutError("the server did not answer within 60 s")
        finally:
            server.terminate()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        two_tasks = Path(shutil.copytree(ROOT / "tests" / "fixtures" / "spine", Path(folder) / "data"))
        shutil.copytree(ROOT / "data" / "lexicon", two_tasks / "lexicon")
        text = "at hand" if os.environ.get("ITDA_SOURCES") else "not at hand"
        print(f"{os.cpu_count()} cores; median of {RUNS} runs; the source text is {text}")
        print("| step | whole plan, s | two tasks, s | ratio |\n|---|---|---|---|")
        for command in ("check", "build"):
            whole, part = seconds(ROOT / "data", command), seconds(two_tasks, command)
            print(f"| itda {command} | {whole:.1f} | {part:.1f} | {whole / part:.1f} |")
        snapshots = Path(folder) / "snapshots"
        call = [sys.executable, "-m", "web", f"--snapshots={snapshots}", "build"]
        subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"| served again | {statistics.median(seconds_until_served(snapshots) for _ in range(RUNS)):.1f} | | |")


if __name__ == "__main__":
    main()
