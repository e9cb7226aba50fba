"""Judges the tables of the plan and their pictures in a real browser: at three widths, in print, in forced colours, at twice the text size."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_pages import Look, look_at, visit

pytestmark = pytest.mark.browser

PATHS = [
    "/stats", "/stats/insured-persons", "/stats/sector-targets", "/stats/startup-rate-by-dong", "/stats/labour-market-text",
    "/stats/population-by-year", "/en/stats/common-targets",
]  # fmt: skip
DRAWN = ["/stats/insured-persons", "/stats/sector-targets", "/stats/insured-persons-by-district", "/stats/population-by-year"]
# Texts of a picture that leave it, or that run into the next text on the same line.
STRAY_TEXTS = """() => [...document.querySelectorAll(".chart__picture")].flatMap(svg => {
  const edge = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll(".chart__text:not(.chart__mark)")].map(text => [text, text.getBoundingClientRect()]);
  const out = boxes.filter(([, box]) => box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1);
  const hit = boxes.filter(([one, box]) => boxes.some(([other, beside]) => one !== other &&
    Math.min(box.right, beside.right) - Math.max(box.left, beside.left) > 1 && Math.min(box.bottom, beside.bottom) - Math.max(box.top, beside.top) > 6));
  return [...out, ...hit].map(([text]) => text.textContent);
})"""
SMALLEST_TEXT = (
    """() => Math.min(...[...document.querySelectorAll(".chart__text")].map(text => parseFloat(getComputedStyle(text).fontSize)))"""
)
FILLS = """kind => [...new Set([...document.querySelectorAll(kind)].map(one => getComputedStyle(one).fill))]"""


@pytest.fixture(scope="module", params=[320, 360, 1280], ids=lambda width: f"{width}px")
def looks(request: pytest.FixtureRequest, browser: Browser, site: str) -> tuple[int, list[Look]]:
    """Every page, opened once at one width."""
    with visit(browser, site, request.param) as visiting:
        return request.param, [look_at(visiting, path) for path in PATHS]


def test_no_rule_of_accessibility_is_broken(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.rules) for look in looks[1] if look.rules] == []


def test_no_page_breaks_the_security_policy_complains_or_loads_from_outside(looks: tuple[int, list[Look]]) -> None:
    assert [
        (look.path, look.violations, look.console, look.outside) for look in looks[1] if look.violations or look.console or look.outside
    ] == []


def test_only_the_tables_scroll_sideways_never_the_page(looks: tuple[int, list[Look]]) -> None:
    width, found = looks
    assert [(look.path, look.scroll_width) for look in found if look.scroll_width > width] == []
    assert [(look.path, look.wide_scroll_width) for look in found if width >= 640 and look.wide_scroll_width > width] == []


def test_what_is_tapped_is_large_enough_and_no_name_is_cut(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.small_controls, look.cut_names) for look in looks[1] if look.small_controls or look.cut_names] == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_words_of_every_picture_stay_inside_it_and_apart(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as visiting:
        for path in DRAWN:
            page = visiting.open(path)
            assert page.evaluate(STRAY_TEXTS) == [], path
            assert page.evaluate(SMALLEST_TEXT) >= 15


def test_at_twice_the_text_size_pictures_grow_with_the_text(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280) as visiting:
        for path in DRAWN:
            page = visiting.open(path)
            before = page.locator(".chart__picture").first.bounding_box()
            page.evaluate("document.documentElement.style.setProperty('font-size', '36px')")
            after = page.locator(".chart__picture").first.bounding_box()
            assert before and after and after["height"] > 1.6 * before["height"]
            assert page.evaluate(STRAY_TEXTS) == [], path
            assert page.evaluate(SMALLEST_TEXT) >= 30


def test_in_forced_colours_bars_and_words_take_the_colours_of_the_system(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280, forced_colors="active") as visiting:
        page = visiting.open("/stats/insured-persons-by-district")
        system = page.evaluate("""() => { const one = document.createElement("p"); document.body.append(one);
          return ["CanvasText", "Canvas"].map(name => { one.style.color = name; return getComputedStyle(one).color }) }""")
        assert page.evaluate(FILLS, ".chart__text") == [system[0]]
        assert page.evaluate(FILLS, ".chart__bar--own") == [system[0]]
        assert page.evaluate(FILLS, ".chart__bar--other") == [system[1]]


def heights(page: Page) -> list[float]:
    return [box["height"] for one in page.locator(".chart__picture").all() if (box := one.bounding_box())]


def test_pictures_and_tables_stand_whole_in_print(browser: Browser, site: str) -> None:
    with visit(browser, site, 794) as visiting:
        page = visiting.open("/stats/insured-persons")
        page.emulate_media(media="print")
        assert len(heights(page)) == 6 and min(heights(page)) > 50
        assert page.evaluate("document.documentElement.scrollWidth") <= 794
        wide = page.evaluate(
            "(() => { const table = document.querySelector('.grid'); return [table.scrollWidth, table.parentElement.clientWidth] })()"
        )
        assert wide[0] <= wide[1]
        assert page.evaluate(FILLS, ".chart__bar--own") != page.evaluate(FILLS, ".chart__bar--other")


def test_the_keyboard_scrolls_a_wide_table_and_reaches_a_number(browser: Browser, site: str) -> None:
    with visit(browser, site, 360, java_script_enabled=True) as visiting:
        page = visiting.open("/stats/insured-persons")
        box = page.locator(".scroll")
        box.focus()
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.scroll').scrollLeft > 0")
        heading = page.locator(".grid tbody th").first.bounding_box()
        assert heading and heading["x"] < 60
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className").startswith("thing")
