"""The arrays of an index as a segment of Whoosh: its own readers, searchers and parsers work on them.

Whoosh lets a segment bring its own codec. Its writer handles each posting by itself, in Python, some thirteen microseconds each; ours
(`search.inverting`) sorts whole fields. What is written is read only: an index is built anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from search.arrays import SEGMENT, Arrays
from search.fields import NAMES, STORED

Term = tuple[str, bytes]


class ArraySegment(base.Segment):
    """What the table of contents of an index says of its one segment."""

    def __init__(self, indexname: str, documents: int) -> None:
        super().__init__(indexname)
        self.segid = SEGMENT
        self.documents = documents

    def codec(self) -> ArrayCodec:
        """Return what reads the segment."""
        return ArrayCodec()

    def doc_count_all(self) -> int:
        """Return how many documents there are."""
        return self.documents

    def deleted_count(self) -> int:
        """Nothing is ever deleted."""
        return 0

    def deleted_docs(self) -> Iterator[int]:
        """Nothing is ever deleted."""
        return iter(())

    def is_deleted(self, _number: int) -> bool:
        """Nothing is ever deleted."""
        return False

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Refuse.

        Raises:
            ReadOnlyError: always.
        """
        raise ReadOnlyError(f"the index is read only: document {docnum} stays")


class ArrayCodec(base.Codec):
    """Reads a segment of arrays."""

    def terms_reader(self, storage: Any, _segment: ArraySegment) -> ArrayTerms:
        """Open the terms with their postings."""
        return ArrayTerms(Arrays(Path(storage.folder)))

    def per_document_reader(self, storage: Any, _segment: ArraySegment) -> ArrayDocuments:
        """Open what is known of each document."""
        return ArrayDocuments(Arrays(Path(storage.folder)))


class ArrayTerms(base.TermsReader):
    """The terms of each field, by their bytes, and which documents have them."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def __contains__(self, term: Term) -> bool:
        """Say whether some document has a term in a field."""
        return self._arrays.row(*term) >= 0

    def indexed_field_names(self) -> tuple[str, ...]:
        """Return the names of all fields."""
        return self._arrays.fields

    def cursor(self, fieldname: str, fieldobj: Any) -> ArrayCursor:
        """Return the first place among the terms of a field."""
        fields = self._arrays.fields
        return ArrayCursor(list(self._arrays.terms_of(fields.index(fieldname))) if fieldname in fields else [], fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield all terms, field by field."""
        for at, field in enumerate(self._arrays.fields):
            yield from ((field, term) for term in self._arrays.terms_of(at))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield all terms from a place on."""
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield all terms with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield all terms from a place on with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return what is known of a term.

        Raises:
            TermNotFound: no document has it in this field.
        """
        numbers, often = self._postings(fieldname, text)
        lengths = self._arrays.lengths[self._arrays.fields.index(fieldname), numbers]
        ends = {"minid": int(numbers[0]), "maxid": int(numbers[-1]), "minlength": int(lengths.min()), "maxlength": int(lengths.max())}
        return TermInfo(weight=float(often.sum()), df=len(numbers), maxweight=float(often.max()), **ends)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return how often all documents together have a term; raises what `term_info` does."""
        return float(self._postings(fieldname, text)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many documents have a term; raises what `term_info` does."""
        return len(self._postings(fieldname, text)[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """Return the documents that have a term, one after another; raises what `term_info` does."""
        numbers, often = self._postings(fieldname, text)
        info, weights = self.term_info(fieldname, text), often.astype(np.float64).tolist()
        return ListMatcher(numbers.tolist(), weights, format=format_, scorer=scorer, term=(fieldname, text), terminfo=info)

    def close(self) -> None:
        """Nothing is to be closed: the files are unmapped with the last array."""

    def _postings(self, field: str, term: bytes) -> tuple[Any, Any]:
        row = self._arrays.row(field, term)
        if row < 0:
            raise TermNotFound(f"No term {field}:{term!r}")
        stretch = slice(int(self._arrays.starts[row]), int(self._arrays.starts[row]) + int(self._arrays.sizes[row]))
        return self._arrays.numbers[stretch], self._arrays.often[stretch]


class ArrayCursor(base.FieldCursor):
    """A place among the terms of a field, which Whoosh's search for misspelt words moves on."""

    def __init__(self, terms: list[bytes], field: Any) -> None:
        self._terms, self._field, self._at = terms, field, 0

    def first(self) -> str | None:
        """Go to the first term and return it."""
        return self._moved(0)

    def find(self, term: str | bytes) -> str | None:
        """Go to the first term that is not before another, and return it."""
        return self._moved(bisect_left(self._terms, term if isinstance(term, bytes) else term.encode()))

    def next(self) -> str | None:
        """Go on by one term and return it."""
        return self._moved(self._at + 1)

    def text(self) -> str | None:
        """Return the term at the place, None behind the last."""
        return str(self._field.from_bytes(self._terms[self._at])) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Say whether there is a term at the place."""
        return self._at < len(self._terms)

    def _moved(self, at: int) -> str | None:
        self._at = at
        return self.text()


class ArrayDocuments(base.PerDocumentReader):
    """Lengths of fields and what is kept of each document."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def doc_count(self) -> int:
        """Return how many documents there are."""
        return self._arrays.size

    def doc_count_all(self) -> int:
        """Return how many documents there are."""
        return self._arrays.size

    def has_deletions(self) -> bool:
        """Nothing is ever deleted."""
        return False

    def is_deleted(self, _docnum: int) -> bool:
        """Nothing is ever deleted."""
        return False

    def deleted_docs(self) -> Iterator[int]:
        """Nothing is ever deleted."""
        return iter(())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return how many tokens a field of a document has."""
        lengths = self._lengths(fieldname)
        return int(lengths[docnum]) if lengths is not None else default

    def field_length(self, fieldname: str) -> int:
        """Return how many tokens a field has in all documents."""
        return int(self._arrays.totals[self._arrays.fields.index(fieldname)]) if fieldname in self._arrays.fields else 0

    def min_field_length(self, fieldname: str) -> int:
        """Return the least length of a field."""
        lengths = self._lengths(fieldname)
        return int(lengths.min()) if lengths is not None else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the most length of a field."""
        lengths = self._lengths(fieldname)
        return int(lengths.max()) if lengths is not None else 0

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """Return what is kept of a document."""
        return {STORED: self._arrays.stored[docnum].decode(), NAMES: self._arrays.names[docnum].decode()}

    def _lengths(self, field: str) -> Any:
        """Return the lengths of a field in all documents; None for one whose lengths do not count."""
        return self._arrays.lengths[self._arrays.fields.index(field)] if self.field_length(field) else None
