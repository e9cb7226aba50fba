"""The reader's way to the store: saved queries, rows grouped by subject, names of many things in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.store.base import GraphStore
from kg.store.listed import is_iri
from kg.store.queries import QueryLibrary
from kg.store.reader.model import Text
from kg.store.results import Solutions, Term
from kg.vocab import RDF

_BATCH = 500


def iri(value: str) -> Term:
    """Return an IRI as a query argument."""
    return Term(value, "iri", None, None)


def literal(value: str, lang: str | None = None) -> Term:
    """Return a literal as a query argument."""
    return Term(value, "literal", lang, None)


def value_of(row: Mapping[str, Term], name: str) -> str:
    """Return the value bound to a variable, or an empty text."""
    term = row.get(name)
    return term.value if term is not None else ""


class Statements:
    """Statements grouped by subject and property, in a stable order."""

    def __init__(self, solutions: Solutions, beside: Statements | None = None) -> None:
        """Group statements.

        Args:
            solutions: Rows of `subject`, `property`, `value`.
            beside: Whole statements of further subjects.
        """
        self._by_subject: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for row in solutions.rows:
            self._by_subject[row["subject"].value][row["property"].value].append(row["value"])
        for properties in self._by_subject.values():
            for terms in properties.values():
                terms.sort(key=lambda term: (term.value, term.lang or ""))
        if beside is not None:
            self._by_subject = {**beside._by_subject, **self._by_subject}

    def __contains__(self, subject: object) -> bool:
        return subject in self._by_subject

    def properties(self, subject: str) -> Mapping[str, list[Term]]:
        """Return the properties of a subject with their values."""
        return self._by_subject.get(subject, {})

    def terms(self, subject: str, property_iri: str) -> list[Term]:
        """Return the values of one property."""
        return self.properties(subject).get(property_iri, [])

    def iris(self, subject: str, property_iri: str) -> list[str]:
        """Return the values of one property that are IRIs."""
        return [term.value for term in self.terms(subject, property_iri) if term.kind == "iri"]

    def first(self, subject: str, property_iri: str) -> str:
        """Return one value of a property, or an empty text."""
        return next((term.value for term in self.terms(subject, property_iri)), "")

    def text(self, subject: str, property_iri: str, lang: str) -> Text:
        """Return the literal of a property in a language, else in any."""
        return choose_text(self.terms(subject, property_iri), lang)

    def subjects_of(self, class_iri: str) -> list[str]:
        """Return the subjects of one class, sorted."""
        return sorted(subject for subject in self._by_subject if class_iri in self.iris(subject, RDF.type))

    def all_iris(self) -> set[str]:
        """Return every IRI that stands as a value."""
        return {
            term.value for properties in self._by_subject.values() for terms in properties.values() for term in terms if term.kind == "iri"
        }


def choose_text(terms: Iterable[Term], lang: str) -> Text:
    """Return the literal in a language; else the Korean one, which everything has; else any; else empty."""
    literals = sorted(
        (term for term in terms if term.kind == "literal"), key=lambda term: (term.lang != lang, term.lang != "ko", term.value)
    )
    return Text(literals[0].value, literals[0].lang or "") if literals else Text("")


class Source:
    """A store and the saved queries that are run on it."""

    def __init__(self, store: GraphStore, queries: QueryLibrary) -> None:
        self._store = store
        self._queries = queries

    def rows(self, query: str, /, **arguments: Term) -> Solutions:
        """Run a saved query."""
        return self._queries.run(self._store, query, **arguments)

    def select(self, text: str, /, **arguments: Term) -> tuple[Mapping[str, Term], ...]:
        """Run SPARQL text of the ontology's own, such as the target of a shape."""
        return tuple(self._store.select(text, arguments).rows)

    def statements(self, query: str, /, **arguments: Term) -> Statements:
        """Run a saved query whose rows are subject, property, value."""
        return Statements(self.rows(query, **arguments))

    def graph(self, query: str, /, **arguments: Term) -> bytes:
        """Run a saved CONSTRUCT query; N-Triples."""
        return self._queries.run_graph(self._store, query, **arguments)

    def some(self, query: str, passed: int, count: int, /, **arguments: Term) -> Solutions:
        """Run a saved query that sets no limit for some of its rows, in the order of the store, which stays the same.

        Args:
            passed: Rows to pass over, which costs time, too.
            count: Most rows to return.
        """
        return self._store.select(f"{self._queries.text(query)}\nLIMIT {count} OFFSET {passed}", arguments)

    def rows_about(self, name: str, variable: str, things: Iterable[str], /, **arguments: Term) -> list[Mapping[str, Term]]:
        """Run a saved query for many things at once: see `kg.store.listed`.

        Args:
            variable: Variable of the query that stands for each thing.
            things: IRIs; texts that cannot be one are left out.
            arguments: Terms for other variables.
        """
        wanted, text = sorted({thing for thing in things if is_iri(thing)}), self._queries.text(name)
        rows: list[Mapping[str, Term]] = []
        for start in range(0, len(wanted), _BATCH):
            rows += self._store.select(text, arguments, {variable: wanted[start : start + _BATCH]}).rows
        return rows
