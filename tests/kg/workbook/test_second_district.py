"""The made-up second district goes live through a spreadsheet only, by the commands of `docs/add-your-plan.md`, word for word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import open_current
from tests.conftest import ONTOLOGY, ROOT
from tests.kg.workbook.sheets import TEXTS, data_at, fill, statements
from web.cli import cli

COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "docs/add-your-plan.md").read_text("utf-8"), re.S)
    for line in block.splitlines()
]
OURS = [command for command in COMMANDS if command.startswith(".venv/bin/itda ")]
DIGEST = "35a1a49343373b1a46ef88e74650dde308b7283ad44cda218700b6e148111337"


def enter(path: Path) -> None:
    """Type the plan into the workbook, as a clerk does who reads its eleven lines."""
    workbook: Workbook = load_workbook(path)
    for cell, text in (("C2", "plan-b.txt"), ("D2", DIGEST), ("E2", 11)):
        workbook["계획"][cell] = text
    workbook["연결"]["F2"] = "가온구"
    fill(
        workbook,
        "계획의 짜임과 그 밖",
        {"id": "plan:vision", "type": "Vision", "label": "함께 일하는 가온", "lines": "2"},
        {"id": "plan:goal", "type": "Goal", "label": "새 일자리 500개", "lines": "3"},
        {"id": "strategy:1", "type": "Strategy", "label": "손재주로 여는 일자리", "notation": "1", "lines": "4"},
        {"id": "task:1-1", "type": "ActionTask", "label": "마을 제빵 일자리", "notation": "1-1", "lines": "5"},
        {"id": "plan:group/youth", "type": "GroupDefinition", "label": "청년층(19-34세)", "lines": "10"},
    )
    fill(workbook, "사업", {"id": "program:bread-school", "type": "Program", "label": "마을 제빵 교실", "lines": "6"})
    edition = {"id": "edition:bread-school", "type": "ProgramEdition", "@owner": "program:bread-school", "label": "마을 제빵 교실 (2024)"}
    fill(workbook, "연도별 사업", edition | {"completeness": "PartlyStated", "lines": "6-9"})
    fill(
        workbook,
        "기관",
        {"id": "org:bakery-school", "type": "Organization", "label": "가온제과학교", "lines": "8"},
        {"id": "org:senior-bakery", "type": "Organization", "label": "가온시니어빵집", "lines": "8"},
    )
    fill(workbook, "센터와 시설", {"id": "center:jobs", "type": "ServiceCenter", "label": "가온일자리센터", "lines": "9"})
    by_place = {"@under": "contributesTo", "certainty": "Inferred"}
    fill(
        workbook,
        "연결",
        {"@owner": "plan:goal", "to": "plan:vision", "lines": "2-3"} | by_place,
        {"@owner": "strategy:1", "to": "plan:goal", "lines": "3-4"} | by_place,
        {"@owner": "task:1-1", "to": "strategy:1", "lines": "4-5"} | by_place,
        {"@owner": "edition:bread-school", "to": "task:1-1", "lines": "5-6"} | by_place,
        {"@owner": "edition:bread-school", "@under": "operatedBy", "to": "center:jobs", "lines": "9", "quote": "가온일자리센터"},
        {"@owner": "edition:bread-school", "@under": "participantGroup", "to": "group:youth", "lines": "7", "quote": "청년"},
        {"@owner": "plan:group/youth", "@under": "definesGroup", "to": "group:youth", "lines": "10", "quote": "청년층(19-34세)"},
    )
    ages = {"@under": "allOf", "constrains": "concept:age", "min": "19", "max": "34"}
    requirement = {"@owner": "edition:bread-school", "@number": "1", "@under": "requirement"}
    fill(
        workbook,
        "조건",
        requirement | {"forRole": "audience-role:participant", "key": "participant"},
        {"@owner": "edition:bread-school", "@number": "1.1", "lines": "7", "quote": "만 19세 이상 34세 이하"} | ages,
        {"@owner": "plan:group/youth", "quote": "청년층(19-34세)"} | ages,
    )
    partner = {"@owner": "edition:bread-school", "@under": "participation", "lines": "8"}
    teaches = {"participant": "org:bakery-school", "role": "participation-role:trainer", "description": "빵 굽는 법을 가르친다"}
    houses = {"participant": "org:senior-bakery", "role": "participation-role:venue", "description": "실습할 자리를 내준다"}
    fill(workbook, "협력", partner | teaches | {"quote": "가온제과학교가 교육"}, partner | houses | {"quote": "실습 장소를 제공"})
    table = {"@table": "tasks", "@sheet": "표 tasks", "id": "table:tasks", "label": "과제별 목표와 사업비", "lines": "11"}
    fill(workbook, "표", table | {"every.inScope": "scope:task", "every.refPeriod": "period:2024", "every.valueType": "value-type:target"})
    money = {"@table": "tasks", "ofMeasure": "measure:budget", "unitMeasure": "unit:million-krw"}
    fill(
        workbook,
        "표의 칸",
        {"@table": "tasks", "@header": "about", "@meaning": "about"},
        {"@table": "tasks", "@header": "lines", "@meaning": "lines"},
        {"@table": "tasks", "@header": "jobs", "ofMeasure": "measure:jobs-target", "unitMeasure": "unit:person"},
        money | {"@header": "total", "fundingSource": "funding:total"},
        money | {"@header": "district", "fundingSource": "funding:district"},
    )
    figures = workbook.create_sheet("표 tasks")
    figures.append(["about", "lines", "jobs", "total", "district"])
    figures.append(["task:1-1", 11, 20, 40, 40])
    sums = {
        f"{side}.{key}": value for side in ("total", "parts") for key, value in (("about", "task:1-1"), ("ofMeasure", "measure:budget"))
    }
    funds = {"total.fundingSource": "funding:total", "parts.fundingSource": "funding:district"}
    fill(workbook, "합계", {"label": "사업비는 재원의 합이다", "lines": "11"} | sums | funds)
    workbook.save(path)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Result]]:
    """Run the commands of the document in an empty folder, and what they said."""
    folder = tmp_path_factory.mktemp("clerk")
    (folder / "data").mkdir()
    places = {"ITDA_DATA": folder / "data", "ITDA_SNAPSHOTS": folder / "snapshots", "ITDA_SOURCES": TEXTS}
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in OURS:
            words = shlex.split(command)[1:]
            found[" ".join(words[:2]) if words[0] == "new" else words[0]] = CliRunner().invoke(
                cli, words, env={k: str(v) for k, v in places.items()}
            )
            if words[0] == "export":
                enter(Path(words[words.index("--xlsx") + 1]))
        yield found


def settings_of(folder: Path) -> Settings:
    return Settings(data=folder / "data", ontology=ONTOLOGY, sources=TEXTS, snapshots=folder / "snapshots")


def test_every_command_of_the_document_succeeds(said: dict[str, Result]) -> None:
    assert list(said) == ["new plan", "check", "export", "import", "build", "search"]
    assert {name: (result.exit_code, result.output) for name, result in said.items() if result.exit_code} == {}
    assert "계획 1개" in said["check"].output
    assert "마을 제빵 교실" in said["search"].output


def test_the_plan_says_the_same_as_the_one_written_by_hand(said: dict[str, Result], tmp_path: Path) -> None:
    entered = statements(settings_of(Path.cwd()))
    by_hand = statements(data_at(tmp_path, "plan-b"))
    assert entered == {
        quad.replace("id/99999/area/gaon", "id/kr/area/99999").replace("/spatial/gaon", "/spatial/99999") for quad in by_hand
    }


def test_the_published_plan_answers_who_is_taught_by_whom(said: dict[str, Result]) -> None:
    snapshot = open_current(settings_of(Path.cwd()).snapshots)
    with OxigraphStore.open(snapshot.store_path) as store:
        rows = store.select(
            "PREFIX cv: <http://data.europa.eu/m8g/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX kj: <https://w3id.org/kr-jobs/ns#> "
            "SELECT ?name WHERE { ?e a kj:ProgramEdition ; cv:hasParticipation/cv:hasParticipant/skos:prefLabel ?name } ORDER BY ?name"
        ).rows
    assert [row["name"].value for row in rows] == ["가온시니어빵집", "가온제과학교"]
