"""`/quality` shows what the rules found with both values and their lines, and what the plan leaves unsaid; the API says the same."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def findings(client: FlaskClient, kind: str) -> list[dict[str, object]]:
    body = client.get("/api/quality").get_json()
    assert body["total"] == len(body["findings"])
    return [one for one in body["findings"] if one["kind"] == kind]


def test_two_values_of_one_quantity_stand_side_by_side_with_their_lines(client: FlaskClient) -> None:
    shown = text_of(client.get("/quality").text)
    assert "43,019(153행), 43,019(660행), 43,018(738~740행)" in shown
    (direct,) = [one for one in findings(client, "claims-differ") if "43,018" in str(one["sentence"])]
    assert direct["severity"] == "contradiction"
    assert direct["lines"] == ["153-153", "660-660", "738-740"]
    assert len(direct["figures"]) == 3  # type: ignore[arg-type]


def test_a_share_that_its_counts_do_not_give_is_shown_with_the_arithmetic(client: FlaskClient) -> None:
    sentences = [str(one["sentence"]) for one in findings(client, "share-differs")]
    assert sentences
    assert all("83%" in sentence and "8,412 ÷ 10,629 × 100 = 79.142" in sentence for sentence in sentences)


def test_a_difference_of_two_rates_printed_as_percent_is_told_apart(client: FlaskClient) -> None:
    assert {one["lines"][0] for one in findings(client, "percent-or-points")} >= {"19-19", "342-342", "381-381"}  # type: ignore[index]


def test_what_the_plan_leaves_unsaid_is_counted_and_leads_to_each_thing(client: FlaskClient) -> None:
    page = client.get("/quality").text
    part = page[page.index('id="unsaid"') :]
    groups = re.findall(r'<summary>.*?<b class="count">([\d,]+)</b></summary>\s*<ul class="names">(.*?)</ul>', part, re.S)
    assert groups
    for count, names in groups:
        assert names.count("<li>") == int(count.replace(",", ""))


def test_everything_found_is_on_the_page_and_in_the_numbers_above_it(client: FlaskClient) -> None:
    page = client.get("/quality").text
    total = client.get("/api/quality").get_json()["total"]
    assert page.count('<li class="finding">') == total
    pills = re.findall(r'<a class="pill" href="#(?:contradiction|care|note)">.*?<b class="count">(\d+)</b>', page)
    assert sum(map(int, pills)) == total


@pytest.mark.parametrize("path", ["/en/quality", "/en/api/quality"])
def test_findings_speak_english_too(client: FlaskClient, path: str) -> None:
    assert "the same value is printed differently" in html.unescape(client.get(path).text)


def test_an_unknown_plan_is_refused(client: FlaskClient) -> None:
    assert client.get("/quality?plan=99999/1999").status_code == 400
    assert client.get("/api/quality?plan=99999/1999").status_code == 400


@pytest.mark.parametrize(("tasks", "lines"), [("2-2, 2-3", "1266-1286"), ("1-2, 3-1", "1448-1484")])
def test_what_stands_under_two_tasks_names_the_lines_of_both(client: FlaskClient, tasks: str, lines: str) -> None:
    (found,) = [one for one in findings(client, "counted-twice") if str(one["sentence"]).startswith(f"과제 {tasks} 모두")]
    assert lines in found["lines"]  # type: ignore[operator]
    assert lines.replace("-", "~") + "행" in str(found["sentence"])
