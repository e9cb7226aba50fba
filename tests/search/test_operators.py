"""Quotes, minus signs and field words are taken out of a query; whatever else is typed stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.letters import compact
from search.operators import read_operators

FIELDS = {"대상": ("audience", "conditions"), "where": ("places",)}


def demands(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(demand.sort, demand.text, demand.fields) for demand in read_operators(text, FIELDS).demands]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ('"이동노동자 쉼터" 휴', "이동노동자 쉼터 휴", [("phrase", "이동노동자 쉼터", ())]),
        ("“이동노동자 쉼터”", "이동노동자 쉼터", [("phrase", "이동노동자 쉼터", ())]),
        ("청년 -창업", "청년", [("without", "창업", ())]),
        ('청년 -"창업 지원"', "청년", [("without", "창업 지원", ())]),
        ("대상:청년 교육", "청년 교육", [("field", "청년", ("audience", "conditions"))]),
        ("교육 -대상:청년", "교육", [("without", "청년", ("audience", "conditions"))]),
        ("WHERE:신촌 창업", "신촌 창업", [("field", "신촌", ("places",))]),
    ],
)
def test_what_is_asked_for_is_taken_out(text: str, words: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert read_operators(text, FIELDS).text == words
    assert demands(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "시간:열시",
        "2-1 과제",
        "취업-창업",
        "-창업",
        '"',
        '""',
        "대상:",
        "- 청년",
        '청년 "창업',
        "대상: 청년",
        "https://a.kr",
        ":",
        "-",
        '-""',
        "--",
    ],
)
def test_what_asks_for_nothing_stays_text(text: str) -> None:
    asked = read_operators(text, FIELDS)
    assert asked.demands == ()
    assert compact(asked.text) == compact(text)


@given(st.text(alphabet=st.sampled_from('청년창업 :-"“”「」\u2212대상where\t\n\u3000a1'), max_size=40))
def test_no_letter_that_is_not_excluded_is_lost(text: str) -> None:
    asked = read_operators(text, FIELDS)
    assert all(compact(demand.text) and demand.said in text for demand in asked.demands)
    if not asked.demands:
        assert compact(asked.text) == compact(text)
    assert set(compact(asked.text)) <= set(compact(text))


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_taken_apart(text: str) -> None:
    read_operators(text, FIELDS)
