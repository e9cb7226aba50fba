"""The statements of all imports in use, streamed: each import in a named graph of its own (`docs/imports.md`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from kg.imports.descriptor import Source, read_source
from kg.imports.keeping import Kept
from kg.imports.regions import Area, Gazetteer
from kg.imports.services import Describer
from kg.imports.terms import Iri, Plain, Statement, graph_of, korean, office_of, read_words, register_of
from kg.vocab import DCT, KJ, OA, ORG, PROV, RDF, SKOS, XSD


class Known(Struct, frozen=True):
    """What the plans and the ontology know already: areas, and organisations by their Korean name."""

    areas: tuple[Area, ...]
    organizations: Mapping[str, str]


def statements(imports: Iterable[Kept], data: Path, known: Known) -> Iterator[tuple[str, Statement]]:
    """Yield the graph and each statement of the imports, in the order of their files.

    Args:
        data: Folder of data, for the descriptors.
    """
    gazetteer, words = Gazetteer(known.areas), read_words(data)
    organizations = dict(known.organizations)
    for kept in imports:
        source = read_source(data, kept.source)
        graph = graph_of(kept.source, kept.retrieved)
        for statement in _register(source, kept, words, organizations):
            yield graph, statement
        describer = Describer(source, kept.retrieved, gazetteer, organizations, words)
        for line, identifier, record in kept.records():
            for statement in describer.describe(line, identifier, record):
                yield graph, statement


def _register(source: Source, kept: Kept, words: Mapping[str, tuple[str, str]], organizations: dict[str, str]) -> Iterator[Statement]:
    """Yield what is said of the list itself: what it is called, who publishes it, when it was had, and the hash of the file."""
    register = register_of(kept.source, kept.retrieved)
    named = {"date": kept.retrieved}
    yield register, RDF.type, Iri(KJ.SourceDocument)
    yield register, SKOS.prefLabel, korean(words["document"][0].format(name=source.label, **named))
    yield register, SKOS.prefLabel, Plain(words["document"][1].format(name=source.label_en, **named), "en")
    yield register, DCT.description, korean(source.title)
    yield register, DCT.description, Plain(source.title_en, "en")
    yield register, KJ.sha256, Plain(kept.sha256)
    yield register, KJ.lineCount, Plain(str(kept.services + 1), datatype=XSD.integer)
    yield register, KJ.retrievedOn, Plain(kept.retrieved, datatype=XSD.date)
    publisher = organizations.get(source.publisher)
    if publisher is None:
        publisher = organizations[source.publisher] = office_of(source.publisher)
        evidence = f"{register}/about"
        yield publisher, RDF.type, Iri(ORG.Organization)
        yield publisher, SKOS.prefLabel, korean(source.publisher)
        yield publisher, PROV.wasDerivedFrom, Iri(evidence)
        yield evidence, RDF.type, Iri(OA.SpecificResource)
        yield evidence, OA.hasSource, Iri(register)
        yield evidence, KJ.startLine, Plain("1", datatype=XSD.integer)
        yield evidence, KJ.endLine, Plain("1", datatype=XSD.integer)
    yield register, DCT.publisher, Iri(publisher)
