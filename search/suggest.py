"""Names by how they begin: sorted keys, one for every place in a name where someone may start to type.

Keys are spelt by keystrokes, so that a half-typed syllable is a beginning too; first consonants alone are looked up among first consonants.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial, reduce
from itertools import chain, count
from pathlib import Path
from typing import Self

import numpy as np
from msgspec import Struct

from search.analysis import Analyser
from search.documents import Document
from search.jamo import REMEMBERED_LETTERS, initials, is_consonant, keystrokes
from search.letters import compact
from search.lexicon import Lexicon
from search.mapped import Strings, are_within, mapped, write
from search.model import Suggestion
from search.postings import Numbers

_NAME, _ALIAS, _INSIDE, _SPOKEN = 0, 1, 2, 3
_LEAST_STROKES = 6
"""Of a beginning with a slip in it: in fewer, one slip could make almost anything of it."""
_AFTER_ALL = b"\xff"
"""Comes after every letter in UTF-8."""


class Keys(Struct, frozen=True):
    """Keys in order, with what each leads to.

    Attributes:
        keys: The keys.
        ranks: 0 the preferred name, 1 another name, 2 from a word inside a name, 3 what people say who look for it.
        sizes: Letters of each.
        things: Number of a thing.
    """

    keys: Strings
    ranks: Numbers
    sizes: Numbers
    things: Numbers

    @classmethod
    def of(cls, entries: Iterable[tuple[str, int, int]]) -> Self:
        """Sort keys with their ranks and things."""
        numbers: defaultdict[str, int] = defaultdict(count().__next__)
        numbered = np.array([(numbers[key], rank, thing) for key, rank, thing in entries], np.int32).reshape(-1, 3)
        # In the order of their code points texts are in that of their UTF-8, too.
        keys = sorted(numbers)
        places = np.empty(len(keys), np.int32)
        places[[numbers[key] for key in keys]] = np.arange(len(keys))
        numbered[:, 0] = places[numbered[:, 0]]
        numbered = numbered[np.lexsort(numbered.T[::-1])]
        key, rank, thing = numbered[np.any(np.diff(numbered, axis=0, prepend=-1), axis=1)].T
        encoded = [key.encode() for key in keys]
        sizes = np.array([len(key) for key in keys], np.int32)
        return cls(Strings.of(encoded[at] for at in key.tolist()), rank, sizes[key], thing)

    @property
    def all(self) -> range:
        """The places of all keys."""
        return range(len(self.keys))

    def starting(self, prefix: str, within: range | None = None) -> range:
        """Return the places of the keys that begin so, of all or within others."""
        return self._between(start := prefix.encode(), start + _AFTER_ALL, self.all if within is None else within)

    def being(self, key: str) -> range:
        """Return the places of a key."""
        return self._between(start := key.encode(), start + b"\0", self.all)

    def branches(self, prefix: str, within: range) -> Iterator[tuple[str, range]]:
        """Yield each letter that comes after a beginning, with the places of the keys that go on so; within those that begin so."""
        size, at, end = len(prefix.encode()), within.start, within.stop
        while at < end:
            letter = self.keys[at][size:].decode()[:1]
            places = self.starting(prefix + letter, range(at, end)) if letter else range(at, at + 1)
            if letter:
                yield letter, places
            at = places.stop

    def _between(self, first: bytes, after: bytes, within: range) -> range:
        start = self.keys.first_from(first, within.start, within.stop)
        return range(start, self.keys.first_from(after, start, within.stop))

    def write(self, path: Path) -> None:
        """Write what `open` maps."""
        self.keys.write(path)
        for name in ("ranks", "sizes", "things"):
            write(path.with_name(f"{path.name}_{name}.i4"), getattr(self, name))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map what `write` wrote.

        Raises:
            OSError, ValueError: a file is missing, or they do not fit together.
        """
        keys = Strings.open(path)
        columns = [mapped(path.with_name(f"{path.name}_{name}.i4")) for name in ("ranks", "sizes", "things")]
        if any(len(column) != len(keys) for column in columns):
            raise ValueError(f"the columns of {path.name} do not fit")
        return cls(keys, *columns)


class Suggester:
    """Looks names up by their beginning. Things are numbered by their names."""

    def __init__(self, names: Keys, initials: Keys, spoken: Keys, things: Strings) -> None:
        self._names, self._initials, self._spoken, self._things = names, initials, spoken, things

    @classmethod
    def of(cls, documents: Iterable[Document], analyser: Analyser) -> Self:
        """Make the keys of all names, aliases and known misspellings."""
        ordered = sorted(documents, key=lambda document: (document.name, document.id))
        named: list[tuple[str, int, int]] = []
        by_initials: list[tuple[str, int, int]] = []
        spoken: list[tuple[str, int, int]] = []
        beginnings = cache(partial(_beginnings, analyser))
        for number, document in enumerate(ordered):
            for at, name in enumerate((document.name, *document.aliases, *document.hidden)):
                for typed, first, is_inside in beginnings(name):
                    rank = _INSIDE if is_inside else _ALIAS if at else _NAME
                    named.append((typed, rank, number))
                    by_initials.append((first, rank, number))
            spoken += ((keystrokes(compact(analyser.lexicon.fold(said))), _SPOKEN, number) for said in document.spoken)
        things = Strings.of(_written(Suggestion(document.id, document.name, document.type)) for document in ordered)
        return cls(Keys.of(named), Keys.of(by_initials), Keys.of(spoken), things)

    def find(self, text: str, limit: int, lexicon: Lexicon) -> tuple[Suggestion, ...]:
        """Return at most `limit` things for a text: names by their beginning before names from within, shorter before longer.

        Where no name begins so, the text is read in the other keyboard layout, then as the words that stand for it, then as beginnings of
        words in any order, then as what people say, then as a name's beginning with one slip in it.
        """
        folded = lexicon.asked(text)
        prefix = compact(folded)
        readings = chain(
            (prefix, compact(lexicon.keyboard.korean(folded)), lexicon.keyboard.latin(prefix)),
            sorted(others := lexicon.alternatives.get(prefix, {}), key=lambda word: (-others[word], word)),
        )
        found = next(filter(None, (self._found(reading, limit) for reading in readings)), ())
        found = found or self._with_all([compact(word) for word in folded.split()], limit)
        return found or self._said(prefix, limit) or self._slipped(keystrokes(prefix), limit)

    def _said(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """Return the things whose seekers say something that begins so."""
        return self._first(self._spoken, self._spoken.starting(keystrokes(prefix)), limit) if prefix else ()

    def _slipped(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return the things with whose names the keystrokes begin, or whose names begin with them but for one.

        That one may be wrong, missing, too many or in the wrong place.
        """
        if len(typed) < _LEAST_STROKES:
            return ()
        begun = (self._names.being(typed[:size]) for size in range(len(typed) // 2, len(typed)))
        return self._first(self._names, sorted(set(chain(*begun, *_unslipped(typed, self._names)))), limit)

    def _with_all(self, words: list[str], limit: int) -> tuple[Suggestion, ...]:
        """Return the things in whose names a word begins like each of the words."""
        if len(words) < 2 or not all(words):
            return ()
        begun = (self._names.starting(keystrokes(word)) for word in words)
        each = (self._names.things[places.start : places.stop] for places in begun)
        shared = [self._thing(number) for number in reduce(np.intersect1d, each)]
        return tuple(sorted(shared, key=lambda thing: (len(thing.name), thing.name, thing.id))[:limit])

    def _found(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        if not prefix:
            return ()
        keys, prefix = (self._initials, prefix) if all(map(is_consonant, prefix)) else (self._names, keystrokes(prefix))
        return self._first(keys, keys.starting(prefix), limit)

    def _first(self, keys: Keys, places: Sequence[int], limit: int) -> tuple[Suggestion, ...]:
        """Return the things of some keys, names before names from within, shorter before longer."""
        found = slice(places.start, places.stop) if isinstance(places, range) else list(places)
        things = keys.things[found]
        things = things[np.lexsort((things, keys.sizes[found], keys.ranks[found]))]
        _, first = np.unique(things, return_index=True)
        return tuple(self._thing(things[at]) for at in np.sort(first)[:limit])

    def _thing(self, number: int) -> Suggestion:
        return Suggestion(*json.loads(self._things[number]))

    def write(self, directory: Path) -> None:
        """Write what `open` maps into a folder."""
        for name, keys in (("names", self._names), ("initials", self._initials), ("spoken", self._spoken)):
            keys.write(directory / name)
        self._things.write(directory / "things")

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Map what `write` wrote.

        Raises:
            OSError, ValueError: a file is missing, or they do not fit together.
        """
        names, firsts, spoken = (Keys.open(directory / name) for name in ("names", "initials", "spoken"))
        things = Strings.open(directory / "things")
        if not all(are_within(keys.things, len(things)) for keys in (names, firsts, spoken)):
            raise ValueError("keys lead to no thing")
        return cls(names, firsts, spoken, things)


def _unslipped(typed: str, keys: Keys) -> Iterator[range]:
    """Yield the places of the keys that begin with keystrokes of which one is wrong, missing, too many or in the wrong place."""
    within = keys.all
    for at in range(len(typed)):
        before, rest = typed[:at], typed[at + 1 :]
        within = keys.starting(before, within)
        if not within:
            return
        yield keys.starting(before + rest, within)
        yield keys.starting(before + rest[:1] + typed[at] + rest[1:], within)
        for letter, further in keys.branches(before, within):
            yield keys.starting(before + letter + rest, further)
            yield keys.starting(before + letter + typed[at:], further)


def _written(thing: Suggestion) -> bytes:
    return json.dumps([thing.id, thing.name, thing.type], ensure_ascii=False, separators=(",", ":")).encode()


def _beginnings(analyser: Analyser, name: str) -> tuple[tuple[str, str, bool], ...]:
    """Return what comes from every place in a name where someone may start: keystrokes, first consonants, and whether it is inside."""
    name = analyser.lexicon.fold(name)
    typed, firsts = zip(*map(_pressed, name), strict=True) if name else ((), ())
    starts = {0, *(part.start for part in analyser.parts(name))}
    return tuple(("".join(typed[start:]), "".join(firsts[start:]), start > 0) for start in starts)


@lru_cache(REMEMBERED_LETTERS)
def _pressed(char: str) -> tuple[str, str]:
    """Return the keystrokes of a character of a folded text, and its first consonant; nothing for what is no letter or digit."""
    return keystrokes(compact(char)), initials(compact(char))
