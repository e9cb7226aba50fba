"""The search box offers names as one types, by mouse and by keyboard, and is a plain form without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(params=[360, 1280])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize(("typed", "name"), [("디지털 튜", "서대문구 디지털 튜터"), ("ㅇㅈㄹㅍㄹ", "일자리플러스센터"), ("dlghk", "이화")])
def test_names_are_offered_as_one_types_and_the_keyboard_chooses(page: Page, site: str, typed: str, name: str) -> None:
    page.goto(site)
    box = page.get_by_role("combobox")
    box.press_sequentially(typed)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(page.get_by_role("listbox")).to_contain_text(name)
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert not Axe().run(page).response["violations"]
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("Space")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/id/"))


def test_a_name_can_be_tapped(page: Page, site: str) -> None:
    page.goto(f"{site}/search?q=센터")
    box = page.get_by_role("combobox")
    box.fill("캠퍼스타운")
    page.get_by_role("option").filter(has_text="캠퍼스타운 조성사업").first.click()
    expect(page).to_have_url(re.compile("/id/11410/program/campus-town"))


def test_without_javascript_the_form_is_sent(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").fill("디지털 튜터")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("디지털 튜터")
    context.close()
