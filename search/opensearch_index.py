"""The index of a snapshot in an OpenSearch cluster: written once beside the one in use, counted, then put in its place.

A snapshot's index is asked for by an alias that its identity names, so that machines which serve different snapshots share a cluster. The
tokens are those of Kiwi that the index in the snapshot has, joined by spaces; nothing is analysed over there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from kg.errors import SearchUnavailable
from search.analysis import Analyser
from search.cluster import Cluster, lines
from search.documents import TEXT_FIELDS, Document
from search.fields import K1, LENGTH_COUNTS, B, FieldReader
from search.letters import compact
from search.model import TYPE_FACET
from search.ranking import LINKED, NAME_PAIRS, TEXT_PAIRS

PREFIX = "itda-"
FORM = "1"
"""Of what is kept in a cluster; an index of another one is loaded again."""
ALL = "all"
LETTERS = "letters_"
AGES = ("ages", "group_ages")
EXACT = ("exact_name", "exact_alias", "exact_initials")
COUNTED = (*TEXT_FIELDS, NAME_PAIRS, TEXT_PAIRS, "name_strokes", "name_initials")
"""Fields of words or letters, of which how often and how long counts."""
_BATCH = 500
_LONGEST = 8000
_FARTHEST = 20_000
_GAP = 100


def alias_of(identity: str) -> str:
    """Return the name under which the index of a search artifact is asked for."""
    return f"{PREFIX}{identity[:16]}"


def load_index(
    cluster: Cluster,
    documents: tuple[Document, ...],
    analyser: Analyser,
    identity: str,
    *,
    shards: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> str:
    """Load all documents into a new index, and let the alias point to it once it holds exactly them; return the new index's name.

    Whatever fails, the alias points to what it pointed to before and the new index is taken away. A replica is kept where there are two
    nodes.

    Raises:
        SearchUnavailable: the cluster fails, or does not hold what was sent.
    """
    alias = alias_of(identity)
    name = f"{alias}-{time.time_ns():x}"
    rows = _rows(documents, analyser)
    lengths: Counter[str] = Counter()
    cluster.change("PUT", f"/{name}", {"settings": _settings(shards), "mappings": _mappings(documents)})
    try:
        for number, batch in enumerate(iter(lambda: tuple(islice(rows, _BATCH)), ())):
            for _, row in batch:
                lengths.update({field: len(row[field].split(" ")) for field in COUNTED if field in row})
            sent = lines(one for key, row in batch for one in ({"index": {"_id": key}}, row))
            if cluster.change("POST", f"/{name}/_bulk", sent)["errors"]:
                raise SearchUnavailable("search.other-index", detail=f"{name}: refused documents")
            progress(min(len(documents), (number + 1) * _BATCH), len(documents))
        about = {"identity": identity, "form": FORM, "documents": len(documents), "lengths": dict(lengths)}
        cluster.change("PUT", f"/{name}/_mapping", {"_meta": about})
        cluster.change("PUT", f"/{name}/_settings", {"index": {"refresh_interval": "1h", "blocks": {"write": True}}})
        cluster.change("POST", f"/{name}/_forcemerge", max_num_segments=1)
        cluster.change("POST", f"/{name}/_refresh")
        held = cluster.change("GET", f"/{name}/_count")["count"]
        if held != len(documents):
            raise SearchUnavailable("search.other-index", detail=f"{name}: {held}/{len(documents)}")
    except SearchUnavailable:
        cluster.change("DELETE", f"/{name}", ignore_unavailable="true")
        raise
    before = [one for one in _indexes(cluster, f"{alias}-*") if one != name]
    moves = [{"remove": {"index": one, "alias": alias, "must_exist": False}} for one in before] + [{"add": {"index": name, "alias": alias}}]
    cluster.change("POST", "/_aliases", {"actions": moves})
    for one in before:
        cluster.change("DELETE", f"/{one}", ignore_unavailable="true")
    return name


def drop_others(cluster: Cluster, identities: tuple[str, ...]) -> list[str]:
    """Take away the indexes of all snapshots but those whose search artifacts have these identities; return their names."""
    kept = tuple(f"{alias_of(one)}-" for one in identities)
    gone = [name for name in _indexes(cluster, f"{PREFIX}*") if not name.startswith(kept)]
    for name in gone:
        cluster.change("DELETE", f"/{name}", ignore_unavailable="true")
    return gone


def _indexes(cluster: Cluster, pattern: str) -> list[str]:
    return sorted(cluster.change("GET", f"/{pattern}/_alias", allow_no_indices="true"))


def _rows(documents: tuple[Document, ...], analyser: Analyser) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the fields of each document."""
    fold = analyser.lexicon.fold
    reader = FieldReader(fold, analyser.index_tokens)
    known = {document.id for document in documents}
    for document in documents:
        fields: Mapping[str, Any] = reader.fields(document)
        row = {name: " ".join(value) if name in COUNTED else value for name, value in fields.items()}
        row[ALL] = " ".join(sorted({word for name in TEXT_FIELDS for word in fields.get(name, ())}))
        row |= {LETTERS + name: [" ".join(compact(fold(text))) for text in texts] for name, texts in document.texts().items() if texts}
        row["id"] = document.id
        row[LINKED] = [other for other in document.linked if other in known]
        row["prominent"] = document.prominent
        yield document.id, row


def _settings(shards: int) -> dict[str, Any]:
    similarity = {name: {"type": "BM25", "k1": K1, "b": LENGTH_COUNTS.get(f"{name}_B", B)} for name in COUNTED}
    return {
        "index": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "-1",
            "max_result_window": _FARTHEST,
            "similarity": similarity,
        }
    }


def _mappings(documents: tuple[Document, ...]) -> dict[str, Any]:
    words = {"type": "text", "analyzer": "whitespace"}
    bare = {**words, "norms": False, "index_options": "docs"}
    held = {"type": "keyword", "index": False, "doc_values": False}
    fields: dict[str, Any] = {name: {**words, "index_options": "freqs", "similarity": name} for name in COUNTED}
    fields |= {name: {"type": "keyword", "ignore_above": _LONGEST, "doc_values": False} for name in EXACT}
    fields |= {name: {"type": "keyword", "doc_values": False} for name in AGES}
    fields |= {name: held for name in (LINKED, "names", "stored")}
    fields |= {ALL: bare, "id": {"type": "keyword"}, "prominent": {"type": "boolean"}}
    facets = {TYPE_FACET} | {name for document in documents for name in document.facets or ()}
    fields |= {f"facet_{name}": {"type": "keyword"} for name in facets}
    letters = {**words, "norms": False, "position_increment_gap": _GAP}
    return {
        "dynamic": "strict",
        "_source": {"excludes": [ALL, f"{LETTERS}*"]},
        "properties": fields | {LETTERS + name: letters for name in TEXT_FIELDS},
    }
