"""Searches from the command line: the answer of `/api/search` as data, or rows for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from kg.errors import QueryRejected
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.display import Display
from kg.store.reader.source import Source
from kg.store.snapshot import Snapshot
from search.letters import compact
from search.model import Page, Query, Reason
from web.opening import SearchOpener

_TOLD = ("synonym", "age", "linked")
_EVIDENT = ("name", "word", "part")


class Finder:
    """Searches one snapshot."""

    def __init__(self, settings: Settings, snapshot: Snapshot) -> None:
        self._engine = SearchOpener(settings)(snapshot.path)
        with OxigraphStore.open(snapshot.store_path) as store:
            kinds = Display(Source(store, QueryLibrary.load(settings.ontology / "queries"))).kinds.values()
            self._kinds = {kind.word: kind for kind in kinds}

    def find(self, text: str, types: Sequence[str], limit: int) -> Page:
        """Search for a text.

        Raises:
            QueryRejected: one of the types is no type word; code `query.unknown-type`, facts `name`, `nearest`.
        """
        for word in types:
            if word not in self._kinds:
                near = get_close_matches(word, self._kinds, n=1, cutoff=0.3)
                raise QueryRejected("query.unknown-type", name=word, nearest=near[0] if near else "")
        return self._engine.search(Query(text=text, types=tuple(types), limit=limit))

    def rows(self, page: Page, language: str) -> Iterator[list[str]]:
        """Yield for each hit its name, its kind in a language, a stretch of its text, how the words found it, and its IRI."""
        for hit in page.hits:
            ways = dict.fromkeys(f"{why.query} → {why.term}" for why in hit.why if why.kind in _TOLD and not is_evident(why))
            kind = self._kinds[hit.type].label(language).value if hit.type in self._kinds else hit.type
            yield [hit.name, kind, "".join(piece.text for piece in hit.snippet), "; ".join(ways), hit.id]


def is_evident(reason: Reason) -> bool:
    """Say whether a reader sees a reason: the word itself is marked, and a name in another script than the words typed explains nothing."""
    typed = compact(reason.query)
    akin = reason.term in typed or typed in reason.term or reason.term.isascii() > typed.isascii()
    return reason.kind in _EVIDENT or (reason.kind == "synonym" and akin)


def as_data(text: str, page: Page) -> dict[str, Any]:
    """Return a page of hits as `/api/search` gives it, without what only a site has: addresses and marked snippets."""
    return {
        "query": {"text": text, "understood": understood(page)},
        "total": page.total,
        "results": [
            {
                "id": hit.id,
                "name": hit.name,
                "type": hit.type,
                "snippet": "".join(piece.text for piece in hit.snippet),
                "score": hit.score,
                "why": [{"kind": r.kind, "field": r.field, "query": r.query, "term": r.term} for r in hit.why],
            }
            for hit in page.hits
        ],
        "facets": {facet.name: [{"value": v.value, "label": v.label, "count": v.count} for v in facet.values] for facet in page.facets},
        "didYouMean": page.did_you_mean,
    }


def understood(page: Page) -> dict[str, Any]:
    """Return how a query was read, as `/api/search` gives it."""
    return {
        "words": [
            {"text": idea.text, "terms": [{"term": t.term, "kind": t.kind, "weight": t.weight} for t in idea.terms]}
            for idea in page.understood
        ],
        "demands": list(page.demands),
        "wider": [{"text": one.text, "without": one.without or None, "total": one.total} for one in page.relaxations],
        "readAs": [{"typed": typed, "read": read} for typed, read in page.read_as],
    }
