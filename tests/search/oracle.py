"""The ranking once more, document by document in plain Python over Whoosh's own scorers: what the arrays are held against."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from whoosh.index import Index
from whoosh.scoring import BM25F

from search.fields import LENGTH_COUNTS
from search.jamo import keystrokes
from search.letters import initial_pairs
from search.ranking import EXACT_FIELDS, FORMULA, KIND_FIELD, Formula
from search.understanding import Concept, Understanding


@dataclass
class Scored:
    """A document's score so far and which atoms of the query it covers."""

    score: float = 0.0
    covered: set[int] = field(default_factory=set)
    is_named: bool = False


class Oracle:
    """Ranks with the formula of `search.ranking` and Whoosh's BM25F."""

    def __init__(self, index: Index, formula: Formula = FORMULA) -> None:
        self._searcher = index.searcher(weighting=BM25F(**LENGTH_COUNTS))
        self._formula = formula
        self._size = index.doc_count()
        self._kinds: dict[str, set[int]] = {}
        self._prominent = {number for number, _ in self._impacts("prominent", "yes")}

    def best(self, query: Understanding, limit: int) -> list[int]:
        """Return the numbers of the best documents."""
        found: defaultdict[int, Scored] = defaultdict(Scored)
        self._count_ideas(query, found)
        self._count_neighbours(found)
        self._count_exact_names(query, found)
        self._count_pairs(query, found)
        self._count_strokes(query, found)
        matched = [number for number, document in found.items() if document.score > 0]
        return sorted(matched, key=lambda number: (-round(found[number].score, 6), number))[:limit]

    def _impacts(self, name: str, term: str) -> Iterator[tuple[int, float]]:
        if (name, term) in self._searcher.reader():
            matcher = self._searcher.postings(name, term)
            while matcher.is_active():
                yield matcher.id(), matcher.score()
                matcher.next()

    def _numbers(self, name: str, term: str) -> set[int]:
        if term not in self._kinds:
            self._kinds[term] = {number for number, _ in self._impacts(name, term)}
        return self._kinds[term]

    def _count_ideas(self, query: Understanding, found: defaultdict[int, Scored]) -> None:
        for at, piece in enumerate(query.initials, query.size - len(query.initials)):
            counts, sums = self._sums("name_initials", initial_pairs(piece))
            for number, count in counts.items():
                if count == len(initial_pairs(piece)):
                    found[number].score += sums[number]
                    found[number].covered.add(at)
            for number, _ in self._impacts("exact_initials", piece):
                found[number].score += self._formula.whole_initials
        for concept in query.concepts:
            for number, best in self._best(concept).items():
                if best > 0:
                    found[number].score += best * (self._formula.stretch if concept.adds else 1.0)
                    found[number].covered |= concept.covers
        weights = {at: self._telling(sum(at in one.covered for one in found.values())) for at in range(query.size)}
        for number, document in found.items():
            share = sum(weights[at] for at in document.covered) / max(sum(weights.values()), 1e-9)
            document.score *= self._formula.least_coverage + (1 - self._formula.least_coverage) * share**2
            document.score *= 1.0 if number in self._prominent else self._formula.less_prominent
            for kind, factor in query.kinds:
                document.score *= factor if number in self._numbers(KIND_FIELD, kind) else 1.0

    def _count_neighbours(self, found: defaultdict[int, Scored]) -> None:
        share, most = self._formula.neighbours
        matched = [(number, document.score) for number, document in found.items() if document.score > 0]
        gained: defaultdict[int, float] = defaultdict(float)
        for number, score in sorted(matched, key=lambda one: (-round(one[1], 6), one[0]))[:most]:
            for neighbour, _ in self._impacts("linked", str(number)):
                gained[neighbour] = max(gained[neighbour], share * score)
        for number, more in gained.items():
            found[number].score += more

    def _telling(self, count: int) -> float:
        if not count:
            return self._formula.unknown
        return max(0.05, math.log((self._size + 1) / (count + 0.5)) / math.log(self._size + 1))

    def _best(self, concept: Concept) -> dict[int, float]:
        best: defaultdict[int, float] = defaultdict(float)
        for variant in concept.variants:
            for name, weight in self._formula.places(variant).items():
                for number, impact in self._impacts(name, variant.term):
                    best[number] = max(best[number], impact * weight * variant.weight)
        return best

    def _sums(self, name: str, terms: Iterable[str]) -> tuple[dict[int, int], dict[int, float]]:
        counts: defaultdict[int, int] = defaultdict(int)
        sums: defaultdict[int, float] = defaultdict(float)
        for term in terms:
            for number, impact in self._impacts(name, term):
                counts[number] += 1
                sums[number] += impact
        return counts, sums

    def _count_exact_names(self, query: Understanding, found: defaultdict[int, Scored]) -> None:
        for name in EXACT_FIELDS:
            for number, _ in self._impacts(name, query.letters):
                if not found[number].is_named:
                    found[number].score += self._formula.exact[name]
                    found[number].is_named = True

    def _count_pairs(self, query: Understanding, found: defaultdict[int, Scored]) -> None:
        founded = {number for number, document in found.items() if document.covered}
        for name, (weight, share, alone) in self._formula.pairs.items():
            counts, sums = self._sums(name, query.pairs)
            for number, count in counts.items():
                least = math.ceil(len(query.pairs) * (share if number in founded else alone))
                if count >= (1 if len(query.pairs) <= 1 else max(2, least)):
                    factor = weight * (1.0 if number in founded else self._formula.spelling_only)
                    found[number].score += factor * sums[number] * count / len(query.pairs)

    def _count_strokes(self, query: Understanding, found: defaultdict[int, Scored]) -> None:
        weight, share = self._formula.strokes
        counts, sums = self._sums("name_strokes", query.strokes)
        every = set(range(query.size))
        needed = max(1, math.ceil(len(query.strokes) * share))
        hits = [number for number, count in counts.items() if count >= needed and (found[number].covered != every or not every)]
        if not hits and not any(document.score > 0 for document in found.values()):
            needed = max(2, math.ceil(len(query.strokes) * self._formula.last_resort))
            hits = [number for number, count in counts.items() if count >= needed]
        for number in hits:
            found[number].score += weight * sums[number] * counts[number] / len(query.strokes)
        bonus, least, most = self._formula.near
        for number in sorted(hits, key=lambda one: (-sums[one] * counts[one], one))[:most]:
            typed = keystrokes(query.letters)
            names = self._searcher.stored_fields(number)["names"].split("\n")
            likeness = max(SequenceMatcher(None, typed, keystrokes(name), autojunk=False).ratio() for name in names)
            if likeness >= least:
                found[number].score += bonus * likeness
