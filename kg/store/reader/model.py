"""What pages read of the graph: plain values without words of any language beyond the graph's own labels."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kg.vocab import origin_of

Combinator = Literal["all", "any", "none", "ambiguous"]


class Text(Struct, frozen=True):
    """A literal and its language tag (empty where it has none)."""

    value: str
    lang: str = ""


class Ref(Struct, frozen=True):
    """Something a page can name and link to.

    Attributes:
        word: Type word of its kind, empty when it has none.
        kind: Label of its kind in the language asked for.
        home: IRI of the permanent thing when this is an edition of one, else its own IRI.
        notation: Code or number it is printed under, such as the number of a task.
        unit: Unit of the values that a condition item takes, such as years for an age.
        sign: Sign that stands for a unit in print, such as %.
        order: Where it stands among others of its scheme; 1000 when the ontology gives none.
        listed: True for kinds that the catalogue lists: pages show their kind beside the name.
    """

    iri: str
    label: Text
    word: str = ""
    kind: Text = Text("")
    home: str = ""
    notation: str = ""
    unit: Text = Text("")
    sign: str = ""
    order: int = 1000
    listed: bool = False


class Passage(Struct, frozen=True, order=True):
    """Lines of a source document (1-based, both included) and the short phrase that matters, if any.

    Attributes:
        origin: The service list and day (`gov24/2026-11-26`) when it is a record of one: no lines are shown then.
        page: Address of the page about a record, where it is asked for.
        identifier: What the list calls a record, likewise.
    """

    start: int
    end: int
    exact: str = ""
    iri: str = ""
    source: str = ""
    page: str = ""
    identifier: str = ""

    @property
    def origin(self) -> str:
        """Return the list and day of a record, or an empty text."""
        return origin_of(self.iri)


class Relation(Struct, frozen=True):
    """One relation to another thing, with the lines that state it.

    Attributes:
        inferred: True when no line states it outright and a rule or an editor concluded it.
        roles: Roles in which it holds (a partner's part, or participant / host / beneficiary).
        via: What it runs through, for a derived relation.
        remark: Own-words description of the part taken, if any.
        figures: How many figures about the other thing the relation stands for; 0 when it stands for the thing itself.
        above: What the other thing belongs to in the plan, from the top.
    """

    other: Ref
    passages: tuple[Passage, ...] = ()
    inferred: bool = False
    roles: tuple[Ref, ...] = ()
    via: tuple[Ref, ...] = ()
    remark: Text = Text("")
    figures: int = 0
    above: tuple[Ref, ...] = ()


class Total(Struct, frozen=True):
    """How many statements a list stands for; where it is not `exact`, there are more."""

    things: int
    exact: bool = True


class RelationGroup(Struct, frozen=True):
    """Relations of one kind under the heading `display.ttl` gives them, in the order of kinds and names.

    Attributes:
        total: How much there is where these are a page of a longer list; None where they are all.
        more: Another page follows.
    """

    property: str
    heading: Text
    relations: tuple[Relation, ...]
    total: Total | None = None
    more: bool = False


class KindCount(Struct, frozen=True):
    """How many things of one kind stand in a relation."""

    kind: Text
    things: int
    listed: bool


class CountGroup(Struct, frozen=True):
    """Things that are only counted, by kind, under the heading of their relation."""

    heading: Text
    counts: tuple[KindCount, ...]


class Fact(Struct, frozen=True):
    """Literal values of one property under its heading."""

    property: str
    heading: Text
    values: tuple[Text, ...]


class Criterion(Struct, frozen=True):
    """A node of a condition tree: either a combination of parts or a leaf about one concept.

    Attributes:
        combinator: How the parts combine; None for a leaf.
        concept: What the leaf asks about, such as age.
        minimum: Lower bound that is included; `above` is one that is not. `maximum` and `below` likewise.
        accepts: Concepts or areas of which one must hold.
        truth: Value a yes/no condition must have.
        vague: The wording leaves open what is meant.
        judgement: The office decides; no answer can settle it.
        inferred: It follows only from a name or the layout; no line states it.
        source: What it is from where that is not the plan: a law that says what a group is.
    """

    iri: str
    label: Text
    combinator: Combinator | None
    parts: tuple[Criterion, ...]
    concept: Ref | None
    minimum: str
    maximum: str
    above: str
    below: str
    accepts: tuple[Ref, ...]
    truth: bool | None
    vague: bool
    judgement: bool
    inferred: bool
    passages: tuple[Passage, ...]
    source: Text = Text("")


class Requirement(Struct, frozen=True):
    """The top of a condition tree and the role it decides (None: whoever takes part)."""

    role: Ref | None
    criterion: Criterion


class Support(Struct, frozen=True):
    """What somebody gets: its kinds, an own-words description, for which role."""

    label: Text
    kinds: tuple[Ref, ...]
    description: Text
    role: Ref | None
    passages: tuple[Passage, ...]


class Figure(Struct, frozen=True):
    """One observation as printed; figures of different scopes must never be added up.

    Attributes:
        printed: The figure as the document prints it.
        unit: Unit as printed; `counted_in` is the unit it is really in, where the print says another.
        details: Further dimensions (sex, age band, industry, ...) as label pairs' second halves.
        repeats: What the figure is really about when it only says again what is said elsewhere of something wider.
    """

    iri: str
    about: Ref
    measure: Ref | None
    printed: str
    unit: Ref | None
    value_type: Ref | None
    scope: Ref | None
    funding: Ref | None
    period: Ref | None
    status: Ref | None
    details: tuple[Ref, ...]
    passages: tuple[Passage, ...]
    counted_in: Ref | None = None
    repeats: Ref | None = None


class Node(Struct, frozen=True):
    """Everything said of one thing itself; `plan` is the plan it belongs to, if one, `unsaid` what the plan leaves open about it."""

    ref: Ref
    plan: Ref | None
    facts: tuple[Fact, ...]
    description: Text
    passages: tuple[Passage, ...]
    requirements: tuple[Requirement, ...]
    completeness: Ref | None
    supports: tuple[Support, ...]
    participations: tuple[Relation, ...]
    outgoing: tuple[RelationGroup, ...]
    figures: tuple[Figure, ...]
    trails: tuple[tuple[Ref, ...], ...]
    unsaid: tuple[Text, ...] = ()


class Description(Struct, frozen=True):
    """A thing with its editions (newest plan first), what points to it or to them, and what of that is only counted."""

    node: Node
    aliases: tuple[Text, ...]
    editions: tuple[Node, ...]
    incoming: tuple[RelationGroup, ...]
    counted: tuple[CountGroup, ...] = ()
