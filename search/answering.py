"""What every engine makes of a ranking: hits with reasons and snippets, the name that was meant, wider searches to offer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from search.analysis import Analyser
from search.documents import TEXT_FIELDS
from search.jamo import keystrokes
from search.letters import compact
from search.lexicon import Lexicon
from search.model import TYPE_FACET, Hit, Query, Reason
from search.operators import Demand
from search.postings import Reader
from search.ranking import Ranking, likeness
from search.snippets import cut
from search.suggest import Suggester
from search.understanding import Understanding

LEXICON_FILE = "lexicon.json"
SUGGEST_FOLDER = "suggest"
FACETS_FILE = "facets.json"
FORMAT_FILE = "format.txt"
FORMAT = "10"
"""Of what is kept of documents; an index of another one has to be built again."""
MOST_NEAR_NAMES = 20
LEAST_ALIKE = 0.6
MOST_DEMANDS_RELAXED = 5
LONGEST_PARTICLE = 3
PRINTED_FIELDS = tuple(name for name in TEXT_FIELDS if name != "spoken")
"""What is demanded has to be there to be read."""
SNIPPET_FIELDS = ("description", "details", "conditions", "audience", "places", "relations", "figures")


class Parts(Struct, frozen=True):
    """What an engine needs of a snapshot besides an index: the analyser of its lexicon, its names, the names of its facets' values."""

    analyser: Analyser
    suggester: Suggester
    labels: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, directory: Path, analyser: Analyser | None = None) -> Self:
        """Read them out of the folder that `search.index.IndexBuilder` wrote.

        Args:
            directory: The artifact's folder in the snapshot.
            analyser: One that is loaded already; used when its lexicon is this snapshot's, else a new one is loaded.
        Raises:
            OSError, ValueError, KeyError, TypeError: a file is missing or cannot be read.
        """
        lexicon = read_lexicon(directory)
        suggester = Suggester.open(directory / SUGGEST_FOLDER)
        labels = json.loads((directory / FACETS_FILE).read_bytes())
        if analyser is None or analyser.lexicon != lexicon:
            analyser = Analyser.load(lexicon)
        return cls(analyser, suggester, labels)


def read_lexicon(directory: Path) -> Lexicon:
    """Read the lexicon of an artifact that this code can read.

    Raises:
        OSError, ValueError, KeyError, TypeError: a file is missing, cannot be read, or is of another version of this code.
    """
    if (found := (directory / FORMAT_FILE).read_text("utf-8")) != FORMAT:
        raise ValueError(f"format {found[:20]!r} instead of {FORMAT!r}")
    return Lexicon.from_json((directory / LEXICON_FILE).read_bytes())


def hit_of(number: int, ranking: Ranking, understanding: Understanding, reader: Reader) -> Hit:
    """Return a document of a ranking as a hit: why it is one, and the stretch of its text that shows it."""
    document = reader.stored(number)
    reasons = ranking.reasons(number)
    if (other := ranking.linked_with(number)) is not None:
        reasons = (Reason("linked", "relations", understanding.letters, reader.stored(other).name), *reasons)
    by_spelling = bool(reasons) and all(reason.kind == "spelling" for reason in reasons)
    forms = frozenset(variant.term for concept in understanding.concepts for variant in concept.variants)
    shown = [text for field in SNIPPET_FIELDS if (text := document.text(field)).text]
    if not by_spelling and not any(reason.field in SNIPPET_FIELDS for reason in reasons):
        del shown[1:]
    snippet = cut(shown, forms, frozenset(understanding.pairs) if by_spelling else frozenset())
    return Hit(document.id, document.name, document.type, round(float(ranking.scores[number]), 6), snippet, reasons)


def meant_name(ranking: Ranking, understanding: Understanding, reader: Reader) -> str | None:
    """Return the name whose own or other spelling is nearest to what was typed, if it is near at all."""
    near = ranking.first(ranking.near_names, 0, MOST_NEAR_NAMES)
    typed = keystrokes(understanding.letters)
    alike = {number: max((likeness(typed, name) for name in reader.names(number)), default=0.0) for number in near}
    best = max(alike, key=alike.__getitem__, default=None)
    return reader.stored(best).name if best is not None and alike[best] >= LEAST_ALIKE else None


def wider_searches(query: Query, understanding: Understanding) -> list[tuple[Query, str]]:
    """Return the searches with one demand or one facet less, or with none at all, each with the facet that no longer restricts."""
    wider = []
    for demand, _ in understanding.demands[:MOST_DEMANDS_RELAXED]:
        wider.append((replace(query, text=_without(query.text, demand)), ""))
    for facet in query.chosen():
        without = {name: values for name, values in query.filters.items() if name != facet}
        wider.append((replace(query, filters=without, types=() if facet == TYPE_FACET else query.types), facet))
    plain = reduce(_without, (demand for demand, _ in understanding.demands), query.text)
    if len(understanding.demands) > 1 and not query.chosen():
        wider.append((replace(query, text=plain), ""))
    return [(one, facet) for one, facet in wider if one.text != query.text or facet]


def without_unknown(query: Query, ranking: Ranking) -> Query | None:
    """Return the search without the words that nothing has, if there are such and others."""
    unknown = ranking.unknown
    text = " ".join(filter(None, (_without_words(piece, unknown) for piece in query.text.split())))
    return replace(query, text=text) if text != query.text and len(compact(text)) > 1 else None


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
