"""Judges how headings and pictures are found in the dimensions of figures, on small made-up tables of any topic."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kg.store.reader.model import Ref, Text
from kg.store.reader.tables import Cell, Table
from kg.vocab import DCT, ID, KJ, SDMX_ATTRIBUTE, SDMX_DIMENSION
from web.charting import charts_of
from web.grid import Grid, Heading, grid_of
from web.i18n import init_languages
from web.saying import column_text, row_text

COLOUR, MEASURE, ABOUT, KIND, UNIT, SCOPE = DCT.format, KJ.measure, KJ.about, KJ.valueType, SDMX_ATTRIBUTE.unitMeasure, KJ.scope
PERIOD, SEX, COMPARED, FUNDING = SDMX_DIMENSION.refPeriod, SDMX_DIMENSION.sex, KJ.comparedWith, KJ.fundingSource
LABELS = {COLOUR: "색", MEASURE: "무엇", ABOUT: "대상", KIND: "종류", UNIT: "단위", SCOPE: "범위", PERIOD: "기간", SEX: "성별"}


def ref(name: str) -> Ref:
    """A thing called by the last part of its IRI; `percent` is written with its sign."""
    return Ref(ID + name, Text(name.rpartition("/")[2]), sign="%" if name.endswith("percent") else "")


LEVEL, SHARE, TARGET = (ref("kr/value-type/" + name) for name in ("level", "share", "target"))
PEOPLE, PERCENT = ref("kr/unit/person"), ref("kr/unit/percent")


def cell(row: int, column: int, printed: str, repeats: Ref | None = None, **said: Ref) -> Cell:
    """A figure; its dimensions are given by the names above."""
    dimensions = {globals()[name]: value for name, value in said.items()}
    digits = printed.replace(",", "").rstrip("%")
    value = Decimal(digits) if digits.lstrip("-").replace(".", "").isdigit() else None
    return Cell(f"{ID}figure/{row}-{column}", row, column, printed, value, ref("kr/status/x"), dimensions, None, "", None, (), repeats)


def table(*cells: Cell, own: str = "", wider: dict[str, frozenset[str]] | None = None) -> Table:
    found = {one: Text(LABELS.get(one, "다른 것")) for made in cells for one in made.said}
    return Table(ref("table/t"), Text(""), Text(""), (), cells, found, frozenset({own} - {""}), wider or {})


def told(heading: Heading) -> list[str]:
    return [value.label.value for _, value in heading.words]


@pytest.fixture
def asked() -> Iterator[None]:
    """A request in Korean, so that words can be said; the app has its languages and nothing else."""
    app = Flask("web")
    init_languages(app)
    with app.test_request_context("/"):
        yield


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), min_size=2, max_size=4), min_size=2, max_size=5))
def test_headings_and_cells_together_say_exactly_what_each_figure_says(rows: list[list[str]]) -> None:
    cells = [
        cell(row, column, "1", COLOUR=ref(colour), ABOUT=ref(f"row{row}"), MEASURE=ref(f"column{column}"))
        for row, colours in enumerate(rows, 1)
        for column, colour in enumerate(colours, 1)
    ]
    grid = grid_of(table(*cells))
    for row in grid.rows:
        for column, shown in zip(grid.columns, row.cells, strict=True):
            if shown is None:
                continue
            heads = {*row.side.group, *row.side.heading.words, *column.group, *column.heading.words, *grid.common.words, *shown.extra}
            assert set(shown.cell.said.items()) <= heads
            colours = [value for one, value in (shown.extra or ()) if one == COLOUR]
            assert not colours or colours == [shown.cell.said[COLOUR]]


def test_a_dimension_that_no_code_knows_heads_rows_and_columns_like_any_other() -> None:
    cells = [
        cell(row, column, "1", COLOUR=ref(name), MEASURE=ref(f"m{column}")) for row, name in ((1, "red"), (2, "blue")) for column in (1, 2)
    ]
    grid = grid_of(table(*cells))
    assert [told(row.side.heading) for row in grid.rows] == [["red"], ["blue"]]
    assert [told(column.heading) for column in grid.columns] == [["m1"], ["m2"]]


def test_a_row_that_is_throughout_of_another_kind_says_so_in_its_heading() -> None:
    cells = [cell(row, column, "1", KIND=LEVEL if row < 3 else SHARE, ABOUT=ref(f"r{row}")) for row in (1, 2, 3) for column in (1, 2)]
    cells.append(cell(1, 3, "1", KIND=SHARE, ABOUT=ref("r1")))
    grid = grid_of(table(*cells))
    assert all(not shown.extra for row in grid.rows for shown in row.cells if shown)
    assert told(grid.columns[2].heading) == ["share"]


def test_a_unit_is_said_once_and_not_again_where_the_sign_is_printed() -> None:
    same = grid_of(
        table(cell(1, 1, "5", UNIT=PEOPLE), cell(1, 2, "7%", UNIT=PERCENT), cell(2, 1, "6", UNIT=PEOPLE), cell(2, 2, "-", UNIT=PERCENT))
    )
    assert same.common.unit == PEOPLE
    assert all(shown is None or shown.unit is None for row in same.rows for shown in row.cells)


@given(st.lists(st.lists(st.sampled_from([PEOPLE, PERCENT, ref("kr/unit/won")]), min_size=3, max_size=3), min_size=2, max_size=4))
def test_the_unit_of_every_number_is_told_by_its_cell_its_row_its_column_or_the_caption(units: list[list[Ref]]) -> None:
    grid = grid_of(
        table(
            *(cell(row, column, "5", UNIT=unit, ABOUT=ref(f"r{row}")) for row, own in enumerate(units) for column, unit in enumerate(own))
        )
    )
    for row in grid.rows:
        for column, shown in zip(grid.columns, row.cells, strict=True):
            assert shown is not None
            assert (shown.unit or row.side.heading.unit or column.heading.unit or grid.common.unit) == shown.cell.unit


def test_things_over_several_years_listed_one_by_one_become_rows_and_columns() -> None:
    listed = [cell(row, 1, "1", MEASURE=ref(name), PERIOD=ref(f"period/{year}")) for row, (name, year) in enumerate([("a", 1), ("a", 2), ("b", 1), ("b", 2)], 1)]  # fmt: skip
    grid = grid_of(table(*listed))
    assert (len(grid.rows), len(grid.columns), grid.listed) == (2, 2, False)
    sparse = grid_of(
        table(
            *listed[:1],
            cell(2, 1, "1", MEASURE=ref("b"), PERIOD=ref("period/2")),
            cell(3, 1, "1", MEASURE=ref("c"), PERIOD=ref("period/3")),
        )
    )
    assert (len(sparse.rows), len(sparse.columns), sparse.listed) == (3, 1, True)


def wide() -> Grid:
    return grid_of(table(*(cell(1, column, str(column), ABOUT=ref(f"c{column}")) for column in range(1, 13))))


def test_a_wide_low_table_is_turned_and_keeps_its_order() -> None:
    grid = wide()
    assert grid.turned
    assert [told(row.side.heading) for row in grid.rows] == [[f"c{column}"] for column in range(1, 13)]


@pytest.mark.usefixtures("asked")
def test_rows_and_columns_without_words_of_their_own_are_the_whole() -> None:
    grid = grid_of(table(cell(1, 1, "3", MEASURE=ref("m")), cell(2, 1, "1", MEASURE=ref("m"), SEX=ref("f")), cell(1, 2, "3", MEASURE=ref("n")), cell(2, 2, "2", MEASURE=ref("n"), SEX=ref("f"))))  # fmt: skip
    assert [row_text(grid, row) for row in grid.rows] == ["전체", "f"]
    assert [column_text(grid, column) for column in grid.columns] == ["m", "n"]


def series(way: str, names: list[str], **said: Ref) -> list[Cell]:
    return [cell(1, place, str(place), **said, **{way: ref(name)}) for place, name in enumerate(names, 1)]


COUNTS = {"MEASURE": ref("people"), "KIND": LEVEL, "UNIT": PEOPLE, "SCOPE": ref("kr/scope/area-part")}


@pytest.mark.usefixtures("asked")
def test_years_stand_as_columns_and_categories_lie_as_bars_in_printed_order() -> None:
    (years,) = charts_of(table(*series("PERIOD", ["period/2020", "period/2021"], **COUNTS)))
    assert (years.form, years.names) == ("columns", ("2020", "2021"))
    (colours,) = charts_of(table(*series("COLOUR", ["z", "a", "m"], **COUNTS)))
    assert (colours.form, colours.names) == ("bars", ("z", "a", "m"))
    assert colours.title == "색별 people – 단위: person"
    assert colours.description == "z 1, a 2, m 3"


@pytest.mark.usefixtures("asked")
def test_figures_of_two_measures_units_scopes_or_cuts_are_drawn_apart_and_one_alone_not_at_all() -> None:
    base = series("COLOUR", ["a", "b"], **COUNTS)
    for name in ("MEASURE", "UNIT", "SCOPE"):
        both = [*base, *series("COLOUR", ["a", "b"], **{**COUNTS, name: ref("other")})]
        assert len(charts_of(table(*both))) == 2, name
    assert len(charts_of(table(*base, *series("SEX", ["f", "m"], **COUNTS)))) == 2
    assert charts_of(table(*base[:1], *series("SEX", ["f"], **COUNTS))) == ()


@pytest.mark.usefixtures("asked")
def test_the_area_around_the_others_is_left_out_of_counts_but_not_of_rates() -> None:
    places = ["city", "own", "near"]
    around = {ID + "own": frozenset({ID + "city"}), ID + "near": frozenset({ID + "city"})}
    (counted,) = charts_of(table(*series("ABOUT", places, **COUNTS), own=ID + "own", wider=around))
    assert (counted.names, counted.own) == (("own", "near"), frozenset({0}))
    (rated,) = charts_of(table(*series("ABOUT", places, **{**COUNTS, "UNIT": PERCENT}), own=ID + "own", wider=around))
    assert (rated.names, rated.own) == (("city", "own", "near"), frozenset({1}))


@pytest.mark.usefixtures("asked")
def test_shares_that_would_draw_the_counts_once_more_are_left_out() -> None:
    shares = {**COUNTS, "KIND": SHARE, "UNIT": PERCENT}
    charts = charts_of(table(*series("COLOUR", ["a", "b"], **COUNTS), *series("COLOUR", ["a", "b"], **shares)))
    assert [chart.title for chart in charts] == ["색별 people – 단위: person"]


@pytest.mark.usefixtures("asked")
def test_money_by_source_and_thing_is_parts_of_a_whole_without_the_printed_total() -> None:
    cells = [
        cell(row, column, str(row * column), ABOUT=ref(thing), FUNDING=ref("kr/funding/" + source), **{**COUNTS, "KIND": TARGET})
        for row, thing in enumerate(("t1", "t2"), 1)
        for column, source in enumerate(("total", "city", "district"), 1)
    ]
    total, parts = charts_of(table(*cells))
    assert (total.form, parts.form) == ("bars", "stacked")
    assert [one.name for one in parts.series] == ["city", "district"]


@pytest.mark.usefixtures("asked")
def test_targets_stand_beside_what_was_reached() -> None:
    cells = [cell(1, place, str(place), PERIOD=ref(period), **{**COUNTS, "KIND": kind}) for place, (period, kind) in enumerate([("period/2021", TARGET), ("period/2021", LEVEL), ("period/2022", TARGET)], 1)]  # fmt: skip
    (chart,) = charts_of(table(*cells))
    assert chart.names == ("2021 target", "2021 level", "2022 target")
    assert chart.title.startswith("people: 목표와 실제 값")


@pytest.mark.usefixtures("asked")
def test_what_only_repeats_figures_from_elsewhere_is_not_drawn() -> None:
    repeated = [cell(1, place, "5", repeats=ref("other"), ABOUT=ref(f"t{place}"), **COUNTS) for place in (1, 2, 3)]
    assert charts_of(table(*repeated)) == ()


@pytest.mark.usefixtures("asked")
def test_too_many_bars_say_nothing() -> None:
    assert charts_of(table(*series("COLOUR", [f"c{place}" for place in range(31)], **COUNTS))) == ()
    assert len(charts_of(table(*series("COLOUR", [f"c{place}" for place in range(30)], **COUNTS)))) == 1


@pytest.mark.usefixtures("asked")
def test_figures_that_differ_in_three_ways_are_parted_by_the_shortest() -> None:
    cells = [
        cell(row, column, "5", COLOUR=ref(colour), SEX=ref(sex), ABOUT=ref(thing), **COUNTS)
        for row, (sex, colour) in enumerate([(s, c) for s in ("f", "m") for c in ("a", "b", "c")], 1)
        for column, thing in enumerate(("t1", "t2", "t3"), 1)
    ]
    charts = charts_of(table(*cells))
    assert [("f" in chart.title, "m" in chart.title.partition("–")[2]) for chart in charts] == [(True, False), (False, True)]
