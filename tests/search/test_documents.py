"""Documents gathered from a graph by the saved queries."""

from __future__ import annotations

import json

import pytest

from kg.resources import ontology_dir
from kg.store.base import GraphStore
from search.documents import Document, documents_bytes
from search.gathering import read_documents

BASE = "https://w3id.org/kr-jobs/id/"


@pytest.fixture(scope="module")
def documents(store: GraphStore) -> dict[str, Document]:
    return {document.id.removeprefix(BASE): document for document in read_documents(store, ontology_dir() / "queries")}


def test_only_catalogued_kinds_are_documents(documents: dict[str, Document]) -> None:
    assert "11410/tutor" in documents
    assert "11410/tutor22" not in documents
    assert "11410/age1" not in documents


def test_a_concept_is_of_its_schemes_kind_and_hidden_where_the_scheme_is_not_catalogued(documents: dict[str, Document]) -> None:
    assert documents["kr/group/youth"].type == "group"
    assert documents["kr/loose"].type == "term"
    assert "kr/senior-center" not in documents


def test_a_programme_says_what_its_editions_say(documents: dict[str, Document]) -> None:
    tutor = documents["11410/tutor"]
    assert "청년" in tutor.audience
    assert "만 18세 이상 만 39세 이하 청년" in tutor.conditions
    assert any("137명" in text for text in tutor.description)
    assert documents["11410/restaurant"].details == ("설비 지원", "현장 지도")


def test_kinds_that_serve_people_are_prominent(documents: dict[str, Document]) -> None:
    assert documents["11410/tutor"].prominent
    assert not documents["kr/group/youth"].prominent


def test_linked_things_know_each_other_by_permanent_names(documents: dict[str, Document]) -> None:
    assert documents["11410/box"].relations == ("청년키움식당",)
    assert documents["11410/ewha"].relations == ("청년키움식당",)
    assert {"이화여자대학교", "이푸드랩"} <= set(documents["11410/restaurant"].relations)
    assert documents["11410/restaurant"].audience == ("대학생", "청년")
    assert documents["11410/restaurant"].places == ("신촌 박스퀘어",)
    assert "경로당" in documents["11410/senior-tutor"].places


def test_names_in_other_languages_are_aliases_and_misspellings_are_kept_apart(documents: dict[str, Document]) -> None:
    assert documents["11410/tutor"].aliases == ("Digital Tutor",)
    assert documents["11410/senior-tutor"].hidden == ("경노당 디지털 튜터",)


def test_facets_carry_values_and_names(documents: dict[str, Document]) -> None:
    facets = documents["11410/tutor"].facets or {}
    assert [label.label for label in facets["group"]] == ["청년"]
    assert [label.label for label in facets["strategy"]] == ["미래를 여는 청년 일자리"]


def test_documents_are_sorted_by_id_one_json_line_each(documents: dict[str, Document]) -> None:
    lines = documents_bytes(documents.values()).decode().splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert ids == sorted(ids)
    assert len(ids) == len(documents)
