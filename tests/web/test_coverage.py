"""`itda coverage` writes the counts and what is left on standard output, and says by its exit code whether anything is left."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import DATA
from web.cli import cli

TEXT = "1. 마을 일자리\n코로나19 뒤의 교육 14명\n"
PLAN = f"""graph: 99999/2024
source: plan:source
text: {{file: plan.txt, sha256: {hashlib.sha256(TEXT.encode()).hexdigest()}, lines: 2}}
entries:
- {{id: plan:source, type: SourceDocument, label: 원문}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {"texts/plan.txt": TEXT, "data/plan/plan.yaml": PLAN}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    shutil.copytree(DATA / "lexicon", tmp_path / "data" / "lexicon")
    return tmp_path


def run(folder: Path, *words: str, texts: str = "texts") -> Result:
    return CliRunner().invoke(cli, ["--data", str(folder / "data"), *words], env={"ITDA_SOURCES": str(folder / texts)})


def test_what_is_left_is_listed_with_its_line_and_the_exit_code_is_1(folder: Path) -> None:
    found = run(folder, "coverage")
    assert found.exit_code == 1
    assert "설명되지 않은 것\t1" in found.stdout
    assert found.stdout.splitlines()[-1] == "plan.txt:2\t14\t\t코로나19 뒤의 교육 14명"


def test_everything_accounted_for_gives_exit_code_0(folder: Path) -> None:
    (folder / "data" / "plan" / "ignored.csv").write_text("lines,printed,reason\n2,14명,보기\n1,1.,번호\n", "utf-8")
    found = run(folder, "--lang", "en", "coverage", "--all")
    assert found.exit_code == 0
    assert "plan.txt:2\t14\tleft out with a reason (ignored.csv) 보기\t코로나19 뒤의 교육 14명" in found.stdout
    assert "plan/ignored.csv:3: this row is not needed" in found.stderr


def test_as_json_the_counts_and_every_number_left_are_data(folder: Path) -> None:
    found = run(folder, "--json", "coverage")
    (plan,) = json.loads(found.stdout)["plans"]
    assert (found.exit_code, plan["plan"], plan["numbers"]) == (1, "plan", 3)
    assert {kind: count for kind, count in plan["classes"].items() if count} == {"structure": 1, "word": 1}
    assert plan["left"] == [{"line": 2, "number": "14", "class": None, "because": None, "text": "코로나19 뒤의 교육 14명"}]


def test_a_plan_whose_text_is_missing_is_named_and_the_others_are_accounted_for(folder: Path) -> None:
    (folder / "data" / "other").mkdir()
    (folder / "data" / "other" / "plan.yaml").write_text(PLAN.replace("99999/2024", "99999/2025").replace("plan.txt", "other.txt"), "utf-8")
    found = run(folder, "--lang", "en", "coverage")
    assert (found.exit_code, found.stdout.splitlines()[0]) == (1, "plan\tnumbers")
    assert "other: the source text is not at hand" in found.stderr


def test_without_the_source_text_the_exit_code_is_4_and_says_what_to_set(folder: Path) -> None:
    found = run(folder, "coverage", texts="elsewhere")
    assert (found.exit_code, found.stdout) == (4, "")
    assert "ITDA_SOURCES" in found.stderr
