"""The files of a plan folder as made from a workbook: their texts, and for each line the cell it came from."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.errors import Fault
from kg.source.folder import CHECKS_FILE, FIGURES
from kg.source.ignored import HEADER, IGNORED_FILE
from kg.source.report import Report
from kg.source.yamlfile import Entry, Mapping, Node, Scalar, Sequence, read_text, read_yaml
from kg.workbook.assemble import Assembled
from kg.workbook.flatten import CELLS_OF_TABLE
from kg.workbook.reading import ROW, ReadBook
from kg.workbook.yamltext import emit

Cells = list[list[Scalar]]
ENTRIES, CHECKS = "entries", "checks"
_PLACE = re.compile(r"([^\s:,]+):(\d+)")


@dataclass
class Rendered:
    """One file.

    Attributes:
        text: What it holds.
        lines: For each line, the cells it was made from.
        meaning: What it says, in a form that is equal for two files that say the same.
    """

    text: str
    lines: list[list[Scalar]]
    meaning: object


@dataclass
class Rendering:
    """The files by their paths in the folder, with the way back from a line to a cell."""

    folder: str
    book: ReadBook
    files: dict[str, Rendered] = field(default_factory=dict)

    def in_cells(self, fault: Fault) -> Fault:
        """Return a fault of a file as a fault of the cell it came from; one of another plan is returned as it is."""
        inside = self._inside(fault.path)
        if inside is None:
            return fault
        facts = {name: self._told(inside, name, value) for name, value in fault.facts.items()}
        return replace(fault, path=self._address(inside, fault.line, facts), line=0, facts=facts)

    def _inside(self, path: str) -> str | None:
        folder, _, inside = path.partition("/")
        return inside if folder == self.folder and inside in self.files else None

    def _told(self, inside: str, name: str, value: str) -> str:
        """Return a fact in which every place of this plan's files is told as a cell; `first` may be a line of the same file."""
        if name == "first" and value.isdigit():
            return self._address(inside, int(value), {})
        return _PLACE.sub(lambda found: self._cell(found[0], found[1], int(found[2])), value)

    def _cell(self, written: str, path: str, line: int) -> str:
        inside = self._inside(path)
        return self._address(inside, line, {}) if inside else written

    def _address(self, inside: str, line: int, facts: dict[str, str]) -> str:
        rendered = self.files[inside]
        cells = rendered.lines[min(max(line, 1), len(rendered.lines)) - 1] if rendered.lines else []
        if not cells:
            return f"{self.folder}/{inside}"
        named = facts.get("column", "")
        header = [cell.text for cell in rendered.lines[0]]
        if len(cells) > 1 and named in header and header.index(named) < len(cells):
            return self.book.addresses[cells[header.index(named)].line]
        wanted = {facts[name] for name in ("written", "value", "quote") if facts.get(name)}
        return self.book.meant(cells[0].line, wanted)


def render(done: Assembled, book: ReadBook, folder: Path) -> Rendering:
    """Write the files of a plan; entries of a file that is there already keep their order, new ones follow.

    Args:
        done: What the workbook holds.
        book: Its cells.
        folder: The plan folder as it is.
    """
    rendering = Rendering(folder.name, book)
    for inside, top in done.files.items():
        rendering.files[inside] = _yaml(_in_order_of(top, _as_it_is(folder / inside)))
    for name, table in done.tables.items():
        rendering.files[f"{FIGURES}/{name}.yaml"] = _yaml(table.descriptor)
        rendering.files[f"{FIGURES}/{name}.csv"] = _csv(table.cells)
    listed = done.checks.get(CHECKS)
    if (listed and isinstance(listed.value, Sequence) and listed.value.items) or (folder / CHECKS_FILE).is_file():
        rendering.files[CHECKS_FILE] = _yaml(done.checks)
    if done.ignored or (folder / IGNORED_FILE).is_file():
        rows = [[row.get(name, Scalar("", row[ROW].line)) for name in HEADER] for row in done.ignored]
        first = rows[0][0].line if rows else 0
        rendering.files[IGNORED_FILE] = _csv([[Scalar(name, first) for name in HEADER], *rows])
    return rendering


def meaning_of(path: Path) -> object:
    """Return what a file that is there says, to be compared with `Rendered.meaning`; None for one that is not there or cannot be read."""
    if path.suffix == ".csv":
        text = read_text(path, Report()) if path.is_file() else None
        return _rows_meant(csv.reader(io.StringIO(text, newline=""))) if text is not None else None
    top = _as_it_is(path)
    return _meant(top) if top else None


def _as_it_is(path: Path) -> Mapping | None:
    return read_yaml(path, Report()) if path.is_file() else None


def _in_order_of(top: Mapping, old: Mapping | None) -> Mapping:
    before = old.get(ENTRIES) if old else None
    now = top.get(ENTRIES)
    if not (before and now and isinstance(before.value, Sequence) and isinstance(now.value, Sequence)):
        return top
    order = {_named(item): number for number, item in enumerate(before.value.items)}
    items = sorted(now.value.items, key=lambda item: order.get(_named(item), len(order)))
    entries = [Entry(e.key, e.line, Sequence(tuple(items), e.value.line)) if e.key == ENTRIES else e for e in top.entries]
    return Mapping(tuple(entries), top.line)


def _named(item: Node) -> str:
    return item.text("id") or f"+{item.text('extends')}" if isinstance(item, Mapping) else ""


def _yaml(top: Mapping) -> Rendered:
    lines = emit(top)
    return Rendered("".join(f"{text}\n" for text, _ in lines), [[Scalar("", place)] for _, place in lines], _meant(top))


def _csv(cells: Cells) -> Rendered:
    texts, lines = [], []
    width = len(cells[0]) if cells else 0
    for row in cells:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow([cell.text for cell in row] + [""] * (width - len(row)))
        texts.append(out.getvalue())
        lines += [row] * out.getvalue().count("\n")
    return Rendered("".join(texts), lines, _rows_meant([cell.text for cell in row] for row in cells))


def _rows_meant(rows: object) -> object:
    """Return the rows of a table without what means nothing: spaces around a cell, empty cells at the right end, empty rows."""
    found = []
    for row in rows:  # type: ignore[attr-defined]
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(cells)
    return found


def _meant(node: Node, key: str = "") -> object:
    """Return what a tree says: the order of keys and of values means nothing, that of a table's columns does."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        said = {entry.key: _meant(entry.value, entry.key) for entry in node.entries}
        return [list(pair) for pair in said.items()] if key == CELLS_OF_TABLE else said
    values = sorted((_meant(item) for item in node.items), key=lambda value: json.dumps(value, sort_keys=True))
    return values[0] if len(values) == 1 else values
