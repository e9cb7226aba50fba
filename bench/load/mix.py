"""What citizens ask, in the shares of a working day: half searches, a third programmes, the rest centres, groups and some queries."""

from __future__ import annotations

import random
from urllib.parse import quote

from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot
from kg.vocab import ID
from web.links import id_of

SHARES = (("search", 50), ("program", 30), ("place", 15), ("query", 5))
QUERIES = (
    "SELECT ?s ?l WHERE {{ ?s a kj:Program ; skos:prefLabel ?l . FILTER(STRLEN(STR(?l)) > {n}) }} LIMIT 20",
    "SELECT (COUNT(*) AS ?n) WHERE {{ ?s kj:serves ?g . FILTER(STR(?s) != '{n}') }}",
    "ASK {{ ?s skos:prefLabel ?l . FILTER(STRLEN(STR(?l)) = {n}) }}",
)


NAMED = f"""
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?kind ?thing ?name WHERE {{ ?thing a ?kind ; skos:prefLabel ?name . FILTER(LANG(?name) = "ko" && STRSTARTS(STR(?thing), "{ID}")) }}
"""


class Mix:
    """Requests over one snapshot; the same seed gives the same requests."""

    def __init__(self, snapshot: Snapshot, seed: int) -> None:
        self._random = random.Random(seed)
        with OxigraphStore.open(snapshot.store_path) as store:
            rows = store.select(NAMED).rows
        named = sorted({(row["kind"].value.rpartition("#")[2], row["thing"].value, row["name"].value) for row in rows})
        self._programs = [iri for kind, iri, _ in named if kind == "Program"]
        self._places = [iri for kind, iri, _ in named if kind in ("Center", "Facility") or "/kr/group/" in iri]
        self._words = sorted({word for _, _, name in named for word in name.split() if len(word) > 1})

    def unique(self, count: int) -> list[str]:
        """Return requests of which no two are the same: searches of two or three words, pages with an unused parameter."""
        return [self._one(number) for number in range(count)]

    def popular(self, count: int, distinct: int = 2000) -> list[str]:
        """Return requests of which few are asked for often and many seldom (Zipf)."""
        known = [self._one(number % 50) for number in range(distinct)]
        weights = [1 / rank for rank in range(1, distinct + 1)]
        return self._random.choices(known, weights, k=count)

    def _one(self, number: int) -> str:
        kinds, shares = zip(*SHARES, strict=True)
        (kind,) = self._random.choices(kinds, shares)
        if kind == "search":
            words = " ".join(self._random.sample(self._words, self._random.choice((1, 2, 2, 3))))
            return f"/search?q={quote(words[:100])}&n={number}"
        if kind == "query":
            return f"/sparql?query={quote(self._random.choice(QUERIES).format(n=number))}"
        found = self._random.choice(self._programs if kind == "program" else self._places)
        return f"/id/{quote(id_of(found))}?n={number}"
