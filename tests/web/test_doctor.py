"""`itda doctor` finds what is missing or does not fit, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from kg.settings import Settings
from kg.store.snapshot import Snapshot, set_current
from tests.conftest import rewrite_manifest
from web.doctor import examine


def unwell(settings: Settings) -> set[str]:
    return {finding.what for finding in examine(settings) if not finding.is_well}


def test_a_working_installation_is_well(settings: Settings, published: Snapshot) -> None:
    assert unwell(settings) == set()


def test_nothing_published_is_named(settings: Settings, tmp_path: Path) -> None:
    found = unwell(settings.model_copy(update={"snapshots": tmp_path}))
    assert found == {"Published snapshot is whole", "Search index made by this Korean analyser"}


def test_an_index_cut_by_another_version_of_the_analyser_is_named(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(published.path, tmp_path / published.id)
    artifacts = json.loads(json.dumps(published.manifest["artifacts"]))
    artifacts["search"]["versions"]["kiwi"] = "0.1"
    rewrite_manifest(tmp_path / published.id, artifacts=artifacts)
    set_current(tmp_path, published.id)
    assert unwell(settings.model_copy(update={"snapshots": tmp_path})) == {"Search index made by this Korean analyser"}


def test_an_empty_data_folder_is_named(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    assert unwell(settings.model_copy(update={"data": tmp_path})) == {"Plans"}
