"""Judges pictures of the network in a real browser: no label touches another, every node can be reached, named and opened."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kg.network.model import Network
from kg.network.projection import read_network
from kg.store.snapshot import Snapshot
from kg.vocab import ID
from tests.browser.test_pages import Look, look_at, visit

pytestmark = pytest.mark.browser

YONSEI = "/network/11410/org/yonsei-university"
PAGES = [
    YONSEI,
    f"{YONSEI}?layout=columns&depth=2",
    "/network/kr/group/youth?limit=60",
    "/network/11410/program/campus-town?layout=columns",
    "/en/network/11410/program/campus-town",
    "/path",
    "/path?from=11410/org/seoul-credit-guarantee&to=kr/group/small-business",
    "/path?from=kr/group/youth&to=%EC%84%9C%EB%8C%80%EB%AC%B8%EA%B5%AC",
    "/partners/",
    "/partners/?show=groups",
    "/network/",
    "/en/network/",
    "/serves/",
    "/partners/11410/org/ewha-womans-university",
]
# Boxes of all labels and of the picture, in the units of the screen; a shape's box is that of its outline, not of its touch target.
BOXES = """() => {
  const box = (e, what) => { const b = e.getBoundingClientRect(); return {what, x: b.x, y: b.y, right: b.right, bottom: b.bottom}; };
  const svg = document.querySelector(".net__picture");
  const shapes = [...svg.querySelectorAll("use")].map(e => { const b = e.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
    return {what: "shape", x: x - 11, y: y - 11, right: x + 11, bottom: y + 11}; });
  return {picture: box(svg, "picture"), labels: [...svg.querySelectorAll("text")].map(e => box(e, e.textContent)), shapes};
}"""


@pytest.fixture(scope="module")
def network(published: Snapshot) -> Network:
    return read_network(published.path)


@pytest.fixture(scope="module")
def wide(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def busiest(network: Network, number: int) -> list[str]:
    return sorted(network.nodes, key=lambda node: (-network.degree(node), node))[:number]


def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two boxes overlap by more than a hair; boxes of text hold air above and below the letters."""
    across = min(one["right"], other["right"]) - max(one["x"], other["x"])
    down = min(one["bottom"], other["bottom"]) - max(one["y"], other["y"])
    return across > 1 and down > 3


@pytest.mark.parametrize("layout", ["radial", "columns"])
@pytest.mark.parametrize("depth", [1, 2])
def test_no_label_touches_another_or_a_shape_or_the_edge_for_the_busiest_things(
    wide: Page, site: str, network: Network, layout: str, depth: int
) -> None:
    faults = []
    for node in busiest(network, 30):
        wide.goto(f"{site}/network/{node.removeprefix(ID)}?layout={layout}&depth={depth}&limit={16 if depth == 1 else 40}")
        boxes = wide.evaluate(BOXES)
        labels, picture = boxes["labels"], boxes["picture"]
        assert len(labels) == len(boxes["shapes"]) > 1
        faults += [(node, one["what"], other["what"]) for one, other in combinations(labels, 2) if meet(one, other)]
        faults += [(node, one["what"], "shape") for one in labels for other in boxes["shapes"] if meet(one, other)]
        faults += [
            (node, one["what"], "edge")
            for one in labels
            if one["x"] < picture["x"]
            or one["right"] > picture["right"]
            or one["y"] < picture["y"] - 1
            or one["bottom"] > picture["bottom"] + 1
        ]
    assert faults == []


@pytest.fixture(scope="module", params=[320, 360, 1280], ids=lambda width: f"{width}px")
def looks(request: pytest.FixtureRequest, browser: Browser, site: str) -> tuple[int, list[Look]]:
    """Every page of the network, opened once at one width."""
    with visit(browser, site, request.param) as visiting:
        return request.param, [look_at(visiting, path) for path in PAGES]


@pytest.mark.parametrize("fault", ["rules", "violations", "console", "outside", "small_controls", "cut_names"])
def test_no_page_of_the_network_breaks_a_rule_of_pages(looks: tuple[int, list[Look]], fault: str) -> None:
    assert [(look.path, getattr(look, fault)) for look in looks[1] if getattr(look, fault)] == []


def test_no_page_of_the_network_scrolls_sideways_with_small_or_large_text(looks: tuple[int, list[Look]]) -> None:
    width, seen = looks
    assert [(look.path, look.scroll_width) for look in seen if look.scroll_width > width] == []
    if width >= 640:
        assert [(look.path, look.wide_scroll_width) for look in seen if look.wide_scroll_width > width] == []


def test_a_chosen_filter_keeps_the_filters_open_and_breaks_no_rule(wide: Page, site: str) -> None:
    wide.goto(f"{site}{YONSEI}?type=program")
    assert wide.locator("header details[open] a[aria-current]").inner_text().startswith("사업")
    assert Axe().run(wide, options={"preload": False}).response["violations"] == []


def test_every_node_is_reached_by_tab_is_named_with_its_kind_shows_its_focus_and_opens_with_enter(wide: Page, site: str) -> None:
    wide.goto(site + YONSEI)
    names = wide.evaluate("[...document.querySelectorAll('.net__picture a')].map(e => e.getAttribute('aria-label'))")
    assert names[0] == "연세대학교 (대학)" and len(set(names)) == len(names) > 10
    wide.locator(".net__box").focus()
    reached = []
    for _ in names:
        wide.keyboard.press("Tab")
        reached.append(wide.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert wide.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == names
    wide.keyboard.press("Enter")
    wide.wait_for_url("**/network/**")
    assert names[-1].rpartition(" (")[0] in wide.locator("h1").inner_text()


def test_a_screen_reader_hears_a_named_group_of_links_and_nothing_of_the_lines(wide: Page, site: str) -> None:
    wide.goto(site + YONSEI)
    told = wide.locator(".net__box").aria_snapshot()
    assert 'group "이어진 것을 그린 그림: 연세대학교"' in told
    assert 'link "이화여자대학교 (대학)"' in told


def test_list_comes_before_picture_on_a_phone_and_beside_it_on_a_desk(browser: Browser, site: str) -> None:
    for width, beside in ((360, False), (1280, True)):
        context = browser.new_context(viewport={"width": width, "height": 740})
        page = context.new_page()
        page.goto(site + YONSEI)
        first, second = (page.locator(part).bounding_box() for part in (".net__list", ".net__side"))
        assert first and second
        assert (second["x"] >= first["x"] + first["width"]) is beside
        assert (second["y"] >= first["y"] + first["height"]) is not beside
        context.close()


def test_forced_colours_keep_names_and_shapes_legible(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 740}, forced_colors="active")
    page = context.new_page()
    page.goto(site + YONSEI)
    look = "e => [getComputedStyle(e).fill, getComputedStyle(e).stroke]"
    fill, halo = page.locator(".net__picture a text").nth(1).evaluate(look)
    assert fill != halo
    shape = page.locator(".net__symbols g path").first.evaluate("e => getComputedStyle(e).fill")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shape not in (background, halo)
    context.close()


def test_a_script_adds_zoom_by_button_and_key_lights_up_links_and_saves_a_picture(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}{YONSEI}?layout=columns")
    box = "document.querySelector('.net__picture').viewBox.baseVal"
    whole = page.evaluate(f"[{box}.width, {box}.x]")
    assert page.locator(".net__tools button").all_inner_texts() == ["크게", "작게", "왼쪽", "오른쪽", "위", "아래", "전체", "그림으로 저장"]
    page.get_by_role("button", name="크게").click()
    assert page.evaluate(f"{box}.width") == pytest.approx(whole[0] / 1.5)
    page.locator(".net__box").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{box}.width") == pytest.approx(whole[0] / 2.25) and page.evaluate(f"{box}.x") > 0
    # What tab reaches is brought into view.
    page.keyboard.press("Tab")
    at, seen = page.locator(".net__picture a").first.bounding_box(), page.locator(".net__picture").bounding_box()
    assert at and seen and seen["x"] <= at["x"] + at["width"] / 2 <= seen["x"] + seen["width"]
    lit = page.locator(".net__line--lit")
    assert lit.get_attribute("d").count("M") == page.locator(".net__near").count() - 1 > 5  # type: ignore[union-attr]
    page.keyboard.press("0")
    assert page.evaluate(f"[{box}.width, {box}.x]") == whole
    with page.expect_download() as saved:
        page.get_by_role("button", name="그림으로 저장").click()
    picture = saved.value.path().read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(picture[16:20]) == 1320 and len(picture) > 40_000
    assert saved.value.suggested_filename.endswith(".png") and said == []
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    context.close()


def test_everything_works_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/path")
    page.fill("#from", "서울신용보증재단")
    page.fill("#to", "소상공인")
    page.click("main button[type=submit]")
    assert "소상공인 지역협의체에 속해 있습니다" in page.content()
    assert page.locator(".net__tools").count() == 0
    page.locator(".net__picture a").nth(1).click()
    assert "/network/11410/council/small-business" in page.url
    context.close()
