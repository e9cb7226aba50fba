"""What a query asks of and gets from any store: our own types, so that no caller sees an engine's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, Self

from msgspec import DecodeError, Struct, json

from kg.errors import QueryError

TermKind = Literal["iri", "literal", "bnode"]
AnswerKind = Literal["solutions", "boolean", "graph"]

SPARQL_JSON = "application/sparql-results+json"
NTRIPLES = "application/n-triples"
# A quotation mark within a text has a backslash before it, so that neither is ever found in the value of a term.
_IRI, _LITERAL = (re.compile(rb'"type"\s*:\s*"' + kind + b'"') for kind in (b"uri", b"typed-literal"))


class Term(Struct, frozen=True, rename={"kind": "type", "lang": "xml:lang"}):
    """One RDF term; encoded it has the names of SPARQL 1.1 Query Results JSON.

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
        try:
            body = _IRI.sub(b'"type":"iri"', body)  # the name before goes: a large answer is not to be held twice
            found = _DOCUMENTS.decode(_LITERAL.sub(b'"type":"literal"', body))
        except (DecodeError, UnicodeDecodeError) as error:
            raise QueryError(detail=f"not SPARQL results in JSON: {error!r}") from None
        return cls(found.head.vars, found.results.bindings)


class _Head(Struct):
    vars: tuple[str, ...]


class _Results(Struct):
    bindings: tuple[dict[str, Term], ...]


class _Document(Struct):
    head: _Head
    results: _Results


_DOCUMENTS = json.Decoder(_Document)


class _Boolean(Struct):
    boolean: bool | Literal[0, 1]


_BOOLEANS = json.Decoder(_Boolean)


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
        return bool(_BOOLEANS.decode(body).boolean)
    except (DecodeError, UnicodeDecodeError) as error:
        raise QueryError(detail=f"not a SPARQL boolean in JSON: {error!r}") from None
