"""A folder of snapshots stays in order: the newest are kept, litter goes, what was left half-way is put right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build.keeping import BUILDING, REMOVING, keep_newest, sole_builder
from kg.errors import SnapshotCorrupt
from kg.store.snapshot import CURRENT, HISTORY, current_id, folder_faults, history_of, roll_back, set_current, snapshot_ids


def put(folder: Path, *letters: str) -> None:
    """Serve snapshots that hold nothing, one after the other; a letter stands for an id."""
    for letter in letters:
        (folder / (letter * 64)).mkdir(parents=True, exist_ok=True)
        (folder / (letter * 64) / "manifest.json").write_text("{}", "utf-8")
        set_current(folder, letter * 64)


def there(folder: Path) -> str:
    return "".join(sorted(path.name[0] for path in folder.iterdir() if len(path.name) == 64))


@pytest.mark.parametrize(("served", "kept", "left"), [("abcde", 3, "cde"), ("abcde", 9, "abcde"), ("ababc", 2, "bc"), ("abca", 2, "ac")])
def test_the_newest_are_kept_with_the_one_before_the_current(served: str, kept: int, left: str, tmp_path: Path) -> None:
    put(tmp_path, *served)
    keep_newest(tmp_path, kept)
    assert there(tmp_path) == left
    assert {i[0] for i in history_of(tmp_path)} <= set(left)
    assert history_of(tmp_path)[-1] == current_id(tmp_path)
    assert list(folder_faults(tmp_path)) == []


def test_a_snapshot_that_was_never_served_goes_first_and_the_current_never_even_when_it_is_oldest(tmp_path: Path) -> None:
    put(tmp_path, "b", "c")
    (tmp_path / ("a" * 64)).mkdir()
    keep_newest(tmp_path, 2)
    assert there(tmp_path) == "bc"
    put(tmp_path, "d", "e")
    (tmp_path / HISTORY).write_text("", "ascii")
    (tmp_path / CURRENT).write_text("b" * 64 + "\n", "ascii")
    keep_newest(tmp_path, 2)
    assert "b" in there(tmp_path)


def test_litter_of_builds_removals_and_writes_that_were_killed_is_swept_by_the_next_build(tmp_path: Path) -> None:
    put(tmp_path, "a")
    for name in (f"{BUILDING}x", f"{REMOVING}y"):
        (tmp_path / name / "store").mkdir(parents=True)
        (tmp_path / name / "store" / "file").write_text("x", "utf-8")
    for name in (f".{CURRENT}.123", f".{HISTORY}.123"):
        (tmp_path / name).write_text("x", "utf-8")
    with sole_builder(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".lock", "a" * 64, CURRENT, HISTORY])


def test_a_publication_killed_between_current_and_history_is_mended_and_rolls_back_to_what_was_served(tmp_path: Path) -> None:
    put(tmp_path, "a", "b")
    (tmp_path / HISTORY).write_text("a" * 64 + "\n", "ascii")
    assert [fault.code for fault in folder_faults(tmp_path)] == ["snapshot.history-ends-elsewhere"]
    with sole_builder(tmp_path):
        pass
    assert [i[0] for i in history_of(tmp_path)] == ["a", "b"]
    shutil.rmtree(tmp_path / ("a" * 64))
    assert [(fault.code, fault.line) for fault in folder_faults(tmp_path)] == [("snapshot.history-nowhere", 1)]


@pytest.mark.parametrize("spoilt", [b"", b"\n", b"a" * 63 + b"\n", b"a" * 64, b"a" * 64 + b"\x0b", b"A" * 64 + b"\n", b"a" * 64 + b"\n\n"])
def test_a_current_that_is_not_exactly_one_id_is_never_followed(spoilt: bytes, tmp_path: Path) -> None:
    put(tmp_path, "a")
    (tmp_path / CURRENT).write_bytes(spoilt)
    with pytest.raises(SnapshotCorrupt):
        current_id(tmp_path)
    assert [(fault.path, fault.code) for fault in folder_faults(tmp_path)] == [(CURRENT, "snapshot.current-changed")]
    assert snapshot_ids(tmp_path) == ("a" * 64,)
    with pytest.raises(SnapshotCorrupt):  # the made-up snapshot has no manifest worth the name
        roll_back(tmp_path)
