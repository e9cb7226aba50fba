"""What the rules of `ontology/quality/` find in small made-up plans, with what words, and what they must not find."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg.build.totals import ROUNDED_SUM, TOTAL_DIFFERS, BrokenSum, Figure
from kg.vocab import ID, QUALITY_GRAPH
from tests.kg.build.made_up import ONE, OTHER, Found, MadeUp

YEAR_BEFORE = {"refPeriod": "period:2020"}
SHARE = {"valueType": "value-type:share", "unitMeasure": "unit:percent"}
WOMEN = {"inScope": "scope:area-part", "ofSex": "sex:female"}
TARGET = {"valueType": "value-type:target", "refPeriod": "period:2022"}
BUDGET = TARGET | {"ofMeasure": "measure:budget", "unitMeasure": "unit:million-krw", "fundingSource": "funding:total"}
JOBS = TARGET | {"ofMeasure": "measure:jobs-target", "unitMeasure": "unit:person-or-case"}
LINE, TASK, SECTOR, PLAN = ({"inScope": f"scope:{scope}"} for scope in ("program-line", "task", "sector", "plan"))


def of(plan: MadeUp, *kinds: str) -> list[Found]:
    """Return the findings of some kinds, after all rules."""
    return [one for one in plan.find() if one.kind in kinds]


def one_of(plan: MadeUp, kind: str) -> Found:
    (found,) = of(plan, kind)
    return found


# --- two values of one quantity


def test_two_values_of_one_quantity_are_told_with_their_lines() -> None:
    plan = MadeUp()
    plan.figure("a", "43,019", "153")
    plan.figure("b", "43,018", "738-740", table="table:other")
    found = one_of(plan, "claims-differ")
    assert found.ko == "a값: 같은 값이 곳마다 다르게 적혀 있습니다. 43,019(153행), 43,018(738~740행)"
    assert found.en == "value a: the same value is printed differently. 43,019 (line 153), 43,018 (lines 738-740)"
    assert (found.lines, found.claims) == ((153, 738), ("a", "b"))


@pytest.mark.parametrize(
    ("called", "likely", "is_open"),
    [
        ("장애인일자리 등", False, True),
        ("평등 일자리", False, False),
        ("등대 일자리", False, False),
        ("자활근로", True, True),
        ("자활근로", False, False),
    ],
)
def test_values_of_a_thing_the_text_leaves_open_differ_only_if_it_is_one_thing(called: str, likely: bool, is_open: bool) -> None:
    plan = MadeUp()
    plan.thing("program:other", "Program")
    plan.thing("program:one", "Program", called=called, **({"maybeSameAs": "program:other"} if likely else {}))
    plan.thing("edition:one", "ProgramEdition", of="program:one")
    plan.figure("a", "500", "751", about="edition:one", **JOBS, **LINE)
    plan.figure("b", "530", "1462", about="edition:one", table="table:other", **JOBS, **LINE)
    found = one_of(plan, "claims-differ")
    assert found.ko.startswith("a값: 같은 것을 센 것으로 보면 값이 곳마다" if is_open else "a값: 같은 값이 곳마다")
    assert found.en.startswith("value a: if they count the same thing, its" if is_open else "value a: the same value")


@pytest.mark.parametrize(
    ("one", "other"), [("32%", "32.0%"), ("32%", "31.5%"), ("3.5%", "3.49%"), ("60,000", "60,000"), ("60,000", "-"), ("60,000", "")]
)
def test_a_value_rounded_to_fewer_digits_repeated_or_left_blank_is_no_conflict(one: str, other: str) -> None:
    plan = MadeUp()
    plan.figure("a", one)
    plan.figure("b", other, table="table:other")
    assert of(plan, "claims-differ") == []


@pytest.mark.parametrize(
    "words",
    [{"plan": OTHER}, {"about": "region:11"}, YEAR_BEFORE, WOMEN, {"valueType": "value-type:target"}, {"ofMeasure": "measure:workers"}],
)
def test_values_of_another_plan_place_year_part_or_kind_are_no_conflict(words: dict[str, str]) -> None:
    plan = MadeUp()
    plan.figure("a", "43,019")
    plan.figure("b", "43,018", table="table:other", **words)
    assert of(plan, "claims-differ") == []


def test_rounding_that_does_not_fit_is_a_conflict() -> None:
    plan = MadeUp()
    plan.figure("a", "32%")
    plan.figure("b", "31.4%", table="table:other")
    assert one_of(plan, "claims-differ").claims == ("a", "b")


def test_a_repeated_row_with_another_number_is_told() -> None:
    plan = MadeUp()
    plan.figure("first", "320", "161", about="sector:direct", **JOBS, **SECTOR)
    plan.figure("again", "321", "1321", about="task:1", repeats="figure:first", **JOBS, **TASK)
    assert one_of(plan, "claims-differ").ko == "first값: 되풀이한 표의 값이 다릅니다. 320(161행), 321(1321행)"


def test_a_faithful_repeat_is_no_conflict() -> None:
    plan = MadeUp()
    plan.figure("first", "320", about="sector:direct", **JOBS, **SECTOR)
    plan.figure("again", "320", about="task:1", repeats="figure:first", **JOBS, **TASK)
    assert of(plan, "claims-differ") == []


# --- printed against computed


def shares(text: str, **words: str) -> MadeUp:
    plan = MadeUp()
    plan.figure("all", "10,629", "317")
    plan.figure("women", "8,412", "317", **WOMEN)
    plan.figure("share", text, "17", **(SHARE | WOMEN | words))
    return plan


def test_a_share_its_counts_do_not_give_is_told_with_the_arithmetic() -> None:
    found = one_of(shares("83%"), "share-differs")
    assert found.ko == "share값: 적힌 값 83%(17행), 셈한 값 8,412 ÷ 10,629 × 100 = 79.142"
    assert found.en == "value share: printed 83% (line 17), computed 8,412 ÷ 10,629 × 100 = 79.142"
    assert (found.lines, found.claims) == ((17, 317), ("all", "share", "women"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("79%", ""),
        ("79.1%", ""),
        ("79.14%", ""),
        ("80%", "last-digit"),
        ("79.2%", "last-digit"),
        ("79.15%", "last-digit"),
        ("81%", "share-differs"),
        ("79.0%", "share-differs"),
    ],
)
def test_a_last_digit_cut_or_raised_is_told_apart_from_a_share_that_is_wrong(text: str, kind: str) -> None:
    assert [one.kind for one in of(shares(text), "share-differs", "last-digit")] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "words", [{"comparedWith": "region:11"}, {"plan": OTHER}, YEAR_BEFORE, {"about": "region:11"}, {"ofSex": "sex:male"}]
)
def test_a_share_of_another_base_plan_year_or_part_is_not_compared(words: dict[str, str]) -> None:
    assert of(shares("83%", **words), "share-differs", "last-digit") == []


def test_a_share_that_agrees_with_one_of_two_printed_totals_is_right() -> None:
    plan = shares("83%")
    plan.figure("all-again", "10,135", "9", table="table:other")
    plan.figure("women-again", "8,412", "9", table="table:other", **WOMEN)
    assert of(plan, "share-differs", "last-digit") == []


def test_a_share_taken_from_another_count_of_firms_as_small_says_so() -> None:
    plan = MadeUp()
    places = {"ofMeasure": "measure:insured-workplaces", "unitMeasure": "unit:workplace"}
    small = {"inScope": "scope:area-part", "sizeClass": "size-class:under-5"}
    plan.figure("all", "10,629", **places)
    plan.figure("small", "8,412", **places, **small)
    plan.figure("share", "83%", "17", **(places | SHARE | small))
    plan.figure(
        "firms", "83.36%", "535", table="table:firms", **(SHARE | {"ofMeasure": "measure:establishments", "sizeClass": "size-class:1-4"})
    )
    found = one_of(plan, "share-differs")
    assert found.ko.endswith("= 79.142. 다음 값을 옮겨 적은 것일 수 있습니다: firms값 83.36%(535행)")
    assert found.en.endswith("= 79.142. It may have been taken from: value firms 83.36% (line 535)")


@pytest.mark.parametrize(
    ("text", "kinds"), [("3.5%", []), ("3.4%", ["last-digit"]), ("3.6%", ["growth-differs"]), ("-3.5%", ["growth-differs"])]
)
def test_growth_is_compared_with_the_two_years(text: str, kinds: list[str]) -> None:
    plan = MadeUp()
    plan.figure("before", "57,725", "273", **YEAR_BEFORE)
    plan.figure("now", "59,739", "273")
    plan.figure("growth", text, "275", valueType="value-type:growth", unitMeasure="unit:percent", comparedWith="period:2020")
    found = of(plan, "growth-differs", "last-digit")
    assert [one.kind for one in found] == kinds
    assert all(f"적힌 값 {text}(275행), 셈한 값 (59,739 − 57,725) ÷ 57,725 × 100 = 3.489" in one.ko for one in found)


@pytest.mark.parametrize(("text", "kinds"), [("299", []), ("298", ["growth-differs"])])
def test_a_change_in_numbers_is_compared_too(text: str, kinds: list[str]) -> None:
    plan = MadeUp()
    plan.figure("before", "19,796", **YEAR_BEFORE)
    plan.figure("now", "20,095")
    plan.figure("change", text, valueType="value-type:change", comparedWith="period:2020")
    assert [one.kind for one in of(plan, "growth-differs", "last-digit")] == kinds


@pytest.mark.parametrize(("text", "kinds"), [("100.1%", []), ("100%", []), ("100.0%", ["last-digit"]), ("99.0%", ["attainment-differs"])])
def test_attainment_is_compared_with_target_and_result(text: str, kinds: list[str]) -> None:
    plan = MadeUp()
    plan.figure("target", "1,600", valueType="value-type:target")
    plan.figure("reached", "1,601")
    plan.figure("attained", text, valueType="value-type:attainment", unitMeasure="unit:percent")
    assert [one.kind for one in of(plan, "attainment-differs", "last-digit")] == kinds


@pytest.mark.parametrize(("text", "kinds"), [("32.1%", []), ("32.0%", ["last-digit"]), ("33.0%", ["share-differs"])])
def test_a_rate_is_compared_with_what_it_is_defined_by(text: str, kinds: list[str]) -> None:
    plan = MadeUp()
    plan.figure("searches", "825,752", ofMeasure="measure:job-searches", unitMeasure="unit:case")
    plan.figure("placed", "264,864", ofMeasure="measure:placements", unitMeasure="unit:case")
    plan.figure("rate", text, ofMeasure="measure:employment-rate", unitMeasure="unit:percent")
    assert [one.kind for one in of(plan, "share-differs", "last-digit")] == kinds


# --- averages and classes


def dongs(average: str, values: tuple[str, ...] = ("10", "11", "12", "13", "20")) -> MadeUp:
    plan, rate = MadeUp(), {"ofMeasure": "measure:startup-rate", "unitMeasure": "unit:percent"}
    plan.figure("gu", average, "571", **rate)
    for number, value in enumerate(values):
        plan.thing(f"area:dong-{number}", "Location", within="region:11410")
        plan.figure(f"dong-{number}", value, about=f"area:dong-{number}", **rate)
    return plan


def test_an_average_that_is_not_the_plain_one_of_its_parts_is_told() -> None:
    found = one_of(dongs("14.09"), "average-of-parts")
    assert found.ko.startswith("gu값: 적힌 값 14.09(571행), 같은 표에 적힌 5곳의 값을 그대로 평균한 값 13.2. ")
    assert found.en.startswith("value gu: printed 14.09 (line 571), plain average of the 5 parts in the same table 13.2. ")


@pytest.mark.parametrize("plan", [dongs("13.2"), dongs("13"), dongs("14.09", ("10", "11", "12", "13"))])
def test_a_plain_average_or_a_handful_of_parts_is_none(plan: MadeUp) -> None:
    assert of(plan, "average-of-parts") == []


def sizes(people: str, places: str, size: str = "5-9") -> MadeUp:
    plan, part = MadeUp(), {"sizeClass": f"size-class:{size}", "inScope": "scope:area-part"}
    plan.figure("people", people, "318", ofMeasure="measure:insured-persons", **part)
    plan.figure("places", places, "317", ofMeasure="measure:insured-workplaces", unitMeasure="unit:workplace", **part)
    return plan


def test_people_per_workplace_outside_their_class_are_told() -> None:
    found = one_of(sizes("5,246", "1,195"), "outside-class")
    assert found.ko.startswith("people값: 5,246명 ÷ 1,195개 = 4.39명. ")
    assert found.en.startswith("value people: 5,246 persons ÷ 1,195 workplaces = 4.39. ")
    assert (found.lines, found.claims) == ((317, 318), ("people", "places"))


@pytest.mark.parametrize(
    ("people", "places", "size"),
    [
        ("10,755", "1,195", "5-9"),
        ("5,975", "1,195", "5-9"),
        ("9,556", "8", "1000-plus"),
        ("10,130", "8,412", "under-5"),
        ("-", "8", "5-9"),
        ("40", "-", "5-9"),
        ("0", "0", "5-9"),
    ],
)
def test_people_per_workplace_within_their_class_are_not(people: str, places: str, size: str) -> None:
    assert of(sizes(people, places, size), "outside-class") == []


# --- units


def test_a_difference_of_percentages_printed_as_percent_is_told() -> None:
    plan = MadeUp()
    plan.figure(
        "rate", "5.5%", "19", ofMeasure="measure:employment-rate", valueType="value-type:change", unitMeasure="unit:percentage-point"
    )
    assert one_of(plan, "percent-or-points").ko == "rate값: 5.5%(19행)는 두 비율의 차이이므로 퍼센트포인트입니다."


@pytest.mark.parametrize(("text", "unit"), [("5.5%p", "percentage-point"), ("3.5%", "percent"), ("299", "person")])
def test_points_told_as_points_and_percent_of_a_count_are_right(text: str, unit: str) -> None:
    plan = MadeUp()
    plan.figure("rate", text, valueType="value-type:change", unitMeasure=f"unit:{unit}")
    assert of(plan, "percent-or-points") == []


def headed(*heads: str) -> MadeUp:
    plan = MadeUp()
    plan.thing("table:t", "DataSet", "353", en="the table", headUnit=list(heads))
    return plan


def test_rows_that_are_not_in_the_unit_of_their_head_are_told_once_for_each_measure() -> None:
    plan = headed("unit:person")
    plan.figure("rate-1", "35.6%", "361", ofMeasure="measure:employment-rate", unitMeasure="unit:percent")
    plan.figure("rate-2", "37.5%", "361", ofMeasure="measure:employment-rate", unitMeasure="unit:percent", **YEAR_BEFORE)
    plan.figure("people", "8,154", "367")
    found = one_of(plan, "unit-of-the-table")
    assert found.ko == "표 ‘t’의 머리에 적힌 단위는 ‘명’이지만 ‘취업률’의 단위는 ‘%’입니다."
    assert found.en == "The head of the table “the table” says “명”, but “Placement rate” is in “Percent”."
    assert found.claims == ("rate-1", "rate-2")


def test_a_unit_of_the_head_that_nothing_is_counted_in_is_told() -> None:
    plan = headed("unit:workplace", "unit:person")
    plan.figure("places", "73,842", ofMeasure="measure:insured-workplaces", unitMeasure="unit:workplace")
    assert one_of(plan, "unit-of-the-table").ko == "표 ‘t’의 머리에 적힌 단위는 ‘개, 명’이지만 ‘명’ 단위로 센 칸은 없습니다."


def test_shares_and_growth_under_a_head_of_persons_signs_alike_and_tables_without_a_head_are_right() -> None:
    plan = headed("unit:person")
    plan.figure("all", "304,819")
    plan.figure("share", "52%", **(SHARE | WOMEN))
    plan.figure("growth", "3.5%", valueType="value-type:growth", unitMeasure="unit:percent", comparedWith="period:2020")
    assert of(plan, "unit-of-the-table") == []
    pieces = headed("unit:unit")
    pieces.figure("places", "73,842", ofMeasure="measure:insured-workplaces", unitMeasure="unit:workplace")
    assert of(pieces, "unit-of-the-table") == []
    points = headed("unit:percent", "unit:percentage-point")
    points.figure("rate", "31.5%", ofMeasure="measure:employment-rate", unitMeasure="unit:percent")
    points.figure("change", "5.5%", ofMeasure="measure:employment-rate", unitMeasure="unit:percentage-point", valueType="value-type:change")
    assert of(points, "unit-of-the-table") == []
    bare = MadeUp()
    bare.figure("rate", "35.6%", ofMeasure="measure:employment-rate", unitMeasure="unit:percent")
    assert of(bare, "unit-of-the-table") == []


def test_one_quantity_in_two_units_is_told() -> None:
    plan = MadeUp()
    plan.figure("goal", "13,600", "35", about="plan:x", **(JOBS | PLAN | {"unitMeasure": "unit:unit"}))
    plan.figure("table", "13,600", "151", about="plan:x", **JOBS, **PLAN)
    found = one_of(plan, "unit-differs")
    assert found.ko == "goal값: 같은 값을 다른 단위로 적었습니다. 13,600개(35행), 13,600명/건(151행)"
    assert found.en == "value goal: the same figure stands in different units. 13,600 pieces (line 35), 13,600 persons or cases (line 151)"


@pytest.mark.parametrize(("unit", "plan"), [("person", ONE), ("case", ONE), ("person-or-case", ONE), ("unit", OTHER)])
def test_a_unit_that_holds_the_other_or_another_plan_is_no_difference(unit: str, plan: str) -> None:
    made = MadeUp()
    made.figure("one", "31", about="thing:x", **JOBS, **LINE)
    made.figure("other", "31", about="thing:x", plan=plan, **(JOBS | LINE | {"unitMeasure": f"unit:{unit}"}))
    assert of(made, "unit-differs") == []


def rows_of_one_budget(target: str, firms: str) -> MadeUp:
    plan, same = MadeUp(), {"quantity": "thing:same"}
    plan.figure("line-jobs", target, "860", table="table:lines", about="thing:line", row="1", column="1", **JOBS, **LINE)
    plan.figure("line-money", "3,259", "860", table="table:lines", about="thing:line", row="1", column="2", **BUDGET, **LINE, **same)
    firm = JOBS | TASK | {"ofMeasure": "measure:tenant-firms", "unitMeasure": "unit:firm"}
    plan.figure("task-firms", firms, "1265", about="thing:task", row="1", column="1", **firm)
    plan.figure("task-money", "3,259", "1265", about="thing:task", row="1", column="2", **BUDGET, **TASK, **same)
    return plan


def test_rows_with_one_budget_that_count_their_target_in_other_units_are_told() -> None:
    found = one_of(rows_of_one_budget("104", "104"), "unit-differs")
    assert found.ko == "line-jobs값: 같은 값을 다른 단위로 적었습니다. 104명/건(860행), 104개사(1265행)"
    assert of(rows_of_one_budget("104", "55"), "unit-differs") == []


def teams(*counts: str, unit: str = "team") -> MadeUp:
    plan = MadeUp()
    plan.thing("line:both", "BudgetLine", covers=["thing:program-0", "thing:program-1"])
    plan.figure("both", "18", "868", about="line:both", **JOBS, **LINE)
    for number, count in enumerate(counts):
        plan.thing(f"edition:{number}", "ProgramEdition", of=f"thing:program-{number}")
        words = TARGET | {"ofMeasure": "measure:team-count", "unitMeasure": f"unit:{unit}", "inScope": "scope:edition"}
        plan.figure(f"part-{number}", count, f"16{number}0", about=f"edition:{number}", **words)
    return plan


def test_teams_added_up_in_a_column_of_persons_or_cases_are_told() -> None:
    found = one_of(teams("14", "4"), "unit-differs")
    assert found.ko == "both값: 18명/건(868행)은 팀 수를 더한 값입니다. 14 + 4 = 18팀"
    assert found.en == "value both: 18 persons or cases (line 868) adds up teams. 14 + 4 = 18 teams"
    assert (found.lines, found.claims) == ((868, 1600, 1610), ("both", "part-0", "part-1"))


@pytest.mark.parametrize("plan", [teams("14", "5"), teams("18"), teams("14", "4", unit="person"), teams("14", "-")])
def test_other_sums_one_part_and_persons_are_not(plan: MadeUp) -> None:
    assert of(plan, "unit-differs") == []


# --- the same money or people twice


def sector_and_tasks(repeats: bool = True) -> MadeUp:
    """Make a sector of two lines, a task whose table is the sector's, and a task of one line."""
    plan = MadeUp()
    for number in ("2-1", "2-2"):
        plan.thing(f"task:{number}", "ActionTask", notation=number)
    for name in ("campus", "market"):
        tasks = ["task:2-1"] if name == "campus" else []
        plan.thing(f"line:{name}", "BudgetLine", "860", inSector="sector:startup-social-economy", contributesTo=tasks)
        plan.figure(f"{name}-jobs", "160", "860", table="table:lines", about=f"line:{name}", **JOBS, **LINE)
    plan.figure("sector", "4,170", "668", table="table:sectors", about="sector:startup-social-economy", **BUDGET, **SECTOR)
    again = {"repeats": "figure:sector"} if repeats else {}
    plan.figure("whole", "4,170", "1321", about="task:2-2", **BUDGET, **TASK, **again)
    plan.figure("own", "3,258", "1265", about="task:2-1", **BUDGET, **TASK)
    return plan


def test_a_task_whose_table_is_its_sectors_and_the_tasks_inside_it_are_told() -> None:
    plan = sector_and_tasks()
    found = plan.find()
    (repeat,) = [one for one in found if one.kind == "repeats-a-table"]
    assert repeat.ko == "‘2-2 2-2’의 표는 ‘창업 및 사회적경제 지원’ 전체의 표를 되풀이합니다. 과제끼리 더하면 두 번 세게 됩니다."
    (inside,) = [one for one in found if one.kind == "counted-twice" and one.ko.startswith("과제 2-2의 표는")]
    assert "같은 분야에 사업이 있는 다음 과제의 값도 그 안에 들어 있습니다: 2-1." in inside.ko
    assert inside.en.startswith("The table of task 2-2 is all of “Start-up and social economy support”")
    assert (inside.lines, inside.claims) == ((1265, 1321), ("own", "whole"))


def test_a_task_with_a_table_of_its_own_holds_no_other_task() -> None:
    assert of(sector_and_tasks(repeats=False), "repeats-a-table", "counted-twice") == []


def test_figures_of_two_things_that_are_one_quantity_are_counted_twice() -> None:
    plan = MadeUp()
    for name, kind, line, scope in (("line:tutor", "BudgetLine", "759", LINE), ("task:1-2", "ActionTask", "1000", TASK)):
        plan.thing(name, kind, line)
        plan.figure(name.partition(":")[0], "157", line, about=name, quantity="thing:same", **JOBS, **scope)
    found = one_of(plan, "counted-twice")
    assert (
        found.ko
        == "‘tutor’, ‘1-2’: 두 곳의 값은 같은 것을 센 것이라 더하면 두 번 세게 됩니다. 일자리 목표 157(759행), 일자리 목표 157(1000행)"
    )
    assert found.en.endswith("count the same; adding them would count it twice: jobs target 157 (line 759), jobs target 157 (line 1000)")
    assert found.claims == ("line", "task")


def test_equal_figures_of_two_things_are_not_the_same_quantity() -> None:
    plan = MadeUp()
    for name in ("line:a", "line:b"):
        plan.thing(name, "BudgetLine")
        plan.figure(name[-1], "157", about=name, **JOBS, **LINE)
    assert of(plan, "counted-twice") == []


@pytest.mark.parametrize(
    ("target", "runs", "count"), [("1,650", ["center:jobs"], 1), ("1,651", ["center:jobs"], 0), ("1,650", ["center:other"], 0)]
)
def test_the_target_of_a_centre_is_that_of_the_programme_that_runs_it(target: str, runs: list[str], count: int) -> None:
    plan = MadeUp()
    plan.thing("center:jobs", "ServiceCenter")
    plan.thing("edition:running", "ProgramEdition", runs=runs)
    plan.figure("line", target, "782", about="edition:running", **JOBS, **LINE)
    plan.figure(
        "centre", "1,650", "642", about="center:jobs", **(TARGET | {"ofMeasure": "measure:center-placements", "inScope": "scope:place"})
    )
    assert len(of(plan, "counted-twice")) == count


def under_tasks(*tasks: str) -> MadeUp:
    plan = MadeUp()
    for number in ("1-1", "3-1", "3-2"):
        plan.thing(f"task:{number}", "ActionTask", notation=number)
    for number in ("1-1", "3-1"):
        plan.figure(f"money-{number}", "574", about=f"task:{number}", **BUDGET, **TASK)
    plan.thing("edition:intern", "ProgramEdition", "921", contributesTo=[f"task:{number}" for number in tasks])
    return plan


def test_a_programme_under_two_tasks_with_figures_is_told() -> None:
    found = one_of(under_tasks("1-1", "3-1"), "counted-twice")
    assert found.ko == "과제 1-1, 3-1 모두에 들어 있는 사업: ‘intern’(1-1: 921행, 3-1: 921행). 과제의 값을 더하면 두 번 셀 수 있습니다."
    assert found.lines == (921,)


def test_the_lines_that_put_a_programme_under_each_task_are_named() -> None:
    plan = under_tasks("1-1", "3-1")
    for task, lines in (("1-1", "913-921, 954"), ("3-1", "1483")):
        plan.thing(f"link:{task}", "Link", lines, subject="edition:intern", predicate="kj:contributesTo", object=f"task:{task}")
    found = one_of(plan, "counted-twice")
    assert "‘intern’(1-1: 913~921, 954행, 3-1: 1483행)" in found.ko
    assert "“intern” (1-1: lines 913-921, line 954; 3-1: line 1483)" in found.en
    assert found.lines == (913, 921, 954, 1483)


@pytest.mark.parametrize("tasks", [("1-1",), ("1-1", "3-2"), ()])
def test_a_programme_under_one_task_or_a_task_without_figures_is_not(tasks: tuple[str, ...]) -> None:
    assert of(under_tasks(*tasks), "counted-twice") == []


def tasks_of_a_plan(*values: str, total: str = "13,600") -> MadeUp:
    plan = MadeUp()
    plan.figure("plan", total, "137", table="table:box", about="plan:x", **JOBS, **PLAN)
    for number, value in enumerate(values):
        plan.figure(f"task-{number}", value, f"150{number}", about=f"task:{number}", **JOBS, **TASK)
    return plan


def test_tasks_that_add_up_to_more_than_the_plan_are_told() -> None:
    found = one_of(tasks_of_a_plan("7,117", "7,117", "60"), "counted-twice")
    assert found.ko.startswith("일자리 목표: 과제 3개의 추진계획 표에 적힌 값을 더하면 14,294, 계획 전체의 값은 13,600(137행).")
    assert found.claims == ("plan", "task-0", "task-1", "task-2")


@pytest.mark.parametrize(
    "plan", [tasks_of_a_plan("7,117", "6,483"), tasks_of_a_plan("7,117", "-"), tasks_of_a_plan("7,117", "7,117", total="-")]
)
def test_tasks_that_add_up_to_no_more_are_not(plan: MadeUp) -> None:
    assert of(plan, "counted-twice") == []


# --- lists


def listed(count: str, *names: str, covers: dict[str, list[str]] | None = None) -> MadeUp:
    plan = MadeUp()
    plan.thing("table:lines", "DataSet", "790", en="the list")
    plan.figure(
        "count",
        count,
        "793-795",
        about="sector:direct",
        **(TARGET | SECTOR | {"ofMeasure": "measure:program-count", "unitMeasure": "unit:program"}),
    )
    for number, name in enumerate(names):
        plan.thing(f"line:{name}", "BudgetLine", inSector="sector:direct", covers=(covers or {}).get(name, []))
        plan.figure(name, "100", f"80{number}", table="table:lines", about=f"line:{name}", **JOBS, **LINE)
    return plan


def test_a_list_shorter_than_the_number_above_it_is_told() -> None:
    found = one_of(listed("12", "a", "b", covers={"b": ["thing:x", "thing:y"]}), "selection-only")
    assert found.ko == "‘직접일자리’ 사업은 12개라고 적혀 있지만(793~795행) 목록에는 2행(3가지)만 적혀 있습니다."
    assert found.en == "“Direct jobs” has 12 programmes (lines 793-795), but its list has only 2 lines (3 names)."


def test_a_list_of_as_many_names_is_not() -> None:
    assert of(listed("3", "a", "b", covers={"b": ["thing:x", "thing:y"]}), "selection-only") == []


def test_lines_for_several_programmes_are_told_in_one_sentence_for_each_table() -> None:
    plan = listed("3", "a", "b", covers={"b": ["thing:x", "thing:y"]})
    found = one_of(plan, "group-figure")
    assert found.ko == "표 ‘lines’에서 여러 사업이나 센터를 묶은 행: ‘b’ 100(801행). 하나하나의 값은 이 표에 없습니다."
    assert found.claims == ("b",)


def test_a_line_for_one_programme_and_a_group_that_is_a_dash_are_not() -> None:
    plan = listed("3", "a", covers={"a": ["thing:x"]})
    plan.thing("line:c", "BudgetLine", covers=["thing:x", "thing:y"])
    plan.figure("c", "-", table="table:lines", about="line:c", **JOBS, **LINE)
    assert of(plan, "group-figure") == []


def ranked(*values: int) -> MadeUp:
    plan = MadeUp()
    plan.thing("table:t", "DataSet", "293", en="districts")
    districts = ("11110", "11140", "11170", "11200", "11215", "11230", "11260", "11290", "11305", "11320")
    for district, value in zip(districts, values, strict=False):
        plan.figure(district, f"{value:,}", about=f"region:{district}")
    return plan


def test_a_table_that_is_sorted_but_in_some_places_is_told_with_those() -> None:
    found = one_of(ranked(100, 90, 80, 70, 60, 50, 55, 40, 30, 20), "order-is-not-rank")
    assert found.ko == "표 ‘t’의 순서는 순위가 아닙니다: 동대문구 50 뒤에 중랑구 55"
    assert found.en == "The order of the table “districts” is no ranking: Jungnang-gu 55 after Dongdaemun-gu 50"


@pytest.mark.parametrize("values", [(100, 90, 80, 70, 60, 50, 40, 30, 30, 20), (1, 9, 2, 8, 3, 7, 4, 6, 5, 10), (100, 90, 95, 80, 70)])
def test_a_table_in_order_in_no_order_or_of_few_rows_is_not(values: tuple[int, ...]) -> None:
    assert of(ranked(*values), "order-is-not-rank") == []


# --- words and definitions


def definitions(plan: MadeUp, name: str, ages: tuple[str, str], owner: str = ONE) -> None:
    limit = plan.thing(f"limit:{name}", "Constraint", plan=owner, constrains="concept:age", min=ages[0], max=ages[1])
    place = plan.thing(f"definition:{name}", "GroupDefinition", name[-3:], plan=owner, allOf=limit)
    plan.thing("group:youth", plan=owner, lines="9", groupDefinition=place)


def test_ages_of_a_group_that_differ_are_told() -> None:
    plan = MadeUp()
    definitions(plan, "청년층-173", ("15", "39"))
    definitions(plan, "청년-969", ("18", "39"))
    found = one_of(plan, "definition-differs")
    assert found.ko == "‘청년’의 나이가 곳마다 다릅니다: 청년층-173(173행), 청년-969(969행)"


def test_the_same_ages_in_other_words_and_those_of_another_plan_are_one_definition() -> None:
    plan = MadeUp()
    definitions(plan, "청년층-173", ("15", "39"))
    definitions(plan, "젊은이-969", ("15", "39"))
    definitions(plan, "청년-500", ("18", "34"), owner=OTHER)
    assert of(plan, "definition-differs") == []


def local_money(total: str, **more: str) -> MadeUp:
    plan = MadeUp()
    plan.figure("local", total, "137", table="table:box", about="plan:x", **(BUDGET | PLAN | {"fundingSource": "funding:local"}))
    for source, printed in ({"city": "36,017", "district": "37,593"} | more).items():
        plan.figure(source, printed, "151", about="plan:x", **(BUDGET | PLAN | {"fundingSource": f"funding:{source.replace('_', '-')}"}))
    return plan


def test_local_money_that_holds_more_than_city_and_district_is_told_with_what_fills_the_gap() -> None:
    found = one_of(local_money("76,006", special_or_fund="2,396", national="16,128"), "definition-differs")
    assert found.ko == "‘지방비’ 76,006(137행): 시비 36,017 + 구비 37,593 = 73,610. 여기에 균특/기금 2,396까지 더해야 같습니다."
    assert found.claims == ("city", "district", "local", "special_or_fund")
    unexplained = one_of(local_money("76,006", national="16,128"), "definition-differs")
    assert unexplained.ko.endswith("= 73,610. 나머지가 무엇인지 적혀 있지 않습니다.")


@pytest.mark.parametrize("plan", [local_money("73,610"), local_money("-"), local_money("76,006", district="-")])
def test_local_money_that_is_what_it_is_made_of_or_of_which_a_part_is_not_printed_is_not(plan: MadeUp) -> None:
    assert of(plan, "definition-differs") == []


@pytest.mark.parametrize(("source", "count"), [("other", 1), ("special-or-fund", 0)])
def test_money_that_a_repeated_table_calls_by_another_name_is_told(source: str, count: int) -> None:
    plan = MadeUp()
    plan.thing("task:2-2", "ActionTask", notation="2-2")
    plan.figure(
        "first",
        "214",
        "668",
        table="table:sectors",
        about="sector:direct",
        **(BUDGET | SECTOR | {"fundingSource": "funding:special-or-fund"}),
    )
    plan.figure(
        "again", "214", "1321", about="task:2-2", repeats="figure:first", **(BUDGET | TASK | {"fundingSource": f"funding:{source}"})
    )
    found = of(plan, "definition-differs")
    assert [one.ko for one in found] == ["같은 돈을 ‘균특/기금’, ‘기타’ 두 이름의 칸에 적었습니다: 214(668행)과 214(1321행)"] * count


@pytest.mark.parametrize(
    ("of_task", "of_sector", "sector", "count"),
    [
        ({"fund": "2,000", "district": "810"}, {"special-or-fund": "2,000", "district": "8,761"}, "sector:direct", 1),
        ({"fund": "2,000", "district": "810"}, {"special-or-fund": "2,000", "district": "8,761"}, "sector:vocational-training", 0),
        ({"fund": "1,999"}, {"special-or-fund": "2,000"}, "sector:direct", 0),
        ({"special-or-fund": "2,000"}, {"special-or-fund": "2,000"}, "sector:direct", 0),
        ({"city": "2,000", "district": "810"}, {"district": "2,000", "city": "50"}, "sector:direct", 0),
        ({"fund": "2,000"}, {"special-or-fund": "2,000", "fund": "10"}, "sector:direct", 0),
    ],
)
def test_a_sectors_money_that_a_task_of_it_prints_in_a_column_of_another_name_is_told(
    of_task: dict[str, str], of_sector: dict[str, str], sector: str, count: int
) -> None:
    plan = MadeUp()
    plan.thing("task:4-2", "ActionTask", "1670", notation="4-2")
    plan.thing("line:loans", "BudgetLine", "888", inSector=sector, contributesTo="task:4-2")
    for source, printed in of_sector.items():
        plan.figure(
            f"sector-{source}",
            printed,
            "670",
            table="table:sectors",
            about="sector:direct",
            **(BUDGET | SECTOR | {"fundingSource": f"funding:{source}"}),
        )
    for source, printed in of_task.items():
        plan.figure(f"task-{source}", printed, "1725", about="task:4-2", **(BUDGET | TASK | {"fundingSource": f"funding:{source}"}))
    found = of(plan, "definition-differs")
    assert [one.ko for one in found] == ["같은 돈을 ‘균특/기금’, ‘기금’ 두 이름의 칸에 적었습니다: 2,000(670행)과 2,000(1725행)"] * count


def test_things_that_may_be_one_are_told() -> None:
    plan = MadeUp()
    plan.thing("center:women", "ServiceCenter", "845", en="Women's Centre")
    plan.thing("center:irum", "ServiceCenter", "715", maybeSameAs="center:women")
    found = one_of(plan, "identity-open")
    assert found.ko == "‘irum’, ‘women’: 같은 것인지 문서만으로는 알 수 없습니다."
    assert found.lines == (715, 845)


def test_two_things_of_one_kind_with_one_name_are_told() -> None:
    plan = MadeUp()
    for name, line in (("one", "1181"), ("two", "1221")):
        plan.thing(f"program:{name}", "Program", line, alias="창업경진대회")
    assert one_of(plan, "same-name").lines == (1181, 1221)


def test_one_name_for_things_of_two_kinds_or_in_two_plans_is_not() -> None:
    plan = MadeUp()
    plan.thing("program:one", "Program", alias="창업경진대회")
    plan.thing("event:two", "Event", alias="창업경진대회")
    plan.thing("program:three", "Program", plan=OTHER, alias="창업경진대회")
    assert of(plan, "same-name") == []


def test_two_of_one_name_are_found_though_another_plan_has_one_of_that_name() -> None:
    plan = MadeUp()
    for name, owner in (("aa", OTHER), ("one", ONE), ("two", ONE), ("zz", OTHER)):
        plan.thing(f"program:{name}", "Program", plan=owner, alias="창업경진대회")
    assert sorted({one.plan[-4:] for one in of(plan, "same-name")}) == ["2024", "2025"]


def test_things_said_to_be_different_are_told() -> None:
    plan = MadeUp()
    plan.thing("program:one", "Program", "751")
    plan.thing("program:two", "Program", "784", differentFrom="program:one")
    assert one_of(plan, "same-name").ko == "‘two’, ‘one’: 이름이 같거나 비슷하지만 다른 것입니다."


@pytest.mark.parametrize(
    ("name", "alias", "told"),
    [
        ("사회적경제마을자치센터", "사회적경제마을센터", True),
        ("인력 양성 확대", "지속가능한 일자리 기반 조성", True),
        ("신촌 박스퀘어 청년 외식창업가 양성", "「신촌 박스퀘어」청년외식창업가양성", False),
        ("소상공인․전통시장 확충", "소상공인·전통시장 확충", False),
        ("기업상생인턴 지원 사업", "기업상생인턴", False),
        ("도시재생기업(CRC) 육성", "도시재생기업 육성", False),
        ("자활근로사업(취업성공패키지)", "취업성공패키지", False),
        ("육성센터", "신촌역 육성센터", False),
    ],
)
def test_names_that_differ_by_more_than_spaces_signs_and_what_is_left_out_are_told(name: str, alias: str, told: bool) -> None:
    plan = MadeUp()
    plan.thing("program:x", "Program", called=name, alias=alias)
    found = of(plan, "names-differ")
    assert bool(found) is told
    if told:
        assert found[0].ko == f"‘{name}’의 다른 이름: ‘{alias}’"


# --- credits, spelling, sums, remarks


def test_one_value_credited_to_two_statistics_is_told() -> None:
    plan = MadeUp()
    for name, line in (("one", "418"), ("two", "533")):
        plan.thing(f"dataset:{name}", "Dataset", line)
        plan.figure(name, "20,095", line, table=f"table:{name}", sourceDataset=f"dataset:{name}")
    assert one_of(plan, "credit-differs").ko == "one값: 출처가 곳마다 다릅니다. one(418행), two(533행)"


@pytest.mark.parametrize(
    "words",
    [
        {"sourceDataset": "dataset:one"},
        {},
        {"sourceDataset": "dataset:two", "plan": OTHER},
        {"sourceDataset": "dataset:two", **YEAR_BEFORE},
    ],
)
def test_one_credit_no_credit_or_that_of_another_figure_is_not(words: dict[str, str]) -> None:
    plan = MadeUp()
    for name in ("one", "two"):
        plan.thing(f"dataset:{name}", "Dataset")
    plan.figure("one", "20,095", sourceDataset="dataset:one")
    plan.figure("two", "20,095", table="table:other", **words)
    assert of(plan, "credit-differs") == []


@pytest.mark.parametrize(("table", "row", "count"), [([], "", 1), (["dataset:one"], "", 0), ([], "dataset:one", 0)])
def test_a_table_of_statistics_that_names_no_publisher_is_told(table: list[str], row: str, count: int) -> None:
    plan = MadeUp()
    plan.thing("table:t", "DataSet", "374", headUnit="unit:person", sourceDataset=table)
    plan.figure("one", "57,725", **({"sourceDataset": row} if row else {}))
    assert [one.ko for one in of(plan, "no-credit")] == ["표 ‘t’: 출처가 적혀 있지 않습니다."] * count


def test_a_misspelt_name_is_told_once() -> None:
    plan = MadeUp()
    plan.thing("program:platform", "Program", "1152", misspelling=["산학협력 플랫품 구축", "플랫품"])
    found = one_of(plan, "misspelt")
    assert found.ko == "‘platform’: 원문에 잘못 적힌 표기가 있습니다. ‘산학협력 플랫품 구축’"


def broken(kind: str, *parts: str, remark: str = "", label: str = "더하면 100%이다") -> tuple[MadeUp, tuple[BrokenSum, ...]]:
    plan = MadeUp()
    figures = [Figure(plan.figure("all", "100%", "273", **SHARE), {}, Decimal(100))]
    figures += [
        Figure(plan.figure(f"p{n}", text, f"28{n}", **(SHARE | WOMEN)), {}, Decimal(text.rstrip("%"))) for n, text in enumerate(parts)
    ]
    return plan, (BrokenSum(ONE, label, kind, figures[0], tuple(figures[1:]), remark),)


@pytest.mark.parametrize(
    ("kind", "why", "why_en"),
    [(ROUNDED_SUM, " 반올림한 값을 더해서 생긴 차이입니다.", " (rounded values were added)"), (TOTAL_DIFFERS, "", "")],
)
def test_a_sum_that_does_not_hold_is_written_out(kind: str, why: str, why_en: str) -> None:
    plan, sums = broken(kind, "45.2%", "47.3%", "7.0%")
    (found,) = [one for one in plan.find(sums) if one.kind == kind.rpartition("/")[2]]
    assert found.ko == f"더하면 100%여야 하지만 적힌 합계는 100%, 더한 값은 45.2% + 47.3% + 7.0% = 99.5입니다(차이 0.5).{why}"
    assert found.en == f"value all: printed total 100%, sum of the parts 45.2% + 47.3% + 7.0% = 99.5, difference 0.5{why_en}"
    assert found.lines == (273, 280, 281, 282)


@pytest.mark.parametrize(
    ("label", "begins"),
    [
        ("예산은 재원을 더한 것과 같다", "예산은 재원을 더한 것과 같아야 하지만 적힌 합계는"),
        ("예산은 재원을 더한 것과 같다(요약)", "예산은 재원을 더한 것과 같아야 하지만(요약) 적힌 합계는"),
        ("더하면 열이다", "더하면 열이어야 하지만 적힌 합계는"),
        ("비율의 합", "비율의 합: 적힌 합계는"),
    ],
)
def test_what_fails_is_not_asserted_first(label: str, begins: str) -> None:
    plan, sums = broken(TOTAL_DIFFERS, "45.2%", "47.3%", label=label)
    (found,) = [one for one in plan.find(sums) if one.kind == "total-differs"]
    assert found.ko.startswith(begins)


def test_a_long_sum_is_not_written_out_and_the_editors_remark_follows() -> None:
    plan, sums = broken(TOTAL_DIFFERS, *["9%"] * 11, remark="한 곳이 빠졌다")
    (found,) = [one for one in plan.find(sums) if one.kind == "total-differs"]
    assert found.ko == "더하면 100%여야 하지만 적힌 합계는 100%, 더한 값은 99입니다(차이 1). 한 곳이 빠졌다."


def test_a_readers_remark_becomes_a_finding_that_says_whose_it_is() -> None:
    plan = MadeUp()
    plan.figure("growth", "0.1%", "236", valueType="value-type:growth", unitMeasure="unit:percent")
    words = {"description": "빠르게 늘었다고 적었지만 0.1%입니다.", "descriptionEn": "Said to be fast, but 0.1 %."}
    plan.thing("remark:fast", "Remark", "181, 236", kind="finding-kind:text-against-table", computedFrom="figure:growth", **words)
    found = one_of(plan, "text-against-table")
    assert (found.ko, found.en) == (words["description"], words["descriptionEn"])
    assert (found.lines, found.claims) == ((181, 236), ("growth",))
    reviewed = f"SELECT ?remark WHERE {{ GRAPH <{QUALITY_GRAPH}> {{ ?finding <https://w3id.org/kr-jobs/ns#reviewedIn> ?remark }} }}"
    assert plan.rows(reviewed) == [("fast",)]


# --- all rules


def test_a_plan_without_fault_has_no_finding() -> None:
    plan = MadeUp()
    plan.thing("dataset:one", "Dataset")
    plan.thing("table:t", "DataSet", headUnit="unit:person", sourceDataset="dataset:one")
    plan.figure("before", "57,725", sourceDataset="dataset:one", **YEAR_BEFORE)
    plan.figure("now", "59,739", sourceDataset="dataset:one")
    plan.figure("women", "31,173", sourceDataset="dataset:one", **WOMEN)
    plan.figure("share", "52%", sourceDataset="dataset:one", **(SHARE | WOMEN))
    plan.figure("blank", "", sourceDataset="dataset:one", about="region:11")
    assert plan.find() == []


def test_findings_are_the_same_whatever_order_the_figures_come_in() -> None:
    texts = [("a", "43,019", "153"), ("b", "43,018", "738"), ("c", "43,019", "660")]
    told = []
    for order in (texts, texts[::-1]):
        plan = MadeUp()
        for name, printed, line in order:
            plan.figure(name, printed, line, table=f"table:{name}", row="1")
        told.append(plan.find())
    assert told[0] == told[1]
    assert told[0][0].ko.endswith("43,019(153행), 43,019(660행), 43,018(738행)")


def test_every_finding_has_one_kind_one_sentence_in_each_language_and_a_line() -> None:
    for plan in (
        shares("83%"),
        dongs("14.09"),
        teams("14", "4"),
        sector_and_tasks(),
        local_money("76,006"),
        ranked(100, 90, 80, 70, 60, 50, 55, 40, 30, 20),
    ):
        for one in plan.find():
            assert one.kind and one.lines, one
            assert " | " not in one.ko + one.en and one.ko and one.en, one
            assert one.plan.startswith(ID)
