"""Answers kept for the next one who asks the same of the same snapshot."""

from __future__ import annotations

import threading
from collections import OrderedDict

from kg.store.results import Answer, Dataset

Key = tuple[str, str, Dataset | None]
"""What an answer depends on beside the snapshot: canonical text of the query, media type, graphs read."""

_SHARE = 16
_EACH = 64
"""Bytes that a text takes beside its own."""


class KeptAnswers:
    """The answers used last, up to a number of bytes; an answer larger than a sixteenth of it is not kept. Threads may share it.

    A snapshot never changes, so an answer kept with its snapshot is never stale.
    """

    def __init__(self, limit: int) -> None:
        """Prepare to keep answers.

        Args:
            limit: Most bytes of all answers together; 0 keeps none.
        """
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Answer | None:
        """Return the answer to a query, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, letting go of those not used for longest."""
        if len(answer.body) > self._limit // _SHARE:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += _size(key, answer) - (_size(key, before) if before else 0)
            self._kept[key] = answer
            while self._size > self._limit:
                self._size -= _size(*self._kept.popitem(last=False))


def _size(key: Key, answer: Answer) -> int:
    text, media, dataset = key
    graphs = (*dataset.default, *dataset.named) if dataset else ()
    return sum(len(one.encode()) + _EACH for one in (text, media, *graphs)) + len(answer.body)
