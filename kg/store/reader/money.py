"""The targets and money of a plan, printed row by printed row, with what is computed from each row kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.display import Display
from kg.store.reader.model import Passage, Ref
from kg.store.reader.source import Source, iri, value_of
from kg.store.results import Term
from kg.vocab import ID

TOTAL = ID + "kr/funding/total"
JOBS = ID + "kr/measure/jobs-target"
_COST_PER_JOB = ID + "kr/measure/cost-per-job"


class Cell(Struct, frozen=True):
    """A printed cell: its figure's IRI, the text as printed, its number (None for a dash, a blank ...), and its status."""

    iri: str
    printed: str
    value: Decimal | None
    status: Ref | None


class Computed(Struct, frozen=True):
    """A value that is not printed: its IRI, the number, and the arithmetic it comes from."""

    iri: str
    value: Decimal
    arithmetic: str


class MoneyRow(Struct, frozen=True):
    """What one printed row says about one thing.

    Attributes:
        about: What it is about; `group` is the sector of a line or the strategies of a task.
        jobs: The jobs target of the row, if it has one.
        money: Amounts by source of money (IRI), the printed total among them; million won.
        shares: Share of each source in the printed total, in percent.
        per_job: Printed total divided by the jobs target, million won.
        repeated: What the row really is about when it only repeats another table.
    """

    about: Ref
    scope: str
    group: tuple[Ref, ...] = ()
    jobs: Cell | None = None
    money: dict[str, Cell] = {}
    shares: dict[str, Computed] = {}
    per_job: Computed | None = None
    passages: tuple[Passage, ...] = ()
    repeated: Ref | None = None

    @property
    def total(self) -> Cell | None:
        """Return the printed total."""
        return self.money.get(TOTAL)

    @property
    def claims(self) -> frozenset[tuple[str, str]]:
        """Return what the row claims: the jobs target and each amount, as printed; a cell that is no number claims nothing."""
        cells = {JOBS: self.jobs, **self.money}
        return frozenset((name, cell.printed) for name, cell in cells.items() if cell and cell.value is not None)


class Money(Struct, frozen=True):
    """The rows of a plan by what they count (notation of the scope), and the sources of money in their order."""

    rows: Mapping[str, tuple[MoneyRow, ...]]
    sources: tuple[Ref, ...]


class MoneyReader:
    """Reads the money of plans."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        self._display = display

    def money(self, plan: str, lang: str) -> Money:
        """Return every printed row of targets and money of a plan."""
        cells = self._source.rows("page-money", plan=iri(plan)).rows
        computed: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
        for row in self._source.rows("page-money-computed", plan=iri(plan)).rows:
            computed[value_of(row, "figure")].append(row)
        names = ("about", "scope", "group", "funding", "status", "repeated")
        refs = self._display.refs({value_of(row, name) for row in cells for name in names} - {""}, lang)
        printed: dict[tuple[str, ...], list[Mapping[str, Term]]] = defaultdict(list)
        for row in cells:
            printed[tuple(value_of(row, name) for name in ("scope", "table", "row", "about"))].append(row)
        found = [row for row in (_row(rows, computed, refs) for rows in printed.values()) if row is not None]
        by_scope: dict[str, list[MoneyRow]] = defaultdict(list)
        for one in _merged(found):
            by_scope[refs[one.scope].notation].append(one)
        sources = sorted({value_of(row, "funding") for row in cells} & refs.keys() - {TOTAL}, key=lambda source: refs[source].order)
        return Money({scope: tuple(rows) for scope, rows in by_scope.items()}, tuple(refs[source] for source in sources))


def _merged(rows: Iterable[MoneyRow]) -> list[MoneyRow]:
    """Return the rows in the order of their lines, those about one thing together; a row that says nothing new only adds its lines."""
    by_thing: dict[tuple[str, str], list[MoneyRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.passages):
        by_thing[row.scope, row.about.iri].append(row)
    merged: list[MoneyRow] = []
    for found in by_thing.values():
        full: list[MoneyRow] = []
        for row in sorted(found, key=lambda one: -len(one.claims)):
            known = next((number for number, one in enumerate(full) if row.claims <= one.claims), None)
            if known is None:
                full.append(row)
            else:
                full[known] = replace(full[known], passages=tuple(sorted({*full[known].passages, *row.passages})))
        merged += full
    return merged


def _row(rows: list[Mapping[str, Term]], computed: Mapping[str, list[Mapping[str, Term]]], refs: Mapping[str, Ref]) -> MoneyRow | None:
    about = refs.get(value_of(rows[0], "about"))
    if about is None:
        return None
    money, shares, jobs, per_job = {}, {}, None, None
    for row in rows:
        figure = value_of(row, "figure")
        number = Decimal(value_of(row, "value")) if "value" in row else None
        cell = Cell(figure, value_of(row, "printed"), number, refs.get(value_of(row, "status")))
        if value_of(row, "measure") == JOBS:
            jobs = cell
            continue
        source = value_of(row, "funding")
        money[source] = cell
        for found in computed.get(figure, ()):
            value = Computed(value_of(found, "derived"), Decimal(value_of(found, "value")), value_of(found, "arithmetic"))
            if value_of(found, "measure") == _COST_PER_JOB:
                per_job = value
            elif value_of(found, "funding") == source:
                shares[source] = value
    return MoneyRow(
        about,
        value_of(rows[0], "scope"),
        _known(rows, "group", refs),
        jobs,
        money,
        shares,
        per_job,
        tuple(sorted({Passage(int(value_of(row, "start")), int(value_of(row, "end")), "", value_of(row, "passage")) for row in rows})),
        next(iter(_known(rows, "repeated", refs)), None),
    )


def _known(rows: Iterable[Mapping[str, Term]], name: str, refs: Mapping[str, Ref]) -> tuple[Ref, ...]:
    found = dict.fromkeys(value_of(row, name) for row in rows)
    return tuple(sorted((refs[one] for one in found if one in refs), key=lambda ref: (ref.order, ref.notation, ref.iri)))
