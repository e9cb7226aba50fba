"""What a query asks of and gets from any store: our own types, so that no caller sees an engine's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from msgspec import Struct

from kg.errors import QueryError

TermKind = Literal["iri", "literal", "bnode"]
AnswerKind = Literal["solutions", "boolean", "graph"]

SPARQL_JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"
_KINDS: Mapping[str, TermKind] = {"uri": "iri", "literal": "literal", "typed-literal": "literal", "bnode": "bnode"}


class Term(Struct, frozen=True):
    """One RDF term.

    Attributes:
        value: IRI, lexical form, or label of a blank node.
        kind: What `value` is. The published data has no blank nodes; a query can still make one.
        lang: Language tag of a literal, or None.
        datatype: IRI of a literal's datatype; None for plain and language-tagged text.
    """

    value: str
    kind: TermKind
    lang: str | None = None
    datatype: str | None = None


class Solutions(Struct, frozen=True):
    """The answer to a SELECT: variables in order, and one mapping from variable to term per row; unbound variables are absent."""

    variables: tuple[str, ...]
    rows: tuple[Mapping[str, Term], ...]

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Read SPARQL 1.1 Query Results JSON, also as Virtuoso writes it (`typed-literal`).

        Raises:
            QueryError: `body` is not such a document; fact `detail`.
        """
        known: dict[tuple[Any, ...], Term] = {}

        def read(cell: dict[str, Any]) -> Term | dict[str, Any]:
            value = cell.get("value")
            if not isinstance(value, str) or "type" not in cell:
                return cell
            key = (value, cell["type"], cell.get("xml:lang"), cell.get("datatype"))
            # Long answers name the same few things over and over; one term for all of them keeps a nation's answers in memory.
            return known.get(key) or known.setdefault(key, Term(value, _KINDS[cell["type"]], key[2], key[3]))

        try:
            document = json.loads(body, object_hook=read)
            rows = tuple(document["results"]["bindings"])
            if not all(type(row) is dict and all(type(term) is Term for term in row.values()) for row in rows):
                raise TypeError("a value is no term")
            return cls(tuple(document["head"]["vars"]), rows)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QueryError(detail=f"not SPARQL results in JSON: {error!r}") from None


class Answer(Struct, frozen=True):
    """A whole serialised answer: its media type, its bytes and what it is."""

    media: str
    body: bytes
    kind: AnswerKind


class Dataset(Struct, frozen=True):
    """The graphs a query reads, by IRI: the merge of `default` is its default graph, `named` are what GRAPH sees.

    As in SPARQL 1.1 section 13.2 a dataset that names no default graph has an empty one. No dataset at all means the store's own.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def boolean_from_json(body: bytes) -> bool:
    """Read the answer to an ASK from SPARQL results JSON; 1 and 0 count as booleans, as Virtuoso writes them.

    Raises:
        QueryError: `body` is not such a document; fact `detail`.
    """
    try:
        return bool(json.loads(body)["boolean"])
    except (ValueError, KeyError, TypeError) as error:
        raise QueryError(detail=f"not a SPARQL boolean in JSON: {error!r}") from None
