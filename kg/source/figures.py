"""Reads figures: a CSV file beside its descriptor (`kg.source.descriptor`).

Figures become Data Cube observations (`qb:Observation`). A cell is kept as printed; signs that stand for a status (a dash, a blank, "no
budget of its own") are data of the status scheme, so no table needs code of its own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

from msgspec import Struct

from kg.ontology import Ontology
from kg.source.context import Context
from kg.source.descriptor import LINES, Descriptor, DescriptorReader, ValueColumn
from kg.source.expand import Expander
from kg.source.nodes import Expansion, Reference
from kg.source.passages import Passage, derivation
from kg.source.report import Report
from kg.source.yamlfile import Entry, Mapping, Scalar, read_whole_text, read_yaml
from kg.vocab import (
    DCT,
    DECREASE,
    KJ,
    PROV,
    QB,
    QUANTITY,
    SDMX_ATTRIBUTE,
    SDMX_DIMENSION,
    SDMX_MEASURE,
    SERIES,
    STATUS_GIVEN,
    STATUS_ZERO,
    XSD,
)

ABSENT = "none"
"""In a cell of figures: the printed table has no such cell. In another cell: what the column says does not hold for this row."""
_FIGURE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?=%?$)")
_NOT_OF_THE_QUANTITY = frozenset(
    {
        SDMX_ATTRIBUTE.unitMeasure,
        SDMX_ATTRIBUTE.obsStatus,
        SDMX_ATTRIBUTE.timePerCollect,
        DCT.source,
        KJ.printedUnit,
        KJ.basis,
        KJ.scope,
        KJ.quantity,
        KJ.repeats,
        KJ.changeDirection,
    }
)
# A series is one thing counted over the years: its levels, targets, shares and growth.
_NOT_OF_THE_SERIES = _NOT_OF_THE_QUANTITY | {KJ.valueType, KJ.comparedWith, SDMX_DIMENSION.refPeriod}


class Row(Struct, frozen=True):
    """A row of a table: its number, the part it gives to IRIs, its dimensions and evidence, its line, and the row it repeats.

    `told_apart` says by what it differs from other rows; empty where it says nothing that could tell it from another.
    """

    number: int
    segment: str
    told_apart: str
    dimensions: dict[str, str]
    passages: tuple[Passage, ...]
    line: int
    repeats: Reference | None


class FigureReader:
    """Reads the tables of one plan folder into an `Expansion`."""

    def __init__(self, context: Context, ontology: Ontology, expander: Expander, into: Expansion) -> None:
        self._context = context
        self._ontology = ontology
        self._expander = expander
        self._into = into
        self._descriptors = DescriptorReader(context, expander)

    def read(self, path: Path, shown: str, report: Report) -> bool:
        """Read the descriptor at `path` (shown in messages as `shown`) and the CSV file of the same name.

        Returns:
            False when the descriptor could not be read at all.
        """
        mapping = read_yaml(path, report)
        descriptor = self._descriptors.read(mapping, report) if mapping else None
        table = path.with_suffix(".csv")
        if not table.is_file():
            report.add(0, "source.no-csv", value=table.name)
        elif descriptor:
            self._table(table, descriptor, report, report.within(shown.removesuffix(".yaml") + ".csv"))
        return mapping is not None

    def _table(self, path: Path, descriptor: Descriptor, of_descriptor: Report, report: Report) -> None:
        text = read_whole_text(path, report)
        if text is None:
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            rows = [(reader.line_num, cells) for cells in reader if any(cells)]
        except csv.Error as error:
            report.add(reader.line_num, "source.broken-csv", detail=str(error))
            return
        rows = [(line, _without_empty_end([cell.strip() for cell in cells], rows[0][1])) for line, cells in rows]
        if len(rows) < 2:
            report.add(1, "source.empty-table")
            return
        header = rows[0][1]
        if not self._header_fits(header, descriptor, report):
            return
        expander = self._expander.reporting_to(report)
        first_lines: dict[str, int] = {}
        for number, (line, cells) in enumerate(rows[1:], 1):
            if len(cells) != len(header):
                report.add(line, "source.wrong-cell-count", value=str(len(cells)), expected=str(len(header)))
                continue
            row = self._row(dict(zip(header, cells, strict=True)), (number, line), descriptor, expander)
            if first_lines.setdefault(row.told_apart, line) != line:
                same = row.told_apart or descriptor.table.rpartition("/")[2]
                report.add(line, "source.same-row", value=same, first=str(first_lines[row.told_apart]))
                continue
            for column in descriptor.value_columns:
                self._observation(row, column, cells[header.index(column.header)], descriptor, (of_descriptor, report))

    def _header_fits(self, header: list[str], descriptor: Descriptor, report: Report) -> bool:
        expected = [*descriptor.dimension_columns, *(column.header for column in descriptor.value_columns)]
        if len(header) == 1 and re.search(r"[\t;]", header[0]):
            report.add(1, "source.wrong-delimiter")
            return False
        if not set(header) & set(expected):
            report.add(1, "source.no-header", value=", ".join(expected))
            return False
        for name in header:
            if name not in expected:
                report.add_unknown(1, "source.unknown-column", name, expected)
        for name in expected:
            if header.count(name) != 1:
                report.add(1, "source.missing-column", value=name)
        return sorted(header) == sorted(expected)

    def _row(self, cells: dict[str, str], place: tuple[int, int], descriptor: Descriptor, expander: Expander) -> Row:
        number, line = place
        dimensions, segments, passages, repeats = {}, [], descriptor.passages, None
        for header, term in descriptor.dimension_columns.items():
            text = cells[header]
            if term is None:
                stated = Mapping((Entry(LINES, line, Scalar(text, line)),), line)
                passages = expander.passages(stated, ()) if text else passages
                if not all(any(t.start <= p.start and p.end <= t.end for t in descriptor.passages) for p in passages):
                    expander.report.add(line, "source.outside-table", value=text)
            elif text == ABSENT:
                dimensions[term.iri] = ""
            elif text and term.iri == KJ.repeats:
                repeats = self._repeated_row(Scalar(text, line), expander)
            elif text and term.kind == "reference":
                iri = expander.resolve(Scalar(text, line), declares=term.iri == KJ.quantity)
                dimensions[term.iri] = iri or ""
                if term.iri not in _NOT_OF_THE_QUANTITY:
                    segments.append((iri or "").rpartition("/")[2])
            elif text:
                dimensions[term.iri] = text
        told_apart = "-".join(segments)
        return Row(number, told_apart or str(line), told_apart, dimensions, passages, line, repeats)

    def _repeated_row(self, written: Scalar, expander: Expander) -> Reference | None:
        """Read the row a row repeats: an IRI of which only the cells exist, so that no reference to the row itself is remembered."""
        iri = self._context.expand(written.text)
        if iri is None:
            expander.resolve(written)
            return None
        return Reference(iri, written.text, (expander.report.path, written.line))

    def _repeat(self, node: dict[str, object], row: Reference, column: ValueColumn, is_figure: bool) -> None:
        """Say that a cell repeats the one of its column in another row; one without a figure does so only where that cell exists."""
        cell = Reference(f"{row.iri}/{column.segment}", f"{row.written}/{column.segment}", row.place)
        if is_figure:
            node[KJ.repeats] = {"@id": cell.iri}
            self._into.references.append(cell)
        else:
            self._into.blank_repeats.append((node, cell.iri))

    def _observation(self, row: Row, column: ValueColumn, cell: str, descriptor: Descriptor, reports: tuple[Report, Report]) -> None:
        if cell == ABSENT:
            return
        of_descriptor, report = reports
        said = {**descriptor.every, **column.dimensions, **row.dimensions}
        dimensions = {term: value for term, value in said.items() if value}
        iri = f"{descriptor.table}/{row.segment}/{column.segment}"
        figure = _FIGURE.match(cell)
        status = self._ontology.signs.get(cell)
        if figure is None and status is None:
            found = re.findall(r"\d[\d,]*(?:\.\d+)?", cell)
            report.add(row.line, "source.not-a-figure", value=cell, column=column.header, nearest=found[0] if len(found) == 1 else "")
            return
        quoted = tuple(Passage(p.source, p.start, p.end, cell if figure else "") for p in row.passages)
        for passage in quoted:
            self._into.cite(passage, (report.path, row.line))
        node: dict[str, object] = {
            "@id": iri,
            "@type": QB.Observation,
            QB.dataSet: {"@id": descriptor.table},
            KJ.row: {"@value": str(row.number), "@type": XSD.integer},
            KJ.column: {"@value": str(column.number), "@type": XSD.integer},
            KJ.printedAs: cell,
            KJ.quantity: {"@id": _named_by(dimensions, QUANTITY, _NOT_OF_THE_QUANTITY)},
            KJ.series: {"@id": _named_by(dimensions, SERIES, _NOT_OF_THE_SERIES)},
            PROV.wasDerivedFrom: derivation(quoted),
        }
        if figure:
            value = _value(figure[0], dimensions)
            node[SDMX_MEASURE.obsValue] = {"@value": value, "@type": XSD.decimal}
            status = STATUS_GIVEN if float(value) else STATUS_ZERO
        node[SDMX_ATTRIBUTE.obsStatus] = {"@id": status}
        for term, value in ((term, value) for term, value in dimensions.items() if term != KJ.quantity):
            node[term] = {"@id": value} if "://" in value else value
        if row.repeats:
            self._repeat(node, row.repeats, column, figure is not None)
        self._into.nodes.append(node)
        self._into.declared[iri] = (report.path, row.line)
        self._into.positions.note((report.path, row.line), iri)
        for term, line in descriptor.places.items():
            if term not in row.dimensions:
                self._into.positions.note((of_descriptor.path, line), iri, term)


def _value(printed: str, dimensions: dict[str, str]) -> str:
    """Return the number a figure stands for; one that the text calls a fall ("2.4% fewer") is negative, whatever sign is printed."""
    value = printed.replace(",", "")
    return f"-{value.lstrip('+-')}" if dimensions.get(KJ.changeDirection) == DECREASE else value


def _named_by(dimensions: dict[str, str], base: str, leaving_out: frozenset[str]) -> str:
    """Return an IRI that figures share which are equal in what they are about and in their dimensions, some of them left out.

    A name given in the table takes the place of what a figure is about, so that claims about different things are joined, but only where
    all other dimensions are equal.
    """
    parts = {term: value for term, value in dimensions.items() if term not in leaving_out}
    parts[KJ.about] = dimensions.get(KJ.quantity, dimensions.get(KJ.about, ""))
    text = "\n".join(f"{term} {value}" for term, value in sorted(parts.items()))
    return base + hashlib.sha256(text.encode()).hexdigest()[:16]


def _without_empty_end(cells: list[str], header: list[str]) -> list[str]:
    """Drop the empty cells that a spreadsheet leaves behind the last column of the header."""
    width = len(header)
    while width and not header[width - 1].strip():
        width -= 1
    return cells[:width] if not any(cells[width:]) else cells
