"""Compiles the conditions of a plan out of the graph, once per snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from kg.eligibility.logic import Operator, Tree
from kg.eligibility.rules import KINDS, Area, Catalogue, Concept, Constraint, Kind, Row, Terms, Value
from kg.store.reader.source import Source, Statements, iri, value_of
from kg.store.results import Term
from kg.vocab import CPSV, CV, DCT, ID, KJ, SCHEMA

_COMBINATORS: tuple[tuple[str, Operator], ...] = ((KJ.allOf, "all"), (KJ.anyOf, "any"), (KJ.noneOf, "none"), (KJ.ambiguousOf, "ambiguous"))
PARTICIPANT = ID + "kr/role/participant"
ROLES = {
    PARTICIPANT: KJ.participantGroup,
    ID + "kr/role/host": KJ.hostGroup,
    ID + "kr/role/beneficiary": KJ.beneficiaryGroup,
}
"""Roles with the property by which an edition names its groups in the role."""
_KIND_OF_FACT: dict[str, Kind] = {"person": "person", "employer": "person", "firm": "firm", "organisation": "organization"}
Nested = str | tuple[Operator, str, tuple["Nested", ...]]
"""A tree as the graph has it: the IRI of a constraint, or an operator, the IRI of its criterion, and parts."""


class Known(Struct, frozen=True):
    """What is read of the ontology: terms without the numbers of tests, what groups mean, and who alone can get a kind of support.

    Attributes:
        outside: Meanings that no line of a plan states, but a law or another named source.
    """

    concepts: Mapping[str, Concept]
    values: Mapping[str, Value]
    areas: Mapping[str, Area]
    exclusive: frozenset[str]
    meanings: Mapping[str, tuple[str, ...]]
    only: Mapping[str, Kind]
    outside: frozenset[str] = frozenset()


def read_known(source: Source) -> Known:
    """Read what conditions can ask about and what can be answered."""
    values = _grouped(source.rows("eligibility-values").rows, "value")
    broader = {value: {value_of(row, "broader") for row in rows} - {""} for value, rows in values.items()}
    admits = {value: _KIND_OF_FACT[value_of(rows[0], "factOf")] for value, rows in values.items() if "factOf" in rows[0]}
    return Known(
        concepts={concept: _concept(rows[0]) for concept, rows in _grouped(source.rows("eligibility-concepts").rows, "concept").items()},
        values={value: _value(rows[0], _closure(value, broader), admits) for value, rows in values.items()},
        areas=read_areas(source),
        exclusive=frozenset(value_of(rows[0], "scheme") for rows in values.values() if value_of(rows[0], "exclusive") == "true"),
        meanings={
            value: tuple(sorted({value_of(row, "meaning") for row in rows} - {""}))
            for value, rows in values.items()
            if "meaning" in rows[0]
        },
        only={value_of(row, "support"): _KIND_OF_FACT[value_of(row, "factOf")] for row in source.rows("eligibility-supports").rows},
        outside=frozenset(value_of(row, "meaning") for rows in values.values() for row in rows if "outside" in row),
    )


def read_areas(source: Source) -> dict[str, Area]:
    """Read the places that an answer can name, by IRI."""
    areas = _grouped(source.rows("eligibility-areas").rows, "area")
    within = {area: {value_of(row, "within") for row in rows} - {""} for area, rows in areas.items()}
    return {area: Area(area, _notation(rows), _closure(area, within), _names(rows)) for area, rows in areas.items()}


def _grouped(rows: Iterable[Mapping[str, Term]], name: str) -> dict[str, list[Mapping[str, Term]]]:
    found: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
    for row in rows:
        found[value_of(row, name)].append(row)
    return found


def _concept(row: Mapping[str, Term]) -> Concept:
    fact_of = _KIND_OF_FACT[value_of(row, "factOf")]
    iri_, notation, kind, scheme, asked_with = (value_of(row, name) for name in ("concept", "notation", "kind", "scheme", "askedWith"))
    return Concept(iri_, notation, kind, fact_of, scheme, asked_with)


def _value(row: Mapping[str, Term], above: frozenset[str], admits: Mapping[str, Kind]) -> Value:
    """A group is of the kind that it or a broader one is said to be of; people are the rule."""
    value = value_of(row, "value")
    kind: Kind = next((admits[one] for one in (value, *sorted(above)) if one in admits), "person")
    return Value(value, value_of(row, "notation"), value_of(row, "scheme"), above, kind)


def _closure(start: str, steps: Mapping[str, set[str]]) -> frozenset[str]:
    found, ahead = {start}, [start]
    while ahead:
        new = steps.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return frozenset(found)


def _notation(rows: list[Mapping[str, Term]]) -> str:
    return next((value_of(row, "notation") for row in rows if "notation" in row), "")


def _names(rows: list[Mapping[str, Term]]) -> tuple[str, ...]:
    preferred = sorted((row["preferred"] for row in rows if "preferred" in row), key=lambda term: (term.lang != "ko", term.value))
    others = sorted({value_of(row, "other") for row in rows} - {""})
    return tuple(dict.fromkeys([*(term.value for term in preferred), *others]))


class Compiler:
    """Turns the criteria of a plan's statements into trees over shared tests."""

    def __init__(self, statements: Statements, known: Known) -> None:
        self._statements = statements
        self._known = known
        self._tests: dict[Constraint, int] = {}

    def catalogue(self, plan: str) -> Catalogue:
        """Return every edition that admits somebody, in the order of their IRIs."""
        found: dict[Kind, list[Row]] = {kind: [] for kind in KINDS}
        for edition in self._statements.subjects_of(KJ.ProgramEdition):
            for role in ROLES:
                for kind, row in self._rows(edition, role):
                    found[kind].append(row)
        definitions = {group: tuple(self._numbered(self._nested(top)) for top in tops) for group, tops in self._known.meanings.items()}
        known = self._known
        terms = Terms(known.concepts, known.values, known.areas, known.exclusive, definitions)
        return Catalogue(plan, terms, tuple(self._tests), {kind: tuple(rows) for kind, rows in found.items()})

    def _rows(self, edition: str, role: str) -> Iterable[tuple[Kind, Row]]:
        read = self._statements
        groups = tuple(read.iris(edition, ROLES[role]))
        program = next(iter(read.iris(edition, DCT.isVersionOf)), edition)
        tops = [top for top in read.iris(edition, CV.holdsRequirement) if role in (read.iris(top, KJ.forRole) or [PARTICIPANT])]
        if not tops:
            for kind in self._admitted(edition, role, groups):
                yield kind, Row(edition, program, role, None, groups=groups)
            return
        nested = self._nested(tops[0]) if len(tops) == 1 else ("all", tops[0], tuple(map(self._nested, tops)))
        complete = KJ.CompletelyStated in read.iris(edition, KJ.criteriaCompleteness) and not self._rests_outside(nested)
        for kind in self._kinds(nested):
            own = self._for_kind(nested, kind)
            leaves = tuple((leaf, self._number(leaf)) for leaf in _leaves(own))
            yield kind, Row(edition, program, role, self._numbered(own), leaves, complete, groups)

    def _rests_outside(self, nested: Nested, seen: frozenset[str] = frozenset()) -> bool:
        """Say whether conditions name a group that the plan does not define and another source does: then the plan states only part."""
        known, groups = self._known, {group for leaf in _leaves(nested) for group in self._statements.iris(leaf, KJ.acceptedValue)} - seen
        meanings = {meaning for group in groups for meaning in known.meanings.get(group, ())}
        return not meanings.isdisjoint(known.outside) or any(self._rests_outside(self._nested(one), seen | groups) for one in meanings)

    def _admitted(self, edition: str, role: str, groups: tuple[str, ...]) -> tuple[Kind, ...]:
        """Return who may come where no condition is stated: what the groups are of, else whoever can get what the role is given."""
        if groups:
            kinds = {self._known.values[group].admits for group in groups if group in self._known.values}
            return tuple(kind for kind in KINDS if kind in kinds)
        read = self._statements
        supports = [one for one in read.iris(edition, CPSV.produces) if role in read.iris(one, KJ.forRole)]
        only = {self._known.only[kind] for one in supports for kind in read.iris(one, DCT.type) if kind in self._known.only}
        return tuple(kind for kind in KINDS if not only or kind in only) if supports else ()

    def _nested(self, node: str) -> Nested:
        for property_iri, operator in _COMBINATORS:
            if parts := self._statements.iris(node, property_iri):
                return (operator, node, tuple(self._nested(part) for part in parts))
        return node

    def _kinds(self, nested: Nested) -> tuple[Kind, ...]:
        """Return the kinds of asker that can meet a tree: of every part where all have to hold, of any part where one is enough."""
        if isinstance(nested, str):
            return self._kinds_of_leaf(nested)
        operator, _, parts = nested
        sets = [set(self._kinds(part)) for part in parts]
        common = set.intersection(*sets)
        found = common if common and operator in ("all", "none") else set.union(*sets)
        return tuple(kind for kind in KINDS if kind in found)

    def _kinds_of_leaf(self, leaf: str) -> tuple[Kind, ...]:
        concept = self._known.concepts.get(self._statements.first(leaf, CV.constrains))
        if concept is None:
            return KINDS
        if concept.kind == "group":
            accepted = self._statements.iris(leaf, KJ.acceptedValue)
            kinds = {self._known.values[group].admits for group in accepted if group in self._known.values}
            return tuple(kind for kind in KINDS if kind in kinds) or KINDS
        return (concept.fact_of,)

    def _for_kind(self, nested: Nested, kind: Kind) -> Nested:
        """Leave out the parts of a choice that are about another kind of asker."""
        if isinstance(nested, str):
            return nested
        operator, node, parts = nested
        if operator == "any":
            parts = tuple(part for part in parts if kind in self._kinds(part)) or parts
        return (operator, node, tuple(self._for_kind(part, kind) for part in parts))

    def _numbered(self, nested: Nested) -> Tree:
        if isinstance(nested, str):
            return self._number(nested)
        operator, _, parts = nested
        return (operator, tuple(self._numbered(part) for part in parts))

    def _number(self, leaf: str) -> int:
        return self._tests.setdefault(self._test(leaf), len(self._tests))

    def _test(self, leaf: str) -> Constraint:
        read = self._statements
        truth = read.first(leaf, KJ.acceptedTruth)
        return Constraint(
            concept=read.first(leaf, CV.constrains),
            low=_decimal(read.first(leaf, SCHEMA.minValue)),
            high=_decimal(read.first(leaf, SCHEMA.maxValue)),
            above=_decimal(read.first(leaf, KJ.minExclusive)),
            below=_decimal(read.first(leaf, KJ.maxExclusive)),
            accepts=frozenset(read.iris(leaf, KJ.acceptedValue)),
            within=frozenset(read.iris(leaf, KJ.acceptedArea)),
            truth=truth == "true" if truth else None,
            vague=KJ.Ambiguous in read.iris(leaf, KJ.interpretation),
        )


def _leaves(nested: Nested) -> Iterable[str]:
    if isinstance(nested, str):
        yield nested
        return
    for part in nested[2]:
        yield from _leaves(part)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def read_statements(source: Source, plan: str, beside: Statements) -> Statements:
    """Read everything the compiler needs of a plan, with one query.

    Args:
        beside: What stands beside every plan: the statements of `eligibility-beside`.
    """
    return Statements(source.rows("eligibility-statements", plan=iri(plan)), beside)


def read_passages(source: Source, plan: str, statements: Statements) -> Statements:
    """Read what the texts of a plan show beside what the compiler needs: the passages.

    Args:
        statements: Those of `read_statements`, which are returned with the others.
    """
    return Statements(source.rows("eligibility-passages", plan=iri(plan)), statements)
