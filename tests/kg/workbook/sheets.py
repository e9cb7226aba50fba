"""Workbooks for tests: written by the export, changed with openpyxl as a clerk would change them in a spreadsheet."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook

from kg.build.check import check
from kg.settings import Settings
from kg.workbook.flatten import flatten
from kg.workbook.importing import Imported, import_workbook
from kg.workbook.layout import Layout
from kg.workbook.plans import plan_folder
from kg.workbook.writing import shared_words, write_workbook
from tests.conftest import DATA, ONTOLOGY, ROOT, silent
from tests.kg.build.made_up import context, ontology

PLANS, TEXTS = ROOT / "tests" / "fixtures" / "plans", ROOT / "tests" / "fixtures" / "texts"
SECOND = "99999/2024"


def layout() -> Layout:
    return Layout.load(ontology(), context())


def data_at(folder: Path, *plans: str) -> Settings:
    """Put plans of the fixtures and the real lexicon into a new folder of data."""
    data = folder / "data"
    shutil.copytree(DATA / "lexicon", data / "lexicon")
    for plan in plans:
        shutil.copytree(PLANS / plan, data / plan)
    return Settings(data=data, ontology=ONTOLOGY, sources=TEXTS, snapshots=folder / "snapshots")


def export(settings: Settings, path: Path, plan: str = "") -> Path:
    write_workbook(flatten(plan_folder(settings.data, plan), layout()), layout(), shared_words(ontology(), context()), path)
    return path


def take_over(path: Path, settings: Settings, plan: str = "", may_remove: bool = False) -> Imported:
    return import_workbook(path, settings, plan, may_remove, silent)


def changed(path: Path, change: Callable[[Workbook], object]) -> Path:
    """Change a workbook in its place."""
    workbook = load_workbook(path)
    change(workbook)
    workbook.save(path)
    return path


def fill(workbook: Workbook, sheet: str, *rows: dict[str, str]) -> None:
    """Write rows below what a sheet holds; columns by what their headers say, in part or whole."""
    page = workbook[sheet]
    headers = {key: column for column, cell in enumerate(page[1], 1) for key in (cell.value, layout().key(str(cell.value)))}
    last = max((cell.row for line in page.iter_rows(min_row=2) for cell in line if cell.value), default=1)
    for number, row in enumerate(rows, last + 1):
        for header, text in row.items():
            page.cell(number, headers[header], text)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def statements(settings: Settings, graph: str = SECOND) -> set[str]:
    """Return what a plan says, as N-Quads lines; every node of a plan has a name, so equal sets are isomorphic graphs."""
    lines = {line for shard in check(settings, silent).shards for line in shard.path.read_text("utf-8").splitlines()}
    own = {line for line in lines if line.endswith(f"/graph/{graph}> .")}
    assert own and not any("_:" in quad.split('"')[0] for quad in own)
    return own
