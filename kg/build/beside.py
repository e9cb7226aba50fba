"""Does a piece of work in a forked process beside the rest of a build, which else would use one core only."""

from __future__ import annotations

import multiprocessing
import os
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from kg.errors import SourceFaults, StoreUnavailable

T = TypeVar("T")
_FORK = multiprocessing.get_context("fork")


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Start the work and yield a function that waits for what it returns; the process ends with the block, or with this one.

    Args:
        work: Reads what was there when it began and returns something that can be pickled. It may not write to the terminal or use an
            engine that has threads.
    Raises:
        SourceFaults, OSError: from the function, what the work raised.
        StoreUnavailable: from the function, the process was killed.
    """
    receiver, sender = _FORK.Pipe(duplex=False)
    watched, alive = os.pipe()
    process = _FORK.Process(target=_run, args=(work, sender, watched))
    process.start()
    sender.close()
    os.close(watched)

    def result() -> T:
        try:
            done, value = receiver.recv()
        except EOFError:
            raise StoreUnavailable(detail="a process of the build died") from None
        if not done:
            raise value if isinstance(value, OSError) else SourceFaults(value)
        return value  # type: ignore[no-any-return]

    try:
        yield result
    finally:
        process.terminate()
        process.join()
        process.close()
        receiver.close()
        os.close(alive)


def _run(work: Callable[[], Any], sender: Connection, watched: int) -> None:
    # Descriptors of the parent, such as that of the lock of its folder, would outlive it here.
    kept = sorted((sender.fileno(), watched))
    for first, last in zip((2, *kept), (*kept, os.sysconf("SC_OPEN_MAX")), strict=True):
        os.closerange(first + 1, last)
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()
    try:
        sender.send((True, work()))
    except SourceFaults as error:
        sender.send((False, error.faults))
    except OSError as error:
        sender.send((False, error))


def _end_with_parent(watched: int) -> None:
    poll = select.poll()
    poll.register(watched, 0)
    poll.poll()
    os._exit(1)
