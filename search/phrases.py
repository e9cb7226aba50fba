"""The phrases of `data/lexicon/said*.tsv` as an analyser reads them: each as its words, with what turns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from search.analysis import Analyser, Part
from search.sayings import Answers, Sayings
from search.whom import ENDING

OUTSIDE = "outside"
"""The answer of words that say that somebody is not in a place."""
_CONTENT = ("NNG", "NNP", "VV", "VA", "XR", "SL", "UN", "NP")
"""Tags whose morphemes carry what is said; `XPN` and `XSN` join the noun beside them, all others only turn their neighbours."""
_NOUN_PREFIX, _NOUN_SUFFIX = "XPN", "XSN"

T = TypeVar("T")
Keyed = Mapping[str, list[tuple[frozenset[str], T]]]
"""What phrases stand for by their joined forms, with the turns they themselves have; those with more turns first."""


class Word(Struct, frozen=True):
    """A word that carries meaning: its form, where it stands, how its neighbours turn it, and whether a clause ends behind it."""

    form: str
    start: int
    end: int
    effects: frozenset[str]
    ends: bool = False


class Phrases(Struct, frozen=True):
    """The tables as they were read.

    Attributes:
        facts: What tells something of a person or a firm.
        longest: How many words the longest of these has.
        cues: What tells, beside a place, what the place is to somebody.
        people: The forms of the words for people by kind: of verbs the first morpheme, of others the word as it stands.
    """

    facts: Keyed[Answers]
    longest: int
    cues: Keyed[str]
    people: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def read_phrases(analyser: Analyser, sayings: Sayings) -> Phrases:
    """Read the tables; kept for every snapshot with the same lexicon, and for processes that part afterwards.

    Where the lexicon does not say how Kiwi reads them (`Lexicon.said`) it takes a tenth of a second.
    """
    facts = [(read_words(analyser, sayings, said), answers) for said, answers in sayings.facts]
    return Phrases(
        facts=_keyed(facts),
        longest=max((len(words) for words, _ in facts), default=1),
        cues=_keyed((read_words(analyser, sayings, said), answer) for said, answer in sayings.places if answer != OUTSIDE),
        people={
            kind: frozenset(said if kind == "clause" else _stem(analyser, said) for said in listed)
            for kind, listed in sayings.people.items()
        },
    )


def read_words(analyser: Analyser, sayings: Sayings, text: str) -> list[Word]:
    """Return the words of a text that carry meaning."""
    words: list[Word] = []
    turned: frozenset[str] = frozenset()
    prefix: Part | None = None
    for part in analyser.morphemes(text):
        if words and part.tag == ENDING and part.form in sayings.people["clause"]:
            words[-1] = replace(words[-1], ends=True)
        effect = sayings.effects.get((part.form, part.tag), "")
        if effect == "not-next":
            turned = frozenset({"not"})
        elif effect and words and not (effect == "lacks" and words[-1].ends):
            words[-1] = replace(words[-1], effects=words[-1].effects | {effect}, ends=False)
        elif part.tag == _NOUN_SUFFIX and words and words[-1].end == part.start:
            words[-1] = Word(words[-1].form + part.form, words[-1].start, part.end, words[-1].effects)
        elif part.tag == _NOUN_PREFIX:
            prefix = part
        elif part.tag.split("-")[0] in _CONTENT:
            before = prefix if prefix is not None and prefix.end == part.start else None
            words.append(Word((before.form if before else "") + part.form, (before or part).start, part.end, turned))
            turned, prefix = frozenset(), None
    return words


def _stem(analyser: Analyser, said: str) -> str:
    parts = analyser.morphemes(said)
    return parts[0].form if len(parts) > 1 and parts[-1].tag.startswith("E") else said


def _keyed(phrases: Iterable[tuple[list[Word], T]]) -> dict[str, list[tuple[frozenset[str], T]]]:
    """Return what phrases stand for by their joined forms, with the turns they themselves have; those with more turns first."""
    found: dict[str, list[tuple[frozenset[str], T]]] = {}
    for words, meant in phrases:
        effects = frozenset[str]().union(*(word.effects for word in words))
        found.setdefault("".join(word.form for word in words), []).append((effects, meant))
    return {key: sorted(entries, key=lambda entry: -len(entry[0])) for key, entries in found.items() if key}
