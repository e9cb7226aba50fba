"""Snippets cut from token offsets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.letters import Token
from search.snippets import ELLIPSIS, LEAD, WIDTH, AnalysedText, cut


def words(text: str) -> AnalysedText:
    tokens = []
    at = 0
    for word in text.split(" "):
        tokens.append(Token(word, at, at + len(word)))
        at += len(word) + 1
    return AnalysedText(text, tuple(token for token in tokens if token.form))


def test_matches_are_marked_and_nothing_is_lost() -> None:
    fragments = cut([words("청년 디지털 일자리")], frozenset({"디지털"}))
    assert [(fragment.text, fragment.is_match) for fragment in fragments] == [("청년 ", False), ("디지털", True), (" 일자리", False)]


def test_the_text_with_more_different_matches_is_shown() -> None:
    fragments = cut([words("가 나"), words("다 라")], frozenset({"다", "라"}))
    assert "".join(fragment.text for fragment in fragments) == "다 라"


def test_a_far_match_is_cut_out_with_ellipses() -> None:
    fragments = cut([words("가 " * 200 + "끝 " + "나 " * 200)], frozenset({"끝"}))
    assert fragments[0].text == fragments[-1].text == ELLIPSIS
    assert [fragment.text for fragment in fragments if fragment.is_match] == ["끝"]


def test_without_a_match_the_first_text_is_shown_from_its_beginning() -> None:
    assert cut([words(""), words("가 나")], frozenset({"없음"}))[0].text == "가 나"
    assert cut([words("")], frozenset({"없음"})) == ()


def test_a_hit_by_spelling_marks_the_letters_that_agree() -> None:
    fragments = cut([words("청년키움식당에서")], frozenset({"키움 식당"}), frozenset({"키움", "움식", "식당"}))
    assert [fragment.text for fragment in fragments if fragment.is_match] == ["키움식당"]


@given(st.text(st.sampled_from("가나 다."), max_size=400), st.sets(st.text(st.sampled_from("가나다"), min_size=1, max_size=2)))
def test_a_snippet_is_always_a_stretch_of_the_text_of_bounded_length(text: str, forms: set[str]) -> None:
    fragments = [fragment for fragment in cut([words(text)], frozenset(forms)) if fragment.text != ELLIPSIS]
    shown = "".join(fragment.text for fragment in fragments)
    assert shown in text
    assert len(shown) <= WIDTH + LEAD
