"""What a plan leaves unsaid about a thing, as the shapes of `ontology/shapes/silence.ttl` found it when the snapshot was built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.store.reader.model import Text
from kg.store.reader.source import choose_text
from kg.store.results import Term
from kg.vocab import SH


class Silence(Struct, frozen=True):
    """One thing a plan may leave unsaid.

    Attributes:
        shape: IRI of the shape that finds it.
        names: What is unsaid, by language.
    """

    shape: str
    names: tuple[Term, ...]


def load_silences(shapes: Path) -> tuple[Silence, ...]:
    """Read the silences that have a name, in the order in which pages list them.

    Args:
        shapes: Folder of the shape files.
    """
    read = _Shapes(shapes / "silence.ttl")
    found: list[tuple[int, Silence]] = []
    for shape in read.all(SH.target):
        names = tuple(Term(term.value, "literal", term.language, None) for term in read.literals(shape, SH.name))
        if names:
            found.append((int(read.text(shape, SH.order) or 0), Silence(shape, names)))
    return tuple(silence for _, silence in sorted(found, key=lambda one: one[0]))


class Silences:
    """Tells what is unsaid about things, as the build of the snapshot found it. Threads may share it."""

    def __init__(self, silences: tuple[Silence, ...], findings: Callable[[], Iterable[Mapping[str, Any]]] = tuple) -> None:
        """Remember where to look.

        Args:
            silences: Those that pages tell.
            findings: Reads what the build remarked on (`Snapshot.findings`); called once, when first needed.
        """
        self._silences = silences
        self._findings = findings

    @cached_property
    def _found(self) -> Mapping[str, frozenset[str]]:
        """The shapes that found each thing silent."""
        told = {silence.shape for silence in self._silences}
        found: dict[str, set[str]] = defaultdict(set)
        for finding in self._findings():
            facts = finding["facts"]
            if facts.get("shape") in told:
                found[facts["iri"]].add(facts["shape"])
        return {thing: frozenset(shapes) for thing, shapes in found.items()}

    def of(self, things: Iterable[str], lang: str) -> Mapping[str, tuple[Text, ...]]:
        """Return what is unsaid about each thing."""
        nothing: frozenset[str] = frozenset()
        return {
            thing: tuple(choose_text(one.names, lang) for one in self._silences if one.shape in self._found.get(thing, nothing))
            for thing in things
        }


class _Shapes:
    """The triples of one shape file, by subject and property, in the order of the file."""

    def __init__(self, path: Path) -> None:
        self._triples: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        self._subjects: dict[str, None] = {}
        for quad in parse(path=str(path), format=RdfFormat.TURTLE) if path.is_file() else ():
            self._subjects[_name(quad.subject)] = None
            self._triples[_name(quad.subject)][quad.predicate.value].append(quad.object)

    def all(self, property_iri: str) -> list[str]:
        return [one for one in self._subjects if property_iri in self._triples[one]]

    def literals(self, subject: str, property_iri: str) -> list[Literal]:
        return [term for term in self._triples[subject].get(property_iri, ()) if isinstance(term, Literal)]

    def text(self, subject: str, property_iri: str) -> str:
        return next((term.value for term in self._triples[subject].get(property_iri, ())), "")


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
