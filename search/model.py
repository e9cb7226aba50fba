"""What goes into a search and what comes out of it: plain frozen values, the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Evidence = Literal["name", "word", "synonym", "part", "spelling", "initials", "age", "linked", "said"]
TYPE_FACET = "type"


class Query(Struct, frozen=True):
    """One search request.

    Attributes:
        text: What the visitor typed, any Unicode; the caller caps its length.
        types: Type words to keep (any of them); empty keeps all.
        filters: Facet name to the values to keep (any of them); all named facets must hold.
        limit: Most hits on the page.
        offset: Hits to skip.
    """

    text: str
    types: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = {}
    limit: int = 20
    offset: int = 0

    def chosen(self) -> dict[str, frozenset[str]]:
        """Return every facet that restricts the hits, types included, with the values it keeps."""
        wanted = {name: frozenset(values) for name, values in self.filters.items() if values}
        if self.types:
            wanted[TYPE_FACET] = frozenset(self.types)
        return wanted


class Fragment(Struct, frozen=True):
    """A stretch of a snippet; `is_match` says whether to mark it."""

    text: str
    is_match: bool


class Reason(Struct, frozen=True):
    """Why a hit is a hit.

    Attributes:
        kind: `name` the query is its name or alias; `word` a word of the query; `synonym` another word for it; `part` a part of it;
            `spelling` enough letters agree; `initials` its first consonants; `age` it is for people of that age; `linked` it only is
            linked with something that matches well, which `term` names; `said` people who look for it say so.
        field: Where it was found: a field of `search.documents.Document`, or `text` for several at once.
        query: The words of the query that matched.
        term: What they matched in the document, folded.
    """

    kind: Evidence
    field: str
    query: str
    term: str


class Hit(Struct, frozen=True):
    """One thing found. `score` orders the hits of one query and means nothing across queries."""

    id: str
    name: str
    type: str
    score: float
    snippet: tuple[Fragment, ...]
    why: tuple[Reason, ...]


class FacetValue(Struct, frozen=True):
    """One value of a facet with the number of hits that have it; `label` is None where the value is a type word."""

    value: str
    label: str | None
    count: int


class Facet(Struct, frozen=True):
    """The values of one facet, most hits first. A facet's own filter does not lower its counts, so that one can switch."""

    name: str
    values: tuple[FacetValue, ...]


class UnderstoodTerm(Struct, frozen=True):
    """One form a word of the query was looked up in, its evidence kind and its weight (1 = as typed)."""

    term: str
    kind: Evidence
    weight: float


class Understood(Struct, frozen=True):
    """One idea of the query: the words as typed and every form looked up for them."""

    text: str
    terms: tuple[UnderstoodTerm, ...]


class Relaxation(Struct, frozen=True):
    """A wider search to offer where one finds nothing, or without the words that nothing has.

    Attributes:
        text: What to search for instead.
        without: Name of the facet that no longer restricts, or an empty text.
        total: Hits it has.
    """

    text: str
    without: str
    total: int


class Page(Struct, frozen=True):
    """The answer to a `Query`.

    Attributes:
        total: Exact number of hits after all filters.
        hits: The hits from `offset` on, best first, ties by id.
        facets: Counts over all hits.
        understood: How the text was read; empty when it holds no letter and no digit.
        read_as: What was typed in the wrong keyboard layout, and what it was read as.
        did_you_mean: A name close to the text when no word of it is known, else None.
        relaxations: Wider searches that find something, where this one finds nothing or has words that nothing has; most hits first.
        demands: What documents must have or must not, as it was written.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    understood: tuple[Understood, ...]
    did_you_mean: str | None
    read_as: tuple[tuple[str, str], ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    demands: tuple[str, ...] = ()


class Suggestion(Struct, frozen=True):
    """A thing whose name starts like the text; `name` is its preferred name."""

    id: str
    name: str
    type: str
