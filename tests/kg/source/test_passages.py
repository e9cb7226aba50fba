"""Evidence is found where it stands, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.source.passages import MARKS, Passage, SourceText, parse_lines
from kg.text import DotTable
from tests.conftest import DATA

DOTS = DotTable.load(DATA / "lexicon")
SOURCE = "https://example.org/source"


def text(*lines: str) -> SourceText:
    return SourceText(lines, DOTS)


@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(0, 500)), min_size=1, max_size=4))
def test_every_way_of_writing_lines_is_read_back(ranges: list[tuple[int, int]]) -> None:
    written = ", ".join(str(start) if not more else f"{start}-{start + more}" for start, more in ranges)
    assert parse_lines(written) == tuple((start, start + more) for start, more in ranges)


@pytest.mark.parametrize("written", ["", "0", "5-3", "a", "1-", "-1", "1–2", "1,,2", "1.5", "9999999"])
def test_what_is_no_range_of_lines_is_refused(written: str) -> None:
    assert parse_lines(written) is None


@given(st.lists(st.text("가나다라 .-", max_size=12), min_size=1, max_size=4), st.data())
def test_a_phrase_taken_from_the_lines_is_found_even_across_line_ends_and_spaces(lines: list[str], data: st.DataObject) -> None:
    whole = "".join(lines)
    start = data.draw(st.integers(0, max(len(whole) - 1, 0)))
    phrase = whole[start : start + data.draw(st.integers(1, 8))]
    if phrase.strip():
        assert text(*lines).holds(Passage(SOURCE, 1, len(lines), phrase))


def test_any_kind_of_middle_dot_stands_for_any_other() -> None:
    assert text("초․중ㆍ고교").holds(Passage(SOURCE, 1, 1, "초·중·고교"))


@pytest.mark.parametrize("phrase", ["57", "2,50", "505", "157 2"])
def test_a_number_does_not_stand_inside_a_longer_one(phrase: str) -> None:
    assert not text("157 2,505").holds(Passage(SOURCE, 1, 1, phrase))


def test_a_phrase_is_not_found_outside_its_lines() -> None:
    assert not text("가", "나").holds(Passage(SOURCE, 1, 1, "나"))


@pytest.mark.parametrize("phrase", [" ", "「」"])
def test_a_phrase_of_which_nothing_is_left_stands_nowhere(phrase: str) -> None:
    passage = Passage(SOURCE, 1, 1, phrase.translate(MARKS))
    assert not text("가").without_marks().holds(passage)
    assert text("가").find(passage) == ()


def test_two_phrases_on_one_line_are_two_passages_and_the_same_phrase_is_one() -> None:
    assert Passage(SOURCE, 1, 1, "가").iri != Passage(SOURCE, 1, 1, "나").iri != Passage(SOURCE, 1, 1).iri
    assert Passage(SOURCE, 1, 1, "가").iri == Passage(SOURCE, 1, 1, "가").iri
