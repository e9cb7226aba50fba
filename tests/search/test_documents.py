"""Documents gathered from a graph by the saved queries."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from kg.resources import ontology_dir
from kg.store.base import GraphStore
from kg.store.oxigraph import OxigraphStore
from search.documents import Document, documents_bytes
from search.gathering import read_documents
from tests.search.conftest import KINDS, PREFIXES

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


POINTING = """
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix area: <https://w3id.org/kr-jobs/id/kr/area/> .
qb:DataSet kj:typeWord "table" ; kj:catalogued true ; kj:typeLabel "표"@ko .
dct:Location kj:typeWord "area" ; kj:catalogued true .
s:one a kj:Program ; skos:prefLabel "하나"@ko .
s:one21 a kj:ProgramEdition ; dct:isVersionOf s:one ; dct:relation s:two22, s:one22, s:nameless ; kj:participantGroup group:foreign, group:nameless .
s:one22 a kj:ProgramEdition ; dct:isVersionOf s:one ; dct:relation s:two22 ; dct:description "둘째 해"@ko, "second year"@en, "해마다" .
s:two a kj:Program ; skos:prefLabel "둘"@ko .
s:two22 a kj:ProgramEdition ; skos:prefLabel "둘 (2022)"@ko ; dct:isVersionOf s:two ; cpsv:produces s:given ; cv:holdsRequirement s:top .
s:given dct:type kr:support, kr:nothing ; dct:description "준다"@ko .
kr:support skos:prefLabel "돈"@ko, "Money"@en .
group:foreign skos:prefLabel "Travellers"@en, "Reisende"@de .
s:top kj:anyOf s:leaf . s:leaf cv:constrains concept:residence ; kj:acceptedArea area:11410 ; kj:acceptedValue kr:job .
concept:residence skos:prefLabel "사는 곳"@ko . kr:job skos:prefLabel "구직 중"@ko .
area:11410 a dct:Location ; skos:prefLabel "서대문구"@ko .
s:house a kj:Facility ; skos:prefLabel "집"@ko ; time:hasTime kr:always ; locn:address s:address ; kj:locatedInArea area:11410, s:quarter .
kr:always skos:prefLabel "언제나"@ko . s:address locn:fullAddress "어느 길 1" . s:quarter skos:prefLabel "동네"@ko .
s:table a qb:DataSet ; skos:prefLabel "수"@ko .
s:counted qb:dataSet s:table ; kj:about s:two22, area:11410 ; kj:measure kr:budget ; kj:printedAs "1,200" ; kj:value 1200 ; attribute:unitMeasure kr:won .
kr:budget skos:prefLabel "예산"@ko . kr:won skos:prefLabel "원"@ko, "won"@en .
"""


@pytest.fixture(scope="module")
def pointing() -> dict[str, Document]:
    store = OxigraphStore.in_memory(ox.parse((PREFIXES + KINDS + POINTING).encode(), format=ox.RdfFormat.TURTLE))
    return {document.id.removeprefix(BASE): document for document in read_documents(store, ontology_dir() / "queries")}


def test_conditions_are_told_by_what_they_ask_about_and_what_they_accept(pointing: dict[str, Document]) -> None:
    assert pointing["11410/two"].conditions == ("구직 중", "사는 곳", "서대문구")


def test_a_place_says_when_and_where_it_is_but_not_that_it_is_in_the_district(pointing: dict[str, Document]) -> None:
    house = pointing["11410/house"]
    assert house.details == ("어느 길 1", "언제나")
    assert house.places == ("동네",)
    assert [label.label for label in (house.facets or {})["zone"]] == ["동네"]


def test_figures_are_those_of_the_table_and_of_what_they_are_about_but_not_of_an_area(pointing: dict[str, Document]) -> None:
    table = pointing["11410/table"]
    assert (table.kinds, table.figures) == (("표",), ("1,200원",))
    assert {"예산", "서대문구"} <= set(table.details)
    assert pointing["11410/two"].figures == ("1,200원",)
    assert pointing["kr/area/11410"].figures == ()


def test_editions_speak_for_their_things_and_link_them(pointing: dict[str, Document]) -> None:
    assert pointing["11410/one"].relations == ("둘",)
    assert pointing["11410/one"].linked == (f"{BASE}11410/two", f"{BASE}kr/group/foreign")
    assert pointing["11410/two"].linked == (f"{BASE}11410/one",)


def test_a_thing_is_not_linked_with_itself_or_with_what_has_no_name(pointing: dict[str, Document]) -> None:
    assert "하나" not in pointing["11410/one"].relations
    assert not any(end in other for other in pointing["11410/one"].linked for end in ("/one", "nameless"))


def test_texts_in_other_languages_are_no_korean_texts_and_those_in_none_are(pointing: dict[str, Document]) -> None:
    assert pointing["11410/one"].description == ("둘째 해", "해마다")
    assert pointing["11410/one"].audience == ()
    assert pointing["11410/two"].details == ("돈", "준다")


def test_a_value_without_a_korean_name_is_narrowed_by_its_first_and_one_without_any_is_not(pointing: dict[str, Document]) -> None:
    facets = pointing["11410/one"].facets or {}
    assert [(label.value, label.label) for label in facets["group"]] == [(f"{BASE}kr/group/foreign", "Reisende")]
    assert [label.label for label in (pointing["11410/two"].facets or {})["support"]] == ["돈"]
