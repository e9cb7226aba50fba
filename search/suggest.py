"""Names by how they begin: a sorted list of keys, one for every place in a name where someone may start to type.

Keys are spelt by keystrokes, so that a half-typed syllable is a beginning too; first consonants alone are looked up among first consonants.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from search.analysis import Analyser
from search.documents import Document
from search.jamo import initials, is_consonant, keystrokes
from search.letters import compact
from search.lexicon import Lexicon
from search.model import Suggestion

Entry = tuple[str, int, str]
_NAME, _ALIAS, _INSIDE, _SPOKEN = 0, 1, 2, 3
_LEAST_STROKES = 6
"""Of a beginning with a slip in it: in fewer, one slip could make almost anything of it."""


@dataclass(frozen=True)
class Suggester:
    """Looks names up by their beginning.

    Attributes:
        entries: (key, rank, id) sorted by key; rank 0 the preferred name, 1 another name, 2 from a word inside a name, 3 what people say
            who look for it.
        things: Suggestion of each id.
    """

    entries: tuple[Entry, ...]
    things: dict[str, Suggestion]

    @classmethod
    def of(cls, documents: Iterable[Document], analyser: Analyser) -> Suggester:
        """Make the keys of all names, aliases and known misspellings."""
        documents = tuple(documents)
        entries = {entry for document in documents for entry in _entries(document, analyser)}
        return cls(tuple(sorted(entries)), {document.id: Suggestion(document.id, document.name, document.type) for document in documents})

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
        return self._first(_starting(self._spoken, keystrokes(prefix)), limit) if prefix else ()

    def _slipped(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Return the things whose names begin with the keystrokes but for one that is wrong, missing or too many."""
        if len(typed) < _LEAST_STROKES:
            return ()
        half = len(typed) // 2
        start, end = typed[:half], typed[half + 1 :]
        near = (entry for entry in self._strokes if entry[0].startswith(start) or end in entry[0][half : len(typed) + 1])
        return self._first((entry for entry in near if _differs_once(typed, entry[0])), limit)

    def _with_all(self, words: list[str], limit: int) -> tuple[Suggestion, ...]:
        """Return the things in whose names a word begins like each of the words."""
        if len(words) < 2 or not all(words):
            return ()
        each = [{thing for _, _, thing in _starting(self._strokes, keystrokes(word))} for word in words]
        shared = (self.things[thing] for thing in set.intersection(*each))
        return tuple(sorted(shared, key=lambda thing: (len(thing.name), thing.name, thing.id))[:limit])

    def _found(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        if not prefix:
            return ()
        keys, prefix = (self._initials, prefix) if all(map(is_consonant, prefix)) else (self._strokes, keystrokes(prefix))
        return self._first(_starting(keys, prefix), limit)

    def _first(self, entries: Iterable[Entry], limit: int) -> tuple[Suggestion, ...]:
        """Return the things of some entries, names before names from within, shorter before longer."""
        best: dict[str, tuple[int, int, str, str]] = {}
        for key, rank, thing in entries:
            order = (rank, len(key), self.things[thing].name, thing)
            best[thing] = min(best.get(thing, order), order)
        return tuple(self.things[order[3]] for order in sorted(best.values())[:limit])

    @cached_property
    def _strokes(self) -> list[Entry]:
        return sorted((keystrokes(key), rank, thing) for key, rank, thing in self.entries if rank != _SPOKEN)

    @cached_property
    def _spoken(self) -> list[Entry]:
        return sorted((keystrokes(key), rank, thing) for key, rank, thing in self.entries if rank == _SPOKEN)

    @cached_property
    def _initials(self) -> list[Entry]:
        return sorted((initials(key), rank, thing) for key, rank, thing in self.entries if rank != _SPOKEN)

    def to_json(self) -> bytes:
        """Return the keys as canonical JSON (UTF-8)."""
        things = {thing: [suggestion.name, suggestion.type] for thing, suggestion in self.things.items()}
        return json.dumps({"entries": self.entries, "things": things}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Suggester:
        """Read what `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is not what `to_json` wrote.
        """
        value = json.loads(content)
        things = {thing: Suggestion(thing, name, word) for thing, (name, word) in value["things"].items()}
        return cls(tuple((key, rank, thing) for key, rank, thing in value["entries"]), things)


def _starting(entries: list[Entry], prefix: str) -> Iterator[Entry]:
    for at in range(bisect_left(entries, (prefix,)), len(entries)):
        if not entries[at][0].startswith(prefix):
            return
        yield entries[at]


def _differs_once(typed: str, key: str) -> bool:
    """Say whether a beginning of a key is the typed text but for one keystroke, wrong, missing, too many or swapped."""
    at = next((at for at, (left, right) in enumerate(zip(typed, key, strict=False)) if left != right), len(typed))
    rest = typed[at + 1 :]
    swapped = typed[at : at + 2] == key[at : at + 2][::-1] and key[at + 2 :].startswith(typed[at + 2 :])
    return swapped or any(key[after:].startswith(what) for after, what in ((at + 1, rest), (at + 1, typed[at:]), (at, rest)))


def _entries(document: Document, analyser: Analyser) -> Iterator[Entry]:
    for at, name in enumerate(map(analyser.lexicon.fold, (document.name, *document.aliases, *document.hidden))):
        yield compact(name), _ALIAS if at else _NAME, document.id
        starts = {part.start for part in analyser.parts(name)} - {0}
        yield from ((compact(name[start:]), _INSIDE, document.id) for start in starts)
    yield from ((compact(analyser.lexicon.fold(said)), _SPOKEN, document.id) for said in document.spoken)
