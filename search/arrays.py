"""The arrays an index consists of, and reading them as ranking does.

Terms are sorted by their bytes; each has a row for every field in which some document has it, and a row is a stretch of the postings.
`search.inverting` writes the files, `search.array_codec` shows them to Whoosh.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.documents import TEXT_FIELDS
from search.fields import FACET, PROMINENT, StoredDocument
from search.mapped import Strings, are_edges, are_within, mapped
from search.postings import NOTHING, FacetColumn, Numbers, Posting, Scores

SEGMENT = "arrays"
PREFIX = f"MAIN_{SEGMENT}."
REMEMBERED_TERMS, REMEMBERED_DOCUMENTS = 1024, 128


def array_path(directory: Path, name: str) -> Path:
    """Return the file of an array, which is named `<what it holds>.<type>`."""
    return directory / f"{PREFIX}{name}"


class Arrays:
    """The files of one index.

    Attributes:
        fields: Names of the fields, sorted.
        terms: All terms of all fields, sorted.
        rows: Edges between the rows of the terms.
        row_fields: Number of a field, for each row.
        starts: Where the postings of each row begin.
        sizes: How many they are.
        numbers: Document of each posting, ascending in each row.
        often: How often the document has the term in the field.
        impacts: BM25F score of it.
        totals: Length of each field in all documents together, 0 where lengths do not count.
        lengths: Length in each document of each field whose lengths count, in tokens.
        stored: What is kept of each document.
        names: The names of each document, one on a line, folded and without spaces.
    """

    def __init__(self, directory: Path) -> None:
        """Map them.

        Raises:
            OSError, ValueError: a file is missing, or the files do not fit together.
        """

        def numbers(name: str) -> NDArray[Any]:
            return mapped(array_path(directory, name))

        self.fields = tuple(array_path(directory, "fields").read_text("utf-8").split("\n"))
        self.terms, self.stored, self.names = (Strings.open(array_path(directory, name)) for name in ("terms", "stored", "names"))
        self.rows = numbers("rows.i8").data
        self.row_fields, self.starts, self.sizes = (numbers(name) for name in ("row_fields.i4", "starts.i8", "sizes.i4"))
        self.numbers: Numbers = numbers("numbers.i4")
        self.often: Numbers = numbers("often.i4")
        self.impacts: Scores = numbers("impacts.f8")
        self.totals = numbers("totals.i8")
        self.size = len(self.stored)
        self.lengths = numbers("lengths.i4").reshape(len(self.fields), self.size)
        rows, postings = len(self.starts), len(self.numbers)
        fit = (
            len(self.rows) == len(self.terms) + 1 and are_edges(self.rows, rows),
            len(self.row_fields) == rows == len(self.sizes),
            len(self.often) == len(self.impacts) == postings == int(self.sizes.sum()),
            len(self.names) == self.size and len(self.totals) == len(self.fields),
            # Postings themselves are too many to be read here; that nothing in them was changed is found by their hash.
            are_within(self.row_fields, len(self.fields)) and (self.sizes > 0).all(),
            are_within(self.starts, postings) and (self.starts + self.sizes <= postings).all(),
        )
        if not all(fit):
            raise ValueError("the arrays do not fit together")

    def rows_of(self, field: int) -> NDArray[np.int64]:
        """Return the rows of a field by its number, in the order of their terms."""
        return np.flatnonzero(self.row_fields == field)

    def terms_of(self, field: int) -> Iterator[bytes]:
        """Yield the terms of these rows."""
        places = np.searchsorted(np.asarray(self.rows), self.rows_of(field), side="right") - 1
        return (self.terms[at] for at in places)

    def posting(self, row: int) -> Posting:
        """Return the postings of a row."""
        start = int(self.starts[row])
        end = start + int(self.sizes[row])
        return Posting(self.numbers[start:end], self.impacts[start:end])

    def row(self, field: str, term: bytes) -> int:
        """Return the row of a term in a field, -1 where there is none."""
        at = self.terms.find(term)
        rows = range(self.rows[at], self.rows[at + 1]) if at >= 0 else ()
        return next((row for row in rows if self.fields[self.row_fields[row]] == field), -1)


class ArrayReader:
    """A `search.postings.Reader` of an index. Threads and forked processes may share it: nothing in it changes."""

    def __init__(self, directory: Path) -> None:
        """Open an index.

        Raises:
            OSError, ValueError: there is none, or it is damaged.
        """
        self._arrays = Arrays(directory)
        self._remembered = lru_cache(REMEMBERED_TERMS)(self._read)
        self._stored = lru_cache(REMEMBERED_DOCUMENTS)(self._read_stored)
        self.size = self._arrays.size
        self.facets = self._read_facets()
        self.prominent = np.zeros(self.size, np.bool_)
        self.prominent[self.find(PROMINENT, "yes").numbers] = True

    def knows(self, term: str) -> bool:
        """Say whether some text has the term; see `search.typed.Vocabulary`."""
        found = self._remembered(term)
        return any(field in found for field in TEXT_FIELDS)

    def names(self, number: int) -> tuple[str, ...]:
        """Return the names of a document; see `search.postings.Postings`."""
        return tuple(self._arrays.names[number].decode().split("\n"))

    def find(self, field: str, term: str) -> Posting:
        """Return the documents whose field has the term; see `search.postings.Postings`."""
        return self._remembered(term).get(field, NOTHING)

    def having(self, term: str) -> Mapping[str, Posting]:
        """Return the documents that have the term, by field; see `search.postings.Postings`."""
        return self._remembered(term)

    def stored(self, number: int) -> StoredDocument:
        """Return what is kept of the document with this number."""
        return self._stored(number)

    def close(self) -> None:
        """Nothing is to be closed: the files are unmapped with the last array."""

    def _read(self, term: str) -> dict[str, Posting]:
        arrays = self._arrays
        at = arrays.terms.find(term.encode("utf-8", "surrogatepass"))
        rows = range(arrays.rows[at], arrays.rows[at + 1]) if at >= 0 else ()
        return {arrays.fields[arrays.row_fields[row]]: arrays.posting(row) for row in rows}

    def _read_stored(self, number: int) -> StoredDocument:
        return StoredDocument(self._arrays.stored[number])

    def _read_facets(self) -> dict[str, FacetColumn]:
        return {name.removeprefix(FACET): self._facet(at) for at, name in enumerate(self._arrays.fields) if name.startswith(FACET)}

    def _facet(self, field: int) -> FacetColumn:
        arrays = self._arrays
        rows = arrays.rows_of(field)
        postings = [arrays.posting(row).numbers for row in rows]
        codes = np.repeat(np.arange(len(rows), dtype=np.int32), [len(numbers) for numbers in postings])
        return FacetColumn(tuple(term.decode() for term in arrays.terms_of(field)), codes, np.concatenate([NOTHING.numbers, *postings]))
