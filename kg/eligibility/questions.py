"""Which question to ask next: the one whose answer settles most of what is still open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from kg.eligibility.answers import NO, Answer, Place, Profile, Span, Truth, Values
from kg.eligibility.deciding import Decision, judge
from kg.eligibility.logic import OPEN
from kg.eligibility.rules import Area, Catalogue, Concept, Constraint, Judged
from kg.eligibility.testing import may_be, states

_KINDS = ("number", "boolean", "concept", "area", "group")
_MOST_TRIED = 300
Outcome = Mapping[str, Answer]
"""One way to answer a question: the answers it gives, by concept."""


class Option(Struct, frozen=True):
    """One answer to choose: what it answers, how it is written (`kg.eligibility.answers.read_profile`), and what it means."""

    concept: Concept
    texts: tuple[str, ...]
    answer: Answer


class Question(Struct, frozen=True):
    """What to ask next.

    Attributes:
        concept: What is asked; yes-or-no facts that are asked together have a concept of their own.
        options: The answers to choose from; in a question with several answers each option is one of them.
        several: More than one option may hold; those offered and not chosen then do not.
        settles: How many rows the most telling answer settles, of those that were tried (`next_question`).
    """

    concept: Concept
    options: tuple[Option, ...]
    several: bool
    settles: int

    @property
    def answers(self) -> frozenset[str]:
        """Return the IRIs of the concepts it answers."""
        return frozenset(option.concept.iri for option in self.options)


def next_question(decision: Decision, first: str = "") -> Question | None:
    """Return the question whose answers settle most rows on average, or None when no answer would change anything.

    Questions that were answered with "do not know" are not asked again; partly known answers (a band of ages) may be.

    Args:
        first: Notation of a concept to ask about first, if that still changes something.
    """
    best: tuple[tuple[float, bool, float, str], Question] | None = None
    for concepts, rows in _candidates(decision):
        found = _rate(decision, concepts, rows)
        if found is not None and first in (found[1].concept.notation, *(concept.notation for concept in concepts)):
            return found[1]
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None


def _candidates(decision: Decision) -> list[tuple[list[Concept], list[Judged]]]:
    """Return what can still be asked (facts that are asked together in one list), with the undecided rows that ask about it."""
    known, declined, asks = decision.catalogue.terms.concepts, decision.profile.declined, decision.catalogue.asks
    rows: dict[str, list[Judged]] = defaultdict(list)
    together: dict[str, set[str]] = defaultdict(set)
    for judged in _sample([judged for judged in decision.rows if judged.verdict == "undetermined"]):
        asked = {one for _, test in judged.row.leaves if _is_open(decision, test) for one in asks[test] - declined}
        wanted = [known[one] for one in asked if known[one].kind in _KINDS]
        for question in {concept.asked_with if concept.asked_with in known else concept.iri for concept in wanted}:
            rows[question].append(judged)
        for concept in wanted:
            together[concept.asked_with if concept.asked_with in known else concept.iri].add(concept.iri)
    return [([known[one] for one in sorted(together[question])], rows[question]) for question in sorted(together)]


def _sample(rows: list[Judged]) -> list[Judged]:
    """Return at most so many rows, evenly spread, as choosing a question needs: over a nation's list each question would try all of it."""
    step = -(-len(rows) // _MOST_TRIED) or 1
    return rows[::step]


def _is_open(decision: Decision, test: int) -> bool:
    return decision.states[test][0] & OPEN == OPEN


def _rate(decision: Decision, concepts: list[Concept], rows: list[Judged]) -> tuple[tuple[float, bool, float, str], Question] | None:
    """Try every answer: how many rows it settles on average, and how many conditions it settles; None when it changes nothing."""
    catalogue, known = decision.catalogue, decision.catalogue.terms.concepts
    asked = concepts[0] if len(concepts) == 1 else known[concepts[0].asked_with]
    options = tuple(option for concept in concepts for option in options_for(decision, concept, rows))
    if len(concepts) > 1:
        options = tuple(option for option in options if option.answer == Truth(True))
    several = len(concepts) > 1 or (asked.kind in ("concept", "group") and asked.scheme not in catalogue.terms.exclusive)
    wanted = {concept.iri for concept in concepts}
    affected = frozenset(number for number, asks in enumerate(catalogue.asks) if not asks.isdisjoint(wanted))
    used = frozenset(test for judged in rows for _, test in judged.row.leaves) & affected
    settled, tested = [], []
    for outcome in outcomes(options, several):
        after = states(catalogue, answered(catalogue, decision.profile, outcome), decision.states, affected)
        masks = [mask for mask, _ in after]
        settled.append(sum(judge(judged.row, masks).verdict != "undetermined" for judged in rows))
        tested.append(sum(after[number][0] != decision.states[number][0] for number in used))
    if not any(tested):
        return None
    # Of two that settle as much, a plain fact is easier to answer than "which of these describes you".
    score = (sum(settled) / len(settled), asked.kind != "group", sum(tested) / len(tested), asked.iri)
    return score, Question(asked, options, several, max(settled))


def outcomes(options: tuple[Option, ...], several: bool) -> Iterable[Outcome]:
    """Return the ways to answer: each option alone, and none of them where several may hold."""
    if not several:
        return ({option.concept.iri: option.answer} for option in options)
    return (chosen(options, frozenset(only)) for only in (*([option] for option in options), []))


def chosen(options: tuple[Option, ...], ticked: frozenset[Option]) -> Outcome:
    """Return the answers of a question in which several options may hold: those ticked do, the others do not."""
    found: dict[str, Answer] = {}
    for option in options:
        if isinstance(option.answer, Values):
            before = found.get(option.concept.iri, Values(frozenset()))
            yes, no = (before.yes, before.no) if isinstance(before, Values) else (frozenset(), frozenset())
            now = option.answer.yes
            found[option.concept.iri] = Values(yes | now, no) if option in ticked else Values(yes, no | now)
        else:
            found[option.concept.iri] = Truth(option in ticked)
    return found


def answered(catalogue: Catalogue, profile: Profile, outcome: Outcome) -> Profile:
    """Return the profile with more answers; a group that was offered and not ticked is denied only if its recorded meaning is not met.

    Somebody who ticks one word for people of their age does not deny the others: a meaning that is met in part, or may still be, decides.
    """
    told: dict[str, Answer] = {}
    for concept, answer in outcome.items():
        told[concept] = answer
        if isinstance(answer, Values) and catalogue.terms.concepts[concept].kind == "group":
            ticked = with_answers(profile, {concept: Values(answer.yes)})
            passed = frozenset(group for group in answer.no if may_be(catalogue, group, ticked))
            told[concept] = Values(answer.yes, answer.no - passed, passed)
    return with_answers(profile, told)


def with_answers(profile: Profile, outcome: Outcome) -> Profile:
    """Return the profile with more answers; of concepts of which several may hold, with what was known before."""
    answers = dict(profile.answers)
    for concept, answer in outcome.items():
        before = answers.get(concept)
        if isinstance(before, Values) and isinstance(answer, Values):
            yes = before.yes | answer.yes
            no = (before.no | answer.no) - yes
            answers[concept] = Values(yes, no, (before.passed | answer.passed) - yes - no)
        else:
            answers[concept] = answer
    return replace(profile, answers=answers)


def options_for(decision: Decision, concept: Concept, rows: Iterable[Judged]) -> tuple[Option, ...]:
    """Return the answers about one concept that make a difference to some rows."""
    catalogue = decision.catalogue
    used = {test for judged in rows for _, test in judged.row.leaves if _is_open(decision, test)}
    reached = sorted(frozenset[int]().union(*(catalogue.reach[number] for number in used)))
    tests = [catalogue.tests[number] for number in reached if catalogue.tests[number].concept == concept.iri]
    if concept.kind == "number":
        found = _spans(tests, decision.profile.given(concept.iri))
    elif concept.kind == "boolean":
        found = iter([(("true",), Truth(True)), (("false",), Truth(False))])
    elif concept.kind == "area":
        found = _places(catalogue, tests)
    else:
        found = _values(decision, concept, tests)
    return tuple(Option(concept, texts, answer) for texts, answer in found)


def _spans(tests: Iterable[Constraint], known: Answer | None) -> Iterator[tuple[tuple[str, ...], Answer]]:
    """Cut the numbers at every bound: all of one band have the same conditions met. Bands outside what is known already are left out."""
    starts = {Decimal(0)}
    for test in tests:
        starts |= {bound for bound in (test.low, test.below) if bound is not None}
        starts |= {bound + 1 for bound in (test.high, test.above) if bound is not None}
    ordered = sorted(starts)
    for low, after in zip(ordered, [*ordered[1:], None], strict=True):
        high = None if after is None else after - 1
        if isinstance(known, Span) and ((known.high is not None and low > known.high) or (_is_under(high, known.low))):
            continue
        least, most = (known.low, known.high) if isinstance(known, Span) else (None, None)
        band = Span(_later(low, least) or None, _sooner(high, most))
        yield (_written(band),), band


def _is_under(high: Decimal | None, low: Decimal | None) -> bool:
    return high is not None and low is not None and high < low


def _later(one: Decimal, other: Decimal | None) -> Decimal:
    return one if other is None else max(one, other)


def _sooner(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return min((bound for bound in (one, other) if bound is not None), default=None)


def _written(span: Span) -> str:
    low, high = ("" if end is None else f"{end.normalize():f}" for end in (span.low, span.high))
    return low if low == high else f"{low}-{high}"


def _places(catalogue: Catalogue, tests: Iterable[Constraint]) -> Iterator[tuple[tuple[str, ...], Answer]]:
    """Offer each accepted area without the narrower ones, and the rest of the world."""
    areas = catalogue.terms.areas
    accepted = sorted({area for test in tests for area in test.within if area in areas}, key=lambda area: (-len(areas[area].above), area))
    for area in accepted:
        inside = [one for one in accepted if one != area and area in areas[one].above]
        yield (_short(areas[area]), *(NO + _short(areas[one]) for one in inside)), Place(area, frozenset(inside))
    tops = [one for one in accepted if not any(other != one and other in areas[one].above for other in accepted)]
    if tops:
        yield tuple(NO + _short(areas[one]) for one in tops), Place("", frozenset(tops))


def _short(area: Area) -> str:
    return area.notation or area.iri


def _values(decision: Decision, concept: Concept, tests: Iterable[Constraint]) -> Iterator[tuple[tuple[str, ...], Answer]]:
    """Offer the values some test accepts; of an exclusive scheme all, because each rules the others out."""
    terms = decision.catalogue.terms
    accepted: dict[str, int] = defaultdict(int)
    for test in tests:
        for value in test.accepts:
            accepted[value] += 1
    if concept.scheme in terms.exclusive:
        chosen = sorted(value.iri for value in terms.values.values() if value.scheme == concept.scheme)
    else:
        known = decision.profile.given(concept.iri)
        told = known.yes | known.no | known.passed if isinstance(known, Values) else frozenset()
        fitting = [one for one in accepted if one in terms.values and one not in told]
        if concept.kind == "group":
            fitting = [one for one in fitting if terms.values[one].admits == decision.profile.asker]
        chosen = sorted(fitting, key=lambda value: (-accepted[value], value))
    for value in chosen:
        yield (terms.values[value].notation,), Values(frozenset({value}))
