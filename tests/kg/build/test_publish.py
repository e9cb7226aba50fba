"""A snapshot is identified by what it holds, is published whole or not at all, and is never changed afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build.check import check
from kg.build.keeping import BUILDING, sole_builder
from kg.build.pipeline import build
from kg.errors import SnapshotCorrupt, SnapshotMissing, SourceFaults, StoreUnavailable
from kg.settings import Settings
from kg.store.lines import applied, read_lines
from kg.store.snapshot import (
    ADDED,
    NQUADS,
    REMOVED,
    Snapshot,
    current_id,
    difference,
    files_below,
    open_current,
    open_snapshot,
    roll_back,
    snapshot_ids,
)
from tests.conftest import DATA, ONTOLOGY, publish, silent

TUTOR = "seodaemun-2022/tasks/1-2-digital-tutor.yaml"


def settings_for(data: Path, folder: Path) -> Settings:
    return Settings(data=data, ontology=ONTOLOGY, snapshots=folder / "snapshots")


def publish_graph(data: Path, folder: Path) -> Snapshot:
    """Publish without the search index, which takes most of the time and is not what these tests judge."""
    return build(settings_for(data, folder), (), silent)[0]


def change_a_word(data: Path) -> None:
    path = data / TUTOR
    path.write_text(path.read_text("utf-8").replace("labelEn: Seodaemun-gu Digital Tutor\n", "labelEn: Seodaemun Digital Tutor\n"), "utf-8")


def run_itda(data: Path, folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "web", "--lang=en", f"--data={data}", f"--snapshots={folder / 'snapshots'}", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def test_the_same_files_give_the_same_id_in_another_folder_time_zone_language_and_without_the_source_text(
    published: Snapshot, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "한글 폴더"
    data = Path(shutil.copytree(DATA, elsewhere / "data"))
    (elsewhere / "none").mkdir()
    run = run_itda(data, elsewhere, "build", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7", ITDA_SOURCES=str(elsewhere / "none"))
    with run:
        said, error = run.communicate(timeout=300)
    assert run.returncode == 0, error
    assert said.strip() == published.id
    again = open_snapshot(elsewhere / "snapshots", published.id)
    assert (again.path / "itda.nq").read_bytes() == (published.path / "itda.nq").read_bytes()


def test_changing_one_word_changes_the_id_and_the_difference_is_that_word(data_copy: Path, tmp_path: Path) -> None:
    before = publish_graph(data_copy, tmp_path)
    change_a_word(data_copy)
    after = publish_graph(data_copy, tmp_path)
    found = list(difference(before, after))
    removed, added = ([line for is_added, line in found if is_added == wanted] for wanted in (False, True))
    assert after.id != before.id
    assert [line for line in removed if "Seodaemun-gu Digital Tutor" in line] == removed
    assert [line for line in added if "Seodaemun Digital Tutor" in line] == added
    assert len(removed) == len(added) == 1


def test_what_was_removed_and_added_is_written_as_files_that_turn_the_older_dump_into_the_newer(data_copy: Path, tmp_path: Path) -> None:
    before = publish_graph(data_copy, tmp_path)
    change_a_word(data_copy)
    after = publish_graph(data_copy, tmp_path)
    with run_itda(data_copy, tmp_path, "snapshot", "diff", before.id[:12], after.id[:12], "--nquads", "delta") as run:
        said = run.communicate(timeout=120)
    assert run.returncode == 1
    assert "1 removed, 1 added" in said[1]
    old, *changes = (read_lines(path) for path in (before.path / NQUADS, tmp_path / "delta" / REMOVED, tmp_path / "delta" / ADDED))
    assert b"".join(applied(old, *changes)) == (after.path / NQUADS).read_bytes()


def test_building_again_verifies_the_snapshot_that_exists_and_does_not_rewrite_it(data_copy: Path, tmp_path: Path) -> None:
    first = publish_graph(data_copy, tmp_path)
    written = {name: path.stat().st_mtime_ns for name, path in files_below(first.path)}
    assert publish_graph(data_copy, tmp_path).id == first.id
    assert {name: path.stat().st_mtime_ns for name, path in files_below(first.path)} == written
    (first.path / "itda.ttl").write_text("", "utf-8")
    with pytest.raises(SnapshotCorrupt):
        publish_graph(data_copy, tmp_path)


def test_a_fault_publishes_nothing_and_leaves_the_served_snapshot(data_copy: Path, tmp_path: Path) -> None:
    before = publish_graph(data_copy, tmp_path)
    path = data_copy / TUTOR
    path.write_text(path.read_text("utf-8").replace("group:youth", "group:yuoth"), "utf-8")
    with pytest.raises(SourceFaults):
        publish_graph(data_copy, tmp_path)
    assert open_current(tmp_path / "snapshots").id == before.id
    assert snapshot_ids(tmp_path / "snapshots") == (before.id,)


@pytest.mark.parametrize("step", ["Reading the files", "Inferring links", "Writing the store", "Building the search index", "Publishing"])
def test_killing_a_build_at_any_step_leaves_the_old_snapshot_whole_and_the_next_build_succeeds(
    step: str, data_copy: Path, tmp_path: Path
) -> None:
    before = publish_graph(data_copy, tmp_path)
    change_a_word(data_copy)
    with run_itda(data_copy, tmp_path, "build") as run:
        assert run.stderr is not None
        for line in run.stderr:
            if line.startswith(step):
                run.kill()
                break
    assert run.returncode == -9, "the build ended before it could be killed"
    now = open_current(tmp_path / "snapshots")
    now.verify()
    assert now.id == before.id
    after = publish_graph(data_copy, tmp_path)
    after.verify()
    assert after.id != before.id
    assert not list((tmp_path / "snapshots").glob(f"{BUILDING}*"))


def test_two_builds_at_once_are_refused_rather_than_mixed(data_copy: Path, tmp_path: Path) -> None:
    with sole_builder(tmp_path / "snapshots"), pytest.raises(StoreUnavailable) as caught:
        publish_graph(data_copy, tmp_path)
    assert caught.value.code == "build.running"


def test_rolling_back_serves_the_snapshot_before_and_going_on_goes_back_further(data_copy: Path, tmp_path: Path) -> None:
    path, ids = data_copy / TUTOR, []
    original = path.read_text("utf-8")
    for name in ("One", "Two", "Three"):
        path.write_text(original.replace("labelEn: Seodaemun-gu Digital Tutor\n", f"labelEn: {name}\n"), "utf-8")
        ids.append(publish_graph(data_copy, tmp_path).id)
    folder = tmp_path / "snapshots"
    assert roll_back(folder).id == current_id(folder) == ids[1]
    assert roll_back(folder).id == current_id(folder) == ids[0]
    with pytest.raises(SnapshotMissing):
        roll_back(folder)
    assert current_id(folder) == ids[0]


@pytest.mark.parametrize("damage", ["flip", "truncate", "delete", "add"])
def test_every_kind_of_damage_to_a_snapshot_is_found_by_verifying_it(damage: str, data_copy: Path, tmp_path: Path) -> None:
    snapshot = publish_graph(data_copy, tmp_path)
    snapshot.verify()
    target = max((path for _, path in files_below(snapshot.path / "store")), key=lambda path: path.stat().st_size)
    content = bytearray(target.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
        target.write_bytes(content)
    elif damage == "truncate":
        target.write_bytes(content[:-1])
    elif damage == "delete":
        target.unlink()
    else:
        (snapshot.path / "extra").write_text("", "utf-8")
    with pytest.raises(SnapshotCorrupt):
        snapshot.verify()


def test_a_plan_that_quotes_a_phrase_from_another_text_is_refused_when_the_text_is_at_hand(data_copy: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "000_6397e9317ed45186.txt").write_text("다른 글", "utf-8")
    with pytest.raises(SourceFaults) as caught:
        check(Settings(data=data_copy, ontology=ONTOLOGY, sources=texts), silent)
    assert [fault.code for fault in caught.value.faults if fault.severity == "violation"] == ["source.other-text"]


def test_the_published_snapshot_is_whole_with_its_search_index_and_network(published: Snapshot) -> None:
    published.verify()
    assert set(published.manifest["artifacts"]) == {"network", "search"}
    assert published.manifest["artifacts"]["network"]["counts"]["edges"] > 30
    assert published.manifest["triples"] <= published.manifest["quads"]


def test_publishing_is_the_same_through_the_command_line_and_the_library(published: Snapshot, settings: Settings) -> None:
    assert publish(settings)[0].id == published.id
