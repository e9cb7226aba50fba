"""What a plan leaves unsaid about a thing, as the shapes of `ontology/shapes/silence.ttl` see it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.store.reader.model import Text
from kg.store.reader.source import Source, Statements, choose_text, value_of
from kg.store.results import Term
from kg.vocab import RDF, RDFS, SH

_KINDS = re.compile(rf"<{RDF.type}>/<{RDFS.subClassOf}>\* (\?\w+) \. FILTER \(\1 IN \(([^)]*)\)\)")


@dataclass(frozen=True, slots=True)
class Silence:
    """One thing a plan may leave unsaid.

    Attributes:
        select: SPARQL that finds what may be silent, as `?this`.
        needs: Property that breaks the silence, and how many values do; empty where what is found is silent.
        names: What is unsaid, by language.
    """

    select: str
    needs: tuple[str, int]
    names: tuple[Term, ...]


def load_silences(shapes: Path) -> tuple[Silence, ...]:
    """Read the silences that have a name, in the order in which pages list them.

    Args:
        shapes: Folder of the shape files.
    """
    read = _Shapes(shapes / "silence.ttl")
    found: list[tuple[int, Silence]] = []
    for shape, targets in read.all(SH.target):
        select = read.text(targets[0], SH.select)
        for rule in [shape, *read.values(shape, SH.property)]:
            names = tuple(Term(term.value, "literal", term.language, None) for term in read.literals(rule, SH.name))
            if names:
                needs = (read.text(rule, SH.path), int(read.text(rule, SH.minCount) or 0))
                found.append((int(read.text(rule, SH.order) or 0), Silence(select, needs, names)))
    return tuple(silence for _, silence in sorted(found, key=lambda one: one[0]))


class Silences:
    """Finds what is unsaid about things."""

    def __init__(self, source: Source, silences: tuple[Silence, ...]) -> None:
        """Prepare the targets once: asked for one thing with its kinds written out they take 1 ms, asked for all things 90 s."""
        self._source = source
        self._silences = silences
        self._targets = {silence.select: self._prepared(silence.select) for silence in silences}

    def _prepared(self, select: str) -> str:
        return _KINDS.sub(
            lambda found: f"<{RDF.type}> {found[1]} . FILTER ({found[1]} IN ({self._below(found[2])}))", select[select.index("{") :]
        )

    def _below(self, classes: str) -> str:
        """Write out classes with all that are below them."""
        rows = self._source.select(
            f"SELECT DISTINCT ?kind {{ VALUES ?general {{ {classes.replace(',', ' ')} }} ?kind <{RDFS.subClassOf}>* ?general }}"
        )
        return ", ".join(sorted(f"<{value_of(row, 'kind')}>" for row in rows))

    def of(self, things: Iterable[str], statements: Statements, lang: str) -> Mapping[str, tuple[Text, ...]]:
        """Return what is unsaid about each thing.

        Args:
            statements: What is known of the things.
        """
        found: dict[str, tuple[Text, ...]] = {}
        for thing in things:
            silent = {select for select, body in self._targets.items() if self._is_silent(thing, body)}
            found[thing] = tuple(
                choose_text(silence.names, lang)
                for silence in self._silences
                if silence.select in silent and _lacks(thing, silence, statements)
            )
        return found

    def _is_silent(self, thing: str, body: str) -> bool:
        return bool(self._source.select(f"SELECT (1 AS ?found) WHERE {body.replace('?this', f'<{thing}>')} LIMIT 1"))


def _lacks(thing: str, silence: Silence, statements: Statements) -> bool:
    path, least = silence.needs
    return not least or len(statements.terms(thing, path)) < least


class _Shapes:
    """The triples of one shape file, by subject and property, in the order of the file."""

    def __init__(self, path: Path) -> None:
        self._triples: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        self._subjects: dict[str, None] = {}
        for quad in parse(path=str(path), format=RdfFormat.TURTLE) if path.is_file() else ():
            self._subjects[str(quad.subject)] = None
            self._triples[str(quad.subject)][quad.predicate.value].append(quad.object)

    def all(self, property_iri: str) -> list[tuple[str, list[str]]]:
        return [(one, self.values(one, property_iri)) for one in self._subjects if property_iri in self._triples[one]]

    def values(self, subject: str, property_iri: str) -> list[str]:
        return [str(term) for term in self._triples[subject][property_iri]] if property_iri in self._triples[subject] else []

    def literals(self, subject: str, property_iri: str) -> list[Literal]:
        return [term for term in self._triples[subject].get(property_iri, ()) if isinstance(term, Literal)]

    def text(self, subject: str, property_iri: str) -> str:
        return next((term.value for term in self._triples[subject].get(property_iri, ())), "")
