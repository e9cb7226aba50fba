"""How much query time each client has used within the last minute, so that one cannot take the place of all others."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from web.errors import WebError

_WINDOW_S = 60.0
_CLIENTS = 10_000


class QueryBudget:
    """Query time by client, in memory of one web process only; nothing about a client is written anywhere. Threads may share it."""

    def __init__(self, seconds: float) -> None:
        """Prepare a budget.

        Args:
            seconds: Query time a client may use within a minute.
        """
        self._limit = seconds
        self._used: OrderedDict[str, deque[tuple[float, float]]] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def spending(self, client: str) -> Iterator[None]:
        """Count the time of what is done within as the client's.

        Raises:
            WebError: 429, the client has used its time; fact `wait` says in how many seconds it has some again.
        """
        start = time.monotonic()
        self._check(client, start)
        try:
            yield
        finally:
            end = time.monotonic()
            with self._lock:
                self._used.setdefault(client, deque()).append((end, end - start))
                self._used.move_to_end(client)
                while len(self._used) > _CLIENTS:
                    self._used.popitem(last=False)

    def _check(self, client: str, now: float) -> None:
        with self._lock:
            spent = self._used.get(client, deque())
            while spent and spent[0][0] <= now - _WINDOW_S:
                spent.popleft()
            total, wait = sum(seconds for _, seconds in spent), 0.0
            if total < self._limit:
                return
            for end, seconds in spent:
                total, wait = total - seconds, end + _WINDOW_S - now
                if total < self._limit:
                    break
        raise WebError("web.budget", 429, limit=f"{self._limit:g}", wait=ceil(wait))
