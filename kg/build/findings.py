"""Reads a plan by rules: what can be computed from its figures, and where it contradicts itself. Both go into named graphs of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.build.infer import infer
from kg.build.quads import add_quads
from kg.build.totals import BrokenSum
from kg.errors import Fault
from kg.vocab import DCT, DERIVED_GRAPH, KJ, PROV, QUALITY_GRAPH, RDF, SKOS, XSD

_FOUND = f"""
SELECT ?plan ?weight ?kindKo ?kindEn ?ko ?en (MIN(?start) AS ?line) WHERE {{
  ?finding a <{KJ.Finding}> ; <{DCT.type}> ?kind ; <{KJ.inPlan}> ?of ; <{DCT.description}> ?ko , ?en ; <{PROV.wasDerivedFrom}> ?passage .
  ?passage <{KJ.startLine}> ?start .
  ?of <{SKOS.prefLabel}> ?plan .
  ?kind <{SKOS.prefLabel}> ?kindKo , ?kindEn ; <{KJ.severity}>/<{SKOS.notation}> ?weight .
  FILTER (LANG(?ko) = "ko" && LANG(?en) = "en" && LANG(?plan) = "ko" && LANG(?kindKo) = "ko" && LANG(?kindEn) = "en")
}} GROUP BY ?finding ?plan ?weight ?kindKo ?kindEn ?ko ?en ORDER BY ?plan ?line ?ko"""

_FACTS = ("weight", "kindKo", "kindEn", "ko", "en")


def find(store: Store, ontology: Path, broken: Iterable[BrokenSum]) -> list[Fault]:
    """Compute what can be computed and look for contradictions; findings are remarks, as it is the plan that says so.

    Args:
        store: Working store with all inferences; receives the graphs `derived` and `quality`.
        ontology: Folder with `derivations/` and `quality/`.
        broken: Sums of the plans that do not hold.
    Returns:
        The findings, in the order of their lines; `path` is the plan's name and `line` a line of its source text, `weight` the notation of
        the severity.
    """
    infer(store, ontology / "derivations", DERIVED_GRAPH)
    for one in broken:
        add_quads(store, _quads(one))
    infer(store, ontology / "quality", QUALITY_GRAPH)
    rows = store.query(_FOUND)
    if not isinstance(rows, QuerySolutions):
        return []
    return [
        Fault(row["plan"].value, int(row["line"].value), "quality.finding", {name: row[name].value for name in _FACTS}, "info")
        for row in rows
    ]


def _quads(broken: BrokenSum) -> Iterator[Quad]:
    """Yield the finding of a sum that does not hold, for a rule to put into words.

    One figure that should equal another is a conflict of claims and found by rule.
    """
    if len(broken.parts) < 2:
        return
    figures = (broken.total, *broken.parts)
    key = hashlib.sha256("\n".join(figure.iri for figure in figures).encode()).hexdigest()[:12]
    finding, graph = NamedNode(f"{broken.plan}/finding/total-differs/{key}"), NamedNode(QUALITY_GRAPH)
    facts: list[tuple[str, NamedNode | Literal]] = [
        (RDF.type, NamedNode(KJ.Finding)),
        (DCT.type, NamedNode(broken.kind)),
        (SKOS.prefLabel, Literal(broken.label, language="ko")),
        (SKOS.editorialNote, Literal(broken.remark, language="ko")),
        (KJ.printedTotal, NamedNode(broken.total.iri)),
        (KJ.computedValue, Literal(str(broken.sum), datatype=NamedNode(XSD.decimal))),
        *((KJ.computedFrom, NamedNode(figure.iri)) for figure in figures),
    ]
    for predicate, value in facts:
        yield Quad(finding, NamedNode(predicate), value, graph)
