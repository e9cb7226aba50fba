"""Builds the search artifact of a snapshot: documents, lexicon, names to suggest, and the index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kg.build.artifacts import ArtifactRecord, counts_fault
from kg.build.beside import beside
from kg.errors import Fault
from kg.store.base import GraphStore
from search.analysis import Analyser
from search.answering import FACETS_FILE, FORMAT, FORMAT_FILE, LEXICON_FILE, SUGGEST_FOLDER
from search.documents import Document, documents_bytes
from search.gathering import read_documents
from search.lexicon import Lexicon
from search.morphology import Morphology, kiwi_version
from search.names import learn_names
from search.sayings import load_sayings
from search.spoken import read_spoken
from search.suggest import Suggester
from search.whoosh_engine import INDEX_FOLDER
from search.whoosh_index import UNREADABLE, indexed_documents, whoosh_version, write_index

DOCUMENTS_FILE = "documents.jsonl"


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


class IndexBuilder:
    """A `kg.build.artifacts.ArtifactBuilder`."""

    name = "search"

    def __init__(self, lexicon: Path, queries: Path, progress: Callable[[int, int], None] = no_progress) -> None:
        """Remember where to read from.

        Args:
            lexicon: Folder of the lexicon's tables (`data/lexicon`).
            queries: Folder of the saved queries (`ontology/queries`).
            progress: Called with documents done and in all.
        """
        self._lexicon = lexicon
        self._queries = queries
        self._progress = progress

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        """Write the artifact into `directory`, which exists and is empty.

        Raises:
            SourceFaults: the lexicon has faults; nothing was written.
            KgError: what the store raises when a query fails.
        """
        tables = Lexicon.load(self._lexicon)
        documents = read_documents(store, self._queries, read_spoken(self._lexicon))
        morphology = Morphology.load(tables.words)
        morphology.remember()
        learned = learn_names(tables, morphology, documents)
        reader, said = Analyser(learned, morphology), load_sayings(self._lexicon).texts()
        lexicon = replace(learned, phrases=reader.phrases(), said=reader.said(said))
        digest = hashlib.sha256("\n".join((tables.digest, *said)).encode()).hexdigest()
        analyser = Analyser(lexicon, morphology)
        content = documents_bytes(documents)
        (directory / DOCUMENTS_FILE).write_bytes(content)
        (directory / FORMAT_FILE).write_text(FORMAT, "utf-8")
        (directory / LEXICON_FILE).write_bytes(lexicon.to_json())
        (directory / FACETS_FILE).write_bytes(_facet_labels(documents))
        for folder in (SUGGEST_FOLDER, INDEX_FOLDER):
            (directory / folder).mkdir()
        with beside(lambda: Suggester.of(documents, analyser).write(directory / SUGGEST_FOLDER)) as suggested:
            write_index(directory / INDEX_FOLDER, documents, analyser, self._progress)
            suggested()
        return ArtifactRecord(
            name=self.name,
            identity=_identity(FORMAT, kiwi_version(), digest, content),
            counts={"documents": len(documents), "words": len(lexicon.words), "synonyms": len(lexicon.synonyms)},
            versions={"kiwi": kiwi_version(), "whoosh": whoosh_version(), "lexicon": digest, "format": FORMAT},
        )

    def faults(self, directory: Path, record: Mapping[str, Any]) -> Iterator[Fault]:
        """Read documents and index back and compare them with their record."""
        content, versions = (directory / DOCUMENTS_FILE).read_bytes(), record["versions"]
        try:
            held = indexed_documents(directory / INDEX_FOLDER)
        except UNREADABLE as error:
            yield Fault(f"{directory.parent.name[:12]}/{directory.name}", 0, "snapshot.part-unreadable", {"detail": type(error).__name__})
            return
        found = _identity(versions["format"], versions["kiwi"], versions["lexicon"], content)
        yield from counts_fault(directory, record, found, {"documents": held})


def _identity(form: str, kiwi: str, lexicon: str, documents: bytes) -> str:
    return hashlib.sha256(f"{form}\n{kiwi}\n{lexicon}\n".encode() + documents).hexdigest()


def _facet_labels(documents: tuple[Document, ...]) -> bytes:
    labels: dict[str, dict[str, str]] = {}
    for document in documents:
        for facet, values in (document.facets or {}).items():
            labels.setdefault(facet, {}).update({label.value: label.label for label in values})
    return json.dumps(labels, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
