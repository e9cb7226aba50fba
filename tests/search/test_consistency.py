"""Over all names of the plan: a name gives the same tokens in any sentence, and is found alike with and without its spaces."""

from __future__ import annotations

import json

import pytest

from kg.store.snapshot import Snapshot
from search.model import Query
from search.whoosh_engine import WhooshSearch

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


def test_a_name_finds_the_same_with_and_without_its_spaces(engine: WhooshSearch, names: list[str]) -> None:
    spaced = [name for name in names if " " in name]
    different = [name for name in spaced if engine.search(Query(name)).hits != engine.search(Query(name.replace(" ", ""))).hits]
    assert len(spaced) > 250
    assert len(different) <= (1 - LEAST) * len(spaced), different
