"""Does several pieces of work at once in threads, for work that lets go of the interpreter, such as what the engine of a store does."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_MOST = 8
"""Threads: what they make goes through one interpreter, and is held until its turn."""


def ahead(work: Callable[[T], R], items: Iterable[T], threads: int = 0) -> Generator[R, None, None]:
    """Yield what the work makes of each item, in their order; a few more are worked on meanwhile, so results do not pile up.

    Args:
        work: Called in any of the threads; what it raises is raised here, in its turn.
        items: Taken as they are needed.
        threads: How many; 0 for as many as there are processors, up to eight. They have ended when the last result is taken, or the
            iterator closed.
    """
    many = threads or min(len(os.sched_getaffinity(0)), _MOST)
    with ThreadPoolExecutor(many) as pool:
        begun: deque[Future[R]] = deque()
        try:
            for item in items:
                begun.append(pool.submit(work, item))
                if len(begun) > many:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for one in begun:
                one.cancel()
