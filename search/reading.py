"""Reads the texts of many documents, in several processes side by side: what Kiwi makes of one has nothing to do with another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kg.build.beside import in_parts
from search.analysis import Analyser
from search.documents import Document
from search.fields import FieldReader
from search.inverting import Inverter
from search.ranking import LINKED

Progress = Callable[[int, int], None]


def invert(documents: Sequence[Document], analyser: Analyser, progress: Progress, processes: int) -> Inverter:
    """Return what an index holds of documents, in their order; the same however many processes read them.

    Processes are forked, so that they share Kiwi and what it was taught; they end with this one.
    What goes wrong in one of them is told on standard error.

    Args:
        progress: Called with documents done and in all, after each that this process reads.
    Raises:
        StoreUnavailable: a process ended before it had read its part.
    """
    numbers = {document.id: str(number) for number, document in enumerate(documents)}

    def read(part: Sequence[Document], done: Callable[[int], None] = _unseen) -> Inverter:
        return _read(part, numbers, analyser, done)

    def shown(done: int) -> None:
        progress(min(done * processes, len(documents)), len(documents))

    parts = in_parts(read, documents, -(-len(documents) // processes) or 1, lambda part: read(part, shown))
    found = next(parts)
    for other in parts:
        found.extend(other)
    return found


def _unseen(done: int) -> None:
    """What another process has done is not told."""


def _read(part: Sequence[Document], numbers: Mapping[str, str], analyser: Analyser, progress: Callable[[int], None]) -> Inverter:
    reader, found = FieldReader(analyser.lexicon.fold, analyser.index_tokens), Inverter()
    for done, document in enumerate(part, 1):
        linked = [numbers[other] for other in document.linked if other in numbers]
        found.add(reader.fields(document) | ({LINKED: linked} if linked else {}))
        progress(done)
    return found
