"""Plain engines over the same documents, for comparison: nothing in them knows this plan."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kiwipiepy import Kiwi
from whoosh.analysis import SpaceSeparatedTokenizer, StandardAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import MultifieldParser
from whoosh.query import Or, Term

from bench.search.metrics import DEPTH

FIELDS = ("name", "text")
NAME_BOOST = 2.0
CONTENT_TAGS = re.compile(r"N[NPR]|VV|VA|MAG|XR|S[LNH]")
WORD = re.compile(r"\w+")


class Ranker(Protocol):
    """Anything that answers a text with the ids of things, best first."""

    def __call__(self, text: str) -> Sequence[str]:
        """Return at most ten ids."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """One document: its id, its names (preferred, other, and known misspellings), and all its other text."""

    id: str
    names: tuple[str, ...]
    text: str

    def fields(self) -> tuple[str, str]:
        """Return the texts of `FIELDS`."""
        return " ".join(self.names), self.text


def read_documents(path: Path) -> tuple[Plain, ...]:
    """Read the snapshot's `documents.jsonl`."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        texts = [
            text for field in ("kinds", "description", "details", "conditions", "audience", "places", "relations") for text in row[field]
        ]
        found.append(Plain(row["id"], (row["name"], *row["aliases"], *row["hidden"]), " ".join(texts)))
    return tuple(found)


def whoosh_as_shipped(documents: Sequence[Plain]) -> Ranker:
    """Whoosh with its default analyser and its default parser, which wants every word."""
    index = _whoosh(documents, StandardAnalyzer(), lambda text: text)
    parser = MultifieldParser(FIELDS, index.schema)
    return lambda text: _hits(index, parser.parse(text))


def whoosh_tokens(documents: Sequence[Plain], tokens: Callable[[str], list[str]]) -> Ranker:
    """Whoosh over the tokens of another analyser, any of them enough."""
    index = _whoosh(documents, SpaceSeparatedTokenizer(), lambda text: " ".join(tokens(text)))
    return lambda text: _hits(index, Or([Term(field, token) for token in tokens(text) for field in FIELDS]))


def kiwi_tokens() -> Callable[[str], list[str]]:
    """Return the content words of Kiwi as it comes, in lower case."""
    kiwi = Kiwi()
    return lambda text: [token.form.lower().replace(" ", "_") for token in kiwi.tokenize(text) if CONTENT_TAGS.match(token.tag)]


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring letters of each word, in lower case; words of one letter give none."""
    return [word[at : at + 2] for word in WORD.findall(text.lower()) for at in range(len(word) - 1)]


def fts5(documents: Sequence[Plain], tokenizer: str) -> Ranker:
    """SQLite FTS5, any word enough, ranked by its bm25."""
    table = sqlite3.connect(":memory:")
    table.execute(f"CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, name, text, tokenize='{tokenizer}')")
    table.executemany("INSERT INTO d VALUES (?, ?, ?)", [(one.id, *one.fields()) for one in documents])

    def ranked(text: str) -> Sequence[str]:
        words = " OR ".join(f'"{word}"' for word in WORD.findall(text))
        sql = f"SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d, 0, {NAME_BOOST}, 1), id LIMIT {DEPTH}"
        return [row[0] for row in table.execute(sql, (words,))] if words else []

    return ranked


def name_prefix(documents: Sequence[Plain]) -> Ranker:
    """Suggest the things one of whose names starts with the text, the shortest name first."""
    return _starting(documents, lambda name: iter((name,)))


def word_prefix(documents: Sequence[Plain]) -> Ranker:
    """Suggest the things a word of whose names starts with the text, the shortest name first."""
    return _starting(documents, lambda name: (name[word.start() :] for word in WORD.finditer(name)))


def _starting(documents: Sequence[Plain], starts: Callable[[str], Iterator[str]]) -> Ranker:
    names = [(len(name), name, one.id) for one in documents for name in one.names]
    table = [(start.lower(), thing) for _, name, thing in sorted(names) for start in starts(name)]

    def ranked(text: str) -> Sequence[str]:
        return list(dict.fromkeys(thing for start, thing in table if start.startswith(text.lower())))[:DEPTH]

    return ranked


def _whoosh(documents: Sequence[Plain], analyzer: object, prepare: Callable[[str], str]) -> Any:
    text = TEXT(analyzer=analyzer)
    index = RamStorage().create_index(Schema(id=ID(stored=True), name=TEXT(analyzer=analyzer, field_boost=NAME_BOOST), text=text))
    writer = index.writer()
    for one in documents:
        writer.add_document(id=one.id, **{field: prepare(value) for field, value in zip(FIELDS, one.fields(), strict=True)})
    writer.commit()
    return index


def _hits(index: Any, query: object) -> Sequence[str]:
    with index.searcher() as searcher:
        return [hit["id"] for hit in searcher.search(query, limit=DEPTH)]
