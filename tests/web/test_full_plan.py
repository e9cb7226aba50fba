"""Judges how pages hold up with a whole plan: long lists are counted and folded, nothing is cut, what is not said is said to be so."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from kg.store.reader.model import Figure, Passage, Ref, Relation, Text
from web.figures import figure_rows, unit_shown
from web.folding import FEW, MANY, folded
from web.render import covering

YOUTH = "https://w3id.org/kr-jobs/id/kr/group/youth"
BUSY = [
    "/id/kr/group/youth", "/id/kr/area/11410", "/id/11410/program/campus-town", "/id/11410/plan/2022/task/3-1", "/id/kr/sector/direct",
    "/id/11410/org/seodaemun-gu", "/id/period/2022", "/id/kr/unit/person-or-case", "/id/11410/plan/2022",
]  # fmt: skip
GROUP = re.compile(
    r'<section class="relgroup">\s*<h3><span[^>]*>([^<]*)</span>(?: <b class="count">([\d,]+)</b>)?</h3>(.*?)</section>', re.S
)


def relation(kind: str, name: str, inferred: bool = False) -> Relation:
    return Relation(Ref(f"{kind}/{name}", Text(name), kind, Text(kind)), inferred=inferred)


@pytest.mark.parametrize("path", BUSY)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_group_of_relations_holds_as_many_as_it_says(client: FlaskClient, path: str, language: str) -> None:
    groups = GROUP.findall(client.get(language + path).text)
    assert groups
    for heading, count, body in groups:
        shown = body.count('<div class="rel">')
        assert shown == (int(count.replace(",", "")) if count else 1) or "<dl" in body or 'class="tree' in body or 'class="leaf' in body, (
            heading
        )
        folds = re.findall(r"<details.*?</details>", body, re.S)
        assert shown <= FEW + 2 or folds, heading


def test_a_list_is_folded_after_a_few_and_a_very_long_one_by_kind() -> None:
    short = [relation("task", str(n)) for n in range(FEW + 2)]
    assert folded(short).first == tuple(short)
    longer = [relation("task", str(n)) for n in range(9)] + [relation("program", str(n)) for n in range(9)]
    fold = folded(longer)
    assert (len(fold.first), fold.hidden) == (FEW, 10)
    assert [(part.kind.value, len(part.relations)) for part in fold.rest] == [("task", 1), ("program", 9)]
    huge = longer + [relation("center", str(n)) for n in range(MANY)]
    assert [len(part.relations) for part in folded(huge).kinds] == [9, 9, MANY]
    assert folded(huge).first == ()


def test_that_all_of_a_list_was_concluded_is_said_once() -> None:
    assert folded([relation("task", "a", True), relation("task", "b", True)]).inferred
    assert not folded([relation("task", "a", True), relation("task", "b")]).inferred
    assert not folded([relation("task", "a", True)]).inferred


def test_overlapping_lines_are_one_chip() -> None:
    assert covering([Passage(1587, 1587), Passage(1587, 1593), Passage(1589, 1589), Passage(1600, 1601)]) == (
        Passage(1587, 1593),
        Passage(1600, 1601),
    )


def figure(iri: str, printed: str, line: int, unit: Ref | None = None) -> Figure:
    thing = Ref("x", Text("x"))
    return Figure(iri, thing, thing, printed, unit, None, None, None, None, None, (), (Passage(line, line),), unit)


def test_the_same_claim_printed_twice_is_one_row_with_both_lines_and_another_claim_another_row() -> None:
    rows = figure_rows([figure("a", "43,019", 153), figure("b", "43,019", 660), figure("c", "43,018", 738)])
    assert [(row.any.printed, [passage.start for passage in row.passages]) for row in rows] == [("43,019", [153, 660]), ("43,018", [738])]


def test_a_unit_is_not_written_behind_its_own_sign_nor_behind_a_dash() -> None:
    percent, points, persons = Ref("%", Text("퍼센트"), sign="%"), Ref("%p", Text("퍼센트포인트"), sign="%p"), Ref("n", Text("명"))
    assert unit_shown(figure("a", "32%", 1, percent)) is None
    assert unit_shown(replace(figure("a", "0.5%", 1, percent), counted_in=points)) == points
    assert unit_shown(figure("a", "-", 1, persons)) is None
    assert unit_shown(figure("a", "58,000", 1, persons)) == persons


def test_the_parts_of_a_programme_stand_on_its_page(client: FlaskClient) -> None:
    page = client.get("/id/11410/program/campus-town").text
    assert "/id/11410/program/maker-power-plant#plan-11410-2022" in page


def test_of_the_areas_around_a_place_only_the_narrowest_is_shown(client: FlaskClient) -> None:
    page = client.get("/id/11410/program/campus-town").text
    assert "창천동" in page
    assert "/id/kr/area/kr" not in page and "대한민국" not in page


def unsaid_of(page: str) -> list[str]:
    """Return what a page says is not in the document."""
    section = "".join(re.findall(r'<section class="unsaid">(.*?)</section>', page, re.S))
    return re.findall(r"<li><span[^>]*>(.*?)</span></li>", section)


def test_what_an_edition_leaves_open_is_said_once_in_one_list(client: FlaskClient) -> None:
    page = client.get("/id/11410/program/labour-policy-research").text
    assert unsaid_of(page)[0] == "참여 조건"
    assert page.count("참여 조건") == 1 and "조건이 적혀 있지 않음" not in page
    assert unsaid_of(client.get("/en/id/11410/program/labour-policy-research").text)[0] == "Conditions"


@pytest.mark.parametrize(
    ("thing", "told", "unsaid"),
    [
        ("program/campus-town", "참여 조건", []),  # by its parts
        ("program/digital-tutor", "참여 조건", ["운영하거나 함께하는 기관", "이 사업만의 예산"]),  # by itself
    ],
)
def test_what_a_thing_or_its_parts_say_is_not_called_unsaid(client: FlaskClient, thing: str, told: str, unsaid: list[str]) -> None:
    page = client.get(f"/id/11410/{thing}")
    assert page.status_code == 200
    found = unsaid_of(page.text)
    assert told not in found
    assert found == unsaid


def test_a_condition_that_follows_from_a_heading_only_is_marked_so(client: FlaskClient) -> None:
    mark = "글에 바로 적힌 것은 아님"
    page = client.get("/id/11410/program/self-support-work").text
    conditions = page[page.index("참여 조건은 무엇인가요") :]
    assert mark in conditions[: conditions.index("</section>")]
    stated = client.get("/id/11410/program/digital-tutor").text
    conditions = stated[stated.index("참여 조건은 무엇인가요") :]
    assert mark not in conditions[: conditions.index("</section>")]


def test_an_area_concluded_by_rule_is_marked_so(client: FlaskClient) -> None:
    group = next(
        body for heading, _, body in GROUP.findall(client.get("/id/11410/program/distinct-shopping-streets").text) if heading == "있는 지역"
    )
    assert "충정로" in group and "글에 바로 적힌 것은 아님" in group


def test_a_plan_counts_what_it_holds_by_kind(client: FlaskClient) -> None:
    page = client.get("/id/11410/plan/2022").text
    assert re.search(r"<li><span>실천과제</span> <b>13</b></li>", page)


def test_figures_of_a_period_are_counted_by_what_they_are_about(client: FlaskClient) -> None:
    page = client.get("/id/period/2022").text
    assert " · 예산 (" not in page
    assert re.search(r"값 \d+개", page)


def test_a_table_shows_its_figures_with_the_kind_of_value(client: FlaskClient) -> None:
    page = client.get("/id/11410/plan/2022/table/common-targets").text
    for words in ("58,000", "59,739", "103.0%", "달성률", "목표"):
        assert words in page
    assert "32.0%</b> <span>퍼센트" not in page


def test_goals_shows_the_area_and_each_sector_and_marks_what_only_repeats_a_sector(client: FlaskClient) -> None:
    page = client.get("/goals").text
    area = page[page.index('id="area"') : page.index('id="sectors"')]
    for words in ("27.0%", "31.5%", "32.0%", "1,650"):
        assert words in area
    sectors = page[page.index('id="sectors"') : page.index('id="tree"')]
    assert len(set(re.findall(r'href="(/id/kr/sector/[^"]+)"', sectors))) == 6
    assert sectors.index("/id/kr/sector/direct") < sectors.index("/id/kr/sector/employment-services")
    assert "43,019" in sectors and "43,018" in sectors
    task = page[page.index("/task/3-1") : page.index("/task/3-3")]
    assert task.count("분야 전체의 값을 되풀이한 것") == 4


def test_programmes_under_a_task_are_folded_and_counted_and_parts_hang_under_their_whole(client: FlaskClient) -> None:
    page = client.get("/goals").text
    start = page.index('/plan/2022/task/1-2"')
    task = page[start : page.index('class="goal__card"', start)]
    assert re.search(r"<details class=\"more\"><summary><span>연도별 사업</span> <b class=\"count\">\d+</b></summary>", task)
    whole, part = task.index("senior-center-digital-tutor#"), task.index('<ul class="goals">')
    assert whole < part


def test_the_page_of_servers_counts_what_the_api_counts_and_folds_the_rest(client: FlaskClient) -> None:
    found = client.get("/api/serves", query_string={"group": YOUTH}).get_json()
    for language in ("", "/en"):
        page = client.get(f"{language}/serves/kr/group/youth").text
        for name in ("centers", "programs", "universities", "partners"):
            section = page[page.index(f'id="{name}"') :]
            section = section[: section.index("</section>")]
            assert int(re.findall(r'<b class="count">(\d+)</b>', section)[0]) == len(found[name])
            assert section.count('<li class="card">') == len(found[name])
            assert f'href="#{name}"' in page


def test_a_programme_is_one_way_however_many_groups_it_names(client: FlaskClient) -> None:
    page = client.get("/serves/kr/group/vulnerable").text
    for card in page.split('<li class="card">')[1:]:
        ways = re.findall(r'<span class="channel"><a class="thing" href="([^"]+)"', card[: card.index("</ul>")])
        assert len(ways) == len(set(ways))


def test_the_start_page_holds_every_group_and_shows_the_first(client: FlaskClient) -> None:
    page = client.get("/").text
    shown = page[page.index('id="groups"') : page.index("<details")]
    assert shown.count('class="card card--tap"') == 12
    assert page.count('class="card card--tap"') > 12
