"""A small graph: 3 triples in two plans' graphs, one of them in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.remote import RemoteStore
from kg.store.results import Dataset, Solutions
from kg.store.sandbox import QueryPool

from .engines import VIRTUOSO_DEFAULT, fuseki_server, no_fuseki, oxigraph_binary, oxigraph_server, virtuoso_binary, virtuoso_server

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

DEVIATIONS = {
    "Bad character": "Virtuoso 7.2.5 takes no Korean names of variables",
    "Subject of transitive triple pattern": "Virtuoso 7.2.5 walks no path from a literal",
    "Object of transitive triple pattern": "Virtuoso 7.2.5 walks no path to a blank node",
    "transitive start not given": "Virtuoso 7.2.5 walks no path of which neither end is known when it starts",
}
"""What Virtuoso says where it cannot answer, and why; the query stays as it is."""

Ask = Callable[[str, Dataset | None], Solutions]


@pytest.fixture(scope="session")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "store"
    OxigraphStore.build(path, ox.parse(NQUADS, ox.RdfFormat.N_QUADS))
    return path


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(query_deadline_s=3, query_memory_mib=256, answer_bytes=1 << 20, query_workers=1, query_waiting=6, query_kept_bytes=0)


@pytest.fixture(scope="session")
def pool(store_path: Path, settings: Settings) -> Iterator[QueryPool]:
    with QueryPool(store_path, settings, prefixes={"ex": "https://example.org/"}) as opened:
        yield opened


@pytest.fixture(scope="session")
def oxigraph_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if oxigraph_binary() is None:
        pytest.skip("no Oxigraph server on this machine")
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph"), NQUADS) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def virtuoso_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if virtuoso_binary() is None:
        pytest.skip("no Virtuoso on this machine (Debian: virtuoso-opensource-7)")
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso"), NQUADS) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def fuseki_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if no_fuseki():
        pytest.skip(f"no Fuseki: {no_fuseki()}")
    with fuseki_server(tmp_path_factory.mktemp("fuseki"), NQUADS) as endpoint:
        yield endpoint


STORES = ["in memory", "on disk", "Oxigraph server", "Virtuoso", "Fuseki"]


def opened_as(kind: str, request: pytest.FixtureRequest, prefixes: dict[str, str] | None = None) -> OxigraphStore | RemoteStore:
    """Open the small graph in one of the `STORES`; a server that is not installed skips the test."""
    if kind == "in memory":
        return OxigraphStore.in_memory(NQUADS, prefixes)
    if kind == "on disk":
        return OxigraphStore.open(request.getfixturevalue("store_path"), prefixes)
    if kind == "Oxigraph server":
        return RemoteStore(request.getfixturevalue("oxigraph_endpoint"), prefixes=prefixes)
    if kind == "Fuseki":
        return RemoteStore(request.getfixturevalue("fuseki_endpoint"), prefixes=prefixes)
    endpoint = request.getfixturevalue("virtuoso_endpoint")
    return RemoteStore(endpoint, default_graph=VIRTUOSO_DEFAULT, graphs=[G1, G2], prefixes=prefixes)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[OxigraphStore | RemoteStore]:
    with opened_as(request.param, request, {"ex": "https://example.org/"}) as opened:
        yield opened


@pytest.fixture(params=[*STORES, "in a worker"])
def ask(request: pytest.FixtureRequest) -> Iterator[Ask]:
    """Answers a SELECT on every kind of store."""
    if request.param == "in a worker":
        pool: QueryPool = request.getfixturevalue("pool")
        yield lambda text, dataset: Solutions.from_json(pool.query(text, JSON, dataset).body)
        return
    with opened_as(request.param, request) as opened:

        def asked(text: str, dataset: Dataset | None) -> Solutions:
            try:
                return Solutions.from_json(opened.query_bytes(text, JSON, dataset=dataset).body)
            except QueryError as error:
                reason = next((why for said, why in DEVIATIONS.items() if said in error.facts.get("detail", "")), None)
                if reason is None or request.param != "Virtuoso":
                    raise
                pytest.xfail(reason)

        yield asked


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
