"""How much query time each client has used within the last minute, so that one cannot take the place of all others."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from kg.store.places import Asker
from web.errors import WebError

_WINDOW_S = 60.0
_CLIENTS = 10_000


@dataclass(slots=True)
class _Account:
    """What one client has used: (end, seconds) of each query in the window, oldest first, and their sum."""

    spent: deque[tuple[float, float]] = field(default_factory=deque)
    total: float = 0.0

    def forget(self, before: float) -> None:
        while self.spent and self.spent[0][0] <= before:
            self.total -= self.spent.popleft()[1]
        if not self.spent:
            self.total = 0.0  # without what rounding left over


class QueryBudget:
    """Query time by client, in memory of one web process only; nothing about a client is written anywhere. Threads may share it."""

    def __init__(self, seconds: float) -> None:
        """Prepare a budget.

        Args:
            seconds: Query time a client may use within a minute.
        """
        self._limit = seconds
        self._used: OrderedDict[str, _Account] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def spending(self, client: str, least: float = 0.0) -> Iterator[Asker]:
        """Count the time of what is done within as the client's; yield the client with what it has used.

        Args:
            least: Seconds it counts as at least.
        Raises:
            WebError: 429, the client has used its time; fact `wait` says in how many seconds it has some again.
        """
        start = time.monotonic()
        asker = Asker(client, self._check(client, start))
        try:
            yield asker
        finally:
            end = time.monotonic()
            seconds = max(end - start, least)
            with self._lock:
                account = self._used.setdefault(client, _Account())
                account.spent.append((end, seconds))
                account.total += seconds
                self._used.move_to_end(client)
                while len(self._used) > _CLIENTS:
                    self._used.popitem(last=False)

    def _check(self, client: str, now: float) -> float:
        with self._lock:
            account = self._used.get(client)
            if account is None:
                return 0.0
            account.forget(now - _WINDOW_S)
            total, wait = account.total, 0.0
            if total < self._limit:
                return total
            for end, seconds in account.spent:
                total, wait = total - seconds, end + _WINDOW_S - now
                if total < self._limit:
                    break
        raise WebError("web.budget", 429, limit="query_budget_s", value=f"{self._limit:g}", unit="s", wait=ceil(wait))
