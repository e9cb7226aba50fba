"""Looks after the files of the snapshot a process serves, in a thread of low priority that begins with the first request."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress

from kg.errors import Fault
from kg.store.scrub import CHUNK, Scrub
from kg.store.snapshot import Snapshot

LOG = logging.getLogger(__name__)
_MIB = 1 << 20
_LEAST_PRIORITY = 19


class Scrubber:
    """One scrub of the snapshot being served, and the thread that drives it."""

    def __init__(self, mib_per_s: float) -> None:
        """Remember the speed; 0 never starts a thread."""
        self._pause_s = CHUNK / _MIB / mib_per_s if mib_per_s else 0.0
        self._scrub: Scrub | None = None
        self._owner = 0
        self._told: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def watch(self, snapshot: Snapshot) -> None:
        """Look after this snapshot from now on, and no longer after the one before; cheap when it is the same.

        The thread is started here, in the process that serves, as threads do not outlive a fork.
        """
        if not self._pause_s or (self._owner == os.getpid() and self._scrub is not None and self._scrub.snapshot.path == snapshot.path):
            return
        with self._lock, suppress(OSError):
            self._scrub = Scrub(snapshot)
            if self._owner != os.getpid():
                self._owner = os.getpid()
                self._ended = threading.Event()
                threading.Thread(target=self._run, args=(self._ended,), name="scrub", daemon=True).start()

    def faults(self, snapshot: Snapshot) -> tuple[Fault, ...]:
        """Return what was found wrong with a snapshot's files since it is being served."""
        scrub = self._scrub
        return scrub.faults if scrub is not None and scrub.snapshot.path == snapshot.path else ()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()

    def _run(self, ended: threading.Event) -> None:
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LEAST_PRIORITY)
        self.drive(lambda: ended.wait(self._pause_s))

    def drive(self, is_ended: Callable[[], bool]) -> None:
        """Go on step by step until told to end, and log each damaged file once."""
        while not is_ended():
            scrub = self._scrub
            if scrub is None:
                continue
            scrub.step()
            found = frozenset(fault.path for fault in scrub.faults)
            for path in sorted(found - self._told):
                LOG.error("%s is not as it was published; run: itda snapshot verify", path)
            self._told = found
