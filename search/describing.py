"""Reads what people say about themselves: answers and needs, and what is left for the search. All words are in `data/lexicon/said*.tsv`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from search.ages import read_numerals
from search.analysis import Analyser, Part
from search.letters import compact
from search.phrases import OUTSIDE, Phrases, Word, read_phrases, read_words
from search.sayings import Answers, Sayings, filled, parted
from search.whom import Said, of_whom

_BLOCKING = frozenset({"wish", "not", "lacks", "even", "instead"})
_NEEDS_STAND = frozenset({"wish", "lacks"})
"""What is wished for or said to be lacking is still needed."""
_NONE, _NO = "none", "-"
_TOPICS = ("need", "group", "as", "firm-kind")
_AHEAD, _BEHIND = 4, 2
SINGLE = ("age", "firm-size", "sex", "student", "employment", "income", "residence", "employer-location", "firm-location", "as")
"""Answers of which there can be only one: two different ones cancel each other."""


class Fact(Struct, frozen=True):
    """One thing understood: an answer and the words that say so."""

    name: str
    value: str
    said: str


class Description(Struct, frozen=True):
    """What was understood of a text, and the words that were not.

    Attributes:
        unsettled: Answers that rule each other out, so that none of them counts: whoever writes has to choose.
        about: The word for the person that it is asked for; empty for oneself.
        of_others: What is said of somebody else than whoever asks, so that it does not count.
        names_self: A word for oneself stands in it.
    """

    facts: tuple[Fact, ...]
    rest: str
    unsettled: tuple[Fact, ...] = ()
    about: str = ""
    of_others: tuple[Fact, ...] = ()
    names_self: bool = False

    @property
    def is_personal(self) -> bool:
        """Say whether it tells of somebody, so that it belongs in no address; groups, needs, kinds of firms, women or men are topics."""
        told = (*(fact for fact in self.facts if fact.name != "sex"), *self.unsettled, *self.of_others)
        return self.names_self or any(fact.name not in _TOPICS for fact in told)


class Describer(Struct, frozen=True, dict=True):
    """Reads texts with one analyser and one set of tables. Safe in threads.

    Attributes:
        areas: Names of places with what stands for each in an answer.
    """

    analyser: Analyser
    sayings: Sayings
    areas: Mapping[str, str] = {}

    def describe(self, text: str) -> Description:
        """Return what a text says about whoever wrote it."""
        folded = read_numerals(self.analyser.lexicon.fold(text), self.analyser.lexicon.numerals)
        rest, numbers = self._numbers(folded)
        words = read_words(self.analyser, self.sayings, rest)
        used: set[int] = set()
        parts = self.analyser.morphemes(folded)
        placed = list(self._placed(words, used, parts))
        cues = frozenset(self._cued(words))
        found = [*numbers, *placed, *self._phrases(words, used, cues)]
        used |= cues
        left = [words[at] for at in range(len(words)) if at not in used]
        told = of_whom(parts, found, self._known.people)
        kept, others = (
            [Fact(one.name, one.value, folded[one.start : one.end].strip()) for one in said] for said in (told.kept, told.others)
        )
        facts, unsettled = _settled(kept)
        left_words = " ".join(dict.fromkeys(_as_written(rest, word, [words[at] for at in used]) for word in left))
        return Description(facts, left_words, unsettled, told.about, tuple(others), told.names_self)

    @cached_property
    def _known(self) -> Phrases:
        return read_phrases(self.analyser, self.sayings)

    def _numbers(self, text: str) -> tuple[str, list[Said]]:
        found: list[Said] = []
        for pattern, answers in self.sayings.numbers:
            for match in pattern.finditer(text):
                start = match.end() - len(match[0].lstrip())
                found += [Said(name, filled(value, match), start, match.end()) for name, value in answers]
            text = pattern.sub(lambda match: " " * len(match[0]), text)
        return text, found

    def _phrases(self, words: list[Word], used: set[int], cues: frozenset[int]) -> Iterator[Said]:
        """Read the longest phrases first; a phrase that is negated or wished for, and does not say so itself, stands for nothing.

        A word that tells what a place is (`cues`) says nothing else alone.
        """
        for size in range(min(self._known.longest, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                span = range(start, start + size)
                if used.intersection(span) or (size == 1 and start in cues):
                    continue
                stretch = words[start : start + size]
                entries = self._known.facts.get("".join(word.form for word in stretch))
                turns = frozenset[str]().union(*(word.effects for word in stretch))
                if not any(wanted <= turns for wanted, _ in entries or ()):
                    continue
                used.update(span)
                denied = not stretch[-1].ends and "not" in (words[start + size].effects if start + size < len(words) else ())
                for name, value in _fitting(entries or [], stretch):
                    if denied and name != "need":
                        continue
                    yield Said(name, value, stretch[0].start, stretch[-1].end)

    def _placed(self, words: list[Word], used: set[int], parts: Sequence[Part]) -> Iterator[Said]:
        """Read the places: what a place is to the person is told by a word behind it, else by one before it.

        Somebody is outside a place by a word right behind it (outside of), or where what it would be is denied (does not live there).
        """
        for start, end, area in list(self._areas(words)):
            cue = self._cue(words, start, end)
            used.update(range(start, end))
            if cue is None or cue[0] == _NONE:
                continue
            after = next((part for part in parts if part.start >= words[end - 1].end), None)
            denied = "not" in words[end - 1].effects or (after is not None and after.form in self._outside)
            used.update(at for at in range(end, cue[1]) if after is not None and denied and words[at].start == after.start)
            told, *implied = cue[0].split("; ")
            name, stretch = told.removeprefix(_NO), (words[start].start, words[end - 1].end)
            yield Said(name, _NO + area if denied or name != told else area, *stretch)
            yield from (Said(*parted(fact), *stretch) for fact in implied)

    @cached_property
    def _outside(self) -> frozenset[str]:
        return frozenset(said for said, answer in self.sayings.places if answer == OUTSIDE)

    def _cued(self, words: list[Word]) -> list[int]:
        """Return the words that told what a place is, so that they are not left over."""
        cues = [self._cue(words, start, end) for start, end, _ in self._areas(words)]
        return [cue[1] for cue in cues if cue is not None and cue[0] != _NONE]

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
        for at in (
            *_until(range(end - 1, min(end + _AHEAD, len(words))), words),
            *_since(range(start - 1, max(start - 1 - _BEHIND, -1), -1), words),
        ):
            if "".join(word.form for word in words[at : at + 1]) in self._places:
                if at >= end:
                    return None
                continue
            for size in (2, 1):
                stretch = words[at : at + size]
                turns = frozenset[str]().union(*(word.effects for word in stretch))
                for effects, answer in self._known.cues.get("".join(word.form for word in stretch), []):
                    if effects <= turns and not _BLOCKING & (turns - effects):
                        return answer, at
        return None


def _until(ahead: range, words: list[Word]) -> list[int]:
    """Return the words behind the first that belong to its clause."""
    last = next((at for at in ahead if words[at].ends), ahead[-1])
    return [at for at in ahead if ahead[0] < at <= last]


def _since(behind: range, words: list[Word]) -> list[int]:
    """Return the words before a place that belong to its clause, nearest first."""
    first = next((at for at in behind if words[at].ends), -1)
    return [at for at in behind if at > first]


def _fitting(entries: list[tuple[frozenset[str], Answers]], stretch: list[Word]) -> Answers:
    """Return what a phrase stands for as it is turned here: needs also where it is only wished for, and not where it is done already."""
    effects = frozenset[str]().union(*(word.effects for word in stretch))
    fitting = [(wanted, answers) for wanted, answers in entries if wanted <= effects]
    most = max((len(wanted) for wanted, _ in fitting), default=0)
    kept: list[tuple[str, str]] = []
    for wanted, answers in fitting:
        if len(wanted) < most and most:
            continue
        blocked = _BLOCKING & (effects - wanted)
        done = "past" in effects - wanted and "wish" not in effects
        kept += [
            pair
            for pair in answers
            if (not blocked or (blocked <= _NEEDS_STAND and pair[0] == "need")) and not (done and pair[0] == "need")
        ]
    return tuple(dict.fromkeys(kept))


def _as_written(text: str, word: Word, others: list[Word]) -> str:
    """Return a word with what is joined to it, unless words that were understood are."""
    start, end = text.rfind(" ", 0, word.start) + 1, (text + " ").index(" ", word.end)
    return text[word.start : word.end] if any(start <= other.start < end for other in others) else text[start:end]


def _settled(found: list[Fact]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Return the facts without repetition, and those that rule each other out, of which none counts."""
    values: dict[str, set[str]] = {}
    for fact in found:
        values.setdefault(fact.name, set()).add(fact.value)
    told = {(fact.name, fact.value): fact for fact in reversed(found)}
    clashing = {name for name in SINGLE if len(values.get(name, ())) > 1}
    facts = tuple(fact for fact in reversed(told.values()) if fact.name not in clashing)
    return facts, tuple(fact for fact in reversed(told.values()) if fact.name in clashing)
