"""The seam: what any full-text engine must do. `search.whoosh_engine.WhooshSearch` is the default."""

from __future__ import annotations

from typing import Protocol

from search.analysis import Analyser
from search.model import Page, Query, Suggestion


class SearchEngine(Protocol):
    """A read-only index of one snapshot; safe to use from several threads and after a fork.

    Attributes:
        analyser: What takes its texts apart, for others who read Korean.
    """

    analyser: Analyser

    def search(self, query: Query) -> Page:
        """Return the page of hits for `query`; text without letters and digits finds nothing."""
        ...

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return at most `limit` things whose name, alias or a word of it starts with `text`."""
        ...
