"""The Whoosh index of a snapshot: a table of contents with the schema, and one segment of arrays, written once from token lists.

The pickled schema names only Whoosh's own classes: what turns text into tokens is outside it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
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
from search.fields import FACET
from search.inverting import write_arrays
from search.model import TYPE_FACET
from search.reading import Progress, invert

UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, IndexError, WhooshIndexError, UnpicklingError)
"""What opening an index raises that is missing or damaged."""
LEAST_FOR_SEVERAL = 2000
"""Documents; fewer are read sooner than processes are started."""
_NAME = "MAIN"


def whoosh_version() -> str:
    """Return the version of Whoosh that is installed."""
    return str(whoosh.versionstring())


def write_index(directory: Path, documents: tuple[Document, ...], analyser: Analyser, progress: Progress, *, processes: int = 0) -> None:
    """Write the index of all documents into an empty directory, in one segment and in the order given.

    Args:
        documents: Sorted by id, so that equal scores come out by id.
        progress: Called with documents done and in all, after some.
        processes: How many read texts side by side; 0 for as many as there are processors, if there is enough to read.
    Raises:
        StoreUnavailable: one of them ended early.
    """
    several = processes or (len(os.sched_getaffinity(0)) if len(documents) >= LEAST_FOR_SEVERAL else 1)
    write_arrays(directory, invert(documents, analyser, progress, several))
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
