"""`itda doctor` finds what is missing or does not fit, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.settings import Settings
from kg.store.manifest import MANIFEST
from kg.store.snapshot import Snapshot, set_current
from web.catalogue import load_translations
from web.cli import cli
from web.doctor import examine
from web.machine import clock, free_disk, port


def unwell(settings: Settings) -> set[str]:
    return {finding.what for finding in examine(settings) if not finding.is_well}


def test_a_working_installation_is_well(settings: Settings, published: Snapshot) -> None:
    assert unwell(settings) == set()


def test_nothing_published_is_named(settings: Settings, tmp_path: Path) -> None:
    found = unwell(settings.model_copy(update={"snapshots": tmp_path}))
    assert found == {"Published snapshot is whole", "Search index made by this Korean analyser"}


def test_an_index_cut_by_another_version_of_the_analyser_is_named(
    settings: Settings, published: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.doctor.kiwi_version", lambda: "0.1")
    assert unwell(settings) == {"Search index made by this Korean analyser"}


def test_an_empty_data_folder_is_named(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    assert unwell(settings.model_copy(update={"data": tmp_path})) == {"Plans"}


def advice_for(settings: Settings, what: str) -> tuple[int, str, str]:
    finding = next(finding for finding in examine(settings) if finding.what == what)
    return finding.exit_code, finding.detail, finding.advice


def test_a_damaged_file_of_the_snapshot_is_named_and_is_a_fault_of_data(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(published.path, tmp_path / published.id)
    set_current(tmp_path, published.id)
    (tmp_path / published.id / "network" / "network.json").write_text("{}", "utf-8")
    code, detail, advice = advice_for(settings.model_copy(update={"snapshots": tmp_path}), "Published snapshot is whole")
    assert (code, detail) == (3, f"{published.id[:12]}/network/network.json (file-size)")
    assert "itda snapshot verify" in advice


def test_a_port_that_another_program_has_is_not_well_and_a_free_one_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ended:
        free = ended.getsockname()[1]
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as foreign:
        threading.Thread(target=foreign.handle_request, daemon=True).start()
        assert port("127.0.0.1", foreign.server_port)[0] is False
    assert port("127.0.0.1", free)[0] is True


def test_a_disk_too_small_a_clock_behind_and_an_unwritable_folder_are_not_well(tmp_path: Path) -> None:
    assert free_disk(tmp_path / "not" / "there", 1)[0] is True
    assert free_disk(tmp_path, 1 << 60)[0] is False
    (tmp_path / "a").mkdir()
    manifest = tmp_path / "a" / MANIFEST
    manifest.write_text("{}", "utf-8")
    assert clock(tmp_path)[0] is True
    os.utime(manifest, (4e9, 4e9))
    assert clock(tmp_path)[0] is False


def test_every_thing_looked_at_says_how_to_mend_it_in_korean_too(settings: Settings, published: Snapshot) -> None:
    words = load_translations("ko")
    for finding in examine(settings):
        assert words.gettext(finding.what) != finding.what
        if finding.advice:
            assert words.gettext(finding.advice) != finding.advice
        assert finding.advice or finding.what == "Source texts at hand (optional)"


def test_what_was_looked_at_and_the_settings_are_told_as_json_too(settings: Settings, published: Snapshot) -> None:
    def told(command: str) -> list[dict[str, object]]:
        ended = CliRunner().invoke(cli, ["--json", "--snapshots", str(settings.snapshots), command])
        found: list[dict[str, object]] = json.loads(ended.stdout)
        return found

    assert {"what", "is_well", "detail", "advice", "exit_code"} <= set(told("doctor")[0])
    assert [row["name"] for row in told("settings")] == list(Settings.model_fields)
