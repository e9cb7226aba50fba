"""`SearchEngine` on the Whoosh index of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from kg.errors import SnapshotCorrupt, StoreUnavailable
from search.analysis import Analyser
from search.answering import PRINTED_FIELDS, Parts, hit_of, meant_name, wider_searches, without_unknown
from search.arrays import ArrayReader
from search.documents import TEXT_FIELDS
from search.fields import SEPARATOR
from search.letters import compact
from search.lexicon import Lexicon
from search.model import Facet, FacetValue, Page, Query, Relaxation, Suggestion
from search.operators import Demand
from search.postings import Flags, Reader
from search.ranking import FORMULA, NAME_PAIRS, TEXT_PAIRS, Formula, Ranking, rank
from search.suggest import Suggester
from search.understanding import Concept, Understanding, understand

INDEX_FOLDER = "index"
REMEMBERED_TEXTS = 4096


class WhooshSearch:
    """Searches one snapshot. Safe in threads and after a fork; loading Kiwi before the fork lets all processes share it."""

    def __init__(
        self,
        reader: Reader,
        analyser: Analyser,
        suggester: Suggester,
        labels: Mapping[str, Mapping[str, str]],
        *,
        formula: Formula = FORMULA,
    ) -> None:
        self.analyser = analyser
        self.is_down = False
        self._formula = formula
        self._reader = reader
        self._suggester = suggester
        self._labels = labels
        self._letters = lru_cache(REMEMBERED_TEXTS)(self._read_letters)

    @classmethod
    def open(cls, directory: Path, analyser: Analyser | None = None) -> WhooshSearch:
        """Open what `search.index.IndexBuilder` wrote.

        Args:
            directory: The artifact's folder in the snapshot.
            analyser: One that is loaded already; used when its lexicon is this snapshot's, else a new one is loaded.
        Raises:
            SnapshotCorrupt: a file is missing or cannot be read; facts `path`, `detail`.
        """
        try:
            parts = Parts.read(directory, analyser)
            reader = ArrayReader(directory / INDEX_FOLDER)
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise SnapshotCorrupt(path=str(directory), detail=f"{type(error).__name__}: {error}") from error
        return cls(reader, parts.analyser, parts.suggester, parts.labels)

    def search(self, query: Query) -> Page:
        """Return the page of hits for `query`; see `search.engine.SearchEngine`."""
        understanding = understand(query.text, self.analyser, self._reader)
        if understanding.is_empty:
            return Page(0, (), (), (), None)
        ranking = rank(understanding, self._reader, self._formula)
        allowed = self._allowed(ranking, understanding)
        chosen = query.chosen()
        kept = self._kept(allowed, chosen)
        hits = tuple(hit_of(number, ranking, understanding, self._reader) for number in ranking.first(kept, query.offset, query.limit))
        meant = None if ranking.is_understood else meant_name(ranking, understanding, self._reader)
        wider = self._without_unknown(query, ranking) if kept.any() else self._relaxations(query, understanding)
        said = tuple(demand.said for demand, _ in understanding.demands)
        facets = self._facets(allowed, chosen)
        return Page(int(kept.sum()), hits, facets, understanding.shown(), meant, understanding.read_as, wider, said)

    def varied(self, formula: Formula, lexicon: Lexicon | None = None) -> WhooshSearch:
        """Return this engine with other numbers, or with a lexicon that knows less: what measuring each part needs."""
        analyser = self.analyser.knowing(lexicon) if lexicon else self.analyser
        return WhooshSearch(self._reader, analyser, self._suggester, self._labels, formula=formula)

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return names that start with `text`; see `search.engine.SearchEngine`."""
        return self._suggester.find(text, limit, self.analyser.lexicon)

    def trouble(self) -> StoreUnavailable | None:
        """Return None: the index is a part of the snapshot, which is verified as a whole."""
        return None

    def close(self) -> None:
        """Close the index files of this process; only when no thread searches any more."""
        self._reader.close()

    def _allowed(self, ranking: Ranking, understanding: Understanding) -> Flags:
        """Return which documents match and meet every demand."""
        allowed = ranking.matched
        for demand, ideas in understanding.demands:
            allowed = allowed & self._meeting(demand, ideas)
        return allowed

    def _meeting(self, demand: Demand, ideas: tuple[Concept, ...]) -> Flags:
        """Return which documents meet a demand."""
        fields = demand.fields or PRINTED_FIELDS
        if demand.is_phrase or demand.sort == "without":
            held = self._holding(compact(demand.text), fields)
            return ~held if demand.sort == "without" else held
        met = np.ones(self._reader.size, np.bool_)
        for idea in ideas:
            having = np.zeros_like(met)
            for variant in idea.variants:
                for field in fields:
                    having[self._reader.find(field, variant.term).numbers] = True
            met &= having
        return met

    def _holding(self, letters: str, fields: Iterable[str]) -> Flags:
        """Return which documents have the letters one after another in one of the fields."""
        pairs = [f"{left}{right}" for left, right in pairwise(letters)] or [letters]
        possible = np.ones(self._reader.size, np.bool_)
        for pair in pairs if len(letters) > 1 else ():
            having = np.zeros_like(possible)
            for name in (NAME_PAIRS, TEXT_PAIRS):
                having[self._reader.find(name, pair).numbers] = True
            possible &= having
        for number in np.flatnonzero(possible):
            held = self._letters(int(number))
            possible[number] = any(letters in held[field] for field in fields)
        return possible

    def _read_letters(self, number: int) -> Mapping[str, str]:
        """Return the letters of each field of a document; those of one string end with its line."""
        stored = self._reader.stored(number)
        fold = self.analyser.lexicon.fold
        return {field: "\n".join(compact(fold(part)) for part in stored.text(field).text.split(SEPARATOR)) for field in TEXT_FIELDS}

    def _relaxations(self, query: Query, understanding: Understanding) -> tuple[Relaxation, ...]:
        """Return the searches with one demand or one facet less, or with none at all, that find something."""
        found = [Relaxation(one.text, facet, self._total(one)) for one, facet in wider_searches(query, understanding)]
        return tuple(sorted((one for one in found if one.total), key=lambda one: -one.total))

    def _without_unknown(self, query: Query, ranking: Ranking) -> tuple[Relaxation, ...]:
        """Return the search without the words that nothing has, if there are such and others."""
        less = without_unknown(query, ranking)
        total = self._total(less) if less else 0
        return (Relaxation(less.text, "", total),) if less and total else ()

    def _total(self, query: Query) -> int:
        understanding = understand(query.text, self.analyser, self._reader)
        if understanding.is_empty:
            return 0
        ranking = rank(understanding, self._reader, self._formula)
        return int(self._kept(self._allowed(ranking, understanding), query.chosen()).sum())

    def _kept(self, matched: Flags, chosen: Mapping[str, frozenset[str]], but: str = "") -> Flags:
        kept = matched
        for name, values in chosen.items():
            if name != but:
                facet = self._reader.facets.get(name)
                kept = kept & facet.having(values, len(kept)) if facet else np.zeros_like(kept)
        return kept

    def _facets(self, matched: Flags, chosen: Mapping[str, frozenset[str]]) -> tuple[Facet, ...]:
        facets = []
        for name, column in sorted(self._reader.facets.items()):
            labels = self._labels.get(name, {})
            counts = column.counts(self._kept(matched, chosen, but=name))
            values = [FacetValue(value, labels.get(value), count) for value, count in counts.items()]
            facets.append(Facet(name, tuple(sorted(values, key=lambda value: (-value.count, value.label or "", value.value)))))
        return tuple(facet for facet in facets if facet.values)
