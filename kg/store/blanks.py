"""Fills the blanks of a ready question: the value of a `VALUES ?name { … }` block is replaced by another term, token by token."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import pyoxigraph as ox

from kg.errors import QueryRejected, QuerySyntaxError
from kg.store.guard import QueryShape
from kg.store.results import Term

_ESCAPED = re.compile(r"\\\\([uU])|\\.")
"""A backslash of the value before a "u", or else any escape: two at a time, so that the second of a pair is none of its own."""


def fill(shape: QueryShape, values: Mapping[str, Term | None]) -> str:
    """Return the text of a query with other values in its blanks.

    Args:
        values: Term by name of the variable; None takes the block away, so that the variable may be anything.
    Raises:
        QueryRejected: a name has no such block, or its value is no term; facts `name`, `nearest`.
    """
    blocks = blanks_of(shape)
    edits = []
    for name, term in values.items():
        if name not in blocks:
            raise QueryRejected(name=name, nearest=next(iter(difflib.get_close_matches(name, blocks, 1)), ""))
        start, end = blocks[name]
        edits.append((start, end, f"VALUES ?{name} {{ {_written(name, term)} }}" if term else ""))
    text = shape.text
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def blanks_of(shape: QueryShape) -> dict[str, tuple[int, int]]:
    """Return where each `VALUES ?name { one value }` block of a query begins and ends, by name; the first one of a name counts."""
    found: dict[str, tuple[int, int]] = {}
    tokens = shape.tokens
    for at, token in enumerate(tokens[:-3]):
        if token.kind != "word" or token.text.upper() != "VALUES" or tokens[at + 1].kind != "variable" or tokens[at + 2].text != "{":
            continue
        close = next(number for number in range(at + 3, len(tokens)) if tokens[number].text == "}")
        found.setdefault(tokens[at + 1].text[1:], (token.start, tokens[close].end))
    return found


def default_of(shape: QueryShape, name: str) -> str:
    """Return the value a blank has in the text, as N-Triples writes it; an empty text when it holds no or several values."""
    start, end = blanks_of(shape)[name]
    inside = [token for token in shape.tokens if start < token.start < end][2:-1]
    try:
        return shape.absolute(inside) if inside else ""
    except QuerySyntaxError:
        return ""


def _written(name: str, term: Term) -> str:
    try:
        if term.kind == "iri":
            return str(ox.NamedNode(term.value))
        if term.kind == "literal":
            written = str(ox.Literal(term.value, language=term.lang, datatype=ox.NamedNode(term.datatype) if term.datatype else None))
            # Engines read \uXXXX anywhere before they read strings (SPARQL 1.1, 19.2): a backslash of the value is kept from its "u".
            return _ESCAPED.sub(lambda found: rf"\\\u{ord(found[1]):04X}" if found[1] else found[0], written)
    except ValueError:
        pass
    raise QueryRejected(name=name, nearest="")
