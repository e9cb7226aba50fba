"""From the shards of a made-up nation to a published snapshot, with what each step took."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from bench.nation.places import Nation
from bench.nation.shards import write_shards
from kg.build.artifacts import ArtifactBuilder
from kg.build.keeping import sole_builder
from kg.build.publish import Rules, publish_shards
from kg.build.streaming import write_shard
from kg.network.projection import NetworkBuilder
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.store.snapshot import Snapshot
from search.index import IndexBuilder

PARTS = ("network", "search")


@dataclass(frozen=True, slots=True)
class Step:
    """What a step took: its name, seconds on the clock and of the processor, and most memory held since its start; children too.

    Parts that are made beside others are waited for in the last of them, so their processor time is counted there.
    """

    name: str
    wall_s: float
    cpu_s: float
    peak_mib: float


class Steps:
    """Measures steps one after another; told of a step, it ends the one before."""

    def __init__(self, told: Callable[[Step], None] = lambda _step: None) -> None:
        self.done: list[Step] = []
        self._told = told
        self._name = ""
        self._peak = 0.0
        self._watched = threading.Event()
        self._watch: threading.Thread | None = None
        self._began = (0.0, 0.0)

    def start(self, name: str) -> None:
        """End the step before and begin one."""
        if name == self._name:
            return
        self.end()
        self._name, self._peak, self._began = name, 0.0, (time.monotonic(), _cpu())
        self._watched.clear()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def end(self) -> None:
        """End the step that runs."""
        if not self._name or self._watch is None:
            return
        self._watched.set()
        self._watch.join()
        wall, cpu = self._began
        self.done.append(Step(self._name, time.monotonic() - wall, _cpu() - cpu, self._peak))
        self._told(self.done[-1])
        self._name = ""

    def _look(self) -> None:
        while True:
            self._peak = max(self._peak, sum(map(shared_mib, family(os.getpid()))))
            if self._watched.wait(0.5):
                return


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def held_mib(process: int) -> int:
    """Return how much memory a process holds (RSS)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmRSS")), 0)


def family(process: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [process]
    for one in found:
        with suppress(OSError):  # it has ended meanwhile
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += map(int, task.read_text("ascii").split())
    return found


def shared_mib(process: int) -> float:
    """Return how much memory a process holds, of what several share its share only (PSS)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def builders(settings: Settings, parts: tuple[str, ...] = PARTS) -> tuple[ArtifactBuilder, ...]:
    """Return what makes the named parts of a snapshot beside the store."""
    queries = settings.ontology / "queries"
    made: dict[str, ArtifactBuilder] = {"network": NetworkBuilder(queries), "search": IndexBuilder(settings.data / "lexicon", queries)}
    return tuple(made[part] for part in parts)


def build(nation: Nation, folder: Path, settings: Settings, steps: Steps, parts: tuple[str, ...] = PARTS) -> Snapshot:
    """Generate, build and publish a nation into a folder.

    Args:
        steps: Told of `generate`, `store`, each of the parts, and `publish`.
        parts: Parts of the snapshot to build beside the store.
    """
    steps.start("generate")
    shards = write_shards(nation, folder / "shards")
    ontology = folder / "shards" / "ontology.nq"
    # As the store writes it: it knows one form of each number, and `2.0` would not be given back.
    store = Store()
    store.bulk_extend(Ontology.load(settings.ontology).quads)
    write_shard(store, ontology)
    snapshots = folder / "snapshots"
    snapshots.mkdir(exist_ok=True)
    prefixes = Context.load(settings.ontology / "context.jsonld").prefixes
    with sole_builder(snapshots):
        found = publish_shards(
            [ontology, *shards],
            builders(settings, parts),
            Rules(snapshots, 1, None, dumps_mib=64),
            lambda step, _done, _all: steps.start(step),
            prefixes=prefixes,
        )
    steps.end()
    return found
