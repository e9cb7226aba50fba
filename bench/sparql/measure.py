"""How fast SPARQL is answered: the service, its sandbox, and other engines, on the plan and on a made-up graph, in one run.

Run: `.venv/bin/python -m bench.sparql.measure` (after `itda build`); `--programs 100000` adds a graph of two million triples, `--hostile`
the hostile requests. Engines run one after another on the same queries over one kept-alive connection; ratios are of this run. Needs the
Oxigraph server of the environment; Virtuoso where it is installed. Prints Markdown.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
from rdflib import Graph

from bench.sparql import hostile, synthetic
from kg.settings import Settings
from kg.store.evaluation import evaluate, open_engine
from kg.store.guard import inspect
from kg.store.oxigraph import OxigraphStore
from kg.store.reader.examples import load_examples
from kg.store.sandbox import QueryPool
from kg.store.snapshot import NQUADS, open_current
from tests.kg.store.engines import VIRTUOSO_DEFAULT, free_port, oxigraph_server, virtuoso_binary, virtuoso_server

JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"
Ask = Callable[[str, str], bytes]
CLIENTS, LOAD_S = 4, 6.0
PATIENCE_S = 15.0
"""rdflib is not waited for longer; such a query counts as if it had been done then."""


def media_of(query: str) -> str:
    return NTRIPLES if "CONSTRUCT" in query else JSON


def median_ms(ask: Ask, query: str, rounds: int) -> float:
    times = []
    for number in range(rounds + 1):
        start = time.perf_counter()
        ask(query, media_of(query))
        if number or time.perf_counter() - start > PATIENCE_S / 3:
            times.append((time.perf_counter() - start) * 1000)
        if sum(times) > 3000:
            break
    return statistics.median(times or [(time.perf_counter() - start) * 1000])


class Client:
    """Asks an endpoint over one kept-alive connection by URL-encoded POST."""

    def __init__(self, endpoint: str, dataset: tuple[tuple[str, str], ...] = ()) -> None:
        self._at, self._dataset = urlsplit(endpoint), dataset
        self._connection = http.client.HTTPConnection(str(self._at.netloc), timeout=120)

    def __call__(self, query: str, media: str) -> bytes:
        body = urlencode([("query", query), *self._dataset])
        headers = {"Accept": media, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", self._at.path, body, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{answer.status} for {query[:80]}: {found[:200]!r}")
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


@contextmanager
def itda(snapshots: Path, kept: int) -> Iterator[str]:
    port = free_port()
    environ = {**os.environ, "ITDA_SNAPSHOTS": str(snapshots), "ITDA_QUERY_KEPT_BYTES": str(kept), "ITDA_QUERY_DEADLINE_S": "30"}
    environ |= {"ITDA_QUERY_BUDGET_S": "100000"}
    command = [sys.executable, "-m", "web", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            endpoint = f"http://127.0.0.1:{port}/sparql"
            for _ in range(600):
                try:
                    for _ in range(24):  # each on a connection of its own, so that every web process has opened the snapshot
                        Client(endpoint)("ASK {}", JSON)
                    break
                except (OSError, RuntimeError):
                    time.sleep(0.1)
            yield endpoint
        finally:
            process.terminate()
            process.wait(30)


def embedded(store: Path) -> Ask:
    engine = open_engine(store)
    return lambda query, media: evaluate(engine, query, media, dataset=inspect(query).dataset).body


def sandboxed(store: Path, stack: ExitStack) -> Ask:
    settings = Settings(query_workers=1, query_deadline_s=60, query_kept_bytes=0)
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


def compare(title: str, nquads: Path, snapshots: Path, queries: Mapping[str, str], rounds: int, *, with_rdflib: bool) -> None:
    store = snapshots / (snapshots / "current").read_text().strip() / "store"
    columns: dict[str, dict[str, float]] = {}
    rates: dict[str, float] = {}

    def run(name: str, ask: Ask, times: int = rounds) -> None:
        columns[name] = {label: median_ms(ask, query, times) for label, query in queries.items()}

    with ExitStack() as stack:
        run("in process", embedded(store))
        run("sandbox", sandboxed(store, stack))
    with itda(snapshots, 0) as endpoint:
        run("service", Client(endpoint))
        rates["service"] = requests_per_second(lambda: Client(endpoint), queries)
    with itda(snapshots, 32 << 20) as endpoint:
        run("service, kept", Client(endpoint))
        rates["service, kept"] = requests_per_second(lambda: Client(endpoint), queries)
    with tempfile.TemporaryDirectory() as folder, oxigraph_server(Path(folder), nquads.read_bytes()) as endpoint:
        run("Oxigraph server", Client(endpoint))
        rates["Oxigraph server"] = requests_per_second(lambda: Client(endpoint), queries)
    if virtuoso_binary():
        dataset = (("default-graph-uri", VIRTUOSO_DEFAULT),)
        with tempfile.TemporaryDirectory() as folder, virtuoso_server(Path(folder), nquads.read_bytes(), 170000) as endpoint:
            run("Virtuoso", Client(endpoint, dataset))
            rates["Virtuoso"] = requests_per_second(lambda: Client(endpoint, dataset), queries)
    if with_rdflib:
        run("rdflib", rdflib_graph(nquads), 1)
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

    OxigraphStore.build(target / published.id / "store", everything())
    with (folder / NQUADS).open("wb") as file:
        ox.serialize(everything(), file, format=ox.RdfFormat.N_QUADS)
    return target


def attack() -> None:
    deadline = 2.0
    environ = {**os.environ, "ITDA_QUERY_DEADLINE_S": str(deadline), "ITDA_QUERY_MEMORY_MIB": "256", "ITDA_QUERY_KEPT_BYTES": "0"}
    port = free_port()
    command = [sys.executable, "-m", "web", "serve", "--port", str(port)]
    rows: list[tuple[str, int, float, float]] = []
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(600):
            try:
                for _ in range(6):
                    Client(f"http://127.0.0.1:{port}/sparql")("ASK {}", JSON)
                break
            except (OSError, RuntimeError):
                time.sleep(0.1)
        for case in hostile.CASES:
            connection, start = http.client.HTTPConnection("127.0.0.1", port, timeout=60), time.perf_counter()
            try:
                connection.request("POST", case.target.replace("PORT", "9"), case.body.replace(b"PORT", b"9"), {"Content-Type": case.media})
                status = connection.getresponse().status
            except (BrokenPipeError, ConnectionResetError):
                status = connection.getresponse().status
            taken = time.perf_counter() - start
            start = time.perf_counter()
            Client(f"http://127.0.0.1:{port}/sparql")("SELECT ?s { ?s a kj:Strategy }", JSON)
            rows.append((case.name, status, taken, time.perf_counter() - start))
            connection.close()
        process.terminate()
    late = max(taken for _, _, taken, _ in rows)
    latest = max(rows, key=lambda row: row[2])[0]
    print(f"## Hostile requests\n\n{len(rows)} requests, deadline {deadline:g} s, memory 256 MiB, two web processes.\n")
    print("| status | requests | slowest, s | slowest plain query after it, ms |\n|---|---|---|---|")
    for status in sorted({row[1] for row in rows}):
        those = [row for row in rows if row[1] == status]
        print(f"| {status} | {len(those)} | {max(row[2] for row in those):.3f} | {max(row[3] for row in those) * 1000:.0f} |")
    print(f"\nSlowest of all ({latest}): {late:.3f} s, that is {(late - deadline) * 1000:.0f} ms beyond the deadline.")
    print(f"The plain query after each: p50 {statistics.median(row[3] for row in rows) * 1000:.1f} ms, all answered.\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--programs", type=int, default=0, help="programmes of the made-up graph; 0 for none")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--no-plan", action="store_true", help="leave the plan itself out")
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
    if given.hostile:
        attack()
    triples = snapshot.manifest["triples"]
    if not given.no_plan:
        compare(f"The plan ({triples} triples)", snapshot.path / NQUADS, settings.snapshots, queries, given.rounds, with_rdflib=True)
    if given.programs:
        with tempfile.TemporaryDirectory() as folder:
            snapshots = large_snapshot(Path(folder), given.programs)
            large = {name: synthetic.PREFIXES + query for name, query in synthetic.QUERIES.items()}
            title = f"A made-up graph of {given.programs} programmes beside the plan"
            compare(title, Path(folder) / NQUADS, snapshots, large, given.rounds, with_rdflib=False)


if __name__ == "__main__":
    main()
