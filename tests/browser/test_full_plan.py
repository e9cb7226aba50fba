"""Judges the busiest pages of a whole plan, and one page of every kind of thing, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot
from kg.vocab import ID

pytestmark = pytest.mark.browser

BUSIEST = [
    "/", "/goals", "/money", "/quality", "/en/money", "/en/quality", "/serves/kr/group/youth", "/serves/kr/group/vulnerable", "/search?q=%EC%B2%AD%EB%85%84", "/id/kr/group/youth",
    "/id/11410/org/seodaemun-gu", "/id/kr/area/11410", "/id/11410/program/campus-town", "/id/11410/facility/sinchon-box-square",
    "/id/11410/center/job-plus", "/id/11410/org/ewha-womans-university", "/id/11410/plan/2022/task/3-1", "/id/11410/council/small-business",
    "/id/kr/sector/direct", "/id/11410/plan/2022", "/id/11410/plan/2022/table/common-targets", "/id/period/2022", "/en/goals",
    "/en/serves/kr/group/youth", "/en/id/11410/program/campus-town",
]  # fmt: skip
SAMPLE = 30
THINGS = """PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?word ?thing WHERE { { ?class kj:typeWord ?word . ?thing a ?class } UNION { ?scheme kj:typeWord ?word . ?thing skos:inScheme ?scheme }
  ?thing skos:prefLabel ?label }"""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
WIDE = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module", params=[360, 1280], ids=lambda width: f"{width}px")
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ko-KR", viewport={"width": request.param, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def sample(published: Snapshot) -> list[str]:
    """Paths of things: the middle one of every kind by address, then one in the first quarter of the largest kinds."""
    kinds: dict[str, set[str]] = {}
    for row in OxigraphStore.open(published.store_path).select(THINGS).rows:
        if row["thing"].value.startswith(ID):
            kinds.setdefault(row["word"].value, set()).add(row["thing"].value)
    things = [sorted(found) for _, found in sorted(kinds.items())]
    largest = sorted(things, key=len, reverse=True)
    chosen = dict.fromkeys([found[len(found) // 2] for found in things] + [found[len(found) // 4] for found in largest])
    return ["/id/" + thing.removeprefix(ID) for thing in chosen][:SAMPLE]


def width_of(page: Page) -> int:
    size = page.viewport_size
    assert size is not None
    return size["width"]


def test_the_busiest_pages_never_scroll_sideways_folded_or_not(page: Page, site: str) -> None:
    too_wide = []
    for path in BUSIEST:
        page.goto(site + path)
        folded = page.evaluate(WIDE)
        page.evaluate(OPEN_ALL)
        too_wide += [(path, width) for width in (folded, page.evaluate(WIDE)) if width > width_of(page)]
    assert too_wide == []


def test_a_page_of_every_kind_breaks_no_accessibility_rule_with_everything_unfolded(page: Page, site: str, sample: list[str]) -> None:
    assert len(sample) == SAMPLE
    # At the second width only the pages of lists: what differs by width is the layout of lists and tables.
    paths = [*(sample if width_of(page) == 360 else ()), "/goals", "/money", "/quality", "/serves/kr/group/youth"]
    broken = []
    for path in paths:
        answer = page.goto(site + path)
        assert answer is not None and answer.status == 200, path
        page.evaluate(OPEN_ALL)
        violations = Axe().run(page, options={"preload": False}).response["violations"]
        broken += [(path, rule["id"], rule["nodes"][0]["html"][:120]) for rule in violations]
    assert broken == []


def test_folded_things_are_in_the_page_and_open_by_keyboard_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/serves/kr/group/youth")
    fold = page.locator("#centers details.more").last
    hidden = fold.locator(".card").last
    assert hidden.count() == 1 and not hidden.is_visible()
    fold.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert hidden.is_visible()
    context.close()
