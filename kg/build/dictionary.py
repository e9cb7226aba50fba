"""The data dictionary: every kind, key, class, property and term of `ontology/` as one Markdown page.

`docs/data-dictionary.md` is made from the Turtle and never edited by hand: `python -m kg.build.dictionary > docs/data-dictionary.md`.
A test holds the page against the Turtle.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.ontology import Ontology
from kg.resources import ontology_dir
from kg.source.context import Context
from kg.vocab import DCT, KJ, RDF, RDFS, SKOS

_OWL = "http://www.w3.org/2002/07/owl#"
_INTRODUCTION = """# Data dictionary

Every kind of thing, every key an editor can write, every class and property of the vocabulary `kj:`, and every term of the concept
schemes. Made from `ontology/` by `kg/build/dictionary.py`; do not edit it by hand."""


def data_dictionary(ontology: Path) -> str:
    """Return the data dictionary of an ontology folder as Markdown, the same text whenever the folder is the same.

    Args:
        ontology: Folder with `kj.ttl`, `display.ttl`, `align/`, `schemes/` and `context.jsonld`.
    Raises:
        SourceFaults: a Turtle file is broken.
    """
    page = _Page(Ontology.load(ontology), Context.load(ontology / "context.jsonld"))
    return "\n".join((_INTRODUCTION, *page.kinds(), *page.keys(), *page.classes(), *page.properties(), *page.schemes()))


class _Page:
    """The sections of the page, over the statements of one ontology."""

    def __init__(self, ontology: Ontology, context: Context) -> None:
        self._context = context
        self._facts: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        for quad in ontology.quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self._facts[quad.subject.value][quad.predicate.value].append(quad.object)

    def kinds(self) -> Iterator[str]:
        """Yield the section about kinds, in the order pages show them."""
        found = sorted(self._having(KJ.typeWord), key=lambda kind: (int(self._first(kind, KJ.displayOrder) or 0), kind))
        rows = (
            (
                f"`{self._first(kind, KJ.typeWord)}`",
                self._text(kind, KJ.typeLabel, "ko"),
                self._text(kind, KJ.typeLabel, "en"),
                self._type_key(kind),
                self._short(kind),
                self._mark(kind, KJ.catalogued),
                self._mark(kind, KJ.perPlan),
            )
            for kind in found
        )
        yield from _section("Kinds", ("type word", "Korean", "English", "write as", "class or scheme", "listed", "of one plan"), rows)

    def keys(self) -> Iterator[str]:
        """Yield the section about the keys of the data files."""
        rows = (
            (
                f"`{term.name}`",
                self._short(term.iri) + (" (reversed)" if term.is_reverse else ""),
                self._text(term.iri, KJ.phrase, "ko"),
                "a reference" if term.kind == "reference" else "one of its words" if term.kind == "word" else term.datatype or "text",
                self._mark(term.iri, KJ.mustCiteLines),
            )
            for term in sorted(self._context.terms.values(), key=lambda term: (term.name.lower(), term.name))
        )
        yield from _section("Keys", ("key", "stands for", "on a page", "value", "needs lines"), rows)

    def classes(self) -> Iterator[str]:
        """Yield the section about the classes of the vocabulary."""
        rows = ((*self._term(iri), self._shorts(iri, RDFS.subClassOf), self._source(iri)) for iri in self._of_type(_OWL + "Class"))
        yield from _section("Classes", ("term", "Korean", "English", "meaning", "a kind of", "source"), rows)

    def properties(self) -> Iterator[str]:
        """Yield the section about the properties of the vocabulary."""
        types = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
        found = sorted({iri for name in types for iri in self._of_type(_OWL + name)})
        rows = (
            (
                *self._term(iri),
                self._shorts(iri, RDFS.domain),
                self._shorts(iri, RDFS.range),
                self._shorts(iri, RDFS.subPropertyOf),
                self._source(iri),
            )
            for iri in found
        )
        yield from _section("Properties", ("term", "Korean", "English", "meaning", "of", "leads to", "narrower than", "source"), rows)

    def schemes(self) -> Iterator[str]:
        """Yield a section for every concept scheme, its terms under their broader terms' names."""
        members: dict[str, list[str]] = defaultdict(list)
        for iri in self._having(SKOS.inScheme):
            members[self._first(iri, SKOS.inScheme)].append(iri)
        yield "\n## Concept schemes"
        for scheme in sorted(members):
            yield f"\n### {self._text(scheme, SKOS.prefLabel, 'en')} · {self._text(scheme, SKOS.prefLabel, 'ko')}\n"
            yield f"{self._text(scheme, SKOS.definition, 'en')} {self._short(scheme)}\n"
            yield from _table(*self._scheme_table(sorted(members[scheme])))

    def _scheme_table(self, concepts: Sequence[str]) -> tuple[tuple[str, ...], Iterable[tuple[str, ...]]]:
        if any(KJ.valueKind in self._facts[concept] for concept in concepts):
            header = ("term", "Korean", "question", "answered by", "fact of", "source")
            return header, (
                (
                    self._short(concept),
                    self._text(concept, SKOS.prefLabel, "ko"),
                    self._text(concept, KJ.question, "ko"),
                    " ".join(filter(None, (self._first(concept, KJ.valueKind), self._shorts(concept, KJ.valueScheme)))),
                    self._first(concept, KJ.factOf),
                    self._source(concept),
                )
                for concept in concepts
            )
        return ("term", "Korean", "English", "broader", "source"), (
            (
                self._short(concept),
                self._text(concept, SKOS.prefLabel, "ko"),
                self._text(concept, SKOS.prefLabel, "en"),
                self._shorts(concept, SKOS.broader),
                self._source(concept),
            )
            for concept in concepts
        )

    def _term(self, iri: str) -> tuple[str, str, str, str]:
        korean, english = (self._text(iri, RDFS.label, language) for language in ("ko", "en"))
        return self._short(iri), korean, english, self._text(iri, SKOS.definition, "en")

    def _having(self, predicate: str) -> list[str]:
        return sorted(subject for subject, facts in self._facts.items() if predicate in facts)

    def _of_type(self, wanted: str) -> list[str]:
        return [iri for iri in self._having(RDFS.isDefinedBy) if any(value.value == wanted for value in self._facts[iri][RDF.type])]

    def _first(self, subject: str, predicate: str) -> str:
        return min((value.value for value in self._values(subject, predicate)), default="")

    def _text(self, subject: str, predicate: str, language: str) -> str:
        found = (value.value for value in self._values(subject, predicate) if isinstance(value, Literal) and value.language == language)
        return min(found, default="")

    def _source(self, subject: str) -> str:
        return self._first(subject, DCT.source)

    def _mark(self, subject: str, predicate: str) -> str:
        return "yes" if self._first(subject, predicate) == "true" else ""

    def _short(self, iri: str) -> str:
        return f"`{self._context.shorten(iri)}`"

    def _shorts(self, subject: str, predicate: str) -> str:
        return ", ".join(sorted(self._short(value.value) for value in self._values(subject, predicate)))

    def _type_key(self, kind: str) -> str:
        return ", ".join(f"`{word}`" for word, iri in sorted(self._context.words.items()) if iri == kind)

    def _values(self, subject: str, predicate: str) -> Sequence[NamedNode | Literal]:
        return self._facts.get(subject, {}).get(predicate, ())


def _section(title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield from _table(header, rows)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(header)
    yield _row(("---",) * len(header))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the data dictionary of this project's ontology to standard output."""
    sys.stdout.write(data_dictionary(ontology_dir()) + "\n")


if __name__ == "__main__":
    main()
