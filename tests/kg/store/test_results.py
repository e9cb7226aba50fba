"""SPARQL results in JSON, as engines and endpoints write them, read into terms."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.store.results import Solutions, Term, boolean_from_json

NAMES = st.sampled_from(["thing", "type", "value", "xml:lang"])
TRICKY = st.sampled_from(['"type":"uri"', '"type": "typed-literal"', '\\"type":"uri"', '\\\\"', "{}"])
TEXTS = st.lists(st.text(max_size=8) | TRICKY, max_size=3).map("".join)
TERMS = st.one_of(
    st.builds(Term, TEXTS, st.just("iri")),
    st.builds(Term, TEXTS, st.just("literal"), st.sampled_from(["ko", "en", None])),
    st.builds(Term, TEXTS, st.just("literal"), st.none(), st.just("http://www.w3.org/2001/XMLSchema#integer")),
    st.builds(Term, TEXTS, st.just("bnode")),
)


def written(term: Term, *, old: bool) -> dict[str, str]:
    kind = "uri" if term.kind == "iri" else "typed-literal" if old and term.datatype else term.kind
    more = {"xml:lang": term.lang, "datatype": term.datatype}
    return {"type": kind, "value": term.value, **{name: text for name, text in more.items() if text}}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.dictionaries(NAMES, TERMS, max_size=3), max_size=4), st.booleans(), st.sampled_from([None, 2]))
def test_rows_are_read_as_they_were_meant_however_they_are_written(rows: list[dict[str, Term]], old: bool, indent: int | None) -> None:
    bindings = [{name: written(term, old=old) for name, term in row.items()} for row in rows]
    document = {"head": {"vars": ["thing", "type"], "link": []}, "results": {"distinct": False, "bindings": bindings}}
    for text in (json.dumps(document, indent=indent), json.dumps(document, ensure_ascii=False, separators=(",", ":"))):
        assert Solutions.from_json(text.encode()) == Solutions(("thing", "type"), tuple(rows))


WRONG = {
    "no JSON": b"<html>",
    "cut": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri"',
    "another document": b'{"boolean":true}',
    "an answer without rows": b'{"head":{"vars":["x"]}}',
    "a kind that is none": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"iris","value":"a"}}]}}',
    "a value that is no text": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":1}}]}}',
    "a term without a kind": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"value":"a"}}]}}',
    "a row that is none": b'{"head":{"vars":["x"]},"results":{"bindings":["x"]}}',
    "no UTF-8": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"\xff"}}]}}',
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_what_are_no_results_is_refused_and_told(body: bytes) -> None:
    with pytest.raises(QueryError, match=r"query\."):
        Solutions.from_json(body)


@pytest.mark.parametrize(("text", "truth"), [("true", True), ("false", False), ("1", True), ("0", False)])
def test_a_truth_value_is_read_as_a_truth_value_or_a_number(text: str, truth: bool) -> None:
    assert boolean_from_json(f'{{"head":{{}},"boolean":{text}}}'.encode()) is truth


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"boolean":"true"}', b'{"boolean":null}', b"[true]"])
def test_what_is_no_truth_value_is_refused(body: bytes) -> None:
    with pytest.raises(QueryError):
        boolean_from_json(body)
