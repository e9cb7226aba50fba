"""Judges kg/store/reader/ on a small made-up graph, and the pages that only such a graph can show."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from pyoxigraph import RdfFormat, parse

from kg.errors import NotFound
from kg.ontology import Ontology
from kg.settings import Settings
from kg.store.listed import is_iri
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader import display
from kg.store.reader.entity import EntityReader
from kg.store.reader.model import Passage, Ref, Text
from kg.store.reader.plan import trails_from
from kg.store.reader.source import Source
from kg.store.results import Solutions
from kg.text import DotTable
from kg.vocab import KJ
from web.render import merged_lines

ID = "https://w3id.org/kr-jobs/id/"
BAKERY = ID + "11410/program/bakery"


@pytest.fixture
def reader(small: Flask) -> EntityReader:
    made: EntityReader = small.extensions["itda"].acquire().reader
    return made


def test_both_editions_stand_on_the_programme_newest_first_each_with_its_own_ages(reader: EntityReader) -> None:
    editions = reader.describe(BAKERY, "ko").editions
    assert [edition.plan.label.value for edition in editions if edition.plan] == ["가상구 2023년 계획", "가상구 2022년 계획"]
    assert [edition.requirements[0].criterion.minimum for edition in editions] == ["60", "18"]


def test_the_page_shows_both_editions_with_their_plan_year_and_conditions(small: Flask) -> None:
    page = small.test_client().get("/id/11410/program/bakery").text
    assert 'id="plan-11410-2022"' in page and 'id="plan-11410-2023"' in page
    assert "60세 이상" in page
    assert "18세 이상, 40세 미만" in page
    assert page.index("가상구 2023년 계획") < page.index("가상구 2022년 계획")


def test_a_name_comes_in_the_language_asked_for_else_in_korean(reader: EntityReader) -> None:
    plans = [ID + "11410/plan/2022", ID + "11410/plan/2023"]
    english = reader.labels(plans, "en")
    assert english[plans[0]].label == Text("가상구 2022년 계획", "ko")
    assert english[plans[1]].label == Text("Plan of 2023", "en")


def test_things_without_a_name_and_texts_that_are_no_iri_are_left_out(reader: EntityReader) -> None:
    assert reader.labels([ID + "nothing", "no iri >", ""], "ko") == {}
    assert not is_iri('a"b') and not is_iri("")
    with pytest.raises(NotFound):
        reader.describe(ID + "nothing", "ko")
    with pytest.raises(NotFound):
        reader.describe("a b", "ko")
    with pytest.raises(NotFound):
        reader.construct(ID + "nothing")


def test_the_newest_plan_comes_first(reader: EntityReader) -> None:
    assert [plan.iri[-4:] for plan in reader.plans("ko")] == ["2023", "2022"]


def test_pages_that_depend_on_a_plan_take_the_newest_unless_told(small: Flask) -> None:
    client = small.test_client()
    assert "전략 하나" not in client.get("/goals").text
    assert client.get("/goals?plan=11410/2022").status_code == 200


def test_a_circle_in_the_plan_tree_ends(reader: EntityReader) -> None:
    description = reader.describe(BAKERY, "ko")
    trails = [trail for edition in description.editions for trail in edition.trails]
    assert [[ref.label.value for ref in trail] for trail in trails] == [["목표", "전략 하나"]]


def test_every_way_up_is_a_trail_and_the_longest_comes_first() -> None:
    refs = {name: Ref(name, Text(name)) for name in "abcd"}
    found = trails_from("a", {"a": ["b", "d"], "b": ["c"]}, refs)
    assert [[ref.iri for ref in trail] for trail in found] == [["c", "b"], ["d"]]


def test_an_ambiguous_name_gives_a_page_of_candidates_and_a_400_in_the_api(small: Flask) -> None:
    client = small.test_client()
    page = client.get("/serves/동네 사람")
    assert page.status_code == 300
    assert 'href="/serves/kr/group/youth"' in page.text and 'href="/serves/kr/group/elder"' in page.text
    refused = client.get("/api/serves", query_string={"group": "동네 사람"})
    assert refused.status_code == 400
    candidates = refused.get_json()["candidates"]
    assert [(found["id"], found["type"]) for found in candidates] == [(ID + "kr/group/elder", "group"), (ID + "kr/group/youth", "group")]
    assert all(found["name"] for found in candidates)
    assert client.get("/api/search", query_string={"group": "동네 사람"}).get_json()["candidates"] == candidates


def test_a_preferred_name_beats_another_things_alias(reader: EntityReader) -> None:
    assert [ref.iri for ref in reader.named("청년", "ko")] == [ID + "kr/group/youth"]
    assert len(reader.named("동네 사람", "ko")) == 2
    assert reader.named('"} UNION {', "ko") == ()


def test_only_things_of_the_kinds_asked_for_bear_a_name(reader: EntityReader) -> None:
    program = KJ.Program
    assert [ref.iri for ref in reader.named("빵집", "ko", (program,))] == [BAKERY]
    assert reader.named("빵집", "ko", (ID + "kr/group",)) == ()
    assert reader.named("청년", "ko", (program,)) == ()


def test_a_thing_without_a_name_bears_the_type_word_of_the_ontology(small: Flask) -> None:
    services = small.extensions["itda"]
    figure = "<https://w3id.org/kr-jobs/id/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://purl.org/linked-data/cube#Observation> .\n"
    store = OxigraphStore.in_memory([*Ontology.load(services.settings.ontology).quads, *parse(figure, format=RdfFormat.N_QUADS)])
    ref = EntityReader(store, services.library, DotTable({})).describe(ID + "x", "en").node.ref
    assert (ref.word, ref.kind) == ("observation", Text("Figure", "en"))


def test_serving_is_of_the_plan_asked_for(small: Flask) -> None:
    client = small.test_client()
    assert "마을 빵집" in client.get("/serves/kr/group/youth?plan=11410/2022").text
    assert "마을 빵집" not in client.get("/serves/kr/group/youth?plan=11410/2023").text


def test_lines_that_stand_twice_are_shown_once_and_the_phrase_is_kept() -> None:
    shown = merged_lines([Passage(5, 6), Passage(3, 3), Passage(5, 6, "phrase")])
    assert shown == (Passage(3, 3), Passage(5, 6, "phrase"))


class CountingStore(OxigraphStore):
    """A store that counts what rows it is asked for."""

    asked = 0

    def select(self, *arguments: Any, **named: Any) -> Solutions:
        self.asked += 1
        return super().select(*arguments, **named)


def test_a_page_asks_the_store_the_same_number_of_times_however_much_it_shows(settings: Settings) -> None:
    store = CountingStore.in_memory(Ontology.load(settings.ontology).quads)
    reader = EntityReader(store, QueryLibrary.load(settings.ontology / "queries"), DotTable({}))
    counts = []
    for thing in ("kr/group/youth", "kr/unit/year", "kr/sector/direct"):
        before = store.asked
        reader.describe(ID + thing, "ko")
        counts.append(store.asked - before)
    assert len(set(counts)) == 1 and counts[0]


def test_only_so_many_names_are_remembered_and_those_let_go_are_asked_for_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "REMEMBERED", 2)
    store = CountingStore.in_memory(Ontology.load(settings.ontology).quads)
    names = display.Display(Source(store, QueryLibrary.load(settings.ontology / "queries")))
    youth, year, direct = (ID + name for name in ("kr/group/youth", "kr/unit/year", "kr/sector/direct"))

    def asked(*things: str) -> bool:
        before = store.asked
        assert names.refs(things, "ko").keys() == set(things)
        return store.asked > before

    assert asked(youth, year) and not asked(year, youth)
    assert asked(year, direct) and not asked(direct, year)
    assert asked(youth)
    assert asked(youth, year, direct) and not asked(youth, year, direct)
