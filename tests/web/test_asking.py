"""Judges web/asking.py: a ready question asked on the command line takes values in its blanks, and others as any query does."""

from __future__ import annotations

import pytest

from kg.errors import QueryRejected
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from web.asking import Asker


@pytest.fixture
def asker(settings: Settings, published: Snapshot) -> Asker:
    return Asker(settings, published)


def programs(asker: Asker, *parameters: str) -> set[str]:
    _, rows = asker.rows(asker.text("programs-for-a-group", parameters))
    return {row[0].rsplit("/", 1)[-1] for row in rows}


def test_a_blank_takes_another_value_and_one_that_may_be_left_out_means_all(asker: Asker) -> None:
    assert "senior-jobs" in programs(asker, "group=group:elder")
    assert "digital-tutor" in programs(asker)
    assert programs(asker, "group=group:elder", "sector=sector:direct") < programs(asker, "group=group:elder")
    assert len(asker.rows(asker.text("who-may-at-an-age", ["age=25"]))[1]) > len(asker.rows(asker.text("who-may-at-an-age", ["age=80"]))[1])


def test_a_hostile_value_stays_a_value(asker: Asker) -> None:
    assert asker.rows(asker.text("names-with-a-word", ['word="} UNION { ?thing ?kind ?name } #']))[1] == []
    with pytest.raises(QueryRejected):
        asker.text("programs-for-a-group", ["group=x> } UNION { ?s ?p ?o } #"])
