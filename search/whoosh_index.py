"""The Whoosh index of a snapshot: a table of contents with the schema, and one segment of arrays, written once from token lists.

The pickled schema names only Whoosh's own classes: what turns text into tokens is outside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import whoosh
from whoosh import index
from whoosh.analysis import IDTokenizer
from whoosh.fields import KEYWORD, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import IndexError as WhooshIndexError

from search import fields
from search.analysis import Analyser
from search.array_codec import ArraySegment
from search.documents import Document
from search.fields import FACET, document_fields
from search.inverting import Inverter, write_arrays
from search.model import TYPE_FACET
from search.ranking import LINKED

UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, IndexError, WhooshIndexError, UnpicklingError)
"""What opening an index raises that is missing or damaged."""
_NAME = "MAIN"


def whoosh_version() -> str:
    """Return the version of Whoosh that is installed."""
    return str(whoosh.versionstring())


def write_index(directory: Path, documents: tuple[Document, ...], analyser: Analyser, progress: Callable[[int, int], None]) -> None:
    """Write the index of all documents into an empty directory, in one segment and in the order given.

    Args:
        documents: Sorted by id, so that equal scores come out by id.
        progress: Called with documents done and in all, after each.
    """
    # Names come back in many documents (a task is told of by each of its programmes): each is analysed once.
    tokenise = cache(analyser.index_tokens)
    numbers = {document.id: str(number) for number, document in enumerate(documents)}
    inverter = Inverter()
    for done, document in enumerate(documents, 1):
        linked = [numbers[other] for other in document.linked if other in numbers]
        inverter.add(document_fields(document, analyser.lexicon.fold, tokenise) | ({LINKED: linked} if linked else {}))
        progress(done, len(documents))
    write_arrays(directory, inverter)
    facets = sorted({TYPE_FACET} | {name for document in documents for name in document.facets or ()})
    index.TOC(schema(facets), [ArraySegment(_NAME, len(documents))], 1).write(FileStorage(str(directory)), _NAME)


def indexed_documents(directory: Path) -> int:
    """Return how many documents an index holds, having read what is kept of each of them through Whoosh.

    Raises:
        UNREADABLE: there is no index, or its files are damaged.
    """
    found = index.open_dir(str(directory), readonly=True)
    try:
        with found.reader() as reader:
            return sum(1 for kept in reader.all_stored_fields() if json.loads(kept[fields.STORED]))
    finally:
        found.close()


def schema(facets: Iterable[str]) -> Schema:
    """Return Whoosh's schema of an index that has these facets."""
    found: dict[str, Any] = {name: TEXT(analyzer=IDTokenizer(), phrase=False) for name in fields.SCORED if name not in fields.AGES}
    found |= {name: KEYWORD(scorable=True) for name in fields.AGES}
    found |= {name: KEYWORD() for name in (*fields.PLAIN, *(FACET + facet for facet in facets))}
    return Schema(**{fields.STORED: STORED, fields.NAMES: STORED}, **found)
