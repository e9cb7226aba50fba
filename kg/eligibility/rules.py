"""The conditions of one plan, compiled: tests that are shared, trees over them, and what is known of the words they use."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

from msgspec import Struct

from kg.eligibility.logic import FALSE, TRUE, UNKNOWN, Tree, numbers

Kind = Literal["person", "firm", "organization"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Verdict = Literal["eligible", "likely", "undetermined", "unstated", "ineligible"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Cause = Literal["not-answered", "not-stated", "ambiguous"]


class Concept(Struct, frozen=True):
    """What a condition asks about.

    Attributes:
        notation: Its short name, by which answers are given.
        kind: How it is answered: `number`, `boolean`, `concept`, `area`, `group`, `judgement`, or one this program does not know.
        fact_of: Whose fact it is; a person's employer's counts as the person's.
        scheme: The scheme of its values, if any.
        asked_with: The question that it is asked in together with others, if any: each a yes or no.
    """

    iri: str
    notation: str
    kind: str
    fact_of: Kind
    scheme: str = ""
    asked_with: str = ""


class Constraint(Struct, frozen=True):
    """One constraint without its place in a text, so that equal ones are tested once.

    Attributes:
        low, high: Bounds that are included; `above` and `below` are ones that are not.
        accepts: Concepts of which one has to hold.
        within: Areas of which one has to hold the place.
        truth: What a yes or no has to be.
        vague: The wording leaves open what is meant.
    """

    concept: str
    low: Decimal | None = None
    high: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    accepts: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    truth: bool | None = None
    vague: bool = False


class Value(Struct, frozen=True):
    """A concept that can be an answer; `above` are it and all broader ones, `admits` the kind that a target group is of."""

    iri: str
    notation: str
    scheme: str
    above: frozenset[str]
    admits: Kind = "person"


class Area(Struct, frozen=True):
    """A place; `above` are it and all that hold it, `names` what it is called (preferred names first)."""

    iri: str
    notation: str
    above: frozenset[str]
    names: tuple[str, ...] = ()


class Terms(Struct, frozen=True):
    """What is known of the words that conditions use.

    Attributes:
        exclusive: Schemes of whose values one rules the others out.
        definitions: For a group, the trees that say what it means; each over tests by their number.
    """

    concepts: Mapping[str, Concept]
    values: Mapping[str, Value]
    areas: Mapping[str, Area]
    exclusive: frozenset[str] = frozenset()
    definitions: Mapping[str, tuple[Tree, ...]] = {}


class Row(Struct, frozen=True):
    """One role of one edition for one kind of asker.

    Attributes:
        tree: Its conditions; None when the source states none.
        leaves: (IRI of the constraint, number of its test), in the order of the tree.
        complete: The source states all conditions.
        groups: Target groups the edition names in this role, for finding only.
    """

    edition: str
    program: str
    role: str
    tree: Tree | None
    leaves: tuple[tuple[str, int], ...] = ()
    complete: bool = False
    groups: tuple[str, ...] = ()


class Judged(Struct, frozen=True):
    """One role of one edition with its verdict; `mask` is what its conditions can still be (`kg.eligibility.logic`)."""

    row: Row
    mask: int
    verdict: Verdict

    @property
    def value(self) -> bool | None:
        """Return the Kleene value of the conditions; None where it is not known or there are none."""
        return {TRUE: True, FALSE: False}.get(self.mask)


def unstated(row: Row) -> Judged:
    """Return what becomes of a row without conditions, whatever is answered."""
    return Judged(row, UNKNOWN, "unstated")


class Catalogue(Struct, frozen=True, dict=True):
    """Every edition of a plan that admits somebody: rows by kind of asker, over shared tests. Changes nothing after it is made."""

    plan: str
    terms: Terms
    tests: tuple[Constraint, ...]
    rows: Mapping[Kind, tuple[Row, ...]]

    @property
    def editions(self) -> frozenset[str]:
        """Return every edition of the catalogue."""
        return frozenset(row.edition for rows in self.rows.values() for row in rows)

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Return each condition tree once: many rows have the same."""
        return tuple(dict.fromkeys(row.tree for rows in self.rows.values() for row in rows if row.tree is not None))

    @cached_property
    def unjudged(self) -> Mapping[Kind, tuple[Judged, ...]]:
        """Return the rows of each kind of asker as they are judged where they have no conditions."""
        return {kind: tuple(map(unstated, rows)) for kind, rows in self.rows.items()}

    @cached_property
    def stated(self) -> Mapping[Kind, tuple[tuple[int, int], ...]]:
        """Return, for each kind of asker, the places of the rows that have conditions, each with the number of its tree in `trees`."""
        numbered = {tree: number for number, tree in enumerate(self.trees)}
        return {
            kind: tuple((place, numbered[row.tree]) for place, row in enumerate(rows) if row.tree is not None)
            for kind, rows in self.rows.items()
        }

    @cached_property
    def reach(self) -> tuple[frozenset[int], ...]:
        """For each test the numbers of the tests that decide it: itself, and those in the definitions of the groups it accepts."""
        return tuple(self._reach(number) for number in range(len(self.tests)))

    @cached_property
    def asks(self) -> tuple[frozenset[str], ...]:
        """For each test the IRIs of the concepts that decide it."""
        return tuple(frozenset(self.tests[one].concept for one in reach) & self.terms.concepts.keys() for reach in self.reach)

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Return the IRIs of the concepts whose answers some row of the catalogue depends on."""
        return frozenset(self.tests[test].concept for test in self._used) & self.terms.concepts.keys()

    @cached_property
    def _used(self) -> frozenset[int]:
        tests = {test for rows in self.rows.values() for row in rows for _, test in row.leaves}
        reached = frozenset[int]().union(*(self.reach[test] for test in tests))
        return frozenset(test for test in reached if not self.tests[test].vague)

    def matters(self, value: Value) -> bool:
        """Say whether an answer can change a verdict: a condition accepts it, a broader or a narrower one, or it rules such a one out."""
        accepted = frozenset[str]().union(*(self.tests[test].accepts for test in self._used))
        if value.scheme in self.terms.exclusive:
            return any(one.scheme == value.scheme for one in self._known(accepted))
        return not accepted.isdisjoint(value.above) or any(value.iri in one.above for one in self._known(accepted))

    def _known(self, values: frozenset[str]) -> list[Value]:
        return [self.terms.values[one] for one in values if one in self.terms.values]

    def _reach(self, number: int) -> frozenset[int]:
        found, ahead = {number}, [number]
        while ahead:
            for group in self.tests[ahead.pop()].accepts:
                for tree in self.terms.definitions.get(group, ()):
                    new = set(numbers(tree)) - found
                    found |= new
                    ahead += new
        return frozenset(found)

    def concept_of(self, test: int) -> Concept | None:
        """Return what a test asks about; None when the graph does not describe it."""
        return self.terms.concepts.get(self.tests[test].concept)
