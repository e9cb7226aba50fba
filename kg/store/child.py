"""A worker process as its parent sees it: starting it, asking it, ending it, and saying from its end what the query did."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg import errors
from kg.errors import KgError, QueryError, QueryLimitExceeded, QueryNotAllowed, QueryRejected, QuerySyntaxError, StoreUnavailable
from kg.settings import Settings
from kg.store.results import Answer
from kg.store.worker import OUT_OF_MEMORY, POLITENESS

# Isolated and without `site`, a worker starts in a third of the time and runs exactly the code its parent runs.
_BOOT = (
    f"import os, sys; os.nice({POLITENESS}); sys.path[:0] = [sys.argv.pop(1)]; sys.path.append(sys.argv.pop(1)); "
    "from kg.store.worker import main; main()"
)
_PATHS = (str(Path(errors.__file__).parents[1]), str(Path(ox.__file__).parents[1]))
_START_S = 10.0
_DYING_S = 2.0
_CHUNK = 1 << 16
_LOOK_S = 0.05
_LAST = 19
"""The nice value of a query that takes long: the processor is its when nobody else wants it."""
_BREAKDOWNS = (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL)
"""How a worker ends whose stack a query used up. Aborting is how the engine ends when it gets no memory."""
_ERRORS: Mapping[str, type[KgError]] = {
    kind.__name__: kind for kind in (QueryError, QueryLimitExceeded, QueryNotAllowed, QueryRejected, QuerySyntaxError, StoreUnavailable)
}


class WorkerProcess:
    """One worker process. Used by one thread at a time."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Start it; it opens its store meanwhile.

        Args:
            path: Folder of the store.
            settings: `query_memory_mib`, `query_deadline_s`, `query_short_s`.
        Raises:
            StoreUnavailable: the system starts no process; fact `detail`.
        """
        self._settings = settings
        self._ready = self._spent = self._yields = False
        self._unread = bytearray()
        command = [sys.executable, "-I", "-S", "-c", _BOOT, *_PATHS, str(path), str(settings.query_memory_mib)]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
        except OSError as error:
            raise StoreUnavailable(detail=error) from None
        assert self._process.stdin and self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout
        os.set_blocking(self._requests.fileno(), False)
        os.set_blocking(self._answers.fileno(), False)

    @property
    def usable(self) -> bool:
        """Say whether it can take a query.

        One inherited through a fork cannot, or two processes would read each other's answers: it counts as ended where it is no child.
        """
        return not self._spent and self._process.poll() is None

    def kill(self) -> None:
        """Kill the process; `end` reaps it."""
        self._spent = True
        self._process.kill()

    def begin(self, until: float) -> None:
        """Wait until it can be asked; a process that cannot be in time is gone afterwards.

        Raises:
            StoreUnavailable: it was not ready in time, or it ended.
        """
        try:
            self.await_ready(until)
        except TimeoutError:
            self.kill()
            raise StoreUnavailable(detail="worker not started in time") from None
        except EOFError:
            raise self._verdict() from None
        except BaseException:
            self.kill()
            raise

    def ask(self, request: bytes, until: float) -> Answer:
        """Send a request and read the whole answer, after `begin`; the process is gone afterwards unless it may answer another.

        Args:
            until: When the time is up (`time.monotonic`).
        Raises:
            QueryError, StoreUnavailable: as `kg.store.limited.LimitedQueries.query` says.
        """
        try:
            self.send(request, until)
            self._await_short(until)
            header, body = json.loads(self._frame(until)), self._frame(until)
            if header["retire"] or self._yields:
                self.kill()
        except TimeoutError:
            self.kill()
            raise self._too_late() from None
        except EOFError:
            raise self._verdict() from None
        except BaseException:
            self.kill()  # an answer may be on its way that the next query must not get
            raise
        if not header["ok"]:
            raise _ERRORS[header["error"]](header["code"], **header["facts"])
        return Answer(header["media"], body, header["kind"])

    def end(self) -> int:
        """Kill and reap the process; its exit status, negative for the signal that had ended it."""
        self.kill()
        self._requests.close()
        self._answers.close()
        return self._process.wait()

    def await_ready(self, until: float | None = None) -> None:
        """Wait until the process has opened its store.

        Args:
            until: When the time is up (`time.monotonic`); None for as long as a start may take.
        Raises:
            TimeoutError: the time is up.
            StoreUnavailable: it takes longer than a start may, or the store cannot be opened.
            EOFError: the process has ended.
        """
        if self._ready:
            return
        longest = time.monotonic() + _START_S
        try:
            header = json.loads(self._frame(longest if until is None else min(until, longest)))
        except TimeoutError:
            if until is not None and until < longest:
                raise
            raise StoreUnavailable(detail=f"worker not started within {_START_S} s") from None
        if not header["ok"]:
            raise StoreUnavailable(header["code"], **header["facts"])
        self._ready = True

    def send(self, request: bytes, until: float) -> None:
        """Send a request.

        Raises:
            TimeoutError: the time is up.
            EOFError: the process has ended.
        """
        left = memoryview(len(request).to_bytes(4, "big") + request)
        while left:
            try:
                left = left[os.write(self._requests.fileno(), left[:_CHUNK]) :]
            except BlockingIOError:
                self._wait(self._requests.fileno(), select.POLLOUT, until)
            except BrokenPipeError:
                raise EOFError from None

    def _await_short(self, until: float) -> None:
        """Wait as long as a short query takes; one that takes longer has the processor only when nobody else wants it."""
        end = self._cpu_s() + self._settings.query_short_s
        while (left := end - self._cpu_s()) > 0:  # a short query that waits for the processor is no long one
            try:
                self._wait(self._answers.fileno(), select.POLLIN, min(time.monotonic() + left, until))
            except TimeoutError:
                if time.monotonic() >= until:
                    raise
            else:
                return
        with suppress(OSError):  # it is gone, or the system lets nobody set it: the query goes on as it is
            if os.getpriority(os.PRIO_PROCESS, self._process.pid) < _LAST:
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _LAST)
                self._yields = True  # for good: only the superuser may take it back

    def _cpu_s(self) -> float:
        """Return the processor time the process has used (s), or where the system does not tell, the time."""
        try:
            return time.clock_gettime(~self._process.pid << 3 | 2)  # as clock_getcpuclockid makes it on Linux
        except OSError:
            return time.monotonic()

    def _too_late(self) -> KgError:
        return QueryLimitExceeded(limit="query_deadline_s", value=self._settings.query_deadline_s, unit="s")

    def _verdict(self) -> KgError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_DYING_S)  # it closed its pipes on its way out; killing it now could hide what ended it
        status = self.end()
        if not self._ready:
            return StoreUnavailable(status=status)
        if status in (-signal.SIGABRT, OUT_OF_MEMORY):
            return QueryLimitExceeded(limit="query_memory_mib", value=self._settings.query_memory_mib, unit="MiB")
        if status == -signal.SIGXCPU:
            return self._too_late()
        if status in _BREAKDOWNS:
            return QueryLimitExceeded("query.too-complex", signal=signal.Signals(-status).name)
        return StoreUnavailable(status=status)

    def _frame(self, until: float) -> bytes:
        return self._read(int.from_bytes(self._read(4, until), "big"), until)

    def _read(self, size: int, until: float) -> bytes:
        # Answers are read as they come, not frame by frame: a short one takes one call of the system.
        while len(self._unread) < size:
            self._wait(self._answers.fileno(), select.POLLIN, until)
            chunk = os.read(self._answers.fileno(), _CHUNK)
            if not chunk:
                raise EOFError
            self._unread += chunk
        found = bytes(self._unread[:size])
        del self._unread[:size]
        return found

    def _wait(self, descriptor: int, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        while not self._spent:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if poll.poll(min(left, _LOOK_S) * 1000):
                return
        # Killed from another thread. Its pipe says so only when its memory is taken apart, which has no haste on a busy machine.
        raise StoreUnavailable(detail="worker cut")
