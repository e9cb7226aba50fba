"""Reads the descriptor of a table of figures: which column is which dimension, measure and unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from kg.source.context import Context, Term
from kg.source.expand import Expander
from kg.source.passages import Passage
from kg.source.report import Report
from kg.source.yamlfile import Entry, Mapping, Scalar
from kg.vocab import KJ

DESCRIPTOR_KEYS = frozenset(
    {"id", "label", "labelEn", "lines", "remark", "description", "sourceDataset", "publisher", "headUnit", "every", "columns"}
)
TABLE_ONLY = frozenset({"every", "columns"})
LINES, KEY = "lines", "key"


class ValueColumn(Struct, frozen=True):
    """A column of figures: its header, its number, the last part of its observations' IRIs, and the dimensions all its cells share."""

    header: str
    number: int
    segment: str
    dimensions: dict[str, str]


@dataclass
class Descriptor:
    """What a descriptor says: the table's IRI, what holds for every cell, and what each column is."""

    table: str
    passages: tuple[Passage, ...]
    every: dict[str, str] = field(default_factory=dict)
    dimension_columns: dict[str, Term | None] = field(default_factory=dict)
    value_columns: list[ValueColumn] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


class DescriptorReader:
    """Reads descriptors of one plan folder; the tables they describe become entries of the folder."""

    def __init__(self, context: Context, expander: Expander) -> None:
        self._context = context
        self._expander = expander

    def read(self, mapping: Mapping, report: Report) -> Descriptor | None:
        """Read a descriptor and declare its table; one that does not say what its columns are is a fault and gives None."""
        for entry in mapping.entries:
            if entry.key not in DESCRIPTOR_KEYS:
                report.add_unknown(entry.line, "source.unknown-key", entry.key, DESCRIPTOR_KEYS)
        columns, named = mapping.get("columns"), mapping.get("id")
        if not (columns and isinstance(columns.value, Mapping) and named and isinstance(named.value, Scalar)):
            report.add(mapping.line, "source.incomplete-descriptor")
            return None
        iri = self._context.expand(named.value.text)
        about = tuple(entry for entry in mapping.entries if entry.key not in TABLE_ONLY)
        data_set = Entry("type", mapping.line, Scalar("DataSet", mapping.line))
        self._expander.entry(Mapping((*about, data_set), mapping.line))
        if iri is None:
            return None
        found = Descriptor(iri, self._expander.passages(mapping, ()))
        every = mapping.get("every")
        if every and isinstance(every.value, Mapping):
            found.every = self._constants(every.value, found, report)
        for entry in columns.value.entries:
            self._column(entry, found, report)
        return found

    def _column(self, entry: Entry, found: Descriptor, report: Report) -> None:
        if isinstance(entry.value, Mapping):
            dimensions = self._constants(entry.value, found, report)
            parts = [dimensions[term] for term in (KJ.measure, KJ.fundingSource, KJ.valueType) if term in dimensions]
            segment = entry.value.text(KEY) or "-".join(part.rpartition("/")[2] for part in parts) or "value"
            if segment in {column.segment for column in found.value_columns}:
                report.add(entry.line, "source.same-name", key=entry.key, value=segment)
            found.value_columns.append(ValueColumn(entry.key, len(found.value_columns) + 1, segment, dimensions))
        elif isinstance(entry.value, Scalar) and entry.value.text == LINES:
            found.dimension_columns[entry.key] = None
        elif isinstance(entry.value, Scalar) and entry.value.text in self._context.terms:
            found.dimension_columns[entry.key] = self._context.terms[entry.value.text]
        else:
            text = entry.value.text if isinstance(entry.value, Scalar) else ""
            report.add_unknown(entry.line, "source.unknown-key", text, [*self._context.terms, LINES])

    def _constants(self, mapping: Mapping, found: Descriptor, report: Report) -> dict[str, str]:
        constants = {}
        for entry in mapping.entries:
            term = self._context.terms.get(entry.key)
            if entry.key == KEY:
                continue
            if term is None or term.kind != "reference" or not isinstance(entry.value, Scalar):
                report.add_unknown(entry.line, "source.unknown-key", entry.key, self._context.terms)
            elif iri := self._expander.resolve(entry.value):
                constants[term.iri] = iri
                found.places[term.iri] = entry.line
        return constants
