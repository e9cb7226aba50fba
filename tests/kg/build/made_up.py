"""Small made-up plans, written into a store as the loader would write them, for rules to be tried on."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.build.findings import find
from kg.build.infer import infer
from kg.build.quads import add_quads
from kg.build.totals import BrokenSum
from kg.ontology import Ontology
from kg.source.context import Context
from kg.vocab import (
    DCT,
    DERIVED_GRAPH,
    GRAPH,
    ID,
    KJ,
    PROV,
    QB,
    QUALITY_GRAPH,
    QUANTITY,
    RDF,
    SDMX_ATTRIBUTE,
    SDMX_MEASURE,
    SERIES,
    SKOS,
    XSD,
)
from tests.conftest import ONTOLOGY

DIMENSIONS = ("ofSex", "ofAge", "ofIndustry", "sizeClass", "workerKind", "fundingSource")
OF_THE_SERIES = ("about", "ofMeasure", *DIMENSIONS)
OF_THE_QUANTITY = (*OF_THE_SERIES, "refPeriod", "valueType", "comparedWith")
ONE, OTHER = ID + "99999/plan/2024", ID + "99999/plan/2025"
_NUMBER = re.compile(r"[+-]?[\d,]+(?:\.\d+)?")


@cache
def ontology() -> Ontology:
    """Return the real ontology, read once."""
    return Ontology.load(ONTOLOGY)


@cache
def context() -> Context:
    """Return the keys and prefixes of the real ontology."""
    return Context.load(ONTOLOGY / "context.jsonld")


@dataclass(frozen=True)
class Found:
    """A finding: its kind, its two sentences, the lines it cites and the names of the figures it was computed from."""

    kind: str
    ko: str
    en: str
    lines: tuple[int, ...]
    claims: tuple[str, ...]
    plan: str


@dataclass
class MadeUp:
    """A store with the real ontology and the figures and things a test puts into it."""

    store: Store = field(default_factory=Store)
    bare: bool = False
    """Leave the ontology out: quick, for rules that need no names of terms."""
    _quads: list[Quad] = field(default_factory=list)
    _rows: int = 0

    def __post_init__(self) -> None:
        if not self.bare:
            add_quads(self.store, ontology().quads)

    def thing(
        self, name: str, of_kind: str = "", lines: str = "1", plan: str = ONE, en: str = "", called: str = "", **said: str | list[str]
    ) -> str:
        """Put a thing into a plan, called as its short name says if nothing else is said; keys are those of the context."""
        iri = self.iri(name, plan)
        if of_kind:
            self._say(iri, RDF.type, NamedNode(context().words[of_kind]), plan)
        if iri not in ontology().known:
            self._say(iri, SKOS.prefLabel, Literal(called or name.rpartition(":")[2], language="ko"), plan)
        if en:
            self._say(iri, SKOS.prefLabel, Literal(en, language="en"), plan)
        self._say(iri, KJ.inPlan, NamedNode(plan), plan)
        self._cite(iri, lines, plan)
        for key, values in said.items():
            self._key(iri, key, values, plan)
        return iri

    def figure(self, name: str, printed: str, lines: str = "1", plan: str = ONE, table: str = "table:t", **said: str) -> str:
        """Put a figure into a plan. Without other words it is the population of Seodaemun-gu in 2021, in the only column of its own row."""
        self._rows += 1
        stated = {
            "about": "region:11410",
            "ofMeasure": "measure:population",
            "refPeriod": "period:2021",
            "valueType": "value-type:level",
            "unitMeasure": "unit:person",
            "inScope": "scope:area",
            "row": str(self._rows),
            "column": "1",
        } | said
        iri = self.iri(f"figure:{name}", plan)
        self._say(iri, RDF.type, NamedNode(QB.Observation), plan)
        self._say(iri, SKOS.prefLabel, Literal(f"{name}값", language="ko"), plan)
        self._say(iri, SKOS.prefLabel, Literal(f"value {name}", language="en"), plan)
        self._say(iri, KJ.inPlan, NamedNode(plan), plan)
        self._say(iri, KJ.printedAs, Literal(printed), plan)
        self._say(iri, QB.dataSet, NamedNode(self.iri(table, plan)), plan)
        number = _NUMBER.match(printed)
        if number:
            value = str(Decimal(number[0].replace(",", "")))
            self._say(iri, SDMX_MEASURE.obsValue, Literal(value, datatype=NamedNode(XSD.decimal)), plan)
        status = "given" if number else {"-": "dash", "": "blank"}.get(printed, "no-budget")
        self._say(iri, SDMX_ATTRIBUTE.obsStatus, NamedNode(f"{ID}kr/status/{status}"), plan)
        same = stated.pop("quantity", stated["about"])
        self._say(iri, KJ.quantity, NamedNode(QUANTITY + _key_of({**stated, "about": same}, OF_THE_QUANTITY)), plan)
        self._say(iri, KJ.series, NamedNode(SERIES + _key_of({**stated, "about": same}, OF_THE_SERIES)), plan)
        self._cite(iri, lines, plan)
        for key, value in stated.items():
            self._key(iri, key, value, plan)
        return iri

    def iri(self, written: str, plan: str = ONE) -> str:
        """Write out a short name: one of the national prefixes, else a thing of the plan."""
        prefix, _, local = written.partition(":")
        if "://" in written:
            return written
        known = context().prefixes.get(prefix, "")
        return known + local if known else f"{plan}/{prefix}/{local}"

    def derive(self) -> MadeUp:
        """Run the derivations."""
        self._flush()
        infer(self.store, ONTOLOGY / "derivations", DERIVED_GRAPH)
        return self

    def find(self, broken: tuple[BrokenSum, ...] = ()) -> list[Found]:
        """Run derivations and quality rules, and return the findings in the order of their Korean sentences."""
        self._flush()
        find(self.store, ONTOLOGY, broken)
        return self.found()

    def rule(self, name: str) -> list[Found]:
        """Run the derivations and one rule only."""
        self.derive()
        triples = self.store.query((ONTOLOGY / "quality" / name).read_text("utf-8"))
        add_quads(self.store, (Quad(t.subject, t.predicate, t.object, NamedNode(QUALITY_GRAPH)) for t in triples))  # type: ignore[union-attr]
        return self.found()

    def found(self) -> list[Found]:
        """Return what stands in the graph of findings."""
        said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in self.store.quads_for_pattern(None, None, None, NamedNode(QUALITY_GRAPH)):
            text = quad.object.language or "" if isinstance(quad.object, Literal) else ""
            said[quad.subject.value][quad.predicate.value + text].append(quad.object.value)
        lines = self._lines()
        return sorted(
            (
                Found(
                    kind=facts[DCT.type][0].rpartition("/")[2],
                    ko=" | ".join(facts[DCT.description + "ko"]),
                    en=" | ".join(facts[DCT.description + "en"]),
                    lines=tuple(sorted(lines[passage] for passage in facts[PROV.wasDerivedFrom])),
                    claims=tuple(sorted(claim.rpartition("/")[2] for claim in facts[KJ.computedFrom])),
                    plan=facts[KJ.inPlan][0],
                )
                for facts in said.values()
            ),
            key=lambda one: (one.kind, one.ko),
        )

    def rows(self, query: str) -> list[tuple[str, ...]]:
        """Answer a query: rows of values, the last part of an IRI for an IRI."""
        found = self.store.query(query)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return sorted(
            tuple(_short(row[name]) if row[name] is not None else "" for name in names)  # type: ignore[arg-type]
            for row in found
        )

    def _lines(self) -> dict[str, int]:
        start = NamedNode(KJ.startLine)
        return {q.subject.value: int(q.object.value) for q in self.store.quads_for_pattern(None, start, None, None)}  # type: ignore[union-attr]

    def _cite(self, iri: str, lines: str, plan: str) -> None:
        for part in lines.split(","):
            first, _, last = part.strip().partition("-")
            passage = f"{plan}/source#{first}-{last or first}"
            self._say(iri, PROV.wasDerivedFrom, NamedNode(passage), plan)
            self._say(passage, KJ.inPlan, NamedNode(plan), plan)
            for term, value in ((KJ.startLine, first), (KJ.endLine, last or first)):
                self._say(passage, term, Literal(value, datatype=NamedNode(XSD.integer)), plan)

    def _key(self, iri: str, key: str, values: str | list[str], plan: str) -> None:
        term = context().terms[key]
        for value in [values] if isinstance(values, str) else values:
            if term.kind == "reference":
                self._say(iri, term.iri, NamedNode(self.iri(value, plan)), plan)
            elif term.datatype:
                self._say(iri, term.iri, Literal(value, datatype=NamedNode(XSD + term.datatype)), plan)
            else:
                self._say(iri, term.iri, Literal(value, language=term.language) if term.language else Literal(value), plan)

    def _say(self, subject: str, predicate: str, value: NamedNode | Literal, plan: str) -> None:
        graph = NamedNode(GRAPH + plan.removeprefix(ID).replace("/plan/", "/"))
        self._quads.append(Quad(NamedNode(subject), NamedNode(predicate), value, graph))

    def _flush(self) -> None:
        add_quads(self.store, self._quads)
        self._quads = []


def _key_of(said: dict[str, str], keys: tuple[str, ...]) -> str:
    return re.sub(r"[^\w-]", ".", "-".join(f"{key}.{said[key]}" for key in keys if key in said))


def _short(term: NamedNode | Literal) -> str:
    return term.value.rpartition("/")[2].rpartition("#")[2] if isinstance(term, NamedNode) else term.value
