"""Control totals: sums that a plan states itself, written in its `checks.yaml` and run over its observations.

A check names one observation (`total`) and others (`parts`) by their dimensions; the parts must add up to the total within `tolerance`,
in the printed unit. A sum that does not hold means our entry is wrong, and stops the build; where it is the plan that contradicts itself,
the check says so (`severity: report`, with a remark), and the contradiction is reported with its arithmetic. A sum of rounded values that
holds only within its tolerance is reported, too, as what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from msgspec import Struct
from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.source.context import LEXICAL_FORMS, Context
from kg.source.folder import CHECKS_FILE, PlanFolder
from kg.source.nodes import Positions
from kg.source.passages import parse_lines
from kg.source.report import Report
from kg.source.yamlfile import Entry, Mapping, Node, Scalar, Sequence, read_yaml
from kg.vocab import ID, QB, SDMX_MEASURE

CHECK_KEYS = frozenset({"label", "total", "parts", "tolerance", "lines", "severity", "remark", "kind"})
REPORT = "report"
TOTAL_DIFFERS, ROUNDED_SUM = ID + "kr/finding-kind/total-differs", ID + "kr/finding-kind/rounded-sum"
_OBSERVATIONS = f"SELECT ?o ?p ?v WHERE {{ ?o a <{QB.Observation}> ; ?p ?v }}"

Pattern = dict[str, frozenset[str]]
"""For a property, the values an observation may have there."""


class Figure(Struct, frozen=True):
    """One observation: its IRI, its dimensions, and its value (0 where the status says there is none)."""

    iri: str
    dimensions: dict[str, str]
    value: Decimal

    def fits(self, pattern: Pattern) -> bool:
        """Say whether the observation has one of the wanted values at every property of the pattern."""
        return all(self.dimensions.get(term) in values for term, values in pattern.items())


class BrokenSum(Struct, frozen=True):
    """A sum of the plan that does not hold, or not to the last digit, though the figures are entered as printed.

    Attributes:
        plan: IRI of the plan's graph.
        label: What the check says should hold (Korean).
        kind: IRI of the kind of finding.
        total: The printed total.
        parts: What was added up.
        remark: The editor's remark (Korean).
    """

    plan: str
    label: str
    kind: str
    total: Figure
    parts: tuple[Figure, ...]
    remark: str

    @property
    def sum(self) -> Decimal:
        """Return what the parts add up to, in the printed unit."""
        return sum((part.value for part in self.parts), Decimal(0))


@dataclass
class Totals:
    """What the control totals came to: how many hold, and the plan's own sums that do not."""

    holding: int = 0
    broken: list[BrokenSum] = field(default_factory=list)


def run_totals(folder: PlanFolder, store: Store, positions: Positions, report: Report) -> Totals:
    """Run the control totals of a plan.

    Args:
        folder: The plan; a plan without `checks.yaml` has none.
        store: Store that holds its observations in its named graph.
        positions: For saying where the parts of a failing sum are written.
        report: Receives what does not hold.
    """
    path = folder.path / CHECKS_FILE
    if not path.is_file():
        return Totals()
    here = report.within(f"{folder.name}/{CHECKS_FILE}")
    top = read_yaml(path, here)
    listed = top.get("checks") if top else None
    if listed is None or not isinstance(listed.value, Sequence):
        if top:
            here.add(top.line, "check.no-checks")
        return Totals()
    runner = _Runner(folder, _figures(store, folder.graph), positions, here)
    for item in listed.value.items:
        runner.totals.holding += runner.run(item)
    return runner.totals


def _tolerance(check: Mapping) -> str:
    return check.text("tolerance") or "0"


def _figures(store: Store, graph: str) -> list[Figure]:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    solutions = store.query(_OBSERVATIONS, default_graph=[NamedNode(graph)])
    if isinstance(solutions, QuerySolutions):
        for solution in solutions:
            rows[solution["o"].value][solution["p"].value] = solution["v"].value
    return [Figure(iri, row, Decimal(row.get(SDMX_MEASURE.obsValue, "0"))) for iri, row in rows.items()]


class _Runner:
    """Runs the checks of one file."""

    def __init__(self, folder: PlanFolder, figures: list[Figure], positions: Positions, report: Report) -> None:
        self.totals = Totals()
        self._plan = folder.graph
        self._context: Context = folder.context
        self._figures = figures
        self._positions = positions
        self._report = report

    def run(self, check: Node) -> bool:
        """Run a check; say whether its sum holds. One that cannot be run is a fault."""
        if not isinstance(check, Mapping):
            self._report.add(check.line, "check.incomplete", key="total")
            return False
        before = len(self._report.faults)
        self._check_form(check)
        totals, parts = self._matching(check, "total"), self._matching(check, "parts")
        if len(self._report.faults) > before:
            return False
        if len(totals) != 1:
            self._report.add(check.line, "check.not-one-total", label=check.text("label"), count=str(len(totals)))
            return False
        return self._compare(check, totals[0], parts)

    def _check_form(self, check: Mapping) -> None:
        for entry in check.entries:
            if entry.key not in CHECK_KEYS:
                self._report.add_unknown(entry.line, "source.unknown-key", entry.key, CHECK_KEYS)
        tolerance, severity = _tolerance(check), check.get("severity")
        if not LEXICAL_FORMS["decimal"].fullmatch(tolerance):
            self._report.add(check.line, "source.not-a-number", key="tolerance", value=tolerance)
        if parse_lines(check.text("lines")) is None:
            self._report.add(check.line, "check.incomplete", key="lines")
        if severity and check.text("severity") != REPORT:
            self._report.add_unknown(severity.line, "source.unknown-word", check.text("severity"), [REPORT], key="severity")
        elif severity and not check.text("remark").strip():
            self._report.add(check.line, "check.incomplete", key="remark")

    def _compare(self, check: Mapping, total: Figure, parts: list[Figure]) -> bool:
        found = sum((part.value for part in parts), Decimal(0))
        difference = total.value - found
        holds = abs(difference) <= Decimal(_tolerance(check))
        facts = {"label": check.text("label"), "total": str(total.value), "sum": str(found), "difference": str(difference)}
        if check.get("severity") is None:
            if not holds:
                self._report.add(check.line, "check.sum-broken", **facts, places=self._places([total, *parts]))
            elif difference:
                self._keep(check, ROUNDED_SUM, total, parts)
        elif holds:
            self._report.remark(check.line, "check.sum-holds-after-all", **facts)
        else:
            self._report.remark(check.line, "check.plan-contradicts-itself", **facts, remark=check.text("remark"))
            self._keep(check, self._kind(check), total, parts)
        return holds

    def _keep(self, check: Mapping, kind: str, total: Figure, parts: list[Figure]) -> None:
        broken = BrokenSum(self._plan, check.text("label"), kind, total, tuple(parts), check.text("remark"))
        self.totals.broken.append(broken)

    def _kind(self, check: Mapping) -> str:
        """Return the kind of finding that a sum is which does not hold."""
        entry = check.get("kind")
        return next(iter(self._values(entry)), "") if entry else TOTAL_DIFFERS

    def _places(self, figures: Iterable[Figure]) -> str:
        places = {self._positions.find(figure.iri) for figure in figures}
        return ", ".join(f"{path}:{line}" for path, line in sorted(place for place in places if place))

    def _matching(self, check: Mapping, key: str) -> list[Figure]:
        entry = check.get(key)
        if entry is None:
            self._report.add(check.line, "check.incomplete", key=key)
            return []
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        found: dict[str, Figure] = {}
        for item in items:
            pattern = self._pattern(item)
            fitting = [figure for figure in self._figures if pattern and figure.fits(pattern)]
            if pattern and not fitting:
                self._report.add(item.line, "check.no-figure", label=check.text("label"))
            found.update((figure.iri, figure) for figure in fitting)
        return list(found.values())

    def _pattern(self, item: Node) -> Pattern:
        if not isinstance(item, Mapping):
            self._report.add(item.line, "check.not-a-pattern")
            return {}
        pattern: Pattern = {}
        for entry in item.entries:
            term = self._context.terms.get(entry.key)
            if term is None:
                self._report.add_unknown(entry.line, "source.unknown-key", entry.key, self._context.terms)
            else:
                pattern[term.iri] = frozenset(self._values(entry))
        return pattern

    def _values(self, entry: Entry) -> Iterable[str]:
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        for item in items:
            iri = self._context.expand(item.text) if isinstance(item, Scalar) else None
            if iri is None:
                self._report.add(item.line, "source.not-a-reference", value=item.text if isinstance(item, Scalar) else "")
            else:
                yield iri
