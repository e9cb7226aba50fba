"""Tests one constraint against the answers: what it can still be, and why it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kg.eligibility.answers import Answer, Place, Profile, Span, Truth, Values
from kg.eligibility.logic import ANY, FALSE, OPEN, TRUE, UNKNOWN, Tree, combine
from kg.eligibility.rules import Catalogue, Cause, Concept, Constraint

State = tuple[int, Cause | None]
"""The mask of a test and why its value is not known."""
_UNANSWERED: State = (OPEN, "not-answered")
_HOLDS: State = (TRUE, None)
_FAILS: State = (FALSE, None)


def states(catalogue: Catalogue, profile: Profile, known: Sequence[State] | None = None, only: frozenset[int] | None = None) -> list[State]:
    """Return the state of every test, by its number.

    Args:
        known: States of the same catalogue to begin with.
        only: Tests to work out anew; the others keep their known state.
    """
    found = list(known) if known is not None else [_UNANSWERED] * len(catalogue.tests)
    for number in range(len(catalogue.tests)) if only is None else only:
        found[number] = state(catalogue, catalogue.tests[number], profile)
    return found


def state(catalogue: Catalogue, test: Constraint, profile: Profile, asking: frozenset[str] = frozenset()) -> State:
    """Return the state of one test. A kind of constraint that is not known here can be anything, so it never counts as met.

    Args:
        asking: Groups whose definitions are being worked out, so that a definition in a circle says nothing.
    """
    concept = catalogue.terms.concepts.get(test.concept)
    if test.vague:
        return (UNKNOWN, "ambiguous")
    if concept is None:
        return (ANY, None)
    if concept.kind == "judgement":
        return (UNKNOWN, "not-stated")
    if not _is_sound(test, concept):
        return (ANY, None)
    answer = profile.given(test.concept)
    if concept.kind == "group":
        return _group(catalogue, test, profile, asking)
    return _UNANSWERED if answer is None else _compare(catalogue, test, concept, answer)


def _is_sound(test: Constraint, concept: Concept) -> bool:
    """Say whether a constraint states what its kind of concept is compared with."""
    if concept.kind == "number":
        return any(bound is not None for bound in (test.low, test.high, test.above, test.below))
    if concept.kind == "boolean":
        return test.truth is not None
    if concept.kind == "area":
        return bool(test.within)
    return concept.kind in ("concept", "group") and bool(test.accepts)


def _compare(catalogue: Catalogue, test: Constraint, concept: Concept, answer: Answer) -> State:
    if isinstance(answer, Span):
        return _number(test, answer)
    if isinstance(answer, Truth):
        return _HOLDS if answer.holds == test.truth else _FAILS
    if isinstance(answer, Place):
        return _area(catalogue, test, answer)
    return _concepts(catalogue, test, concept, answer)


def _number(test: Constraint, span: Span) -> State:
    """Compare a number or a range of them; none is below zero, and of two ends without bounds nothing is known."""
    span = Span(span.low or Decimal(0), span.high)
    if _lies_in(test, span):
        return _HOLDS
    return _FAILS if _misses(test, span) else _UNANSWERED


def _lies_in(test: Constraint, span: Span) -> bool:
    return (
        (test.low is None or (span.low is not None and span.low >= test.low))
        and (test.above is None or (span.low is not None and span.low > test.above))
        and (test.high is None or (span.high is not None and span.high <= test.high))
        and (test.below is None or (span.high is not None and span.high < test.below))
    )


def _misses(test: Constraint, span: Span) -> bool:
    return (
        _is_below(span.high, test.low)
        or _is_below(test.high, span.low)
        or (span.high is not None and test.above is not None and span.high <= test.above)
        or (span.low is not None and test.below is not None and span.low >= test.below)
    )


def _is_below(one: Decimal | None, other: Decimal | None) -> bool:
    return one is not None and other is not None and one < other


def _area(catalogue: Catalogue, test: Constraint, place: Place) -> State:
    """Walk the hierarchy: a place in a wider area than the one asked for may or may not lie in it."""
    areas = catalogue.terms.areas
    held = areas[place.within].above if place.within in areas else frozenset()
    if test.within & held:
        return _HOLDS
    return _FAILS if all(_excludes(catalogue, place, held, accepted) for accepted in test.within) else _UNANSWERED


def _excludes(catalogue: Catalogue, place: Place, held: frozenset[str], accepted: str) -> bool:
    areas = catalogue.terms.areas
    above = areas[accepted].above if accepted in areas else frozenset({accepted})
    return bool(above & place.outside) or bool(place.within and place.within not in above and accepted not in held)


def _concepts(catalogue: Catalogue, test: Constraint, concept: Concept, values: Values) -> State:
    masks = [_concept(catalogue, concept, accepted, values) for accepted in test.accepts]
    mask = combine("any", masks)
    return (mask, None if mask in (TRUE, FALSE) else "not-answered")


def _concept(catalogue: Catalogue, concept: Concept, accepted: str, values: Values) -> int:
    """Say whether one concept holds: a narrower one that holds says yes, it or a broader one that does not says no."""
    known = catalogue.terms.values
    above = known[accepted].above if accepted in known else frozenset({accepted})
    if any(accepted in known[one].above for one in values.yes if one in known):
        return TRUE
    if above & values.no or (concept.scheme in catalogue.terms.exclusive and values.yes and not above & values.yes):
        return FALSE
    return OPEN


def _group(catalogue: Catalogue, test: Constraint, profile: Profile, asking: frozenset[str]) -> State:
    """Decide a bare group: the person's own answer wins, else the definitions recorded for it, where they agree (MODEL 6)."""
    own = profile.given(test.concept)
    concept = catalogue.terms.concepts[test.concept]
    masks, causes = [], set[Cause]()
    for group in sorted(test.accepts):
        mask = _concept(catalogue, concept, group, own) if isinstance(own, Values) else OPEN
        if mask == OPEN:
            mask, cause = _defined(catalogue, group, profile, asking)
            if isinstance(own, Values) and group in own.passed and cause == "ambiguous":
                mask = UNKNOWN
            if cause:
                causes.add(cause)
        masks.append(mask)
    mask = combine("any", masks)
    if mask in (TRUE, FALSE):
        return (mask, None)
    return (mask, "not-answered" if "not-answered" in causes else "ambiguous")


def may_be(catalogue: Catalogue, group: str, profile: Profile) -> bool:
    """Say whether what is recorded of a group's meaning is met, or in part, or may still be; False where nothing is recorded."""
    return group in catalogue.terms.definitions and _defined(catalogue, group, profile, frozenset())[0] != FALSE


def _defined(catalogue: Catalogue, group: str, profile: Profile, asking: frozenset[str]) -> State:
    trees = catalogue.terms.definitions.get(group, ())
    if not trees or group in asking:
        return _UNANSWERED
    masks = [_meaning(catalogue, tree, profile, asking | {group}) for tree in trees]
    mask = combine("ambiguous", masks)
    if mask in (TRUE, FALSE):
        return (mask, None)
    settled = all(one in (TRUE, FALSE, UNKNOWN) for one in masks)
    # Whatever the definitions say, the person's own answer can still settle it.
    return (mask | OPEN, "ambiguous" if settled else "not-answered")


def _meaning(catalogue: Catalogue, tree: Tree, profile: Profile, asking: frozenset[str]) -> int:
    if isinstance(tree, int):
        return state(catalogue, catalogue.tests[tree], profile, asking)[0]
    operator, parts = tree
    return combine(operator, (_meaning(catalogue, part, profile, asking) for part in parts))
