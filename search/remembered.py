"""What was asked of a cluster about an index that never changes, remembered: documents, what is shown of them, and counts of terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from search.cluster import Cluster
from search.fields import StoredDocument
from search.opensearch_query import in_texts, term
from search.window import Candidate

MOST_COUNTS, MOST_SHOWN, MOST_CANDIDATES = 65_536, 2048, 2048
"""A candidate takes some 20 KB of memory when all its fields are counted."""


class Remembered:
    """Reads documents and counts of one index. Threads may share it: what two of them ask at once is the same."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster, self._index = cluster, index
        self._counts: dict[tuple[str, str], int] = {}
        self._known: dict[str, bool] = {}
        self._shown: dict[str, StoredDocument] = {}
        self._candidates: dict[str, Candidate] = {}

    def knows(self, word: str) -> bool:
        """Say whether some text of the index has a word."""
        if word not in self._known:
            (answer,) = self._cluster.searches(self._index, [{"size": 0, "query": in_texts(word)}])
            self._known = _room(self._known, MOST_COUNTS) | {word: bool(answer["hits"]["total"]["value"])}
        return self._known[word]

    def candidates(self, documents: Iterable[str]) -> list[Candidate]:
        """Return documents with their tokens, by their ids; those that are new are asked for at once."""
        wanted = sorted(set(documents))
        held = self._candidates
        missing = [one for one in wanted if one not in held]
        if missing:
            rows = self._read(missing, {"excludes": ["stored"]})
            held = _room(held, MOST_CANDIDATES, wanted) | {row["id"]: Candidate(row) for row in rows}
            self._candidates = held
        return [held[one] for one in wanted if one in held]

    def shown(self, document: str) -> StoredDocument:
        """Return what is shown of a document."""
        return self.show([document])[document]

    def show(self, documents: Iterable[str]) -> Mapping[str, StoredDocument]:
        """Return what is shown of documents, by their ids, and perhaps of others."""
        wanted = sorted(set(documents))
        held = self._shown
        missing = [one for one in wanted if one not in held]
        if missing:
            rows = self._read(missing, ["id", "stored"])
            held = _room(held, MOST_SHOWN, wanted) | {row["id"]: StoredDocument(row["stored"]) for row in rows}
            self._shown = held
        return held

    def count(self, terms: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """Return how many documents have each term in a field, and perhaps other counts."""
        wanted = sorted(set(terms))
        held = self._counts
        missing = [one for one in wanted if one not in held]
        if missing:
            filters = [term(field, word) for field, word in missing]
            (answer,) = self._cluster.searches(self._index, [{"size": 0, "aggs": {"terms": {"filters": {"filters": filters}}}}])
            buckets = answer["aggregations"]["terms"]["buckets"]
            counts = {one: int(bucket["doc_count"]) for one, bucket in zip(missing, buckets, strict=True)}
            held = _room(held, MOST_COUNTS, wanted) | counts
            self._counts = held
        return held

    def _read(self, documents: list[str], fields: Any) -> list[Mapping[str, Any]]:
        body = {"size": len(documents), "query": {"terms": {"id": documents}}, "_source": fields}
        (answer,) = self._cluster.searches(self._index, [body])
        return [hit["_source"] for hit in answer["hits"]["hits"]]


def _room(held: dict[Any, Any], most: int, needed: Iterable[Any] = ()) -> dict[Any, Any]:
    """Return what is held, or only what is needed of it when it has grown too large."""
    return held if len(held) < most else {one: held[one] for one in needed if one in held}
