"""Scores documents for a query: BM25F counted once per idea, rewarded for covering the query, with letters and keystrokes as fallback.

Counting each idea once and rewarding coverage gains more than any other single step; `bench/search` measures what each part adds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import numpy as np
from msgspec import Struct, field

from search.jamo import keystrokes
from search.letters import initial_pairs
from search.model import TYPE_FACET, Reason
from search.postings import Flags, Numbers, Postings, Scores
from search.understanding import Concept, Understanding, Variant

EXACT_FIELDS = {"exact_name": "name", "exact_alias": "aliases"}
NAME_PAIRS, TEXT_PAIRS = "name_pairs", "text_pairs"
LINKED, SPOKEN = "linked", "spoken"
Place = tuple[Variant, str, float]
"""A form of an idea, a field it is looked up in, and how much that field counts."""
KIND_FIELD = f"facet_{TYPE_FACET}"
_FIELDS = {
    "name": 2.0, "aliases": 2.0, "kinds": 2.0, "description": 0.75, "details": 1.25,
    "conditions": 1.0, "audience": 1.25, "places": 1.0, "relations": 0.1, "figures": 1.0, "spoken": 1.0,
}  # fmt: skip


class Formula(Struct, frozen=True):
    """The numbers of the ranking; those of a query of which nothing is left out.

    Attributes:
        fields: Weight of each field for words.
        age_fields: Weight of the fields in which ages are looked up.
        stretch: How much an idea of several words adds to its words.
        least_coverage: What is left of a score when nothing of the query is covered; the rest grows with the square of the share covered.
        unknown: How much a word that no document has counts in that share; one that few have counts 1, one that all have 0.
        telling: Whether words that few documents have count more in that share.
        less_prominent: Factor for kinds that are not prominent.
        intents: Whether kinds of things that a query asks for come sooner.
        neighbours: The share of the best documents' scores that what they are linked with gets, and how many are the best.
        exact: What it adds to be named just so.
        whole_initials: What it adds to be named by just these first consonants.
        pairs: By field, weight of pairs of letters, and the share of the query's pairs that makes a match: in a document that has a word of
            the query, and in one that has none.
        spelling_only: Factor for pairs of letters where no word matches.
        strokes: Weight of keystrokes in names, and the share of the query's that makes a match.
        last_resort: That share where nothing else matches.
        near: What it adds to be named nearly so, and how much alike (0 to 1) that is; of that many names at most.
    """

    fields: Mapping[str, float] = field(default_factory=lambda: dict(_FIELDS))
    age_fields: Mapping[str, float] = field(default_factory=lambda: {"ages": 4.5, "group_ages": 2.0})
    stretch: float = 0.5
    least_coverage: float = 0.06
    unknown: float = 0.3
    telling: bool = True
    less_prominent: float = 0.6
    intents: bool = True
    neighbours: tuple[float, int] = (0.15, 8)
    exact: Mapping[str, float] = field(default_factory=lambda: {"exact_name": 200.0, "exact_alias": 100.0})
    whole_initials: float = 30.0
    pairs: Mapping[str, tuple[float, float, float]] = field(
        default_factory=lambda: {NAME_PAIRS: (0.5, 0.5, 0.5), TEXT_PAIRS: (0.5, 0.15, 0.55)}
    )
    spelling_only: float = 0.25
    strokes: tuple[float, float] = (0.25, 0.7)
    last_resort: float = 0.3
    near: tuple[float, float, int] = (60.0, 0.8, 12)

    def places(self, variant: Variant) -> Mapping[str, float]:
        """Return the fields in which a form is looked up, with their weights."""
        return self.age_fields if variant.kind == "age" else self.fields


FORMULA = Formula()


class Ranking:
    """The documents that match a query.

    Attributes:
        scores: Score of each document, 0 for those that do not match.
        givers: The best documents by words, which pass a share of their scores on.
    """

    def __init__(self, query: Understanding, postings: Postings, formula: Formula) -> None:
        self._query, self._postings, self._formula = query, postings, formula
        self._having: list[int] = []
        self.givers: list[int] = []
        self._covered = np.zeros((max(1, query.size), postings.size), np.bool_)
        self.scores: Scores = np.zeros(postings.size)
        self._named: Flags = np.zeros(postings.size, np.bool_)
        self._near_names: Flags = np.zeros(postings.size, np.bool_)
        self._by_spelling: dict[str, Flags] = {}
        self._found_in: list[tuple[Sequence[Place], Numbers]] = []
        self._names: dict[int, str] = {}
        self._count_ideas()
        self._linked_with = self._count_neighbours()
        self._count_exact_names()
        self._count_pairs()
        self._count_strokes()

    @property
    def matched(self) -> Flags:
        """Whether each document matches at all."""
        return self.scores > 0

    @property
    def near_names(self) -> Flags:
        """Whether the query is spelt much like the document's name or alias."""
        return self._near_names

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the words of the query that no document has in any form."""
        return tuple(one.text for one in self._query.concepts if not any(self._having[at] for at in one.covers))

    @property
    def is_understood(self) -> bool:
        """Whether each word of the query was found somewhere, or the whole query is a name."""
        return bool(self._named.any() or all(self._having))

    def first(self, kept: Flags, offset: int, limit: int) -> list[int]:
        """Return the numbers of the best of the kept documents, equal scores by number."""
        return self._best_of(kept, -self.scores.round(6), offset + limit)[offset:]

    @staticmethod
    def _best_of(kept: Flags, order: Scores, limit: int) -> list[int]:
        """Return the kept documents that come first in an order, equal ones by number."""
        numbers = np.flatnonzero(kept)
        keys = order[numbers]
        if limit < len(numbers):
            last = np.partition(keys, limit - 1)[limit - 1]
            numbers, keys = numbers[keys <= last], keys[keys <= last]
        return [int(number) for number in numbers[np.lexsort((numbers, keys))][:limit]]

    def reasons(self, number: int) -> tuple[Reason, ...]:
        """Say why a document matches: its name, ideas in the order of the query, spelling."""
        return tuple(self._reasons(number))

    def linked_with(self, number: int) -> int | None:
        """Return the document to whose link with it a document owes that it is found at all; None when it matches by itself."""
        owed = int(self._linked_with[number])
        return owed if owed >= 0 and not self._covered[:, number].any() else None

    def _count_ideas(self) -> None:
        query, formula = self._query, self._formula
        known = query.size - len(query.initials)
        for at, piece in enumerate(query.initials, known):
            pairs = initial_pairs(piece)
            counts, sums = _sums("name_initials", pairs, self._postings)
            hits = counts == len(pairs)
            self.scores[hits] += sums[hits]
            self.scores[self._postings.find("exact_initials", piece).numbers] += formula.whole_initials
            self._covered[at, hits] = True
        for concept in query.concepts:
            best, found_in = self._best(concept)
            self._found_in.append(found_in)
            self.scores += (formula.stretch if concept.adds else 1.0) * best
            self._covered[sorted(concept.covers)] |= best > 0
        self._having = self._counted()
        self.scores *= formula.least_coverage + (1 - formula.least_coverage) * self._coverage() ** 2
        self.scores *= np.where(self._postings.prominent, 1.0, formula.less_prominent)
        for kind, factor in query.kinds if formula.intents else ():
            self.scores[self._postings.find(KIND_FIELD, kind).numbers] *= factor

    def _count_neighbours(self) -> Numbers:
        """Let the best documents pass a share of their scores on to what they are linked with; return from which each got most, or -1."""
        share, most = self._formula.neighbours
        gained: Scores = np.zeros(self._postings.size)
        givers = np.full(self._postings.size, -1, np.int32)
        self.givers = self.first(self.matched, 0, most) if share else []
        for number in self.givers:
            neighbours = self._postings.find(LINKED, str(number)).numbers
            fewer = neighbours[gained[neighbours] < share * self.scores[number]]
            gained[fewer] = share * self.scores[number]
            givers[fewer] = number
        self.scores += gained
        return givers

    def _best(self, concept: Concept) -> tuple[Scores, tuple[Sequence[Place], Numbers]]:
        """Return the best score of an idea in each document, all places it was looked up in, and by which of them the score is."""
        best: Scores = np.zeros(self._postings.size)
        found_in = np.full(self._postings.size, -1, np.int32)
        places = [(variant, *one) for variant in concept.variants for one in self._formula.places(variant).items()]
        for at, (variant, name, weight) in enumerate(places):
            if posting := self._postings.having(variant.term).get(name):
                scores = posting.impacts * (weight * variant.weight)
                better = scores > best[posting.numbers]
                numbers = posting.numbers[better]
                best[numbers] = scores[better]
                found_in[numbers] = at
        return best, (places, found_in)

    def _counted(self) -> list[int]:
        """Return how many of all documents cover each word of the query."""
        return [int(count) for count in self._covered.sum(axis=1)]

    def _all(self) -> int:
        """Return how many documents there are."""
        return self._postings.size

    def _coverage(self) -> Scores:
        """Return the share of the query that each document covers, each word weighed by how much it tells."""
        weights = np.array([self._telling(count) for count in self._having])
        return np.asarray(weights @ self._covered / max(weights.sum(), 1e-9))

    def _telling(self, count: int) -> float:
        """Return how much a word tells that so many of all documents have: 1 where few have it."""
        if not count:
            return self._formula.unknown
        size = self._all()
        return max(0.05, math.log((size + 1) / (count + 0.5)) / math.log(size + 1)) if self._formula.telling else 1.0

    def _count_exact_names(self) -> None:
        for name, text in EXACT_FIELDS.items():
            posting = self._postings.find(name, self._query.letters)
            numbers = posting.numbers[~self._named[posting.numbers]]
            self.scores[numbers] += self._formula.exact[name]
            self._named[numbers] = True
            self._names |= dict.fromkeys(map(int, numbers), text)

    def _count_pairs(self) -> None:
        pairs = self._query.pairs
        unfounded = ~self._covered.any(axis=0)
        for name, (weight, share, alone) in self._formula.pairs.items():
            counts, sums = _sums(name, pairs, self._postings)
            hits = counts >= np.where(unfounded, _needed(len(pairs), alone), _needed(len(pairs), share))
            factor = np.where(unfounded, self._formula.spelling_only, 1.0) * weight
            self.scores[hits] += (factor * sums * counts)[hits] / max(1, len(pairs))
            self._by_spelling[name] = hits & ~self._covered.all(axis=0) & ~self._named
            if name == NAME_PAIRS:
                self._near_names |= self._by_spelling[name]

    def _count_strokes(self) -> None:
        """Score names that are typed much alike, where words leave something uncovered."""
        weight, share = self._formula.strokes
        typed = self._query.strokes
        counts, sums = _sums("name_strokes", typed, self._postings)
        hits = (counts >= max(1, math.ceil(len(typed) * share))) & ~self._covered.all(axis=0)
        if not self.matched.any() and not hits.any():  # better what is only a little alike than an empty page
            hits = counts >= max(2, math.ceil(len(typed) * self._formula.last_resort))
        self.scores[hits] += weight * (sums * counts)[hits] / max(1, len(typed))
        self._by_spelling["name_strokes"] = hits & ~self._named
        self._near_names |= self._by_spelling["name_strokes"]
        bonus, least, most = self._formula.near
        whole = keystrokes(self._query.letters)
        for number in self._best_of(hits, -(sums * counts), most):
            alike = max((likeness(whole, name) for name in self._postings.names(number)), default=0.0)
            if alike >= least:
                self.scores[number] += bonus * alike

    def _reasons(self, number: int) -> Iterator[Reason]:
        query = self._query
        if named := self._names.get(number):
            yield Reason("name", named, query.letters, query.letters)
        for at, piece in enumerate(query.initials, query.size - len(query.initials)):
            if self._covered[at, number]:
                yield Reason("initials", "name", piece, piece)
        for concept, (places, found_in) in zip(query.concepts, self._found_in, strict=True):
            if found_in[number] >= 0:
                variant, name, _ = places[found_in[number]]
                yield Reason("said" if name == SPOKEN else variant.kind, name, concept.text, variant.term)
        spelt = [name for name, hits in self._by_spelling.items() if hits[number]]
        for text in dict.fromkeys("text" if name == TEXT_PAIRS else "name" for name in spelt):
            yield Reason("spelling", text, query.letters, query.letters)


def rank(query: Understanding, postings: Postings, formula: Formula = FORMULA) -> Ranking:
    """Score all documents for a query."""
    return Ranking(query, postings, formula)


def _sums(field: str, terms: Iterable[str], postings: Postings) -> tuple[Scores, Scores]:
    """Return how many of the terms each document has, and what they come to."""
    counts: Scores = np.zeros(postings.size)
    sums: Scores = np.zeros(postings.size)
    for term in terms:
        posting = postings.find(field, term)
        counts[posting.numbers] += 1
        sums[posting.numbers] += posting.impacts
    return counts, sums


def likeness(typed: str, name: str) -> float:
    """Return how much of two spellings, keystroke by keystroke, is in common and in the same order (Ratcliff and Obershelp), 0 to 1."""
    return SequenceMatcher(None, typed, keystrokes(name), autojunk=False).ratio()


def _needed(pairs: int, share: float) -> int:
    """Return how many of the query's pairs must agree: one coincidence is not enough unless there is only one pair."""
    return 1 if pairs <= 1 else max(2, math.ceil(pairs * share))
