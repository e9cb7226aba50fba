"""The Whoosh engine keeps the contract, with the real Kiwi and the real index, and opens the same files alike."""

from __future__ import annotations

from pathlib import Path

from kg.build.artifacts import ArtifactRecord
from search.model import Query
from search.whoosh_engine import WhooshSearch
from tests.search.contract import *  # noqa: F403 - the tests of the contract are collected here


def test_a_second_engine_on_the_same_files_answers_alike(engine: WhooshSearch, artifact: tuple[Path, ArtifactRecord]) -> None:
    again = WhooshSearch.open(artifact[0], engine.analyser)
    assert again.search(Query("청년 창업")) == engine.search(Query("청년 창업"))
    again.close()
