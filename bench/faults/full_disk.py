"""Lets the disk run full at many sizes while a build writes, and looks at what is served, what is said, and what is left.

Run as root: `.venv/bin/python -m bench.faults.full_disk --sizes 30` (prints a table; exit code 1 when something was not as it should be).

The disk is a tmpfs that holds a published snapshot and a little free space, from none to what the next snapshot needs. After each failed
build the space is given back, and the next build has to succeed and leave no litter.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.faults.building import Say, change, ended, litter, start_build, two_tasks
from kg.errors import SnapshotError
from kg.settings import Settings
from kg.store.snapshot import current_id, folder_faults, open_current

KIB = 1024
AMPLE = 1 << 28


def may_mount() -> bool:
    """Say whether a tmpfs can be mounted here."""
    with tempfile.TemporaryDirectory() as where:
        if os.geteuid() != 0 or shutil.which("mount") is None:
            return False
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", where], capture_output=True, check=False).returncode:
            return False
        return subprocess.run(["umount", where], capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(where: Path) -> Iterator[None]:
    """Mount a tmpfs for the length of the block."""
    where.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={AMPLE}", "tmpfs", str(where)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(where)], check=True)


def resize(where: Path, size: int) -> None:
    """Give the tmpfs another size, in bytes."""
    subprocess.run(["mount", "-o", f"remount,size={max(size, 4 * KIB)}", str(where)], check=True)


def run(sizes: int, which: str, say: Say = print) -> int:
    """Fill the disk at `sizes` sizes; return how often something was wrong."""
    wrong = []
    with tempfile.TemporaryDirectory() as home, small_disk(Path(home) / "disk"):
        disk, says = Path(home) / "disk", Path(home) / "says"
        settings = Settings(data=two_tasks(Path(home) / "data"), snapshots=disk / "snapshots", snapshots_kept=2)
        folder = settings.snapshots
        assert ended(start_build(settings, which, says)) == 0, says.read_text("utf-8")
        need = shutil.disk_usage(disk).used
        say(f"parts: {which}; the snapshot takes {need // KIB} KiB")
        say("| free, KiB | the build | served | left after the next build |\n|---|---|---|---|")
        for step in range(sizes):
            before, free = current_id(folder), need * step // sizes
            change(settings.data, step)
            resize(disk, shutil.disk_usage(disk).used + free)
            code = ended(start_build(settings, which, says))
            said = says.read_text("utf-8").partition(" ")[0] or f"ended with {code}"
            whole = _is_whole(folder)
            served = ("the old one" if current_id(folder) == before else "ANOTHER") + (", whole" if whole else ", NOT WHOLE")
            resize(disk, AMPLE)
            after = ended(start_build(settings, which, says))
            left = [*litter(folder), *(str(fault) for fault in folder_faults(folder))]
            good = said == "build.disk-full" and served == "the old one, whole"
            mended = after == 0 and _is_whole(folder) and not left and current_id(folder) != before
            if not (good and mended):
                wrong.append(f"{free // KIB} KiB: {said}; {served}; the next build ended with {after} {says.read_text('utf-8')}; {left}")
            say(f"| {free // KIB} | {said} | {served} | {'nothing' if not left else ', '.join(left)} |")
    say(f"sizes at which something was wrong: {len(wrong)} of {sizes}")
    for line in wrong:
        say(line)
    return len(wrong)


def _is_whole(folder: Path) -> bool:
    try:
        open_current(folder).verify()
    except SnapshotError:
        return False
    return True


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, default=30)
    parser.add_argument("--parts", choices=["all", "quick"], default="all", help="quick: without the search index")
    given = parser.parse_args()
    if not may_mount():
        sys.exit("No tmpfs can be mounted here: run as root.")
    sys.exit(1 if run(given.sizes, given.parts) else 0)


if __name__ == "__main__":
    main()
