"""The parts of `bench.run`: each measures Itda and a plain tool on the same data in the same run."""

from __future__ import annotations

import http.client
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import networkx as nx
import pyoxigraph as ox
from rdflib import Graph

from bench.eligibility.catalogue import national, published
from bench.eligibility.speed import ANSWERS
from bench.load.asking import Outcome, ask, fetch
from bench.load.mix import Mix
from bench.load.proxy import free_port
from bench.network import ID, QUESTIONS, milliseconds, plain, times
from bench.search.baselines import read_documents, whoosh_as_shipped
from bench.search.judged import read_queries
from bench.sparql.measure import PATIENCE_S, give_up, medians, rdflib_graph, sandboxed
from kg.eligibility.answers import read_profile
from kg.eligibility.deciding import decide
from kg.eligibility.logic import evaluate
from kg.eligibility.testing import state
from kg.network.around import neighbourhood
from kg.network.paths import PathFinder
from kg.network.projection import read_network
from kg.settings import Settings
from kg.store.reader.examples import load_examples
from kg.store.snapshot import NQUADS, Snapshot
from search.index import DOCUMENTS_FILE
from search.model import Query
from web.serving import SearchOpener

Row = tuple[str, str, float, float | None]
"""What was measured, what it is compared with, what Itda took and what the other took (ms)."""

SEARCH = f"/api/search?q={quote('청년 창업')}"
ASKED = (
    "budget-by-source",
    "targets",
    "age-limits",
    "partners",
    "places-of-work",
    "largest-industries",
    "conditions-of-a-program",
    "who-works-together",
)
SECONDS, RATE = 15, 20
MOST_IN_RDFLIB = 10
"""Districts whose statements rdflib holds in the memory of a small machine."""
BUILT, READ = "check, build and publish", "rdflib reads the result"
PROGRAMMES = 120
"""About as many programmes with conditions as the plan has; the made-up list has this many for each district."""


@dataclass(frozen=True)
class Size:
    """One size of the plan.

    Attributes:
        times: So many districts.
        snapshot: What was built of it.
        settings: Settings of this project.
        built_s: How long building took (s, on the clock).
    """

    times: int
    snapshot: Snapshot
    settings: Settings
    built_s: float


def build(size: Size) -> Iterator[Row]:
    """Compare the build with loading its result into rdflib alone, up to ten districts."""
    if size.times > MOST_IN_RDFLIB:
        yield BUILT, READ, size.built_s * 1000, None
        return
    began = time.perf_counter()
    triples = "\n".join(f"{quad.triple} ." for quad in ox.parse(path=size.snapshot.path / NQUADS, format=ox.RdfFormat.N_QUADS))
    Graph().parse(data=triples, format="nt")
    yield BUILT, READ, size.built_s * 1000, (time.perf_counter() - began) * 1000


@contextmanager
def started(command: Sequence[str], path: str, **environment: str) -> Iterator[tuple[int, float]]:
    """Start a server on a free port; yield the port and the seconds until it answered a path."""
    port, began = free_port(), time.perf_counter()
    call = [sys.executable, "-m", *command, "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(call, env=os.environ | environment, stdout=quiet, stderr=quiet) as process:
        try:
            while fetch(http.client.HTTPConnection("127.0.0.1", port, timeout=60), path)[0] != http.client.OK:
                if process.poll() is not None or time.perf_counter() - began > 300:
                    raise RuntimeError(f"{command[0]} did not answer")
                time.sleep(0.02)
            yield port, time.perf_counter() - began
        finally:
            time.sleep(2)  # granian told to end before all its processes have started hangs
            process.terminate()
            process.wait(60)


def ours(size: Size) -> tuple[Sequence[str], dict[str, str]]:
    """Return command and environment of the site over a size."""
    return ("web", "serve"), {"ITDA_SNAPSHOTS": str(size.snapshot.path.parent), "ITDA_QUERY_BUDGET_S": "100000"}


BARE = ("granian", "--interface=wsgi", "--workers=2", "--blocking-threads=4", "bench.bare:app")


def start(size: Size) -> Iterator[Row]:
    """Compare the time from the command to the first answer."""
    command, environment = ours(size)
    own, bare = [], []
    for _ in range(3):
        with started(command, SEARCH, **environment) as (_, seconds):
            own.append(seconds * 1000)
        with started(BARE, "/") as (_, seconds):
            bare.append(seconds * 1000)
    yield "start to first search", "bare Flask, granian", statistics.median(own), statistics.median(bare)


def pages(size: Size) -> Iterator[Row]:
    """Compare what citizens wait at a fixed rate with what a page that does nothing takes at the same rate."""
    command, environment = ours(size)
    mix = Mix(size.snapshot, size.times)
    paths = mix.unique(RATE * SECONDS)
    popular = mix.popular(RATE * SECONDS, 200)
    with started(command, SEARCH, **environment) as (port, _):
        ask(port, mix.unique(100), RATE)
        found = {"never the same": ask(port, paths, RATE), "what many ask": ask(port, popular, RATE)}
        api = ask(port, [path.replace("/search?", "/api/search?") for path in mix.unique(200) if path.startswith("/search")], RATE)
    with started(BARE, "/") as (port, _):
        ask(port, paths[:100], RATE)
        bare = ask(port, paths, RATE)
    for name, outcome in (*found.items(), ("searches of the API", api)):
        yield from _times(f"{RATE} requests/s, {name}", outcome, bare)


def _times(name: str, own: Outcome, bare: Outcome) -> Iterator[Row]:
    if own.errors or bare.errors:
        yield f"{name}, errors (requests)", "bare Flask page", own.errors, bare.errors
    for word, share in (("median", 0.5), ("p99", 0.99)):
        yield f"{name}, {word}", "bare Flask page", own.at(share) * 1000, bare.at(share) * 1000


def search(size: Size) -> Iterator[Row]:
    """Compare the search with Whoosh as it comes, over the same documents."""
    engine = SearchOpener()(size.snapshot.path)
    texts = random.Random(1).sample([query.text for query in read_queries()], 80)
    rank = whoosh_as_shipped(read_documents(size.snapshot.path / "search" / DOCUMENTS_FILE))

    def cost(job: Callable[[str], object]) -> list[float]:
        for text in texts:
            job(text)
        return [milliseconds(lambda text=text: job(text), 1) for text in texts]  # type: ignore[misc]

    own, shipped = cost(lambda text: engine.search(Query(text))), cost(rank)
    yield "search, median", "Whoosh, its own analyser", statistics.median(own), statistics.median(shipped)
    yield "search, slowest of 80", "Whoosh, its own analyser", max(own), max(shipped)


def eligibility(size: Size) -> Iterator[Row]:
    """Compare verdicts over shared tests with testing each programme by itself."""
    catalogue = national(PROGRAMMES * size.times, published())
    profile = read_profile("person", date(2022, 3, 2), ANSWERS, catalogue.terms)

    def each() -> None:
        for row in catalogue.rows["person"]:
            masks = {number: state(catalogue, catalogue.tests[number], profile)[0] for _, number in row.leaves}
            if row.tree is not None:
                evaluate(row.tree, masks)  # type: ignore[arg-type]  # looked up by number, as in a list

    own = milliseconds(lambda: decide(catalogue, profile))
    yield f"{PROGRAMMES} programmes a district, all verdicts", "each programme by itself", own, milliseconds(each)


def sparql(size: Size) -> Iterator[Row]:
    """Compare ready questions in the sandbox with rdflib in memory, up to ten districts; beyond, rdflib does not fit."""
    questions = {one.name: one.query for one in load_examples(size.settings.ontology / "examples") if one.name in ASKED}
    with ExitStack() as stack:
        own = medians({"own": sandboxed(size.snapshot.store_path, stack)}, questions, 3)["own"]
    theirs: dict[str, float] = {}
    if size.times <= MOST_IN_RDFLIB:
        signal.signal(signal.SIGALRM, give_up)
        theirs = medians({"rdflib": rdflib_graph(size.snapshot.path / NQUADS)}, questions, 1)["rdflib"]
    for name in questions:
        yield f"ready question {name}", f"rdflib in memory (at most {PATIENCE_S:.0f} s)", own[name], theirs.get(name)


def network(size: Size) -> Iterator[Row]:
    """Compare neighbourhoods and paths with plain networkx."""
    made = times(read_network(Settings.from_env(os.environ).snapshots / _current(size.settings)), size.times)
    graph, finder = plain(made), PathFinder(made)
    _ = made.touching, finder.graph, finder.passing
    first, second = (ID + end for end in QUESTIONS[0])
    youth = ID + "kr/group/youth"
    own = milliseconds(lambda: neighbourhood(made, first, 2))
    yield "neighbourhood, two steps", "networkx ego_graph", own, milliseconds(lambda: nx.ego_graph(graph, first, 2))
    own = milliseconds(lambda: neighbourhood(made, youth))
    yield "neighbourhood of a hub", "networkx ego_graph", own, milliseconds(lambda: nx.ego_graph(graph, youth))
    own = milliseconds(lambda: finder.paths(first, second))
    yield "three paths", "networkx dijkstra_path, one", own, milliseconds(lambda: nx.dijkstra_path(finder.graph, first, second, "cost"))


def _current(settings: Settings) -> str:
    return (settings.snapshots / "current").read_text("ascii").strip()


PARTS: dict[str, Callable[[Size], Iterator[Row]]] = {
    part.__name__: part for part in (build, start, pages, search, eligibility, sparql, network)
}
