"""What the loader has to know of `ontology/`: its triples, its kinds, and which relations need evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.errors import Fault, SourceFaults
from kg.vocab import KJ, ONTOLOGY_GRAPH, RDFS, SKOS

PUBLISHED = ("*.ttl", "align/*.ttl", "schemes/*.ttl")


class Ontology(Struct, frozen=True):
    """The published part of `ontology/` (vocabulary, alignments, schemes, display); shapes are not part of it.

    Attributes:
        quads: All statements, in the ontology's named graph.
        known: Every IRI that is described.
        kinds: Classes that have a type word: the only ones an entry may have.
        implied: For a key's property, the classes a nested node without `type` may have.
        marks: For a class, the property whose presence tells it from the other implied classes.
        cited: Properties that must be written with the lines that state them.
        named_by_editor: Kinds whose preferred names are the editor's; a plan has none for them.
        signs: For a printed sign such as a dash, the IRI of the status it stands for.
        named: For a Korean name, the IRIs that bear it, preferred names first; for telling an editor what to write.
    """

    folder: Path
    quads: tuple[Quad, ...]
    known: frozenset[str]
    kinds: frozenset[str]
    implied: dict[str, tuple[str, ...]]
    marks: dict[str, str]
    cited: frozenset[str]
    named_by_editor: frozenset[str]
    signs: dict[str, str]
    named: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path) -> Ontology:
        """Read the Turtle files of the folder.

        Raises:
            SourceFaults: a file is not Turtle; every broken file is named with its line.
        """
        quads, faults = [], []
        for pattern in PUBLISHED:
            for path in sorted(folder.glob(pattern)):
                try:
                    quads += list(read_turtle(path))
                except SyntaxError as error:
                    faults.append(
                        Fault(
                            f"ontology/{path.relative_to(folder).as_posix()}",
                            error.lineno or 0,
                            "source.broken-turtle",
                            {"detail": error.msg},
                        )
                    )
        if faults:
            raise SourceFaults(faults)
        return cls(
            folder=folder,
            quads=tuple(quads),
            known=frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)),
            kinds=frozenset(_subjects(quads, KJ.typeWord)),
            implied=_grouped(quads, KJ.impliesType),
            marks={subject: values[0] for subject, values in _grouped(quads, KJ.markedBy).items()},
            cited=frozenset(_subjects(quads, KJ.mustCiteLines)),
            named_by_editor=frozenset(_subjects(quads, KJ.namedByEditor)),
            signs={sign: subject for subject, signs in _grouped(quads, KJ.printedSign).items() for sign in signs},
            named=_named(quads),
        )

    def implied_kind(self, property_iri: str, properties: Iterable[str]) -> str | None:
        """Return the class of a nested node that states no type, or None when the key implies none.

        Args:
            property_iri: The property of the key the node stands under.
            properties: Properties the node itself has.
        """
        candidates = self.implied.get(property_iri, ())
        present = set(properties)
        marked = next((kind for kind in candidates if self.marks.get(kind) in present), None)
        return marked or next((kind for kind in candidates if kind not in self.marks), None)


def read_turtle(path: Path) -> Iterator[Quad]:
    """Yield the statements of a Turtle file in the ontology's named graph.

    Raises:
        SyntaxError: the file is not Turtle; `lineno` and `msg` say where and why.
    """
    graph = NamedNode(ONTOLOGY_GRAPH)
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _subjects(quads: Iterable[Quad], predicate: str) -> Iterator[str]:
    return (quad.subject.value for quad in quads if quad.predicate.value == predicate and isinstance(quad.subject, NamedNode))


def _grouped(quads: Iterable[Quad], predicate: str) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        if quad.predicate.value == predicate and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            groups[quad.subject.value].append(quad.object.value)
    return {subject: tuple(values) for subject, values in groups.items()}


def _named(quads: Iterable[Quad]) -> dict[str, tuple[str, ...]]:
    named: dict[str, list[str]] = defaultdict(list)
    for predicate in (SKOS.prefLabel, RDFS.label, KJ.typeLabel, SKOS.altLabel):
        for subject, labels in _grouped(quads, predicate).items():
            for label in labels:
                named[label].append(subject)
    return {label: tuple(subjects) for label, subjects in named.items()}
