"""What rots while it is served is found, named, and forgotten again when it was mended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.store.manifest import MANIFEST, manifest_bytes
from kg.store.scrub import CHUNK, Scrub
from kg.store.snapshot import Snapshot, open_snapshot

CONTENTS = {"a.txt": b"one", "store/big": bytes(range(256)) * (CHUNK // 128), "store/empty": b""}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    folder = tmp_path / ("a" * 64)
    for name, content in CONTENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    files = {name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in CONTENTS.items()}
    (folder / MANIFEST).write_bytes(manifest_bytes({"id": folder.name, "format": "3", "files": files}))
    return open_snapshot(tmp_path, folder.name)


def go_round(scrub: Scrub, times: int = 1) -> list[tuple[str, str]]:
    goal = scrub.rounds + times
    while scrub.rounds < goal:
        assert scrub.step() <= CHUNK
    return sorted((fault.path.partition("/")[2], fault.code) for fault in scrub.faults)


def test_a_whole_snapshot_stays_without_a_fault_and_is_read_in_small_pieces(snapshot: Snapshot) -> None:
    scrub = Scrub(snapshot)
    read = []
    while scrub.rounds == 0:
        read.append(scrub.step())
    assert sum(read) == sum(map(len, CONTENTS.values())) + (snapshot.path / MANIFEST).stat().st_size
    assert max(read) == CHUNK
    assert scrub.faults == ()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: flip(folder / "store/big"), ("store/big", "snapshot.file-changed")),
        (lambda folder: flip(folder / MANIFEST), (MANIFEST, "snapshot.file-changed")),
        (lambda folder: (folder / "a.txt").write_bytes(b"on"), ("a.txt", "snapshot.file-size")),
        (lambda folder: (folder / "store/empty").unlink(), ("store/empty", "snapshot.file-missing")),
        (lambda folder: (folder / "store/new").mkdir(), ("store/new", "snapshot.file-extra")),
    ],
)
def test_damage_is_named_within_a_round_and_well_again_after_it_was_mended(
    spoil: Callable[[Path], object], expected: tuple[str, str], snapshot: Snapshot
) -> None:
    scrub = Scrub(snapshot)
    go_round(scrub)
    kept = (snapshot.path / MANIFEST).read_bytes()
    spoil(snapshot.path)
    assert go_round(scrub, 2) == [expected]
    for name, content in {**CONTENTS, MANIFEST: kept}.items():
        (snapshot.path / name).write_bytes(content)
    if (snapshot.path / "store/new").is_dir():
        (snapshot.path / "store/new").rmdir()
    assert go_round(scrub, 2) == []


def test_a_manifest_is_sealed_to_its_last_byte_and_one_of_the_format_before_is_taken_as_it_is(snapshot: Snapshot) -> None:
    path = snapshot.path / MANIFEST
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Exception, match="snapshot"):
            open_snapshot(snapshot.path.parent, snapshot.id).verify()
    path.write_text(json.dumps({**{k: v for k, v in snapshot.manifest.items() if k != "sha256"}, "format": "2"}), "utf-8")
    open_snapshot(snapshot.path.parent, snapshot.id).verify()
