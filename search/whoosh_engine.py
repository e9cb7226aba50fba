"""`SearchEngine` on the Whoosh index of a snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import pairwise
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
from whoosh.index import IndexError as WhooshIndexError

from kg.errors import SnapshotCorrupt
from search.analysis import Analyser
from search.documents import TEXT_FIELDS
from search.jamo import keystrokes
from search.letters import compact
from search.lexicon import Lexicon
from search.model import TYPE_FACET, Facet, FacetValue, Hit, Page, Query, Reason, Relaxation, Suggestion
from search.operators import Demand
from search.postings import Flags, Reader
from search.ranking import FORMULA, NAME_PAIRS, TEXT_PAIRS, Formula, Ranking, likeness, rank
from search.snippets import cut
from search.suggest import Suggester
from search.understanding import Concept, Understanding, understand
from search.whoosh_index import SEPARATOR, WhooshReader

LEXICON_FILE = "lexicon.json"
SUGGEST_FILE = "suggest.json"
FACETS_FILE = "facets.json"
FORMAT_FILE = "format.txt"
FORMAT = "8"
"""Of what is kept of documents; an index of another one has to be built again."""
INDEX_FOLDER = "index"
MOST_NEAR_NAMES = 20
LEAST_ALIKE = 0.6
MOST_DEMANDS_RELAXED = 5
LONGEST_PARTICLE = 3
REMEMBERED_TEXTS = 4096
PRINTED_FIELDS = tuple(name for name in TEXT_FIELDS if name != "spoken")
"""What is demanded has to be there to be read."""
SNIPPET_FIELDS = ("description", "details", "conditions", "audience", "places", "relations", "figures")


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
            if (found := (directory / FORMAT_FILE).read_text("utf-8")) != FORMAT:
                raise ValueError(f"format {found[:20]!r} instead of {FORMAT!r}")
            lexicon = Lexicon.from_json((directory / LEXICON_FILE).read_bytes())
            suggester = Suggester.from_json((directory / SUGGEST_FILE).read_bytes())
            labels = json.loads((directory / FACETS_FILE).read_bytes())
            reader = WhooshReader(directory / INDEX_FOLDER)
        except (OSError, ValueError, KeyError, TypeError, WhooshIndexError, UnpicklingError, EOFError) as error:
            raise SnapshotCorrupt(path=str(directory), detail=f"{type(error).__name__}: {error}") from error
        if analyser is None or analyser.lexicon != lexicon:
            analyser = Analyser.load(lexicon)
        return cls(reader, analyser, suggester, labels)

    def search(self, query: Query) -> Page:
        """Return the page of hits for `query`; see `search.engine.SearchEngine`."""
        understanding = understand(query.text, self.analyser, self._reader)
        if understanding.is_empty:
            return Page(0, (), (), (), None)
        ranking = rank(understanding, self._reader, self._formula)
        allowed = self._allowed(ranking, understanding)
        chosen = query.chosen()
        kept = self._kept(allowed, chosen)
        hits = tuple(self._hit(number, ranking, understanding) for number in ranking.first(kept, query.offset, query.limit))
        meant = None if ranking.is_understood else self._did_you_mean(ranking, understanding)
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
        wider = []
        for demand, _ in understanding.demands[:MOST_DEMANDS_RELAXED]:
            wider.append((replace(query, text=_without(query.text, demand)), ""))
        for facet in query.chosen():
            without = {name: values for name, values in query.filters.items() if name != facet}
            wider.append((replace(query, filters=without, types=() if facet == TYPE_FACET else query.types), facet))
        plain = reduce(_without, (demand for demand, _ in understanding.demands), query.text)
        if len(understanding.demands) > 1 and not query.chosen():
            wider.append((replace(query, text=plain), ""))
        found = [Relaxation(one.text, facet, self._total(one)) for one, facet in wider if one.text != query.text or facet]
        return tuple(sorted((one for one in found if one.total), key=lambda one: -one.total))

    def _without_unknown(self, query: Query, ranking: Ranking) -> tuple[Relaxation, ...]:
        """Return the search without the words that nothing has, if there are such and others."""
        unknown = ranking.unknown
        text = " ".join(filter(None, (_without_words(piece, unknown) for piece in query.text.split())))
        total = self._total(replace(query, text=text)) if text != query.text and len(compact(text)) > 1 else 0
        return (Relaxation(text, "", total),) if total else ()

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

    def _hit(self, number: int, ranking: Ranking, understanding: Understanding) -> Hit:
        document = self._reader.stored(number)
        reasons = ranking.reasons(number)
        if (other := ranking.linked_with(number)) is not None:
            reasons = (Reason("linked", "relations", understanding.letters, self._reader.stored(other).name), *reasons)
        by_spelling = bool(reasons) and all(reason.kind == "spelling" for reason in reasons)
        forms = frozenset(variant.term for concept in understanding.concepts for variant in concept.variants)
        shown = [text for field in SNIPPET_FIELDS if (text := document.text(field)).text]
        if not by_spelling and not any(reason.field in SNIPPET_FIELDS for reason in reasons):
            del shown[1:]
        snippet = cut(shown, forms, frozenset(understanding.pairs) if by_spelling else frozenset())
        return Hit(document.id, document.name, document.type, round(float(ranking.scores[number]), 6), snippet, reasons)

    def _did_you_mean(self, ranking: Ranking, query: Understanding) -> str | None:
        """Return the name whose own or other spelling is nearest to what was typed, if it is near at all."""
        near = ranking.first(ranking.near_names, 0, MOST_NEAR_NAMES)
        typed = keystrokes(query.letters)
        alike = {number: max((likeness(typed, name) for name in self._reader.names(number)), default=0.0) for number in near}
        best = max(alike, key=alike.__getitem__, default=None)
        return self._reader.stored(best).name if best is not None and alike[best] >= LEAST_ALIKE else None


def _without_words(piece: str, words: Iterable[str]) -> str:
    """Return what is left of a piece of text without words; a short rest that hangs on a word is a particle and goes with it."""
    for word in words:
        before, found, after = piece.partition(word)
        if found:
            piece = before + (after if len(after) > LONGEST_PARTICLE else "")
    return piece


def _without(text: str, demand: Demand) -> str:
    """Return the text of a query without a demand; what was demanded stays as plain words."""
    return " ".join(text.replace(demand.said, "" if demand.sort == "without" else demand.text, 1).split())
