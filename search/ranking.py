"""Scores documents for a query: BM25F counted once per idea, rewarded for covering the query, with pairs of letters as fallback.

Field and idea weights follow one measurement: counting each idea once and rewarding coverage gains more than any other single step.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from search.letters import initial_pairs
from search.model import Reason
from search.understanding import Concept, Understanding

FIELD_WEIGHTS = {"name": 2.5, "aliases": 2.0, "description": 1.0, "details": 1.0, "conditions": 1.0, "relations": 1.0}
AGE_FIELDS = {"ages": 2.0}
PHRASE_WEIGHT = 0.5
LEAST_COVERAGE = 0.1
LESS_PROMINENT = 0.6
SPELLING_ONLY = 0.25
STROKES_SHARE = 0.6
STROKES_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class PairField:
    """A field of letter pairs: which text it stands for, its weight, and the share of the query's pairs that makes a match."""

    text: str
    weight: float
    share: float


PAIR_FIELDS = {"name_pairs": PairField("name", 0.8, 0.5), "text_pairs": PairField("text", 0.3, 0.75)}
EXACT_FIELDS = {"exact_name": ("name", 200.0), "exact_alias": ("aliases", 100.0)}


class Postings(Protocol):
    """The index as ranking needs it."""

    @property
    def prominent(self) -> frozenset[int]:
        """Documents of the kinds people look for most; see `search.documents.Document.prominent`."""
        ...

    def impacts(self, field: str, term: str) -> Iterable[tuple[int, float]]:
        """Return (document number, BM25F score of the term in that field) of every document that has it; none if no one has."""
        ...


@dataclass(slots=True)
class Scored:
    """A document's score so far, why, and which atoms of the query it covers."""

    score: float = 0.0
    reasons: list[Reason] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)

    @property
    def is_named(self) -> bool:
        """Whether the whole query is the document's name or alias."""
        return any(reason.kind == "name" for reason in self.reasons)

    @property
    def is_near_name(self) -> bool:
        """Whether the query is spelt much like the document's name or alias."""
        return any(reason.kind == "spelling" and reason.field == "name" for reason in self.reasons)


def rank(query: Understanding, postings: Postings) -> dict[int, Scored]:
    """Return every document that matches, by number; more score is better, and no score is zero."""
    found: defaultdict[int, Scored] = defaultdict(Scored)
    for at, piece in enumerate(query.initials, query.size - len(query.initials)):
        _add_initials(piece, at, postings, found)
    for concept in query.concepts:
        weight = PHRASE_WEIGHT if len(concept.covers) > 1 else 1.0
        for number, (score, reason) in _best(concept, postings).items():
            document = found[number]
            document.score += weight * score
            document.covered |= concept.covers
            document.reasons.append(reason)
    for number, document in found.items():
        coverage = len(document.covered) / query.size
        document.score *= LEAST_COVERAGE + (1 - LEAST_COVERAGE) * coverage**2
        document.score *= 1.0 if number in postings.prominent else LESS_PROMINENT
    _add_exact(query, postings, found)
    _add_pairs(query, postings, found)
    _add_strokes(query, postings, found)
    return dict(found)


def _best(concept: Concept, postings: Postings) -> dict[int, tuple[float, Reason]]:
    best: dict[int, tuple[float, Reason]] = {}
    for variant in concept.variants:
        for name, weight in (AGE_FIELDS if variant.kind == "age" else FIELD_WEIGHTS).items():
            reason = Reason(variant.kind, name, concept.text, variant.term)
            for number, impact in postings.impacts(name, variant.term):
                score = impact * weight * variant.weight
                if number not in best or best[number][0] < score:
                    best[number] = (score, reason)
    return best


def _add_initials(piece: str, at: int, postings: Postings, found: defaultdict[int, Scored]) -> None:
    """Score names that have all pairs of the first consonants asked for."""
    pairs = initial_pairs(piece)
    counts, sums = _sums("name_initials", pairs, postings)
    for number, count in counts.items():
        if count == len(pairs):
            document = found[number]
            document.score += sums[number]
            document.covered.add(at)
            document.reasons.append(Reason("initials", "name", piece, piece))


def _add_strokes(query: Understanding, postings: Postings, found: defaultdict[int, Scored]) -> None:
    """Score names that are typed much alike, where words and pairs of letters leave something uncovered."""
    counts, sums = _sums("name_strokes", query.strokes, postings)
    needed = math.ceil(len(query.strokes) * STROKES_SHARE)
    for number, count in counts.items():
        if count >= needed and len(found[number].covered) < query.size:
            document = found[number]
            document.score += STROKES_WEIGHT * sums[number] * count / len(query.strokes)
            if not any(reason.kind in ("name", "spelling") for reason in document.reasons):
                document.reasons.append(Reason("spelling", "name", query.letters, query.letters))


def _sums(field: str, terms: Iterable[str], postings: Postings) -> tuple[dict[int, int], dict[int, float]]:
    """Return how many of the terms each document has, and what they come to."""
    counts: defaultdict[int, int] = defaultdict(int)
    sums: defaultdict[int, float] = defaultdict(float)
    for term in terms:
        for number, impact in postings.impacts(field, term):
            counts[number] += 1
            sums[number] += impact
    return counts, sums


def _add_pairs(query: Understanding, postings: Postings, found: defaultdict[int, Scored]) -> None:
    for name, rule in PAIR_FIELDS.items():
        counts, sums = _sums(name, query.pairs, postings)
        needed = _needed(len(query.pairs), rule.share)
        for number, count in counts.items():
            if count >= needed:
                document = found[number]
                alone = SPELLING_ONLY if not document.covered else 1.0
                document.score += alone * rule.weight * sums[number] * count / len(query.pairs)
                if len(document.covered) < query.size and not document.is_named:
                    document.reasons.append(Reason("spelling", rule.text, query.letters, query.letters))


def _needed(pairs: int, share: float) -> int:
    """Return how many of the query's pairs must agree: one coincidence is not enough unless there is only one pair."""
    return 1 if pairs == 1 else max(2, math.ceil(pairs * share))


def _add_exact(query: Understanding, postings: Postings, found: defaultdict[int, Scored]) -> None:
    named: set[int] = set()
    for name, (text, bonus) in EXACT_FIELDS.items():
        for number in {number for number, _ in postings.impacts(name, query.letters) if query.letters} - named:
            found[number].score += bonus
            found[number].reasons.insert(0, Reason("name", text, query.letters, query.letters))
            named.add(number)
