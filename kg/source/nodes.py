"""What reading a plan folder yields: JSON-LD nodes, and where in the files each of their statements was written."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from kg.source.passages import Passage
from kg.vocab import KJ

Place = tuple[str, int]
"""A file and a 1-based line in it."""


@dataclass
class Positions:
    """Maps nodes and their statements to the place where an editor wrote them."""

    _places: dict[tuple[str, str, str], Place] = field(default_factory=dict)

    def note(self, place: Place, node: str, property_iri: str = "", value: str = "") -> None:
        """Remember a place; the first one noted for a key stays."""
        self._places.setdefault((node, property_iri, value), place)

    def find(self, node: str, property_iri: str = "", value: str = "") -> Place | None:
        """Return the closest place known: of the value, else of the property, else of the node."""
        for key in ((node, property_iri, value), (node, property_iri, ""), (node, "", "")):
            if key in self._places:
                return self._places[key]
        return None

    def merge(self, other: Positions) -> None:
        """Take over the places of another folder."""
        for key, place in other._places.items():
            self._places.setdefault(key, place)


class Reference(Struct, frozen=True):
    """A mention of a thing that has to exist somewhere."""

    iri: str
    written: str
    place: Place


class Name(Struct, frozen=True):
    """A name that the source is to bear on the lines of the thing it names.

    Attributes:
        text: The name.
        passages: Evidence of the thing; its lines.
        place: Where the name is written.
        is_preferred: The editor chose it among names, so that it may be the editor's own; any other is claimed to be the source's.
    """

    text: str
    passages: tuple[Passage, ...]
    place: Place
    is_preferred: bool


class Ignored(Struct, frozen=True):
    """Numbers of the source that are left out on purpose: the phrase they stand in, why, and the place that says so."""

    passage: Passage
    reason: str
    place: Place


@dataclass
class Expansion:
    """The nodes of one plan folder.

    Attributes:
        nodes: JSON-LD nodes, to be read with the folder's context.
        passages: Every passage by IRI.
        quoted: Passages with a phrase and the place that quotes it, for checking against the source text.
        ignored: What of the source is left out on purpose.
        names: Names to be looked for in the source text.
        references: Everything that is mentioned.
        blank_repeats: Cells without a figure, and the cells they repeat if those exist.
        declared: Where each IRI is declared.
        positions: Where each statement is written.
    """

    nodes: list[dict[str, object]] = field(default_factory=list)
    passages: dict[str, Passage] = field(default_factory=dict)
    quoted: list[tuple[Passage, Place]] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    blank_repeats: list[tuple[dict[str, object], str]] = field(default_factory=list)
    declared: dict[str, Place] = field(default_factory=dict)
    positions: Positions = field(default_factory=Positions)

    def join_blank_repeats(self) -> None:
        """Let each cell without a figure repeat its counterpart if that was read; to be called when every file was."""
        for node, counterpart in self.blank_repeats:
            if counterpart in self.declared:
                node[KJ.repeats] = {"@id": counterpart}

    def cite(self, passage: Passage, place: Place) -> None:
        """Add a passage, once, and remember who quotes it."""
        if passage.iri not in self.passages:
            self.passages[passage.iri] = passage
            self.nodes.append(passage.node())
            self.positions.note(place, passage.iri)
        if passage.quote:
            self.quoted.append((passage, place))
