"""Judges the files a table is sent as, on tables made up for it: nothing in them is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kg.store.reader.model import Passage, Ref, Text
from kg.store.reader.tables import Cell, Table
from kg.vocab import KJ
from web.grid import grid_of
from web.i18n import init_languages
from web.tabular import figures_csv, shown_csv, table_json


@pytest.fixture(scope="module", autouse=True)
def asked() -> Iterator[None]:
    """A request in Korean, so that words can be said; the app has its languages and nothing else."""
    app = Flask("web")
    init_languages(app)
    with app.test_request_context("/"):
        yield


ATTACKS = ['=cmd|"/c calc"!A1', "@SUM(1)", "+1+1", "-1+1", "\t=1", "\r=1", " =1", "-2+3%", "＝1+1", "＠SUM(1)"]
HARMLESS = ["-", "－", "-2.4%", "+3", "-1,234", "1,234", "비예산", "", "서대문구"]


def table(*cells: tuple[str, str]) -> Table:
    """A table with one column; each cell is what it is about and what is printed."""
    made = tuple(
        Cell(
            f"urn:figure/{row}", row, 1, printed, None, None, {KJ.about: Ref(f"urn:thing/{row}", Text(about))}, None, "", None, (Passage(row, row),), None
        )
        for row, (about, printed) in enumerate(cells, 1)
    )  # fmt: skip
    return Table(Ref("urn:table/t", Text("표")), Text(""), Text(""), (), made, {KJ.about: Text("무엇")}, frozenset(), {})


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_spreadsheet_would_run_is_written_as_text(attack: str) -> None:
    made = table((attack, "1"), ("safe", attack))
    for text in (figures_csv(made), shown_csv(made, grid_of(made))):
        written = [cell for row in rows(text) for cell in row]
        assert written.count("'" + attack) == 2
        assert attack not in written


@pytest.mark.parametrize("cell", HARMLESS)
def test_plain_numbers_dashes_and_words_are_written_as_they_are(cell: str) -> None:
    made = table(("one", cell), ("two", "x"))
    assert cell in rows(figures_csv(made))[1]


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=4))
def test_no_cell_begins_like_a_formula_unless_it_is_a_number_or_a_dash(cells: list[tuple[str, str]]) -> None:
    for row in rows(figures_csv(table(*cells)))[1:]:
        for cell in row:
            if cell.lstrip()[:1] in ("=", "+", "-", "@"):
                assert cell == "-" or cell.lstrip("+-").replace(",", "").replace(".", "").rstrip("%").isdigit()


def test_whole_numbers_are_whole_in_json_and_others_keep_their_digits() -> None:
    made = table(("a", "7"), ("b", "0.04%"))
    cells = tuple(replace(cell, value=value) for cell, value in zip(made.cells, (Decimal(7), Decimal("0.04")), strict=True))
    body = table_json(replace(made, cells=cells), made.ref)
    assert [repr(figure["value"]) for figure in body["figures"]] == ["7", "0.04"]
