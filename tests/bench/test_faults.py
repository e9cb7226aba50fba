"""Short forms of the fault scripts: what they do a few times here, one command does for hours (`bench/results/faults.md`)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.faults import full_disk, mutations
from kg.settings import Settings
from kg.store.snapshot import Snapshot, set_current
from tests.conftest import ROOT


def run(module: str, *arguments: str) -> str:
    """Run a script in a process of its own, which forks builds and must not have threads."""
    command = [sys.executable, "-m", module, *arguments, "--parts", "quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_one_of_40_random_damages_to_the_real_snapshot_is_found_before_anybody_is_served(
    settings: Settings, published: Snapshot
) -> None:
    set_current(settings.snapshots, published.id)
    said: list[str] = []
    assert mutations.run(settings.snapshots, 40, 11, said.append) == 0, "\n".join(said)
    assert "| all | 40 | 40 |" in said


def test_builds_killed_at_random_points_leave_what_is_served_whole_and_the_next_build_succeeds() -> None:
    assert "3 builds killed" in run("bench.faults.kills", "--times", "3", "--seed", "2")


@pytest.mark.skipif(not full_disk.may_mount(), reason="a tmpfs cannot be mounted here (needs root)")
def test_on_a_full_disk_the_old_snapshot_is_served_the_error_names_the_cause_and_nothing_is_left() -> None:
    said = run("bench.faults.full_disk", "--sizes", "2")
    assert said.count("| build.disk-full | the old one, whole | nothing |") == 2
