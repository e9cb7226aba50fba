"""Judges web/version.py and what of it stands in an ETag."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from web.app import create_app
from web.serving import SearchOpener
from web.version import code_version


@pytest.mark.parametrize("name", ["a.py", "a.po", "queries/a.rq", "a.ttl", "context.jsonld", "plan-prefixes.json"])
def test_an_edit_of_any_file_that_shapes_answers_changes_the_fingerprint(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("before")
    before = code_version(tmp_path).fingerprint
    assert code_version(tmp_path).fingerprint == before
    (tmp_path / name).write_text("after")
    assert code_version(tmp_path).fingerprint != before


def test_the_packages_below_the_web_count_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def spy(*folders: Path, sources: Path | None = None) -> object:
        asked.extend(folders)
        return code_version(sources=sources)

    monkeypatch.setattr("web.app.code_version", spy)
    create_app(settings, SearchOpener())
    assert {folder.name for folder in asked} == {"web", "kg", "search", "ontology"}


def test_a_passage_is_sent_again_once_the_source_text_is_at_hand(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    def tag(sources: Path | None) -> str:
        app = create_app(settings.model_copy(update={"sources": sources}), SearchOpener())
        found = app.test_client().get("/goals").headers["ETag"]
        app.extensions["itda"].close()
        return found

    without = tag(None)
    assert tag(tmp_path) == without
    (tmp_path / "plan.txt").write_text("a line")
    assert tag(tmp_path) != without
