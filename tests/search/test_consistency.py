"""Over all names of the plan: a name gives the same tokens in any sentence, and is found alike with and without its spaces."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kg.store.snapshot import Snapshot
from search.model import TYPE_FACET, Query
from search.whoosh_engine import INDEX_FOLDER, WhooshSearch
from search.whoosh_index import WhooshReader

LEAST = 0.99
SENTENCES = (
    "{}에서 일하고 싶어요",
    "올해 {} 예산은 얼마입니까",
    "저는 {}의 담당자를 찾습니다",
    "서대문구는 {}을 운영한다",
    "오늘 {} 앞에서 만나요",
)


@pytest.fixture(scope="module")
def engine(published: Snapshot) -> WhooshSearch:
    return WhooshSearch.open(published.path / "search")


@pytest.fixture(scope="module")
def reader(published: Snapshot) -> Iterator[WhooshReader]:
    opened = WhooshReader(published.path / "search" / INDEX_FOLDER)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def names(published: Snapshot) -> list[str]:
    lines = (published.path / "search" / "documents.jsonl").read_text("utf-8").splitlines()
    return sorted({json.loads(line)["name"] for line in lines})


def test_a_name_gives_the_same_tokens_in_any_sentence(engine: WhooshSearch, names: list[str]) -> None:
    different = []
    for name in names:
        alone = [(token.form, token.start, token.end) for token in engine.analyser.index_tokens(name)]
        for sentence in SENTENCES:
            start = sentence.index("{}")
            inside = [
                (token.form, token.start - start, token.end - start)
                for token in engine.analyser.index_tokens(sentence.format(name))
                if token.start >= start and token.end <= start + len(name)
            ]
            if inside != alone:
                different.append((name, sentence))
    assert len(names) > 400
    assert len(different) <= (1 - LEAST) * len(names) * len(SENTENCES), different


def test_what_everyday_words_mean_is_said_somewhere_in_the_plan_and_what_they_ask_for_is_a_kind_of_thing(
    engine: WhooshSearch, reader: WhooshReader
) -> None:
    lexicon = engine.analyser.lexicon
    assert len(lexicon.meanings) > 100
    assert not {word for meaning in lexicon.meanings for word in meaning.means if not reader.knows(word)}
    assert not {kind for intent in lexicon.intents for kind in intent.kinds} - set(reader.facets[TYPE_FACET].values)


def test_a_name_finds_the_same_with_and_without_its_spaces(engine: WhooshSearch, names: list[str]) -> None:
    spaced = [name for name in names if " " in name]
    different = [name for name in spaced if engine.search(Query(name)).hits != engine.search(Query(name.replace(" ", ""))).hits]
    assert len(spaced) > 250
    assert len(different) <= (1 - LEAST) * len(spaced), different
