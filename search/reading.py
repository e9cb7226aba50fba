"""Reads the texts of many documents, in several processes side by side: what Kiwi makes of one has nothing to do with another."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from search.analysis import Analyser
from search.documents import Document
from search.fields import document_fields
from search.inverting import Inverter
from search.ranking import LINKED

Progress = Callable[[int, int], None]


def invert(documents: Sequence[Document], analyser: Analyser, progress: Progress, processes: int) -> Inverter:
    """Return what an index holds of documents, in their order; the same however many processes read them.

    Processes are forked, so that they share Kiwi and what it was taught; one that is left behind ends by itself when it has read its part.
    What goes wrong in one of them is told on standard error.

    Args:
        progress: Called with documents done and in all, after each that this process reads.
    Raises:
        ChildProcessError: a process ended before it had read its part.
    """
    numbers = {document.id: str(number) for number, document in enumerate(documents)}
    size = -(-len(documents) // processes) or 1
    own, *others = [documents[start : start + size] for start in range(0, max(1, len(documents)), size)]
    context = multiprocessing.get_context("fork")
    waiting: list[tuple[Connection, ForkProcess]] = []
    for part in others:
        receiver, sender = context.Pipe(duplex=False)
        inherited = [receiver, *(other for other, _ in waiting)]
        process = context.Process(target=_send, args=(sender, inherited, part, numbers, analyser), daemon=True)
        process.start()
        sender.close()
        waiting.append((receiver, process))
    found = _read(own, numbers, analyser, lambda done: progress(min(done * processes, len(documents)), len(documents)))
    for receiver, process in waiting:
        try:
            found.extend(receiver.recv())
        except (EOFError, OSError) as error:  # before it sent anything, or while it did
            process.join()
            raise ChildProcessError(f"a process that read texts ended early ({process.exitcode})") from error
        process.join()
    return found


def _send(
    sender: Connection, inherited: Iterable[Connection], part: Sequence[Document], numbers: Mapping[str, str], analyser: Analyser
) -> None:
    # Who holds an end to read from waits for ever to be read, when the process that should is gone.
    for receiver in inherited:
        receiver.close()
    sender.send(_read(part, numbers, analyser, lambda _done: None))


def _read(part: Sequence[Document], numbers: Mapping[str, str], analyser: Analyser, progress: Callable[[int], None]) -> Inverter:
    # Names come back in many documents (a task is told of by each of its programmes): each is analysed once.
    tokenise, found = cache(analyser.index_tokens), Inverter()
    for done, document in enumerate(part, 1):
        linked = [numbers[other] for other in document.linked if other in numbers]
        found.add(document_fields(document, analyser.lexicon.fold, tokenise) | ({LINKED: linked} if linked else {}))
        progress(done)
    return found
