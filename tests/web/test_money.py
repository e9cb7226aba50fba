"""`/money` shows every printed row of targets and money with its sources, and what is computed from a row apart from what is printed."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from web.figures import rounded_text


def rows(page: str, name: str) -> list[str]:
    """Return the table rows headed by a name, as text."""
    found = re.findall(r"<tr[^>]*>\s*<th scope=\"row\">(.*?)</tr>", page, re.S)
    texts = [html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))).strip() for row in found]
    return [text for text in texts if text.startswith(name)]


def test_a_row_printed_twice_is_one_row_with_both_its_lines(client: FlaskClient) -> None:
    (employment,) = rows(client.get("/money").text, "고용장려금")
    assert "157행" in employment and "664행" in employment and "793–795행" in employment
    assert "1,987" in employment and "20,702" in employment and "5,241" in employment


def test_a_sector_with_two_budgets_keeps_both_rows(client: FlaskClient) -> None:
    first, second = rows(client.get("/money").text, "직접일자리")[:2]
    assert "43,019" in first and "153행" in first and "738" not in first
    assert "43,018" in second and "738–740행" in second


def test_shares_and_cost_per_job_are_computed_from_the_row_and_lead_to_their_arithmetic(client: FlaskClient) -> None:
    page = client.get("/money").text
    (services,) = [row for row in rows(page, "고용서비스") if "1,449" in row]
    assert "98.4%" in services and "0.68" in services
    links = re.findall(r'<a class="share" href="([^"]+)" title="([^"]+)">', page)
    arithmetic = {html.unescape(title) for _, title in links}
    assert "1,449 ÷ 1,473 × 100" in arithmetic and "1,473 ÷ 2,175" in arithmetic
    shown = client.get(links[0][0])
    assert shown.status_code == 200 and "계산한 값" in shown.text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0", "0"),
        ("0.003030303", "0.003"),
        ("0.001428571", "0.0014"),
        ("0.0999", "0.1"),
        ("0.677241", "0.68"),
        ("1.5", "1.5"),
        ("9.999", "10"),
        ("98.37", "98.4"),
        ("100", "100"),
        ("1234567.8", "1,234,568"),
        ("-0.00303", "-0.003"),
    ],
)
def test_a_computed_number_keeps_what_counts(number: str, shown: str) -> None:
    assert rounded_text(Decimal(number)) == shown


def test_a_small_cost_per_job_is_not_shown_as_nothing(client: FlaskClient) -> None:
    links = re.findall(r'<a class="share" href="[^"]+" title="([^"]+)">([^<]+)</a>', client.get("/money").text)
    shown = {html.unescape(title): text for title, text in links}
    assert shown["5 ÷ 1,650"] == "0.003"
    assert shown["0.2 ÷ 140"] == "0.0014"
    assert all(text.rstrip("%") != "0" for title, text in shown.items() if not title.startswith("0 "))


def test_a_blank_a_dash_and_no_budget_are_told_apart_from_a_number(client: FlaskClient) -> None:
    page = client.get("/money").text
    assert any("빈칸" in row for row in rows(page, "고용서비스"))
    assert any("줄표로 적힘" in row for row in rows(page, "청년 디지털 일자리"))
    (unpaid,) = rows(page, "자활근로사업(취업성공패키지)")
    assert unpaid.count("비예산") == 1


def test_the_lists_of_lines_stand_in_the_order_of_the_sectors_of_the_plan(client: FlaskClient) -> None:
    page = client.get("/money").text
    heads = re.findall(r"<summary>([^<]*(?:<[^>]*>)?[^<]*)<", page[page.index('id="lines"') :])
    names = [re.sub(r"<[^>]+>", "", head).strip() for head in heads]
    assert names[0] == "직접일자리" and len(names) == 6
    places = [page.index(f">{name}<", page.index("<table")) for name in names]
    assert places == sorted(places)


def test_a_task_with_the_table_of_a_sector_says_so_and_has_no_cost_per_job(client: FlaskClient) -> None:
    (task,) = rows(client.get("/money").text, "복지와 고용의 선순환")
    assert "분야 전체의 표: 직접일자리" in task
    assert task.endswith("–")


def test_no_sum_is_shown_that_the_plan_does_not_print(client: FlaskClient) -> None:
    """Every amount on the page is a printed figure or a computed one that says how."""
    page = client.get("/money").text
    cells = re.findall(r"<td data-label[^>]*>(.*?)</td>", page, re.S)
    for cell in cells:
        for number in re.findall(r"<b>([^<]*\d[^<]*)</b>", cell):
            assert 'href="/id/11410/plan/2022/table/' in cell, number


def test_the_lists_of_lines_are_said_to_lie_inside_their_sectors(client: FlaskClient) -> None:
    """In the plan of 2022 the lines of every sector add up to its budget, so no list may be called a selection."""
    page = client.get("/money").text
    assert "그 분야의 예산에 들어 있습니다" in page
    assert "고른 사업" not in page


@pytest.mark.parametrize("path", ["/money?plan=99999/1999", "/en/money?plan=x"])
def test_an_unknown_plan_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_the_english_page_names_the_sources_in_english(client: FlaskClient) -> None:
    assert "National money" in client.get("/en/money").text
