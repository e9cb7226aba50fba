"""What names teach the analyser."""

from __future__ import annotations

import json
import os
from random import Random

import pytest

from kg.resources import data_dir
from kg.store.snapshot import Snapshot
from search import names as module
from search.documents import Document
from search.entries import Synonyms
from search.lexicon import Lexicon
from search.morphology import Compound, Morphology, Word
from search.names import _all_compounds, _compounds, learn_names


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


def test_names_of_the_real_plan_come_apart_as_remembered_for_who_remembers_nothing(published: Snapshot) -> None:
    """What was remembered before compounds were taught is kept where they do not stand in it."""
    lines = (published.path / "search" / "documents.jsonl").read_text("utf-8").splitlines()
    documents = [Document(**{key: told[key] for key in ("id", "type", "name", "aliases")}) for told in map(json.loads, lines)]
    tables = Lexicon.load(data_dir() / "lexicon")
    remembering = Morphology.load(tables.words)
    remembering.remember()
    lexicon = learn_names(tables, remembering, documents)
    fresh = Morphology.load(lexicon.words, lexicon.compounds)
    names = {lexicon.fold(name) for document in documents for name in (document.name, *document.aliases)}
    assert len(names) > 1000
    assert {name: remembering.analyse(name) for name in names} == {name: fresh.analyse(name) for name in names}


def test_what_is_remembered_is_forgotten_where_what_is_taught_changes_it() -> None:
    """Both learn more and more; a seed instead of hypothesis, for a Kiwi takes a second to load."""
    drawn = Random(11)

    def invented(letters: str, least: int, most: int) -> str:
        return "".join(drawn.choices(letters, k=drawn.randint(least, most)))

    remembering, fresh = Morphology.load(), Morphology.load()
    remembering.remember()
    kept, is_taken = 0, False
    for _ in range(6):
        texts = [invented("뷁쿄슌숄랩을에서 홍은진", 1, 8) for _ in range(40)]
        before = [remembering.analyse(text) for text in texts]
        word, compound = invented("뷁쿄슈", 2, 3), invented("랩홍은지", 2, 4)
        taught: tuple[list[Word], list[Compound]] = ([(word, "NNP")], [(compound, ((compound[:1], "NNG"), (compound[1:], "NNG")))])
        taken = remembering.teach(*taught)
        assert taken == fresh.teach(*taught)
        is_taken = is_taken or bool(taken)
        after = [remembering.analyse(text) for text in texts]
        assert after == [fresh.analyse(text) for text in texts]
        kept += sum(bool(old) and old is new for old, new in zip(before, after, strict=True))
    assert 0 < kept < 6 * 40
    assert is_taken


def test_a_word_that_ends_in_a_vowel_is_found_before_a_final_consonant() -> None:
    morphology = Morphology.load()
    morphology.remember()
    assert forms(morphology, "뷁슌") == ["뷁슌"]
    morphology.teach([("뷁슈", "NNP")])
    assert forms(morphology, "뷁슌")[0] == "뷁슈"


def test_what_another_process_knows_of_names_is_known_here() -> None:
    there, here = Morphology.load(), Morphology.load()
    for one in (there, here):
        one.remember()
    parts = there.analyse("홍은 나눔터")
    names = ["홍은 나눔터", "모르는 것"]
    here.know(there.known(names))
    assert here.known(names) == there.known(names) == here.known(names[:1]) != here.known(names[1:])
    assert here.analyse("홍은 나눔터") == parts


@pytest.mark.parametrize("processors", [1, 2, 3, 40])
def test_processes_find_the_same_compounds_in_the_same_order_as_one(monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    lexicon = Lexicon.load(data_dir() / "lexicon")
    morphology = Morphology.load(lexicon.words)
    morphology.remember()
    words = ("도약", "유아", "평생", "교육", "지원금", "입점", "상인", "새싹", "여성", "코딩", "과정")
    names = sorted({f"{one} {other} {last}" for one in words for other in words for last in ("지원금", "교실")} | {"미래를 여는 청년"})
    wanted = list(_compounds(names, morphology, lexicon))
    assert len({form[:2] for form, _ in wanted}) > 2
    morphology.remember()
    monkeypatch.setattr(module, "LEAST_AT_ONCE", 7)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(processors)))
    assert _all_compounds(names, morphology, lexicon) == wanted
    assert morphology.known(names[-1:]) != morphology.known(())
    assert _all_compounds((), morphology, lexicon) == []
