"""Text as bare letters."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from search.letters import bigrams, compact, tidy


def test_case_spaces_and_punctuation_do_not_count() -> None:
    assert compact("「Digital  튜터」(2022)") == "digital튜터2022"


def test_letter_pairs_ignore_spaces_and_keep_their_offsets() -> None:
    assert [(pair.form, pair.start, pair.end) for pair in bigrams("박 스퀘어")] == [("박스", 0, 3), ("스퀘", 2, 4), ("퀘어", 3, 5)]


def test_a_single_letter_stands_for_itself() -> None:
    assert [pair.form for pair in bigrams(" 꿈 ")] == ["꿈"]


def test_full_width_letters_are_made_narrow_and_single_consonants_are_left_alone() -> None:
    assert tidy("ＡＩ　３９ ㅊㄴ") == "AI 39 ㅊㄴ"


@given(st.text(st.characters()))
def test_tidied_text_can_be_encoded_and_stays_as_long_as_its_nfc(text: str) -> None:
    assert len(tidy(text).encode()) >= 0
    assert len(tidy(text)) == len(unicodedata.normalize("NFC", text))
