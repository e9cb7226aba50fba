"""Codes become conditions by a few rules, and what is not known never rules anybody out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.imports.conditions import Ages, Check, Choice, Condition, Conditions, Exact, Within, conditions
from kg.imports.descriptor import read_source
from kg.imports.regions import Area, Gazetteer
from tests.conftest import DATA

GOV24, YOUTH, LOCAL = (read_source(DATA, name) for name in ("gov24", "youth", "bokjiro-local"))
AREAS = Gazetteer(
    [
        Area("area:kr", "kr", ("대한민국",), ""),
        Area("area:11", "11", ("서울특별시", "서울"), "area:kr"),
        Area("area:11410", "11410", ("서대문구",), "area:11"),
        Area("area:11110", "11110", ("종로구",), "area:11"),
        Area("area:26", "26", ("부산광역시",), "area:kr"),
    ]
)
REST = Check("rest")
FLAGS = sorted(code for code in GOV24.codes.by_field["flag"] if code not in ("JA0110", "JA0111"))


def gov24(*flags: str, users: str = "개인", office: str = "가람부", level: str = "중앙행정기관", **ages: str) -> Conditions:
    found = {
        "serviceList": {"사용자구분": users, "소관기관유형": level, "소관기관명": office},
        "supportConditions": {**ages, **dict.fromkeys(flags, "Y")},
    }
    return conditions(GOV24, found, AREAS)


def youth(**fields: str) -> Conditions:
    every = {"zipCd": ",".join(map(str, range(11000, 11200))), "pvsnInstGroupCd": "0054001"}
    return conditions(YOUTH, {"getPlcy": {**every, **fields}}, AREAS)


def person(found: Conditions) -> tuple[Condition, ...]:
    return found.by_asker["person"]


def test_no_code_is_no_statement_and_the_text_is_still_to_be_checked() -> None:
    assert person(gov24()) == (REST,)


def test_all_codes_of_a_group_are_no_statement() -> None:
    assert person(gov24("JA0101", "JA0102", "JA0201", "JA0202", "JA0203", "JA0204", "JA0205")) == (REST,)


def test_codes_of_one_group_are_alternatives_and_groups_hold_together() -> None:
    assert person(gov24("JA0102", "JA0326", "JA0328")) == (
        Exact("sex", "female"),
        Choice("any", (Exact("employment", "employed"), Exact("disability", "true"))),
        REST,
    )


def test_beside_a_code_that_only_the_office_can_tell_an_exact_one_rules_nobody_out() -> None:
    assert person(gov24("JA0328", "JA0302"))[0] == Choice("any", (Exact("disability", "true"), Check("codes", "임산부")))


def test_a_code_that_says_no_limit_lifts_its_group_only() -> None:
    assert person(gov24("JA0322", "JA0328", "JA0403")) == (Check("codes", "한부모가정/조손가정"), REST)


def test_nought_and_a_hundred_are_no_ages() -> None:
    assert person(gov24(JA0110="0", JA0111="120")) == (REST,)
    assert person(gov24(JA0110="0", JA0111="100")) == (REST,)
    assert person(gov24(JA0110="19", JA0111="120")) == (Ages(19, None), REST)
    assert person(gov24(JA0110="0", JA0111="34")) == (Ages(None, 34), REST)
    assert person(gov24(JA0110="19", JA0111="34")) == (Ages(19, 34), REST)
    assert person(youth(sprtTrgtMinAge="0", sprtTrgtMaxAge="0", sprtTrgtAgeLmtYn="Y")) == (REST,)


def test_a_lowest_age_at_which_others_mean_no_limit_keeps_nobody_out() -> None:
    for low, high in (("100", "120"), ("999", ""), ("120", "0")):
        assert person(gov24(JA0110=low, JA0111=high)) == (Check("ages", f"{low}-"), REST)


def test_a_code_that_is_written_twice_is_one_code() -> None:
    group = [code.code for code in YOUTH.codes.group("getPlcy.jobCd", "job") if code.treatment != "none"]
    found = person(youth(jobCd=",".join([group[0]] * len(group))))
    assert found == (Exact("employment", "employed"), REST)


def test_what_is_closed_says_so_and_rules_nobody_out() -> None:
    assert person(youth(aplyPrdSeCd="0057003")) == (Check("codes", "신청 마감"), REST)
    assert person(youth(aplyPrdSeCd="0057001")) == (REST,)


def test_ages_that_run_backwards_are_left_to_the_office() -> None:
    assert person(gov24(JA0110="40", JA0111="19")) == (Check("ages", "40-19"), REST)


def test_what_a_firm_is_asked_is_not_asked_of_a_person() -> None:
    found = gov24("JA0328", "JA1102", "JA2101", users="개인||소상공인||법인/시설/단체").by_asker
    assert found == {
        "person": (Exact("disability", "true"), REST),
        "firm": (Check("codes", "영업중"), Check("codes", "중소기업"), REST),
        "organization": (Check("codes", "중소기업"), REST),
    }


def test_where_nobody_is_named_everybody_may_ask() -> None:
    assert set(gov24(users="").by_asker) == {"person", "firm", "organization"}
    assert set(gov24("JA0328", users="").by_asker) == {"person"}


def test_a_ministry_serves_the_country_and_an_office_its_area() -> None:
    assert person(gov24(level="공공기관", office="서울특별시 아무개")) == (REST,)
    assert person(gov24(level="광역시도", office="서울특별시")) == (Within(("area:11",), True), REST)
    assert person(gov24(level="시군구", office="서울특별시 서대문구")) == (Within(("area:11410",), True), REST)


def test_an_area_that_is_not_known_rules_nobody_out() -> None:
    for office in ("가람도 가람군", "서울특별시교육청", "서대문구", "가람재단"):
        assert person(gov24(level="시군구", office=office)) == (Check("region", office), REST)
    assert person(gov24(level="시군구", office="서울특별시 가람구")) == (
        Choice("all", (Within(("area:11",), True), Check("region", "서울특별시 가람구"))),
        REST,
    )
    assert person(youth(zipCd="99999")) == (Check("region", "99999"), REST)
    assert person(youth(zipCd="        ")) == (Check("region", "?"), REST)


def test_a_list_of_area_codes_is_one_of_them_or_the_whole_country() -> None:
    assert person(youth()) == (REST,)
    assert person(youth(zipCd="11410,11110")) == (Within(("area:11410", "area:11110"), False), REST)
    assert person(youth(zipCd="11410,26110")) == (
        Choice("any", (Within(("area:11410",), False), Choice("all", (Within(("area:26",), False), Check("region", "26110"))))),
        REST,
    )
    assert person(youth(zipCd="11410,99999")) == (Choice("any", (Within(("area:11410",), False), Check("region", "99999"))), REST)


def test_names_of_places_are_stated_and_not_inferred() -> None:
    row = {"ctpvNm": "서울특별시", "sggNm": "서대문구", "trgterIndvdlNmArray": "장애인, 새로운 대상"}
    assert person(conditions(LOCAL, {"LcgvWelfarelist": row}, AREAS)) == (
        Within(("area:11410",), False),
        Check("codes", "장애인"),
        Check("codes", "새로운 대상"),
        REST,
    )


def test_day_labourers_are_not_taken_for_people_in_work() -> None:
    assert person(youth(jobCd="0013005")) == (Check("codes", "일용근로자"), REST)
    assert person(youth(jobCd="0013010")) == (REST,)


def leaves(part: Condition) -> list[Condition]:
    return [leaf for one in part.parts for leaf in leaves(one)] if isinstance(part, Choice) else [part]


@given(st.sets(st.sampled_from(FLAGS)), st.sampled_from(["개인", "소상공인", "법인/시설/단체", "개인||소상공인", ""]))
def test_whatever_the_codes_are_something_is_left_to_the_office_and_only_exact_ones_decide(flags: set[str], users: str) -> None:
    exact = {code.value for code in GOV24.codes.all() if code.treatment == "exact" and code.code in flags}
    for parts in gov24(*sorted(flags), users=users).by_asker.values():
        assert parts[-1] == REST
        decided = {f"{leaf.concept}={leaf.value}" for part in parts for leaf in leaves(part) if isinstance(leaf, Exact)}
        assert decided <= exact
