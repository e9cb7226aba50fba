"""Which documents have a term and how much it says about each: sorted arrays, the form in which ranking reads an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.snippets import ShownText

Numbers = NDArray[np.int32]
Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Posting(Struct, frozen=True):
    """The documents that have a term in a field.

    Attributes:
        numbers: Document numbers, ascending.
        impacts: BM25F score of the term in each.
    """

    numbers: Numbers
    impacts: Scores


NOTHING = Posting(np.empty(0, np.int32), np.empty(0))


class FacetColumn(Struct, frozen=True):
    """Which documents have which values of one facet.

    Attributes:
        values: The values.
        codes: Number of a value, for each pair of a document and a value of it.
        numbers: Document number of each such pair.
    """

    values: tuple[str, ...]
    codes: Numbers
    numbers: Numbers

    @classmethod
    def of(cls, documents: Mapping[str, Sequence[int]]) -> FacetColumn:
        """Make a column from the document numbers of each value."""
        codes = np.repeat(np.arange(len(documents), dtype=np.int32), [len(numbers) for numbers in documents.values()])
        numbers = [number for found in documents.values() for number in found]
        return cls(tuple(documents), codes, np.array(numbers, np.int32))

    def having(self, values: frozenset[str], size: int) -> Flags:
        """Return which of all documents have one of the values."""
        wanted = np.array([value in values for value in self.values], np.bool_)
        found = np.zeros(size, np.bool_)
        found[self.numbers[wanted[self.codes]]] = True
        return found

    def counts(self, kept: Flags) -> dict[str, int]:
        """Return how many of the kept documents have each value, without those that none has."""
        counts = np.bincount(self.codes[kept[self.numbers]], minlength=len(self.values))
        return {value: int(count) for value, count in zip(self.values, counts, strict=True) if count}


class Postings(Protocol):
    """The index as ranking needs it."""

    @property
    def size(self) -> int:
        """Number of documents; they are numbered from 0."""
        ...

    @property
    def prominent(self) -> Flags:
        """Whether each document is of a kind people look for most; see `search.documents.Document.prominent`."""
        ...

    def names(self, number: int) -> tuple[str, ...]:
        """Return the names of a document, folded and without spaces."""
        ...

    def find(self, field: str, term: str) -> Posting:
        """Return the documents whose field has the term; `NOTHING` if no one has."""
        ...

    def having(self, term: str) -> Mapping[str, Posting]:
        """Return the documents that have the term, by the fields that anyone has it in."""
        ...


class Stored(Protocol):
    """What an index keeps of a document for showing it."""

    id: str
    type: str
    name: str

    def text(self, field: str) -> ShownText:
        """Return a field's text with its tokens, empty for one it has not."""
        ...


class Reader(Postings, Protocol):
    """The index as an engine needs it: postings, and what is shown of a document."""

    @property
    def facets(self) -> Mapping[str, FacetColumn]:
        """The column of each facet."""
        ...

    def knows(self, term: str) -> bool:
        """Say whether some text has the term; see `search.typed.Vocabulary`."""
        ...

    def stored(self, number: int) -> Stored:
        """Return what is kept of a document."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...
