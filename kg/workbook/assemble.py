"""Puts the rows of a workbook together again: entries with their links and parts, descriptors of tables, control totals."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from kg.source.folder import FIGURES, PLAN_FILE
from kg.source.report import nearest
from kg.source.yamlfile import Entry, Mapping, Node, Scalar, Sequence
from kg.workbook.cells import unpack
from kg.workbook.flatten import CELLS_OF_TABLE, handle_of
from kg.workbook.layout import ADDITION, FILE, HEADER, MEANING, NUMBER, OWNER, SHEET, TABLE, UNDER, Layout, Sheet
from kg.workbook.reading import ROW, ReadBook, Row

_FILE = re.compile(r"[\w-]+(?:/[\w-]+)*\.yaml")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_TABLE = re.compile(r"[\w-]+(?:/[\w-]+)*")


@dataclass
class Growing:
    """A mapping that is being put together: values by key, each with the place of its key."""

    place: int
    values: dict[str, list[Node | Growing]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, place: int, *values: Node | Growing) -> None:
        """Add values under a key."""
        self.places.setdefault(key, place)
        self.values[key] += values

    def cells(self, row: Row, leaving_out: Iterable[str] = ()) -> None:
        """Take over the cells of a row whose keys stand in files; `key.key` becomes a mapping within."""
        for key, cell in row.items():
            if not key.startswith("@") and key not in leaving_out:
                target, last = self, key
                while "." in last:
                    target, last = target._inner(last, cell.line)
                target.add(last, cell.line, *(Scalar(text, cell.line) for text in unpack(cell.text)))

    def _inner(self, dotted: str, place: int) -> tuple[Growing, str]:
        key, _, rest = dotted.partition(".")
        number, _, behind = rest.partition(".")
        position, rest = (int(number), behind) if number.isdigit() and behind else (1, rest)
        within = [value for value in self.values[key] if isinstance(value, Growing)]
        while len(within) < position:
            within.append(Growing(place))
            self.add(key, place, within[-1])
        return within[position - 1], rest

    def done(self) -> Mapping:
        """Return the mapping; one value under a key stands there by itself, several are a list."""
        entries = []
        for key, values in self.values.items():
            nodes = tuple(value.done() if isinstance(value, Growing) else value for value in values)
            nodes = tuple(node for node in nodes if not isinstance(node, Mapping) or node.entries)
            if nodes:
                entries.append(Entry(key, self.places[key], nodes[0] if len(nodes) == 1 else Sequence(nodes, self.places[key])))
        return Mapping(tuple(entries), self.place)


class Table(Struct, frozen=True):
    """A table of figures: its descriptor, and the rows of its sheet from the header on."""

    descriptor: Mapping
    cells: list[list[Scalar]]


@dataclass
class Assembled:
    """A plan folder put together from a workbook: trees of its YAML files by name, tables by name, and the rows of numbers left out."""

    files: dict[str, Mapping] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    ignored: list[Row] = field(default_factory=list)
    checks: Mapping = field(default_factory=lambda: Mapping((), 0))


def assemble(book: ReadBook, layout: Layout) -> Assembled:
    """Put a plan together; what does not fit is noted in the book's faults."""
    return _Assembler(book, layout).run()


class _Assembler:
    def __init__(self, book: ReadBook, layout: Layout) -> None:
        self._book = book
        self._layout = layout
        self._things: dict[str, tuple[Growing, Scalar]] = {}
        self._parts: dict[tuple[str, str, str], Growing] = {}
        self._numbers: dict[tuple[str, str, str], Scalar] = {}
        self._entries: dict[str, list[Growing]] = {}

    def run(self) -> Assembled:
        done = Assembled(ignored=self._rows("ignored"))
        nested: list[tuple[Sheet, Row, Growing]] = []
        for sheet in self._layout.of("things"):
            for row in self._book.rows.get(sheet.name, []):
                thing = self._thing(row)
                if thing and OWNER in row:
                    nested.append((sheet, row, thing))
                elif thing:
                    self._into_file(sheet, row, thing)
        for sheet, row, thing in nested:
            owner = self._owner(row)
            under = row.get(UNDER) or Scalar(next(iter(sheet.under), ""), row[OWNER].line)
            if not under.text:
                self._book.lacks(row, UNDER, self._layout.header(UNDER))
            elif owner:
                owner.add(under.text, under.line, thing)
        for sheet in self._layout.of("parts"):
            self._parts_of(sheet)
        for row in self._rows("links"):
            self._link(row)
        self._files(done)
        self._tables(done)
        done.checks = _top("checks", [self._plain(row) for row in self._rows("checks")])
        return done

    def _rows(self, kind: str) -> list[Row]:
        return self._book.rows.get(self._layout.sheet(kind).name, [])  # type: ignore[arg-type]

    def _needs(self, row: Row, *keys: str) -> bool:
        """Say whether a row has what it cannot do without, and note what it lacks."""
        missing = [key for key in keys if key not in row]
        for key in missing:
            self._book.lacks(row, key, self._layout.header(key))
        return not missing

    def _plain(self, row: Row) -> Growing:
        grown = Growing(row[ROW].line)
        grown.cells(row)
        return grown

    def _thing(self, row: Row) -> Growing | None:
        if not self._needs(row, "id"):
            return None
        name, addition = row["id"], row.get(ADDITION)
        handle = handle_of(name.text, addition.text if addition else "")
        if handle in self._things:
            self._book.fault(name.line, "workbook.duplicate", value=handle, first=self._book.addresses[self._things[handle][1].line])
            return None
        grown = Growing(name.line)
        grown.add("extends" if addition else "id", name.line, name)
        grown.cells(row, ("id",))
        self._things[handle] = (grown, name)
        return grown

    def _into_file(self, sheet: Sheet, row: Row, thing: Growing) -> None:
        named = row.get(FILE)
        file = named.text if named else sheet.file
        if named and (not _FILE.fullmatch(file) or file.startswith(FIGURES + "/") or file == "checks.yaml"):
            self._book.fault(named.line, "workbook.bad-file", value=file)
        self._entries.setdefault(file, []).append(thing)

    def _owner(self, row: Row) -> Growing | None:
        if not self._needs(row, OWNER):
            return None
        written = row[OWNER]
        found = self._things.get(re.sub(r"\s*\+\s*", " + ", written.text))
        if found is None:
            self._book.fault(written.line, "workbook.unknown-owner", value=written.text, nearest=nearest(written.text, self._things))
            return None
        return found[0]

    def _parts_of(self, sheet: Sheet) -> None:
        rows = self._book.rows.get(sheet.name, [])
        for row in rows:
            number = row.get(NUMBER)
            if number and not _NUMBER.fullmatch(number.text):
                self._book.fault(number.line, "workbook.bad-number", value=number.text)
        for row in sorted(rows, key=lambda row: row[NUMBER].text.count(".") if NUMBER in row else 0):
            self._part(sheet, row)

    def _part(self, sheet: Sheet, row: Row) -> None:
        number = row.get(NUMBER)
        owner = self._owner(row)
        if not self._needs(row, UNDER) or owner is None or (number and not _NUMBER.fullmatch(number.text)):
            return
        whole, _, _ = number.text.rpartition(".") if number else ("", "", "")
        holder = self._parts.get((sheet.name, row[OWNER].text, whole)) if whole else owner
        if holder is None:
            self._book.fault(row[NUMBER].line, "workbook.no-whole", value=row[NUMBER].text, whole=whole)
            return
        part = Growing(row[UNDER].line)
        part.cells(row)
        if not part.values:
            self._book.fault(row[ROW].line, "workbook.empty-part", value=row[UNDER].text)
        if number:
            key = (sheet.name, row[OWNER].text, number.text)
            if key in self._parts:
                self._book.fault(
                    number.line, "workbook.same-number", value=number.text, first=self._book.addresses[self._numbers[key].line]
                )
            self._parts[key], self._numbers[key] = part, number
        holder.add(row[UNDER].text, row[UNDER].line, part)

    def _link(self, row: Row) -> None:
        owner = self._owner(row)
        if not self._needs(row, UNDER, "to") or owner is None:
            return
        number = row.get(NUMBER)
        if number:
            sheet, _, place = number.text.rpartition(" ")
            found = self._parts.get((sheet, row[OWNER].text, place))
            if found is None:
                self._book.fault(number.line, "workbook.no-part", value=number.text)
                return
            owner = found
        owner.add(row[UNDER].text, row[UNDER].line, self._plain(row))

    def _files(self, done: Assembled) -> None:
        headers = self._rows("header")
        top = self._book.tops.get(self._layout.sheet("header").name)
        if len(headers) != 1 and top is not None:
            self._book.fault(headers[1][ROW].line if headers else top, "workbook.one-plan")
        sources = {row[FILE].text: row for row in self._rows("files") if self._needs(row, FILE)}
        for file in dict.fromkeys([PLAN_FILE, *sources, *self._entries]):
            grown = Growing(0)
            if file == PLAN_FILE and headers:
                grown = self._plain(headers[0])
            elif file in sources:
                grown = self._plain(sources[file])
            done.files[file] = Mapping((*grown.done().entries, *_top("entries", self._entries.get(file, [])).entries), grown.place)

    def _tables(self, done: Assembled) -> None:
        columns: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows("columns"):
            if self._needs(row, TABLE, HEADER):
                columns[row[TABLE].text].append(row)
        used: dict[str, Scalar] = {}
        for row in self._rows("tables"):
            if not self._needs(row, TABLE, SHEET):
                continue
            table, sheet = row[TABLE], row[SHEET]
            if not _TABLE.fullmatch(table.text) or table.text in done.tables:
                self._book.fault(table.line, "workbook.bad-table", value=table.text)
                continue
            if sheet.text not in self._book.tables:
                self._book.fault(sheet.line, "workbook.no-such-sheet", value=sheet.text, nearest=nearest(sheet.text, self._book.tables))
            used[sheet.text] = sheet
            grown = self._plain(row)
            grown.add(CELLS_OF_TABLE, table.line, self._described(table.line, columns.pop(table.text, [])))
            done.tables[table.text] = Table(grown.done(), self._book.tables.get(sheet.text, []))
        for name, rows in columns.items():
            self._book.fault(rows[0][TABLE].line, "workbook.no-such-table", value=name, nearest=nearest(name, done.tables))
        for name in self._book.tables.keys() - used.keys():
            self._book.fault(self._book.tops[name], "workbook.unknown-sheet", value=name, nearest=nearest(name, self._known_sheets()))

    def _described(self, place: int, columns: list[Row]) -> Growing:
        """Return what the columns of a table are."""
        described = Growing(place)
        for column in columns:
            header = column[HEADER]
            if header.text in described.values:
                first = self._book.addresses[described.places[header.text]]
                self._book.fault(header.line, "workbook.double-column", value=header.text, first=first)
            else:
                described.add(header.text, header.line, column.get(MEANING) or self._plain(column))
        return described

    def _known_sheets(self) -> list[str]:
        return [sheet.name for sheet in self._layout.sheets if sheet.name not in self._book.rows]


def _top(key: str, items: list[Growing]) -> Mapping:
    nodes = tuple(item.done() for item in items)
    place = nodes[0].line if nodes else 0
    return Mapping((Entry(key, place, Sequence(nodes, place)),), place)
