"""A small plan with the lists of the fixtures beside it, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.imports.importing import take_over
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from tests.conftest import ONTOLOGY, publish, spine_at
from tests.kg.imports.sources import DAY, FIXTURES, SOURCES


@pytest.fixture(scope="module")
def with_lists(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two tasks of the real plan, and all lists accepted; nothing is built yet."""
    folder = tmp_path_factory.mktemp("lists")
    settings = Settings(data=spine_at(folder / "data"), ontology=ONTOLOGY, snapshots=folder / "snapshots", kept_mib=0)
    for source in SOURCES:
        take_over(source, settings, [Path(FIXTURES / source)], DAY)
    return settings


@pytest.fixture(scope="module")
def listed(with_lists: Settings) -> Snapshot:
    """The snapshot with all lists."""
    return publish(with_lists)[0]
