"""Names are looked for in the source: further names have to stand on their entry's lines, a preferred name may be the editor's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.source.load import load_sources
from tests.conftest import ONTOLOGY

TEXT = """계획
마을 제빵․제과 교실
「빵집」과 ‘떡집’ 운영
빵 굽는 청년
제빵․제과 교 실
"""
PLAN = """graph: 99999/2024
source: plan:source
text: {{file: plan.txt, sha256: {digest}, lines: {count}}}
entries:
- {{id: plan:source, type: SourceDocument, label: 원문}}
"""
DOTS = "U+00B7\tmiddle dot\nU+2024\tone dot leader\nU+2219\tbullet operator\n"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load(ONTOLOGY)


def found(folder: Path, ontology: Ontology, entries: str) -> list[Fault]:
    """Read one entry file against the text; return what is said about its names."""
    data, texts = folder / "data", folder / "texts"
    for path, content in {
        texts / "plan.txt": TEXT,
        data / "lexicon" / "dots.tsv": DOTS,
        data / "plan" / "plan.yaml": PLAN.format(digest=hashlib.sha256(TEXT.encode()).hexdigest(), count=TEXT.count("\n")),
        data / "plan" / "entries.yaml": "entries:\n" + entries,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    try:
        faults = load_sources(data, ontology, texts).remarks
    except SourceFaults as error:
        faults = error.faults
    return [fault for fault in faults if fault.path]


def program(names: str, lines: str = "2") -> str:
    return f"- id: program:a\n  type: Program\n  {names}\n  lines: {lines}\n"


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        ("label: 마을 제빵․제과 교실", "2"),
        ("label: 마을제빵·제과교실", "2"),
        ("label: 마을 제빵․제과 교실\n  alias: [제빵·제과, 교실]", "2"),
        ("label: 마을 제빵․제과 교실\n  alias: 빵집과 떡집", "2-3"),
        ("label: 마을 제빵․제과 교실\n  alias: 「빵집」과 ‘떡집’", "2, 3"),
        ("label: 마을 제빵․제과 교실\n  misspelling: “청년”", "2, 4"),
        ("label: 마을 제빵․제과 교실\n  aliasEn: Bakery", "2"),
    ],
)
def test_a_name_stands_on_its_lines_spaces_dots_and_quotation_marks_aside(
    names: str, lines: str, tmp_path: Path, ontology: Ontology
) -> None:
    assert found(tmp_path, ontology, program(names, lines)) == []


@pytest.mark.parametrize("key", ["alias", "misspelling"])
def test_a_further_name_that_stands_elsewhere_is_a_fault_that_says_where(key: str, tmp_path: Path, ontology: Ontology) -> None:
    fault = found(tmp_path, ontology, program(f"label: 교실\n  {key}:\n  - 제빵\n  - 떡집", "1-2, 4"))[0]
    assert (fault.path, fault.line, fault.code, fault.severity) == ("plan/entries.yaml", 7, "source.name-not-on-lines", "violation")
    assert fault.facts == {"value": "떡집", "lines": "1-2, 4", "found": "3"}


def test_an_addition_to_a_thing_is_held_to_its_own_lines(tmp_path: Path, ontology: Ontology) -> None:
    right = program("label: 교실") + "- {extends: program:a, alias: 빵집, lines: 3}\n- {extends: group:youth, alias: 청년, lines: 4}\n"
    assert found(tmp_path, ontology, right) == []
    wrong = found(tmp_path, ontology, right.replace("lines: 3", "lines: 2"))
    assert [(fault.line, fault.code) for fault in wrong] == [(6, "source.name-not-on-lines")]


def test_a_part_without_lines_is_held_to_those_above_it(tmp_path: Path, ontology: Ontology) -> None:
    edition = "  edition: {id: edition:a, type: ProgramEdition, label: 교실 (2024), alias: 빵집}\n"
    assert found(tmp_path, ontology, program("label: 교실", "2-3") + edition) == []
    assert [fault.line for fault in found(tmp_path, ontology, program("label: 교실", "2") + edition)] == [6]


def test_a_preferred_name_the_source_does_not_use_is_remarked_on_as_ours(tmp_path: Path, ontology: Ontology) -> None:
    (remark,) = found(tmp_path, ontology, program("label: 빵 배우기"))
    assert (remark.code, remark.severity, remark.line) == ("source.name-is-ours", "info", 4)


@pytest.mark.parametrize(
    "entry",
    [
        "- {id: edition:a, type: ProgramEdition, of: program:b, label: 우리 이름 (2024), lines: 2}\n- {id: program:b, type: Program, label: 교실, lines: 2}\n",
        "- {id: plan:section/a, type: Section, label: 우리 이름, lines: 2}\n",
        "- {id: facility:a, type: Facility, label: 빵집, lines: 3, address: {key: a, label: 우리 이름, fullAddress: 우리 이름}}\n",
    ],
)
def test_names_that_a_plan_does_not_give_are_not_looked_for(entry: str, tmp_path: Path, ontology: Ontology) -> None:
    assert found(tmp_path, ontology, entry) == []
