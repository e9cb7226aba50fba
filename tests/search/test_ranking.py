"""Scores, on hand-made postings."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from search.letters import strokes
from search.postings import Posting
from search.ranking import FORMULA, rank
from search.understanding import Concept, Understanding, Variant

SIZE = 24


class HandMade:
    """Postings given as {(field, term): {document: impact}}."""

    def __init__(self, postings: dict[tuple[str, str], dict[int, float]], names: dict[int, str] | None = None) -> None:
        self._postings = postings
        self._names = names or {}
        self.size = SIZE
        self.prominent = np.arange(SIZE) < 10

    def names(self, number: int) -> tuple[str, ...]:
        return (self._names[number],) if number in self._names else ()

    def find(self, field: str, term: str) -> Posting:
        found = sorted(self._postings.get((field, term), {}).items())
        return Posting(np.array([number for number, _ in found], np.int32), np.array([impact for _, impact in found]))

    def having(self, term: str) -> dict[str, Posting]:
        return {field: self.find(field, other) for field, other in self._postings if other == term}


def concept(at: int, text: str, *variants: Variant) -> Concept:
    return Concept(text, frozenset({at}), variants or (Variant(text, "word", 1.0),))


def test_an_idea_counts_once_by_its_best_form_and_field() -> None:
    postings = HandMade({("name", "a"): {1: 2.0}, ("description", "a"): {1: 3.0}, ("relations", "b"): {1: 9.0}})
    query = Understanding((concept(0, "a", Variant("a", "word", 1.0), Variant("b", "synonym", 0.5)),), 1, "a", ())
    ranking = rank(query, postings, replace(FORMULA, fields={"name": 2.5, "description": 1.0, "relations": 1.0}))
    assert ranking.scores[1] == 5.0
    assert [(reason.kind, reason.field) for reason in ranking.reasons(1)] == [("word", "name")]


def test_a_document_with_both_ideas_beats_one_with_more_of_one() -> None:
    postings = HandMade({("description", "a"): {1: 4.0, 2: 2.5}, ("description", "b"): {2: 2.5}})
    scores = rank(Understanding((concept(0, "a"), concept(1, "b")), 2, "ab", ()), postings).scores
    assert scores[2] > scores[1]


def test_one_pair_of_letters_in_common_is_not_enough() -> None:
    postings = HandMade({("name_pairs", "ab"): {1: 1.0, 2: 1.0}, ("name_pairs", "bc"): {1: 1.0}})
    ranking = rank(Understanding((concept(0, "abcd"),), 1, "abcd", ("ab", "bc", "cd")), postings)
    assert ranking.first(ranking.matched, 0, 10) == [1]
    assert [reason.kind for reason in ranking.reasons(1)] == ["spelling"]


def test_the_very_name_comes_before_an_alias_and_an_alias_before_everything_else() -> None:
    postings = HandMade({("exact_name", "a"): {1: 1.0}, ("exact_alias", "a"): {1: 1.0, 2: 1.0}, ("name", "a"): {3: 9.0}})
    ranking = rank(Understanding((concept(0, "a"),), 1, "a", ()), postings)
    assert ranking.first(ranking.matched, 0, 10) == [1, 2, 3]
    assert [reason.kind for reason in ranking.reasons(1)] == ["name"]


def test_what_serves_people_comes_before_a_term_that_matches_as_well_unless_it_is_the_terms_name() -> None:
    query = Understanding((concept(0, "a"),), 1, "a", ())
    scores = rank(query, HandMade({("name", "a"): {1: 2.0, 20: 2.0}})).scores
    assert scores[1] > scores[20]
    scores = rank(query, HandMade({("name", "a"): {1: 2.0, 20: 2.0}, ("exact_name", "a"): {20: 1.0}})).scores
    assert scores[20] > scores[1]


def test_a_word_that_is_found_counts_more_than_letters_that_agree() -> None:
    postings = HandMade({("description", "ab"): {1: 1.0}, ("name_pairs", "ab"): {2: 3.0}})
    scores = rank(Understanding((concept(0, "ab"),), 1, "ab", ("ab",)), postings).scores
    assert scores[1] > scores[2]


def test_a_word_that_few_have_counts_more_in_what_is_covered_than_one_that_all_have() -> None:
    everywhere = {number: 1.0 for number in range(SIZE)}
    postings = HandMade({("description", "a"): everywhere, ("description", "b"): {1: 1.0}, ("description", "c"): {2: 1.0}})
    scores = rank(Understanding((concept(0, "a"), concept(1, "b"), concept(2, "zz")), 3, "ab", ()), postings).scores
    assert scores[1] > 2 * scores[2]


def test_a_name_that_is_typed_much_like_the_query_comes_first() -> None:
    typed = strokes("디지탈튜터")
    shared = {("name_strokes", stroke): {1: 1.0, 2: 1.0} for stroke in typed}
    postings = HandMade({**shared, ("name", "튜터"): {2: 9.0}}, {1: "디지털튜터", 2: "경로당디지털튜터"})
    query = Understanding((concept(0, "디지탈"), concept(1, "튜터")), 2, "디지탈튜터", (), typed)
    ranking = rank(query, postings)
    assert ranking.first(ranking.matched, 0, 10) == [1, 2]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=SIZE, max_size=SIZE), st.integers(0, SIZE), st.integers(1, SIZE), st.data())
def test_a_page_is_a_slice_of_all_best_first_and_equal_ones_by_number(
    impacts: list[float], offset: int, limit: int, data: st.DataObject
) -> None:
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=SIZE, max_size=SIZE)))
    ranking = rank(Understanding((), 0, "", ()), HandMade({}))
    ranking.scores[:] = impacts
    expected = sorted((number for number in range(SIZE) if kept[number]), key=lambda number: (-impacts[number], number))
    assert ranking.first(kept, offset, limit) == expected[offset : offset + limit]
