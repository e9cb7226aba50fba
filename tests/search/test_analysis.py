"""Tokens for the index and atoms for queries, with the real Kiwi."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.analysis import Analyser


def tokens(analyser: Analyser, text: str) -> list[str]:
    return [token.form for token in analyser.index_tokens(text)]


def atoms(analyser: Analyser, text: str) -> list[str]:
    return [atom.form for atom in analyser.query_atoms(text)]


@pytest.mark.parametrize(
    ("spaced", "unspaced"),
    [
        ("디지털 튜터", "디지털튜터"),
        ("경로당 디지털 튜터", "경로당디지털튜터"),
        ("청년 키움 식당", "청년키움식당"),
        ("신촌 박스퀘어", "신촌박스퀘어"),
        ("50 플러스센터", "50플러스센터"),
    ],
)
def test_spaced_and_unspaced_names_give_the_same_parts(analyser: Analyser, spaced: str, unspaced: str) -> None:
    assert [part.form for part in analyser.parts(spaced)] == [part.form for part in analyser.parts(unspaced)]


def test_neighbouring_nouns_are_indexed_together_and_apart(analyser: Analyser) -> None:
    assert tokens(analyser, "경로당 디지털 튜터") == ["경로당", "디지털", "경로당디지털", "튜터", "디지털튜터", "경로당디지털튜터"]


def test_nouns_are_not_joined_over_a_particle_a_dot_or_a_bracket(analyser: Analyser) -> None:
    joined = tokens(analyser, "청년의 창업") + tokens(analyser, "청년·창업") + tokens(analyser, "청년(창업)")
    assert joined == ["청년", "창업"] * 3


def test_members_of_a_list_with_dots_are_words_of_their_own(analyser: Analyser) -> None:
    assert tokens(analyser, "초·중·고교") == ["초", "중", "고교"]


def test_every_kind_of_middle_dot_gives_the_same_tokens(analyser: Analyser) -> None:
    expected = tokens(analyser, "초·중·고교 창업·지원")
    assert all(tokens(analyser, "초·중·고교 창업·지원".replace("·", dot)) == expected for dot in "․ㆍ∙∘•･・")


def test_a_number_and_its_unit_are_one_atom_that_may_match_by_the_number(analyser: Analyser) -> None:
    assert "39세" in tokens(analyser, "만 39세 이하")
    (atom, *_) = analyser.query_atoms("39세 이하")
    assert (atom.form, atom.stem) == ("39세", "39")


def test_a_suffix_belongs_to_its_noun(analyser: Analyser) -> None:
    assert atoms(analyser, "사회적 경제") == ["사회적", "경제"]
    assert "사회적경제기업" in tokens(analyser, "사회적경제기업")


@pytest.mark.parametrize("text", ["청년에게", "청년이", "청년들에게", "청년을 위한", "청년 관련"])
def test_particles_and_helper_words_do_not_reach_the_query(analyser: Analyser, text: str) -> None:
    assert atoms(analyser, text) == ["청년"]


@pytest.mark.parametrize("text", ["에게", "있나요", "ㅊㄴ"])
def test_a_query_of_nothing_but_grammar_still_has_an_atom(analyser: Analyser, text: str) -> None:
    assert atoms(analyser, text)


def test_decomposed_text_gives_the_tokens_of_composed_text(analyser: Analyser) -> None:
    assert tokens(analyser, unicodedata.normalize("NFD", "경로당 디지털 튜터")) == tokens(analyser, "경로당 디지털 튜터")


def test_offsets_point_at_the_word_in_the_text(analyser: Analyser) -> None:
    text = "🙂 초․중․고교에 Digital 튜터를"
    assert {text[token.start : token.end].lower() for token in analyser.index_tokens(text)} >= {"고교", "digital", "튜터"}


def test_threads_sharing_one_analyser_get_what_one_thread_gets(analyser: Analyser) -> None:
    texts = [f"{number}세 청년 디지털 튜터를 경로당에서 만나는 {number}번째 날" for number in range(200)]
    alone = [analyser.index_tokens(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(analyser.index_tokens, texts)) == alone
