"""A row may repeat a row of another table; a fall told in words is a negative number; a quantity is one whoever is credited with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.source.load import load_sources
from kg.vocab import ID, KJ, SDMX_MEASURE
from tests.conftest import ONTOLOGY

TABLES = ID + "99999/plan/2024/table/"
PLAN = """graph: 99999/2024
source: plan:source
text: {file: plan.txt, sha256: %s, lines: 9}
entries:
- {id: plan:source, type: SourceDocument, label: 원문}
- {id: task:1-1, type: ActionTask, label: 과제, notation: 1-1, lines: 1}
""" % ("0" * 64)
DESCRIPTOR = """id: table:{name}
label: 표
lines: 1-9
every: {{refPeriod: period:2024}}
columns:
  about: about
  scope: inScope
{more}  jobs: {{ofMeasure: measure:jobs-target, unitMeasure: unit:person}}
  money: {{ofMeasure: measure:budget, unitMeasure: unit:million-krw, fundingSource: funding:total}}
"""
SECTORS = "about,scope,jobs,money\nsector:direct,scope:sector,10,-\n"
TASKS = "about,scope,same,jobs,money\ntask:1-1,scope:task,{row},{jobs},{money}\n"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load(ONTOLOGY)


def tables(folder: Path, ontology: Ontology, plan: str, **files: str) -> dict[str, dict[str, object]]:
    """Read a plan with these files of figures and return its observations by IRI."""
    for name, content in {
        "lexicon/dots.tsv": "",
        "plan/plan.yaml": plan,
        **{f"plan/figures/{name}": files[name] for name in files},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    (read,) = load_sources(folder, ontology, None).folders
    return {str(node["@id"]): node for node in read.expansion.nodes if KJ.printedAs in node}


def nodes(folder: Path, ontology: Ontology, row: str, jobs: str = "10", money: str = "-") -> dict[str, dict[str, object]]:
    """Read a table of sectors, and one of tasks whose row says which row it repeats; the table of tasks is read first."""
    for name, content in {
        "lexicon/dots.tsv": "",
        "plan/plan.yaml": PLAN,
        "plan/figures/z-sectors.yaml": DESCRIPTOR.format(name="sectors", more=""),
        "plan/figures/z-sectors.csv": SECTORS,
        "plan/figures/a-tasks.yaml": DESCRIPTOR.format(name="tasks", more="  same: repeats\n"),
        "plan/figures/a-tasks.csv": TASKS.format(row=row, jobs=jobs, money=money),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    (read,) = load_sources(folder, ontology, None).folders
    return {str(node["@id"]): node for node in read.expansion.nodes}


def faults(folder: Path, ontology: Ontology, row: str, **cells: str) -> list[Fault]:
    with pytest.raises(SourceFaults) as caught:
        nodes(folder, ontology, row, **cells)
    return [fault for fault in caught.value.faults if fault.severity == "violation"]


def test_each_cell_of_a_repeating_row_repeats_the_cell_of_its_own_column(tmp_path: Path, ontology: Ontology) -> None:
    found = nodes(tmp_path, ontology, "table:sectors/direct")
    for column in ("jobs-target", "budget-total"):
        assert found[f"{TABLES}tasks/1-1/{column}"][KJ.repeats] == {"@id": f"{TABLES}sectors/direct/{column}"}
        assert KJ.repeats not in found[f"{TABLES}sectors/direct/{column}"]


def test_a_row_keeps_its_name_and_its_quantities_whatever_it_repeats(tmp_path: Path, ontology: Ontology) -> None:
    alone, repeating = (nodes(tmp_path, ontology, row) for row in ("", "table:sectors/direct"))
    assert alone.keys() == repeating.keys()
    for iri, node in alone.items():
        assert node == {key: value for key, value in repeating[iri].items() if key != KJ.repeats}


def test_a_figure_keeps_its_place_in_the_table(tmp_path: Path, ontology: Ontology) -> None:
    found = nodes(tmp_path, ontology, "")
    places = {
        iri.rpartition("/")[2]: [node[term]["@value"] for term in (KJ.row, KJ.column)]  # type: ignore[index]
        for iri, node in found.items()
        if "/sectors/" in iri
    }
    assert places == {"jobs-target": ["1", "1"], "budget-total": ["1", "2"]}


def test_two_values_that_differ_are_two_claims_and_no_fault(tmp_path: Path, ontology: Ontology) -> None:
    found = nodes(tmp_path, ontology, "table:sectors/direct", jobs="11")
    assert found[f"{TABLES}tasks/1-1/jobs-target"][KJ.printedAs] == "11"
    assert found[f"{TABLES}sectors/direct/jobs-target"][KJ.printedAs] == "10"


def test_a_row_that_is_not_there_is_a_dangling_reference_at_the_line_of_the_cell(tmp_path: Path, ontology: Ontology) -> None:
    (fault,) = faults(tmp_path, ontology, "table:sectors/direkt")
    assert (fault.path, fault.line, fault.code) == ("plan/figures/a-tasks.csv", 2, "source.dangling")
    assert fault.facts["value"] == "table:sectors/direkt/jobs-target"
    assert fault.facts["nearest"] == "table:sectors/direct/jobs-target"


def test_a_cell_without_a_figure_repeats_nothing_that_is_not_there(tmp_path: Path, ontology: Ontology) -> None:
    found = nodes(tmp_path, ontology, "table:sectors/no-such-row", jobs="-")
    assert KJ.repeats not in found[f"{TABLES}tasks/1-1/jobs-target"]


@pytest.mark.parametrize(
    ("row", "code"),
    [("직접일자리", "source.not-a-reference"), ("tabel:sectors/direct", "source.unknown-prefix"), ("sector:direct", "source.dangling")],
)
def test_what_is_no_row_is_said_to_be_none(row: str, code: str, tmp_path: Path, ontology: Ontology) -> None:
    assert [(fault.line, fault.code) for fault in faults(tmp_path, ontology, row)] == [(2, code)]


YEARS = """id: table:years
label: 해마다
lines: 1-9
every: {about: region:11410, inScope: scope:area}
columns:
  measure: ofMeasure
  kind: valueType
  unit: unitMeasure
  compared: comparedWith
  2020: {key: 2020, refPeriod: period:2020, comparedWith: period:2019, valueType: value-type:level, unitMeasure: unit:person}
  2021: {key: 2021, refPeriod: period:2021, comparedWith: period:2020, valueType: value-type:level, unitMeasure: unit:person}
  2021%: {key: 2021-share, refPeriod: period:2021, valueType: value-type:share, unitMeasure: unit:percent}
"""
YEARS_ROWS = """measure,kind,unit,compared,2020,2021,2021%
measure:population,,,none,10,20,100%
measure:population,value-type:growth,unit:percent,,5%,100%,none
"""


def test_a_row_of_growth_stands_in_the_columns_of_the_levels_and_has_no_cell_that_is_not_printed(
    tmp_path: Path, ontology: Ontology
) -> None:
    found = tables(tmp_path, ontology, PLAN, **{"years.yaml": YEARS, "years.csv": YEARS_ROWS})
    compared = {iri.removeprefix(f"{TABLES}years/"): node.get(KJ.comparedWith) for iri, node in found.items()}
    assert compared == {
        "population/2020": None,
        "population/2021": None,
        "population/2021-share": None,
        "population-growth/2020": {"@id": f"{ID}period/2019"},
        "population-growth/2021": {"@id": f"{ID}period/2020"},
    }


CHANGES = """id: table:changes
label: 증감
lines: 1-9
every: {about: region:11410, inScope: scope:area, ofMeasure: measure:population, valueType: value-type:growth, unitMeasure: unit:percent}
columns:
  period: refPeriod
  direction: changeDirection
  source: sourceDataset
  asOf: asOf
  value: {key: value}
"""


def changes(folder: Path, ontology: Ontology, *rows: str) -> list[dict[str, object]]:
    """Read a table of changes: period, direction, source, as of, value; the period differs from row to row."""
    plan = PLAN + "- {id: plan:statistics, type: Dataset, label: 통계, lines: 1}\n"
    table = "\n".join(["period,direction,source,asOf,value", *rows]) + "\n"
    return list(tables(folder, ontology, plan, **{"changes.yaml": CHANGES, "changes.csv": table}).values())


@pytest.mark.parametrize(
    ("direction", "printed", "value"),
    [
        ("change-direction:decrease", "2.4%", "-2.4"),
        ("change-direction:decrease", "-2.4%", "-2.4"),
        ("change-direction:decrease", '"7,354"', "-7354"),
        ("change-direction:increase", "2.4%", "2.4"),
        ("", "-2.4%", "-2.4"),
    ],
)
def test_a_number_that_the_text_calls_a_fall_is_negative_and_keeps_its_printed_form(
    direction: str, printed: str, value: str, tmp_path: Path, ontology: Ontology
) -> None:
    (node,) = changes(tmp_path, ontology, f"period:2021,{direction},,,{printed}")
    assert node[SDMX_MEASURE.obsValue]["@value"] == value  # type: ignore[index]
    assert node[KJ.printedAs] == printed.strip('"')


def test_who_is_credited_as_of_when_and_the_word_for_a_fall_do_not_make_another_quantity(tmp_path: Path, ontology: Ontology) -> None:
    (bare,) = changes(tmp_path / "bare", ontology, "period:2021,,,,-2.4%")
    (told,) = changes(tmp_path / "told", ontology, "period:2021,change-direction:decrease,plan:statistics,period:2021-12,2.4%")
    (other,) = changes(tmp_path / "other", ontology, "period:2020,,,,-2.4%")
    assert told[KJ.quantity] == bare[KJ.quantity] != other[KJ.quantity]
    assert told["@id"] == bare["@id"]
