"""`itda network` and `itda path` answer on the command line what the site answers."""

from __future__ import annotations

import io
import json

import networkx as nx
import pytest
from click.testing import CliRunner, Result

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from web.cli import cli


@pytest.fixture
def run(settings: Settings, published: Snapshot):  # type: ignore[no-untyped-def]
    def asked(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--snapshots", str(settings.snapshots), *words])

    return asked


def test_a_path_is_told_in_korean_or_english(run) -> None:  # type: ignore[no-untyped-def]
    told = run("path", "서울신용보증재단", "소상공인")
    assert told.exit_code == 0
    first = (
        "1\t서울신용보증재단은 소상공인 지역협의체에 속해 있습니다.\t1702\n1\t소상공인 지역협의체는 소상공인을 돕습니다.\t1706 (글에 바로"
    )
    assert told.stdout.startswith(first)
    assert "takes part in" in run("--lang", "en", "path", "연세대", "이화여대").stdout
    assert json.loads(run("--json", "path", "신중년", "고용노동부").stdout)["paths"][0]["lines"]


def test_a_relation_of_the_list_of_groups_is_told_without_lines(run) -> None:  # type: ignore[no-untyped-def]
    told = run("network", "청년 창업가", "--type", "group").stdout.splitlines()
    rule = "대상 분류에 따름"
    assert [line.rstrip() for line in told] == [f"청년 창업가는 창업가에 속합니다.\t{rule}", f"청년 창업가는 청년에 속합니다.\t{rule}"]
    path = json.loads(run("--json", "path", "캠퍼스타운 조성사업", "청년").stdout)["paths"][0]
    assert path["lines"] == ["1140", ""] and path["certainty"][-1] == "inferred"
    assert json.loads(run("--json", "path", "서울신용보증재단", "소상공인").stdout)["paths"][0]["certainty"] == ["stated", "inferred"]


def test_what_only_follows_from_other_statements_is_marked_so(run) -> None:  # type: ignore[no-untyped-def]
    told = run("network", "이푸드랩", "--type", "university").stdout.splitlines()
    assert told and all("함께 일합니다." in line and line.endswith("(글에 바로 적힌 것은 아님)") for line in told)
    assert "글에 바로 적힌 것은 아님" not in run("network", "이푸드랩", "--type", "program").stdout


def test_partners_and_gaps_are_told_as_the_site_tells_them(run) -> None:  # type: ignore[no-untyped-def]
    rows = [line.split("\t") for line in run("partners", "이화여대").stdout.splitlines()]
    assert ["함께하는 기관", "이푸드랩", "청년키움식당", "0.50"] in rows and {row[0] for row in rows} >= {
        "들어 있는 일",
        "함께하면 좋을 곳",
    }
    data = json.loads(run("--json", "partners", "이화여대").stdout)
    assert data["partners"][0]["name"] in {"서대문구", "이푸드랩"} and data["parts"][0]["lines"]
    ranked = json.loads(run("--json", "partners").stdout)
    assert len(ranked[0]["actors"]) >= len(ranked[1]["actors"]) and ranked[-1]["actors"] == []
    assert "미취업 청년" in run("partners", "--gaps", "groups").stdout
    assert "서대문구 디지털 튜터" in run("partners", "--gaps", "programs").stdout
    assert all(len(one["actors"]) <= 1 for one in json.loads(run("--json", "partners", "--gaps", "zones").stdout))
    office = run("partners", "서대문구")
    assert office.exit_code == 0 and "아무 곳도 권하지 않습니다" in office.stderr
    assert run("partners", "청년").exit_code == run("partners", "없는 이름").exit_code == 2
    assert run("partners", "이화여대", "--gaps", "zones").exit_code == 2


def test_no_meaningful_path_is_exit_code_1_and_an_unknown_or_ambiguous_name_2(run) -> None:  # type: ignore[no-untyped-def]
    assert run("path", "서대문융복합인재교육센터", "구직자").exit_code == 1
    unknown = run("path", "없는 이름", "소상공인")
    assert unknown.exit_code == 2 and "없는 이름" in unknown.stderr
    assert "11410/org/seodaemun-gu" in run("network", "서대문구").stderr


@pytest.mark.parametrize("words", [("연세대",), ()])
def test_a_kind_that_is_not_there_is_exit_code_2_with_those_nearest(run, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    wrong = run("network", *words, "--type", "univercity")
    assert wrong.exit_code == 2 and "univercity" in wrong.stderr and "university" in wrong.stderr and not wrong.stdout
    assert "organization" in run("network", *words, "--type", "organisation").stderr
    far = run("network", *words, "--type", "zzzzzz")
    assert far.exit_code == 2 and all(word in far.stderr for word in ("program", "university", "group"))


def test_a_kind_may_be_named_as_pages_name_it_and_narrows_the_whole_network_too(run) -> None:  # type: ignore[no-untyped-def]
    assert run("network", "이푸드랩", "--type", "대학").stdout == run("network", "이푸드랩", "--type", "university").stdout != ""
    data = json.loads(run("--json", "network", "--type", "university").stdout)
    assert {node["type"] for node in data["nodes"]} == {"university"} and data["edges"]
    assert "group" in run("--lang", "en", "network", "--type", "Target grup").stderr


def test_a_name_written_wrong_or_borne_by_several_is_answered_with_what_may_be_meant(run) -> None:  # type: ignore[no-untyped-def]
    wrong = run("path", "이화여자대학", "청년")
    assert wrong.exit_code == 2 and "이화여자대학교" in wrong.stderr
    several = run("path", "청년", "서대문구")
    assert several.exit_code == 2 and "11410/org/seodaemun-gu (" in several.stderr and "kr/area/11410 (" in several.stderr
    assert run("path", "청년", "11410/org/seodaemun-gu").exit_code in (0, 1)
    assert "뜻있는 길이 없습니다" in run("path", "청년", "청년").stderr


def test_what_is_linked_is_told_once_and_can_be_taken_away(run) -> None:  # type: ignore[no-untyped-def]
    told = run("network", "이푸드랩").stdout.splitlines()
    assert "이푸드랩은 청년키움식당에 함께합니다.\t1342" in told and len(told) == len(set(told))
    data = json.loads(run("--json", "network", "이푸드랩").stdout)
    assert data["more"] == 0
    part = nx.read_graphml(io.BytesIO(run("network", "이푸드랩", "--format", "graphml").stdout.encode()))
    assert set(part.nodes) == {node["id"] for node in data["nodes"]}
    assert run("network", "이푸드랩", "--type", "university", "--format", "nodes").stdout.count("\n") == 3
    assert "더 있습니다" in run("network", "청년", "--limit", "3").stderr
    assert len(json.loads(run("--json", "network").stdout)["nodes"]) > 500
