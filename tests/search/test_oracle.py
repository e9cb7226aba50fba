"""The arrays rank as Whoosh's own scorers do with the same formula, on every judged query of the tuning part and on every name of the plan."""

from __future__ import annotations

import json

import pytest
from whoosh import index

from bench.search.judged import TUNE, read_queries
from kg.store.snapshot import Snapshot
from search.arrays import ArrayReader
from search.ranking import rank
from search.understanding import understand
from search.whoosh_engine import INDEX_FOLDER, WhooshSearch
from tests.search.oracle import Oracle

TOP = 10
LEAST_EQUAL = 0.99


@pytest.fixture(scope="module")
def texts(published: Snapshot) -> list[str]:
    names = [json.loads(line)["name"] for line in (published.path / "search" / "documents.jsonl").read_text("utf-8").splitlines()]
    return [query.text for query in read_queries() if query.split == TUNE] + names[::4]


def test_the_ten_best_are_those_of_the_oracle(published: Snapshot, texts: list[str]) -> None:
    folder = published.path / "search"
    engine = WhooshSearch.open(folder)
    reader = ArrayReader(folder / INDEX_FOLDER)
    oracle = Oracle(index.open_dir(str(folder / INDEX_FOLDER), readonly=True))
    different = []
    for text in texts:
        query = understand(text, engine.analyser, reader)
        ranking = rank(query, reader)
        if ranking.first(ranking.matched, 0, TOP) != oracle.best(query, TOP):
            different.append(text)
    assert len(texts) > 300
    assert len(different) <= (1 - LEAST_EQUAL) * len(texts), different
