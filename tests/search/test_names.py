"""What names teach the analyser."""

from __future__ import annotations

import pytest

from kg.resources import data_dir
from search.documents import Document
from search.entries import Synonyms
from search.lexicon import Lexicon
from search.morphology import Morphology
from search.names import learn_names


@pytest.fixture(scope="module")
def learnt() -> tuple[Lexicon, Morphology]:
    lexicon = Lexicon.load(data_dir() / "lexicon")
    morphology = Morphology.load(lexicon.words)
    names = ["연희 뚝딱랩", "홍은 뷁슐랭 나눔터", "이룸랩스", "미래를 여는 청년", "글로컬․청년 창업ㆍ지원"]
    documents = [Document(f"urn:{at}", "program", name) for at, name in enumerate(names)]
    documents.append(Document("urn:alias", "organization", "이화여자대학교", aliases=("이화 여대",), hidden=("이와여대",)))
    return learn_names(lexicon, morphology, documents), morphology


def forms(morphology: Morphology, text: str) -> list[str]:
    return [part.form for part in morphology.analyse(text)]


def test_a_word_that_kiwi_keeps_whole_but_does_not_know_is_found_in_compounds_too(learnt: tuple[Lexicon, Morphology]) -> None:
    _, morphology = learnt
    assert forms(morphology, "홍은뷁슐랭나눔터에서")[:2] == forms(morphology, "홍은 뷁슐랭 나눔터")[:2]
    assert "뷁슐랭" in forms(morphology, "홍은뷁슐랭나눔터")


def test_a_particle_at_the_end_keeps_running_text_out_of_the_words(learnt: tuple[Lexicon, Morphology]) -> None:
    lexicon, _ = learnt
    assert "미래를" not in {form for form, _ in lexicon.words}


def test_a_dot_never_becomes_part_of_a_word(learnt: tuple[Lexicon, Morphology]) -> None:
    lexicon, _ = learnt
    assert all(form.isalnum() and "ㆍ" not in form for form, _ in lexicon.words)


def test_aliases_become_synonyms_and_misspellings_do_not(learnt: tuple[Lexicon, Morphology]) -> None:
    lexicon, _ = learnt
    assert Synonyms(0.9, ("이화여자대학교", "이화여대")) in lexicon.synonyms
    assert "이와여대" not in lexicon.alternatives


def test_a_second_kiwi_taught_the_lexicon_analyses_names_alike(learnt: tuple[Lexicon, Morphology]) -> None:
    lexicon, morphology = learnt
    again = Morphology.load(lexicon.words, lexicon.compounds)
    for name in ("연희뚝딱랩에서", "홍은뷁슐랭나눔터", "이룸랩스", "글로컬청년창업지원"):
        assert again.analyse(name) == morphology.analyse(name)
