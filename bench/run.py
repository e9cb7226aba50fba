"""All of Itda beside plain tools, at several sizes, in one run: how many times as long each takes, and how it grows.

Run: `.venv/bin/python -m bench.run [--sizes 1,10,100] [--only build,start,pages,search,eligibility,sparql,network]` (after `itda build`).
N times is N districts with a plan like this one (`bench/multiplied.py`). Build, start and pages are measured on the clock, SPARQL too (it
is answered by another process), all else in processor time. Where only `sparql`, `eligibility` and `network` are wanted, neither network
nor index is built of more than one district. Prints Markdown, and on standard error the table so far after each part; a cell is empty
where nothing was measured: rdflib does not fit beyond ten districts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.compared import PARTS, Size
from bench.multiplied import build_times
from kg.settings import Settings
from kg.store.snapshot import open_current

OF_A_STORE = ("eligibility", "sparql", "network")
Table = Mapping[tuple[str, str, str], Mapping[int, tuple[float, float | None]]]


def made(settings: Settings, times: int, folder: Path, parts: Sequence[str]) -> Size:
    """Build into a folder what some parts need of a size."""
    began = time.perf_counter()
    if times == 1 and "build" not in parts:
        snapshot = open_current(settings.snapshots)
    else:
        snapshot = build_times(settings, times, folder, whole=bool(set(parts) - set(OF_A_STORE)))
    return Size(times, snapshot, settings, time.perf_counter() - began)


def rows(table: Table, sizes: Sequence[int]) -> list[str]:
    """Return the table: ratios to the plain tool first, then times in ms, then growth from the smallest size to each other."""
    columns = [f"{size}×" for size in sizes]
    head = ["part", "what", "beside", *(f"ratio {one}" for one in columns), *(f"ms {one}" for one in columns)]
    head += [f"growth {one}" for one in columns[1:]]
    lines = [f"| {' | '.join(head)} |", "|---" * 3 + "|---:" * (len(head) - 3) + "|"]
    for (part, what, other), found in table.items():
        ratios = [_shown(found[size][0], found[size][1]) if size in found else "" for size in sizes]
        own = [f"{found[size][0]:.2f}" if size in found else "" for size in sizes]
        first = found.get(sizes[0])
        growth = [_shown(found[size][0], first[0]) if first and size in found else "" for size in sizes[1:]]
        lines.append(f"| {' | '.join([part, what, other, *ratios, *own, *growth])} |")
    return lines


def _shown(one: float, other: float | None) -> str:
    return f"{one / other:.2g}" if other else ""


def main() -> None:
    """Measure and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,10,100", help="So many districts, with commas between.")
    parser.add_argument("--only", default=",".join(PARTS), help="Parts to run, with commas between.")
    given = parser.parse_args()
    settings, sizes = Settings.from_env(os.environ), [int(size) for size in given.sizes.split(",")]
    wanted = given.only.split(",")
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    table: dict[tuple[str, str, str], dict[int, tuple[float, float | None]]] = defaultdict(dict)
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}\n")
    for times in sizes:
        with tempfile.TemporaryDirectory() as folder:
            size = made(settings, times, Path(folder), wanted)
            print(f"{times}: made in {size.built_s:.0f} s", file=sys.stderr, flush=True)
            for name in wanted:
                for what, other, own, theirs in PARTS[name](size):
                    table[name, what, other][times] = (own, theirs)
                told = "\n".join(rows(table, sizes))
                print(f"\n{told}\n{times}: {name} done, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    print("\n".join(rows(table, sizes)))
    print(f"\nLoad after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
