"""Judges kg/store/blanks.py: a blank takes any term and nothing but a term."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import QueryRejected
from kg.store.blanks import blanks_of, default_of, fill
from kg.store.guard import inspect
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Term

TEXT = "PREFIX x: <https://example.org/> SELECT ?a ?b { # VALUES ?a { 1 }\n VALUES ?a { x:one } VALUES ?b { '}'@ko } VALUES (?c) { (1) } }"
LETTERS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def test_blanks_are_found_by_name_and_hold_a_value() -> None:
    shape = inspect(TEXT)
    assert list(blanks_of(shape)) == ["a", "b"]
    assert default_of(shape, "a") == "<https://example.org/one>"
    assert default_of(shape, "b") == '"}"@ko'


@given(LETTERS)
@example("\\\x07")
@example("\\\\u0041 \\U00000041")
def test_any_text_in_a_blank_stays_a_text(text: str) -> None:
    asked = fill(inspect(TEXT), {"b": Term(text, "literal", "ko")})
    with OxigraphStore.in_memory(b"") as store:
        assert store.select(asked).rows == ({"a": Term("https://example.org/one", "iri"), "b": Term(text, "literal", "ko")},)


@given(LETTERS)
def test_an_iri_in_a_blank_is_that_iri_or_is_refused(text: str) -> None:
    iri = "https://example.org/" + text
    with OxigraphStore.in_memory(b"") as store:
        try:
            asked = fill(inspect(TEXT), {"a": Term(iri, "iri")})
        except QueryRejected:
            return
        assert [row["a"] for row in store.select(asked).rows] == [Term(iri, "iri")]


def test_a_blank_taken_away_means_anything_and_an_unknown_one_names_the_nearest() -> None:
    assert "VALUES ?a" not in fill(inspect(TEXT), {"a": None}).partition("\n")[2]
    with pytest.raises(QueryRejected) as refused:
        fill(inspect("SELECT * { VALUES ?group { 1 } }"), {"gruop": None})
    assert refused.value.facts == {"name": "gruop", "nearest": "group"}
