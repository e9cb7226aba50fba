"""Does a piece of work in a process beside the rest of a build, which else would use one core only."""

from __future__ import annotations

import multiprocessing
import os
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from kg.errors import KgError, StoreUnavailable

S = TypeVar("S")
T = TypeVar("T")


@contextmanager
def beside(work: Callable[[], T], *, fresh: bool = False) -> Iterator[Callable[[], T]]:
    """Start the work and yield a function that waits for what it returns; the process ends with the block, or with this one.

    Args:
        work: Reads what was there when it began, may write files, and returns something that can be pickled. It may not write to the
            terminal.
        fresh: In a new interpreter instead of a fork. For work, picklable itself, that opens an engine with threads: those of an engine
            that was ever open here would be missing in a fork, and it would wait for them. Half a second more, and Python's tracker of
            shared resources beside this process until it ends.
    Raises:
        KgError, OSError: from the function, what the work raised.
        StoreUnavailable: from the function, the process ended otherwise (code `build.process-ended`, fact `status`: that of its exit, or
            less than nothing for a signal); what else the work raised stands on standard error.
    """
    context = multiprocessing.get_context("spawn" if fresh else "fork")
    receiver, sender = context.Pipe(duplex=False)
    watched, alive = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, sender, watched, not fresh))  # type: ignore[attr-defined]
    process.start()
    sender.close()
    watched.close()

    def result() -> T:
        try:
            done, value = receiver.recv()
        except (EOFError, OSError):  # the second where it was killed while it sent
            process.join()
            raise StoreUnavailable("build.process-ended", status=process.exitcode) from None
        if not done:
            raise value
        return value  # type: ignore[no-any-return]

    try:
        yield result
    finally:
        process.terminate()
        process.join()
        process.close()
        receiver.close()
        alive.close()


def in_parts(work: Callable[[Sequence[S]], T], items: Sequence[S], size: int, own: Callable[[Sequence[S]], T]) -> Iterator[T]:
    """Yield what is made of each so many of the items, in their order: of the first part here, of the others beside it in forks.

    Args:
        work: What is done beside; see `beside`, which also says what is raised.
        items: What is shared out.
        size: Items of a part, at least one.
        own: What is done here instead; also where there are no items.
    """
    with ExitStack() as stack:
        others = [stack.enter_context(beside(partial(work, items[start : start + size]))) for start in range(size, len(items), size)]
        yield own(items[:size])
        for other in others:
            yield other()


def _run(work: Callable[[], Any], sender: Connection, watched: Connection, is_fork: bool) -> None:
    # Descriptors of the parent, such as that of the lock of its folder, would outlive it here.
    kept = sorted((sender.fileno(), watched.fileno()))
    for first, last in zip((2, *kept), (*kept, os.sysconf("SC_OPEN_MAX")), strict=True) if is_fork else ():
        os.closerange(first + 1, last)
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()
    try:
        sender.send((True, work()))
    except (KgError, OSError) as error:
        sender.send((False, error))


def _end_with_parent(watched: Connection) -> None:
    poll = select.poll()
    poll.register(watched, 0)
    poll.poll()
    os._exit(1)
