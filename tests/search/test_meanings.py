"""Everyday words are read as what a plan calls them: phrases whole, negations heard, the words themselves counting less."""

from __future__ import annotations

import pytest

from kg.resources import data_dir
from search.ages import read_numerals
from search.analysis import Analyser
from search.lexicon import Lexicon
from search.understanding import Concept, understand

NUMERALS = Lexicon.load(data_dir() / "lexicon").numerals


class Everything:
    """A vocabulary that knows all words."""

    def knows(self, term: str) -> bool:
        return True


def ideas(analyser: Analyser, text: str) -> dict[str, Concept]:
    return {concept.text: concept for concept in understand(text, analyser, Everything()).concepts}


def terms(concept: Concept) -> dict[str, float]:
    return {variant.term: variant.weight for variant in concept.variants}


def test_a_phrase_means_something_else_than_its_words_whatever_its_endings(analyser: Analyser) -> None:
    for text in ("애 키우다", "애를 키우느라", "애 키우던 사람"):
        found = [concept for concept in ideas(analyser, text).values() if "경력단절여성" in terms(concept)]
        assert found, text
        assert len(found[0].covers) == 2


def test_having_none_is_not_about_having(analyser: Analyser) -> None:
    assert any("노숙인" in terms(concept) for concept in ideas(analyser, "집이 없어요").values())
    assert not any("노숙인" in terms(concept) for concept in ideas(analyser, "집 근처").values())


def test_what_is_meant_lets_the_words_themselves_count_less(analyser: Analyser) -> None:
    literal = terms(ideas(analyser, "키우다")["키우"])
    within = terms(ideas(analyser, "애 키우다")["키우"])
    assert within["키우"] < literal["키우"] == 1.0


def test_a_meaning_holds_in_one_direction_only(analyser: Analyser) -> None:
    assert "어르신" in terms(ideas(analyser, "할배")["할배"])
    assert not any("할배" in terms(concept) for concept in ideas(analyser, "어르신").values())


def test_a_word_for_a_sort_of_thing_lets_those_things_come_sooner(analyser: Analyser) -> None:
    kinds = dict(understand("사업체 현황", analyser, Everything()).kinds)
    assert kinds["table"] > 1
    assert not understand("사업체", analyser, Everything()).kinds


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("서른아홉까지", "39살까지"),
        ("예순다섯 넘은 어머니", "65살 넘은 어머니"),
        ("스무 살 인턴", "20살 인턴"),
        ("쉰 살", "50살"),
        ("푹 쉰 사람", "푹 쉰 사람"),
        ("서른 넘은 남편", "30살 넘은 남편"),
        ("쉰이 넘어서", "50살 넘어서"),
        ("열아홉살", "19살"),
        ("스물 일곱 살", "27살"),
        ("육십대", "60대"),
        ("사십 중반", "40대"),
        ("칠순인데", "70살인데"),
        ("예순 네트워크", "60살 네트워크"),
        ("이십", "이십"),
        ("열정 페스티벌", "열정 페스티벌"),
        ("아홉 시", "아홉 시"),
        ("27살", "27살"),
    ],
)
def test_ages_said_in_words_are_read_as_numbers(text: str, read: str) -> None:
    assert read_numerals(text, NUMERALS) == read
    assert read_numerals(text, {}) == text
