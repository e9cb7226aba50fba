"""Rows written as JSON, XML, CSV and TSV parse back to the same terms: with the engine's readers, and with rdflib's as an independent one."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal as RdfLiteral
from rdflib import URIRef
from rdflib.query import Result

from kg.store.evaluation import written_results
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Solutions, Term

XSD = "http://www.w3.org/2001/XMLSchema#"
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12).map(
    lambda text: text.replace("\\u", "")
)
TERMS = st.one_of(
    st.from_regex(r"https://example\.org/[a-z가-힣]{1,8}", fullmatch=True).map(lambda iri: Term(iri, "iri")),
    TEXT.map(lambda text: Term(text, "literal")),
    st.tuples(TEXT, st.sampled_from(["ko", "en", "en-gb"])).map(lambda both: Term(both[0], "literal", both[1])),
    st.integers(-(10**12), 10**12).map(lambda number: Term(str(number), "literal", None, XSD + "integer")),
    st.decimals(-9999, 9999, places=2).map(lambda number: Term(f"{number.normalize():f}", "literal", None, XSD + "decimal")),
    st.dates().map(lambda day: Term(day.isoformat(), "literal", None, XSD + "date")),
    TEXT.map(lambda text: Term(text, "literal", None, "https://example.org/type")),
)
ROWS = st.lists(st.fixed_dictionaries({}, optional={"가": TERMS, "b": TERMS}), min_size=1, max_size=5)
STORE = OxigraphStore.in_memory(b"")
READERS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


def written(term: Term | None) -> str:
    if term is None:
        return "UNDEF"
    if term.kind == "iri":
        return str(ox.NamedNode(term.value))
    return str(ox.Literal(term.value, language=term.lang, datatype=ox.NamedNode(term.datatype) if term.datatype else None))


def query(rows: list[dict[str, Term]]) -> str:
    return "SELECT ?가 ?b { VALUES (?가 ?b) { " + " ".join(f"({written(row.get('가'))} {written(row.get('b'))})" for row in rows) + " } }"


def from_engine(body: bytes, form: ox.QueryResultsFormat) -> Solutions:
    found = ox.parse_query_results(body, form)
    assert isinstance(found, ox.QuerySolutions)
    return Solutions.from_json(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")


@pytest.mark.parametrize("media", READERS)
@given(rows=ROWS)
def test_rows_parse_back_equal(media: str, rows: list[dict[str, Term]]) -> None:
    body = STORE.query_bytes(query(rows), media).body
    found = from_engine(body, READERS[media])
    assert found.variables == ("가", "b")
    assert list(found.rows) == rows


@pytest.mark.parametrize("form", ["json", "xml"])
@given(rows=ROWS)
def test_rdflib_reads_the_same_terms(form: str, rows: list[dict[str, Term]]) -> None:
    body = STORE.query_bytes(query(rows), f"application/sparql-results+{form}").body
    found = [dict(one.asdict()) for one in Result.parse(io.BytesIO(body), format=form)]
    assert found == [{name: oracle(term) for name, term in row.items()} for row in rows if row]  # rdflib yields no row without a value


def oracle(term: Term) -> URIRef | RdfLiteral:
    if term.kind == "iri":
        return URIRef(term.value)
    return RdfLiteral(term.value, lang=term.lang, datatype=URIRef(term.datatype) if term.datatype else None)


@given(ROWS)
def test_csv_has_the_values_of_the_rows(rows: list[dict[str, Term]]) -> None:
    body = STORE.query_bytes(query(rows), "text/csv").body.decode()
    found = list(csv.reader(io.StringIO(body, newline="")))
    assert found == [["가", "b"], *([row[name].value if name in row else "" for name in ("가", "b")] for row in rows)]


@given(ROWS)
def test_results_of_a_remote_endpoint_are_written_anew_without_a_change(rows: list[dict[str, Term]]) -> None:
    body = STORE.query_bytes(query(rows), "application/sparql-results+json").body
    again = written_results(body, "application/sparql-results+xml").body
    assert from_engine(again, ox.QueryResultsFormat.XML) == Solutions.from_json(body)
