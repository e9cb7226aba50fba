"""`/api/figures` quotes any figure with unit, period, scope, publisher and lines; it adds up only what may be added up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from kg.store.reader.model import Ref, Text
from kg.store.reader.records import FigureRecord, why_not_summed
from web.querypage import adds_across_scopes

PARTS = {"type": "level", "scope": "area-part"}


def figures(client: FlaskClient, **wanted: str) -> dict[str, Any]:
    found = client.get("/api/figures", query_string=wanted)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.get_json()
    return body


def test_a_figure_comes_with_everything_needed_to_quote_it(client: FlaskClient) -> None:
    (one,) = figures(client, about="서대문구", measure="insured-persons", type="level", period="2021", line="318", scope="area")["figures"]
    assert (one["printed"], one["value"]) == ("59,739", 59739)
    assert one["unit"]["name"] == "명"
    assert one["period"]["name"] == "2021년"
    assert one["scope"]["name"] == "지역"
    assert one["source"]["name"] == "고용행정통계"
    assert one["publisher"]["name"] == "한국고용정보원"
    assert one["lines"] == ["318-318"]
    assert client.get(one["url"]).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "credit", "publisher", "portals"),
    [
        ({"about": "11410", "table": "insured-persons"}, "publisher", "한국고용정보원", []),
        ({"table": "population-by-sex-and-age"}, "portal", None, ["KOSIS 국가통계포털"]),
        ({"table": "establishments-by-year"}, "portal", None, ["서울시 열린데이터광장"]),
        ({"source": "establishment-survey"}, "statistics", None, []),
        ({"table": "sector-totals"}, "plan", None, []),
        ({"table": "headcounts"}, "plan", None, []),
        ({"table": "employment-trend", "measure": "employment-rate", "type": "level"}, "none", None, []),
    ],
)
def test_a_figure_says_whom_the_plan_names_for_it(
    client: FlaskClient, wanted: dict[str, str], credit: str, publisher: str | None, portals: list[str]
) -> None:
    found = figures(client, **wanted)["figures"]
    assert found
    for one in found:
        assert one["credit"] == credit
        assert (one["publisher"] and one["publisher"]["name"]) == publisher
        assert [portal["name"] for portal in one["portals"]] == portals


def test_a_figure_says_how_its_column_was_found(client: FlaskClient) -> None:
    found = figures(client, table="sector-targets")["figures"]
    assert any("네 칸 가운데 둘만 적혀 있다" in one["basis"] for one in found if one["basis"])
    shown = client.get("/stats/sector-targets.json").get_json()["figures"]
    assert {one["id"]: one["basis"] for one in found} == {one["id"]: one["basis"] for one in shown}


def test_the_same_quantity_printed_in_many_places_is_as_many_claims(client: FlaskClient) -> None:
    found = figures(client, about="서대문구", measure="insured-persons", type="level", period="2021", scope="area")["figures"]
    assert {one["printed"] for one in found} == {"59,739"}
    assert len(found) > 4


def test_a_sum_within_one_scope_and_table_is_given_with_its_inputs(client: FlaskClient) -> None:
    body = figures(client, measure="budget", funding="total", scope="sector", table="sector-totals", sum="true")
    assert body["sum"]["value"] == 92134
    assert len(body["sum"]["computedFrom"]) == 6


@pytest.mark.parametrize(
    ("wanted", "whole"),
    [
        ({"measure": "insured-persons", "period": "2021", "table": "insured-workplaces-by-size", "about": "11410"}, 59739),
        ({"measure": "establishments", "period": "2019", "table": "establishments-by-industry"}, 20095),
        ({"measure": "workers", "period": "2019", "table": "workers-by-kind", "about": "11410"}, 113819),
    ],
)
def test_the_parts_of_one_cut_add_up(client: FlaskClient, wanted: dict[str, str], whole: int) -> None:
    assert figures(client, **wanted, **PARTS, sum="true")["sum"]["value"] == whole


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"measure": "budget", "funding": "total"}, "scope"),
        ({"measure": "budget", "scope": "sector", "table": "sector-totals"}, "total"),
        ({"measure": "budget", "funding": "total", "scope": "sector"}, "twice"),
        ({"measure": "jobs-target", "scope": "task"}, "twice"),
        ({"table": "population-by-sex-and-age", "type": "level"}, "part"),
        ({"measure": "insured-persons", "table": "insured-persons-by-district", "type": "level"}, "part"),
        ({"table": "population-by-sex-and-age", "type": "share"}, "rate"),
        ({"table": "population-by-year", "type": "level"}, "period"),
        ({"scope": "sector", "table": "sector-totals"}, "measure"),
        ({"measure": "budget", "funding": "special-or-fund", "about": "고용서비스"}, "none"),
        ({"measure": "population", "period": "2019", **PARTS}, "part"),
        ({"measure": "insured-persons", "period": "2019", **PARTS}, "cut"),
        ({"measure": "establishments", "period": "2019", **PARTS}, "cut"),
        ({"measure": "workers", "period": "2019", "about": "11410", **PARTS}, "cut"),
        ({"measure": "jobs-target", "type": "target", "period": "2022", "table": "task-plans"}, "overlap"),
        ({"measure": "budget", "funding": "total", "table": "task-plans"}, "overlap"),
        ({"measure": "budget", "funding": "national", "table": "task-plans"}, "overlap"),
        ({"measure": "budget", "funding": "city", "table": "task-plans"}, "overlap"),
        ({"measure": "budget", "funding": "district", "table": "task-plans"}, "overlap"),
    ],
)
def test_a_sum_that_would_mean_nothing_is_refused_with_the_reason(client: FlaskClient, wanted: dict[str, str], reason: str) -> None:
    answer = client.get("/api/figures", query_string={**wanted, "sum": "true"})
    assert answer.status_code == 400
    assert reason in [one["code"] for one in answer.get_json()["reasons"]]
    assert "더하면 안 됩니다" in answer.get_json()["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "line=-1", "plan=1/1", "sum=yes", "sum=", "sum=TRUE"])
def test_a_parameter_that_cannot_be_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/figures?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "web.bad-parameter")


def test_an_unknown_parameter_is_said_to_be_none_with_those_there_are(client: FlaskClient) -> None:
    answer = client.get("/api/figures?foo=1")
    assert answer.status_code == 400
    assert "“foo”(이)라는 매개변수는 없습니다" in answer.get_json()["detail"]
    assert "measure" in answer.get_json()["detail"]


@pytest.mark.parametrize("query", ["measure=population&measure=workers", "sum=true&sum=true", "limit=1&limit=2"])
def test_a_parameter_that_is_read_once_may_not_stand_twice(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/figures?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "web.parameter-twice")


def test_several_dimensions_may_be_asked_for_at_once(client: FlaskClient) -> None:
    found = client.get("/api/figures?dimension=65-plus&dimension=2020&table=population-by-year").get_json()["figures"]
    assert [{one["name"] for one in figure["dimensions"]} for figure in found] == [{"65세 이상", "2020년"}]


@pytest.mark.parametrize("query", ["measure=no-such-measure", "measure=", "about=x", "table=sector-totals&dimension=neither"])
def test_a_value_that_no_figure_has_is_refused_and_named(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/figures?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "web.no-figure-with")
    assert f"“{query.rpartition('=')[2]}”" in answer.get_json()["detail"]


def test_what_fits_nothing_is_an_empty_answer(client: FlaskClient) -> None:
    found = figures(client, measure="population", table="sector-totals")
    assert found == {"plan": "https://w3id.org/kr-jobs/id/11410/plan/2022", "total": 0, "figures": []}


def test_pages_of_figures_hold_all_of_them_once(client: FlaskClient) -> None:
    total = figures(client, limit="1")["total"]
    seen = [one["id"] for start in range(0, total, 300) for one in figures(client, limit="300", offset=str(start))["figures"]]
    assert len(seen) == len(set(seen)) == total


def record(number: int, **terms: str) -> FigureRecord:
    given = {"about": f"a{number}", "measure": "m", "type": "t", "period": "p", "unit": "u", "scope": "s"} | terms
    refs = {name: Ref(value, Text(value)) for name, value in given.items()}
    return FigureRecord(f"f{number}", refs, {}, str(number), Decimal(number), frozenset(), f"q{number}", False, ((number, number),))


def test_figures_that_differ_only_in_what_they_are_about_may_be_added() -> None:
    assert why_not_summed([record(1), record(2), record(3)]) == ()


def test_a_place_is_not_added_to_what_it_lies_in() -> None:
    inner = replace(record(2), within=frozenset({"a1"}))
    assert why_not_summed([record(1), inner]) == ("part",)


def cut(number: int, overlapping: str = "", **dimensions: str) -> FigureRecord:
    """A figure of one thing, cut by dimensions, with what its values overlap."""
    told = {name: Ref(value, Text(value)) for name, value in dimensions.items()}
    return replace(record(number, about="a"), dimensions=told, overlapping=frozenset(overlapping.split()))


def test_figures_cut_by_one_dimension_into_values_that_do_not_overlap_may_be_added() -> None:
    assert why_not_summed([cut(1, sex="female"), cut(2, sex="male")]) == ()


def test_figures_cut_by_different_dimensions_are_not_added() -> None:
    assert why_not_summed([cut(1, sex="female"), cut(2, age="young")]) == ("cut",)


def test_a_band_is_not_added_to_a_wider_one_of_the_same_people() -> None:
    wide, young = cut(1, "young", sex="male", age="all"), cut(2, "all", sex="male", age="young")
    assert why_not_summed([wide, young]) == ("part",)


def test_a_band_may_be_added_to_a_wider_one_of_other_people() -> None:
    wide, young = cut(1, "young", sex="female", age="all"), cut(2, "all", sex="male", age="young")
    assert why_not_summed([wide, young]) == ()


def test_figures_of_things_that_count_the_same_are_not_added() -> None:
    one, other = (replace(record(number), sets=frozenset({"finding"})) for number in (1, 2))
    assert why_not_summed([one, other]) == ("overlap",)


def test_figures_of_one_thing_may_be_added_though_others_count_the_same() -> None:
    one, other = (replace(record(number, about="a", funding=f"s{number}"), sets=frozenset({"finding"})) for number in (1, 2))
    assert why_not_summed([one, other]) == ()


@pytest.mark.parametrize(
    ("query", "careless"),
    [
        ("SELECT (SUM(?v) AS ?s) { ?o sdmx-measure:obsValue ?v }", True),
        ("SELECT (avg(?v) AS ?s) { ?o sdmx-measure:obsValue ?v }", True),
        ("SELECT (SUM(?v) AS ?s) { ?o sdmx-measure:obsValue ?v ; kj:scope scope:sector }", False),
        ("SELECT (SUM(?v) AS ?s) { ?o sdmx-measure:obsValue ?v ; qb:dataSet ?table }", False),
        ("SELECT (COUNT(?v) AS ?s) { ?o sdmx-measure:obsValue ?v }", False),
    ],
)
def test_a_query_that_adds_up_across_scopes_is_noticed(query: str, careless: bool) -> None:
    assert adds_across_scopes(query) is careless


def test_the_query_page_warns_of_a_sum_across_scopes(client: FlaskClient) -> None:
    query = "PREFIX s: <http://purl.org/linked-data/sdmx/2009/measure#> SELECT (SUM(?v) AS ?all) { ?o s:obsValue ?v }"
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    assert "여러 번 센 것일 수 있습니다" in page
