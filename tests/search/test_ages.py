"""Ages as people say them, and whom a thing is for by its ages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resources import data_dir
from search.ages import OLDEST, age_terms, read_ages, words_for
from search.lexicon import Lexicon
from search.model import Query
from search.whoosh_engine import WhooshSearch

LEXICON = Lexicon.load(data_dir() / "lexicon")
SAID = [("27살", 27, 27), ("만 39세", 39, 39), ("60대", 60, 69), ("만39세 이하", 19, 39), ("65세 이상", 65, 85), ("40세 미만", 20, 39)]
SAID += [("19~39세", 19, 39), ("만 18세 이상 39세 이하", 18, 39), ("30~40대", 30, 49), ("20대부터 40대", 20, 49), ("50살이 넘", 50, 70)]


@pytest.mark.parametrize(("text", "least", "most"), SAID)
def test_an_age_is_read_as_the_years_it_may_mean(text: str, least: int, most: int) -> None:
    rest, ages = read_ages(f"{text} 일자리", LEXICON.age_forms)
    assert [(age.least, age.most) for age in ages] == [(least, most)]
    assert rest.strip() == "일자리"


@given(st.text())
def test_any_text_can_be_read_for_ages(text: str) -> None:
    rest, ages = read_ages(text, LEXICON.age_forms)
    assert len(rest) <= len(text)
    assert all(0 <= age.least <= age.most <= OLDEST for age in ages)


def test_an_open_range_goes_on_to_the_end() -> None:
    assert age_terms([(119, None), (None, 1)]) == ["0", "1", "119", "120"]
    assert age_terms([]) == []


def test_people_of_an_age_have_words() -> None:
    (age,) = read_ages("60대", LEXICON.age_forms)[1]
    assert "어르신" in words_for(age, LEXICON.age_words)


def test_someone_within_the_age_limits_finds_the_programme_and_someone_beyond_does_not_by_age(engine: WhooshSearch) -> None:
    young = [hit for hit in engine.search(Query("27살 튜터")).hits if hit.name == "디지털 튜터"]
    assert any(reason.kind == "age" for reason in young[0].why)
    old = [hit for hit in engine.search(Query("71살 튜터")).hits if hit.name == "디지털 튜터"]
    assert not any(reason.kind == "age" for reason in old[0].why)


def test_what_was_understood_names_the_age_as_said(engine: WhooshSearch) -> None:
    assert [idea.text for idea in engine.search(Query("만 39세 이하 튜터")).understood] == ["튜터", "만 39세 이하"]
