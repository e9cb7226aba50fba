"""Turns what documents hold, field by field, into the sorted arrays of an index."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from search.arrays import array_path
from search.fields import K1, LENGTH_COUNTS, NAMES, PLAIN, SCORED, STORED, B
from search.mapped import append, write, write_strings


class Field:
    """The tokens of one field: numbers of terms in the order of documents, and how many each document has."""

    def __init__(self) -> None:
        self.tokens, self.documents, self.counts = array("i"), array("i"), array("i")

    def add(self, document: int, tokens: Iterable[int]) -> None:
        """Add those of one document."""
        before = len(self.tokens)
        self.tokens.extend(tokens)
        self.documents.append(document)
        self.counts.append(len(self.tokens) - before)


class Inverter:
    """Collects the tokens of documents; what several processes collected of parts of them is joined."""

    def __init__(self) -> None:
        self.size = 0
        self.fields: dict[str, Field] = {name: Field() for name in (*SCORED, *PLAIN)}
        self.stored: list[str] = []
        self.names: list[str] = []
        self._terms: defaultdict[str, int] = defaultdict(count().__next__)

    @property
    def terms(self) -> list[str]:
        """All terms by their numbers."""
        return list(self._terms)

    def add(self, fields: Mapping[str, Any]) -> None:
        """Add the next document; see `search.fields.FieldReader`."""
        self.stored.append(fields[STORED])
        self.names.append(fields.get(NAMES, ""))
        for name, tokens in fields.items():
            if name not in (STORED, NAMES):
                self._field(name).add(self.size, map(self._terms.__getitem__, tokens))
        self.size += 1

    def extend(self, other: Inverter) -> None:
        """Add the documents of another one after those that are here."""
        numbers = np.array([self._terms[term] for term in other.terms], np.int32)
        for name, theirs in other.fields.items():
            ours = self._field(name)
            ours.tokens.frombytes(numbers[np.frombuffer(theirs.tokens, np.int32)].tobytes())
            ours.documents.extend(document + self.size for document in theirs.documents)
            ours.counts.extend(theirs.counts)
        self.stored += other.stored
        self.names += other.names
        self.size += other.size

    def _field(self, name: str) -> Field:
        return self.fields.setdefault(name, Field())

    def __getstate__(self) -> dict[str, Any]:
        """A generator of numbers cannot be sent to another process."""
        return {**self.__dict__, "_terms": list(self._terms)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Number the terms as they were."""
        terms = state.pop("_terms")
        self.__dict__.update(state)
        self._terms = defaultdict(count(len(terms)).__next__, zip(terms, range(len(terms)), strict=True))


def write_arrays(directory: Path, inverter: Inverter) -> None:
    """Write the files that `search.arrays.Arrays` maps, the same for the same documents.

    One field after another is sorted and written, so that the largest one decides what memory that takes.
    """
    fields, size = sorted(inverter.fields), inverter.size
    rows = [np.empty((4, 0), np.int64)]
    totals, lengths = np.zeros(len(fields), np.int64), np.zeros((len(fields), size), np.int32)
    written = 0
    with _opened(directory, "numbers.i4") as numbers, _opened(directory, "often.i4") as often, _opened(directory, "impacts.f8") as impacts:
        for at, name in enumerate(fields):
            field = inverter.fields[name]
            documents, counts = (np.frombuffer(part, np.int32) for part in (field.documents, field.counts))
            if name in SCORED:
                lengths[at, documents], totals[at] = counts, counts.sum()
            terms, having, times = _sorted(np.frombuffer(field.tokens, np.int32), np.repeat(documents, counts), size)
            starts = _runs(terms)
            sizes = np.diff(starts, append=len(terms))
            length = lengths[at, having] / (totals[at] / max(1, size) or 1.0)
            append(numbers, having)
            append(often, times)
            append(impacts, _impacts(times, np.repeat(sizes, sizes), length, LENGTH_COUNTS.get(f"{name}_B", B), size))
            rows.append(np.stack((terms[starts], np.full(len(starts), at), starts + written, sizes)))
            written += len(terms)
    _write_rows(directory, inverter.terms, np.concatenate(rows, axis=1))
    array_path(directory, "fields").write_text("\n".join(fields), "utf-8")
    write(array_path(directory, "totals.i8"), totals)
    write(array_path(directory, "lengths.i4"), lengths)
    write_strings(array_path(directory, "stored"), (text.encode() for text in inverter.stored))
    write_strings(array_path(directory, "names"), (text.encode() for text in inverter.names))


def _sorted(tokens: NDArray[np.int32], documents: NDArray[np.int32], size: int) -> tuple[NDArray[np.int64], ...]:
    """Return terms, documents and how often the one is in the other, by term and then by document."""
    both = tokens.astype(np.int64) * size + documents
    both.sort()
    starts = _runs(both)
    pairs = both[starts]
    return pairs // size, pairs % size, np.diff(starts, append=len(both))


def _runs(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each run of equal values begins."""
    return np.flatnonzero(np.diff(values, prepend=-1))


def _impacts(often: NDArray[Any], having: NDArray[Any], lengths: NDArray[Any], share: float, size: int) -> NDArray[np.float64]:
    """Return the BM25F score of each posting, as Whoosh computes it.

    Args:
        often: How often the document has the term.
        having: How many documents have it.
        lengths: Length of the field in the document, as a multiple of the mean.
        share: How much lengths count.
        size: How many documents there are.
    """
    return (np.log(size / (having + 1)) + 1) * (often * (K1 + 1)) / (often + K1 * ((1 - share) + share * lengths))


def _write_rows(directory: Path, terms: list[str], rows: NDArray[np.int64]) -> None:
    """Write the terms in order, and their rows: number of the term, of the field, start and size of the postings."""
    encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    write_strings(array_path(directory, "terms"), (encoded[at] for at in order))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    numbers, fields, starts, sizes = rows
    of_terms = places[numbers]
    by_term = np.lexsort((fields, of_terms))
    counts = np.bincount(of_terms, minlength=len(order))
    write(array_path(directory, "rows.i8"), np.concatenate(([0], np.cumsum(counts))))
    for name, column in (("row_fields.i4", fields), ("starts.i8", starts), ("sizes.i4", sizes)):
        write(array_path(directory, name), column[by_term])


def _opened(directory: Path, name: str) -> BinaryIO:
    return array_path(directory, name).open("wb")
