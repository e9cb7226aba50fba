"""What a hostile visitor can send, through the whole sandbox; nothing may reach out, and the next query is always answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from msgspec.structs import replace

from kg.errors import KgError, QueryError, QueryLimitExceeded, QueryNotAllowed, QuerySyntaxError
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Solutions
from kg.store.sandbox import QueryPool

from .conftest import CARTESIAN, ENDLESS, JSON

DOUBLING = (
    "SELECT ?n { BIND('aaaaaaaaaaaaaaaa' AS ?a0) "
    + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(30))
    + " BIND(STRLEN(?a30) AS ?n) }"
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def assert_never_called(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


HOSTILE = [
    ("a cartesian count", ENDLESS, QueryLimitExceeded, {"limit": "query_deadline_s", "value": "3.0", "unit": "s"}),
    ("a large ORDER BY", f"SELECT * {CARTESIAN} ORDER BY ?a ?f ?i", QueryLimitExceeded, {}),
    ("a cartesian listing", f"SELECT * {CARTESIAN}", QueryLimitExceeded, {"limit": "answer_bytes", "value": str(1 << 20), "unit": "bytes"}),
    ("deep braces", "SELECT * " + "{" * 20000 + "}" * 20000, QueryLimitExceeded, {"limit": "query_nesting"}),
    ("a long text", "ASK { ?s ?p '" + "x" * 70000 + "' }", QueryLimitExceeded, {"limit": "query_bytes"}),
    ("a long chain of additions", "SELECT (1" + "+1" * 8000 + " AS ?x) {}", QueryLimitExceeded, {"limit": "query_tokens"}),
    ("a long path", "SELECT * { ?s <x:p>" + "/<x:p>" * 1000 + " ?o }", QueryLimitExceeded, {"limit": "query_tokens"}),
    ("SERVICE", "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }", QueryNotAllowed, {"form": "SERVICE"}),
    ("SERVICE SILENT", "SELECT * { service silent<http://127.0.0.1:PORT/>{ ?s ?p ?o } }", QueryNotAllowed, {"form": "SERVICE"}),
    ("LOAD", "LOAD <http://127.0.0.1:PORT/>", QueryNotAllowed, {"form": "LOAD"}),
    ("DELETE", "DELETE WHERE { ?s ?p ?o }", QueryNotAllowed, {"form": "DELETE"}),
    ("FROM http", "SELECT * FROM <http://127.0.0.1:PORT/g> { ?s ?p ?o }", QueryNotAllowed, {"form": "FROM"}),
    ("FROM NAMED http", "SELECT * FROM NAMED <http://127.0.0.1:PORT/g> { GRAPH ?g { ?s ?p ?o } }", QueryNotAllowed, {"form": "FROM"}),
    ("FROM file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", QueryNotAllowed, {"form": "FROM", "graph": "file:///etc/passwd"}),
    ("an unknown function", "SELECT (<x:f>(1) AS ?x) {}", QueryError, {}),
    ("broken text", "SELECT * { ?s ?p ?o }\n junk", QuerySyntaxError, {"line": "2", "column": "2"}),
]


def test_a_query_that_grows_is_ended_for_its_memory_and_the_next_one_succeeds(large_store: Path) -> None:
    with QueryPool(large_store, Settings(query_deadline_s=60, query_memory_mib=256, query_workers=1)) as pool:
        with pytest.raises(QueryLimitExceeded) as refused:
            pool.query(DOUBLING, JSON)
        assert refused.value.facts == {"limit": "query_memory_mib", "value": "256", "unit": "MiB"}
        assert Solutions.from_json(pool.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON).body).rows[0]["n"].value == "1000"


@pytest.mark.parametrize(("text", "kind", "facts"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_query_gets_its_error_and_the_next_query_succeeds(
    large_pool: QueryPool, listener: socket.socket, text: str, kind: type[KgError], facts: dict[str, str]
) -> None:
    with pytest.raises(kind) as refused:
        large_pool.query(text.replace("PORT", str(listener.getsockname()[1])), JSON)
    assert type(refused.value) is kind
    assert facts.items() <= refused.value.facts.items()
    assert_never_called(listener)
    answer = Solutions.from_json(large_pool.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON).body)
    assert answer.rows[0]["n"].value == "1000"


def ask_unguarded(pool: QueryPool, text: str) -> None:
    """Send a worker text that the guard has not seen, as if it had found nothing in it."""
    until = time.monotonic() + 10
    with pool._worker(until) as worker:
        worker.ask(pool._request(replace(pool.inspect("ASK {}"), text=text), JSON, None), until)


@pytest.mark.parametrize("text", ["SELECT (1" + "+1" * 20000 + " AS ?x) {}", "SELECT * { ?s ?p (" + "1 " * 20000 + ") }"])
def test_a_query_that_breaks_the_engine_is_its_own_fault_and_the_next_query_succeeds(large_pool: QueryPool, text: str) -> None:
    with pytest.raises(QueryLimitExceeded) as refused:
        ask_unguarded(large_pool, text)
    assert (refused.value.code, refused.value.facts) == ("query.too-complex", {"signal": "SIGSEGV"})
    assert large_pool.query("ASK {}", JSON).kind == "boolean"


CHAINS = [
    ("sum", "SELECT (1" + "+1" * 245 + " AS ?x) {}"),
    ("or", "SELECT * { ?s ?p ?o FILTER(?s = 1" + " || ?s = 1" * 95 + ") }"),
    ("path", "SELECT * { ?s <x:p>" + "/<x:p>" * 150 + " ?o }"),
    ("union", "SELECT * { { ?s ?p ?o }" + " UNION { ?s ?p ?o }" * 78 + " } LIMIT 1"),
    ("optional", "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 78 + "} LIMIT 1"),
    ("triples", "SELECT * { " + " ".join(f"?a{n} ?p{n} ?a{n + 1} ." for n in range(120)) + " } LIMIT 1"),
    ("values", "SELECT ?s { VALUES ?s { " + "<x:1> " * 8000 + "} ?s ?p ?o }"),
]


@pytest.mark.parametrize("text", [case[1] for case in CHAINS], ids=[case[0] for case in CHAINS])
def test_a_chain_of_about_half_the_tokens_or_a_long_list_of_values_is_answered(large_store: Path, text: str) -> None:
    with QueryPool(large_store, Settings(query_workers=1, query_deadline_s=60)) as pool:
        assert pool.query(text, JSON).kind == "solutions"


def test_a_worker_cannot_open_a_connection_even_for_text_no_guard_has_seen(large_pool: QueryPool, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    for silent in ("", "SILENT "):
        with suppress(QueryError):
            ask_unguarded(large_pool, f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        assert_never_called(listener)


def test_a_merge_of_too_many_quads_is_refused_with_its_limit(tmp_path: Path) -> None:
    graphs = (ox.NamedNode("x:g1"), ox.NamedNode("x:g2"))
    OxigraphStore.build(
        tmp_path / "store", (ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode("x:p"), graph, graph) for n in range(501) for graph in graphs)
    )
    with QueryPool(tmp_path / "store", Settings(query_merge_quads=1000, query_workers=1)) as pool:
        with pytest.raises(QueryLimitExceeded) as refused:
            pool.query("ASK FROM <x:g1> FROM <x:g2> { ?s ?p ?o }", JSON)
        assert refused.value.facts == {"limit": "query_merge_quads", "value": "1000", "unit": "quads"}
        assert pool.query("ASK FROM <x:g1> { ?s ?p ?o }", JSON).kind == "boolean"
