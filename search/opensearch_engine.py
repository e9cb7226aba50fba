"""`SearchEngine` on an OpenSearch cluster that holds a snapshot's index; see decision 23.

The cluster says what matches, counts it exactly and draws candidates; the candidates are scored here, by the formula that scores the index
in the snapshot, with the counts of all documents. Names to suggest are in the snapshot and need no cluster.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kg.errors import SearchUnavailable, SnapshotCorrupt
from search import opensearch_query as dsl
from search.analysis import Analyser
from search.answering import Parts, hit_of, meant_name, wider_searches, without_unknown
from search.cluster import Cluster
from search.letters import initial_pairs
from search.model import Facet, FacetValue, Hit, Page, Query, Relaxation, Suggestion
from search.opensearch_index import FORM, alias_of
from search.postings import Flags
from search.ranking import FORMULA, KIND_FIELD, NAME_PAIRS, TEXT_PAIRS, Formula
from search.remembered import Remembered
from search.understanding import Understanding, understand
from search.window import Corpus, Window, WindowRanking

CANDIDATES = 100
"""Documents of which the order is decided here; those after them come as the cluster scores them."""
_CHECK_S = 1.0
_CHECKED_S = 2.0


class Found(Struct, frozen=True):
    """What a query matches: the ranking of its candidates, the ids of what the best are linked with, and what matches besides."""

    ranking: WindowRanking
    window: Window
    linked: frozenset[str]
    matched: dsl.Clause
    having: Sequence[int]


class OpenSearchSearch:
    """Searches one snapshot on a cluster. Safe in threads and after a fork. Nothing is asked before the first search."""

    def __init__(self, cluster: Cluster, identity: str, parts: Parts, *, formula: Formula = FORMULA, candidates: int = CANDIDATES) -> None:
        self.analyser: Analyser = parts.analyser
        self.is_down = False
        self._cluster, self._identity, self._parts = cluster, identity, parts
        self._formula, self._candidates = formula, candidates
        self._alias = alias_of(identity)
        self._about: tuple[Corpus, tuple[str, ...]] | None = None
        self._trouble: tuple[float, SearchUnavailable | None] = (0.0, None)
        self._remembered = Remembered(cluster, self._alias)

    @classmethod
    def open(cls, directory: Path, identity: str, cluster: Cluster, analyser: Analyser | None = None) -> OpenSearchSearch:
        """Open what a snapshot holds of its search; the cluster is asked later, so that the rest is served while it is away.

        Args:
            directory: The artifact's folder in the snapshot.
            identity: The artifact's identity in the manifest.
            cluster: Where `search.opensearch_index.load_index` loaded it.
            analyser: One that is loaded already; used when its lexicon is this snapshot's.
        Raises:
            SnapshotCorrupt: a file is missing or cannot be read; facts `path`, `detail`.
        """
        try:
            return cls(cluster, identity, Parts.read(directory, analyser))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotCorrupt(path=str(directory), detail=f"{type(error).__name__}: {error}") from error

    def search(self, query: Query) -> Page:
        """Return the page of hits for `query`; see `search.engine.SearchEngine`.

        Raises:
            SearchUnavailable: the cluster does not answer whole and in time, or has not this snapshot's index.
        """
        try:
            page = self._page(query)
        except SearchUnavailable as error:
            self.is_down, self._about = True, None  # what comes back may be another index
            self._trouble = time.monotonic(), error
            raise
        self.is_down = False
        return page

    def _page(self, query: Query) -> Page:
        self._check()
        understanding = understand(query.text, self.analyser, self)
        if understanding.is_empty:
            return Page(0, (), (), (), None)
        found = self._find(understanding)
        total, facets, kept, found = self._narrow(found, understanding, query)
        hits = self._hits(found, understanding, query, kept, total)
        ranking = found.ranking
        meant = None if ranking.is_understood else meant_name(ranking, understanding, found.window)
        wider = self._without_unknown(query, ranking) if total else self._relaxations(query, understanding)
        said = tuple(demand.said for demand, _ in understanding.demands)
        return Page(total, hits, facets, understanding.shown(), meant, understanding.read_as, wider, said)

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return names that start with `text`; the cluster is not asked."""
        return self._parts.suggester.find(text, limit, self.analyser.lexicon)

    def trouble(self) -> SearchUnavailable | None:
        """Return why the next search would fail, None when all is well; what was found is believed for two seconds."""
        checked, trouble = self._trouble
        if time.monotonic() > checked + _CHECKED_S:
            trouble = None
            try:
                self._read_about()
            except SearchUnavailable as error:
                trouble = error
            self.is_down, self._trouble = trouble is not None, (time.monotonic(), trouble)
        return trouble

    def close(self) -> None:
        """Close the connections of this process."""
        self._cluster.close()

    def _check(self) -> tuple[Corpus, tuple[str, ...]]:
        """Return what is true of the whole index, which must be this snapshot's."""
        if self._about is None:
            self._about = self._read_about()
        return self._about

    def _read_about(self) -> tuple[Corpus, tuple[str, ...]]:
        found = self._cluster.ask("GET", f"/{self._alias}/_mapping", deadline_s=_CHECK_S)
        held = self._cluster.searches(self._alias, [{"size": 0}])[0]["hits"]["total"]["value"]
        try:
            return self._read(found, held)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._cluster.unreadable(error) from None

    def _read(self, found: Any, held: int) -> tuple[Corpus, tuple[str, ...]]:
        (index,) = found.values() if len(found) == 1 else ({"mappings": {}},)
        about = index["mappings"].get("_meta", {})
        if (about.get("identity"), about.get("form"), about.get("documents")) != (self._identity, FORM, held):
            detail = f"{self._alias}: {str(about.get('identity'))[:16]}, {held}/{about.get('documents')}"
            raise SearchUnavailable("search.other-index", detail=detail)
        lengths = {field: (length / held if held else 0.0) or 1.0 for field, length in about["lengths"].items()}
        facets = sorted(name.removeprefix(dsl.FACET) for name in index["mappings"]["properties"] if name.startswith(dsl.FACET))
        return Corpus(held, lengths), tuple(facets)

    def knows(self, term: str) -> bool:
        """Say whether some text has the term; see `search.typed.Vocabulary`."""
        return self._remembered.knows(term)

    def _find(self, understanding: Understanding) -> Found:
        """Return the candidates of a query, scored, and what the best of them are linked with."""
        matched = dsl.matching(understanding, self._formula)
        scored = dsl.weighed(understanding, self._formula, matched)
        covering = {"size": 0, "aggs": {"having": {"filters": {"filters": dsl.covering(understanding, self._formula)}}}}
        first, counts = self._cluster.searches(self._alias, [self._drawing(scored), covering])
        having = [bucket["doc_count"] for bucket in counts["aggregations"]["having"]["buckets"]]
        if not first["hits"]["total"]["value"]:
            matched = dsl.last_resort(understanding, self._formula)
            (first,) = self._cluster.searches(self._alias, [self._drawing({"bool": {"must": [matched]}})])
        return self._ranked(_ids(first), understanding, matched, having)

    def _ranked(self, documents: Iterable[str], understanding: Understanding, matched: dsl.Clause, having: Sequence[int]) -> Found:
        corpus, _ = self._check()
        window = Window(self._remembered.candidates(documents), corpus, self._remembered.shown)
        window.counts = self._remembered.count(self._terms(understanding, window))
        ranking = WindowRanking(understanding, window, self._formula, having)
        linked = {other for number in ranking.givers for other in window.candidates[number].linked}
        return Found(ranking, window, frozenset(linked), matched, having)

    def _narrow(self, found: Found, understanding: Understanding, query: Query) -> tuple[int, tuple[Facet, ...], frozenset[str], Found]:
        """Return how many hits are kept, the facets, the ids of the candidates that are kept, and the ranking with linked things in it."""
        _, facets = self._check()
        chosen = query.chosen()
        needed = [*dsl.demanded(understanding.demands), *dsl.chosen_facets(chosen)]
        both = dsl.matching(understanding, self._formula, found.linked) if found.linked else found.matched
        counts = {"size": 0, "query": dsl.narrowed(both, dsl.demanded(understanding.demands)), "aggs": dsl.counted(facets, chosen)}
        absent = sorted(other for other in found.linked if found.window.number(other) is None)
        searches: list[Mapping[str, Any]] = [counts, self._drawing(dsl.narrowed({"terms": {"id": absent}}, needed))]
        if needed:
            searches.append(self._drawing(dsl.narrowed(dsl.weighed(understanding, self._formula, found.matched), needed)))
        counted, linked, *drawn = self._cluster.searches(self._alias, searches)
        seen = frozenset(one for answer in (linked, *drawn) for one in _ids(answer))
        wider = seen | {one.id for one in found.window.candidates}
        kept = seen if needed else wider
        if len(wider) > found.window.size:
            found = self._ranked(wider, understanding, found.matched, found.having)
        return counted["aggregations"]["kept"]["doc_count"], self._facets(counted["aggregations"]), kept, found

    def _hits(self, found: Found, understanding: Understanding, query: Query, kept: frozenset[str], total: int) -> tuple[Hit, ...]:
        """Return the hits of a page: the candidates by their scores, then the others as the cluster scores them."""
        window, ranking = found.window, found.ranking
        flags: Flags = ranking.matched.copy()
        for number, one in enumerate(window.candidates):
            flags[number] &= one.id in kept
        ordered = ranking.first(flags, 0, min(query.offset + query.limit, window.size))
        page = ordered[query.offset :]
        self._remembered.show(window.candidates[number].id for number in page)
        hits = tuple(hit_of(number, ranking, understanding, window) for number in page)
        left = min(query.offset + query.limit, total) - query.offset - len(hits)
        return hits if left <= 0 else (*hits, *self._after(found, understanding, query, max(0, query.offset - len(ordered)), left))

    def _after(self, found: Found, understanding: Understanding, query: Query, start: int, count: int) -> Iterator[Hit]:
        """Yield hits that are no candidates, in the order of the cluster, each with a score below those before it."""
        formula, kept = self._formula, [*dsl.demanded(understanding.demands), *dsl.chosen_facets(query.chosen())]
        both = dsl.matching(understanding, formula, found.linked) if found.linked else found.matched
        known = {"bool": {"must_not": [{"terms": {"id": [one.id for one in found.window.candidates]}}]}}
        body = self._drawing(dsl.weighed(understanding, formula, dsl.narrowed(both, [*kept, known])))
        (answer,) = self._cluster.searches(self._alias, [{**body, "from": start, "size": count}])
        rest = self._ranked(_ids(answer), understanding, found.matched, found.having)
        matched = found.ranking.scores[found.ranking.matched]
        lowest = float(matched.min()) if len(matched) else 1.0
        self._remembered.show(one.id for one in rest.window.candidates)
        for place, hit in enumerate(answer["hits"]["hits"], start + 1):
            number = rest.window.number(hit["_id"])
            assert number is not None
            yield replace(hit_of(number, rest.ranking, understanding, rest.window), score=round(lowest / (1 + place), 6))

    def _facets(self, counts: Mapping[str, Any]) -> tuple[Facet, ...]:
        facets = []
        for name in self._check()[1]:
            labels = self._parts.labels.get(name, {})
            buckets = counts[dsl.FACET + name]["values"]["buckets"]
            values = [FacetValue(one["key"], labels.get(one["key"]), one["doc_count"]) for one in buckets]
            facets.append(Facet(name, tuple(sorted(values, key=lambda value: (-value.count, value.label or "", value.value)))))
        return tuple(facet for facet in facets if facet.values)

    def _drawing(self, query: dsl.Clause) -> dict[str, Any]:
        order = [{"_score": "desc"}, {"id": "asc"}]
        return {"size": self._candidates, "query": query, "sort": order, "_source": False}

    def _relaxations(self, query: Query, understanding: Understanding) -> tuple[Relaxation, ...]:
        """Return the searches with one demand or one facet less, or with none at all, that find something."""
        found = [Relaxation(one.text, facet, self._total(one)) for one, facet in wider_searches(query, understanding)]
        return tuple(sorted((one for one in found if one.total), key=lambda one: -one.total))

    def _without_unknown(self, query: Query, ranking: WindowRanking) -> tuple[Relaxation, ...]:
        """Return the search without the words that nothing has, if there are such and others."""
        less = without_unknown(query, ranking)
        total = self._total(less) if less else 0
        return (Relaxation(less.text, "", total),) if less and total else ()

    def _total(self, query: Query) -> int:
        understanding = understand(query.text, self.analyser, self)
        return 0 if understanding.is_empty else self._narrow(self._find(understanding), understanding, query)[0]

    def _terms(self, query: Understanding, window: Window) -> set[tuple[str, str]]:
        """Return the fields and terms that score a candidate."""
        wanted = {(field, one.term) for concept in query.concepts for one in concept.variants for field in self._formula.places(one)}
        wanted |= {(field, pair) for field in (NAME_PAIRS, TEXT_PAIRS) for pair in query.pairs}
        wanted |= {("name_strokes", three) for three in query.strokes} | {(KIND_FIELD, kind) for kind, _ in query.kinds}
        wanted |= {("name_initials", pair) for piece in query.initials for pair in initial_pairs(piece)}
        wanted |= {(field, query.letters) for field in self._formula.exact} | {("exact_initials", one) for one in query.initials}
        return {one for one in wanted if window.has(*one)}


def _ids(answer: Mapping[str, Any]) -> list[str]:
    return [hit["_id"] for hit in answer["hits"]["hits"]]
