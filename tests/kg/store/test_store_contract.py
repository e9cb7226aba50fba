"""What every `GraphStore` must hold, run on each kind of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kg.errors import QueryLimitExceeded, QueryNotAllowed, QueryRejected, QuerySyntaxError, StoreUnavailable
from kg.store.base import GraphStore
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Dataset, Term

from .conftest import G1, G2, JSON, Ask

COUNT = "SELECT (COUNT(*) AS ?n) {} {{ <https://example.org/a> ?p ?o }}"
A = Term("https://example.org/a", "iri")


def number(ask: Ask, text: str, dataset: Dataset | None = None) -> str:
    return ask(text, dataset).rows[0]["n"].value


@pytest.mark.parametrize(
    "clauses", ["", f"FROM <{G1}>", f"FROM <{G1}> FROM <{G1}>", f"FROM <{G1}> FROM <{G2}>", f"FROM <{G2}> FROM <{G1}> FROM NAMED <{G1}>"]
)
def test_a_triple_in_two_graphs_counts_once_whatever_the_from_clauses(ask: Ask, clauses: str) -> None:
    assert number(ask, COUNT.format(clauses)) == "1"


@pytest.mark.parametrize("default", [(G1,), (G1, G1), (G1, G2)])
def test_a_triple_in_two_graphs_counts_once_with_graphs_of_the_protocol(ask: Ask, default: tuple[str, ...]) -> None:
    assert number(ask, COUNT.format(""), Dataset(default)) == "1"


def test_graphs_of_the_protocol_take_the_place_of_from_clauses(ask: Ask) -> None:
    knows = f"SELECT (COUNT(*) AS ?n) FROM <{G2}> {{ ?s <https://example.org/knows> ?o }}"
    assert number(ask, knows) == "1"
    assert number(ask, knows, Dataset((G1,))) == "0"


def test_several_graphs_are_merged_and_keep_what_only_one_of_them_holds(ask: Ask) -> None:
    assert number(ask, f"SELECT (COUNT(*) AS ?n) FROM <{G1}> FROM <{G2}> {{ ?s ?p ?o }}") == "3"


def test_from_without_from_named_leaves_no_named_graph(ask: Ask) -> None:
    inside = "SELECT (COUNT(*) AS ?n) {} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert number(ask, inside.format("")) == "4"
    assert number(ask, inside.format(f"FROM <{G1}>")) == "0"
    assert number(ask, inside.format(f"FROM <{G1}> FROM <{G2}>")) == "0"
    assert number(ask, inside.format(f"FROM <{G1}> FROM <{G2}> FROM NAMED <{G2}>")) == "2"


def test_from_named_alone_leaves_an_empty_default_graph(ask: Ask) -> None:
    assert number(ask, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{G1}> {{ ?s ?p ?o }}") == "0"


@pytest.mark.parametrize("clause", ["FROM <https://example.org/graph/none>", "FROM NAMED <file:///etc/passwd>"])
def test_a_graph_the_store_does_not_hold_is_named_in_the_refusal(ask: Ask, clause: str) -> None:
    with pytest.raises(QueryNotAllowed) as refused:
        ask(f"SELECT * {clause} {{ ?s ?p ?o }}", None)
    assert refused.value.facts["graph"] in clause


def test_solutions_keep_languages_datatypes_and_unbound_variables(store: GraphStore) -> None:
    found = store.select('SELECT ?x ?y ?z { VALUES (?x ?y ?z) { ("가"@ko 1 UNDEF) (ex:a "b" 1.50) } }')
    assert found.variables == ("x", "y", "z")
    integer, decimal = (f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal"))
    assert found.rows[0] == {"x": Term("가", "literal", "ko"), "y": Term("1", "literal", None, integer)}
    row = dict(found.rows[1])
    found_number = row.pop("z")
    assert row == {"x": A, "y": Term("b", "literal")}
    assert (found_number.datatype, Decimal(found_number.value)) == (decimal, Decimal("1.5"))  # engines may write it as it was written, 1.50


def test_a_binding_of_a_returned_variable_is_kept_in_the_rows(store: GraphStore) -> None:
    found = store.select("SELECT ?s ?o { ?s ex:name ?o }", {"s": A})
    assert found.rows == ({"s": A, "o": Term("디지털 튜터", "literal", "ko")},)


def test_a_binding_of_a_variable_that_is_not_returned_reaches_groups_and_subqueries(store: GraphStore) -> None:
    text = "SELECT ?n { { SELECT ?n { ?s ex:name ?n } LIMIT 1 } FILTER EXISTS { ?s ex:name ?n } }"
    assert store.select(text, {"s": A}).rows == ({"n": Term("디지털 튜터", "literal", "ko")},)
    counted = "SELECT ?p (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    assert [row["n"].value for row in store.select(counted, {"s": A}).rows] == ["1"]


def test_bindings_work_in_ask_and_construct(store: GraphStore) -> None:
    assert store.ask("ASK { ?s ex:knows ?o }", {"o": A})
    assert not store.ask("ASK { ?s ex:knows ?o }", {"s": A})
    assert (
        store.construct("CONSTRUCT { ?s ex:name ?o } { ?s ex:name ?o }", {"s": A})
        == '<https://example.org/a> <https://example.org/name> "디지털 튜터"@ko .\n'.encode()
    )


def test_a_literal_that_looks_like_a_query_stays_a_literal(store: GraphStore) -> None:
    hostile = Term('x" } ASK { ?s ?p "튜터\\', "literal", "ko")
    assert not store.ask("ASK { ?s ex:name ?o }", {"o": hostile})
    assert store.select("SELECT ?x { BIND(?o AS ?x) }", {"o": hostile}).rows == ({"x": hostile},)


def test_things_are_put_into_every_block_and_what_cannot_be_one_is_left_out(store: GraphStore) -> None:
    text = "SELECT DISTINCT ?s ?n { { VALUES ?s { UNDEF } ?s ex:name ?n } UNION { VALUES ?s { UNDEF } ?s ex:none ?n } }"
    found = store.select(text, about={"s": [A.value, 'https://example.org/"', "", "https://example.org/none"]})
    assert found.rows == ({"s": A, "n": Term("디지털 튜터", "literal", "ko")},)
    assert store.select(text, about={"s": []}).rows == ()
    with pytest.raises(QueryRejected) as refused:
        store.select("SELECT ?s { VALUES ?s {UNDEF} ?s ex:name ?n }", about={"s": [A.value]})
    assert refused.value.facts["name"] == "s"


@pytest.mark.parametrize("before", ["", "\n", '"', "\\ "])
def test_a_literal_that_looks_like_a_block_stays_a_literal_beside_things(store: GraphStore, before: str) -> None:
    looks = Term(f"{before}UNDEF VALUES ?s {{ UNDEF }}{before}", "literal")
    text = "SELECT ?s ?same { VALUES ?s { UNDEF } ?s ex:name ?name BIND(STR(?value) AS ?same) }"
    found = store.select(text, {"value": looks}, {"s": [A.value]})
    assert found.rows == ({"s": A, "same": looks},)


def test_a_binding_for_a_variable_the_text_lacks_names_the_nearest_one(store: GraphStore) -> None:
    with pytest.raises(QueryRejected) as refused:
        store.select("SELECT ?name { ?s ex:name ?name }", {"nmae": A})
    assert refused.value.facts["name"] == "nmae"
    assert refused.value.facts["nearest"] == "name"


@pytest.mark.parametrize("term", [Term("not an iri", "iri"), Term("b0", "bnode"), Term("x", "literal", "no language")])
def test_a_binding_that_is_no_term_is_rejected(store: GraphStore, term: Term) -> None:
    with pytest.raises(QueryRejected):
        store.select("SELECT ?s { ?s ?p ?o }", {"s": term})


def test_a_query_of_another_form_is_rejected(store: GraphStore) -> None:
    with pytest.raises(QueryRejected):
        store.select("ASK { ?s ?p ?o }")
    with pytest.raises(QueryRejected):
        store.construct("SELECT * { ?s ?p ?o }")


def test_an_update_and_a_service_call_are_not_allowed(store: GraphStore) -> None:
    for text in ("INSERT DATA { ex:a ex:b ex:c }", "LOAD <http://127.0.0.1:9/>", "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"):
        with pytest.raises(QueryNotAllowed):
            store.ask(text)


def test_a_syntax_error_of_the_engine_has_line_and_column(store: GraphStore, request: pytest.FixtureRequest) -> None:
    with pytest.raises(QuerySyntaxError) as refused:
        store.select("SELECT ?s {\n  ?s ?p ?o } junk")
    assert refused.value.facts["line"] == "2"
    if "Virtuoso" not in request.node.name:  # it names the line only
        assert refused.value.facts["column"] == "14"


def test_an_answer_over_the_byte_limit_is_refused_whole(store: GraphStore) -> None:
    with pytest.raises(QueryLimitExceeded) as refused:
        store.query_bytes("SELECT * { ?s ?p ?o }", JSON, max_bytes=100)
    assert refused.value.facts == {"limit": "answer_bytes", "value": "100", "unit": "bytes"}


def test_building_and_opening_leave_the_files_as_they_are(store_path: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in store_path.rglob("*")}
    with OxigraphStore.open(store_path) as opened:
        opened.select("SELECT * { ?s ?p ?o }")
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in store_path.rglob("*")}


def test_a_missing_store_and_a_closed_one_are_unavailable(tmp_path: Path, store: OxigraphStore) -> None:
    with pytest.raises(StoreUnavailable):
        OxigraphStore.open(tmp_path / "none")
    store.close()
    with pytest.raises(StoreUnavailable):
        store.ask("ASK { ?s ?p ?o }")


def test_a_carriage_return_survives_in_xml_results(store: GraphStore) -> None:
    answer = store.query_bytes('SELECT ("a\\rb" AS ?x) {}', "application/sparql-results+xml")
    assert b"a&#13;b" in answer.body
