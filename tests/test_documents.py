"""What the documents say is so."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from kg.build.check import Checked
from kg.settings import settings_table
from tests.conftest import ROOT
from web.cli import cli

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DECLARED = {re.split(r"[<>=;\[ ]", line)[0] for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])}
SAY_NOTHING = {"axe-playwright-python"}  # its metadata names no licence; its repository does
TABLE = re.findall(r"^\| ([a-z0-9.-]+) \| ([^|]+) \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.M)


def test_every_dependency_is_justified_and_nothing_else_is() -> None:
    assert {name.replace(".", "-") for name, _ in TABLE if name != "package"} == {name.replace(".", "-") for name in DECLARED}


@pytest.mark.parametrize(("name", "licence"), [row for row in TABLE if row[0] != "package"])
def test_the_stated_licence_is_the_one_of_the_installed_distribution(name: str, licence: str) -> None:
    metadata = importlib.metadata.metadata(name)
    said = " ".join(
        [metadata.get("License-Expression") or "", metadata.get("License") or "", *(metadata.get_all("Classifier") or [])]
    ).lower()
    words = {
        "BSD-3-Clause": "bsd",
        "BSD-2-Clause": "bsd",
        "MIT": "mit",
        "MIT OR Apache-2.0": "mit",
        "Apache-2.0": "apache",
        "Apache-2.0 AND BSD-2-Clause": "apache",
        "MPL-2.0": "mpl",
        "PSFL": "psfl",
        "W3C": "w3c",
    }
    assert name in SAY_NOTHING or words[licence.strip()] in said


def test_the_locks_pin_every_distribution_with_hashes_and_name_no_index() -> None:
    for lock in ("runtime", "dev", "build"):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
        assert "http" not in text
        assert "--index" not in text
        for block in re.split(r"\n(?=[a-z])", text.strip()):
            assert re.match(r"[a-z0-9.-]+==\S+", block)
            assert "--hash=sha256:" in block


def test_both_readmes_show_the_two_commands() -> None:
    for name in ("README.md", "README.ko.md"):
        text = (ROOT / name).read_text("utf-8")
        assert "make serve" in text
        assert "make test" in text


def test_links_and_pictures_of_the_documents_exist() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_setting_has_a_unit_and_a_sentence_of_help() -> None:
    for row in settings_table():
        assert row.unit, row.name
        assert len(row.help) > 10, row.name


def test_every_command_and_option_has_help() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.name}"


def test_the_rules_and_queries_of_the_ontology_say_what_they_are_for() -> None:
    for folder in ("rules", "queries"):
        for path in (ROOT / "ontology" / folder).glob("*.rq"):
            assert path.read_text("utf-8").startswith("# "), path.name


def test_the_new_plan_of_the_data_guide_is_accepted_as_it_stands(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    blocks = re.findall(r"```yaml\n(graph: .*?)```", (ROOT / "docs/data-format.md").read_text("utf-8"), re.S)
    assert len(blocks) == 1
    (data_copy / "new").mkdir()
    (data_copy / "new" / "plan.yaml").write_text(blocks[0], "utf-8")
    assert check_copy().counts["plans"] == 2


def test_paths_and_make_targets_that_the_documents_name_exist() -> None:
    targets = {target for line in re.findall(r"^([a-z ]+):", (ROOT / "Makefile").read_text("utf-8"), re.M) for target in line.split()}
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        text = path.read_text("utf-8")
        for named in re.findall(r"`((?:kg|search|web|ontology|data|tests|docs|requirements)/[\w./-]+)`", text, re.ASCII):
            assert (ROOT / named).exists(), f"{path.name}: {named}"
        for target in re.findall(r"`make ([a-z]+)", text):
            assert target in targets, f"{path.name}: make {target}"
