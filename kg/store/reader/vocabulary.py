"""The classes and properties of the vocabulary as the page of the ontology lists them."""

from __future__ import annotations

from msgspec import Struct

from kg.store.reader.model import Text
from kg.store.reader.source import Statements
from kg.vocab import DCT, KJ, RDF, RDFS, SKOS, Namespace

_OWL = Namespace("http://www.w3.org/2002/07/owl#")
_PROPERTY_CLASSES = (RDF.Property, _OWL.ObjectProperty, _OWL.DatatypeProperty, _OWL.AnnotationProperty)


class VocabularyTerm(Struct, frozen=True):
    """A class or property: its name in both languages, definition, type word and source."""

    iri: str
    name: str
    is_class: bool
    label_ko: Text
    label_en: Text
    definition: Text
    word: str
    parents: tuple[str, ...]
    sources: tuple[str, ...]


def vocabulary_of(statements: Statements, lang: str) -> tuple[VocabularyTerm, ...]:
    """Return the classes and properties of the vocabulary, classes first, by name.

    Args:
        statements: Those of `page-vocabulary`.
    """
    classes = set(statements.subjects_of(_OWL.Class)) | set(statements.subjects_of(RDFS.Class))
    properties = {found for kind in _PROPERTY_CLASSES for found in statements.subjects_of(kind)}
    terms = [_term(statements, subject, subject in classes, lang) for subject in classes | properties if subject.startswith(KJ)]
    return tuple(sorted(terms, key=lambda term: (not term.is_class, term.name.lower())))


def _term(statements: Statements, subject: str, is_class: bool, lang: str) -> VocabularyTerm:
    def label(wanted: str) -> Text:
        return next((text for name in (SKOS.prefLabel, RDFS.label) if (text := statements.text(subject, name, wanted)).value), Text(""))

    definition = next((text for name in (SKOS.definition, RDFS.comment) if (text := statements.text(subject, name, lang)).value), Text(""))
    parents = statements.iris(subject, RDFS.subClassOf) + statements.iris(subject, RDFS.subPropertyOf)
    sources = [term.value for name in (DCT.source, RDFS.seeAlso) for term in statements.terms(subject, name)]
    word = statements.first(subject, KJ.typeWord)
    return VocabularyTerm(
        subject, subject.removeprefix(KJ), is_class, label("ko"), label("en"), definition, word, tuple(parents), tuple(sources)
    )
