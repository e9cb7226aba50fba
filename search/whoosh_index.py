"""The Whoosh files of a snapshot: written once from token lists, read by any number of threads and processes.

The pickled schema names only Whoosh's own classes: what turns text into tokens is outside it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import whoosh
from whoosh import index
from whoosh.analysis import IDTokenizer
from whoosh.fields import KEYWORD, STORED, TEXT, Schema
from whoosh.index import IndexError as WhooshIndexError
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from search.ages import age_terms
from search.analysis import Analyser
from search.documents import TEXT_FIELDS, Document
from search.jamo import initials
from search.letters import Token, bigrams, compact, initial_pairs, strokes
from search.model import TYPE_FACET
from search.postings import NOTHING, FacetColumn, Posting, Scores
from search.ranking import LINKED
from search.snippets import AnalysedText, PackedText

SEPARATOR = " · "
UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, IndexError, WhooshIndexError, UnpicklingError)
"""What opening an index raises that is missing or damaged."""
Tokenise = Callable[[str], tuple[Token, ...]]
REMEMBERED_TERMS, REMEMBERED_DOCUMENTS = 32_768, 2048
WRITER_MIB = 512
"""Memory that writing takes before postings are kept on the disk to be sorted; with the 128 of Whoosh they are pickled several times."""
_FACET = "facet_"
_STORED = "stored"
_NAMES = "names"
_PROMINENT = "prominent"
K1, B = 1.2, 0.75  # those of Whoosh's BM25F
# A long list of names is no wordiness, so length counts less there than in running text; what is for many ages is for each.
_LISTS = ("aliases", "kinds", "details", "conditions", "audience", "places", "relations", "figures", "spoken")
_AGES = ("ages", "group_ages")
LENGTH_COUNTS = {**{f"{name}_B": 0.3 for name in _LISTS}, **{f"{name}_B": 0.0 for name in _AGES}}


def whoosh_version() -> str:
    """Return the version of Whoosh that is installed."""
    return str(whoosh.versionstring())


def write_index(directory: Path, documents: tuple[Document, ...], analyser: Analyser, progress: Callable[[int, int], None]) -> None:
    """Write the index of all documents into an empty directory, in one segment and in the order given.

    Args:
        documents: Sorted by id, so that equal scores come out by id.
        progress: Called with documents done and in all, after each.
    """
    facets = sorted({TYPE_FACET} | {name for document in documents for name in document.facets or ()})
    writer = index.create_in(str(directory), _schema(facets)).writer(limitmb=WRITER_MIB)
    # Names come back in many documents (a task is told of by each of its programmes): each is analysed once.
    tokenise = cache(analyser.index_tokens)
    numbers = {document.id: str(number) for number, document in enumerate(documents)}
    for done, document in enumerate(documents, 1):
        linked = [numbers[other] for other in document.linked if other in numbers]
        writer.add_document(**document_fields(document, analyser.lexicon.fold, tokenise), **({LINKED: linked} if linked else {}))
        progress(done, len(documents))
    writer.commit()


def indexed_documents(directory: Path) -> int:
    """Return how many documents an index holds, having read what is kept of each of them.

    Raises:
        UNREADABLE: there is no index, or its files are damaged.
    """
    found = index.open_dir(str(directory), readonly=True)
    try:
        with found.reader() as reader:
            return sum(1 for fields in reader.all_stored_fields() if json.loads(fields[_STORED]))
    finally:
        found.close()


def _schema(facets: Iterable[str]) -> Schema:
    scored = (*TEXT_FIELDS, "name_pairs", "text_pairs", "name_strokes", "name_initials")
    fields: dict[str, Any] = {name: TEXT(analyzer=IDTokenizer(), phrase=False) for name in scored}
    fields |= {name: KEYWORD(scorable=True) for name in _AGES}
    fields |= {
        name: KEYWORD()
        for name in ("exact_name", "exact_alias", "exact_initials", LINKED, _PROMINENT, *(_FACET + facet for facet in facets))
    }
    return Schema(**{_STORED: STORED, _NAMES: STORED}, **fields)


def document_fields(document: Document, fold: Callable[[str], str], tokenise: Tokenise) -> dict[str, Any]:
    """Return what an index holds of a document: for each field its tokens, for the stored ones what is kept, empty ones left out.

    Args:
        fold: The lexicon's.
        tokenise: Text to tokens with offsets.
    """
    texts = document.texts()
    analysed = {name: _analysed(strings, tokenise) for name, strings in texts.items()}
    names = [fold(name) for name in (document.name, *texts["aliases"])]
    rest = [fold(text) for name in TEXT_FIELDS[2:] for text in texts[name]]
    fields: dict[str, Any] = {name: [token.form for token in text.tokens] for name, text in analysed.items()}
    fields["name_pairs"] = sorted({pair.form for name in names for pair in bigrams(name)})
    fields["text_pairs"] = [pair.form for text in rest for pair in bigrams(text)]
    fields["name_strokes"] = sorted({form for name in names for form in strokes(name)})
    fields["name_initials"] = sorted({form for name in names for form in initial_pairs(name)})
    fields[_NAMES] = "\n".join(map(compact, names))
    fields["exact_initials"] = sorted({initials(compact(name)) for name in names})
    fields["exact_name"] = [compact(names[0])]
    fields["exact_alias"] = [compact(alias) for alias in names[1:]]
    fields["ages"] = age_terms(document.ages)
    fields["group_ages"] = age_terms(document.group_ages)
    fields[_PROMINENT] = ["yes"] if document.prominent else []
    fields[_FACET + TYPE_FACET] = [document.type]
    for facet, values in (document.facets or {}).items():
        fields[_FACET + facet] = [label.value for label in values]
    shown = {name: [text.text, PackedText.of(text).packed] for name, text in analysed.items() if text.text}
    fields[_STORED] = json.dumps([document.id, document.type, document.name, shown], ensure_ascii=False, separators=(",", ":"))
    return {name: value for name, value in fields.items() if value}


def _analysed(strings: Iterable[str], tokenise: Tokenise) -> AnalysedText:
    """Analyse each string by itself, so that a name gives the same tokens wherever it stands, and join them."""
    tokens: list[Token] = []
    start = 0
    for string in strings:
        tokens.extend(Token(token.form, token.start + start, token.end + start) for token in tokenise(string))
        start += len(string) + len(SEPARATOR)
    return AnalysedText(SEPARATOR.join(strings), tuple(tokens))


class StoredDocument:
    """What the index keeps of a document for showing it."""

    def __init__(self, content: str) -> None:
        found: tuple[str, str, str, dict[str, tuple[str, str]]] = json.loads(content)
        self.id, self.type, self.name, self._texts = found

    def text(self, field: str) -> PackedText:
        """Return a field's text with its tokens."""
        return PackedText(*self._texts.get(field, ("", "")))


class WhooshReader:
    """Reads an index; a `search.postings.Postings`.

    One Whoosh searcher serves all threads in turn, and all processes forked after it was opened: Whoosh maps the one segment into memory
    and keeps its place in it in Python. A searcher takes some 6 MB, so that one for each thread would cost more than the postings do.
    """

    def __init__(self, directory: Path) -> None:
        """Open the index.

        Raises:
            OSError, whoosh.index.IndexError: there is no index, or not one this version reads.
        """
        self._index = index.open_dir(str(directory), readonly=True)
        self._searcher: Searcher = self._index.searcher(weighting=BM25F(**LENGTH_COUNTS))
        self._turn = threading.Lock()
        # The index never changes, and reading a term out of it costs more than everything else a query does.
        self._remembered = lru_cache(REMEMBERED_TERMS)(self._read)
        self._stored = lru_cache(REMEMBERED_DOCUMENTS)(self._read_stored)
        self._lengths: dict[str, Scores] = {}
        self.size = self._index.doc_count()
        self.facets = self._read_facets()
        self._names = self._read_names()
        self.prominent = np.zeros(self.size, np.bool_)
        self.prominent[self.find(_PROMINENT, "yes").numbers] = True

    def knows(self, term: str) -> bool:
        """Say whether some text has the term; see `search.understanding.Vocabulary`."""
        return any(len(self.find(field, term).numbers) for field in TEXT_FIELDS)

    def names(self, number: int) -> tuple[str, ...]:
        """Return the names of a document; see `search.postings.Postings`."""
        return self._names[number]

    def find(self, field: str, term: str) -> Posting:
        """Return the documents whose field has the term; see `search.postings.Postings`."""
        return self._remembered(field, term)

    def stored(self, number: int) -> StoredDocument:
        """Return what is kept of the document with this number."""
        return self._stored(number)

    def _read_stored(self, number: int) -> StoredDocument:
        with self._turn:
            return StoredDocument(self._searcher.stored_fields(number)[_STORED])

    def close(self) -> None:
        """Close the files in this process; only when no thread searches any more."""
        self._searcher.close()
        self._index.close()

    def _read(self, field: str, term: str) -> Posting:
        with self._turn:
            return self._read_alone(field, term)

    def _read_alone(self, field: str, term: str) -> Posting:
        searcher, reader = self._searcher, self._searcher.reader()
        if (field, term) not in reader:
            return NOTHING
        matcher = reader.postings(field, term)
        numbers, counts = [], []
        while matcher.is_active():
            numbers.append(matcher.id())
            counts.append(matcher.weight())
            matcher.next()
        ids = np.array(numbers, np.int32)
        idf, average = searcher.idf(field, term), searcher.avg_field_length(field) or 1.0
        share = LENGTH_COUNTS.get(f"{field}_B", B)
        lengths = self._field_lengths(field)[ids] / average
        often = np.array(counts)
        return Posting(ids, idf * ((often * (K1 + 1)) / (often + K1 * ((1 - share) + share * lengths))))

    def _field_lengths(self, field: str) -> Scores:
        if field not in self._lengths:
            reader = self._searcher.reader()
            self._lengths[field] = np.fromiter((reader.doc_field_length(n, field) for n in range(self.size)), np.float64, self.size)
        return self._lengths[field]

    def _read_names(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(fields[_NAMES].split("\n")) for fields in self._searcher.reader().all_stored_fields())

    def _read_facets(self) -> dict[str, FacetColumn]:
        reader = self._searcher.reader()
        facets = [name.removeprefix(_FACET) for name in reader.schema.names() if name.startswith(_FACET)]
        return {
            facet: FacetColumn.of(
                {value.decode(): tuple(reader.postings(_FACET + facet, value).all_ids()) for value in reader.lexicon(_FACET + facet)}
            )
            for facet in facets
        }
