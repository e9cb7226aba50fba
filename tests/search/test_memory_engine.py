"""The contract holds for an engine over another index, and both answer alike: nothing of it depends on Whoosh's files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.build.artifacts import ArtifactRecord
from kg.resources import ontology_dir
from kg.store.base import GraphStore
from search.answering import FACETS_FILE
from search.gathering import read_documents
from search.model import Query
from search.suggest import Suggester
from search.whoosh_engine import WhooshSearch
from tests.search.contract import *  # noqa: F403 - the tests of the contract are collected here
from tests.search.memory import MemoryReader


@pytest.fixture(scope="module")
def on_whoosh(artifact: tuple[Path, ArtifactRecord]) -> WhooshSearch:
    return WhooshSearch.open(artifact[0])


@pytest.fixture(scope="module")
def engine(store: GraphStore, on_whoosh: WhooshSearch, artifact: tuple[Path, ArtifactRecord]) -> WhooshSearch:
    documents = read_documents(store, ontology_dir() / "queries")
    labels = json.loads((artifact[0] / FACETS_FILE).read_bytes())
    analyser = on_whoosh.analyser
    return WhooshSearch(MemoryReader(documents, analyser), analyser, Suggester.of(documents, analyser), labels)


@pytest.mark.parametrize("text", ["청년 창업", "시니어 교육", "스물일곱 살", "디지탈 튜터", "ㅊㄴㅋㅇㅅㄷ", "튜터 -경로당"])
def test_both_indexes_give_the_same_things_in_the_same_order(engine: WhooshSearch, on_whoosh: WhooshSearch, text: str) -> None:
    assert [hit.id for hit in engine.search(Query(text)).hits] == [hit.id for hit in on_whoosh.search(Query(text)).hits]
