"""Every figure of a plan as one record that can be quoted, chosen by its terms, and added up only with what it may be added to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from kg.store.reader.display import Display
from kg.store.reader.model import Ref
from kg.store.reader.source import Source, iri, value_of
from kg.store.results import Term
from kg.vocab import ID

_TOTAL = ID + "kr/funding/total"
_RATES = (ID + "kr/unit/percent", ID + "kr/unit/percentage-point")
TERMS = ("about", "measure", "type", "period", "scope", "unit", "funding", "table", "source", "publisher")
"""By what figures can be chosen."""


class FigureRecord(Struct, frozen=True):
    """A figure as printed and everything it stands for.

    Attributes:
        terms: What it is about and of, by name (`TERMS` and `printedUnit`, `status`).
        dimensions: Further dimensions by the IRI of their property: sex, age band, trade, what a growth is measured against ...
        value: The number, in the unit of `terms["unit"]`; None for a dash, a blank or "no budget of its own".
        within: IRIs of what the thing it is about lies in.
        quantity: IRI shared by all claims about the same quantity.
        repeats: True when it only says again what stands elsewhere.
        lines: Ranges of lines of the source text.
        credit: Whom the plan names for it: `publisher`, only the `portal` that holds the statistics, only the name of the `statistics`;
            `plan` where it says so itself of what it plans or of its own places, `none` where a statistic has no credit.
        portals: The systems that hold the statistics it comes from.
        basis: How its column was found, where the document does not show it; else empty.
        overlapping: IRIs of things that hold some of what the figure counts: a broader or narrower one, a band with common years of age.
        sets: Names of sets of figures whose members count the same for different things, such as a finding or the tasks of a plan.
    """

    iri: str
    terms: Mapping[str, Ref]
    dimensions: Mapping[str, Ref]
    printed: str
    value: Decimal | None
    within: frozenset[str]
    quantity: str
    repeats: bool
    lines: tuple[tuple[int, int], ...]
    credit: str = "none"
    portals: tuple[Ref, ...] = ()
    basis: str = ""
    overlapping: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()

    @property
    def counted(self) -> Mapping[str, str]:
        """Return what tells it apart from figures of the same measure: the thing, the source of money, the further dimensions; as IRIs."""
        named = {name: self.terms[name].iri for name in ("about", "funding") if name in self.terms}
        return named | {kind: ref.iri for kind, ref in self.dimensions.items()}


class RecordReader:
    """Reads the figures of plans."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        self._display = display

    def records(self, plan: str, lang: str) -> tuple[FigureRecord, ...]:
        """Return every figure of a plan, in the order of the lines."""
        rows = self._source.rows("figures", plan=iri(plan)).rows
        names = (*TERMS, "printedUnit", "status", "dimension", "portal")
        refs = self._display.refs({value_of(row, name) for row in rows for name in names} - {""}, lang)
        grouped: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
        for row in rows:
            grouped[value_of(row, "figure")].append(row)
        found = [_record(figure, own, refs) for figure, own in grouped.items()]
        overlapping = _pairs(self._source.rows("figures-overlapping").rows, "one", "other")
        sets = _pairs(self._source.rows("figures-counted-twice", plan=iri(plan)).rows, "figure", "set")
        told = [
            replace(
                record,
                overlapping=frozenset().union(*(overlapping[value] for value in record.counted.values() if value in overlapping)),
                sets=frozenset(sets.get(record.iri, ())),
            )
            for record in found
        ]
        return tuple(sorted(told, key=lambda record: (record.lines, record.iri)))


def _pairs(rows: Iterable[Mapping[str, Term]], key: str, value: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[value_of(row, key)].add(value_of(row, value))
    return found


def _record(figure: str, rows: list[Mapping[str, Term]], refs: Mapping[str, Ref]) -> FigureRecord:
    first = rows[0]
    given = {name: value_of(first, name) for name in (*TERMS, "printedUnit", "status")}
    dimensions = {value_of(row, "dimensionKind"): value_of(row, "dimension") for row in rows}
    return FigureRecord(
        iri=figure,
        terms={name: refs[term] for name, term in given.items() if term in refs},
        dimensions={kind: refs[dimensions[kind]] for kind in sorted(dimensions) if dimensions[kind] in refs},
        printed=value_of(first, "printed"),
        value=Decimal(value_of(first, "value")) if "value" in first else None,
        within=frozenset(value_of(row, "within") for row in rows) - {""},
        quantity=value_of(first, "quantity"),
        repeats="repeats" in first,
        lines=tuple(sorted({(int(value_of(row, "start")), int(value_of(row, "end"))) for row in rows})),
        credit=value_of(first, "credit"),
        portals=tuple(refs[one] for one in sorted({value_of(row, "portal") for row in rows}) if one in refs),
        basis=value_of(first, "basis"),
    )


def why_not_summed(records: Iterable[FigureRecord]) -> tuple[str, ...]:
    """Say why figures must not be added up: names of the reasons, none when they may be.

    `measure`, `type`, `period`, `unit`, `scope`: they differ in it. `rate`: percentages are not added. `total`: a total stands beside its
    parts. `cut`: some are cut by other dimensions than others (by sex and by age), so each cut counts everybody. `part`: a part stands
    beside its whole (one sex beside all, one age band beside a wider one, a district beside its city). `overlap`: they are of different
    things that count the same people or money. `twice`: one quantity is there twice, or a figure only repeats another. `none`: there is no
    number among them.
    """
    found = tuple(records)
    reasons = [name for name in ("measure", "type", "period", "unit", "scope") if len({_term(one, name) for one in found}) > 1]
    if any(_term(one, "unit") in _RATES for one in found):
        reasons.append("rate")
    sources = {_term(one, "funding") for one in found}
    if _TOTAL in sources and len(sources) > 1:
        reasons.append("total")
    cuts = {frozenset(one.dimensions) for one in found}
    if len(cuts - {frozenset()}) > 1:
        reasons.append("cut")
    abouts = {_term(one, "about") for one in found}
    if (frozenset() in cuts and len(cuts) > 1) or any(one.within & abouts for one in found) or _holds_parts(found):
        reasons.append("part")
    if _shares_sets(found):
        reasons.append("overlap")
    if len({one.quantity for one in found}) < len(found) or any(one.repeats for one in found):
        reasons.append("twice")
    if all(one.value is None for one in found):
        reasons.append("none")
    return tuple(reasons)


def _holds_parts(records: Iterable[FigureRecord]) -> bool:
    """Say whether one figure counts some of what another does: each thing that tells them apart is the same or overlaps."""
    told = [(record.counted, record.overlapping) for record in records]
    return any(
        one.keys() == other.keys()
        and not overlapping.isdisjoint(other.values())
        and all(value == other[name] or other[name] in overlapping for name, value in one.items())
        for (one, overlapping), (other, _) in combinations(told, 2)
    )


def _shares_sets(records: Iterable[FigureRecord]) -> bool:
    """Say whether figures of different things stand in one set whose members count the same."""
    abouts: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for one in record.sets:
            abouts[one].add(_term(record, "about"))
    return any(len(things) > 1 for things in abouts.values())


def _term(record: FigureRecord, name: str) -> str:
    ref = record.terms.get(name)
    return ref.iri if ref else ""
