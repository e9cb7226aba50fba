"""The typed answers of a graph store, told from its answer in bytes: what every engine behind `GraphStore` does alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from kg.errors import QueryRejected
from kg.store.listed import About, with_lists
from kg.store.results import NTRIPLES, SPARQL_JSON, Answer, AnswerKind, Dataset, Solutions, Term, boolean_from_json


class TypedAnswers(ABC):
    """SELECT, ASK and CONSTRUCT by `query_bytes`; see `GraphStore`."""

    @abstractmethod
    def query_bytes(
        self,
        text: str,
        media: str,
        bindings: Mapping[str, Term] | None = None,
        dataset: Dataset | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Answer a query of any form in a wanted media type; see `GraphStore`."""

    @abstractmethod
    def kind_of(self, text: str) -> AnswerKind:
        """Return what a query's answer is."""

    def select(self, text: str, bindings: Mapping[str, Term] | None = None, about: About | None = None) -> Solutions:
        """Answer a SELECT query; see `GraphStore`."""
        return Solutions.from_json(self._answer(with_lists(text, about or {}), SPARQL_JSON, bindings, "solutions").body)

    def ask(self, text: str, bindings: Mapping[str, Term] | None = None) -> bool:
        """Answer an ASK query; see `GraphStore`."""
        return boolean_from_json(self._answer(text, SPARQL_JSON, bindings, "boolean").body)

    def construct(self, text: str, bindings: Mapping[str, Term] | None = None) -> bytes:
        """Answer a CONSTRUCT or DESCRIBE query as N-Triples; see `GraphStore`."""
        return self._answer(text, NTRIPLES, bindings, "graph").body

    def _answer(self, text: str, media: str, bindings: Mapping[str, Term] | None, kind: AnswerKind) -> Answer:
        self._demand(text, kind)
        return self.query_bytes(text, media, bindings)

    def _demand(self, text: str, kind: AnswerKind) -> None:
        actual = self.kind_of(text)
        if actual != kind:
            raise QueryRejected(expected=kind, actual=actual)
