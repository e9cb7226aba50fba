"""The search of a snapshot is opened, or it is said why it cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.errors import SnapshotCorrupt
from kg.store.snapshot import Snapshot
from search.answering import FORMAT_FILE, LEXICON_FILE
from web.opening import SearchOpener


def test_a_snapshot_of_an_older_version_says_its_format_before_anything_of_it_is_read(published: Snapshot, tmp_path: Path) -> None:
    folder = tmp_path / "search"
    shutil.copytree(published.path / "search", folder)
    (folder / FORMAT_FILE).write_text("9", "utf-8")
    lexicon = json.loads((folder / LEXICON_FILE).read_bytes())
    (folder / LEXICON_FILE).write_text(json.dumps({name: value for name, value in lexicon.items() if name != "said"}), "utf-8")
    with pytest.raises(SnapshotCorrupt) as refused:
        SearchOpener()(tmp_path)
    assert refused.value.facts["path"] == str(folder)
    assert "format '9'" in refused.value.facts["detail"]
