"""Puts the accepted imports of service lists into a build (`kg.imports`); this is the one place where both meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from kg.build.quads import add_quads
from kg.build.streaming import write_shard
from kg.build.validate import Names, validate
from kg.errors import Fault
from kg.imports.keeping import Kept
from kg.imports.regions import Area
from kg.imports.statements import Known, statements
from kg.imports.terms import Iri, Plain
from kg.ontology import Ontology
from kg.settings import Settings
from kg.source.context import Context
from kg.source.nodes import Positions
from kg.vocab import DCT, ORG, RDF, RDFS, SKOS

_WITHIN = "http://www.opengis.net/ont/geosparql#sfWithin"
_TELLING = frozenset({RDF.type, RDFS.subClassOf, SKOS.notation, SKOS.prefLabel, SKOS.altLabel, _WITHIN})
_ALIKE = 3
"""How many things of one form are validated: one generator makes all of a list, and what it makes alike is right or wrong alike."""
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


def write_imports(imports: Sequence[Kept], settings: Settings, ontology: Ontology, plans: Iterable[Path], path: Path) -> list[Fault]:
    """Write the statements of the imports in use as a shard, and return what the shapes find in them.

    Args:
        plans: Shards of the plans, for the areas and organisations they know.
        path: The sorted N-Quads file to write.
    Raises:
        SourceFaults: a descriptor or code table cannot be read.
    """
    store = Store()
    add_quads(store, ontology.quads)
    for plan in plans:
        add_quads(store, (quad for quad in parse(path=plan, format=RdfFormat.N_QUADS) if quad.predicate.value in _TELLING))
    write_shard(imported_quads(imports, settings, store), path)
    chosen, shown = _samples(path)
    add_quads(store, (quad for quad in parse(path=path, format=RdfFormat.N_QUADS) if _name(quad) in shown))
    names = Names([Context.load(ontology.folder / "context.jsonld")])
    return [fault for fault in validate(store, ontology.folder / "shapes", Positions(), names) if fault.facts["iri"] in chosen]


def _samples(path: Path) -> tuple[Collection[str], Collection[str]]:
    """Choose a few things of each form in a sorted N-Quads file; return them, and them with all they point to."""
    forms: Counter[tuple[tuple[str, str], ...]] = Counter()
    chosen: set[str] = set()
    shown: set[str] = set()
    for name, quads in groupby(parse(path=path, format=RdfFormat.N_QUADS), key=_name):
        said = list(quads)
        form = tuple(sorted((quad.predicate.value, _sort(quad)) for quad in said))
        forms[form] += 1
        if forms[form] <= _ALIKE:
            chosen.add(name)
            shown |= {name, *(quad.object.value for quad in said if isinstance(quad.object, NamedNode))}
    return chosen, shown


def _name(quad: Quad) -> str:
    return str(quad.subject.value) if isinstance(quad.subject, NamedNode) else str(quad.subject)


def _sort(quad: Quad) -> str:
    """Return what sort of value a statement has; of a class, which one."""
    value = quad.object
    if isinstance(value, Literal):
        return value.language or value.datatype.value
    return str(value) if quad.predicate.value == RDF.type else ""


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
