"""What people say who look for a thing: the table, and how it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import SourceFaults
from kg.resources import ontology_dir
from kg.store.base import GraphStore
from search.gathering import read_documents
from search.model import Query, Reason
from search.spoken import SPOKEN_FILE, read_spoken
from search.suggest import Suggester
from search.whoosh_engine import WhooshSearch
from tests.search.memory import MemoryReader


@pytest.fixture(scope="module")
def taught(store: GraphStore, engine: WhooshSearch) -> WhooshSearch:
    spoken = {"box": ("컨테이너 모인 데", "붕어빵 팔 자리"), "no-such-thing": ("붕어빵",)}
    documents = read_documents(store, ontology_dir() / "queries", spoken)
    return WhooshSearch(MemoryReader(documents, engine.analyser), engine.analyser, Suggester.of(documents, engine.analyser), {})


def test_a_thing_is_found_by_what_its_seekers_say_and_says_so(taught: WhooshSearch) -> None:
    (hit, *_) = taught.search(Query("붕어빵")).hits
    assert hit.name == "신촌 박스퀘어"
    assert hit.why[0] == Reason("said", "spoken", "붕어빵", "붕어빵")
    assert "붕어빵" not in "".join(piece.text for piece in hit.snippet)


def test_what_is_demanded_has_to_be_printed(taught: WhooshSearch) -> None:
    assert taught.search(Query('"붕어빵"')).total == 0
    assert taught.search(Query('"점포 쉰아홉"')).total == 1


def test_what_seekers_say_is_suggested_only_where_no_name_begins_so(taught: WhooshSearch) -> None:
    assert [one.name for one in taught.suggest("컨테")] == ["신촌 박스퀘어"]
    assert [one.name for one in taught.suggest("청년키")] == ["청년키움식당"]


@pytest.mark.parametrize("typed", ["디지덜 튜", "디지털투터", "디지털 튜처", "디지터튜터"])
def test_a_beginning_with_one_slip_in_it_suggests_the_name(taught: WhooshSearch, typed: str) -> None:
    assert "디지털 튜터" in [one.name for one in taught.suggest(typed)]


def test_a_faulty_table_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / SPOKEN_FILE).write_text("# what\nprogram/a\t가, 나, 가\n", "utf-8")
    assert read_spoken(tmp_path) == {"program/a": ("가", "나")}
    (tmp_path / SPOKEN_FILE).write_text("program/a\t가\nprogram/a\t나\nprogram/b\n", "utf-8")
    with pytest.raises(SourceFaults) as raised:
        read_spoken(tmp_path)
    assert sorted((fault.line, fault.code) for fault in raised.value.faults) == [(2, "lexicon.duplicate"), (3, "lexicon.columns")]
