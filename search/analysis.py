"""Turns text into tokens with Kiwi and a lexicon: with joins for the index, as atoms for a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from search.ages import Age, read_ages, read_numerals
from search.entries import DOT
from search.letters import Token, compact
from search.lexicon import Lexicon
from search.morphology import Morphology, Word

LONGEST_JOIN = 5
_PIECE = re.compile(r"\S+")
_BREAK = re.compile(r"[^\w\s]")
_JOINED = frozenset({"noun", "prefix", "suffix", "number"})


class Part(Token, frozen=True):
    """A kept morpheme: its lower-case form, tag, and kind (`search.entries.KINDS`)."""

    tag: str
    kind: str


class Atom(Token, frozen=True):
    """The smallest unit of a query that means something, such as a noun with its suffix or a number with its unit.

    Attributes:
        stem: The part that may stand for the whole with less weight, or None.
        joined: True when nothing but white space and grammar lies between it and the atom before.
    """

    stem: str | None
    joined: bool


class Reading(Struct, frozen=True):
    """What some words mean: words of a plan with their weights; `keep` is what the words themselves still count."""

    keep: float
    words: Mapping[str, float]


class Analyser:
    """One lexicon and one Kiwi. Safe in threads and after a fork; make it once per process tree, it is large."""

    def __init__(self, lexicon: Lexicon, morphology: Morphology) -> None:
        self.lexicon = lexicon
        self._morphology = morphology
        self._last: tuple[str, tuple[Part, ...]] = ("", ())

    @classmethod
    def load(cls, lexicon: Lexicon) -> Analyser:
        """Load Kiwi and teach it the lexicon (about a second)."""
        return cls(lexicon, Morphology.load(lexicon.words, lexicon.compounds))

    def knowing(self, lexicon: Lexicon) -> Analyser:
        """Return an analyser with another lexicon and the same Kiwi, which knows the words it was taught."""
        return Analyser(lexicon, self._morphology)

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """What everyday words mean, by `spoken_key`; the more specific where two tables say so."""
        found: dict[str, Reading] = {}
        for meaning in self.lexicon.meanings:
            for said in meaning.said:
                key = self._key(said)
                reading = found.get(key, Reading(meaning.keep, {}))
                words = {word: max(meaning.weight, reading.words.get(word, 0.0)) for word in meaning.means}
                # A word that also means itself is not to count less.
                keep = 1.0 if words.pop(key, 0.0) else min(meaning.keep, reading.keep)
                found[key] = Reading(keep, {**reading.words, **words})
        return found

    @cached_property
    def intents(self) -> Mapping[str, Mapping[str, float]]:
        """What sort of thing words ask for, by `spoken_key`: kinds with their factors."""
        found: dict[str, dict[str, float]] = {}
        for intent in self.lexicon.intents:
            for said in intent.said:
                kinds = found.setdefault(self._key(said), {})
                kinds.update({kind: max(intent.factor, kinds.get(kind, 1.0)) for kind in intent.kinds})
        return found

    def _key(self, said: str) -> str:
        return self.lexicon.phrases.get(said) or spoken_key(self.spoken_atoms(said))

    def phrases(self) -> dict[str, str]:
        """Read what meanings and intents are said with, for `Lexicon.phrases`."""
        said = (*(one.said for one in self.lexicon.meanings), *(one.said for one in self.lexicon.intents))
        return {phrase: self._key(phrase) for phrases in said for phrase in phrases}

    def ages(self, text: str) -> tuple[str, tuple[Age, ...]]:
        """Take the ages out of a folded text; see `search.ages.read_ages`."""
        return read_ages(read_numerals(text, self.lexicon.numerals), self.lexicon.age_forms)

    def parts(self, text: str) -> tuple[Part, ...]:
        """Return the morphemes of `text` that the lexicon keeps; offsets are into the folded form of `text`."""
        return _kept(self._morphemes(self.lexicon.fold(text)))

    def index_tokens(self, text: str) -> tuple[Token, ...]:
        """Return the tokens to index: every kept morpheme, and after it the joins of neighbouring nouns that end with it."""
        tokens: list[Token] = []
        run: list[Part] = []
        folded = self.lexicon.fold(text)
        for part in _kept(self._morphemes(folded)):
            if not run or not _linked(run[-1], part, folded):
                run = []
            run.append(part)
            tokens.append(Token(part.form, part.start, part.end))
            tokens.extend(_joins(run))
        return tuple(tokens)

    def query_atoms(self, text: str) -> tuple[Atom, ...]:
        """Return the atoms of a query in order; stop words and grammar only when nothing else is there.

        A stretch between spaces of which nothing is kept is an atom as it stands: dropping by tag alone eats real words.
        """
        folded = self.lexicon.fold(text)
        groups = self._groups(folded)
        useful = _without(groups, self.lexicon.fillers | self.lexicon.stopwords)
        return tuple(_atoms(useful or groups or [[piece] for piece in _pieces(folded)], folded))

    def spoken_atoms(self, text: str) -> tuple[Atom, ...]:
        """Return the atoms of a text in order, stop words among them: having no home is not about a home."""
        folded = self.lexicon.fold(text)
        return tuple(_atoms(_without(self._groups(folded), self.lexicon.fillers), folded))

    def morphemes(self, text: str) -> tuple[Part, ...]:
        """Return every morpheme of `text`, grammar among them; offsets are into the folded form of `text`."""
        known = self.lexicon.said.get(text)
        return self._morphemes(self.lexicon.fold(text)) if known is None else tuple(Part(*one) for one in known)

    def said(self, texts: Iterable[str]) -> dict[str, tuple[Any, ...]]:
        """Read what people say about themselves, for `Lexicon.said`."""
        return {text: tuple(map(astuple, self.morphemes(text))) for text in texts}

    def _groups(self, folded: str) -> list[list[Part]]:
        morphemes = self._morphemes(folded)
        return sorted([*_groups(_kept(morphemes), folded), *_leftovers(morphemes, folded)], key=lambda group: group[0].start)

    def _morphemes(self, folded: str) -> tuple[Part, ...]:
        # What somebody typed is looked at from several sides, one after the other; it is not to be remembered longer than that.
        last = self._last
        if last[0] != folded:
            # Kiwi knows some lists with dots as one word, which would hide their members.
            found = self._morphology.analyse(folded.replace(DOT, " "))
            kinds = self.lexicon.tags
            parts = tuple(Part(_form(m.form, kind := kinds.get(m.tag, "")), m.start, m.end, m.tag, kind) for m in found)
            last = self._last = (folded, parts)
        return last[1]


def spoken_key(atoms: Iterable[Atom]) -> str:
    """Return what tells one phrase from others: its words in any order, as Korean lets one say them."""
    return " ".join(sorted(atom.form for atom in atoms))


def _form(form: str, kind: str) -> str:
    """Return a morpheme as it is compared: thousands are written with commas or without."""
    return form.replace(",", "") if kind == "number" else form.lower()


def _kept(morphemes: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in morphemes if part.kind not in ("", "grammar"))


def _without(groups: list[list[Part]], dropped: frozenset[Word]) -> list[list[Part]]:
    return [kept for group in groups if (kept := [part for part in group if (part.form, part.tag) not in dropped])]


def _linked(left: Part, right: Part, text: str) -> bool:
    """Say whether two neighbours belong to one run of nouns; numbers only hold on to what touches them, units only to numbers."""
    gap = text[left.end : right.start]
    if gap.strip() or left.kind not in _JOINED:
        return False
    if right.kind == "unit":
        return left.kind == "number"
    if gap and ("number" in (left.kind, right.kind) or right.kind == "suffix" or left.kind == "prefix"):
        return False
    return right.kind in _JOINED


def _joins(run: list[Part]) -> Iterator[Token]:
    last = run[-1]
    if last.kind == "prefix":
        return
    form = last.form
    for piece in run[-2 : -LONGEST_JOIN - 1 : -1]:
        form = piece.form + form
        if piece.kind != "suffix":
            yield Token(form, piece.start, last.end)


def _groups(parts: tuple[Part, ...], text: str) -> Iterator[list[Part]]:
    """Group prefix + noun, noun + suffix and number + unit (or noun)."""
    group: list[Part] = []
    for part in parts:
        if group and not (_leans(group[-1], part) and _linked(group[-1], part, text)):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _leans(left: Part, right: Part) -> bool:
    return right.kind in ("suffix", "unit") or left.kind in ("prefix", "number")


def _leftovers(morphemes: tuple[Part, ...], text: str) -> Iterator[list[Part]]:
    """Yield each stretch between spaces whose morphemes all have a tag the lexicon does not know."""
    for piece in _pieces(text):
        if not any(part.kind and part.start < piece.end and piece.start < part.end for part in morphemes):
            yield [piece]


def _pieces(text: str) -> Iterator[Part]:
    for match in _PIECE.finditer(text):
        form = compact(match.group())
        if form:
            yield Part(form, match.start(), match.end(), "", "word")


def _atoms(groups: list[list[Part]], text: str) -> Iterator[Atom]:
    before = -1
    for group in groups:
        start, end = group[0].start, group[-1].end
        stem = None
        if len(group) > 1 and sum(part.kind == "number" for part in group) < 2:  # the 2 of 20 million won is nothing by itself
            stem = next((part.form for part in group if part.kind == "noun"), group[0].form)
        yield Atom("".join(part.form for part in group), start, end, stem, before >= 0 and not _BREAK.search(text[before:start]))
        before = end
