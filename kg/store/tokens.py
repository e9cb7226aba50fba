"""Splits SPARQL text into tokens exactly where the engine's parser would, or refuses the text.

The engine has no tokenizer: its grammar reads characters, so `trueSERVICEex:x{` holds a SERVICE call for it, and whether `<` opens an IRI
depends on where it stands. Everything a check relies on must therefore be read here as the engine reads it, and text that could be read
in two ways is refused. Terminals follow SPARQL 1.1 section 19.8 with the engine's narrower sets (spargebra of pyoxigraph 0.5.13).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from kg.errors import QuerySyntaxError

TokenKind = Literal["word", "name", "iri", "variable", "string", "number", "language", "label", "mark"]

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_FIRST = "_" + _BASE
_INNER = "0-9\u00b7\u0300-\u036f\u203f-\u2040" + _FIRST
_PART = _INNER + r"\-"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = r"\\[tbnrf\"'\\]|" + _CODEPOINT

_SPACE = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)++")
_IRI = re.compile(rf'<(?:[^<>"{{}}|^`\\\x00-\x20]|{_CODEPOINT})*+>')
_STRING = re.compile(
    rf"'''(?:(?:''|')?+(?:[^'\\]|{_ESCAPE}))*+'''"
    rf'|"""(?:(?:""|")?+(?:[^"\\]|{_ESCAPE}))*+"""'
    rf"|'(?!'')(?:[^'\\\n\r]|{_ESCAPE})*+'"
    rf'|"(?!"")(?:[^"\\\n\r]|{_ESCAPE})*+"'
)
_OTHERS: tuple[tuple[TokenKind, str], ...] = (
    (
        "name",
        rf"(?:[{_BASE}][{_PART}]*+(?:\.++[{_PART}]++)*+)?+:"
        rf"(?:(?:[:{_INNER}]|{_ESCAPED})(?:[:{_PART}]|{_ESCAPED})*+(?:\.++(?:[:{_PART}]|{_ESCAPED})++)?+)?+",
    ),
    ("word", r"[A-Za-z][A-Za-z0-9_]*+"),
    ("variable", rf"[?$][{_INNER}]++"),
    ("number", r"(?:[0-9]++\.[0-9]*+|\.[0-9]++|[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"),
    ("label", rf"_:[0-9{_FIRST}][{_PART}]*+(?:\.++[{_PART}]++)*+"),
    ("language", r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"),
    ("mark", r"<<|>>|[{}()\[\]<>=!&|+\-*/^,;.?~]"),
)
_ANY_OTHER = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _OTHERS))
_SURELY_MARKS = frozenset("{}()[]=!&|+-*/^,;~")
"""Marks of one character that start nothing else."""
_CLOSES = {")": "(", "]": "[", "}": "{"}
_OPENS = {opening: closing for closing, opening in _CLOSES.items()}
_SURELY_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_UNSAFE_IF_COMPARED = re.compile(r"[#'()\\]")
_OPERAND_KINDS = frozenset({"name", "iri", "variable", "string", "number", "language", "label"})
_ESCAPED_DELIMITER = re.compile(
    r"\\(?:u00|U000000)(?:0[aAdD]|2[027]|3[cCeE]|5[cC]|7[bBdD])"  # line ends, space, quotes, angle brackets, backslash, braces
    r"|\\(?:u|U0000)[dD][89a-fA-F]|\\U(?!000|0010)"  # halves of surrogate pairs, beyond U+10FFFF
)


class Token(NamedTuple):
    """One token: what it is, its text as written, and the offset of its first character (0-based)."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the offset just behind the token."""
        return self.start + len(self.text)


def syntax_error(text: str, offset: int, detail: str, **facts: str) -> QuerySyntaxError:
    """Return the error for a place in the text, with 1-based line and column in characters.

    Args:
        detail: What is wrong; always the same words for the same mistake, so that they can be said in any language.
        facts: `found` and `expected`: what stands there, and what could stand there as SPARQL writes it, parted by spaces.
    """
    return QuerySyntaxError(line=text.count("\n", 0, offset) + 1, column=offset - text.rfind("\n", 0, offset), detail=detail, **facts)


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a query in order, without white space and comments.

    Raises:
        QuerySyntaxError: a character that starts no token, an unclosed or invalid string, brackets that do not pair (told where an
            unclosed one stands), or a `<` that could be both a comparison and the start of an IRI; facts `line`, `column`, `detail`.
    """
    stack: list[Token] = []
    before: Token | None = None
    offset = 0
    while True:
        space = _SPACE.match(text, offset)
        offset = space.end() if space else offset
        if offset == len(text):
            break
        token = _next(text, offset, stack[-1].text if stack else "", before)
        if token.kind == "mark":
            _pair(text, token, stack)
        yield token
        before, offset = token, token.end
    if stack:
        raise syntax_error(text, stack[-1].start, "never closed", found=stack[-1].text, expected=_OPENS[stack[-1].text])


def _next(text: str, offset: int, bracket: str, before: Token | None) -> Token:
    character = text[offset]
    if character in _SURELY_MARKS:
        return Token("mark", character, offset)
    if character == "<":
        return _angle(text, offset, bracket, before)
    if character in "'\"":
        found = _STRING.match(text, offset)
        if not found:
            raise syntax_error(text, offset, "unclosed string, or an escape that does not exist")
        return _checked(text, Token("string", found[0], offset))
    if found := _ANY_OTHER.match(text, offset):
        return Token(cast(TokenKind, found.lastgroup), found[0], offset)
    raise syntax_error(text, offset, "unexpected character", found=character)


def _angle(text: str, offset: int, bracket: str, before: Token | None) -> Token:
    found = _IRI.match(text, offset)
    if found:
        inside = found[0][1:-1]
        # Only within parentheses, after an operand, can the engine compare here. Read so, an IRI with `://` fails to parse, and text
        # without quote, comment or parenthesis ends at the same `>` either way; anything else could hide a keyword from one reading.
        if bracket == "(" and _is_operand(before) and not _SURELY_IRI.match(inside) and _UNSAFE_IF_COMPARED.search(inside):
            raise syntax_error(text, offset, "unclear <: put a space behind a comparison, or write the IRI in full")
        return _checked(text, Token("iri", found[0], offset))
    if text.startswith("<<", offset):
        if _IRI.match(text, offset + 1):
            raise syntax_error(text, offset, "unclear <<: put a space between a comparison and an IRI")
        return Token("mark", "<<", offset)
    if bracket == "(":
        return Token("mark", "<", offset)
    raise syntax_error(text, offset, "unclosed IRI, or a character an IRI cannot have")


def _is_operand(token: Token | None) -> bool:
    if token is None:
        return False
    if token.kind == "word":
        return token.text.lower().endswith(("true", "false"))
    return token.kind in _OPERAND_KINDS or token.text in (")", "]", "}")


def _checked(text: str, token: Token) -> Token:
    # Engines disagree on when \u escapes are resolved: before parsing, an escaped quote would end the string.
    if found := _ESCAPED_DELIMITER.search(token.text):
        raise syntax_error(text, token.start + found.start(), "escape of a character that has to be written another way")
    return token


def _pair(text: str, token: Token, stack: list[Token]) -> None:
    if token.text in _OPENS:
        stack.append(token)
    elif token.text in _CLOSES:
        opening = stack.pop() if stack else None
        if opening is None:
            raise syntax_error(text, token.start, "closes nothing", found=token.text)
        if opening.text != _CLOSES[token.text]:
            raise syntax_error(text, token.start, "closes another bracket", found=token.text, expected=_OPENS[opening.text])
