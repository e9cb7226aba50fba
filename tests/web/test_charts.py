"""Judges charts as drawings: any names and numbers give a well-formed picture, inside its edges, with lengths in proportion."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.charts import NARROW, TONES, Chart, Form, Point, Series, draw
from web.lettering import em, wrapped

FORMS: list[Form] = ["bars", "columns", "lines", "stacked"]
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
WORDS = st.text(max_size=40)


@st.composite
def charts(draws: st.DrawFn) -> Chart:
    names = draws(st.lists(WORDS, min_size=1, max_size=7))
    point = st.none() | st.builds(Point, NUMBERS, st.text(min_size=1, max_size=12))
    points = st.lists(point, min_size=len(names), max_size=len(names)).map(tuple)
    series = draws(st.lists(st.builds(Series, WORDS, points, st.booleans()), min_size=1, max_size=7))
    own = draws(st.frozensets(st.integers(0, len(names) - 1)))
    return Chart(draws(st.sampled_from(FORMS)), draws(WORDS), draws(WORDS), tuple(names), tuple(series), own)


def one(form: Form, *numbers: float | None, name: str = "") -> Chart:
    points = tuple(None if number is None else Point(number, f"{number:g}") for number in numbers)
    return Chart(form, "title", "description", tuple(f"n{place}" for place in range(len(numbers))), (Series(name, points),))


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(draw(chart, "k"))


def length(element: ElementTree.Element, name: str, unit: str) -> float:
    text = element.get(name, "0")
    assert re.fullmatch(r"-?[0-9.]+(%|em)?", text), text
    return float(text.removesuffix(unit))


def bars(chart: Chart, side: str) -> list[float]:
    unit = "%" if side == "width" else "em"
    return [length(box, side, unit) for box in parsed(chart).iter("rect") if "chart__bar" in box.get("class", "")]


@given(charts())
def test_any_chart_is_well_formed_and_stays_inside_its_edges(chart: Chart) -> None:
    svg = parsed(chart)
    height = length(svg, "height", "em")
    for box in svg.findall("rect"):
        assert length(box, "y", "em") >= -0.001
        assert length(box, "y", "em") + length(box, "height", "em") <= height + 0.001
        if box.get("x", "").endswith("%"):
            assert length(box, "x", "%") >= -0.001
            assert length(box, "x", "%") + length(box, "width", "%") <= 100.01
    for line in svg.findall("line"):
        assert all(-0.001 <= length(line, end, "%") <= 100.001 for end in ("x1", "x2"))
        assert all(-0.001 <= length(line, end, "em") <= height + 0.001 for end in ("y1", "y2"))
    for text in svg.findall("text"):
        assert 0 <= length(text, "y", "em") <= height
        if text.get("x", "").endswith("%"):
            assert -0.001 <= length(text, "x", "%") <= 100.001


@given(charts())
def test_any_chart_has_the_name_and_description_that_it_points_to_and_no_inline_style(chart: Chart) -> None:
    svg = parsed(chart)
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby", "").split() == ["k-t", "k-d"]
    assert {"k-t", "k-d"} <= set(ids)
    assert not [element for element in svg.iter() if element.get("style") or element.tag in ("style", "script")]


@given(st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=2, max_size=12))
def test_lying_bars_are_as_long_as_their_numbers_are_large(numbers: list[float]) -> None:
    drawn, largest = bars(one("bars", *numbers), "width"), max(map(abs, numbers))
    assert len(drawn) == len(numbers)
    for number, width in zip(numbers, drawn, strict=True):
        assert width * largest == pytest.approx(max(drawn) * abs(number), rel=0.01, abs=0.002 * max(largest, 1e-300))


@given(st.lists(st.integers(-999, 999), min_size=2, max_size=4))
def test_standing_bars_are_as_high_as_their_numbers_are_large(numbers: list[int]) -> None:
    drawn, largest = bars(one("columns", *numbers), "height"), max(map(abs, numbers))
    for number, height in zip(numbers, drawn, strict=True):
        assert height * largest == pytest.approx(max(drawn) * abs(number), rel=0.01, abs=0.002 * max(largest, 1))


@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=2, max_size=TONES))
def test_the_parts_of_a_whole_fill_its_bar(numbers: list[float]) -> None:
    series = tuple(Series(f"s{place}", (Point(number, "x"),)) for place, number in enumerate(numbers))
    svg = parsed(Chart("stacked", "t", "d", ("all",), series))
    parts = [length(box, "width", "%") for box in svg.findall("rect") if box.get("width", "").endswith("%")]
    assert sum(parts) == pytest.approx(100 if sum(numbers) else 0, abs=0.01)


def test_what_has_no_number_is_a_dash_and_no_bar() -> None:
    svg = parsed(one("bars", 3, None, 5))
    assert [text.text for text in svg.iter("text")] == ["n0", "3", "n1", "–", "n2", "5"]
    assert len([box for box in svg.iter("rect")]) == 2


def test_a_line_leaves_out_what_has_no_number_and_the_key_tells_its_ends() -> None:
    svg = parsed(one("lines", 3, None, 5, name="people"))
    assert len([line for line in svg.iter("line") if "chart__line" in line.get("class", "")]) == 1
    assert [text.text for text in svg.iter("text")][-1] == "people: 3\xa0→\xa05"


def test_standing_bars_lie_down_where_their_texts_would_run_into_each_other() -> None:
    few, many = one("columns", 1, 2, 3), one("columns", *range(100000, 100012))
    assert "chart__text--middle" in draw(few, "k")
    assert "chart__text--middle" not in draw(many, "k")


def test_long_names_stand_above_their_bars_on_as_many_lines_as_they_need() -> None:
    name = "시설관리 사업지원 및 임대서비스업과 그 밖의 모든 서비스업"
    svg = parsed(Chart("bars", "t", "d", (name, "b"), (Series("", (Point(1, "1"), Point(2, "2"))),)))
    written = [text.text or "" for text in svg.iter("text")]
    assert " ".join(written[:2]) == name
    assert all(em(line) <= NARROW for line in written)


@given(WORDS, st.floats(3, 30))
def test_wrapping_loses_no_letter(text: str, width: float) -> None:
    assert "".join(wrapped(text, width)).replace(" ", "") == text.replace(" ", "")


def test_each_series_has_its_own_mark_and_dashes_or_pattern() -> None:
    series = tuple(Series(f"s{place}", (Point(place, "x"), Point(1, "y"))) for place in range(TONES))
    marks = [
        text.text for text in parsed(Chart("lines", "t", "d", ("a", "b"), series)).iter("text") if "chart__mark" in text.get("class", "")
    ]
    assert len(set(marks)) == TONES
    patterns = [ElementTree.tostring(pattern) for pattern in parsed(Chart("stacked", "t", "d", ("a", "b"), series)).iter("pattern")]
    assert len(set(patterns)) == TONES
