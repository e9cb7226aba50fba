"""Over all names of the plan: a name gives the same tokens in any sentence, and is found alike with and without its spaces."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kg.resources import data_dir
from kg.store.snapshot import Snapshot
from search.answering import PRINTED_FIELDS
from search.arrays import ArrayReader
from search.model import TYPE_FACET, Query
from search.spoken import read_spoken
from search.whoosh_engine import INDEX_FOLDER, WhooshSearch

LEAST = 0.99
SENTENCES = (
    "{}에 대해 알려 주세요",
    "{} 신청은 어떻게 하나요",
    "내년에도 {}이 계속되나요",
    "어머니가 {}에 다니신다",
    "{}과 비슷한 곳이 있을까요",
    "요즘 {} 괜찮은지 궁금합니다",
    "우리 동네 {} 위치",
    "{}라는 것이 있다고 들었다",
    "친구랑 {}까지 걸어갔다",
    "{}, 그리고 다른 것도 찾아줘",
)
"""None of them is one of those in which names are tried when the index is built."""


@pytest.fixture(scope="module")
def engine(published: Snapshot) -> WhooshSearch:
    return WhooshSearch.open(published.path / "search")


@pytest.fixture(scope="module")
def reader(published: Snapshot) -> Iterator[ArrayReader]:
    opened = ArrayReader(published.path / "search" / INDEX_FOLDER)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def names(published: Snapshot) -> list[str]:
    lines = (published.path / "search" / "documents.jsonl").read_text("utf-8").splitlines()
    return sorted({json.loads(line)["name"] for line in lines})


def test_a_name_gives_the_same_tokens_in_any_sentence(engine: WhooshSearch, names: list[str]) -> None:
    assert not set(SENTENCES) & set(engine.analyser.lexicon.carriers)
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
    engine: WhooshSearch, reader: ArrayReader
) -> None:
    lexicon = engine.analyser.lexicon
    assert len(lexicon.meanings) > 100
    assert not {
        word
        for meaning in lexicon.meanings
        for word in meaning.means
        if not any(len(reader.find(field, word).numbers) for field in PRINTED_FIELDS)
    }
    assert not {kind for intent in lexicon.intents for kind in intent.kinds} - set(reader.facets[TYPE_FACET].values)


def test_a_name_finds_the_same_with_and_without_its_spaces(engine: WhooshSearch, names: list[str]) -> None:
    spaced = [name for name in names if " " in name]
    different = [name for name in spaced if engine.search(Query(name)).hits != engine.search(Query(name.replace(" ", ""))).hits]
    assert len(spaced) > 250
    assert len(different) <= (1 - LEAST) * len(spaced), different


def test_everyday_words_find_the_same_when_typed_with_the_english_layout(engine: WhooshSearch) -> None:
    keyboard = engine.analyser.lexicon.keyboard
    said = sorted({said for meaning in engine.analyser.lexicon.meanings for said in meaning.said if " " not in said and not said.isascii()})
    different = [
        one
        for one in said
        if [h.id for h in engine.search(Query(keyboard.latin(one))).hits] != [h.id for h in engine.search(Query(one)).hits]
    ]
    assert len(said) > 500
    assert len(different) <= 0.03 * len(said), different


def test_no_phrase_of_the_lexicon_is_read_as_its_last_syllable(engine: WhooshSearch) -> None:
    """A noun that Kiwi takes for "your" and "work" would lend its meaning to everything that is said of work; endings may go."""
    phrases = engine.analyser.lexicon.phrases.items()
    assert {said: key for said, key in phrases if len(key) == 1 < len(said) and not said.startswith(key) and not said.endswith("다")} == {}


def test_what_seekers_say_is_said_of_things_that_there_are(published: Snapshot) -> None:
    lines = (published.path / "search" / "documents.jsonl").read_text("utf-8").splitlines()
    ends = {json.loads(line)["id"].rpartition("/id/")[2].partition("/")[2] for line in lines}
    assert not set(read_spoken(data_dir() / "lexicon")) - ends


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("과제 3-1", "계층별 맞춤형 일자리 및 취업 지원 사업"),
        ("3-1", "계층별 맞춤형 일자리 및 취업 지원 사업"),
        ("전략 2", "청년 창업 및 도시재생 활성화"),
        ("사경센터", "사회적경제센터"),
        ("노알센에서", "노인취업알선센터"),
        ("ㅅㅅㄱㅇ", "소상공인"),
        ("독립문 시장", "영천시장"),
    ],
)
def test_numbers_short_names_whole_first_consonants_and_places_nearby_find_the_thing(engine: WhooshSearch, text: str, first: str) -> None:
    assert engine.search(Query(text)).hits[0].name == first


def test_an_amount_of_money_is_no_number_of_a_branch(engine: WhooshSearch) -> None:
    assert "2" not in {term.term for idea in engine.search(Query("대출 2천만원")).understood for term in idea.terms}
    assert "서울시 청년창업꿈터 2호점" not in [hit.name for hit in engine.search(Query("대출 2천만원", limit=10)).hits]


def test_words_that_nothing_has_can_be_left_out(engine: WhooshSearch) -> None:
    (wider,) = engine.search(Query("사과농장에서 교육")).relaxations
    assert (wider.text, wider.total > 10) == ("교육", True)
    assert engine.search(Query("디지털 교육")).relaxations == ()
