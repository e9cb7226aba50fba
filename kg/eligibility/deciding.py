"""From answers to verdicts: a pure function of a profile and the conditions of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from kg.eligibility.answers import Profile, Values
from kg.eligibility.logic import FALSE, TRUE, UNKNOWN, evaluate
from kg.eligibility.rules import VERDICTS, Catalogue, Cause, Judged, Row, Verdict, unstated
from kg.eligibility.testing import State, states


class Reason(Struct, frozen=True):
    """What became of one constraint: met, not met, or not known and why (no cause: a kind of constraint that cannot be tested)."""

    leaf: str
    test: int
    value: bool | None
    cause: Cause | None


class NearMiss(Struct, frozen=True):
    """The one answer (IRI of what was asked) that rules a row out, and the constraints that rest on it."""

    answer: str
    reasons: tuple[Reason, ...]


class Decision(Struct, frozen=True, dict=True):
    """The verdicts for one profile over a whole catalogue."""

    catalogue: Catalogue
    profile: Profile
    states: tuple[State, ...]
    rows: tuple[Judged, ...]

    @cached_property
    def counts(self) -> Mapping[Verdict, int]:
        """Return how many rows have each verdict."""
        found = Counter(judged.verdict for judged in self.rows)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def other_kinds(self) -> int:
        """Return how many editions are open to other kinds of asker only."""
        return len(self.catalogue.editions - {judged.row.edition for judged in self.rows})

    def reasons(self, row: Row) -> tuple[Reason, ...]:
        """Return what became of each constraint of a row, in the order of its tree."""
        found = []
        for leaf, test in row.leaves:
            mask, cause = self.states[test]
            value = {TRUE: True, FALSE: False}.get(mask)
            found.append(Reason(leaf, test, value, None if value is not None else cause))
        return tuple(found)

    def near_miss(self, judged: Judged) -> NearMiss | None:
        """Return the one answer without which a row would not be ruled out, or None when there is none or more than one.

        Conditions are counted by the answer they rest on: an age that is wrong for a limit and for a group defined by age is one thing.
        """
        if judged.verdict != "ineligible" or judged.row.tree is None:
            return None
        resting: dict[str, list[Reason]] = {}
        for reason in self.reasons(judged.row):
            if len(rests := self._rests_on(reason)) == 1:
                resting.setdefault(next(iter(rests)), []).append(reason)
        found = [(answer, fixing) for answer, reasons in resting.items() if (fixing := self._fixing(judged.row, reasons))]
        return NearMiss(found[0][0], found[0][1]) if len(found) == 1 else None

    def _fixing(self, row: Row, reasons: list[Reason]) -> tuple[Reason, ...]:
        """Return the constraints that would let a row in if they were otherwise: each alone, else all that are not met together."""
        alone = tuple(reason for reason in reasons if self._lets_in(row, [reason]))
        failing = [reason for reason in reasons if reason.value is False]
        return alone or (tuple(failing) if len(failing) > 1 and self._lets_in(row, failing) else ())

    def _lets_in(self, row: Row, reasons: list[Reason]) -> bool:
        turned = [mask for mask, _ in self.states]
        for reason in reasons:
            turned[reason.test] = FALSE if reason.value else TRUE
        return row.tree is not None and evaluate(row.tree, turned) != FALSE

    def _rests_on(self, reason: Reason) -> frozenset[str]:
        """Return the answers that settle a constraint: its own, or for a group those that its definitions ask for."""
        if reason.value is None:
            return frozenset()
        own = self.catalogue.tests[reason.test].concept
        if own in self.profile.answers and not self._is_passed_over(reason.test):
            return frozenset([own])
        return self.catalogue.asks[reason.test] & self.profile.answers.keys() - {own}

    def _is_passed_over(self, test: int) -> bool:
        """Say whether the own answer about a group tells nothing of the groups that are asked for, so that their definitions decide."""
        own = self.profile.answers.get(self.catalogue.tests[test].concept)
        return isinstance(own, Values) and self.catalogue.tests[test].accepts.isdisjoint(own.yes | own.no)


def decide(catalogue: Catalogue, profile: Profile) -> Decision:
    """Decide every row that is open to the profile's kind of asker."""
    found = states(catalogue, profile)
    masks = [mask for mask, _ in found]
    of_trees = [evaluate(tree, masks) for tree in catalogue.trees]
    rows = list(catalogue.unjudged[profile.asker])
    for place, tree in catalogue.stated[profile.asker]:
        row, mask = rows[place].row, of_trees[tree]
        rows[place] = Judged(row, mask, _verdict(mask, row.complete))
    return Decision(catalogue, profile, tuple(found), tuple(rows))


def judge(row: Row, masks: list[int]) -> Judged:
    """Give one row its verdict (DESIGN section 5).

    Args:
        masks: The mask of each test by its number.
    """
    if row.tree is None:
        return unstated(row)
    mask = evaluate(row.tree, masks)
    return Judged(row, mask, _verdict(mask, row.complete))


def _verdict(mask: int, is_complete: bool) -> Verdict:
    if mask == FALSE:
        return "ineligible"
    if mask == TRUE:
        return "eligible" if is_complete else "likely"
    return "likely" if mask == UNKNOWN else "undetermined"
