"""Measure the search on both engines in one run: the index in the snapshot, and a real OpenSearch cluster of three nodes started here.

Run: `.venv/bin/python -m bench.search.engines` (after `itda build`; needs Java and Maven). `--candidates` lists how many documents the
cluster draws for each query; `--later` takes the queries that were written later. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.search import baselines
from bench.search.judged import LATER, QUERIES, TUNE, Judged, read_queries
from bench.search.metrics import DEPTH, ndcg
from bench.search.run import ask, by_engine, markdown, searching, table
from kg.settings import Settings
from kg.store.snapshot import open_current
from search.answering import Parts
from search.cluster import Cluster
from search.documents import documents_from
from search.engine import SearchEngine
from search.index import DOCUMENTS_FILE
from search.model import Query
from search.opensearch_engine import CANDIDATES, OpenSearchSearch
from search.opensearch_index import load_index
from search.whoosh_engine import WhooshSearch
from tests.engines.nodes import opensearch_nodes

DEADLINE_S = 30.0
ROUNDS = 2
SHOWN = 30


def times(engine: SearchEngine, queries: Sequence[Judged]) -> list[float]:
    """Return how long each query takes (ms), the first round, which reads everything, left out."""
    found = []
    for number in range(ROUNDS):
        for one in queries:
            began = time.perf_counter()
            engine.search(Query(text=one.text, limit=DEPTH))
            found += [1000 * (time.perf_counter() - began)] if number else []
    return sorted(found)


def at(values: Sequence[float], share: float) -> str:
    """Return a percentile as text."""
    return f"{values[min(len(values) - 1, int(share * len(values)))]:.1f}"


def differing(engines: tuple[SearchEngine, SearchEngine], queries: Sequence[Judged], known: frozenset[str]) -> list[list[str]]:
    """Return the queries whose first ten differ between two engines: how much that matters, and the totals."""
    one, other = engines
    pairs = zip(ask(searching(one), queries, known), ask(searching(other), queries, known), strict=True)
    rows = []
    for left, right in pairs:
        if list(left.ranked) != list(right.ranked):
            totals = [engine.search(Query(text=left.judged.text)).total for engine in (one, other)]
            values = [ndcg(answer.ranked, answer.grades) for answer in (left, right)]
            rows.append([left.judged.id, f"{values[0]:.3f}", f"{values[1]:.3f}", str(totals[0]), str(totals[1])])
    return sorted(rows, key=lambda row: -abs(float(row[1]) - float(row[2])))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the search on the index of the snapshot and on a real OpenSearch cluster.")
    parser.add_argument("--later", action="store_true", help="the queries that were written later instead")
    parser.add_argument("--candidates", type=int, nargs="*", default=[CANDIDATES], help="documents drawn for each query")
    parser.add_argument("--shards", type=int, default=1)
    chosen = parser.parse_args()
    snapshot = open_current(Settings.from_env(os.environ).snapshots)
    folder = snapshot.path / "search"
    queries = [one for one in read_queries(LATER if chosen.later else QUERIES) if one.split == TUNE]
    whoosh = WhooshSearch.open(folder)
    documents = documents_from((folder / DOCUMENTS_FILE).read_bytes())
    known = frozenset(one.id for one in baselines.read_documents(folder / DOCUMENTS_FILE))
    identity = snapshot.manifest["artifacts"]["search"]["identity"]
    with tempfile.TemporaryDirectory() as home, opensearch_nodes(Path(home), memory_mib=512) as nodes:
        cluster = Cluster(nodes.addresses, DEADLINE_S)
        began = time.perf_counter()
        load_index(cluster, documents, whoosh.analyser, identity, shards=chosen.shards)
        loaded = time.perf_counter() - began
        parts = Parts.read(folder, whoosh.analyser)
        engines: dict[str, SearchEngine] = {"Whoosh": whoosh}
        for size in chosen.candidates:
            engines[f"OpenSearch, {size} candidates"] = OpenSearchSearch(cluster, identity, parts, candidates=size)
        tables = {name: table(ask(searching(engine), queries, known)) for name, engine in engines.items()}
        measured = {name: times(engine, queries) for name, engine in engines.items()}
        rows = [[name, at(found, 0.5), at(found, 0.95), at(found, 0.99)] for name, found in measured.items()]
        last = engines[list(engines)[-1]]
        unlike = differing((whoosh, last), queries, known)
        cluster.close()
    print(
        f"{len(queries)} queries, {len(documents)} documents, snapshot {snapshot.id[:12]}, 3 nodes, {chosen.shards} shard(s), "
        f"loaded in {loaded:.1f} s."
    )
    print(f"\n{by_engine(tables)}\n\n{markdown(['engine', 'p50 ms', 'p95 ms', 'p99 ms'], rows)}")
    print(f"\nOther first ten on the last engine than on Whoosh: {len(unlike)} of {len(queries)}\n")
    if unlike:
        print(markdown(["query", "nDCG there", "nDCG on the last", "hits there", "hits on the last"], unlike[:SHOWN]))


if __name__ == "__main__":
    main()
