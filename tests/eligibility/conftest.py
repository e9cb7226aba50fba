"""Fixture strategy: the conditions of the real plan, compiled once out of the published snapshot."""

from __future__ import annotations

import pytest

from kg.eligibility.rules import Catalogue
from kg.eligibility.texts import EligibilityReader, Texts
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.display import Display
from kg.store.reader.source import Source
from kg.store.snapshot import Snapshot
from kg.vocab import ID

PLAN = ID + "11410/plan/2022"


@pytest.fixture(scope="session")
def eligibility(settings: Settings, published: Snapshot) -> EligibilityReader:
    store = OxigraphStore.open(published.store_path)
    library = QueryLibrary.load(settings.ontology / "queries")
    return EligibilityReader(store, library, Display(Source(store, library)))


@pytest.fixture(scope="session")
def catalogue(eligibility: EligibilityReader) -> Catalogue:
    return eligibility.catalogue(PLAN)


@pytest.fixture(scope="session")
def texts(eligibility: EligibilityReader) -> Texts:
    return eligibility.texts(PLAN, "ko")
