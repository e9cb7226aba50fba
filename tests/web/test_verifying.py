"""`itda snapshot verify` names what is wrong also where nothing can be opened any more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.errors import SnapshotMissing
from kg.settings import Settings
from kg.store.manifest import MANIFEST
from kg.store.snapshot import CURRENT, Snapshot, set_current
from tests.conftest import rewrite_manifest
from web.verifying import verify


@pytest.fixture
def own(settings: Settings, published: Snapshot, tmp_path: Path) -> Settings:
    shutil.copytree(published.path, tmp_path / published.id)
    set_current(tmp_path, published.id)
    return settings.model_copy(update={"snapshots": tmp_path})


def named(settings: Settings) -> list[tuple[str, str]]:
    return [(fault.path.rpartition("/")[2], fault.code.partition(".")[2]) for fault in verify(settings).faults]


def test_whatever_names_the_snapshot_is_named_itself_when_it_is_damaged(own: Settings, published: Snapshot) -> None:
    assert named(own) == []
    current, manifest = own.snapshots / CURRENT, own.snapshots / published.id / MANIFEST
    other = ("0" if published.id[0] != "0" else "1") + published.id[1:]
    current.write_text(other + "\n", "ascii")
    assert (CURRENT, "current-nowhere") in named(own)
    current.unlink()
    (own.snapshots / "aside").write_text(published.id + "\n", "ascii")
    current.symlink_to(own.snapshots / "aside")
    assert named(own) == [(CURRENT, "current-changed")]
    current.unlink()
    current.write_text(published.id + "\n", "ascii")
    manifest.rename(own.snapshots / "aside")
    assert named(own) == [(MANIFEST, "manifest-changed")]
    manifest.symlink_to(own.snapshots / "aside")
    assert named(own) == [(MANIFEST, "manifest-changed")]
    current.unlink()
    with pytest.raises(SnapshotMissing):
        verify(own)


def test_parts_that_are_whole_but_of_another_snapshot_are_found(own: Settings, published: Snapshot) -> None:
    artifacts = {name: dict(record) for name, record in published.manifest["artifacts"].items()}
    artifacts["network"]["counts"] = {"nodes": 1, "edges": 1}
    rewrite_manifest(own.snapshots / published.id, artifacts=artifacts, triples=published.manifest["triples"])
    assert named(own) == [("network", "other-count"), ("network", "other-count")]
    artifacts["search"]["identity"] = "0" * 64
    rewrite_manifest(own.snapshots / published.id, artifacts=artifacts)
    assert named(own) == [("itda.nq", "other-id")]
    rewrite_manifest(own.snapshots / published.id, artifacts=published.manifest["artifacts"], triples=1)
    assert named(own) == [("store", "other-statements")]
