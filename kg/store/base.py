"""The seam between the project and whichever engine holds the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kg.store.guard import QueryShape
from kg.store.listed import About
from kg.store.places import Asker
from kg.store.results import Answer, Dataset, Solutions, Term


class GraphStore(Protocol):
    """A published graph that answers SPARQL 1.1 queries, embedded or behind an endpoint.

    Text goes in, our own result types come out; nothing can be changed through it. The default graph holds every triple once, and each
    named graph holds its own again. Query text given here is the project's own: a visitor's goes through `kg.store.sandbox`.

    `bindings` gives variables of the text a value, by name without `?`. All methods raise:
        QuerySyntaxError: the text does not parse.
        QueryNotAllowed: it asks for a service, a change, or a graph the store does not hold.
        QueryRejected: a binding names a variable the text does not have, or is not a term that can be bound; facts `name`, `nearest`.
        StoreUnavailable: the engine cannot be reached or its files cannot be read.
    """

    def select(self, text: str, bindings: Mapping[str, Term] | None = None, about: About | None = None) -> Solutions:
        """Answer a SELECT query.

        Args:
            about: Things that it is asked about at once; see `kg.store.listed`.
        Raises:
            QueryRejected: the text is a query of another form; facts `expected`, `actual`.
        """
        ...

    def ask(self, text: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """Answer an ASK query.

        Raises:
            QueryRejected: the text is a query of another form; facts `expected`, `actual`.
        """
        ...

    def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> bytes:
        """Answer a CONSTRUCT or DESCRIBE query as N-Triples, each triple once.

        Raises:
            QueryRejected: the text is a query of another form; facts `expected`, `actual`.
        """
        ...

    def query_bytes(
        self,
        text: str,
        media: str,
        bindings: Mapping[str, Term] | None = None,
        dataset: Dataset | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Answer a query of any form in a wanted media type.

        Args:
            media: Media type of the answer; it has to fit the form of the query.
            dataset: Graphs to read; it takes the place of the FROM clauses of the text.
            max_bytes: Largest answer, in bytes; None for no limit.
        Raises:
            QueryLimitExceeded: the answer is larger, or the merge of several default graphs is; facts `limit`, `value`, `unit`.
        """
        ...


class PublicQueries(Protocol):
    """Answers what visitors ask of a snapshot, within limits: in worker processes (`QueryPool`) or at an endpoint (`RemoteQueries`)."""

    def inspect(self, text: str) -> QueryShape:
        """Say what a query is, without running it.

        Raises:
            QueryError: as `kg.store.guard.inspect` says.
        """
        ...

    def query(self, text: str, accept: str | Sequence[str], dataset: Dataset | None = None, asker: Asker | None = None) -> Answer:
        """Answer a query, whole or not at all.

        Args:
            accept: Media type of the answer, or several by preference: the first that fits the form of the query is taken.
            dataset: Graphs to read; it takes the place of the FROM clauses of the text.
            asker: Who asks; those who have used less query time come first.
        Raises:
            QueryError: it is refused, fails or crosses a limit.
            StoreUnavailable: too many queries are in, it was cut for others, or the engine cannot be reached.
        """
        ...

    def start(self) -> None:
        """Get ready, so that the first query need not wait; called at most once, before it."""
        ...

    def close(self) -> None:
        """Take no more queries and let go of what is held."""
        ...
