"""Every number of a source is accounted for by what the plan holds, and what nothing accounts for is told."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceFaults, TextsMissing
from kg.ontology import Ontology
from kg.source.coverage import Coverage, cover
from kg.source.numerals import numerals, value_of
from tests.conftest import DATA, ONTOLOGY

PLAN = """graph: 99999/2024
source: plan:source
text: {{file: plan.txt, sha256: {digest}, lines: {count}}}
entries:
- {{id: plan:source, type: SourceDocument, label: 원문}}
- {{id: task:1-1, type: ActionTask, label: 과제, notation: 1-1, lines: 1}}
"""
TABLE = """id: table:numbers
label: 표
lines: 1-9
every: {about: task:1-1, refPeriod: period:2021, inScope: scope:task}
columns:
  measure: ofMeasure
  lines: lines
  number: {key: value}
"""
MEASURES = ("jobs-target", "budget", "room-count", "firm-count")
Numbers = tuple[tuple[str, str], ...]
Told = Callable[..., Coverage]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load(ONTOLOGY)


@pytest.fixture
def told(tmp_path: Path, ontology: Ontology) -> Told:
    """Return what accounts for the numbers of a text, given entries, figures (lines and printed number) and rows of ignored.csv."""

    def tell(text: str, entries: str = "", figures: Numbers = (), ignored: str = "", table: str = TABLE) -> Coverage:
        shown = text + "\n" * (9 - text.count("\n"))
        rows = [f'measure:{measure},"{lines}","{number}"' for measure, (lines, number) in zip(MEASURES, figures, strict=False)]
        written = {
            "texts/plan.txt": shown,
            "data/plan/plan.yaml": PLAN.format(digest=hashlib.sha256(shown.encode()).hexdigest(), count=9),
            "data/plan/entries.yaml": f"entries: [{entries}]" if not entries.startswith("-") else f"entries:\n{entries}",
            "data/plan/ignored.csv": "lines,printed,reason\n" + ignored,
            **({"data/plan/figures/n.yaml": table, "data/plan/figures/n.csv": "\n".join(["measure,lines,number", *rows])} if rows else {}),
        }
        for name, content in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content if content.endswith("\n") else content + "\n", "utf-8")
        shutil.copytree(DATA / "lexicon", tmp_path / "data" / "lexicon", dirs_exist_ok=True)
        (coverage,), unchecked = cover(tmp_path / "data", ontology, tmp_path / "texts")
        assert unchecked == ()
        return coverage

    return tell


def classes(coverage: Coverage) -> list[tuple[str, str]]:
    """Return every number with the class that accounts for it (`-`: none)."""
    return [(n.text, coverage.reasons[n].kind if n in coverage.reasons else "-") for n in coverage.numerals]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("주 2~3회", ["2", "3"]),
        ("40-64세", ["40", "64"]),
        ("총 4,474,950명 중 59,739명", ["4,474,950", "59,739"]),
        ("310,313 -0.80% 0.04%", ["310,313", "-0.80%", "0.04%"]),
        ("(-1.84%) (50%", ["-1.84%", "50%"]),
        ("- 10 -", ["10"]),
        ("-5명", ["5"]),
        ("4m×10m (약12평), 382㎡", ["4", "10", "12", "382"]),
        ("4차 산업, 50플러스, 코로나19, S3, 3D", ["4", "50", "19", "3", "3"]),
        ("‘22년, 2021.12월, 2022. 3. 31.까지", ["22", "2021.12", "2022", "3", "31"]),
        ("1,2,3호점과 12,34와 1,2345", ["1", "2", "3", "12", "34", "1", "2345"]),
        ("경영백신(100新)", ["100"]),
        ("① Ⅲ ² 다섯", []),
    ],
)
def test_a_numeral_is_what_a_reader_takes_for_one_number(text: str, found: list[str]) -> None:
    assert [numeral.text for numeral in numerals(text)] == found


@given(st.text("0123456789,.+-~%() \n가세", max_size=40) | st.text(max_size=40))
def test_every_digit_of_a_text_belongs_to_exactly_one_numeral(text: str) -> None:
    found = list(numerals(text))
    held = [at for numeral in found for at in range(numeral.start, numeral.end) if text[at].isdecimal()]
    assert held == [at for at, letter in enumerate(text) if letter.isdecimal()]
    assert all(text[n.start : n.end] == n.text and text.count("\n", 0, n.start) + 1 == n.line for n in found)
    assert all(value_of(numeral.text) >= 0 for numeral in found)


def test_a_figure_takes_one_number_so_two_equal_numbers_need_two_figures(told: Told) -> None:
    assert classes(told("정원 10명, 방 10개", figures=(("1", "10"),))) == [("10", "figure"), ("10", "-")]
    both = told("정원 10명, 방 10개", figures=(("1", "10"), ("1", "10")))
    assert (both.left, both.shared) == ((), ())


def test_equal_numbers_of_a_line_go_to_the_figures_in_the_order_of_their_rows(told: Told) -> None:
    found = told("계 679, 구비 679", figures=(("1", "679"), ("1", "679")))
    assert [found.reasons[numeral].because.rpartition("numbers/")[2] for numeral in found.numerals] == ["jobs-target/value", "budget/value"]


def test_figures_find_a_number_each_if_there_is_one_however_long_their_passages_are(told: Told) -> None:
    found = told("가 10\n나 10\n다 10", figures=(("1-3", "10"), ("1", "10"), ("1-2", "10")))
    assert (found.left, found.shared) == ((), ())


def test_two_figures_of_one_printed_number_are_told(told: Told) -> None:
    found = told("방마다 5", figures=(("1", "5"), ("1", "5")))
    assert (found.left, len(found.shared)) == ((), 1)


@pytest.mark.parametrize("text", ["다른 줄\n10명", "10% 10", "10 100", "10 1,010"])
def test_a_figure_accounts_for_nothing_on_other_lines_or_printed_otherwise(text: str, told: Told) -> None:
    lines = "2" if "\n" in text else "1"
    found = told(f"{text}\n10", figures=((lines, "10"),))
    assert found.counts["figure"] == 1
    assert len(found.left) == len(found.numerals) - 1


def test_of_a_condition_only_the_bounds_count(told: Told) -> None:
    entries = (
        "- {id: plan:group/a, type: GroupDefinition, label: 청년, lines: 1, definesGroup: {to: group:youth, lines: 1},"
        ' allOf: [{constrains: concept:age, min: 18, max: 39, quote: "18세~39세 14명"}]}'
    )
    assert classes(told("만 18세~39세 14명, 39개", entries)) == [("18", "condition"), ("39", "condition"), ("14", "-"), ("39", "-")]


def test_the_numbers_of_an_address_belong_to_it_and_the_rest_of_its_line_does_not(told: Told) -> None:
    entries = "- {id: facility:a, type: Facility, label: 쉼터, lines: 1, address: {key: road, fullAddress: 홍제내길 22-7, lines: 1}}"
    assert classes(told("쉼터: 홍제내길 22-7, 22평", entries)) == [("22", "address"), ("7", "address"), ("22", "-")]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("2021년 실적 7", []),
        ("‘21년 실적 7", []),
        ("2020년 실적 7", ["2020"]),
        ("21년 동안 7", ["21"]),
        ("2021년 12월 7", ["12"]),
        ("2021. 3. 31. 7", ["2021", "3", "31"]),
    ],
)
def test_a_date_counts_as_far_as_the_plan_knows_it_on_the_line(text: str, left: list[str], told: Told) -> None:
    assert [numeral.text for numeral in told(text, figures=(("1", "7"),)).left] == left


def test_months_and_days_are_known_through_instants_and_written_dates(told: Told) -> None:
    entries = (
        "- {id: milestone:a, type: Milestone, label: 공시, lines: 1, hasTime: {type: Period, label: 까지, hasEnd: instant:2022-03-31}}\n"
        "- {id: milestone:b, type: Milestone, label: 점검, lines: 2, hasTime: {type: Instant, label: 때, inXSDgYearMonth: 2022-06}}"
    )
    found = told("공시: 2022. 3. 31.까지\n점검: 2022. 6. / 2022. 12.\n2022. 6.", entries)
    assert [(n.line, n.text) for n in found.left] == [(2, "2022"), (2, "12"), (3, "2022"), (3, "6")]


def test_a_name_counts_where_its_thing_is_spoken_of(told: Told) -> None:
    entries = "- {id: center:a, type: ServiceCenter, label: 서대문50플러스센터, alias: 50플러스, lines: 1}"
    found = told("서대문 50플러스센터\n50플러스센터", entries)
    assert [(n.line, n.text) for n in found.left] == [(2, "50")]
    linked = entries + "\n- {id: program:a, type: Program, label: 일, lines: 2, operatedBy: {to: center:a, lines: 2}}"
    assert told("서대문50플러스센터 50명\n50플러스센터의 일", linked).counts["name"] == 2


def test_the_names_of_a_figures_dimensions_count_on_its_whole_table_whatever_sign_makes_the_range(told: Told) -> None:
    table = TABLE.replace("lines: 1-9", "lines: 1-2").replace("about: task:1-1", "about: task:1-1, ofAge: age-band:40-64")
    found = told("40 - 64세\n7\n40~64세", figures=(("2", "7"),), table=table)
    assert classes(found) == [("40", "name"), ("64", "name"), ("7", "figure"), ("40", "-"), ("64", "-")]


def test_a_name_never_hides_what_is_printed_as_a_quantity_nor_a_figure_that_is_entered(told: Told) -> None:
    entries = "- {id: plan:goal, type: Goal, label: '일자리 13,600개를 3년에', lines: 1}"
    assert classes(told("일자리 13,600개를 3년에", entries)) == [("13,600", "-"), ("3", "name")]
    both = told("일자리 13,600개를 3년에", entries, figures=(("1", "13,600"), ("1", "3")))
    assert classes(both) == [("13,600", "figure"), ("3", "figure")]


def test_the_label_of_a_part_is_the_editors_and_hides_nothing(told: Told) -> None:
    entries = (
        "- id: program:a\n  type: Program\n  label: 방\n  lines: 1\n"
        "  edition: {id: edition:a, type: ProgramEdition, label: 방 (2024), lines: 1, completeness: NotStated,"
        " support: [{supportType: support-type:job, label: 방 76세대, quote: 방 76세대}]}"
    )
    assert classes(told("방 76세대", entries)) == [("76", "-")]


def test_a_quoted_phrase_alone_accounts_for_no_number(told: Told) -> None:
    entries = "- {id: program:a, type: Program, label: 교육, lines: 1, participantGroup: {to: group:youth, lines: 1, quote: 청년 14명}}"
    assert classes(told("교육: 청년 14명", entries)) == [("14", "-")]


def test_marks_of_the_document_and_digits_in_words_are_forms_of_the_lexicon(told: Told) -> None:
    found = told("1. 인구변화\n【과제 2】 교육 3명\n- 10 -\n코로나19 뒤의 4차 산업 5명\n에스큐브 1, 2호점 6곳\n1. 2\n- 10 - 7")
    assert [(n.line, n.text) for n in found.left] == [(2, "3"), (4, "5"), (5, "6"), (6, "1"), (6, "2"), (7, "10"), (7, "7")]
    assert (found.counts["structure"], found.counts["word"]) == (3, 4)


def test_a_row_of_ignored_numbers_accounts_for_one_place_and_is_told_when_nothing_needs_it(told: Told) -> None:
    found = told("주 2~3회와 2~3회\n【과제 1】", ignored="1,2~3,범위\n2,1,번호\n")
    assert classes(found) == [("2", "ignored"), ("3", "ignored"), ("2", "-"), ("3", "-"), ("1", "structure")]
    assert found.idle == (3,)


def test_without_any_source_text_nothing_can_be_said(told: Told, ontology: Ontology, tmp_path: Path) -> None:
    told("1")
    for texts in (None, tmp_path):
        with pytest.raises(TextsMissing) as raised:
            cover(tmp_path / "data", ontology, texts)
        assert raised.value.facts == {"names": "plan"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("number\t1\t1\tx", "lexicon.unknown-kind"),
        ("word\t(\t(\tx", "lexicon.pattern"),
        ("date\t\\d+\t1\tx", "lexicon.pattern"),
        ("word\t\\d차\t차\tx", "lexicon.example"),
        ("word\t\\d차", "lexicon.columns"),
    ],
)
def test_a_fault_in_a_form_names_its_line(row: str, code: str, told: Told, tmp_path: Path, ontology: Ontology) -> None:
    told("1")
    (tmp_path / "data" / "lexicon" / "numbers.tsv").write_text(f"# forms\n{row}\n", "utf-8")
    with pytest.raises(SourceFaults) as raised:
        cover(tmp_path / "data", ontology, tmp_path / "texts")
    assert [(fault.path, fault.line, fault.code) for fault in raised.value.faults] == [("lexicon/numbers.tsv", 2, code)]
