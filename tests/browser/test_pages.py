"""Judges the pages as people meet them, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

pytestmark = pytest.mark.browser

QUERY = "/sparql?query=SELECT%20%3Fs%20%3Fp%20%3Fo%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2020"
PATHS = [
    "/",
    "/help",
    "/about",
    "/accessibility",
    "/find",
    "/search?q=%EC%B2%AD%EB%85%84",
    "/search?q=zzzzqqqq",
    "/serves/kr/group/youth",
    "/id/11410/program/digital-tutor",
    "/id/11410/program/senior-center-digital-tutor",
    "/id/11410/program/youth-kium-restaurant",
    "/id/11410/facility/sinchon-box-square",
    "/id/11410/org/ewha-womans-university",
    "/id/11410/plan/2022/task/1-2",
    "/id/kr/group/youth",
    "/goals",
    "/money",
    "/quality",
    "/sparql",
    "/sparql?example=programs-for-a-group",
    "/schema",
    QUERY,
    "/data",
    "/ontology",
    "/en/",
    "/en/goals",
    "/en/id/11410/program/digital-tutor",
    "/nope",
]
LISTENER = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", e => window.__violations.push(e.violatedDirective + " " + e.blockedURI));
"""
# WCAG 2.5.8 exempts links inside a sentence; every other control must be large enough for a thumb.
SMALL_CONTROLS = """() => [...document.querySelectorAll("a, button, input, textarea, summary")].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || e.classList.contains("skip")) return false;
  const sentence = e.closest("p, dd, li, td") && getComputedStyle(e).display === "inline";
  return !sentence && (box.height < 44 || box.width < 24);
}).map(e => `${e.outerHTML.slice(0, 90)} ${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)}`)"""
CUT_NAMES = """() => [...document.querySelectorAll("h1, h2, h3, .thing, .card__title")].filter(e =>
  getComputedStyle(e).textOverflow === "ellipsis" || e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow === "hidden"
).map(e => e.outerHTML.slice(0, 80))"""


@dataclass
class Visit:
    """An open page and what went wrong while it opened."""

    page: Page
    site: str
    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page


@contextmanager
def visit(browser: Browser, site: str, width: int, **options: Any) -> Iterator[Visit]:
    context = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul", viewport={"width": width, "height": 740}, **options)
    page = context.new_page()
    visiting = Visit(page, site)

    def note(request: Request) -> None:
        if not request.url.startswith((site, "data:")):
            visiting.outside.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: visiting.console.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: visiting.console.append(str(error)))
    page.add_init_script(LISTENER)
    try:
        yield visiting
    finally:
        context.close()


@dataclass(frozen=True)
class Look:
    """What was seen of one page at one width."""

    path: str
    rules: list[tuple[str, str]]
    violations: list[str]
    console: list[str]
    outside: list[str]
    scroll_width: int
    wide_scroll_width: int
    small_controls: list[str]
    cut_names: list[str]


def look_at(visiting: Visit, path: str) -> Look:
    """Open a page once and note all that the tests ask of it."""
    page = visiting.open(path)
    violations = page.evaluate("window.__violations")
    console, outside = list(visiting.console), list(visiting.outside)
    visiting.console.clear()
    found = Axe().run(page, options={"preload": False}).response["violations"]
    rules = [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
    width, small, cut = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(SMALL_CONTROLS), page.evaluate(CUT_NAMES)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    return Look(path, rules, violations, console, outside, width, page.evaluate("document.documentElement.scrollWidth"), small, cut)


@pytest.fixture(scope="module", params=[320, 360, 1280], ids=lambda width: f"{width}px")
def looks(request: pytest.FixtureRequest, browser: Browser, site: str) -> tuple[int, list[Look]]:
    """Every page, opened once at one width."""
    with visit(browser, site, request.param) as visiting:
        return request.param, [look_at(visiting, path) for path in PATHS]


def test_no_page_breaks_an_accessibility_rule(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.rules) for look in looks[1] if look.rules] == []


def test_no_page_breaks_the_security_policy_or_complains(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.violations) for look in looks[1] if look.violations] == []
    assert [(look.path, look.console) for look in looks[1] if look.console and look.path != "/nope"] == []


def test_no_page_loads_anything_from_outside(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.outside) for look in looks[1] if look.outside] == []


def test_nothing_scrolls_sideways(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.scroll_width) for look in looks[1] if look.scroll_width > looks[0]] == []


def test_text_of_twice_the_size_still_fits(looks: tuple[int, list[Look]]) -> None:
    # WCAG 1.4.4 asks for 200 % on a screen of any width; 640 CSS pixels at 200 % are 320.
    if looks[0] >= 640:
        assert [(look.path, look.wide_scroll_width) for look in looks[1] if look.wide_scroll_width > looks[0]] == []


def test_no_name_is_cut(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.cut_names) for look in looks[1] if look.cut_names] == []


def test_what_is_tapped_is_large_enough(looks: tuple[int, list[Look]]) -> None:
    assert [(look.path, look.small_controls) for look in looks[1] if look.small_controls] == []


def test_text_is_18_pixels(browser: Browser, site: str) -> None:
    with visit(browser, site, 360) as visiting:
        page = visiting.open("/id/11410/program/digital-tutor")
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "18px"


def test_without_scripts_a_citizen_gets_from_the_first_page_to_a_condition_and_its_line(browser: Browser, site: str) -> None:
    with visit(browser, site, 360, java_script_enabled=False) as visiting:
        page = visiting.open("/")
        page.get_by_role("link", name="청년", exact=False).first.click()
        page.get_by_role("link", name="서대문구 디지털 튜터", exact=True).click()
        assert page.get_by_text("18세 이상 39세 이하").is_visible()
        page.locator(".leaf .chip").first.click()
        assert "969" in page.locator("h1").inner_text()


def test_without_scripts_the_box_finds_a_programme(browser: Browser, site: str) -> None:
    with visit(browser, site, 360, java_script_enabled=False) as visiting:
        page = visiting.open("/")
        page.get_by_label("무엇을 찾으세요?").fill("디지털튜터")
        page.get_by_role("button", name="찾기").click()
        assert "/search?q=" in page.url
        assert page.get_by_role("link", name="서대문구 디지털 튜터", exact=True).is_visible()


def test_without_scripts_a_ready_question_is_answered(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280, java_script_enabled=False) as visiting:
        page = visiting.open("/sparql")
        page.locator(".examples a").first.click()
        assert page.locator("#answer table").is_visible()
        page.get_by_role("button", name="묻기", exact=True).click()
        assert page.locator("#answer table").is_visible()


def test_the_keyboard_reaches_the_content_first_and_focus_can_be_seen(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280) as visiting:
        page = visiting.open("/goals")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        style = page.evaluate("(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))")
        assert style == ["solid", "3px"]


@pytest.mark.parametrize("options", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"color_scheme": "dark"}])
def test_pages_stay_usable_under_the_visitors_own_settings(browser: Browser, site: str, options: dict[str, str]) -> None:
    with visit(browser, site, 360, **options) as visiting:
        for path in ("/", "/id/11410/program/digital-tutor", "/goals"):
            found = Axe().run(visiting.open(path), options={"preload": False}).response["violations"]
            assert [(path, rule["id"]) for rule in found] == []
