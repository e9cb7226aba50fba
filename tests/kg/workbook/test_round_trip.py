"""Out into a workbook and back again, nothing is lost: not a statement of the real plan, not a byte of a file that says the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kg.build.quads import working_store
from kg.settings import Settings
from kg.source.load import load_sources
from kg.source.report import Report
from kg.source.yamlfile import Entry, Mapping, Node, Scalar, Sequence, read_yaml
from kg.text import nfc
from kg.workbook.assemble import assemble
from kg.workbook.cells import pack, unpack
from kg.workbook.reading import read_workbook
from kg.workbook.render import meaning_of, render
from kg.workbook.yamltext import emit
from tests.conftest import DATA, ROOT
from tests.kg.build.made_up import ontology
from tests.kg.workbook.sheets import data_at, export, files, layout, take_over

REAL = "seodaemun-2022"


def quads_of(data: Path) -> set[str]:
    return {str(quad) for quad in working_store(load_sources(data, ontology(), None), ontology())}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real plan as a workbook."""
    folder = tmp_path_factory.mktemp("real")
    return export(Settings(data=DATA), folder / "plan.xlsx", "11410/2022")


def test_the_real_plan_comes_back_with_every_statement(real: Path, tmp_path: Path) -> None:
    book = read_workbook(real, layout(), 64)
    rendering = render(assemble(book, layout()), book, DATA / REAL)
    assert book.faults == []
    before = {path.relative_to(DATA / REAL).as_posix() for path in (DATA / REAL).rglob("*") if path.suffix in (".yaml", ".csv")}
    assert rendering.files.keys() == before
    assert [inside for inside, made in rendering.files.items() if made.meaning != meaning_of(DATA / REAL / inside)] == []
    shutil.copytree(DATA / "lexicon", tmp_path / "lexicon")
    for inside, made in rendering.files.items():
        path = tmp_path / REAL / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made.text, "utf-8")
        assert meaning_of(path) == made.meaning, inside
    assert quads_of(tmp_path) == quads_of(DATA)


@pytest.mark.parametrize("plan", ["plan-b", "seodaemun-2023"])
def test_a_plan_that_was_not_changed_keeps_every_byte(plan: str, tmp_path: Path) -> None:
    settings = data_at(tmp_path, plan)
    if plan == "seodaemun-2023":
        shutil.copytree(ROOT / "tests" / "fixtures" / "spine" / REAL, settings.data / REAL)
    (settings.data / plan / "NOTES.md").write_text("not data", "utf-8")
    before = files(settings.data)
    path = export(settings, tmp_path / "plan.xlsx", {"plan-b": "99999/2024"}.get(plan, "11410/2023"))
    done = take_over(path, settings)
    assert (done.folder, done.written, done.removed) == (plan, (), ())
    assert files(settings.data) == before


def test_one_changed_cell_rewrites_one_file_and_nothing_else(tmp_path: Path) -> None:
    settings = data_at(tmp_path, "plan-b")
    before = files(settings.data)
    path = export(settings, tmp_path / "plan.xlsx")
    workbook = load_workbook(path)
    workbook["사업"]["F2"] = "=빵을 굽는 법을 가르친다"
    workbook["사업"]["F2"].data_type = "s"
    workbook.save(path)
    assert take_over(path, settings).written == ("bread.yaml",)
    after = files(settings.data)
    assert {name for name in before if before[name] != after[name]} == {"plan-b/bread.yaml"}
    assert after["plan-b/bread.yaml"].decode().count("=빵을 굽는 법을 가르친다") == 1


@pytest.mark.parametrize("text", ["=1+1", "+82-2", "-", "@here", "=cmd|' /C calc'!A1"])
def test_what_begins_like_a_formula_is_written_as_text(text: str, tmp_path: Path) -> None:
    settings = data_at(tmp_path, "plan-b")
    path = settings.data / "plan-b" / "bread.yaml"
    path.write_text(path.read_text("utf-8").replace("label: 마을 제빵 교실\n", f'label: "{text}"\n', 1), "utf-8")
    cell = load_workbook(export(settings, tmp_path / "plan.xlsx"))["사업"]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_every_cell_of_the_real_workbook_is_text(real: Path) -> None:
    kinds = {cell.data_type for page in load_workbook(real) for row in page.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\\\n\r\t #:-=\"'"), max_size=12)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_values_come_back_out_of_a_cell_as_they_were(values: list[str]) -> None:
    assert unpack(pack(values)) == values


def trees() -> st.SearchStrategy[Node]:
    texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10).map(lambda text: Scalar(text, 1))
    keys = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)

    def mapping(values: st.SearchStrategy[Node]) -> st.SearchStrategy[Mapping]:
        made = st.dictionaries(keys, values, min_size=1, max_size=3)
        return made.map(lambda pairs: Mapping(tuple(Entry(key, 1, value) for key, value in pairs.items()), 1))

    def extend(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return mapping(inner) | st.lists(texts | mapping(inner), min_size=1, max_size=3).map(lambda items: Sequence(tuple(items), 1))

    return mapping(st.recursive(texts, extend, max_leaves=8))


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return nfc(node.text)
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {nfc(entry.key): plain(entry.value) for entry in node.entries}


@given(trees())
def test_yaml_that_was_written_is_read_as_it_was_meant(tree: Mapping) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tree.yaml"
        path.write_text("".join(f"{text}\n" for text, _ in emit(tree)), "utf-8", newline="\n")
        report = Report()
        read = read_yaml(path, report)
    assert read is not None and report.faults == []
    assert plain(read) == plain(tree)


def test_the_website_and_the_build_never_load_the_spreadsheet_library() -> None:
    code = "import sys, web.cli, web.app, web.serving, kg.build.pipeline; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_a_disk_that_fills_up_changes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = data_at(tmp_path, "plan-b")
    path = export(settings, tmp_path / "plan.xlsx")
    workbook = load_workbook(path)
    workbook["사업"]["F2"], workbook["표"]["D2"] = "빵을 굽는 법", "목표와 사업비"
    workbook.save(path)
    before = files(settings.data)
    real, written = Path.write_text, []

    def full(self: Path, *args: str, **given: str) -> int:
        if self.is_relative_to(settings.data):
            written.append(self)
            if len(written) == 2:
                raise OSError(28, "No space left on device")
        return real(self, *args, **given)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        take_over(path, settings)
    monkeypatch.undo()
    assert files(settings.data) == before
    assert take_over(path, settings).written == ("bread.yaml", "figures/tasks.yaml")
