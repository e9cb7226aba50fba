"""How fast SPARQL is answered: the service, its sandbox, and other engines, on the plan and on a made-up graph, in one run.

Run: `.venv/bin/python -m bench.sparql.measure` (after `itda build`); `--programs 100000` adds a graph of two million triples, `--hostile`
the hostile requests. Engines run one after another on the same queries over one kept-alive connection; ratios are of this run. Needs the
Oxigraph server of the environment; Virtuoso where it is installed. Prints Markdown, and
on standard error how far it is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from bench.sparql import synthetic
from bench.sparql.attack import attack
from bench.sparql.endpoints import JSON, NTRIPLES, Ask, Client, bare_page, itda
from kg.settings import Settings
from kg.store.evaluation import evaluate, open_engine
from kg.store.guard import inspect
from kg.store.oxigraph import OxigraphStore
from kg.store.reader.examples import load_examples
from kg.store.sandbox import QueryPool
from kg.store.snapshot import NQUADS, open_current
from tests.kg.store.engines import VIRTUOSO_DEFAULT, oxigraph_server, virtuoso_binary, virtuoso_server

CLIENTS, LOAD_S = 4, 6.0
ENOUGH_S = 12.0
"""A query is not asked for another round after this time."""
PATIENCE_S = 15.0
"""rdflib is not waited for longer; such a query counts as if it had been done then."""


def media_of(query: str) -> str:
    return NTRIPLES if "CONSTRUCT" in query else JSON


def medians(engines: Mapping[str, Ask], queries: Mapping[str, str], rounds: int) -> dict[str, dict[str, float]]:
    """Ask every engine in turn, so that all are asked under the same load of the machine; median ms by engine and query.

    Each text is new to every engine: a comment at its end tells the rounds apart, so nothing that was read before helps.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in engines}
    for label, query in queries.items():
        times: dict[str, list[float]] = {name: [] for name in engines}
        progress(label)
        began = time.perf_counter()
        for number in range(rounds + 1):
            for name, ask in engines.items():
                start = time.perf_counter()
                ask(f"{query}\n# {label} {number}", media_of(query))
                times[name].append((time.perf_counter() - start) * 1000)
            if time.perf_counter() - began > ENOUGH_S:
                break
        for name, taken in times.items():
            found[name][label] = statistics.median(taken[1:] or taken)
    return found


def requests_per_second(make: Callable[[], Ask], queries: Mapping[str, str]) -> float:
    done, errors, until = [0] * CLIENTS, [0] * CLIENTS, time.monotonic() + LOAD_S

    def work(number: int) -> None:
        ask, texts = make(), list(queries.values())
        at = number
        while time.monotonic() < until:
            try:
                ask(texts[at % len(texts)], media_of(texts[at % len(texts)]))
                done[number] += 1
            except RuntimeError:
                errors[number] += 1
            at += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if sum(errors):
        print(f"({sum(errors)} of {sum(done) + sum(errors)} requests were refused)\n")
    return sum(done) / LOAD_S


def embedded(store: Path) -> Ask:
    engine = open_engine(store)
    return lambda query, media: evaluate(engine, query, media, dataset=inspect(query).dataset).body


def sandboxed(store: Path, stack: ExitStack) -> Ask:
    settings = Settings(query_workers=1, query_deadline_s=60, query_kept_bytes=0, answer_bytes=2**30, query_memory_mib=8192)
    pool = stack.enter_context(QueryPool(store, settings))
    return lambda query, media: pool.query(query, media).body


def rdflib_graph(nquads: Path) -> Ask:
    graph = Graph()
    seen = {quad.triple for quad in ox.parse(path=nquads, format=ox.RdfFormat.N_QUADS)}
    graph.parse(data="\n".join(f"{triple} ." for triple in seen), format="nt")

    def ask(query: str, media: str) -> bytes:
        try:
            signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
            return graph.query(query).serialize(format="nt" if media == NTRIPLES else "json") or b""
        except TimeoutError:
            return b""
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    return ask


def give_up(*_: object) -> None:
    raise TimeoutError


def progress(said: str) -> None:
    """Tell on standard error how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {said}", file=sys.stderr, flush=True)


def compare(
    title: str, nquads: Path, snapshots: Path, queries: Mapping[str, str], rounds: int, *, with_rdflib: bool, with_virtuoso: bool
) -> None:
    """Measure all engines on one graph and print the table."""
    store = snapshots / (snapshots / "current").read_text().strip() / "store"
    deadline = {"query_deadline_s": 60}
    with ExitStack() as stack:
        folder = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        service = stack.enter_context(itda(snapshots, query_kept_bytes=0, **deadline))
        kept = stack.enter_context(itda(snapshots, **deadline))
        progress("both sites are up; loading the Oxigraph server")
        server = stack.enter_context(oxigraph_server(folder[0], nquads.read_bytes()))
        clients: dict[str, Callable[[], Ask]] = {
            "service": lambda: Client(service),
            "service, kept": lambda: Client(kept),
            "Oxigraph server": lambda: Client(server),
        }
        if with_virtuoso and virtuoso_binary():
            progress("loading Virtuoso")
            virtuoso = stack.enter_context(virtuoso_server(folder[1], nquads.read_bytes(), 170000))
            clients["Virtuoso"] = lambda: Client(virtuoso, (("default-graph-uri", VIRTUOSO_DEFAULT),))
        floor = stack.enter_context(bare_page())
        engines = {
            "in process": embedded(store),
            "sandbox": sandboxed(store, stack),
            "bare page": Client(floor),
            **{name: make() for name, make in clients.items()},
        }
        print(f"Load before: {os.getloadavg()[0]:.1f}", end="", flush=True)
        columns = medians(engines, queries, rounds)
        print(f", after: {os.getloadavg()[0]:.1f}\n", flush=True)
        progress("all at once")
        rates = {name: requests_per_second(make, queries) for name, make in clients.items()}
    if with_rdflib:
        progress("rdflib")
        columns |= medians({"rdflib": rdflib_graph(nquads)}, queries, 0)
    show(title, columns, rates)


def show(title: str, columns: Mapping[str, Mapping[str, float]], rates: Mapping[str, float]) -> None:
    names = list(columns)
    print(f"## {title}\n\nMedian ms of a query with its answer in JSON (triples as N-Triples).\n")
    print(f"| query | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for label in next(iter(columns.values())):
        print(f"| {label} | {' | '.join(f'{columns[name][label]:.2f}' for name in names)} |")
    total = {name: sum(columns[name].values()) for name in names}
    print(f"| **sum** | {' | '.join(f'**{total[name]:.1f}**' for name in names)} |")

    def ratio(one: str, other: str) -> float:
        return statistics.geometric_mean([columns[one][label] / columns[other][label] for label in columns[one]])

    print("\nRatios (geometric mean of the queries' ratios; of the sums in brackets):\n")
    for one, other in (
        ("service", "Oxigraph server"),
        ("service, kept", "Oxigraph server"),
        ("service", "Virtuoso"),
        ("rdflib", "service"),
    ):
        if one in columns and other in columns:
            print(f"- {one} / {other}: {ratio(one, other):.2f} ({total[one] / total[other]:.2f})")
    fixed = [columns["service"][label] - columns["Oxigraph server"][label] for label in columns["service"]]
    floor = statistics.median(columns["bare page"].values())
    print(f"- service above Oxigraph server: p50 {statistics.median(fixed):.2f} ms; a bare Flask page takes {floor:.2f} ms by itself")
    added = [columns["sandbox"][label] - columns["in process"][label] for label in columns["sandbox"]]
    print(f"- sandbox above in process: p50 {statistics.median(added):.2f} ms, most {max(added):.2f} ms")
    print(f"\nRequests per second, {CLIENTS} clients for {LOAD_S:g} s, all queries in turn: ", end="")
    print(", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()), "\n", flush=True)


def large_snapshot(folder: Path, programs: int) -> Path:
    """Make a snapshot folder whose store is a made-up graph beside the plan's own quads, and write its N-Quads."""
    published = open_current(Settings().snapshots)
    target = folder / "snapshots"
    shutil.copytree(published.path, target / published.id, ignore=shutil.ignore_patterns("store"))
    (target / "current").write_text(published.id + "\n", "ascii")

    def everything() -> Iterator[ox.Quad]:
        yield from ox.parse(path=published.path / NQUADS, format=ox.RdfFormat.N_QUADS)
        yield from synthetic.quads(programs)

    progress(f"building the store of {programs} programmes")
    OxigraphStore.build(target / published.id / "store", everything())
    progress("writing its N-Quads")
    with (folder / NQUADS).open("wb") as file:
        ox.serialize(everything(), file, format=ox.RdfFormat.N_QUADS)
    return target


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--programs", type=int, default=0, help="programmes of the made-up graph; 0 for none")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--no-plan", action="store_true", help="leave the plan itself out")
    options.add_argument("--no-virtuoso", action="store_true", help="leave out Virtuoso, which takes longest to load")
    options.add_argument("--hostile", action="store_true")
    given = options.parse_args()
    signal.signal(signal.SIGALRM, give_up)
    settings = Settings()
    snapshot = open_current(settings.snapshots)
    prefixes = json.loads((settings.ontology / "context.jsonld").read_text("utf-8"))["@context"]
    youth = prefixes["group"] + "youth"
    queries = {"lookup of one thing": f"SELECT ?p ?o {{ <{youth}> ?p ?o }}"}
    queries |= {example.name: example.query for example in load_examples(settings.ontology / "examples")}
    print("# SPARQL, measured by `bench/sparql/measure.py`\n")
    with_virtuoso = not given.no_virtuoso
    if given.hostile:
        progress("hostile requests")
        attack()
    triples = snapshot.manifest["triples"]
    if not given.no_plan:
        compare(
            f"The plan ({triples} triples)",
            snapshot.path / NQUADS,
            settings.snapshots,
            queries,
            given.rounds,
            with_rdflib=True,
            with_virtuoso=with_virtuoso,
        )
    if given.programs:
        with tempfile.TemporaryDirectory() as folder:
            snapshots = large_snapshot(Path(folder), given.programs)
            large = {name: synthetic.PREFIXES + query for name, query in synthetic.QUERIES.items()}
            title = f"A made-up graph of {given.programs} programmes beside the plan"
            compare(title, Path(folder) / NQUADS, snapshots, large, given.rounds, with_rdflib=False, with_virtuoso=with_virtuoso)


if __name__ == "__main__":
    main()
