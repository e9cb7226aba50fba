"""`itda index` and `itda build` with a cluster that is not there say so and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.build.pipeline import build
from kg.errors import SearchUnavailable
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from tests.conftest import ONTOLOGY
from tests.kg.store.engines import free_port
from web.cli import cli
from web.verifying import builders


def test_without_a_cluster_in_the_settings_there_is_nothing_to_load() -> None:
    ended = CliRunner().invoke(cli, ["index"])
    assert ended.exit_code == 2
    assert "ITDA_SEARCH_ENGINE=opensearch" in ended.stderr


@pytest.mark.parametrize("words", [["index"], ["search", "청년"]])
def test_a_cluster_that_is_away_is_told_with_the_exit_code_for_a_part_that_cannot_work(
    words: list[str], settings: Settings, published: Snapshot
) -> None:
    elsewhere = {"ITDA_SEARCH_ENGINE": "opensearch", "ITDA_SEARCH_URL": f"http://127.0.0.1:{free_port()}"}
    ended = CliRunner().invoke(cli, ["--snapshots", str(settings.snapshots), *words], env=elsewhere)
    assert ended.exit_code == 4
    assert "낱말로 찾기" in ended.stderr
    assert not ended.stdout


def test_a_build_publishes_nothing_while_the_cluster_is_away(data_copy: Path, tmp_path: Path) -> None:
    own = Settings(
        data=data_copy,
        ontology=ONTOLOGY,
        snapshots=tmp_path / "snapshots",
        search_engine="opensearch",
        search_url=f"http://127.0.0.1:{free_port()}",
    )
    with pytest.raises(SearchUnavailable):
        build(own, builders(own), lambda *_: None)
    assert not (own.snapshots / "current").exists()
    assert not list(own.snapshots.glob("*/manifest.json"))
