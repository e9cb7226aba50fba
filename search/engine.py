"""The seam: what any full-text engine must do. `search.whoosh_engine.WhooshSearch` is the default."""

from __future__ import annotations

from typing import Protocol

from kg.errors import StoreUnavailable
from search.analysis import Analyser
from search.model import Page, Query, Suggestion


class SearchEngine(Protocol):
    """A read-only index of one snapshot; safe to use from several threads and after a fork.

    An engine on other machines raises SearchUnavailable where it cannot answer whole and in time; what it says is never cut short.

    Attributes:
        analyser: What takes its texts apart, for others who read Korean.
        is_down: Whether it could not answer when it was asked last.
    """

    analyser: Analyser
    is_down: bool

    def search(self, query: Query) -> Page:
        """Return the page of hits for `query`; text without letters and digits finds nothing."""
        ...

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return at most `limit` things whose name, alias or a word of it starts with `text`."""
        ...

    def trouble(self) -> StoreUnavailable | None:
        """Return why the next search would fail, None when all is well; answers within a second."""
        ...

    def close(self) -> None:
        """Let go of what is open; only when no thread searches any more."""
        ...
