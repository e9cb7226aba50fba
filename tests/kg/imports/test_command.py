"""What `itda import` says: to somebody who takes a list over, in Korean and in English, and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.kg.imports.sources import DAY, FIXTURES, files_of, laid_out
from web.cli import cli


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--snapshots", str(folder / "snapshots"), *words])


def test_a_list_is_taken_over_from_files_and_listed_with_its_day(tmp_path: Path) -> None:
    done = run(tmp_path, "import", "gov24", str(FIXTURES / "gov24"), "--date", DAY)
    assert done.exit_code == 0, done.output
    assert f"받아들였습니다: gov24 {DAY}, 서비스 5건(앞서 0건). 다음: itda build" in done.output
    listed = CliRunner().invoke(cli, ["--json", "--snapshots", str(tmp_path / "snapshots"), "import"])
    states = {row["source"]: (row["retrieved"], row["services"], row["state"]) for row in json.loads(listed.stdout)}
    assert states["gov24"] == (DAY, "5", "씀")
    assert states["youth"] == ("", "", "아직 받아들인 것 없음")


def test_a_refusal_says_file_row_field_why_and_what_to_do(tmp_path: Path) -> None:
    files = files_of("gov24")
    files["serviceList-2.json"] = files["serviceList-2.json"].replace("소관기관명".encode(), "기관이름".encode())
    sent = laid_out(files, tmp_path / "sent")
    refused = run(tmp_path, "import", "gov24", str(sent))
    assert refused.exit_code == 3
    assert "serviceList-2.json 잘못: 1행(999000000104)에 “소관기관명” 항목이 없습니다. 모르는 항목: 기관이름." in refused.output
    assert "data/mappings/" in refused.output
    assert "앞서 받아들인 목록을 그대로 씁니다" in refused.output
    english = run(tmp_path, "--lang", "en", "import", "gov24", str(sent))
    assert "serviceList-2.json fault: Row 1 (999000000104) has no field “소관기관명”." in english.output
    assert "the list that was accepted last stays in use" in english.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "gov24"), "--fetch"),
        (("import", "gov24", str(FIXTURES / "gov24"), "--fetch"), "--fetch"),
        (("import", "--xlsx", str(FIXTURES / "youth" / "getPlcy.json"), "--fetch"), "한 번에 하나"),
        (("import", "kosis", str(FIXTURES / "youth")), "bokjiro, bokjiro-local, gov24, youth"),
    ],
    ids=["neither files nor fetching", "both", "a workbook and fetching", "a source nobody knows"],
)
def test_a_call_that_cannot_be_meant_is_told_how_to_mean_it(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run(tmp_path, *words)
    assert done.exit_code == 2, done.output
    assert said in done.output


def test_a_workbook_is_still_taken_over_by_the_same_command(tmp_path: Path) -> None:
    done = run(tmp_path, "import", "--xlsx", str(FIXTURES / "youth" / "getPlcy.json"))
    assert done.exit_code == 3
    assert "엑셀" in done.output or "Excel" in done.output
