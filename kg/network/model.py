"""The network of a snapshot as plain values: things, relations with their evidence, and how kinds and relations behave in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

STATED, INFERRED = "Stated", "Inferred"


class Family(Struct, frozen=True):
    """Kinds that share shape and colour: key, names by language, place among others, column (1 is the leftmost)."""

    name: str
    labels: Mapping[str, str]
    order: int
    column: int


class Kind(Struct, frozen=True):
    """How things of one type word behave.

    Attributes:
        family: Key of its family.
        cost: What a path adds for passing one.
        open: False when paths may begin or end at one but never pass it.
        actor: True when one can work together with others.
        wants_partners: True when it is worth saying that the plan names no partner for one.
        used: True when people use one rather than take part in it.
        once: True when a path comes to things of the kind once; those it passes stand in a row.
    """

    word: str
    family: str
    cost: float = 0.0
    open: bool = True
    actor: bool = False
    wants_partners: bool = False
    once: bool = False
    used: bool = False


class Relation(Struct, frozen=True):
    """How one property behaves: the cost of a step, whether paths follow it, whether it makes partners or a profile, and its sentences.

    Of one that does not join, neither two subjects of the same object nor two objects of the same subject are connected by it.

    Sentences by language: `{0}` is the subject, `{1}` the object; a Korean particle stands in
    square brackets, both of its forms with a slash between them. `told_used` and `used_backwards` stand in
    where the subject is something that people use.
    """

    iri: str
    cost: float
    walked: bool
    partners: bool
    profile: bool
    told: Mapping[str, str]
    backwards: Mapping[str, str]
    joins: bool = True
    told_used: Mapping[str, str] = {}
    used_backwards: Mapping[str, str] = {}


class Node(Struct, frozen=True):
    """A thing: IRI, Korean name, type word."""

    id: str
    name: str
    type: str


class Edge(Struct, frozen=True):
    """One relation between two things.

    Attributes:
        relation: IRI of the property; `role` the concept of the part taken (empty when it has none).
        via: Edition, council or agreement it runs through; empty when the source says it of itself.
        certainty: `Stated` or `Inferred`.
        lines: Lines that state it, such as `967-973`, several joined by a comma, or the service list and day that do
            (`gov24/2026-11-26`); empty when a scheme and no plan says it.
    """

    source: str
    target: str
    relation: str
    role: str
    via: str
    certainty: str
    lines: str

    @property
    def passages(self) -> tuple[str, ...]:
        """Return the lines one passage at a time."""
        return tuple(self.lines.split(", ")) if self.lines else ()

    def other(self, end: str) -> str:
        """Return the end that is not `end`."""
        return self.target if end == self.source else self.source


_ANY_KIND = Kind("", "subject", 3.0)


class Network(Struct, frozen=True, dict=True):
    """A directed multigraph with typed nodes and edges; nothing of it changes.

    Attributes:
        closed: Things that hold everything, such as the office whose plan it is; nothing is read from sharing one, whatever their kind.
        impassable: Concepts that paths never pass, although sharing one says something of two actors.
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    families: Mapping[str, Family] = {}
    kinds: Mapping[str, Kind] = {}
    relations: Mapping[str, Relation] = {}
    closed: frozenset[str] = frozenset()
    impassable: frozenset[str] = frozenset()

    @cached_property
    def touching(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that touch each node, in their order."""
        found: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge)
            found[edge.target].append(edge)
        return {node: tuple(edges) for node, edges in found.items()}

    def degree(self, node: str) -> int:
        """Return how many other things a thing is linked with."""
        return len({edge.other(node) for edge in self.touching.get(node, ())})

    def kind(self, node: str) -> Kind:
        """Return how a thing behaves; one of a kind without a family is a subject."""
        return self.kinds.get(self.nodes[node].type, _ANY_KIND)

    def family(self, node: str) -> str:
        """Return the key of a thing's family."""
        return self.kind(node).family

    def is_open(self, node: str) -> bool:
        """Say whether sharing a thing says something."""
        return node not in self.closed and self.kind(node).open

    def is_passable(self, node: str) -> bool:
        """Say whether a path may pass a thing."""
        return self.is_open(node) and node not in self.impassable

    def relation(self, iri: str) -> Relation:
        """Return how a property behaves; one of which nothing is said costs 2 and is followed."""
        return self.relations.get(iri) or Relation(iri, 2.0, True, False, False, {}, {})
