"""Keystrokes, first consonants and the other keyboard layout, over every syllable and over any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.jamo import Keyboard, composed, initials, is_consonant, is_letter, is_syllable, keystrokes
from search.tables import read_table
from tests.conftest import ROOT

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
ROWS = read_table(ROOT / "data/lexicon", "keyboard.tsv", ("key", "letter", "why"), (0,), [])
KEYBOARD = Keyboard({row.cells[0]: row.cells[1] for row in ROWS})


@given(SYLLABLES)
def test_composing_the_keystrokes_of_a_text_gives_the_text(text: str) -> None:
    assert composed(keystrokes(text)) == text


@given(st.text())
def test_any_text_can_be_spelled_composed_and_abbreviated(text: str) -> None:
    assert len(initials(text)) == len(text)
    composed(keystrokes(text))
    KEYBOARD.korean(text)
    KEYBOARD.latin(text)


@given(SYLLABLES)
def test_what_was_typed_in_the_latin_layout_is_read_back(text: str) -> None:
    assert KEYBOARD.korean(KEYBOARD.latin(text)) == text


def test_every_half_typed_state_is_a_prefix_of_the_whole() -> None:
    whole = keystrokes("서대문")
    for state in ("ㅅ", "서", "섣", "서대", "서댐", "서대무", "서대문"):
        assert whole.startswith(keystrokes(state)), state


def test_compound_vowels_and_finals_are_two_keystrokes() -> None:
    assert keystrokes("과값") == "ㄱㅗㅏㄱㅏㅂㅅ"
    assert composed("ㄱㅗㅏㄱㅏㅂㅅㅇㅣ") == "과값이"
    assert composed("ㄱㅏㅂㅅㅣ") == "갑시"


def test_first_consonants_of_a_name_with_spaces_and_digits() -> None:
    assert initials("청년창업 3호점") == "ㅊㄴㅊㅇ 3ㅎㅈ"


def test_letters_that_fit_nowhere_stay_alone() -> None:
    assert composed("ㅏㄱㄱㅏㅋ") == "ㅏㄱ갘"


def test_the_wrong_layout_is_read_both_ways() -> None:
    assert KEYBOARD.korean("cjdsus") == "청년"
    assert KEYBOARD.korean("elwlxjf xbxj") == "디지털 튜터"
    assert KEYBOARD.latin("냥ㄷ") == "side"


def test_kinds_of_characters_are_told_apart() -> None:
    assert is_syllable("가") and not is_syllable("ㄱ")
    assert is_consonant("ㅎ") and not is_consonant("ㅏ")
    assert is_letter("ㅏ") and not is_letter("a")
