"""Staff prove a figure by its line: the passage's page shows the text around it where the text is at hand, and says so where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from tests.conftest import source_texts
from web.app import create_app
from web.serving import SearchOpener

PAGE = "/id/11410/plan/2022/source/L1000-1000/"


def page(settings: Settings, published: Snapshot) -> str:
    app = create_app(settings, SearchOpener())
    with app.test_client() as client:
        found = client.get("/id/11410/plan/2022/task/1-2").get_data(as_text=True)
        start = found.index(PAGE)
        shown = client.get(found[start : found.index('"', start)]).get_data(as_text=True)
    app.extensions["itda"].close()
    return shown


@pytest.mark.source
def test_a_figure_leads_to_its_line_in_the_text(settings: Settings, published: Snapshot) -> None:
    shown = page(settings.model_copy(update={"sources": source_texts()}), published)
    assert "<mark>157 2,505 - - 2,505 -</mark>" in shown
    assert 'value="998"' in shown


def test_without_the_text_the_page_says_that_only_the_place_is_kept(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    shown = page(settings.model_copy(update={"sources": tmp_path}), published)
    assert "<mark>" not in shown
    assert "1000" in shown
