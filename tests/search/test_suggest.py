"""Names by how they begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.build.artifacts import ArtifactRecord
from search.analysis import Analyser
from search.documents import Document, documents_from
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


def plainly_slipped(typed: str, names: list[str]) -> set[str]:
    """What `Suggester` finds by walking sorted keys, found by trying every change at every place."""

    def is_meant(key: str, at: int) -> bool:
        before, rest = typed[:at], typed[at + 1 :]
        swapped = before + rest[:1] + typed[at] + rest[1:]
        other = (before + key[at : at + 1] + rest, before + key[at : at + 1] + typed[at:], before + rest, swapped)
        return key.startswith(before) and any(key.startswith(meant) for meant in other)

    begun = {typed[:size] for size in range(len(typed) // 2, len(typed))}
    return {name for name in names if name in begun or any(is_meant(name, at) for at in range(len(typed)))}


@given(st.sets(st.text("abcd", min_size=1, max_size=10), min_size=1), st.text("abcd", min_size=6, max_size=10))
def test_a_beginning_with_one_slip_finds_what_trying_every_change_finds(analyser: Analyser, names: set[str], typed: str) -> None:
    assume(not any(name.startswith(typed) for name in names))
    suggester = Suggester.of([Document(id=name, type="program", name=name) for name in names], analyser)
    within = {key.decode() for key in map(suggester._names.keys.__getitem__, range(len(suggester._names.keys)))}
    assume(within == names)
    assert {found.name for found in suggester._slipped(typed, 1000)} == plainly_slipped(typed, sorted(names))


def test_what_is_written_suggests_the_same(engine: WhooshSearch, artifact: tuple[Path, ArtifactRecord]) -> None:
    documents = documents_from((artifact[0] / "documents.jsonl").read_bytes())
    made = Suggester.of(documents, engine.analyser)
    for document in documents:
        for text in (document.name, document.name[:2], document.name[1:], "ㅊ"):
            assert made.find(text, 10, engine.analyser.lexicon) == engine.suggest(text, 10)
