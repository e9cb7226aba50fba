"""From the first page to a programme that fits: by touch, without scripts and without typing; judged in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.browser.test_pages import CUT_NAMES, SMALL_CONTROLS, visit

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """A phone without scripts, on the first page."""
    context = browser.new_context(
        locale="ko-KR", timezone_id="Asia/Seoul", viewport=PHONE, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(site + "/")
    yield page
    context.close()


def tap(page: Page, words: str) -> None:
    page.locator(".tap", has_text=words).first.tap()


def send(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.tap()


def ask(page: Page, site: str, who: str, need: str, path: str = "/find") -> None:
    page.goto(site + path)
    for words in (who, need):
        page.locator(".tap", has_text=words).first.click()
    with page.expect_navigation():
        page.locator(".finder button").click()


def sheets(page: Page) -> int:
    page.wait_for_load_state("networkidle")
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


def test_the_two_questions_and_the_button_stand_on_one_screen(phone: Page) -> None:
    for box in [one.bounding_box() for one in phone.locator(".finder .tap, .finder button, .finder legend").all()]:
        assert (
            box is not None and box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"] and box["x"] + box["width"] <= PHONE["width"]
        )


@pytest.mark.parametrize(("who", "need"), [("19~39세", "일자리"), ("65세 이상", "일자리"), ("작은 가게", "돈")])
def test_three_taps_and_one_load_lead_to_a_programme_that_fits_and_the_fourth_to_its_page(phone: Page, who: str, need: str) -> None:
    loads: list[str] = []
    phone.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    tap(phone, who)
    tap(phone, need)
    send(phone, phone.locator(".finder button"))
    fitting = phone.locator("#fitting .fit h3 a")
    expect(fitting.first).to_be_visible()
    assert phone.locator("#fitting .mark--yes").count() >= 1
    assert phone.locator("#fitting .chip").count() >= 1
    name = fitting.first.inner_text()
    send(phone, fitting.first)
    assert phone.locator("h1").inner_text() == name
    assert len(loads) == 2


def test_answers_stay_out_of_the_address_and_the_history(phone: Page) -> None:
    seen: list[str] = []

    def note(request: Request) -> None:
        seen.append(request.url + str(request.headers.get("referer", "")))

    phone.on("request", note)
    tap(phone, "65세 이상")
    send(phone, phone.locator(".finder button"))
    tap(phone, "어르신")
    send(phone, phone.get_by_role("button", name="이대로 답하기"))
    assert phone.locator(".said__chip", has_text="어르신").is_visible()
    assert phone.url.endswith("/find")
    assert not [one for one in seen if re.search(r"age|elder|%EC%96%B4", one)]


def test_an_answer_can_be_taken_back_and_not_knowing_takes_nothing_away(phone: Page) -> None:
    tap(phone, "19~39세")
    send(phone, phone.locator(".finder button"))
    names = phone.locator(".fit h3 a, .brief__what a")
    before = names.count()
    send(phone, phone.get_by_role("button", name="모름·답하지 않음"))
    assert names.count() == before
    send(phone, phone.locator(".said__chip", has_text="나이"))
    assert phone.locator(".said__chip", has_text="나이").count() == 0
    assert phone.locator("#asked-title").inner_text() == "만 나이가 몇 살인가요?"


def test_own_words_become_chips_and_the_rest_leads_to_the_search(phone: Page) -> None:
    phone.locator("#q").fill("배달 라이더인데 쉴 곳 홍제동")
    send(phone, phone.locator(".ask button"))
    assert phone.url.endswith("/find")
    assert phone.locator(".said__chip", has_text="배달 근로자").is_visible()
    assert phone.get_by_role("link", name="이동노동자 쉼터 휴").first.is_visible()


def test_words_that_describe_nobody_are_searched_for(phone: Page) -> None:
    phone.locator("#q").fill("디지털튜터")
    send(phone, phone.locator(".ask button"))
    assert "/search?q=" in phone.url


def test_a_programme_says_why_it_does_not_fit(phone: Page, site: str) -> None:
    phone.goto(site + "/id/11410/program/new-job-supporters")
    send(phone, phone.get_by_role("button", name="왜 이 사업은 안 되나요"))
    send(phone, phone.locator(".tap", has_text="49세 이하"))
    focus = phone.locator(".found--focus")
    assert focus.locator(".mark--no").count() == 1
    assert "한 가지만 맞지 않습니다" in focus.inner_text()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize(("who", "need"), [("19~39세", "일자리"), ("65세 이상", "모두"), ("회사", "돈"), ("기관", "모두")])
def test_results_break_no_rule_at_any_width(browser: Browser, site: str, width: int, who: str, need: str) -> None:
    with visit(browser, site, width) as visiting:
        page = visiting.page
        ask(page, site, who, need)
        assert page.evaluate("window.__violations") == [] and visiting.console == [] and visiting.outside == []
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL_CONTROLS) == [] and page.evaluate(CUT_NAMES) == []


@pytest.mark.parametrize("options", [{"forced_colors": "active"}, {"color_scheme": "dark"}])
def test_the_choice_can_be_seen_under_the_visitors_own_settings(browser: Browser, site: str, options: dict[str, str]) -> None:
    with visit(browser, site, 360, **options) as visiting:
        page = visiting.open("/find")
        before = page.locator(".tap span").first.screenshot()
        page.locator(".tap").first.click()
        page.mouse.move(0, 0)
        assert page.locator(".tap span").first.screenshot() != before
        assert Axe().run(page, options={"preload": False}).response["violations"] == []


def test_the_keyboard_is_enough(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280) as visiting:
        page = visiting.open("/find")
        page.locator("input[name=who]").first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#fitting")).to_be_visible()
        assert page.locator(".said__chip", has_text="19세 이상 39세 이하").is_visible()


def test_results_and_one_programme_print_on_one_sheet(browser: Browser, site: str) -> None:
    with visit(browser, site, 1280) as visiting:
        page = visiting.page
        ask(page, site, "19~39세", "모두")
        assert sheets(page) == 1
        page.goto(site + "/id/11410/program/digital-tutor")
        with page.expect_navigation():
            page.get_by_role("button", name="왜 이 사업은 안 되나요").click()
        assert sheets(page) == 1
