"""A small graph: 3 triples in two plans' graphs, one of them in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Dataset, Solutions
from kg.store.sandbox import QueryPool

G1, G2 = "https://example.org/graph/1", "https://example.org/graph/2"
SHARED = f'<https://example.org/a> <https://example.org/name> "디지털 튜터"@ko <{G1}> .'
NQUADS = "\n".join(
    [
        SHARED,
        SHARED.replace(G1, G2),
        f'<https://example.org/b> <https://example.org/name> "박스퀘어"@ko <{G1}> .',
        f"<https://example.org/b> <https://example.org/knows> <https://example.org/a> <{G2}> .",
    ]
).encode()
JSON = "application/sparql-results+json"
CARTESIAN = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {CARTESIAN}"

Ask = Callable[[str, Dataset | None], Solutions]


@pytest.fixture(scope="session")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "store"
    OxigraphStore.build(path, ox.parse(NQUADS, ox.RdfFormat.N_QUADS))
    return path


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(query_deadline_s=1.5, query_memory_mib=256, answer_bytes=1 << 20, query_workers=1, query_waiting=6, query_kept_bytes=0)


@pytest.fixture(scope="session")
def pool(store_path: Path, settings: Settings) -> Iterator[QueryPool]:
    with QueryPool(store_path, settings, prefixes={"ex": "https://example.org/"}) as opened:
        yield opened


@pytest.fixture(params=["in memory", "on disk"])
def store(request: pytest.FixtureRequest, store_path: Path) -> Iterator[OxigraphStore]:
    prefixes = {"ex": "https://example.org/"}
    made = OxigraphStore.in_memory(NQUADS, prefixes) if request.param == "in memory" else OxigraphStore.open(store_path, prefixes)
    with made as opened:
        yield opened


@pytest.fixture(params=["in memory", "on disk", "in a worker"])
def ask(request: pytest.FixtureRequest, store_path: Path, pool: QueryPool) -> Iterator[Ask]:
    """Answers a SELECT on every kind of store."""
    if request.param == "in a worker":
        yield lambda text, dataset: Solutions.from_json(pool.query(text, JSON, dataset).body)
        return
    with OxigraphStore.in_memory(NQUADS) if request.param == "in memory" else OxigraphStore.open(store_path) as opened:
        yield lambda text, dataset: Solutions.from_json(opened.query_bytes(text, JSON, dataset=dataset).body)


@pytest.fixture(scope="session")
def large_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "store"
    quads = (ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode("x:p"), ox.Literal(f"value {n}"), ox.NamedNode("x:g")) for n in range(1000))
    OxigraphStore.build(path, quads)
    return path


@pytest.fixture(scope="session")
def large_pool(large_store: Path, settings: Settings) -> Iterator[QueryPool]:
    with QueryPool(large_store, settings) as opened:
        yield opened
