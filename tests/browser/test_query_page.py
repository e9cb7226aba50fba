"""Ten questions a member of staff has, answered by choosing in sentences only, in a real browser without scripts; and how the page holds up."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT

from .test_pages import LISTENER, SMALL_CONTROLS, visit

pytestmark = pytest.mark.browser

# The question in staff's words; the ready question that is tapped; what is chosen in it; a word that the answer must hold.
QUESTIONS: list[tuple[str, str, dict[str, str], str]] = [
    ("노인을 위한 일자리 사업은?", "고른 대상을 위한 사업은 무엇이고", {"대상": "어르신"}, "경로당"),
    ("직접일자리 가운데 청년 사업은?", "고른 대상을 위한 사업은 무엇이고", {"대상": "청년", "분야": "직접일자리"}, "서대문구 디지털 튜터"),
    ("스물다섯이면 나이가 맞는 사업은?", "고른 나이에 맞는 나이 조건을", {"나이": "25"}, "서대문구 디지털 튜터"),
    ("디지털 튜터는 무엇을 따지나?", "고른 사업은 누구에게 어떤 조건을", {"사업": "서대문구 디지털 튜터"}, "나이"),
    ("이화여대는 어느 사업에 함께하나?", "고른 기관은 어느 사업에 무슨 일로", {"기관": "이화여자대학교"}, "운영 기관"),
    ("우리은행은 누구와 함께하나?", "고른 기관은 어느 기관과 무엇을 통해", {"기관": "우리은행"}, "서울신용보증재단"),
    ("창천동에는 무엇이 있나?", "고른 곳에는 어떤 센터와 시설이", {"곳": "창천동"}, "스타트업"),
    ("직접일자리에서 돈이 많이 드는 것은?", "고른 분야에서 돈이 많이 드는 줄은", {"분야": "직접일자리"}, "백만원"),
    ("구비는 과제마다 얼마인가?", "고른 재원은 과제마다 얼마를", {"재원": "구비"}, "백만원"),
    ("과제 하나에는 어떤 사업이 있나?", "고른 과제 아래에 어떤 사업이", {}, "디지털 튜터"),
]


def choose(page: Page, chosen: dict[str, str]) -> None:
    for label, value in chosen.items():
        blank = page.locator(".sentence").get_by_label(label, exact=True)
        if blank.evaluate("e => e.tagName") == "SELECT":
            blank.select_option(label=value)
        else:
            blank.fill(value)
    page.get_by_role("button", name="이 문장으로 묻기").click()


@pytest.mark.parametrize(("asked", "tapped", "chosen", "held"), QUESTIONS, ids=[question[0] for question in QUESTIONS])
def test_staff_get_an_answer_by_choosing_only(
    browser: Browser, site: str, asked: str, tapped: str, chosen: dict[str, str], held: str
) -> None:
    with visit(browser, site, 360, java_script_enabled=False) as visiting:
        page = visiting.open("/sparql")
        page.locator(".examples a", has_text=tapped).click()
        choose(page, chosen)
        assert held in page.locator("#answer").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


PAGES = [
    "/sparql?example=programs-for-a-group",
    "/sparql?example=network-of-an-organization",
    "/sparql?example=money-of-a-sector",
    "/sparql?query=SELECT%20%3Fs%20%7B%20%3Fs%20kj%3AProgam%20%7D",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20kj%3AProgam%20%7D",
    "/schema",
    "/en/sparql?example=figures-of-a-measure",
]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_accessible_safe_and_fits(browser: Browser, site: str, path: str, width: int) -> None:
    with visit(browser, site, width) as visiting:
        visiting.page.add_init_script(LISTENER)
        page = visiting.open(path)
        found = Axe().run(page).response["violations"]
        assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]
        assert page.evaluate("window.__violations") == []
        assert visiting.outside == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL_CONTROLS) == []


@pytest.mark.skipif(not (ROOT / "web/static/editor.js").is_file(), reason="the editor is not built (make editor)")
def test_the_editor_completes_from_the_data_and_lets_the_keyboard_out(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280) as visiting:
        visiting.page.add_init_script(LISTENER)
        page = visiting.open("/sparql")
        editor = page.locator(".cm-content")
        editor.click()
        assert page.evaluate("window.__violations") == []
        page.keyboard.press("Control+a")
        page.keyboard.type("SELECT * { ?s a 사업")
        page.locator(".cm-tooltip-autocomplete li", has_text="kj:Program").first.wait_for()
        # CodeMirror takes no key for 75 ms after the list opens, lest somebody accept what they could not yet see.
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        assert "kj:Program" in page.locator("#query").input_value()
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "묻기"
        # Chromium itself writes a style into what it replaces while one types; the policy keeps it out and nothing is lost.
        assert {found for found in page.evaluate("window.__violations") if not found.startswith("style-src-attr")} == set()
        assert visiting.outside == []
        editor.click()
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**query=**")
        assert page.locator("#answer").is_visible()
