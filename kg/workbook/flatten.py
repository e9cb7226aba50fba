"""Turns the files of a plan folder into rows of sheets.

An entry is a row; what it says in plain values are its cells. A link (`{to: …}`) and a part (a mapping of its own, such as a condition) is
a row on another sheet that names the entry and, inside a part, the part's number (1; 1.1 is the first part of part 1).
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kg.errors import SourceFaults
from kg.source.folder import CHECKS_FILE, FIGURES, PLAN_FILE
from kg.source.ignored import IGNORED_FILE
from kg.source.report import Report
from kg.source.yamlfile import Mapping, Node, Scalar, Sequence, read_text, read_yaml
from kg.workbook.cells import pack
from kg.workbook.layout import ADDITION, FILE, HEADER, MEANING, NUMBER, OWNER, SHEET, TABLE, UNDER, Layout

Row = dict[str, str]
CELLS_OF_TABLE = "columns"
LONGEST_NAME = 31
"""Most characters a spreadsheet lets the name of a sheet have."""


@dataclass
class Book:
    """Rows by name of sheet, and the tables of figures, whose first row is their header."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, list[list[str]]] = field(default_factory=dict)


def flatten(folder: Path, layout: Layout) -> Book:
    """Read a plan folder into rows.

    Raises:
        SourceFaults: a file cannot be read, or holds what no workbook can show (which no plan that passes its checks does).
    """
    report = Report()
    flattener = _Flattener(layout, report)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix in (".yaml", ".csv") and not path.name.startswith((".", "~")):
            flattener.file(path, inside, report.within(f"{folder.name}/{inside}"))
    if report.faults:
        raise SourceFaults(report.faults)
    return flattener.book


class _At(Struct, frozen=True):
    """Where a mapping stands: the entry it belongs to, its file, the numbers given so far, and, for a part, its sheet and number."""

    handle: str
    file: str
    numbers: Counter[str]
    sheet: str = ""
    number: str = ""


class _Flattener:
    def __init__(self, layout: Layout, report: Report) -> None:
        self._layout = layout
        self._report = report
        self._additions: Counter[str] = Counter()
        self.book = Book()

    def file(self, path: Path, inside: str, report: Report) -> None:
        self._report = report
        if inside == IGNORED_FILE:
            header, *rows = self._csv(path) or [[]]
            self._add(self._layout.sheet("ignored").name, *(dict(zip(header, row, strict=False)) for row in rows))
        elif path.suffix == ".yaml" and (top := read_yaml(path, report)) is not None:
            if inside == CHECKS_FILE:
                self._checks(top)
            elif inside.startswith(FIGURES + "/"):
                self._table(path, inside.removeprefix(FIGURES + "/").removesuffix(".yaml"), top)
            else:
                self._entries(inside, top)

    def _add(self, sheet: str, *rows: Row) -> None:
        self.book.rows[sheet] += rows

    def _csv(self, path: Path) -> list[list[str]]:
        text = read_text(path, self._report) if path.is_file() else None
        rows = csv.reader(io.StringIO(text or "", newline=""))
        return [[cell.strip() for cell in row] for row in rows if any(row)]

    def _entries(self, inside: str, top: Mapping) -> None:
        if inside == PLAN_FILE:
            header = Mapping(tuple(entry for entry in top.entries if entry.key != "entries"), top.line)
            self._add(self._layout.sheet("header").name, self._dotted(header))
        else:
            self._add(self._layout.sheet("files").name, {FILE: inside, **({"source": top.text("source")} if top.get("source") else {})})
        listed = top.get("entries")
        for item in listed.value.items if listed and isinstance(listed.value, Sequence) else ():
            if isinstance(item, Mapping):
                self._thing(item, inside, "", "")
            else:
                self._report.add(item.line, "source.not-an-entry")

    def _thing(self, mapping: Mapping, inside: str, owner: str, under: str) -> None:
        extended = mapping.text("extends")
        name = extended or mapping.text("id")
        row: Row = {FILE: inside, "id": name}
        if extended:
            self._additions[extended] += 1
            row[ADDITION] = str(self._additions[extended])
        handle = handle_of(name, row.get(ADDITION, ""))
        sheet = self._layout.for_type(mapping.text("type"))
        if owner:
            row |= {OWNER: owner, UNDER: under}
        self._add(sheet.name, row)
        self._body(mapping, row, _At(handle, inside, Counter()))

    def _body(self, mapping: Mapping, row: Row, at: _At) -> None:
        """Put what a mapping says into its row, its links and parts into rows of their own."""
        for entry in mapping.entries:
            items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
            texts = [item.text for item in items if isinstance(item, Scalar)]
            if texts and entry.key != "extends":
                row[entry.key] = pack(texts)
            for item in items:
                if isinstance(item, Sequence):
                    self._report.add(item.line, "source.list-in-list", key=entry.key)
                elif isinstance(item, Mapping) and item.get("to"):
                    number = f"{at.sheet} {at.number}" if at.sheet else ""
                    link = {OWNER: at.handle, UNDER: entry.key} | ({NUMBER: number} if number else {})
                    self._add(self._layout.sheet("links").name, link | self._dotted(item))
                elif isinstance(item, Mapping) and item.get("id"):
                    self._thing(item, at.file, at.handle, entry.key)
                elif isinstance(item, Mapping):
                    self._part(item, entry.key, at)

    def _part(self, item: Mapping, under: str, at: _At) -> None:
        sheet = at.sheet or self._layout.for_part(under).name
        at.numbers[f"{sheet} {at.number}"] += 1
        number = f"{at.number}." * bool(at.number) + str(at.numbers[f"{sheet} {at.number}"])
        row: Row = {OWNER: at.handle, NUMBER: number, UNDER: under}
        self._add(sheet, row)
        self._body(item, row, replace(at, sheet=sheet, number=number))

    def _checks(self, top: Mapping) -> None:
        listed = top.get("checks")
        for item in listed.value.items if listed and isinstance(listed.value, Sequence) else ():
            if isinstance(item, Mapping):
                self._add(self._layout.sheet("checks").name, self._dotted(item))

    def _table(self, path: Path, name: str, top: Mapping) -> None:
        sheet = self._free_name(name)
        about = Mapping(tuple(entry for entry in top.entries if entry.key != CELLS_OF_TABLE), top.line)
        self._add(self._layout.sheet("tables").name, {TABLE: name, SHEET: sheet, **self._dotted(about)})
        columns = top.get(CELLS_OF_TABLE)
        for entry in columns.value.entries if columns and isinstance(columns.value, Mapping) else ():
            said = {MEANING: entry.value.text} if isinstance(entry.value, Scalar) else self._dotted(entry.value)
            self._add(self._layout.sheet("columns").name, {TABLE: name, HEADER: entry.key, **said})
        self.book.tables[sheet] = self._csv(path.with_suffix(".csv"))

    def _free_name(self, name: str) -> str:
        taken = {one.casefold() for one in self.book.tables}
        wanted = self._layout.prefix + name.replace("/", " ")
        tries = (wanted[:LONGEST_NAME], *(f"{wanted[: LONGEST_NAME - 3]}~{n}" for n in range(2, 100)))
        return next(one for one in tries if one.casefold() not in taken)

    def _dotted(self, node: Node) -> Row:
        """Return what a mapping says in cells; keys of a mapping within it are written `key.key`, of a second one `key.2.key`."""
        row: Row = {}
        for entry in node.entries if isinstance(node, Mapping) else ():
            items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
            texts = [item.text for item in items if isinstance(item, Scalar)]
            inner = [item for item in items if isinstance(item, Mapping)]
            if texts:
                row[entry.key] = pack(texts)
            for number, item in enumerate(inner, 1):
                head = entry.key if number == 1 else f"{entry.key}.{number}"
                row |= {f"{head}.{key}": text for key, text in self._dotted(item).items()}
            if len(texts) + len(inner) < len(items) or (texts and inner):
                self._report.add(entry.line, "source.list-in-list", key=entry.key)
        return row


def handle_of(name: str, addition: str) -> str:
    """Return what names an entry on other sheets: its id, or the id with the number of the addition to it."""
    return f"{name} + {addition}" if addition else name
