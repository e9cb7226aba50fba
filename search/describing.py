"""Reads what people say about themselves: answers and needs, and what is left for the search. All words are in `data/lexicon/said*.tsv`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from kg.errors import Fault, SourceFaults
from search.ages import read_numerals
from search.analysis import Analyser, Part
from search.letters import compact
from search.tables import Row, read_table

_CONTENT = ("NNG", "NNP", "VV", "VA", "XR", "SL", "UN", "NP")
"""Tags whose morphemes carry what is said; `XPN` and `XSN` join the noun beside them, all others only turn their neighbours."""
_NOUN_PREFIX, _NOUN_SUFFIX = "XPN", "XSN"
_EFFECTS = ("past", "now", "wish", "not", "not-next")
_BLOCKING = frozenset({"wish", "not"})
_NONE = "none"
_AHEAD, _BEHIND = 4, 2
_TEMPLATE = re.compile(r"\{(\w+?)(-1)?\}")
SINGLE = ("age", "firm-size", "sex", "student", "employment", "income", "residence", "employer-location", "firm-location", "as")
"""Answers of which there can be only one: two different ones cancel each other."""

Answers = tuple[tuple[str, str], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that carries meaning: its form, where it stands, and how its neighbours turn it."""

    form: str
    start: int
    end: int
    effects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing understood: an answer and the words that say so."""

    name: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Description:
    """What was understood of a text, and the words that were not."""

    facts: tuple[Fact, ...]
    rest: str


@dataclass(frozen=True)
class Sayings:
    """The tables: numbers as patterns, phrases with their answers, words beside places, and what small words do."""

    numbers: tuple[tuple[re.Pattern[str], Answers], ...]
    facts: tuple[tuple[str, Answers], ...]
    places: tuple[tuple[str, str], ...]
    effects: Mapping[tuple[str, str], str]


def load_sayings(folder: Path) -> Sayings:
    """Read the tables of `data/lexicon/`.

    Raises:
        SourceFaults: with every line that cannot be used.
    """
    faults: list[Fault] = []
    flags = read_table(folder, "saidflags.tsv", ("form", "tag", "effect", "why"), (0, 1), faults)
    numbers = read_table(folder, "saidnumbers.tsv", ("pattern", "answers", "example", "why"), (0,), faults)
    facts = read_table(folder, "saidfacts.tsv", ("answers", "said", "why"), (0, 1), faults)
    places = read_table(folder, "saidplaces.tsv", ("answer", "said", "why"), (0, 1), faults)
    odd = [row for row in flags if row.cells[2] not in _EFFECTS]
    faults += [row.fault("lexicon.unknown-kind", value=row.cells[2], expected=", ".join(_EFFECTS)) for row in odd]
    patterns = [(pattern, _answers(row.cells[1])) for row in numbers if (pattern := _pattern(row, faults)) is not None]
    if faults:
        raise SourceFaults(faults)
    return Sayings(
        numbers=tuple(patterns),
        facts=tuple((said, _answers(row.cells[0])) for row in facts for said in _listed(row.cells[1])),
        places=tuple((said, row.cells[0]) for row in places for said in _listed(row.cells[1])),
        effects={(row.cells[0], row.cells[1]): row.cells[2] for row in flags},
    )


def _pattern(row: Row, faults: list[Fault]) -> re.Pattern[str] | None:
    """Compile a pattern; it has to find its own example."""
    try:
        pattern = re.compile(row.cells[0])
    except re.error as error:
        faults.append(row.fault("lexicon.broken-form", value=row.cells[0], detail=error.msg))
        return None
    if not pattern.search(row.cells[2]):
        faults.append(row.fault("lexicon.broken-form", value=row.cells[0], detail=row.cells[2]))
        return None
    return pattern


def _answers(text: str) -> Answers:
    parted = (part.partition("=") for part in text.split(";"))
    return tuple((name.strip(), value.strip()) for name, _, value in parted if name.strip() != _NONE)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class Describer:
    """Reads texts with one analyser and one set of tables. Safe in threads.

    Attributes:
        areas: Names of places with what stands for each in an answer.
    """

    analyser: Analyser
    sayings: Sayings
    areas: Mapping[str, str] = field(default_factory=dict)

    def describe(self, text: str) -> Description:
        """Return what a text says about whoever wrote it."""
        folded = read_numerals(self.analyser.lexicon.fold(text), self.analyser.lexicon.numerals)
        rest, numbers = self._numbers(folded)
        words = self._words(rest)
        used: set[int] = set()
        found = [*numbers, *self._placed(words, rest, used), *self._phrases(words, rest, used)]
        left = [words[at] for at in range(len(words)) if at not in used]
        return Description(_settled(found), " ".join(dict.fromkeys(rest[word.start : word.end] for word in left)))

    def _numbers(self, text: str) -> tuple[str, list[Fact]]:
        found: list[Fact] = []
        for pattern, answers in self.sayings.numbers:
            for match in pattern.finditer(text):
                found += [Fact(name, _filled(value, match), match[0].strip()) for name, value in answers]
            text = pattern.sub(lambda match: " " * len(match[0]), text)
        return text, found

    def _words(self, text: str) -> list[Word]:
        words: list[Word] = []
        turned: frozenset[str] = frozenset()
        prefix: Part | None = None
        for part in self.analyser.morphemes(text):
            effect = self.sayings.effects.get((part.form, part.tag), "")
            if effect == "not-next":
                turned = frozenset({"not"})
            elif effect and words:
                words[-1] = Word(words[-1].form, words[-1].start, words[-1].end, words[-1].effects | {effect})
            elif part.tag == _NOUN_SUFFIX and words and words[-1].end == part.start:
                words[-1] = Word(words[-1].form + part.form, words[-1].start, part.end, words[-1].effects)
            elif part.tag == _NOUN_PREFIX:
                prefix = part
            elif part.tag.split("-")[0] in _CONTENT:
                before = prefix if prefix is not None and prefix.end == part.start else None
                words.append(Word((before.form if before else "") + part.form, (before or part).start, part.end, turned))
                turned, prefix = frozenset(), None
        return words

    @cached_property
    def _facts(self) -> Mapping[str, list[tuple[frozenset[str], Answers]]]:
        return self._keyed(self.sayings.facts)

    @cached_property
    def _cues(self) -> Mapping[str, list[tuple[frozenset[str], str]]]:
        return self._keyed(self.sayings.places)

    def _keyed(self, phrases: Iterable[tuple[str, T]]) -> dict[str, list[tuple[frozenset[str], T]]]:
        """Return what phrases stand for by their joined forms, with the turns they themselves have; those with more turns first."""
        found: dict[str, list[tuple[frozenset[str], T]]] = {}
        for said, meant in phrases:
            words = self._words(said)
            effects = frozenset[str]().union(*(word.effects for word in words))
            found.setdefault("".join(word.form for word in words), []).append((effects, meant))
        return {key: sorted(entries, key=lambda entry: -len(entry[0])) for key, entries in found.items() if key}

    @cached_property
    def _longest(self) -> int:
        return max((len(self._words(said)) for said, _ in self.sayings.facts), default=1)

    def _phrases(self, words: list[Word], text: str, used: set[int]) -> Iterator[Fact]:
        """Read the longest phrases first; a phrase that is negated or wished for, and does not say so itself, stands for nothing."""
        for size in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                span = range(start, start + size)
                if used.intersection(span):
                    continue
                stretch = words[start : start + size]
                entries = self._facts.get("".join(word.form for word in stretch))
                if entries is None:
                    continue
                used.update(span)
                said = text[stretch[0].start : stretch[-1].end]
                for name, value in _fitting(entries, stretch):
                    yield Fact(name, value, said)

    def _placed(self, words: list[Word], text: str, used: set[int]) -> Iterator[Fact]:
        """Read the places: what a place is to the person is told by a word behind it, else by one before it."""
        for start, end, area in list(self._areas(words)):
            cue = self._cue(words, start, end)
            used.update(range(start, end))
            if cue is not None and cue[0] != _NONE:
                used.add(cue[1])
                yield Fact(cue[0], area, text[words[start].start : words[end - 1].end])

    def _areas(self, words: list[Word]) -> Iterator[tuple[int, int, str]]:
        at = 0
        while at < len(words):
            for size in (3, 2, 1):
                name = "".join(word.form for word in words[at : at + size])
                if at + size <= len(words) and name in self._places:
                    yield at, at + size, self._places[name]
                    at += size - 1
                    break
            at += 1

    @cached_property
    def _places(self) -> Mapping[str, str]:
        return {compact(name): area for name, area in self.areas.items()}

    def _cue(self, words: list[Word], start: int, end: int) -> tuple[str, int] | None:
        ahead = range(end, min(end + _AHEAD, len(words)))
        for at in (*ahead, *range(start - 1, max(start - 1 - _BEHIND, -1), -1)):
            if "".join(word.form for word in words[at : at + 1]) in self._places:
                if at >= end:
                    return None
                continue
            for size in (2, 1):
                stretch = words[at : at + size]
                for effects, answer in self._cues.get("".join(word.form for word in stretch), []):
                    if not _BLOCKING & (frozenset[str]().union(*(word.effects for word in stretch)) - effects):
                        return answer, at
        return None


def _fitting(entries: list[tuple[frozenset[str], Answers]], stretch: list[Word]) -> Answers:
    """Return what a phrase stands for as it is turned here: needs also where it is only wished for."""
    effects = frozenset[str]().union(*(word.effects for word in stretch))
    fitting = [(wanted, answers) for wanted, answers in entries if wanted <= effects]
    most = max((len(wanted) for wanted, _ in fitting), default=0)
    kept: list[tuple[str, str]] = []
    for wanted, answers in fitting:
        if len(wanted) < most and most:
            continue
        blocked = _BLOCKING & (effects - wanted)
        kept += [pair for pair in answers if not blocked or (blocked == {"wish"} and pair[0] == "need")]
    return tuple(dict.fromkeys(kept))


def _filled(template: str, match: re.Match[str]) -> str:
    def value(found: re.Match[str]) -> str:
        said = match[found[1]]
        return str(int(said) - 1) if found[2] else said

    return _TEMPLATE.sub(value, template)


def _settled(found: list[Fact]) -> tuple[Fact, ...]:
    """Return the facts without repetition; of answers that rule each other out none is kept."""
    values: dict[str, set[str]] = {}
    for fact in found:
        values.setdefault(fact.name, set()).add(fact.value)
    kept = {(fact.name, fact.value): fact for fact in reversed(found) if fact.name not in SINGLE or len(values[fact.name]) == 1}
    return tuple(reversed(kept.values()))
