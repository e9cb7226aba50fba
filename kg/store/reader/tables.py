"""The tables of a plan: which there are and where they stand, and every figure of one with its place, dimensions and source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from kg.errors import NotFound
from kg.store.listed import is_iri
from kg.store.reader.display import Display
from kg.store.reader.model import Passage, Ref, Text
from kg.store.reader.parts import Parts
from kg.store.reader.source import Source, Statements, iri, value_of
from kg.store.results import Term
from kg.vocab import DCT, KJ, PROV, QB, RDF, SDMX_ATTRIBUTE, SDMX_MEASURE, SKOS, Namespace

_DCAT = Namespace("http://www.w3.org/ns/dcat#")
_GEO = Namespace("http://www.opengis.net/ont/geosparql#")
_NAMED = ("table", "measure", "source", "publisher", "service", "section")
# Whatever else a figure has that names something is a dimension, so a table with a dimension of another topic needs no code.
_NO_DIMENSION = frozenset(
    {RDF.type, QB.dataSet, KJ.inPlan, KJ.repeats, KJ.printedUnit, PROV.wasDerivedFrom, DCT.source, SDMX_ATTRIBUTE.obsStatus}
)


class DataSource(Struct, frozen=True):
    """The statistics that figures were taken from, who publishes them, if that is known, and the systems that hold them."""

    ref: Ref
    publisher: Ref | None
    systems: tuple[Ref, ...] = ()


class TableEntry(Struct, frozen=True):
    """A table in the list of tables.

    Attributes:
        passages: The lines it was taken from.
        measures: What it counts, by name.
        figures: How many figures it holds.
        section: The part of the document that holds all its lines, from the chapter down; empty where parts are not recorded.
    """

    ref: Ref
    passages: tuple[Passage, ...]
    measures: tuple[Ref, ...]
    sources: tuple[DataSource, ...]
    figures: int
    section: tuple[Ref, ...]


class Cell(Struct, frozen=True):
    """One figure of a table.

    Attributes:
        row: Its place in the printed table, from 1; `column` likewise.
        printed: What the document prints; `value` is the number, None where it prints none, and `status` says why.
        said: Its dimensions by property: what it is about, what it counts, in which unit, for which period, sex, age ...
        printed_unit: The unit the document prints, where that is another one than it counts in.
        basis: How its column was found, where the document does not show it.
        repeats: What it is really about when it only says again what is said elsewhere.
    """

    iri: str
    row: int
    column: int
    printed: str
    value: Decimal | None
    status: Ref | None
    said: Mapping[str, Ref]
    printed_unit: Ref | None
    basis: str
    source: DataSource | None
    passages: tuple[Passage, ...]
    repeats: Ref | None

    @property
    def unit(self) -> Ref | None:
        """Return the unit it counts in."""
        return self.said.get(SDMX_ATTRIBUTE.unitMeasure)


class Table(Struct, frozen=True):
    """A table of a plan.

    Attributes:
        description: What the editors say of it; `remark` likewise.
        cells: Its figures, by row and column.
        dimensions: The properties by which its figures differ or agree, in the order of the ontology, with their names.
        own: The area the plan is for.
        wider: For each thing, the areas around it.
    """

    ref: Ref
    description: Text
    remark: Text
    passages: tuple[Passage, ...]
    cells: tuple[Cell, ...]
    dimensions: Mapping[str, Text]
    own: frozenset[str]
    wider: Mapping[str, frozenset[str]]

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """Return what its figures were taken from, in the order in which they come."""
        return tuple(dict.fromkeys(cell.source for cell in self.cells if cell.source is not None))


class Caution(Struct, frozen=True):
    """What the rules found about figures of a table: the kind of finding, the sentence that says it, and its lines."""

    kind: Ref
    sentence: Text
    passages: tuple[Passage, ...]


class TableReader:
    """Reads the tables of plans."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        self._display = display

    def of_plan(self, plan: str, lang: str) -> tuple[TableEntry, ...]:
        """Return the tables of a plan, in the order of their lines."""
        rows = self._source.rows("page-tables", plan=iri(plan)).rows
        parts = self._source.rows("page-table-sections", plan=iri(plan)).rows
        names = {value_of(row, name) for row in (*rows, *parts) for name in _NAMED} - {""}
        refs = self._display.refs(names, lang)
        tables: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
        for row in rows:
            tables[value_of(row, "table")].append(row)
        found = (_entry(refs[table], rows, parts, refs) for table, rows in tables.items() if table in refs)
        return tuple(sorted(found, key=lambda entry: (entry.passages, entry.ref.iri)))

    def table(self, table: str, plan: str, lang: str) -> Table:
        """Return a table with all its figures.

        Args:
            plan: The plan the table must be of.
        Raises:
            NotFound: the plan has no such table.
        """
        if not is_iri(table):
            raise NotFound(iri=table)
        statements = self._source.statements("page-table", table=iri(table))
        if QB.DataSet not in statements.iris(table, RDF.type) or plan not in statements.iris(table, KJ.inPlan):
            raise NotFound(iri=table)
        refs = self._names({table, *statements.subjects_of(_DCAT.DataService)} | statements.all_iris(), lang)
        parts = Parts(statements, refs, lang)
        sources = _sources(parts)
        found = (_cell(node, parts, sources) for node in statements.subjects_of(QB.Observation))
        cells = tuple(sorted(found, key=lambda cell: (cell.row, cell.column)))
        return Table(
            ref=refs[table],
            description=parts.text(table, DCT.description),
            remark=parts.text(table, SKOS.editorialNote),
            passages=parts.passages(table),
            cells=cells,
            dimensions=self._dimensions(cells, lang),
            own=frozenset(statements.iris(plan, DCT.spatial)),
            wider=_wider(cells, statements),
        )

    def cautions(self, table: str, lang: str) -> tuple[Caution, ...]:
        """Return where the figures of a table disagree with each other or with others, or are easily misread, in the order of the kinds."""
        statements = self._source.statements("page-table-findings", table=iri(table))
        parts = Parts(statements, self._display.refs(statements.all_iris(), lang), lang)
        found = [
            Caution(kind, parts.text(node, DCT.description), parts.passages(node))
            for node in statements.subjects_of(KJ.Finding)
            if (kind := parts.one(node, DCT.type)) is not None
        ]
        return tuple(sorted(found, key=lambda one: (one.kind.order, one.kind.iri, one.passages, one.sentence.value)))

    def _names(self, things: Iterable[str], lang: str) -> dict[str, Ref]:
        """Name things; an edition by the name of its permanent thing, since the plan says the year."""
        refs = self._display.refs(things, lang)
        homes = self._display.refs({ref.home for ref in refs.values() if ref.home != ref.iri}, lang)
        return {thing: replace(ref, label=homes[ref.home].label) if ref.home in homes else ref for thing, ref in refs.items()}

    def _dimensions(self, cells: Iterable[Cell], lang: str) -> Mapping[str, Text]:
        found = {property_iri for cell in cells for property_iri in cell.said}
        ordered = sorted(found, key=lambda one: (self._display.order_of(one), one))
        return {one: self._display.phrase(one, lang) or Text(local_name(one)) for one in ordered}


def local_name(property_iri: str) -> str:
    """Return the last part of a property's IRI, such as `age`."""
    return property_iri.replace("#", "/").rpartition("/")[2]


def _entry(table: Ref, rows: list[Mapping[str, Term]], parts: Iterable[Mapping[str, Term]], refs: Mapping[str, Ref]) -> TableEntry:
    passages = tuple(sorted({_passage(row) for row in rows}))
    counted = {(value_of(row, "measure"), value_of(row, "source")): int(value_of(row, "figures")) for row in rows}
    measures = {measure for measure, _ in counted} & refs.keys()
    return TableEntry(
        ref=table,
        passages=passages,
        measures=tuple(sorted((refs[one] for one in measures), key=lambda ref: (ref.order, ref.label.value))),
        sources=tuple(_source(refs[one], rows, refs) for one in sorted({source for _, source in counted} & refs.keys())),
        figures=sum(counted.values()),
        section=_section(passages, parts, refs),
    )


def _source(dataset: Ref, rows: Iterable[Mapping[str, Term]], refs: Mapping[str, Ref]) -> DataSource:
    own = [row for row in rows if value_of(row, "source") == dataset.iri]
    systems = sorted({value_of(row, "service") for row in own} & refs.keys())
    return DataSource(dataset, refs.get(value_of(own[0], "publisher")), tuple(refs[one] for one in systems))


def _passage(row: Mapping[str, Term]) -> Passage:
    start, end = int(value_of(row, "start")), int(value_of(row, "end"))
    return Passage(start, end, "", value_of(row, "passage"), value_of(row, "document"))


def _section(passages: tuple[Passage, ...], parts: Iterable[Mapping[str, Term]], refs: Mapping[str, Ref]) -> tuple[Ref, ...]:
    """Return the parts of the document around all lines of a table, the longest first."""
    first, last, document = passages[0].start, max(passage.end for passage in passages), passages[0].source
    around = [
        (int(value_of(part, "start")) - int(value_of(part, "end")), value_of(part, "section"))
        for part in parts
        if value_of(part, "document") == document and int(value_of(part, "start")) <= first and last <= int(value_of(part, "end"))
    ]
    return tuple(refs[section] for _, section in sorted(around) if section in refs)


def _cell(node: str, parts: Parts, sources: Mapping[str, DataSource]) -> Cell:
    read, value = parts.statements.first, parts.statements.first(node, SDMX_MEASURE.obsValue)
    said = {
        property_iri: ref
        for property_iri in parts.statements.properties(node)
        if property_iri not in _NO_DIMENSION and (ref := parts.one(node, property_iri)) is not None
    }
    return Cell(
        iri=node,
        row=int(read(node, KJ.row)),
        column=int(read(node, KJ.column)),
        printed=read(node, KJ.printedAs),
        value=Decimal(value) if value else None,
        status=parts.one(node, SDMX_ATTRIBUTE.obsStatus),
        said=said,
        printed_unit=parts.one(node, KJ.printedUnit),
        basis=read(node, KJ.basis),
        source=next((sources[one] for one in parts.statements.iris(node, DCT.source) if one in sources), None),
        passages=parts.passages(node),
        repeats=next((parts.one(other, KJ.about) for other in parts.statements.iris(node, KJ.repeats)), None),
    )


def _sources(parts: Parts) -> Mapping[str, DataSource]:
    """Return what the figures were taken from, by IRI."""
    statements, found = parts.statements, {}
    systems = statements.subjects_of(_DCAT.DataService)
    for node in statements.subjects_of(QB.Observation):
        ref = parts.one(node, DCT.source)
        if ref is not None and ref.iri not in found:
            holding = parts.named(system for system in systems if ref.iri in statements.iris(system, _DCAT.servesDataset))
            found[ref.iri] = DataSource(ref, parts.one(ref.iri, DCT.publisher), holding)
    return found


def _wider(cells: Iterable[Cell], statements: Statements) -> Mapping[str, frozenset[str]]:
    things = {cell.said[KJ.about].iri for cell in cells if KJ.about in cell.said}
    return {thing: frozenset(statements.iris(thing, _GEO.sfWithin)) for thing in things}
