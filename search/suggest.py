"""Names by how they begin: a sorted list of keys, one for every place in a name where someone may start to type."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.analysis import Analyser
from search.documents import Document
from search.letters import compact
from search.model import Suggestion

Entry = tuple[str, int, str]
_NAME, _ALIAS, _INSIDE = 0, 1, 2


@dataclass(frozen=True)
class Suggester:
    """Looks names up by their beginning.

    Attributes:
        entries: (key, rank, id) sorted by key; rank 0 the preferred name, 1 another name, 2 from a word inside a name.
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

    def find(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Return at most `limit` things for a folded text: names by their beginning before names from within, shorter before longer."""
        prefix = compact(text)
        if not prefix:
            return ()
        best: dict[str, tuple[int, int, str, str]] = {}
        for key, rank, thing in self._starting(prefix):
            order = (rank, len(key), self.things[thing].name, thing)
            best[thing] = min(best.get(thing, order), order)
        return tuple(self.things[order[3]] for order in sorted(best.values())[:limit])

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

    def _starting(self, prefix: str) -> Iterator[Entry]:
        for at in range(bisect_left(self.entries, (prefix,)), len(self.entries)):
            if not self.entries[at][0].startswith(prefix):
                return
            yield self.entries[at]


def _entries(document: Document, analyser: Analyser) -> Iterator[Entry]:
    for at, name in enumerate(map(analyser.lexicon.fold, (document.name, *document.aliases, *document.hidden))):
        yield compact(name), _ALIAS if at else _NAME, document.id
        starts = {part.start for part in analyser.parts(name)} - {0}
        yield from ((compact(name[start:]), _INSIDE, document.id) for start in starts)
