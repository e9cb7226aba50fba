"""A partner whose part follows only from layout or a name is shown so, on the page of the programme and on its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.entity import EntityReader
from kg.store.snapshot import Snapshot
from kg.text import DotTable
from tests.conftest import ONTOLOGY

ID = "https://w3id.org/kr-jobs/id/11410/"


@pytest.fixture(scope="module")
def reader(published: Snapshot) -> Iterator[EntityReader]:
    with OxigraphStore.open(published.store_path) as store:
        yield EntityReader(store, QueryLibrary.load(ONTOLOGY / "queries"), DotTable({}))


def test_a_programme_tells_partners_it_states_from_partners_that_are_concluded(reader: EntityReader) -> None:
    housing = reader.describe(ID + "program/sinchon-startup-housing", "ko").editions[0]
    restaurant = reader.describe(ID + "program/youth-kium-restaurant", "ko").editions[0]
    assert [(partner.other.label.value, partner.inferred) for partner in housing.participations] == [("은행권청년창업 재단", True)]
    assert not any(partner.inferred for partner in restaurant.participations)


def test_a_partner_tells_so_of_its_own_part(reader: EntityReader) -> None:
    for org, inferred in (("banks-youth-startup-foundation", True), ("e-food-lab", False)):
        found = reader.describe(ID + f"org/{org}", "ko").incoming
        parts = [relation for group in found if group.property.endswith("hasParticipant") for relation in group.relations]
        assert [relation.inferred for relation in parts] == [inferred], org
