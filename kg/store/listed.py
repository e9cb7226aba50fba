"""Asks a saved query about many things at once: they take the place of UNDEF in its blocks `VALUES ?<variable> { UNDEF }`.

Such a block has to stand first in the query, or in each branch of its union: the engine evaluates one behind WHERE last, over everything
(0.2 s instead of 2 ms).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.errors import QueryRejected

# RFC 3987 allows brackets around an IPv6 host only, where no IRI of a thing has them.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\[\]]')
_UNDEFINED, _ESCAPED = "UNDEF", r"\u0055NDEF"

About = Mapping[str, Iterable[str]]
"""IRIs of things by the name of the variable that stands for each of them."""


def is_iri(value: str) -> bool:
    """Say whether a text may stand between `<` and `>` in a query without ending there; the engine may still refuse it."""
    return bool(value) and not _NOT_IN_IRI.search(value)


def with_lists(text: str, about: About) -> str:
    """Return the text of a query with things in its blocks; texts that cannot be an IRI are left out.

    Raises:
        QueryRejected: the query has no block for a variable, and would be about everything; facts `name`, `nearest`.
    """
    for variable, things in about.items():
        block = f"VALUES ?{variable} {{ {_UNDEFINED} }}"
        if block not in text:
            raise QueryRejected(name=variable, nearest=block)
        listed = " ".join(f"<{thing}>" for thing in things if is_iri(thing))
        text = text.replace(block, f"VALUES ?{variable} {{ {listed} }}")
    return text


def not_a_block(term: str) -> str:
    """Return a term of N-Triples written so that nothing in it is taken for a block (SPARQL 1.1, section 19.2)."""
    return term.replace(_UNDEFINED, _ESCAPED)
