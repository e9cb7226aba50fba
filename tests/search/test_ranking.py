"""Scores, on hand-made postings."""

from __future__ import annotations

from search.ranking import rank
from search.understanding import Concept, Understanding, Variant


class HandMade:
    """Postings given as {(field, term): {document: impact}}."""

    def __init__(self, postings: dict[tuple[str, str], dict[int, float]]) -> None:
        self._postings = postings
        self.prominent = frozenset(range(10))

    def impacts(self, field: str, term: str) -> list[tuple[int, float]]:
        return list(self._postings.get((field, term), {}).items())


def concept(at: int, text: str, *variants: Variant) -> Concept:
    return Concept(text, frozenset({at}), variants or (Variant(text, "word", 1.0),))


def test_an_idea_counts_once_by_its_best_form_and_field() -> None:
    postings = HandMade({("name", "a"): {1: 2.0}, ("description", "a"): {1: 3.0}, ("relations", "b"): {1: 9.0}})
    query = Understanding((concept(0, "a", Variant("a", "word", 1.0), Variant("b", "synonym", 0.5)),), 1, "a", ())
    scored = rank(query, postings)[1]
    assert scored.score == 5.0
    assert [(reason.kind, reason.field) for reason in scored.reasons] == [("word", "name")]


def test_a_document_with_both_ideas_beats_one_with_more_of_one() -> None:
    postings = HandMade({("description", "a"): {1: 4.0, 2: 2.5}, ("description", "b"): {2: 2.5}})
    found = rank(Understanding((concept(0, "a"), concept(1, "b")), 2, "ab", ()), postings)
    assert found[2].score > found[1].score


def test_one_pair_of_letters_in_common_is_not_enough() -> None:
    postings = HandMade({("name_pairs", "ab"): {1: 1.0, 2: 1.0}, ("name_pairs", "bc"): {1: 1.0}})
    found = rank(Understanding((concept(0, "abcd"),), 1, "abcd", ("ab", "bc", "cd")), postings)
    assert set(found) == {1}
    assert found[1].reasons[0].kind == "spelling"


def test_the_very_name_comes_before_an_alias_and_an_alias_before_everything_else() -> None:
    postings = HandMade({("exact_name", "a"): {1: 1.0}, ("exact_alias", "a"): {1: 1.0, 2: 1.0}, ("name", "a"): {3: 9.0}})
    found = rank(Understanding((concept(0, "a"),), 1, "a", ()), postings)
    assert sorted(found, key=lambda number: -found[number].score) == [1, 2, 3]
    assert [reason.kind for reason in found[1].reasons] == ["name"]


def test_what_serves_people_comes_before_a_term_that_matches_as_well_unless_it_is_the_terms_name() -> None:
    postings = HandMade({("name", "a"): {1: 2.0, 20: 2.0}})
    query = Understanding((concept(0, "a"),), 1, "a", ())
    found = rank(query, postings)
    assert found[1].score > found[20].score
    named = rank(query, HandMade({("name", "a"): {1: 2.0, 20: 2.0}, ("exact_name", "a"): {20: 1.0}}))
    assert named[20].score > named[1].score


def test_a_word_that_is_found_counts_more_than_letters_that_agree() -> None:
    postings = HandMade({("description", "ab"): {1: 1.0}, ("name_pairs", "ab"): {2: 3.0}})
    found = rank(Understanding((concept(0, "ab"),), 1, "ab", ("ab",)), postings)
    assert found[1].score > found[2].score
