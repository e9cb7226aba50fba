"""A second index behind the engine: plain dictionaries and BM25 written out, nothing of Whoosh but the numbers of its formula."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from search.analysis import Analyser
from search.documents import TEXT_FIELDS, Document
from search.fields import K1, LENGTH_COUNTS, SCORED, B, FieldReader, StoredDocument
from search.postings import NOTHING, FacetColumn, Posting
from search.ranking import LINKED


class MemoryReader:
    """A `search.postings.Reader` over documents held in memory."""

    def __init__(self, documents: Sequence[Document], analyser: Analyser) -> None:
        self._rows = list(map(FieldReader(analyser.lexicon.fold, analyser.index_tokens).fields, documents))
        numbers = {document.id: str(number) for number, document in enumerate(documents)}
        for row, document in zip(self._rows, documents, strict=True):
            row[LINKED] = [numbers[other] for other in document.linked if other in numbers]
        self.size = len(documents)
        self.prominent = np.array([document.prominent for document in documents], np.bool_)
        self.facets = self._facets()

    def _facets(self) -> dict[str, FacetColumn]:
        names = sorted({name for row in self._rows for name in row if name.startswith("facet_")})
        found = {}
        for name in names:
            values = sorted({value for row in self._rows for value in row.get(name, ())})
            found[name.removeprefix("facet_")] = FacetColumn.of(
                {value: [number for number, row in enumerate(self._rows) if value in row.get(name, ())] for value in values}
            )
        return found

    def knows(self, term: str) -> bool:
        return any(term in row.get(field, ()) for row in self._rows for field in TEXT_FIELDS)

    def names(self, number: int) -> tuple[str, ...]:
        return tuple(self._rows[number]["names"].split("\n"))

    def stored(self, number: int) -> StoredDocument:
        return StoredDocument(self._rows[number]["stored"])

    def find(self, field: str, term: str) -> Posting:
        counts = [Counter(row.get(field, ()))[term] for row in self._rows]
        having = [number for number, count in enumerate(counts) if count]
        if not having:
            return NOTHING
        lengths = [len(row.get(field, ())) for row in self._rows]
        average = sum(lengths) / self.size or 1.0
        share = LENGTH_COUNTS.get(f"{field}_B", B)
        idf = math.log(self.size / (len(having) + 1)) + 1
        impacts = [
            idf * counts[number] * (K1 + 1) / (counts[number] + K1 * (1 - share + share * lengths[number] / average)) for number in having
        ]
        return Posting(np.array(having, np.int32), np.array(impacts))

    def having(self, term: str) -> Mapping[str, Posting]:
        found = {field: self.find(field, term) for field in SCORED}
        return {field: posting for field, posting in found.items() if len(posting.numbers)}

    def close(self) -> None:
        """Nothing is open."""
