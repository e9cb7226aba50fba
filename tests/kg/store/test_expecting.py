"""What is said of a query that cannot be read: where, what stands there, what could stand there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import QuerySyntaxError
from kg.store.evaluation import evaluate
from kg.store.guard import inspect

from .conftest import JSON


def mistake(text: str) -> dict[str, str]:
    with pytest.raises(QuerySyntaxError) as refused:
        shape = inspect(text)
        try:
            evaluate(ox.Store(), text, JSON)
        except QuerySyntaxError as error:
            raise shape.pinned(error) from None
    return refused.value.facts


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("SELECT { ?s ?p ?o }", 8, "{", "?variable ( *"),
        ("SELECT DISTINCT WHERE { ?s ?p ?o }", 17, "WHERE", "?variable ( *"),
        ("SELECT * { ?s ?p ?o } LIMIT x", 29, "x", "number"),
        ("SELECT ?x WHERE ?s", 17, "?s", "{"),
        ("SELECT * { ?s ?p ?o FILTER }", 28, "}", "( EXISTS"),
        ("SELECT ?x { ?x ?y }", 19, "}", '?variable <iri> prefix:name "text" number'),
        ("SELECT (SUM(?x) { ?s ?p ?x }", 8, "(", ")"),
        ("SELECT * { ?s ?p ?o FILTER (?s = 'a' }", 38, "}", ")"),
        ("SELECT * { ?s ?p ?o", 10, "{", "}"),
        ("FIND ?x { ?x ?y ?z }", 1, "FIND", "SELECT ASK CONSTRUCT DESCRIBE"),
        ("PREFIX x <y:z> ASK {}", 1, "PREFIX", "prefix: <iri>"),
    ],
)
def test_what_stands_at_a_mistake_and_what_could(text: str, column: int, found: str, expected: str) -> None:
    facts = mistake(text)
    assert (facts["column"], facts.get("found"), facts["expected"]) == (str(column), found, expected)


@pytest.mark.parametrize(
    ("text", "column", "detail"),
    [
        ("ASK { ?x <label> ?y }", 10, "relative IRI"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 40, "ungrouped variable"),
        ("ASK {}}", 7, "closes nothing"),
    ],
)
def test_a_mistake_the_engine_has_no_word_for_is_told_as_what_it_is(text: str, column: int, detail: str) -> None:
    facts = mistake(text)
    assert (facts["column"], facts["detail"], facts.get("expected", "")) == (str(column), detail, "")


def test_an_iri_is_whole_where_there_is_a_base() -> None:
    assert mistake("BASE <x:y> ASK { ?x <label> }")["detail"] != "relative IRI"


@pytest.mark.parametrize("text", ["SELECT * {} VALUES ?x { ?y }", "SELECT * { { _:a ?p ?o } { _:a ?q ?r } }"])
def test_nothing_is_said_of_what_could_stand_where_nobody_knows(text: str) -> None:
    assert mistake(text)["expected"] == ""
