"""What goes wrong in a spreadsheet is named by its cell, all of it at once, and nothing is written."""

from __future__ import annotations

import datetime
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from kg.errors import Fault, SourceFaults
from kg.settings import Settings
from tests.kg.workbook.sheets import changed, data_at, export, files, take_over
from web.catalogue import load_translations
from web.messages import fault_sentence
from web.terminal import Terminal

Change = Callable[[Workbook], Any]


def put(address: str, value: object, number_format: str = "@") -> Change:
    """Write into a cell."""

    def change(workbook: Workbook) -> None:
        sheet, _, cell = address.partition("!")
        workbook[sheet][cell] = value
        workbook[sheet][cell].number_format = number_format

    return change


def hide(sheet: str, row: int = 0, column: str = "") -> Change:
    def change(workbook: Workbook) -> None:
        if row:
            workbook[sheet].row_dimensions[row].hidden = True
        elif column:
            workbook[sheet].column_dimensions[column].hidden = True
        else:
            workbook[sheet].sheet_state = "hidden"

    return change


def rename(sheet: str, name: str) -> Change:
    return lambda workbook: setattr(workbook[sheet], "title", name)


def both(*changes: Change) -> Change:
    return lambda workbook: [change(workbook) for change in changes]


CASES: list[tuple[str, Change, str, str, str]] = [
    # what went wrong, the change, the cell named, the code, a piece of the Korean sentence
    ("a formula", put("사업!C2", "=1+1"), "사업!C2", "workbook.formula", "수식(=1+1)"),
    ("an error of the spreadsheet", put("사업!H2", "#N/A"), "사업!H2", "workbook.error-cell", "#N/A"),
    (
        "a number that became a date",
        put("계획의 짜임과 그 밖!F8", datetime.datetime(2026, 1, 1), "mm-dd"),
        "계획의 짜임과 그 밖!F8",
        "workbook.date",
        "텍스트",
    ),
    ("a number too long to be kept", put("계획!D2", 3.5e63, "General"), "계획!D2", "workbook.not-exact", "텍스트"),
    ("merged cells", lambda w: w["기관"].merge_cells("B2:B3"), "기관!B2:B3", "workbook.merged", "병합"),
    ("a hidden row", hide("기관", row=3), "기관!A3", "workbook.hidden-row", "3행"),
    ("a hidden column", hide("연결", column="G"), "연결!G1", "workbook.hidden-column", "G열"),
    ("a hidden sheet", hide("지원"), "지원!A1", "workbook.hidden-sheet", "지원"),
    ("a sheet under a wrong name", rename("기관", "기관들"), "기관들!A1", "workbook.unknown-sheet", "기관들"),
    ("a column without its name", put("사업!H1", None), "사업!A1", "workbook.missing-column", "줄 [lines]"),
    ("a column with a wrong name", put("사업!H1", "줄수"), "사업!H1", "workbook.unknown-column", "줄수"),
    ("a column twice", put("사업!I1", "줄"), "사업!I1", "workbook.double-column", "사업!H1"),
    ("a word outside the columns", put("사업!P2", "메모"), "사업!P2", "workbook.no-column", "메모"),
    ("an empty id", put("기관!A2", None), "기관!A2", "workbook.needed", "이름표"),
    ("an id twice", put("기관!A3", "org:bakery-school"), "기관!A3", "workbook.duplicate", "기관!A2"),
    ("an id on two sheets", put("기관!A3", "center:jobs"), "기관!A3", "workbook.duplicate", "센터와 시설!A2"),
    ("an unknown owner of a link", put("연결!A3", "edition:bread-shool"), "연결!A3", "workbook.unknown-owner", "edition:bread-school"),
    ("a file outside the plan", put("기관!K2", "../secrets.yaml"), "기관!K2", "workbook.bad-file", "../secrets.yaml"),
    ("a part within no part", put("조건!B3", "2.1"), "조건!B3", "workbook.no-whole", "2.1"),
    ("two parts with one number", put("협력!B3", "1"), "협력!B3", "workbook.same-number", "협력!B2"),
    ("a number of a part that is none", put("조건!B2", "첫째"), "조건!B2", "workbook.bad-number", "첫째"),
    ("a table without its sheet", put("표!B2", "표 task"), "표!B2", "workbook.no-such-sheet", "표 tasks"),
    ("a column of no table", put("표의 칸!A2", "taks"), "표의 칸!A2", "workbook.no-such-table", "taks"),
    ("another plan", put("계획!A2", "99999/2025"), "계획!A2", "workbook.other-plan", "99999/2024"),
    # what the loader finds
    ("an unknown type", put("사업!B2", "Programme"), "사업!B2", "source.unknown-type", "Program"),
    ("a type in Korean", put("사업!B2", "사업"), "사업!B2", "source.unknown-type", "사업"),
    ("a name for a reference", put("연결!D4", "청년"), "연결!D4", "source.not-a-reference", "group:youth"),
    ("a dangling reference", put("연결!D3", "center:job"), "연결!D3", "source.dangling", "center:jobs"),
    ("lines that are none", put("사업!H2", "여섯"), "사업!H2", "source.bad-lines", "여섯"),
    ("lines behind the end", put("사업!H2", 60, "General"), "사업!H2", "source.lines-beyond-end", "11"),
    ("text for a number", put("조건!F3", "열아홉"), "조건!F3", "source.not-a-number", "열아홉"),
    ("a number that is not in the phrase", put("조건!G3", 39, "General"), "조건!G3", "source.number-not-quoted", "39"),
    ("a phrase that is not in the text", put("연결!F4", "장년"), "연결!F4", "source.not-on-lines", "장년"),
    ("an unknown key of a link", put("연결!C4", "participantGrup"), "연결!C4", "source.unknown-key", "participantGroup"),
    ("an unknown certainty", put("연결!G2", "Guessed"), "연결!G2", "source.unknown-word", "Guessed"),
    ("a link without evidence", put("연결!E2", None), "연결!D2", "source.lines-missing", "task:1-1"),
    ("text for a figure", put("표 tasks!C2", "스무 명"), "표 tasks!C2", "source.not-a-figure", "스무 명"),
    ("lines behind the table's", put("표 tasks!B2", "10"), "표 tasks!B2", "source.outside-table", "10"),
    ("a column the table does not have", put("표 tasks!C1", "jbos"), "표 tasks!C1", "source.unknown-column", "jobs"),
    ("an unknown unit", put("표의 칸!E4", "unit:persn"), "표의 칸!E4", "source.dangling", "unit:person"),
    # what only the whole shows
    ("a sum that does not hold", put("표 tasks!E2", "20"), "합계!A2", "check.sum-broken", "표 tasks!A2"),
    (
        "a key its kind cannot have",
        both(put("기관!L1", "completeness"), put("기관!L2", "PartlyStated")),
        "기관!L2",
        "shape.violated",
        "이 종류",
    ),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second district's plan as the export writes it."""
    folder = tmp_path_factory.mktemp("written")
    return export(data_at(folder, "plan-b"), folder / "plan.xlsx")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The second district's plan as it is; no refused workbook may change it."""
    return data_at(tmp_path_factory.mktemp("district"), "plan-b")


def faults_of(settings: Settings, path: Path, plan: str = "99999/2024") -> list[Fault]:
    with pytest.raises(SourceFaults) as caught:
        take_over(path, settings, plan)
    return [fault for fault in caught.value.faults if fault.severity == "violation"]


def workbook_at(folder: Path, written: Path) -> Path:
    path = folder / "plan.xlsx"
    path.write_bytes(written.read_bytes())
    return path


@pytest.mark.parametrize(("change", "address", "code", "piece"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_faulty_workbook_is_refused_with_the_cell_named_and_nothing_written(
    change: Change, address: str, code: str, piece: str, written: Path, district: Settings, tmp_path: Path
) -> None:
    before = files(district.data / "plan-b")
    found = faults_of(district, changed(workbook_at(tmp_path, written), change))
    fitting = [fault for fault in found if (fault.path, fault.code) == (address, code)]
    assert fitting, found
    said = fault_sentence(fitting[0], "ko", load_translations("ko"))
    assert piece in said or piece in fitting[0].facts.values()
    assert all("!" in fault.path or fault.path == "plan.xlsx" for fault in found), found
    assert files(district.data / "plan-b") == before
    assert [path.name for path in district.data.iterdir() if path.name.startswith(".")] == []


def test_faults_of_several_sheets_are_told_together(written: Path, district: Settings, tmp_path: Path) -> None:
    changes = [
        change for _, change, address, code, _ in CASES if code in {"workbook.formula", "workbook.duplicate", "workbook.no-such-table"}
    ]
    found = {fault.path for fault in faults_of(district, changed(workbook_at(tmp_path, written), both(*changes)))}
    assert {"사업!C2", "기관!A3", "표의 칸!A2"} <= found
    loader = [
        change for name, change, *_ in CASES if name in {"an unknown type", "lines that are none", "text for a number", "text for a figure"}
    ]
    found = {fault.path for fault in faults_of(district, changed(workbook_at(tmp_path, written), both(*loader)))}
    assert {"사업!B2", "사업!H2", "조건!F3", "표 tasks!C2"} <= found


def test_the_terminal_says_sheet_and_cell(written: Path, district: Settings) -> None:
    assert Terminal("ko").place(Fault("사업!D12", 0, "x")) == "‘사업’ 시트 D12:"
    assert Terminal("en").place(Fault("사업!D12", 0, "x")) == "sheet “사업” D12:"
    assert Terminal("ko").place(Fault("plan-b/plan.yaml", 3, "x")) == "plan-b/plan.yaml:3"


def test_a_sheet_that_is_gone_is_asked_for_by_its_name(written: Path, district: Settings, tmp_path: Path) -> None:
    found = faults_of(district, changed(workbook_at(tmp_path, written), lambda w: w.remove(w["연결"])))
    assert [(fault.code, fault.facts["value"]) for fault in found] == [("workbook.missing-sheet", "연결")]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 an old or encrypted one"])
def test_a_file_that_is_no_workbook_is_refused(content: bytes, district: Settings, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    assert [fault.code for fault in faults_of(district, path)] == ["workbook.unreadable"]


def test_a_damaged_workbook_is_refused(written: Path, district: Settings, tmp_path: Path) -> None:
    path = workbook_at(tmp_path, written)
    path.write_bytes(written.read_bytes()[:-2000])
    assert [fault.code for fault in faults_of(district, path)] == ["workbook.unreadable"]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(district: Settings, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (2 << 20))
    found = faults_of(district.model_copy(update={"workbook_mib": 1}), path)
    assert [(fault.code, fault.facts["value"]) for fault in found] == [("workbook.too-large", "2")]


def test_a_row_that_was_deleted_takes_nothing_out_of_the_plan_unless_that_is_said(
    written: Path, district: Settings, tmp_path: Path
) -> None:
    def delete(workbook: Workbook) -> None:
        workbook["기관"].delete_rows(3)
        workbook["협력"].delete_rows(3)

    path = changed(workbook_at(tmp_path, written), delete)
    found = faults_of(district, path)
    assert [(fault.code, fault.facts["value"]) for fault in found] == [("workbook.would-remove", "org:senior-bakery")]
    own = data_at(tmp_path, "plan-b")
    done = take_over(path, own, may_remove=True)
    assert done.written == ("bread.yaml",)
    assert b"org:senior-bakery" not in files(own.data / "plan-b")["bread.yaml"]


def test_what_a_spreadsheet_does_without_harm_is_put_right(written: Path, tmp_path: Path) -> None:
    own = data_at(tmp_path, "plan-b")
    before = files(own.data / "plan-b")
    changes = [
        put("사업!C2", "  마을 제빵 교실  "),
        put("기관!C2", unicodedata.normalize("NFD", "가온제과학교")),
        put("사업!H2", 6, "General"),
        put("표 tasks!C2", 20.0, "General"),
        put("조건!F3", 19, "0"),
        put("사업!H1", "줄"),
        put("계획의 짜임과 그 밖!D1", "label"),
        lambda w: w.create_sheet("~메모").append(["아무 말"]),
        lambda w: w["사업"].append([None, "  "]),
        rename("기관", "기관 "),
    ]
    take_over(changed(workbook_at(tmp_path, written), both(*changes)), own)
    assert files(own.data / "plan-b") == before
