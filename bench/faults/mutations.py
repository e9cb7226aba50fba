"""Damages a copy of a published snapshot in random places, one at a time, and counts how often that is found before anybody is served.

Run: `.venv/bin/python -m bench.faults.mutations var/snapshots --times 2000 --seed 1` (prints a table; exit code 1 when one was not found).

Found means two things at once: opening the site on the folder raises, so that nobody is served; and `itda snapshot verify` names the file.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import KgError
from kg.settings import Settings
from kg.store.snapshot import CURRENT, current_id, open_snapshot
from web.services import Services
from web.verifying import verify

KINDS = ("flip", "zero page", "truncate", "append", "delete", "add", "swap", "empty folder", "link")
PAGE = 4096


def copy_of(folder: Path, where: Path) -> Path:
    """Copy what a folder of snapshots serves into a new folder; return it."""
    now = current_id(folder)
    shutil.copytree(folder / now, where / now)
    (where / CURRENT).write_text(now + "\n", "ascii")
    (where / "published").write_text(now + "\n", "ascii")
    return where


@contextmanager
def mutated(folder: Path, kind: str, rng: random.Random) -> Iterator[set[str]]:
    """Damage a folder of snapshots for the length of the block; yields what is damaged: names below the snapshot, or `current`.

    Of two files that changed places one has to be named: when it is the manifest, nothing is left to judge the other by.
    """
    snapshot = folder / open_snapshot(folder, next(path.name for path in folder.iterdir() if len(path.name) == 64)).id
    files = [path for path in sorted(snapshot.rglob("*")) if path.is_file()] + [folder / CURRENT]
    target = rng.choice([path for path in files if path.stat().st_size])
    before = target.read_bytes()
    name = target.name if target.parent == folder else target.relative_to(snapshot).as_posix()
    if kind in ("add", "empty folder"):
        beside = rng.choice([snapshot, *sorted(path for path in snapshot.rglob("*") if path.is_dir())]) / f"added-{rng.randrange(10**6)}"
        beside.mkdir() if kind == "empty folder" else beside.write_bytes(rng.randbytes(rng.choice([0, 1, 4096])))
        try:
            yield {beside.relative_to(snapshot).as_posix()}
        finally:
            beside.rmdir() if kind == "empty folder" else beside.unlink()
        return
    undo, names = [(target, before)], {name}
    if kind == "delete":
        target = rng.choice(files)  # an empty file can be missed as well
        undo = [(target, target.read_bytes())]
        names = {target.name if target.parent == folder else target.relative_to(snapshot).as_posix()}
        target.unlink()
    elif kind == "link":
        aside = folder / "aside"
        target.rename(aside)
        target.symlink_to(aside)
    elif kind == "swap":
        others = [path for path in files if path.parent != folder and path.read_bytes() != before]
        other = rng.choice(others)
        undo.append((other, other.read_bytes()))
        names.add(other.relative_to(snapshot).as_posix())
        target.write_bytes(undo[1][1])
        other.write_bytes(before)
    else:
        target.write_bytes(_damaged(kind, before, rng))
    try:
        yield names
    finally:
        (folder / "aside").unlink(missing_ok=True)
        for path, content in undo:
            path.unlink(missing_ok=True)
            path.write_bytes(content)


def _damaged(kind: str, before: bytes, rng: random.Random) -> bytes:
    if kind == "truncate":
        return before[: rng.randrange(len(before))]
    if kind == "append":
        return before + rng.randbytes(rng.randrange(1, PAGE))
    content = bytearray(before)
    if kind == "flip":
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        return bytes(content)
    start = rng.randrange(len(content))
    content[start : start + PAGE] = bytes(len(content[start : start + PAGE]))
    return bytes(content) if content != before else bytes([before[0] ^ 1]) + before[1:]


def found(settings: Settings, names: set[str]) -> tuple[bool, bool]:
    """Say whether the site refuses to open the folder, and whether verifying it names a damaged file."""
    services = Services(settings, _no_search)
    try:
        services.acquire()
        refused = False
    except _Opened:
        refused = False
    except KgError:
        refused = True
    try:
        named = {fault.path.partition("/")[2] or fault.path for fault in verify(settings).faults}
    except KgError as error:
        named = {CURRENT} if error.code == "snapshot.missing" else set()
    return refused, bool(names & named)


class _Opened(Exception):  # no error: it says how far opening went
    """The site went on to open the index: it took the snapshot for whole."""


def _no_search(path: Path) -> object:
    raise _Opened(path)


def run(folder: Path, times: int, seed: int, say: Callable[[str], None] = print) -> int:
    """Damage, look, undo; return how many of `times` were missed."""
    rng, missed = random.Random(seed), []
    counts: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as where:
        copy = copy_of(folder, Path(where))
        settings = Settings(snapshots=copy)
        for number in range(times):
            kind = KINDS[number % len(KINDS)] if number % 2 else "flip"
            with mutated(copy, kind, rng) as names:
                refused, named = found(settings, names)
            counts[kind] += 1
            hits[kind] += refused and named
            if not (refused and named):
                missed.append(f"{kind} {sorted(names)}: site refused {refused}, verify named it {named}")
        whole = not verify(settings).faults
    say(f"seed {seed}, {time.perf_counter() - began:.0f} s; undone, the copy is whole again: {whole}")
    say("| damage | tried | found |\n|---|---|---|")
    for kind in KINDS:
        say(f"| {kind} | {counts[kind]} | {hits[kind]} |")
    say(f"| all | {sum(counts.values())} | {sum(hits.values())} |")
    for line in missed:
        say(f"missed: {line}")
    return len(missed) + (not whole)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="Folder of snapshots; a copy of what it serves is damaged.")
    parser.add_argument("--times", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(1 if run(given.folder, given.times, given.seed) else 0)


if __name__ == "__main__":
    main()
