"""The documents a cluster thinks best for a query, as the ranking reads an index: their own words, with the counts of all documents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from search.fields import K1, LENGTH_COUNTS, SCORED, B, StoredDocument
from search.opensearch_index import COUNTED
from search.postings import NOTHING, FacetColumn, Flags, Posting
from search.ranking import LINKED, Formula, Ranking
from search.understanding import Understanding

Counts = Mapping[tuple[str, str], int]
"""Field and term to the number of all documents that have it."""


class Corpus(Struct, frozen=True):
    """What is true of all documents together: how many there are, and the mean length of each field in tokens."""

    size: int
    mean_lengths: Mapping[str, float]


class Candidate:
    """One document as a cluster keeps it, its tokens counted."""

    __slots__ = ("_counts", "_row", "id", "linked", "names", "prominent")

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self._counts: dict[str, Counter[str]] = {}
        self.id: str = row["id"]
        self.linked: Sequence[str] = row.get(LINKED, ())
        self.names: tuple[str, ...] = tuple(row["names"].split("\n"))
        self.prominent: bool = row["prominent"]

    def counts(self, field: str) -> Counter[str]:
        """Return how often each term stands in a field."""
        if field not in self._counts:
            value = self._row.get(field, ())
            self._counts[field] = Counter(value.split(" ") if isinstance(value, str) else value)
        return self._counts[field]


class Window:
    """A `search.postings.Reader` over a few documents, in the order of their ids, that scores each as if all were there.

    Attributes:
        counts: To be given for every term that a document here has and that is looked up.
    """

    def __init__(self, candidates: Iterable[Candidate], corpus: Corpus, shown: Callable[[str], StoredDocument]) -> None:
        self.candidates = tuple(sorted(candidates, key=lambda one: one.id))
        self._corpus, self._shown = corpus, shown
        self.counts: Counts = {}
        self._found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._numbers = {one.id: number for number, one in enumerate(self.candidates)}
        self.size = len(self.candidates)
        self.all = corpus.size
        self.prominent: Flags = np.array([one.prominent for one in self.candidates], np.bool_)
        self.facets: Mapping[str, FacetColumn] = {}

    def number(self, document: str) -> int | None:
        """Return the number of a document by its id; None when it is not here."""
        return self._numbers.get(document)

    def has(self, field: str, term: str) -> bool:
        """Say whether a document here has the term in the field."""
        return bool(self._having(field, term))

    def _having(self, field: str, term: str) -> list[tuple[int, int]]:
        """Return the documents here that have the term, and how often."""
        found = self._found.get((field, term))
        if found is None:
            often = ((number, one.counts(field).get(term, 0)) for number, one in enumerate(self.candidates))
            found = self._found[field, term] = [pair for pair in often if pair[1]]
        return found

    def knows(self, term: str) -> bool:
        """Say whether a document here has the term in a text."""
        return any(term in one.counts(field) for one in self.candidates for field in COUNTED)

    def names(self, number: int) -> tuple[str, ...]:
        """Return the names of a document; see `search.postings.Postings`."""
        return self.candidates[number].names

    def stored(self, number: int) -> StoredDocument:
        """Return what is shown of a document."""
        return self._shown(self.candidates[number].id)

    def having(self, term: str) -> Mapping[str, Posting]:
        """Return the documents here that have the term, by the fields it is looked up in; see `search.postings.Postings`."""
        return {field: self.find(field, term) for field in SCORED if (field, term) in self.counts and self.has(field, term)}

    def close(self) -> None:
        """Nothing is open."""

    def find(self, field: str, term: str) -> Posting:
        """Return the documents here whose field has the term, scored with Whoosh's BM25F; see `search.postings.Postings`."""
        if field == LINKED:
            found = (self._numbers.get(other) for other in self.candidates[int(term)].linked)
            numbers = np.array(sorted(number for number in found if number is not None), np.int32)
            return Posting(numbers, np.ones(len(numbers)))
        often = self._having(field, term)
        if not often:
            return NOTHING
        numbers = np.array([number for number, _ in often], np.int32)
        idf = math.log(self._corpus.size / (self.counts[field, term] + 1)) + 1
        if field not in self._corpus.mean_lengths:
            return Posting(numbers, np.full(len(numbers), idf))
        counts = np.array([count for _, count in often], np.float64)
        lengths = np.array([self.candidates[number].counts(field).total() for number, _ in often]) / self._corpus.mean_lengths[field]
        share = LENGTH_COUNTS.get(f"{field}_B", B)
        return Posting(numbers, idf * (counts * (K1 + 1)) / (counts + K1 * (1 - share + share * lengths)))


class WindowRanking(Ranking):
    """A ranking of the documents of a window that knows how many of all documents cover each word of the query."""

    def __init__(self, query: Understanding, window: Window, formula: Formula, having: Sequence[int]) -> None:
        """Score the documents.

        Args:
            having: For each word of the query, how many of all documents cover it.
        """
        self._of_all, self._size_of_all = list(having), window.all
        super().__init__(query, window, formula)

    def _counted(self) -> list[int]:
        return self._of_all

    def _all(self) -> int:
        return self._size_of_all
