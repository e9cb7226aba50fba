"""A new plan is valid before anything is entered, is never laid over another, and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.build.check import check
from kg.settings import Settings
from kg.workbook.newplan import new_plan
from tests.conftest import DATA, ONTOLOGY, silent
from tests.kg.build.made_up import ontology
from tests.kg.workbook.sheets import files
from web.cli import cli


def lay_out(data: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--data", str(data), "new", "plan", *words])


@pytest.mark.parametrize(("plan", "name"), [("99999/2024", "가온구"), ("11680/2023", ""), ("26/2022", ""), ("26990/2022", "새 구(가칭)")])
def test_a_new_plan_passes_every_check_with_notes_only(plan: str, name: str, tmp_path: Path) -> None:
    folder = new_plan(plan, name, tmp_path, ontology(), DATA)
    assert folder.name == plan.replace("/", "-")
    found = check(Settings(data=tmp_path, ontology=ONTOLOGY), silent).findings
    assert {fault.severity for fault in found} <= {"info"}


def test_the_examples_in_its_comments_are_a_valid_plan(tmp_path: Path) -> None:
    folder = new_plan("99999/2024", "가온구", tmp_path, ontology(), DATA)
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text("utf-8")
        examples = re.sub(r"(?m)^# (?=(?:- |  ))", "", text)
        assert examples != text, path.name
        kept = re.sub(r"(?m)^(entries|checks): \[\]\n", "", examples)
        key = "checks:" if path.name == "checks.yaml" else "entries:"
        path.write_text(kept if path.name == "plan.yaml" else f"{key}\n{kept}", "utf-8")
    table = (folder / "figures" / "README.md").read_text("utf-8").split("tasks.yaml")
    for name, block in (("tasks.csv", table[0].split("tasks.csv")[1]), ("tasks.yaml", table[1])):
        (folder / "figures" / name).write_text(
            "\n".join(line[4:] for line in block.splitlines() if line.startswith("    ")) + "\n", "utf-8"
        )
    checks = folder / "checks.yaml"
    checks.write_text(checks.read_text("utf-8").replace("funding:national, ", ""), "utf-8")
    checked = check(Settings(data=tmp_path, ontology=ONTOLOGY), silent)
    assert {fault.severity for fault in checked.findings} <= {"info"}
    assert checked.counts["totals"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("99999",), "지역 번호와 연도를"),
        (("../x/2022",), "지역 번호와 연도를"),
        (("1141/2022",), "지역 번호가 아닙니다"),
        (("서대문구/2022",), "지역 번호가 아닙니다"),
        (("１１４１０/2022",), "지역 번호가 아닙니다"),
        (("11410/22",), "연도가 아닙니다"),
        (("11410/1999",), "2010부터 2099까지"),
        (("99998/2024",), "--name"),
        (("99998/2024", "--name", "가온구: 하나"), "지역 이름이 될 수 없습니다"),
        (("99998/2024", "--name", "- 구"), "지역 이름이 될 수 없습니다"),
    ],
)
def test_an_area_or_year_that_cannot_be_is_refused_in_korean(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    result = lay_out(tmp_path, *words)
    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_is_there_is_not_overwritten_whatever_its_folder_is_called(tmp_path: Path) -> None:
    assert lay_out(tmp_path, "99999/2024", "--name", "가온구").exit_code == 0
    (tmp_path / "99999-2024").rename(tmp_path / "gaon")
    before = files(tmp_path)
    result = lay_out(tmp_path, "99999/2024", "--name", "나온구")
    assert result.exit_code == 2
    assert "gaon" in result.output and "바꾸지 않았습니다" in result.output
    assert files(tmp_path) == before


def test_export_and_import_say_which_plans_there_are(tmp_path: Path) -> None:
    for plan in ("99999/2024", "99999/2025"):
        assert lay_out(tmp_path, plan, "--name", "가온구").exit_code == 0
    for words in (["export"], ["export", "--plan", "99999/2026"]):
        result = CliRunner().invoke(cli, ["--data", str(tmp_path), *words, "--xlsx", str(tmp_path / "x.xlsx")])
        assert result.exit_code == 2
        assert "99999/2024, 99999/2025" in result.output


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert lay_out(tmp_path, "99999/2024", "--name", "가온구").exit_code == 0
    result = CliRunner().invoke(cli, ["--data", str(tmp_path), "export", "--xlsx", str(tmp_path / "no such folder" / "x.xlsx")])
    assert result.exit_code == 1
    assert "no such folder" in result.output and "Traceback" not in result.output
