"""Asks a built nation what people ask, and says how long the answers took and what memory was held."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import quote

from flask.testing import FlaskClient

from bench.nation.building import held_mib
from bench.nation.places import Nation, Plan
from bench.nation.programs import Program, program
from kg.eligibility.answers import read_profile
from kg.eligibility.deciding import decide
from kg.eligibility.texts import EligibilityReader
from kg.errors import KgError
from kg.network.around import neighbourhood
from kg.network.model import Network
from kg.network.projection import read_network
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.display import Display
from kg.store.reader.source import Source
from kg.store.sandbox import QueryPool
from kg.store.snapshot import Snapshot
from kg.vocab import ID
from web.app import create_app
from web.services import OpenSearch

ORDERED = "SELECT DISTINCT ?p WHERE { ?s ?p ?o } ORDER BY ?p LIMIT 500"
"""The query of oxigraph issue 1871, which took 9 GB there."""
PERSON = {"age": ["27"], "employment": ["unemployed"], "sex": ["female"]}


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call took: on the clock, and of this process's processor time (ms)."""

    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured: what each call took, and a remark such as memory held."""

    what: str
    taken: tuple[Taken, ...]
    remark: str = ""

    def cells(self) -> list[str]:
        """Return the cells of a row: how often; median, 99th percentile and most on the clock; median and most of the processor."""
        wall, cpu = (sorted(getattr(one, name) for one in self.taken) for name in ("wall_ms", "cpu_ms"))
        shown = [at(wall, 0.5), at(wall, 0.99), at(wall, 1.0), at(cpu, 0.5), at(cpu, 1.0)]
        return [self.what, str(len(wall)), *(f"{value:.1f}" for value in shown), self.remark]


def at(ordered: Sequence[float], share: float) -> float:
    """Return the value that this share of them stays within; 0 where there is none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def timed(ask: Callable[[], object]) -> Taken:
    """Return what a call takes."""
    began, used = time.perf_counter(), time.process_time()
    ask()
    return Taken((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000)


def some(nation: Nation, count: int, seed: int = 1) -> list[tuple[Plan, Program]]:
    """Draw programmes, each as likely as any other."""
    random = Random(f"{nation.seed}/asked/{seed}")
    plans = [plan for plan in nation.plans() if plan.programs]
    drawn = random.choices(plans, [plan.programs for plan in plans], k=count)
    return [(plan, program(nation, plan, random.randrange(plan.programs))) for plan in drawn]


def thing_of(plan: Plan, found: Program) -> str:
    """Return the end of a programme's IRI, behind `/id/`."""
    return f"{plan.government.code}/program/{found.slug(plan.year)}"


def measure(nation: Nation, snapshot: Snapshot, settings: Settings, open_search: OpenSearch, asked: int = 200) -> Iterator[Row]:
    """Measure a published nation.

    Args:
        settings: Those with which it is served.
        open_search: Opens an index; that of another snapshot where this one has none, and no search is measured.
        asked: How many questions of each kind.
    """
    yield from _sparql(snapshot, settings)
    yield from _site(nation, snapshot, settings, open_search, asked)
    if "network" in snapshot.manifest["artifacts"]:
        yield from _network(nation, snapshot, asked)
    yield from _eligibility(nation, snapshot, settings)


def _site(nation: Nation, snapshot: Snapshot, settings: Settings, open_search: OpenSearch, asked: int) -> Iterator[Row]:
    before = held_mib(os.getpid())
    app = create_app(settings, open_search)
    try:
        client = app.test_client()
        opened = timed(lambda: client.get("/version"))
        yield Row("site: opened, files verified", (opened,), f"{held_mib(os.getpid()) - before} MiB more held")
        drawn = some(nation, asked)
        yield _pages("page of a programme", client, (f"/id/{thing_of(*one)}" for one in drawn))
        offices = dict.fromkeys(f"/id/{plan.government.code}/center/center-0" for plan, _ in drawn)
        yield _pages("page of a centre", client, islice(offices, 30))
        groups = list(dict.fromkeys(found.group.iri.removeprefix(ID) for _, found in drawn))[:5]
        yield _pages("page of a target group", client, (f"/id/{group}" for group in groups))
        listed = (f"/id/{group}?show=participantGroup&page={page}" for group in groups for page in (1, 2))
        yield _pages("page of what a group can join", client, listed)
        yield _pages("who serves a group", client, (f"/serves/{group}" for group in groups))
        if "search" in snapshot.manifest["artifacts"]:
            yield _pages("search: name of a programme", client, (f"/api/search?q={quote(found.korean)}" for _, found in drawn))
            words = dict.fromkeys(f"{found.group.korean} {found.support.korean}" for _, found in drawn)
            yield _pages("search: group and support", client, (f"/api/search?q={quote(text)}" for text in words))
            yield _pages("suggest", client, (f"/api/suggest?q={quote(found.korean[:3])}" for _, found in drawn))
    finally:
        app.extensions["itda"].close()


def _pages(what: str, client: FlaskClient, paths: Iterable[str]) -> Row:
    times, wrong = [], 0

    def ask(path: str) -> None:
        nonlocal wrong
        answer = client.get(path)
        answer.get_data()
        wrong += answer.status_code != 200

    for path in paths:
        times.append(timed(partial(ask, path)))
    return Row(what, tuple(times), f"{wrong} not answered" if wrong else "")


def _eligibility(nation: Nation, snapshot: Snapshot, settings: Settings) -> Iterator[Row]:
    library = QueryLibrary.load(settings.ontology / "queries")
    with OxigraphStore.open(snapshot.store_path) as store:
        reader = EligibilityReader(store, library, Display(Source(store, library)))
        before = held_mib(os.getpid())
        plans = [f"{ID}{plan.government.code}/plan/{plan.year}" for plan in nation.plans()]
        compiled = tuple(timed(partial(reader.catalogue, plan)) for plan in plans)
        catalogues = [reader.catalogue(plan) for plan in plans]
        held, whole = held_mib(os.getpid()) - before, sum(one.wall_ms for one in compiled) / 1000
        yield Row("eligibility: conditions of a plan compiled", compiled, f"all {whole:.1f} s, {held} MiB")
        decided = []
        for place, _ in nation.places[:3]:
            profile = read_profile("person", date(2025, 3, 2), PERSON | {"residence": [place.code]}, catalogues[0].terms)
            decided.append(timed(lambda p=profile: [decide(catalogue, p) for catalogue in catalogues]))  # type: ignore[misc]
        rows = sum(len(catalogue.rows["person"]) for catalogue in catalogues)
        yield Row("eligibility: one person, everything", tuple(decided), f"{rows} programmes for people")


def _sparql(snapshot: Snapshot, settings: Settings) -> Iterator[Row]:
    before = held_mib(os.getpid())
    with QueryPool(snapshot.store_path, settings) as pool:
        for what, query in (("count all statements", "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"), ("issue 1871, ordered", ORDERED)):
            said = "answered"

            def ask(text: str = query) -> None:
                nonlocal said
                try:
                    pool.query(text, "application/sparql-results+json")
                except KgError as error:
                    said = f"refused: {error.code}"

            taken = timed(ask)
            yield Row(f"SPARQL: {what}", (taken,), f"{said}; {held_mib(os.getpid()) - before} MiB more held by the server")


def _network(nation: Nation, snapshot: Snapshot, asked: int) -> Iterator[Row]:
    before = held_mib(os.getpid())
    found: list[Network] = []
    read = timed(lambda: found.append(read_network(snapshot.path)))
    network = found[0]
    _ = network.touching
    held = held_mib(os.getpid()) - before
    yield Row("network: read", (read,), f"{len(network.nodes)} things, {len(network.edges)} relations, {held} MiB")
    drawn = [node for one in some(nation, asked) if (node := ID + thing_of(*one)) in network.nodes]
    for depth in (1, 2):
        times = tuple(timed(partial(neighbourhood, network, node, depth)) for node in drawn[: asked if depth == 1 else 20])
        yield Row(f"network: around a programme, {depth} step(s)", times)


def sizes(folder: Path) -> dict[str, int]:
    """Return the MiB that each part of a snapshot takes on the disk."""
    found: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            part = path.relative_to(folder).parts[0]
            found[part] = found.get(part, 0) + path.stat().st_size
    return {part: size >> 20 for part, size in sorted(found.items())}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|---{'|---:' * (len(head) - 2)}|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
