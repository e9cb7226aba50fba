"""The ready questions over figures, asked of the real plan: each has the answer worked out from the plan's text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.reader.examples import Example, load_examples
from kg.store.snapshot import Snapshot
from tests.conftest import ONTOLOGY
from web.asking import Asker

READY = {example.name: example for example in load_examples(ONTOLOGY / "examples")}
OVER_FIGURES = [example for example in READY.values() if example.key >= "20"]


@pytest.fixture(scope="module")
def store(published: Snapshot) -> Iterator[OxigraphStore]:
    with OxigraphStore.open(published.store_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def asker(settings: Settings, published: Snapshot) -> Asker:
    return Asker(settings, published)


def rows(store: OxigraphStore, query: str, *columns: str) -> list[tuple[str, ...]]:
    """Answer a query: the wanted columns of each row in order, the last part of an IRI for an IRI."""
    found = store.select(query)
    wanted = columns or found.variables
    assert set(wanted) <= set(found.variables)
    return [
        tuple(
            (row[name].value.rpartition("/")[2] if row[name].kind == "iri" else row[name].value) if name in row else "" for name in wanted
        )
        for row in found.rows
    ]


def asked(store: OxigraphStore, name: str, *columns: str) -> list[tuple[str, ...]]:
    return rows(store, READY[name].query, *columns)


def test_there_are_ready_questions_over_figures_with_words_in_both_languages() -> None:
    assert len(OVER_FIGURES) >= 14
    for example in OVER_FIGURES:
        assert "?" in example.question_ko.value and example.question_en.value != example.question_ko.value, example.key


@pytest.mark.parametrize("example", OVER_FIGURES, ids=lambda example: example.key)
def test_each_has_an_answer(store: OxigraphStore, example: Example) -> None:
    if "CONSTRUCT" in example.query:
        assert store.construct(example.query)
    else:
        assert store.select(example.query).rows


def test_any_figure_has_value_unit_period_scope_publisher_and_lines(store: OxigraphStore, asker: Asker) -> None:
    query = asker.text("any-figure", ["about=region:11410", "measure=measure:insured-persons"])
    columns = ("kind", "printed", "value", "unit", "period", "scope", "status", "statistics", "publisher", "firstLine", "lastLine")
    found = rows(store, query, *columns)
    assert ("level", "59,739", "59739", "person", "2021", "area", "given", "employment-statistics", "keis", "273", "273") in found
    assert ("growth", "-1.84%", "-1.84", "percent", "2020", "area", "given", "employment-statistics", "keis", "275", "275") in found
    assert ("target", "60,000", "60000", "person", "2022", "area", "given", "", "", "137", "137") in found


def test_no_figure_lacks_a_unit_a_period_a_scope_a_status_or_lines(store: OxigraphStore) -> None:
    found = asked(store, "any-figure", "figure", "unit", "period", "scope", "status", "firstLine", "lastLine")
    count = store.select("SELECT (COUNT(*) AS ?n) WHERE { ?figure a <http://purl.org/linked-data/cube#Observation> }").rows[0]["n"].value
    everything = store.select(READY["any-figure"].query).rows
    assert len({row["figure"].value for row in everything}) == int(count) > 800
    assert all(all(row) for row in found)


def test_share_of_national_money_per_sector(store: OxigraphStore) -> None:
    assert asked(store, "national-money-by-sector", "sector", "national", "total", "shareOfSector", "shareOfNational") == [
        ("direct", "8,478", "43,019", "19.7076", "52.57"),
        ("employment-subsidies", "5,241", "20,702", "25.3164", "32.5"),
        ("private-infrastructure", "2,279", "21,390", "10.6545", "14.13"),
        ("startup-social-economy", "130", "4,170", "3.1175", "0.81"),
    ]


def test_budget_per_job_of_each_sector_with_the_arithmetic_of_each_claim(store: OxigraphStore) -> None:
    assert asked(store, "budget-per-job") == [
        ("private-infrastructure", "27.3193", "21,391 ÷ 783", "876"),
        ("private-infrastructure", "27.318", "21,390 ÷ 783", "163, 670"),
        ("startup-social-economy", "13.0313", "4,170 ÷ 320", "161, 668, 848"),
        ("employment-subsidies", "10.4187", "20,702 ÷ 1,987", "157, 664, 793"),
        ("direct", "6.0445", "43,019 ÷ 7,117", "153, 660"),
        ("direct", "6.0444", "43,018 ÷ 7,117", "738"),
        ("vocational-training", "1.133", "1,380 ÷ 1,218", "159, 666, 819"),
        ("employment-services", "0.6772", "1,473 ÷ 2,175", "155, 662"),
        ("employment-services", "0.6768", "1,472 ÷ 2,175", "770"),
    ]


def test_seodaemun_is_seventeenth_by_insured_persons_though_it_stands_eighteenth(store: OxigraphStore) -> None:
    found = asked(store, "districts-ranked")
    assert [row[0] for row in found] == [str(rank) for rank in range(1, 26)]
    assert found[0] == ("1", "11680", "745,576", "1")
    assert ("17", "11410", "59,739", "18") in found and ("18", "11350", "59,288", "17") in found
    assert [row[:2] for row in found if row[0] != row[3]] == [
        ("11", "11530"),
        ("12", "11170"),
        ("17", "11410"),
        ("18", "11350"),
        ("19", "11590"),
        ("20", "11620"),
    ]


def test_growth_of_each_age_band_as_printed_and_computed(store: OxigraphStore) -> None:
    found = asked(store, "growth-by-age", "ageBand", "year", "persons", "printedGrowth", "computedGrowth", "line")
    assert len(found) == 16
    assert [row for row in found if row[0] == "65-plus"] == [
        ("65-plus", "2018", "50,045", "2.35%", "2.3457", "236"),
        ("65-plus", "2019", "51,645", "3.20%", "3.1971", "236"),
        ("65-plus", "2020", "53,756", "4.1%", "4.0875", "236"),
        ("65-plus", "2021", "53,822", "0.1%", "0.1228", "236"),
    ]
    assert ("15-39", "2021", "105,045", "-2.8%", "-2.8908", "232") in found


def test_targets_of_2021_and_what_was_reached(store: OxigraphStore) -> None:
    assert asked(store, "attainment-of-targets") == [
        ("employment-rate", "27.0%", "31.5%", "117%", "116.6667", "32.0%", "631"),
        ("job-searches", "-", "27,672", "-", "", "", "634"),
        ("placements", "-", "8,718", "-", "", "", "636"),
        ("insured-persons", "58,000", "59,739", "103.0%", "102.9983", "60,000", "638"),
        ("center-placements", "1,600", "1,601", "100.0%", "100.0625", "1,650", "642"),
    ]


def test_claims_in_conflict_stand_together(store: OxigraphStore) -> None:
    groups: dict[str, set[tuple[str, str]]] = {}
    for finding, printed, line in asked(store, "claims-in-conflict", "finding", "printed", "firstLine"):
        groups.setdefault(finding, set()).add((printed, line))
    assert sorted(map(sorted, groups.values())) == sorted(
        [
            [("43,018", "738"), ("43,019", "153"), ("43,019", "660")],
            [("1,472", "770"), ("1,473", "155"), ("1,473", "662")],
            [("21,390", "163"), ("21,390", "670"), ("21,391", "876")],
            [("2,504", "759"), ("2,505", "1000")],
            [("574", "954"), ("575", "762")],
            [("3,258", "1265"), ("3,259", "860")],
            [("500", "751"), ("530", "1462")],
            [("165", "755"), ("177", "1471")],
            [("20", "1585"), ("26", "764")],
        ]
    )


def test_what_each_source_pays_for_each_sector(store: OxigraphStore) -> None:
    found = asked(store, "who-pays-for-a-sector", "source", "sector", "printed", "shareOfSector", "firstLine", "lastLine")
    assert len(found) == 19
    assert [row for row in found if row[0] == "special-or-fund"] == [
        ("special-or-fund", "private-infrastructure", "2,000", "9.3502", "163", "670"),
        ("special-or-fund", "startup-social-economy", "214", "5.1319", "161", "668"),
        ("special-or-fund", "direct", "182", "0.4231", "153", "660"),
    ]
    assert ("city", "employment-services", "1,449", "98.3707", "155", "662") in found


def test_dongs_ranked_by_their_start_up_rate(store: OxigraphStore) -> None:
    found = asked(store, "start-up-rate-by-dong")
    assert len(found) == 14
    assert found[:3] == [
        ("1", "sinchon-dong", "21.99", "percent", "571"),
        ("2", "yeonhui-dong", "14.88", "percent", "571"),
        ("3", "hongeun-2-dong", "14.44", "percent", "571"),
    ]
    assert found[-1] == ("14", "bukgajwa-2-dong", "9.9", "percent", "571")


def test_the_largest_industries_by_establishments_and_by_workers(store: OxigraphStore) -> None:
    found = asked(store, "largest-industries")
    establishments = [row for row in found if row[0] == "establishments"]
    workers = [row for row in found if row[0] == "workers"]
    assert (len(establishments), len(workers)) == (11, 11)
    assert establishments[0] == ("establishments", "lodging-food", "4,321", "21.5%", "459")
    assert workers[:2] == [("workers", "education", "20,503", "18.0%", "506"), ("workers", "health-social", "16,484", "14.5%", "506")]


def test_the_figures_of_one_table_with_publisher_and_lines(store: OxigraphStore, asker: Asker) -> None:
    found = rows(
        store, asker.text("figures-of-a-table", ["title=취업률 현황"]), "row", "column", "printed", "unit", "statistics", "firstLine"
    )
    assert len(found) == 33
    assert found[0] == ("1", "1", "35.6%", "percent", "employment-statistics", "361")
    assert ("5", "5", "1,601", "person", "job-center-results", "370") in found
    assert [row[2] for row in found if row[0] == "5"] == ["1,348", "1,115", "1,469", "1,572", "1,601"]


def test_all_figures_about_one_programme_its_edition_and_the_lines_that_cover_it(store: OxigraphStore, asker: Asker) -> None:
    query = asker.text("figures-about-a-thing", ["name=서대문구 디지털 튜터"])
    found = rows(store, query, "through", "measure", "source", "printed", "unit", "firstLine")
    assert sorted(found) == sorted(
        [
            ("digital-tutor", "jobs-target", "", "157", "person-or-case", "759"),
            ("digital-tutor", "budget", "total", "2,504", "million-krw", "759"),
            ("digital-tutor", "jobs-target", "", "137", "person", "971"),
            ("tutor-creator", "jobs-target", "", "162", "person", "1484"),
        ]
    )


def test_findings_by_kind_add_up_to_the_findings_listed(store: OxigraphStore) -> None:
    kinds = asked(store, "findings-by-kind")
    listed = asked(store, "findings", "kind")
    assert sum(int(row[2]) for row in kinds) == len(listed)
    assert {row[1]: int(row[2]) for row in kinds} == {kind: listed.count((kind,)) for (kind,) in set(listed)}
    assert kinds[0][:3] == ("contradiction", "claims-differ", "9")
    assert dict(row[1::2] for row in kinds)["text-against-table"] == "7"  # all of them noted by a reader


def test_findings_of_one_kind(store: OxigraphStore, asker: Asker) -> None:
    found = rows(store, asker.text("findings", ["kind=finding-kind:order-is-not-rank"]), "severity", "sentence", "atLines")
    assert [(row[0], row[2]) for row in found] == [("care", "322-338"), ("care", "293-308")]
    assert "노원구 59,288 뒤에 서대문구 59,739" in found[1][1]


def test_percent_that_is_percentage_points(store: OxigraphStore) -> None:
    assert [(row[3], row[5]) for row in asked(store, "percent-or-points")] == [
        ("5.5%", "19"),
        ("5.5%", "342"),
        ("2.4%", "344"),
        ("5.5%", "381"),
        ("0.5%", "631"),
    ]


def test_lines_that_stand_under_no_task(store: OxigraphStore) -> None:
    found = asked(store, "lines-without-a-task", "sector", "line", "target", "budget", "atLine")
    assert ("employment-subsidies", "daycare-wages", "1,652", "19,667", "815") in found
    assert ("employment-services", "employment-success-package", "230", "비예산", "784") in found
    assert not {"campus-town", "digital-tutor", "loans"} & {row[1] for row in found}


def test_tasks_as_printed_with_those_that_repeat_a_sector(store: OxigraphStore) -> None:
    found = asked(
        store, "tasks-as-printed", "number", "counted", "target", "total", "national", "city", "district", "other", "repeatsSector", "line"
    )
    assert len(found) == 12  # task 2-4 has no table
    assert [row for row in found if row[8]] == [
        ("2-2", "jobs-target", "320", "4,170", "130", "3,354", "472", "214", "startup-social-economy", "1321"),
        ("3-1", "jobs-target", "7,117", "43,019", "8,478", "12,469", "21,890", "182", "direct", "1502"),
        ("3-2", "jobs-target", "7,117", "43,019", "8,478", "12,469", "21,890", "182", "direct", "1554"),
    ]
    assert ("2-1", "tenant-firms", "104", "3,258", "-", "3,258", "-", "-", "", "1265") in found


def test_dashes_blanks_and_no_budget_are_told_apart(store: OxigraphStore) -> None:
    found = asked(store, "not-a-number", "status", "about", "printed", "line")
    assert {row[0] for row in found} == {"blank", "dash", "non-budget"}
    assert [row for row in found if row[0] == "non-budget"] == [("non-budget", "employment-success-package", "비예산", "784")]
    assert {row[2] for row in found if row[0] == "blank"} == {""} and {row[2] for row in found if row[0] == "dash"} == {"-"}


def test_whose_statistics_the_plan_uses(store: OxigraphStore) -> None:
    found = {row[:3]: row[4:] for row in asked(store, "publishers")}
    assert ("employment-statistics", "keis", "") in found
    assert found["registered-population", "", "kosis"] == ("189", "236")


def test_computed_values_with_their_arithmetic(store: OxigraphStore) -> None:
    found = asked(store, "computed-values", "about", "measure", "kind", "period", "value", "unit", "arithmetic")
    assert ("11410", "insured-persons", "growth", "2021", "3.489", "percent", "(59,739 − 57,725) ÷ 57,725 × 100") in found
    assert ("11410", "employment-rate", "change", "2021", "5.5", "percentage-point", "31.5% − 26.0%") in found
    assert ("direct", "cost-per-job", "target", "2022", "6.0445", "million-krw", "43,019 ÷ 7,117") in found
