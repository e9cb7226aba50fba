"""Says where a query cannot be read and what could stand there, from what the engine says, which is as its grammar is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.errors import QuerySyntaxError
from kg.store.tokens import Token, syntax_error

_TERM = "?variable <iri> prefix:name"
_VALUE = f'{_TERM} "text" number'
_WAYS = {
    "?variable": ('"?"', '"$"'),
    "<iri>": ('"<"',),
    "prefix:name": ('":"',),
    '"text"': ('"\\""', '"\'"'),
    "number": ("['0'..='9']", "['0' ..= '9']"),
    "_:label": ('"_:"',),
    "(": ('"("',),
    "[": ('"["',),
    "{": ('"{"',),
    "}": ('"}"',),
    ")": ('")"',),
    "*": ('"*"',),
}
"""How each kind of term or sign is written, and how the engine names what it begins with."""
_BEHIND = {"SELECT": "?variable ( *", "FILTER": "( EXISTS", "BIND": "(", "BY": "?variable (", "LIMIT": "number", "OFFSET": "number"}
"""What stands behind a keyword. The engine forgets it where it tried something else later."""
_OPERATORS = frozenset({"=", "<", ">", "&", "|", "+", "-", "/", "!", ","})
_TERMS = frozenset({"variable", "name", "iri", "label"})
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_UNGROUPED = "The SELECT contains a variable that is unbound"


def explained(text: str, tokens: Sequence[Token], base: str, error: QuerySyntaxError) -> QuerySyntaxError:
    """Return an engine's syntax error moved to the start of the token it is in, with facts `found` and `expected` where they are known.

    Args:
        text: The query, and its tokens.
        base: Its BASE, or an empty text.
        error: What the engine said; it points behind what it tried to read.
    """
    detail = error.facts["detail"]
    lines = text.split("\n")[: int(error.facts["line"]) - 1]
    offset = sum(len(line) + 1 for line in lines) + int(error.facts["column"]) - 1
    at = next((number for number, token in enumerate(tokens) if token.start <= offset <= token.end), len(tokens))
    relative = next((token for token in tokens[: at + 1] if token.kind == "iri" and not _ABSOLUTE.match(token.text)), None)
    if relative and not base:
        return syntax_error(text, relative.start, "relative IRI", found=relative.text)
    for number, token in enumerate(tokens[:at]):
        if _is(token, "SELECT") and (behind := _no_projection(tokens, number + 1)):
            return syntax_error(text, behind.start, detail, found=behind.text, expected=_BEHIND["SELECT"])
    if _UNGROUPED in detail:
        detail, expected = "ungrouped variable", ""
    else:
        expected = _expected(detail) or _expected_behind(tokens, at)
    if at == len(tokens):
        return syntax_error(text, offset, detail, expected=expected)
    return syntax_error(text, tokens[at].start, detail, found=tokens[at].text, expected=expected)


def _is(token: Token, *words: str) -> bool:
    return token.kind == "word" and token.text.upper() in words


def _no_projection(tokens: Sequence[Token], at: int) -> Token | None:
    """Return the token that stands where a SELECT has to say what it wants."""
    if at < len(tokens) and _is(tokens[at], "DISTINCT", "REDUCED"):
        at += 1
    return None if at >= len(tokens) or tokens[at].kind == "variable" or tokens[at].text in ("(", "*") else tokens[at]


def _expected(detail: str) -> str:
    if not detail.startswith("expected"):
        return ""
    return " ".join(shown for shown, names in _WAYS.items() if any(name in detail for name in names))


def _expected_behind(tokens: Sequence[Token], at: int) -> str:
    if not 0 < at < len(tokens):
        return ""
    before, found = tokens[at - 1], tokens[at]
    if before.kind == "word":
        return _BEHIND.get(before.text.upper(), _VALUE if before.text == "a" else "")
    if before.text in _OPERATORS:
        return _VALUE
    is_unfinished = before.kind in _TERMS and found.text in ("}", ".", ";", "]") and at > 1 and tokens[at - 2].text != "{"
    return _VALUE if is_unfinished else ""
