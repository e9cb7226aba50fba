"""The wheel holds everything: installed in a fresh environment and run from elsewhere, it checks, builds and answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from web.cli import cli

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def itda(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own; its dependencies are those of the test run, this project's packages are not."""
    home = tmp_path_factory.mktemp("installed") / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    subprocess.run([str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    return home / "bin" / "itda"


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ITDA_", "PYTHON"))}
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=300, check=False)


def test_the_wheel_holds_ontology_data_pages_and_words_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "kg/_share/ontology/kj.ttl",
        "kg/_share/data/seodaemun-2022/plan.yaml",
        "kg/_share/data/lexicon/dots.tsv",
        "web/static/site.css",
    ):
        assert needed in names
    assert any(name.startswith("web/templates/") for name in names)
    assert "web/translations/ko/LC_MESSAGES/messages.po" in names
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]


@pytest.mark.parametrize("command", [[], *([name] for name in cli.commands), ["snapshot", "diff"]], ids=" ".join)
def test_every_command_of_the_installed_package_has_help(itda: Path, tmp_path: Path, command: list[str]) -> None:
    done = run([str(itda), *command, "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_the_installed_package_builds_publishes_answers_and_finds_itself_well(itda: Path, tmp_path: Path) -> None:
    built = run([str(itda), "--json", "build"], tmp_path)
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout)["counts"]["plans"] == 1
    asked = run([str(itda), "query", "who-serves-youth", "--format", "csv"], tmp_path)
    assert asked.returncode == 0, asked.stderr
    assert "청년키움식당" in asked.stdout
    assert run([str(itda), "doctor"], tmp_path).returncode == 0
    assert run([str(itda.parent / "python"), "-m", "web", "--version"], tmp_path).stdout.startswith("itda")


def test_usage_data_and_engine_errors_have_their_own_exit_codes(itda: Path, tmp_path: Path) -> None:
    assert run([str(itda), "nonsense"], tmp_path).returncode == 2
    assert run([str(itda), "query", "no-such-question"], tmp_path).returncode in (2, 4)
    assert run([str(itda), "snapshot", "verify"], tmp_path).returncode == 4
    (tmp_path / "empty").mkdir()
    assert run([str(itda), "--data", "empty", "check"], tmp_path).returncode == 3
