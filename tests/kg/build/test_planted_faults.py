"""Every kind of mistake a clerk can make is found, at its file and line, and said in a sentence that tells what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.build.check import Checked, check
from kg.errors import Fault, SourceFaults
from kg.settings import Settings
from tests.conftest import DATA, ONTOLOGY, silent, source_texts
from web.catalogue import load_translations
from web.messages import fault_sentence

TUTOR = "seodaemun-2022/tasks/1-2-digital-tutor.yaml"
BOX = "seodaemun-2022/tasks/2-3-box-square.yaml"
ORGS = "seodaemun-2022/organizations.yaml"
PLANS = "seodaemun-2022/figures/task-plans.csv"
PLANS_DESCRIPTOR = "seodaemun-2022/figures/task-plans.yaml"
PLAN = "seodaemun-2022/plan.yaml"
CHECKS = "seodaemun-2022/checks.yaml"


@dataclass(frozen=True)
class Planted:
    """A mistake: in which file what is replaced by what, the code it must give and a text its line must hold."""

    name: str
    file: str
    old: str
    new: str
    code: str
    at: str
    said: str = ""
    needs_source: bool = False
    found_in: str = ""


PLANTED = [
    Planted(
        "a typing error in a key",
        TUTOR,
        "participantGroup: {to: group:youth, lines: 969",
        "participantGroop: {to: group:youth, lines: 969",
        "source.unknown-key",
        "participantGroop",
        "participantGroup",
    ),
    Planted(
        "an unknown term of a scheme",
        TUTOR,
        "group:youth, lines: 969",
        "group:yuoth, lines: 969",
        "source.dangling",
        "group:yuoth",
        "group:youth",
    ),
    Planted(
        "an id declared twice",
        BOX,
        "- id: line:box-square",
        "- id: program:digital-tutor",
        "source.duplicate-id",
        "- id: program:digital-tutor",
        "program:digital-tutor",
    ),
    Planted(
        "a reference to nothing",
        BOX,
        "participant: org:e-food-lab",
        "participant: org:e-food-lap",
        "source.dangling",
        "org:e-food-lap",
        "org:e-food-lab",
    ),
    Planted("an unknown kind", BOX, "type: Facility", "type: Facilty", "source.unknown-type", "type: Facilty", "Facility"),
    Planted("an entry without a kind", ORGS, "  type: University\n", "", "source.no-type", "- id: org:ewha-womans-university"),
    Planted("a number with an exponent", TUTOR, "min: 18, max: 39", "min: 1.8e1, max: 39", "source.not-a-number", "1.8e1"),
    Planted("a number with a unit", TUTOR, "min: 18, max: 39", "min: 18세, max: 39", "source.not-a-number", "18세"),
    Planted("a range of lines that runs backwards", TUTOR, "    lines: 967-973", "    lines: 973-967", "source.bad-lines", "973-967"),
    Planted(
        "lines beyond the end of the source",
        TUTOR,
        "    lines: 967-973",
        "    lines: 967-9730",
        "source.lines-beyond-end",
        "967-9730",
        "1733",
    ),
    Planted(
        "a phrase that is not on its lines",
        TUTOR,
        "quote: 만 18세 이상 만 39세 이하",
        "quote: 만 19세 이상 만 39세 이하",
        "source.not-on-lines",
        "만 19세 이상",
        "969",
        needs_source=True,
    ),
    Planted(
        "a name the source does not use there",
        TUTOR,
        "alias: [디지털 튜터, 디지털튜터]",
        "alias: [디지털 튜터, 외식창업]",
        "source.name-not-on-lines",
        "외식창업",
        "1122",
        needs_source=True,
    ),
    Planted(
        "a misspelling the source does not have",
        ORGS,
        "  alias: ㈜이푸드랩",
        "  misspelling: ㈜이푸드립",
        "source.name-not-on-lines",
        "이푸드립",
        "1342",
        needs_source=True,
    ),
    Planted("a tab", TUTOR, "  type: ActionTask", "\ttype: ActionTask", "source.tab", "type: ActionTask"),
    Planted("broken YAML", TUTOR, "  notation: 1-2", "  notation: [1-2", "source.broken-yaml", "", ""),
    Planted("a colon inside a text", ORGS, "label: 이푸드랩", "label: 협력: 이푸드랩", "source.broken-yaml", "협력: 이푸드랩"),
    Planted("a key written twice", ORGS, "  labelEn: E-Food Lab", "  label: E-Food Lab", "source.duplicate-key", "label: E-Food Lab"),
    Planted("a key without a value", ORGS, "label: 이푸드랩", "label: #이푸드랩", "source.empty-value", "#이푸드랩", "label"),
    Planted(
        "a comma in a phrase without quotation marks",
        TUTOR,
        "quote: 만 18세 이상 만 39세 이하",
        "quote: 만 18세 이상, 만 39세 이하",
        "source.empty-value",
        "만 39세 이하",
        "만 39세 이하",
    ),
    Planted("a wrong CSV header", PLANS, "성과목표", "성과 목표", "source.unknown-column", "과제,", "성과목표"),
    Planted("a number without its quotation marks", PLANS, '"2,505",-,-,', "2,505,-,-,", "source.wrong-cell-count", "task:1-2"),
    Planted("a word where a figure is due", PLANS, "88,213", "88,약 213", "source.not-a-figure", "task:2-3", "약 213"),
    Planted(
        "a number that breaks a sum",
        PLANS,
        '-,-,"2,505",-',
        "-,-,157,-",
        "check.sum-broken",
        "- label: 전략 1 과제 2",
        "figures/task-plans.csv:2",
        found_in=CHECKS,
    ),
    Planted(
        "an unknown unit",
        PLANS_DESCRIPTOR,
        "unitMeasure: unit:person-or-case",
        "unitMeasure: unit:people",
        "source.dangling",
        "unit:people",
    ),
    Planted("two preferred names", ORGS, "label: 이화여자대학교", "label: [이화여자대학교, 이화여대]", "shape.violated", "label: [이화"),
    Planted("an age range upside down", TUTOR, "min: 18, max: 39", "min: 39, max: 18", "shape.violated", "min: 39"),
    Planted(
        "a reference to the wrong kind of thing",
        BOX,
        "usesFacility: {to: facility:sinchon-box-square",
        "usesFacility: {to: org:e-food-lab",
        "shape.violated",
        "usesFacility",
    ),
    Planted("a missing name", ORGS, "  label: 이푸드랩\n", "", "shape.violated", "labelEn: E-Food Lab"),
    Planted("a thing without evidence", ORGS, "  lines: 1336-1342\n", "", "shape.violated", "- id: org:e-food-lab"),
    Planted(
        "a key that its kind cannot have", ORGS, "  alias: ㈜이푸드랩", "  completeness: PartlyStated", "shape.violated", "completeness"
    ),
    Planted(
        "a relation without lines",
        TUTOR,
        "deployedTo: {to: facility-type:senior-center, lines: 975, quote: 경로당}",
        "deployedTo: facility-type:senior-center",
        "source.lines-missing",
        "deployedTo",
    ),
    Planted(
        "an unknown prefix",
        TUTOR,
        "to: task:1-2, lines: 955-967",
        "to: tsak:1-2, lines: 955-967",
        "source.unknown-prefix",
        "tsak:1-2",
        "task",
    ),
    Planted(
        "a plain word where a thing is due",
        BOX,
        "participant: org:e-food-lab",
        "participant: 이푸드랩",
        "source.not-a-reference",
        "participant: 이푸드랩",
    ),
    Planted("two parts with one name", BOX, "key: university-student", "key: youth", "source.same-name", "key: youth"),
    Planted(
        "an unknown word",
        TUTOR,
        "completeness: PartlyStated",
        "completeness: Partly",
        "source.unknown-word",
        "completeness: Partly",
        "PartlyStated",
    ),
    Planted(
        "a source that is no name",
        PLAN,
        "source: plan:source ",
        "source: plan source ",
        "source.bad-header",
        "source: plan source",
        "plan:source",
    ),
    Planted("a graph without its year", PLAN, "graph: 11410/2022", "graph: 11410", "source.bad-header", "graph: 11410", "11410/2022"),
    Planted(
        "the prefix of a vocabulary", ORGS, "- id: org:e-food-lab", "- id: schema:e-food-lab", "source.foreign-prefix", "schema:e-food-lab"
    ),
    Planted("an id of the shared lists", ORGS, "- id: org:e-food-lab", "- id: group:e-food-lab", "source.national-id", "group:e-food-lab"),
    Planted("capital letters in an id", ORGS, "- id: org:e-food-lab", "- id: org:E_Food", "source.bad-identifier", "org:E_Food"),
    Planted("a text cut at a number sign", ORGS, "label: 이푸드랩", "label: 협력 #1 이푸드랩", "source.hash-in-text", "협력 #1"),
    Planted("a full-width colon", ORGS, "label: 이푸드랩", "label： 이푸드랩", "source.wide-colon", "이푸드랩"),
    Planted("no space after the colon", ORGS, "label: 이푸드랩", "label:이푸드랩", "source.no-space-after-colon", "이푸드랩"),
    Planted("an odd space from a word processor", ORGS, "  label: 이푸드랩", "\u00a0 label: 이푸드랩", "source.odd-space", "이푸드랩"),
    Planted("a forgotten hyphen", ORGS, "- id: org:e-food-lab", "  id: org:e-food-lab", "source.missing-hyphen", "id: org:e-food-lab"),
    Planted(
        "a number that is not in its phrase",
        TUTOR,
        "max: 39, lines: 969",
        "max: 93, lines: 969",
        "source.number-not-quoted",
        "max: 93",
        "93",
    ),
    Planted(
        "a Korean word where a term is due",
        TUTOR,
        "accepts: qualification:fourth-industrial",
        "accepts: 청년",
        "source.not-a-reference",
        "accepts: 청년",
        "group:youth",
    ),
    Planted("a figure with its unit", PLANS, "88,213", "88,213백만원", "source.not-a-figure", "task:2-3", "213"),
    Planted(
        "a table saved with tabs",
        PLANS,
        "과제,줄,같은 것,성과목표,계,국비,시비,구비,기타",
        "과제\t줄\t같은 것\t성과목표",
        "source.wrong-delimiter",
        "과제",
    ),
    Planted("the same row twice", PLANS, "task:2-3,1383", "task:1-2,1000", "source.same-row", "task:1-2", "2"),
    Planted("lines outside the table", PLANS, "task:2-3,1383", "task:2-3,1425", "source.outside-table", "task:2-3"),
    Planted(
        "a check without its total",
        CHECKS,
        "  total: {about: task:1-2, ofMeasure: measure:jobs-target}\n",
        "",
        "check.incomplete",
        "- label: 디지털 튜터 두 사업",
        "total",
    ),
]


def faults_of(check_copy: Callable[[], Checked]) -> list[Fault]:
    with pytest.raises(SourceFaults) as caught:
        check_copy()
    return [fault for fault in caught.value.faults if fault.severity == "violation"]


def plant(data: Path, planted: Planted) -> None:
    path = data / planted.file
    text = path.read_text("utf-8")
    assert planted.old in text, "the file no longer holds what this test breaks"
    path.write_text(text.replace(planted.old, planted.new, 1), "utf-8")


def _case(planted: Planted) -> object:
    return pytest.param(planted, id=planted.name.replace(" ", "_"), marks=[pytest.mark.source] if planted.needs_source else [])


@pytest.mark.parametrize("planted", [_case(planted) for planted in PLANTED])
def test_a_planted_fault_is_found_at_its_line_and_said_in_both_languages(
    planted: Planted, data_copy: Path, check_copy: Callable[[], Checked]
) -> None:
    plant(data_copy, planted)
    faults = faults_of(check_copy)
    found = [fault for fault in faults if fault.code == planted.code]
    assert found, faults
    fault = found[0]
    assert fault.path == (planted.found_in or planted.file)
    line = (data_copy / fault.path).read_text("utf-8").splitlines()[fault.line - 1]
    assert planted.at in line, (fault.line, line)
    for language in ("ko", "en"):
        said = fault_sentence(fault, language, load_translations(language))
        assert planted.said in said
        assert "%(" not in said
        assert bool(re.search("[가-힣]{2}", said)) or language == "en"


def test_two_faults_in_two_files_are_both_reported(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    by_name = {planted.name: planted for planted in PLANTED}
    plant(data_copy, by_name["an unknown kind"])
    plant(data_copy, by_name["a typing error in a key"])
    assert {"source.unknown-type", "source.unknown-key"} <= {fault.code for fault in faults_of(check_copy)}


def test_a_file_that_cannot_be_read_causes_no_false_alarms_elsewhere(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    (data_copy / ORGS).write_text("entries: [\n", "utf-8")
    with pytest.raises(SourceFaults) as caught:
        check_copy()
    assert [fault.code for fault in caught.value.faults if fault.severity == "violation"] == ["source.broken-yaml"]
    assert "source.references-not-checked" in [fault.code for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["tasks/1-1.yml", "tasks/1-1.yaml.txt", "figures/lonely.csv", "table.xlsx"])
def test_a_file_that_nobody_reads_is_named_instead_of_passed_over(name: str, data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    (data_copy / "seodaemun-2022" / name).write_text("entries: []", "utf-8")
    assert [(fault.path, fault.code) for fault in faults_of(check_copy)] == [(f"seodaemun-2022/{name}", "source.unread-file")]


def test_a_folder_without_plan_yaml_is_named(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    (data_copy / "seodaemun-2024").mkdir()
    assert [(fault.path, fault.code) for fault in faults_of(check_copy)] == [("seodaemun-2024", "source.no-plan-file")]


@pytest.mark.parametrize("content", ["[" * 3000, "entries: [", "a: \0"])
def test_no_content_of_a_file_is_a_crash(content: str, data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    (data_copy / ORGS).write_text(content, "utf-8")
    assert {fault.path for fault in faults_of(check_copy)} == {ORGS}


def test_a_link_to_a_file_that_is_not_there_is_a_fault(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    (data_copy / "seodaemun-2022" / "gone.yaml").symlink_to("nowhere")
    assert [fault.code for fault in faults_of(check_copy)] == ["source.unreadable"]


def test_a_table_saved_by_a_korean_spreadsheet_is_read_or_named(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    path = data_copy / PLANS
    text = path.read_text("utf-8")
    path.write_bytes(text.replace("\n", "\r\n").replace("기타", "기타,,").encode("utf-8-sig"))
    check_copy()
    path.write_bytes(text.encode("cp949"))
    assert [fault.code for fault in faults_of(check_copy)] == ["source.not-utf8"]


def test_the_data_as_it_stands_has_no_fault() -> None:
    checked = check(Settings(data=DATA, ontology=ONTOLOGY, sources=source_texts()), silent)
    assert not [fault for fault in checked.findings if fault.severity != "info"]
    assert checked.counts["totals"] >= 72
