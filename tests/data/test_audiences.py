"""The rules of docs/data-format.md about whom an edition is for and when that is a condition hold for every plan of the folder, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot

PREFIXES = """
PREFIX cv: <http://data.europa.eu/m8g/> PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX audience-role: <https://w3id.org/kr-jobs/id/kr/role/>
"""
AUDIENCE = """
  VALUES (?audience ?role) {
    (kj:participantGroup audience-role:participant) (kj:hostGroup audience-role:host) (kj:beneficiaryGroup audience-role:beneficiary)
  }
  ?link rdf:subject ?edition ; rdf:predicate ?audience ; rdf:object ?group ; kj:certainty ?certainty .
  ?edition a kj:ProgramEdition .
"""


@pytest.fixture(scope="module")
def store(published: Snapshot) -> Iterator[OxigraphStore]:
    with OxigraphStore.open(published.store_path) as opened:
        yield opened


def editions(store: OxigraphStore, query: str) -> list[str]:
    rows = store.select(PREFIXES + query).rows
    return sorted({row["edition"].value.rpartition("/")[2] for row in rows})


def test_whoever_the_text_says_an_edition_is_for_is_a_condition_of_it(store: OxigraphStore) -> None:
    bare = f"""SELECT ?edition WHERE {{ {AUDIENCE} FILTER (?certainty = kj:Stated)
      FILTER NOT EXISTS {{ ?edition cv:holdsRequirement/kj:forRole ?role }} }}"""
    assert editions(store, bare) == []


def test_a_condition_that_is_a_group_known_only_from_layout_is_marked_so(store: OxigraphStore) -> None:
    unmarked = f"""SELECT ?edition WHERE {{ {AUDIENCE} FILTER (?certainty = kj:Inferred)
      ?edition cv:holdsRequirement ?top . ?top kj:forRole ?role ; (kj:allOf|kj:anyOf|kj:ambiguousOf)+ ?leaf . ?leaf kj:acceptedValue ?group .
      FILTER NOT EXISTS {{ ?top kj:certainty kj:Inferred }} FILTER NOT EXISTS {{ ?leaf kj:certainty kj:Inferred }} }}"""
    assert editions(store, unmarked) == []


def test_conditions_are_called_stated_in_part_and_their_absence_is_called_silence(store: OxigraphStore) -> None:
    wrong = """SELECT ?edition WHERE { ?edition a kj:ProgramEdition ; kj:criteriaCompleteness ?how .
      BIND (EXISTS { ?edition cv:holdsRequirement ?top } AS ?some) FILTER (?some = (?how = kj:NotStated)) }"""
    assert editions(store, wrong) == []
