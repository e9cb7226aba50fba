"""What can be computed from printed figures: shares, growth, change, attainment, rates, the budget per job; each with its arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kg.vocab import DERIVED_GRAPH, KJ, QB, SDMX_MEASURE
from tests.kg.build.made_up import ONE, OTHER, MadeUp

COMPUTED = """PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#>
SELECT ?kind ?value ?unit ?arithmetic WHERE {
  ?derived a kj:DerivedObservation ; kj:valueType ?kind ; kj:computedValue ?value ; sdmx-attribute:unitMeasure ?unit ; kj:basis ?arithmetic }"""
PART, YEAR_BEFORE = {"inScope": "scope:area-part", "ofSex": "sex:female"}, {"refPeriod": "period:2020"}
MONEY = {"ofMeasure": "measure:budget", "unitMeasure": "unit:million-krw", "about": "sector:direct", "inScope": "scope:sector", "row": "1"}
JOBS = {
    "ofMeasure": "measure:jobs-target",
    "unitMeasure": "unit:person-or-case",
    "about": "sector:direct",
    "inScope": "scope:sector",
    "row": "1",
}
TARGET = {"valueType": "value-type:target"}
PERCENT = {"ofMeasure": "measure:employment-rate", "unitMeasure": "unit:percent"}


def computed(plan: MadeUp) -> list[tuple[str, ...]]:
    return plan.derive().rows(COMPUTED)


# --- shares of a total


def test_a_part_is_a_share_of_the_total_of_its_table() -> None:
    plan = MadeUp()
    plan.figure("all", "304,819")
    plan.figure("women", "159,125", **PART)
    assert computed(plan) == [("share", "52.2031", "percent", "159,125 ÷ 304,819 × 100")]


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("304,819", {"table": "table:other"}),
        ("304,819", {"refPeriod": "period:2020"}),
        ("304,819", {"about": "region:11"}),
        ("304,819", {"ofMeasure": "measure:insured-persons"}),
        ("304,819", {"plan": OTHER}),
        ("0", {}),
        ("-", {}),
        ("", {}),
    ],
)
def test_a_part_has_no_share_of_another_total_nor_of_none(total: str, words: dict[str, str]) -> None:
    plan = MadeUp()
    plan.figure("all", total, **words)
    plan.figure("women", "159,125", **PART)
    assert computed(plan) == []


def test_a_blank_part_has_no_share() -> None:
    plan = MadeUp()
    plan.figure("all", "304,819")
    plan.figure("women", "-", **PART)
    assert computed(plan) == []


def test_an_area_is_a_share_of_the_area_a_printed_share_compares_it_with() -> None:
    plan = MadeUp()
    plan.figure("gu", "10,629")
    plan.figure("city", "514,131", about="region:11")
    plan.figure("share", "2.07%", valueType="value-type:share", comparedWith="region:11")
    assert computed(plan) == [("share", "2.0674", "percent", "10,629 ÷ 514,131 × 100")]


def test_an_area_is_not_compared_with_the_figures_of_another_plan_nor_where_none_is_printed() -> None:
    plan = MadeUp()
    plan.figure("gu", "10,629")
    plan.figure("city", "514,131", about="region:11", plan=OTHER)
    plan.figure("share", "2.07%", valueType="value-type:share", comparedWith="region:11")
    assert computed(plan) == []
    silent = MadeUp()
    silent.figure("gu", "10,629")
    silent.figure("city", "514,131", about="region:11")
    assert computed(silent) == []


# --- growth and change


def test_a_count_grows_and_changes_over_the_year_before() -> None:
    plan = MadeUp()
    plan.figure("before", "57,725", **YEAR_BEFORE)
    plan.figure("now", "59,739")
    assert computed(plan) == [
        ("change", "2014", "person", "59,739 − 57,725"),
        ("growth", "3.489", "percent", "(59,739 − 57,725) ÷ 57,725 × 100"),
    ]


def test_the_difference_of_two_percentages_is_percentage_points_and_no_growth() -> None:
    plan = MadeUp()
    plan.figure("before", "26.0%", **YEAR_BEFORE, **PERCENT)
    plan.figure("now", "31.5%", **PERCENT)
    assert computed(plan) == [("change", "5.5", "percentage-point", "31.5% − 26.0%")]


def test_a_target_is_measured_against_what_was_reached_the_year_before_until_its_own_year_is_known() -> None:
    plan = MadeUp()
    plan.figure("reached", "59,739")
    plan.figure("target", "60,000", refPeriod="period:2022", **TARGET)
    assert [row for row in computed(plan) if row[0] == "growth"] == [("growth", "0.4369", "percent", "(60,000 − 59,739) ÷ 59,739 × 100")]
    known = MadeUp()
    known.figure("reached", "59,739")
    known.figure("target", "60,000", refPeriod="period:2022", **TARGET)
    known.figure("now", "61,000", refPeriod="period:2022")
    assert [row[3] for row in computed(known) if row[0] == "growth"] == ["(61,000 − 59,739) ÷ 59,739 × 100"]


@pytest.mark.parametrize(
    "words", [{"refPeriod": "period:2019"}, {"plan": OTHER, **YEAR_BEFORE}, {"about": "region:11", **YEAR_BEFORE}, PART | YEAR_BEFORE]
)
def test_nothing_grows_over_two_years_another_plan_another_place_or_another_part(words: dict[str, str]) -> None:
    plan = MadeUp()
    plan.figure("before", "57,725", **words)
    plan.figure("now", "59,739")
    assert [row for row in computed(plan) if row[0] in ("growth", "change")] == []


@pytest.mark.parametrize("before", ["-", "", "0"])
def test_nothing_grows_from_nothing(before: str) -> None:
    plan = MadeUp()
    plan.figure("before", before, **YEAR_BEFORE)
    plan.figure("now", "59,739")
    assert "growth" not in {row[0] for row in computed(plan)}


# --- attainment and rates


def test_attainment_is_what_was_reached_of_the_target_of_the_same_year() -> None:
    plan = MadeUp()
    plan.figure("target", "1,600", **TARGET)
    plan.figure("reached", "1,601")
    assert computed(plan) == [("attainment", "100.0625", "percent", "1,601 ÷ 1,600 × 100")]


@pytest.mark.parametrize("words", [{"refPeriod": "period:2022"}, {"plan": OTHER}, {"about": "region:11"}])
def test_no_attainment_across_years_plans_or_places(words: dict[str, str]) -> None:
    plan = MadeUp()
    plan.figure("target", "1,600", **(TARGET | words))
    plan.figure("reached", "1,601")
    assert "attainment" not in {row[0] for row in computed(plan)}


def test_the_placement_rate_follows_from_placements_and_job_searches() -> None:
    plan = MadeUp()
    plan.figure("searches", "27,672", ofMeasure="measure:job-searches", unitMeasure="unit:case")
    plan.figure("placed", "8,718", ofMeasure="measure:placements", unitMeasure="unit:case")
    plan.figure("rate", "31.5%", **PERCENT)
    assert computed(plan) == [("level", "31.5048", "percent", "8,718 ÷ 27,672 × 100")]


def test_no_placement_rate_from_two_plans() -> None:
    plan = MadeUp()
    plan.figure("searches", "27,672", ofMeasure="measure:job-searches", unitMeasure="unit:case", plan=OTHER)
    plan.figure("placed", "8,718", ofMeasure="measure:placements", unitMeasure="unit:case")
    plan.figure("rate", "31.5%", **PERCENT)
    assert computed(plan) == []


# --- money


def test_a_source_pays_a_share_of_the_total_of_its_row_and_a_job_costs_the_total_divided() -> None:
    plan = MadeUp()
    plan.figure("jobs", "7,117", column="1", **JOBS, **TARGET)
    plan.figure("total", "43,019", column="2", fundingSource="funding:total", **MONEY, **TARGET)
    plan.figure("national", "8,478", column="3", fundingSource="funding:national", **MONEY, **TARGET)
    assert computed(plan) == [
        ("share", "19.7076", "percent", "8,478 ÷ 43,019 × 100"),
        ("target", "6.0445", "million-krw", "43,019 ÷ 7,117"),
    ]


def test_money_that_is_a_dash_or_has_no_budget_of_its_own_is_no_share_and_costs_nothing() -> None:
    plan = MadeUp()
    plan.figure("jobs", "230", column="1", **JOBS, **TARGET)
    plan.figure("total", "비예산", column="2", fundingSource="funding:total", **MONEY, **TARGET)
    plan.figure("national", "-", column="3", fundingSource="funding:national", **MONEY, **TARGET)
    assert computed(plan) == []


def test_a_row_that_repeats_another_has_no_cost_of_its_own() -> None:
    plan = MadeUp()
    plan.figure("first", "43,019", column="2", fundingSource="funding:total", **MONEY, **TARGET, table="table:first")
    words = MONEY | TARGET | {"about": "thing:task", "inScope": "scope:task", "fundingSource": "funding:total", "column": "2"}
    plan.figure("again", "43,019", repeats="figure:first", **words)
    plan.figure("jobs", "7,117", column="1", **(JOBS | TARGET | {"about": "thing:task", "inScope": "scope:task"}))
    assert computed(plan) == []


# --- computed values stay apart


def test_a_computed_value_is_never_an_observed_one_and_stands_in_a_graph_of_its_own_with_its_figures() -> None:
    plan = MadeUp()
    plan.figure("before", "57,725", **YEAR_BEFORE)
    plan.figure("now", "59,739")
    plan.figure("women", "31,173", **PART)
    plan.derive()
    in_graph = f"GRAPH <{DERIVED_GRAPH}> {{ ?derived a <{KJ.DerivedObservation}> }}"
    assert len(plan.rows(f"SELECT ?derived WHERE {{ {in_graph} }}")) == 3
    assert (
        plan.rows(
            f"SELECT ?derived WHERE {{ {in_graph} {{ ?derived <{SDMX_MEASURE.obsValue}> ?v }} UNION {{ ?derived a <{QB.Observation}> }} }}"
        )
        == []
    )
    outside = f"GRAPH ?graph {{ ?derived a <{KJ.DerivedObservation}> }} FILTER (?graph != <{DERIVED_GRAPH}>)"
    assert plan.rows(f"SELECT ?derived WHERE {{ {outside} }}") == []
    sources = plan.rows(
        f"SELECT ?type ?source WHERE {{ ?derived a <{KJ.DerivedObservation}> ; <{KJ.valueType}> ?type ; <{KJ.computedFrom}> ?source }}"
    )
    assert sources == [
        ("change", "before"),
        ("change", "now"),
        ("growth", "before"),
        ("growth", "now"),
        ("share", "now"),
        ("share", "women"),
    ]


def test_every_computed_value_belongs_to_the_plan_of_its_figures() -> None:
    plan = MadeUp()
    for owner, printed in ((ONE, "59,739"), (OTHER, "61,000")):
        plan.figure(f"before-{owner[-4:]}", "57,725", plan=owner, **YEAR_BEFORE)
        plan.figure(f"now-{owner[-4:]}", printed, plan=owner)
    plan.derive()
    mixed = f"SELECT ?derived WHERE {{ ?derived <{KJ.computedFrom}> ?source ; <{KJ.inPlan}> ?plan . ?source <{KJ.inPlan}> ?other . FILTER (?plan != ?other) }}"
    assert plan.rows(mixed) == []
    growth = f"SELECT ?plan ?value WHERE {{ ?derived <{KJ.computedValue}> ?value ; <{KJ.inPlan}> ?plan ; <{KJ.valueType}> ?type FILTER (CONTAINS(STR(?type), 'growth')) }}"
    assert plan.rows(growth) == [("2024", "3.489"), ("2025", "5.6735")]


def test_the_same_value_printed_twice_is_computed_once() -> None:
    plan = MadeUp()
    plan.figure("before", "57,725", **YEAR_BEFORE)
    plan.figure("now", "59,739")
    plan.figure("now-again", "59,739", table="table:other")
    plan.derive()
    assert (
        len(plan.rows(f"SELECT DISTINCT ?derived WHERE {{ ?derived <{KJ.valueType}> ?type FILTER (CONTAINS(STR(?type), 'growth')) }}")) == 1
    )


# --- printed shares and growth of any numbers


def printed(numerator: int, denominator: int, digits: int) -> str:
    """Print a percentage rounded half up to a number of digits, as a table does."""
    scaled = (200 * abs(numerator) * 10**digits + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 and scaled else ""
    return f"{sign}{scaled // 10**digits}{f'.{scaled % 10**digits:0{digits}d}' if digits else ''}%"


def nudged(text: str, by: int, digits: int) -> str:
    """Print the percentage that is `by` units of its last digit away."""
    units = round(float(text.rstrip("%")) * 10**digits) + by
    return f"{'-' if units < 0 else ''}{abs(units) // 10**digits}{f'.{abs(units) % 10**digits:0{digits}d}' if digits else ''}%"


def share_of(part: int, whole: int, text: str) -> MadeUp:
    plan = MadeUp(bare=True)
    plan.figure("all", f"{whole:,}")
    plan.figure("women", f"{part:,}", **PART)
    plan.figure("share", text, valueType="value-type:share", unitMeasure="unit:percent", **PART)
    return plan


def growth_of(before: int, now: int, text: str) -> MadeUp:
    plan = MadeUp()
    plan.figure("before", f"{before:,}", **YEAR_BEFORE)
    plan.figure("now", f"{now:,}")
    plan.figure("growth", text, valueType="value-type:growth", unitMeasure="unit:percent", comparedWith="period:2020")
    return plan


COUNTS, DIGITS, OFF = st.integers(1, 10**7), st.integers(0, 2), st.integers(2, 40)


@given(whole=COUNTS, part=COUNTS, digits=DIGITS)
@hypothesis_settings(max_examples=60, deadline=None)
def test_a_share_printed_rounded_is_no_finding(whole: int, part: int, digits: int) -> None:
    assert share_of(part, whole, printed(100 * part, 100 * whole, digits)).rule("20-computed-differs.rq") == []


@given(whole=COUNTS, part=COUNTS, digits=DIGITS, off=OFF, down=st.booleans())
@hypothesis_settings(max_examples=60, deadline=None)
def test_a_share_that_is_off_by_more_than_its_last_digit_is_always_found(whole: int, part: int, digits: int, off: int, down: bool) -> None:
    text = nudged(printed(100 * part, 100 * whole, digits), -off if down else off, digits)
    found = share_of(part, whole, text).rule("20-computed-differs.rq")
    assert [(one.kind, one.claims) for one in found] == [("share-differs", ("all", "share", "women"))]
    assert f"적힌 값 {text}(1행)" in found[0].ko and f"{part:,} ÷ {whole:,} × 100" in found[0].ko


@given(before=COUNTS, now=COUNTS, digits=DIGITS)
@hypothesis_settings(max_examples=40, deadline=None)
def test_growth_printed_rounded_is_no_finding(before: int, now: int, digits: int) -> None:
    assert growth_of(before, now, printed(100 * (now - before), 100 * before, digits)).rule("20-computed-differs.rq") == []


@given(before=COUNTS, now=COUNTS, digits=DIGITS, off=OFF, down=st.booleans())
@hypothesis_settings(max_examples=40, deadline=None)
def test_growth_that_is_off_by_more_than_its_last_digit_is_always_found(before: int, now: int, digits: int, off: int, down: bool) -> None:
    text = nudged(printed(100 * (now - before), 100 * before, digits), -off if down else off, digits)
    found = growth_of(before, now, text).rule("20-computed-differs.rq")
    assert [(one.kind, one.claims) for one in found] == [("growth-differs", ("before", "growth", "now"))]
