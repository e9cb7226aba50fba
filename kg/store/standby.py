"""A graph store that answers from the snapshot while the endpoint that should answer does not."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from kg.errors import KgError, QueryError, QueryLimitExceeded, StoreUnavailable
from kg.store.results import Answer, AnswerKind, Dataset, Term
from kg.store.typed import TypedAnswers

LOG = logging.getLogger(__name__)
REST_S = 10.0
_FAILED = QueryError.code


class StandbyStore(TypedAnswers):
    """A `GraphStore` of two that hold the same: the first answers while it can, else the second. Threads may share it.

    A first one that failed is left alone for some seconds, so that a page waits for it once and not for each of its queries. It is asked
    again only after it has told that it holds what it should.
    """

    def __init__(self, first: TypedAnswers, second: TypedAnswers, sound: Callable[[], None], rest_s: float = REST_S) -> None:
        """Put two stores together.

        Args:
            first: Asked while it answers.
            second: Asked while the first one does not.
            sound: Raises a KgError when the first one cannot be reached or holds something else.
            rest_s: How long the first one is left alone after it failed, in seconds.
        """
        self._first, self._second, self._sound, self._rest_s = first, second, sound, rest_s
        self._lock = threading.Lock()
        self._trouble: KgError | None = None
        self._rests_until = 0.0
        self._is_sound = False

    @property
    def is_down(self) -> bool:
        """Whether the first one failed when it was asked last."""
        return self._trouble is not None

    def trouble(self) -> KgError | None:
        """Return why the second one answers; None while the first one does."""
        self._is_up()
        return self._trouble

    def kind_of(self, text: str) -> AnswerKind:
        """Return what a query's answer is."""
        return self._second.kind_of(text)

    def query_bytes(
        self,
        text: str,
        media: str,
        bindings: Mapping[str, Term] | None = None,
        dataset: Dataset | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Answer a query of any form in a wanted media type; see `GraphStore`."""
        if self._is_up():
            try:
                return self._first.query_bytes(text, media, bindings, dataset, max_bytes)
            except KgError as error:
                if not _is_its_own(error):
                    raise
                self._leave_alone(error)
        return self._second.query_bytes(text, media, bindings, dataset, max_bytes)

    def _is_up(self) -> bool:
        """Say whether the first one may be asked, having tried it once when its rest is over: by one thread, the others do not wait."""
        if self._is_sound:
            return True
        if time.monotonic() < self._rests_until or not self._lock.acquire(blocking=False):
            return False
        try:
            self._sound()
        except KgError as error:
            self._leave_alone(error)
        else:
            self._trouble, self._is_sound = None, True
        finally:
            self._lock.release()
        return self._is_sound

    def _leave_alone(self, error: KgError) -> None:
        if self._trouble is None:
            LOG.error("the SPARQL endpoint is left alone, the snapshot answers: %s", error)
        self._trouble, self._is_sound = error, False
        self._rests_until = time.monotonic() + self._rest_s


def _is_its_own(error: KgError) -> bool:
    """Say whether an error is the first one's own and not that of the query."""
    late = isinstance(error, QueryLimitExceeded) and error.facts.get("limit") == "query_deadline_s"
    return late or isinstance(error, StoreUnavailable) or error.code == _FAILED
