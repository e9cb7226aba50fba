"""Who may ask the engine now: a few places, and those who have used little query time come before those who have used much.

Nobody can tell a short query from an endless one before it runs. So every query gets a place quickly, and one that has had it for longer
than a short one needs keeps it only until a client waits that has fewer places: then the one whose client has used most is cut, and told
why. Whoever used as much as a whole deadline within the last minute never gets the last place, and cuts only those who used more. What is
used is known only when a query has ended, so of several that a client sends at once each counts for those before it. Decision 25 has the
reasons.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from msgspec import Struct

from kg.errors import StoreUnavailable
from kg.settings import Settings

_LIGHT_SHARE = 0.75
"""Of the time a query waits: for so long one of a client that used little is spared, and the one that waits still gets its place."""
RETRY_S = 5
"""When a client that was turned away or cut is asked to come back (s)."""


class Asker(Struct, frozen=True):
    """Who asks: a name that is the same for all queries of a client, and the query time it has used within the last minute (s)."""

    name: str = ""
    used_s: float = 0.0


@dataclass(eq=False)
class Place:
    """A query that waits or runs.

    Attributes:
        arrived, began: When it came, and when it got its place, or what runs it was ready if that was later (`time.monotonic`).
        promised_s: What the queries of its client that were in before it may use at least, though nobody counts it yet (s).
        cut: Ends it from another thread; None while that is not possible.
    """

    asker: Asker
    arrived: float
    promised_s: float = 0.0
    began: float | None = None
    cut: Callable[[], None] | None = None
    is_cut: bool = False
    is_sent_away: bool = False

    def ran(self, now: float) -> float:
        """Return how long it has been running (s)."""
        return 0.0 if self.began is None else now - self.began

    def cost(self, now: float) -> float:
        """Return what its client has used, this query included (s)."""
        return self.asker.used_s + self.ran(now)


class Places:
    """The places of one pool, shared by the threads of a web process."""

    def __init__(self, settings: Settings, running: int) -> None:
        """Prepare.

        Args:
            settings: `query_waiting`, `query_wait_s`, `query_short_s`, `query_deadline_s`.
            running: How many queries may run at once.
        """
        self._settings = settings
        self._most = running
        self._running: list[Place] = []
        self._waiting: list[Place] = []
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, asker: Asker, until: float) -> Iterator[Place]:
        """Wait for a place and hold it.

        Args:
            until: When the time of the query is up (`time.monotonic`).
        Raises:
            StoreUnavailable: `store.busy`: too many are in already, or no place came free within `query_wait_s`.
        """
        place = Place(asker, time.monotonic())
        with self._changed:
            place.promised_s = self._settings.query_short_s * sum(one.asker.name == asker.name for one in (*self._running, *self._waiting))
            self._admit(place)
            try:
                self._await_turn(place, min(until, place.arrived + self._settings.query_wait_s))
            finally:
                self._waiting.remove(place)
                self._changed.notify_all()
            place.began = time.monotonic()
            self._running.append(place)
        try:
            yield place
        finally:
            with self._changed:
                if not place.is_cut:
                    self._running.remove(place)
                self._changed.notify_all()

    @contextmanager
    def cuttable(self, place: Place, cut: Callable[[], None]) -> Iterator[None]:
        """Let a query be cut that begins to run now, but no later one in the same process."""
        with self._changed:
            # Else a short query whose process had to be started first would be taken for a long one.
            place.began = time.monotonic()
            place.cut = cut
        try:
            yield
        finally:
            with self._changed:
                place.cut = None

    def _admit(self, place: Place) -> None:
        """Let a query wait. Where no more may, it takes the turn of the one whose client has used most, if that is more."""
        if len(self._running) + len(self._waiting) >= self._settings.query_waiting:
            last = max((one for one in self._waiting if not one.is_sent_away), key=self._turn, default=None)
            if last is None or self._rank(last) <= self._rank(place):
                raise self._full()
            last.is_sent_away = True
            self._changed.notify_all()
        self._waiting.append(place)

    def _await_turn(self, place: Place, until: float) -> None:
        while True:
            now = time.monotonic()
            if place.is_sent_away:
                raise self._full()
            is_next = place is min(self._waiting, key=self._turn)
            if is_next and len(self._running) < self._most and not (self._is_heavy(place, now) and self._heavy_are_full(now)):
                return
            if now >= until:
                raise StoreUnavailable("store.busy", limit="query_wait_s", value=f"{self._settings.query_wait_s:g}", unit="s", wait=RETRY_S)
            self._changed.wait(min(until - now, self._make_room(place, now) if is_next else until - now))

    def _make_room(self, place: Place, now: float) -> float:
        """Cut the query that has to give way, if it is time; return when to look again (s from now)."""
        is_heavy = self._is_heavy(place, now)
        rivals = [one for one in self._running if self._is_heavy(one, now)] if is_heavy and self._heavy_are_full(now) else self._running
        own = self._settings.query_wait_s if is_heavy else self._settings.query_short_s
        soonest = max(own - min(one.ran(now) for one in rivals), 0.0)
        if soonest > 0:  # what has only begun may end by itself any moment
            return soonest
        others = [one for one in rivals if one.cut is not None and self._gives_way(one, place, now)]
        if others and not is_heavy and (left := min(self._spared(one, now) - one.ran(now) for one in others)) > 0:
            return left
        others = [one for one in others if is_heavy or one.ran(now) >= self._spared(one, now)]
        costliest = max(others, key=lambda one: one.cost(now), default=None)
        if costliest is not None and costliest.cut is not None:
            costliest.is_cut = True
            self._running.remove(costliest)
            costliest.cut()
            return 0.0
        return self._settings.query_short_s

    def _spared(self, one: Place, now: float) -> float:
        """Return how long a query runs before it can be cut for a client that used little (s)."""
        settings = self._settings
        return settings.query_short_s if self._is_heavy(one, now) else max(settings.query_short_s, _LIGHT_SHARE * settings.query_wait_s)

    def _gives_way(self, one: Place, waiting: Place, now: float) -> bool:
        is_own = one.asker.name == waiting.asker.name
        if not self._is_heavy(waiting, now):  # one that has a place already takes none from a client that has no more
            return not is_own and self._held(one.asker) > self._held(waiting.asker)
        # A new process for each cut takes processor from all: clients that both use much take turns by whole deadlines only. Behind one
        # address there may be many clients.
        return is_own or one.cost(now) >= waiting.asker.used_s + self._settings.query_deadline_s

    def _is_heavy(self, place: Place, now: float) -> bool:
        return place.cost(now) >= self._settings.query_deadline_s

    def _heavy_are_full(self, now: float) -> bool:
        return sum(self._is_heavy(one, now) for one in self._running) >= max(1, self._most - 1)

    def _held(self, asker: Asker) -> int:
        return sum(one.asker.name == asker.name for one in self._running)

    def _turn(self, place: Place) -> tuple[bool, float, float]:
        return *self._rank(place), place.arrived

    def _rank(self, place: Place) -> tuple[bool, float]:
        """Return what the order of those who wait goes by: all who used little come first, since only they may have the last place."""
        return place.asker.used_s >= self._settings.query_deadline_s, place.asker.used_s + place.promised_s

    def _full(self) -> StoreUnavailable:
        most = self._settings.query_waiting
        return StoreUnavailable("store.busy", limit="query_waiting", value=most, unit="requests", wait=RETRY_S)
