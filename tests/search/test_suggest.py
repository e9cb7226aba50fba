"""Names by how they begin."""

from __future__ import annotations

import pytest

from search.suggest import Suggester
from search.whoosh_engine import WhooshSearch


def names(engine: WhooshSearch, text: str, limit: int = 10) -> list[str]:
    return [suggestion.name for suggestion in engine.suggest(text, limit)]


@pytest.mark.parametrize(
    ("text", "first"),
    [("디지털튜", "디지털 튜터"), ("경로당 디", "경로당 디지털 튜터"), ("DIGITAL T", "디지털 튜터"), ("이화여대", "이화여자대학교")],
)
def test_a_name_or_alias_is_suggested_by_its_beginning_however_it_is_spaced(engine: WhooshSearch, text: str, first: str) -> None:
    assert names(engine, text)[0] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("디지터", "디지털 튜터"),
        ("디지털 튵", "디지털 튜터"),
        ("이화엳", "이화여자대학교"),
        ("ㄷㅈㅌㅌ", "디지털 튜터"),
        ("elwlxjfx", "디지털 튜터"),
        ("DLGHkdu", "이화여자대학교"),
        ("야햐ㅅ미 ㅅ", "디지털 튜터"),
    ],
)
def test_half_typed_syllables_first_consonants_and_the_wrong_layout_are_beginnings(engine: WhooshSearch, text: str, first: str) -> None:
    assert names(engine, text)[0] == first


def test_words_inside_a_name_are_beginnings_too_but_come_after_real_ones(engine: WhooshSearch) -> None:
    assert names(engine, "디지털").index("디지털 튜터") < names(engine, "디지털").index("경로당 디지털 튜터")
    assert names(engine, "키움") == ["청년키움식당"]


def test_each_thing_is_suggested_once_and_not_more_than_asked_for(engine: WhooshSearch) -> None:
    assert len(names(engine, "청")) == len(set(names(engine, "청")))
    assert len(names(engine, "청", limit=1)) == 1
    assert names(engine, "청", limit=0) == []


def test_nothing_is_suggested_for_nothing(engine: WhooshSearch) -> None:
    assert names(engine, " ·!") == []


def test_the_keys_survive_being_written_and_read(engine: WhooshSearch) -> None:
    suggester = engine._suggester
    assert Suggester.from_json(suggester.to_json()) == suggester
