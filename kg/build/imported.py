"""Puts the accepted imports of service lists into a build (`kg.imports`); this is the one place where both meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.imports.keeping import Kept
from kg.imports.regions import Area
from kg.imports.statements import Known, statements
from kg.imports.terms import Iri, Plain
from kg.settings import Settings
from kg.vocab import DCT, ORG, RDFS, SKOS

_WITHIN = "http://www.opengis.net/ont/geosparql#sfWithin"
_AREAS = f"""
SELECT ?area ?code ?name ?within WHERE {{
  ?area a <{DCT.Location}> ; <{SKOS.notation}> ?code ; <{SKOS.prefLabel}>|<{SKOS.altLabel}> ?name .
  FILTER (LANG(?name) = "ko")
  OPTIONAL {{ ?area <{_WITHIN}> ?within }}
}}"""
_ORGANIZATIONS = f"""
SELECT ?organization ?name WHERE {{
  ?kind <{RDFS.subClassOf}>* <{ORG.Organization}> . ?organization a ?kind ; <{SKOS.prefLabel}> ?name .
  FILTER (LANG(?name) = "ko")
}}"""


def imported_quads(imports: Iterable[Kept], settings: Settings, store: Store) -> Iterator[Quad]:
    """Yield the quads of the imports in use, one after the other.

    Args:
        store: Plans and ontology, for the areas and organisations they know.
    Raises:
        SourceFaults: a descriptor or code table cannot be read.
    """
    known = Known(tuple(_areas(store)), _organizations(store))
    for graph, (subject, predicate, value) in statements(imports, settings.data, known):
        yield Quad(NamedNode(subject), NamedNode(predicate), _term(value), NamedNode(graph))


def _term(value: Iri | Plain) -> NamedNode | Literal:
    if isinstance(value, Iri):
        return NamedNode(value.value)
    if value.lang:
        return Literal(value.value, language=value.lang)
    return Literal(value.value, datatype=NamedNode(value.datatype)) if value.datatype else Literal(value.value)


def _areas(store: Store) -> Iterator[Area]:
    names: dict[str, list[str]] = defaultdict(list)
    codes: dict[str, tuple[str, str]] = {}
    rows = store.query(_AREAS)
    if isinstance(rows, QuerySolutions):
        for row in rows:
            names[row["area"].value].append(row["name"].value)
            codes[row["area"].value] = (row["code"].value, row["within"].value if row["within"] else "")
    for area in sorted(codes):
        yield Area(area, codes[area][0], tuple(sorted(names[area])), codes[area][1])


def _organizations(store: Store) -> dict[str, str]:
    """Return the organisations of the plans by name; a name that two of them bear stands for neither."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = store.query(_ORGANIZATIONS)
    if isinstance(rows, QuerySolutions):
        for row in rows:
            found[row["name"].value].add(row["organization"].value)
    return {name: min(iris) for name, iris in found.items() if len(iris) == 1}
