from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import QueryError, QueryRejected, SourceFaults
from kg.store.base import GraphStore
from kg.store.queries import Parameter, QueryLibrary
from kg.store.results import Solutions, Term, boolean_from_json

NAMES = """# purpose: the names of a thing
# parameter: thing (iri) - what is named
# parameter: text (literal) - a name it has
# rows: name
PREFIX ex: <https://example.org/>
SELECT ?name { ?thing ex:name ?name , ?text }
"""
A = Term("https://example.org/a", "iri")
NAME = Term("디지털 튜터", "literal", "ko")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "names-of.rq").write_text(NAMES, "utf-8")
    (tmp_path / "known.rq").write_text("# purpose: who knows a thing\n# rows: a graph\nCONSTRUCT WHERE { ?s ex:knows ?o }", "utf-8")
    (tmp_path / "is-known.rq").write_text(
        "# purpose: is it known\n# parameter: thing (iri) - it\n# rows: yes or no\nASK { ?s ex:knows ?thing }", "utf-8"
    )
    return tmp_path


@pytest.fixture
def library(folder: Path) -> QueryLibrary:
    return QueryLibrary.load(folder, {"ex": "https://example.org/"})


def test_a_saved_query_knows_its_purpose_parameters_and_rows(library: QueryLibrary) -> None:
    assert sorted(library) == ["is-known", "known", "names-of"]
    query = library["names-of"]
    assert (query.purpose, query.rows, query.form) == ("the names of a thing", "name", "SELECT")
    assert query.parameters == (Parameter("thing", "iri", "what is named"), Parameter("text", "literal", "a name it has"))
    assert library.text("names-of") == NAMES


def test_saved_queries_run_with_their_terms(library: QueryLibrary, store: GraphStore) -> None:
    assert library.run(store, "names-of", thing=A, text=NAME).rows == ({"name": NAME},)
    assert b"<https://example.org/b>" in library.run_graph(store, "known")


@pytest.mark.parametrize(
    ("name", "terms", "fact", "nearest"),
    [
        ("name-of", {}, "name-of", "names-of"),
        ("names-of", {"thing": A}, "text", "text"),
        ("names-of", {"thing": NAME, "text": NAME}, "thing", "thing"),
        ("names-of", {"thing": A, "text": NAME, "thnig": A}, "thnig", "thing"),
    ],
)
def test_a_wrong_name_or_parameter_is_rejected_with_the_nearest(
    library: QueryLibrary, store: GraphStore, *, name: str, terms: dict[str, Term], fact: str, nearest: str
) -> None:
    with pytest.raises(QueryRejected) as refused:
        library.run(store, name, **terms)
    assert (refused.value.facts["name"], refused.value.facts["nearest"]) == (fact, nearest)


def test_every_fault_of_the_files_is_reported_with_its_line(folder: Path) -> None:
    (folder / "bad-header.rq").write_text("# rows: none\nASK {}", "utf-8")
    (folder / "bad-parameter.rq").write_text(
        "# purpose: p\n# parameter: x is a thing\n# parameter: missing (iri) - m\n# rows: r\nASK {}", "utf-8"
    )
    (folder / "bad-text.rq").write_text("# purpose: p\n# rows: r\nSELECT * {\n ?s ?p }}", "utf-8")
    with pytest.raises(SourceFaults) as refused:
        QueryLibrary.load(folder, {"ex": "https://example.org/"})
    found = [(Path(fault.path).name, fault.line, fault.code) for fault in refused.value.faults]
    assert found == [
        ("bad-header.rq", 1, "query.header"),
        ("bad-parameter.rq", 1, "query.parameter"),
        ("bad-parameter.rq", 2, "query.parameter"),
        ("bad-text.rq", 4, "query.syntax"),
    ]


def test_virtuoso_results_are_read_like_any() -> None:
    body = b'{"head":{"link":[],"vars":["n"]},"results":{"distinct":false,"bindings":[{"n":{"type":"typed-literal","datatype":"d:int","value":"3"}}]}}'
    assert Solutions.from_json(body) == Solutions(("n",), ({"n": Term("3", "literal", None, "d:int")},))
    assert boolean_from_json(b'{"head":{},"boolean":1}')


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"boolean":true}', b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"triple","value":{}}}]}}'],
)
def test_a_body_that_is_no_result_is_a_query_error(body: bytes) -> None:
    with pytest.raises(QueryError):
        Solutions.from_json(body)
