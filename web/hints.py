"""What may be wrong with a query that says nothing wrong: terms this data does not have, with the nearest ones it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from msgspec import Struct

from kg.errors import QuerySyntaxError
from kg.store.guard import QueryShape
from kg.store.reader.model import Text
from kg.store.tokens import Token
from kg.vocab import ID, KJ, RDF
from web.context import services, site
from web.i18n import current_language

_CUTOFF = 0.6
_WORD = re.compile(r"[\w:-]+|\S")
_CONTEXT_LINES = 2
_DECLARED = re.compile(r"\bPREFIX\s+([^\s:<>]+):", re.IGNORECASE)


class Nearest(Struct, frozen=True):
    """A term that may have been meant: how it is written, what it is called, and the query with it."""

    written: str
    label: Text
    query: str


class Unknown(Struct, frozen=True):
    """A term of a query that the data does not have."""

    written: str
    nearest: tuple[Nearest, ...]


class Marked(Struct, frozen=True):
    """The place of a mistake: the line's number, what stands before it, the token, what stands behind, and the lines before."""

    line: int
    before: str
    token: str
    behind: str
    lines_before: str


def marked(query: str, line: int, column: int) -> Marked:
    """Return the place of a mistake, for a page to mark.

    Args:
        line, column: From 1, in characters.
    """
    lines = query.split("\n")  # as lines are counted; str.splitlines also splits at signs that end no line of SPARQL
    at = min(max(line, 1), len(lines)) - 1
    text = lines[at].rstrip("\r")
    start = min(max(column, 1) - 1, len(text))
    found = _WORD.search(text, start) or next(reversed(list(_WORD.finditer(text))), None)  # at the end the last word stands nearest
    begin, end = found.span() if found else (start, len(text))
    return Marked(at + 1, text[:begin], text[begin:end], text[end:], "\n".join(lines[max(0, at - _CONTEXT_LINES) : at]))


def unknown_terms(shape: QueryShape) -> tuple[Unknown, ...]:
    """Return the classes, properties and things of our own that a query names and the data does not have."""
    census = site().census
    used = {*census.classes, *census.properties, *site().vocabulary}
    found: dict[str, Unknown] = {}
    for token in shape.tokens:
        iri = _iri(shape, token)
        if not iri or iri.endswith(("/", "#")) or iri in used or iri in found:
            continue
        elsewhere = tuple(_elsewhere(shape, token, iri, used))
        if elsewhere:
            found[iri] = Unknown(token.text, elsewhere)
        elif iri.startswith(KJ):
            found[iri] = Unknown(token.text, tuple(_nearest(shape, token, iri, used)))
        elif iri.startswith(ID) and iri not in site().things:
            found[iri] = Unknown(token.text, tuple(_nearest(shape, token, iri, site().things)))
        elif token.kind == "name" and not iri.startswith(ID) and any(iri.startswith(namespace) for namespace in _foreign(used)):
            found[iri] = Unknown(token.text, tuple(_nearest(shape, token, iri, used)))
    return tuple(found.values())


def prefix_meant(query: str, name: str, line: int, column: int) -> Nearest | None:
    """Return the declared or known prefix that an unknown one may have been meant for, with the query that has it in its place.

    Args:
        query: The query; the name with the prefix begins at the line and column, both from 1 and in characters.
    """
    known = {**services().prefixes, **{found: "" for found in _DECLARED.findall(query)}}
    found = get_close_matches(name, known, 1)
    if not found:
        return None
    start = sum(len(one) + 1 for one in query.split("\n")[: line - 1]) + column - 1
    if query[start : start + len(name) + 1] != f"{name}:":
        return None
    # The same slip stands wherever the prefix does; a name behind a letter or inside <…> is another one.
    text = re.sub(rf"(?<![\w:/#<.-]){re.escape(name)}:", lambda _slip: f"{found[0]}:", query)
    return Nearest(f"{found[0]}:", Text(""), text)


def _iri(shape: QueryShape, token: Token) -> str:
    if token.kind not in ("iri", "name"):
        return ""
    try:
        return shape.absolute((token,)).strip("<>")
    except QuerySyntaxError:
        return ""


def _elsewhere(shape: QueryShape, token: Token, iri: str, used: Iterable[str]) -> Iterator[Nearest]:
    """Yield the terms of the same name in other namespaces, such as sdmx-measure:obsValue for kj:obsValue."""
    space, local = ((found := re.search(r"^(.*[/#])([^/#]+)$", iri)) and found.groups()) or ("", "")
    if iri.startswith(ID) or not local:
        return
    for one in used:
        if one.startswith(ID) or one == iri or not one.endswith(local) or one.removesuffix(local)[-1:] not in ("/", "#"):
            continue
        prefixes = [name for name, base in shape.prefixes.items() if base == one.removesuffix(local) and base != space]
        written = f"{prefixes[0]}:{local}" if prefixes else f"<{one}>"
        phrase = site().reader.display.phrase(one, current_language())
        yield Nearest(written, phrase or Text(""), shape.text[: token.start] + written + shape.text[token.end :])


def _foreign(used: Iterable[str]) -> set[str]:
    return {re.sub(r"[^/#]+$", "", iri) for iri in used if not iri.startswith((ID, RDF))}


def _nearest(shape: QueryShape, token: Token, iri: str, known: Iterable[str]) -> Iterator[Nearest]:
    space = re.sub(r"[^/#]+$", "", iri)
    local = iri.removeprefix(space)
    names = {one.removeprefix(space): one for one in known if one.startswith(space) and "/" not in one.removeprefix(space)}
    labels = site().reader.labels(names.values(), current_language())
    called = {ref.label.value.replace(" ", ""): one for one, ref in labels.items()}
    meant = [called[local]] if local in called else [names[one] for one in get_close_matches(local, names, 3, _CUTOFF)]
    for one in dict.fromkeys(meant):
        written = token.text.removesuffix(local) + one.removeprefix(space) if token.kind == "name" else f"<{one}>"
        text = shape.text[: token.start] + written + shape.text[token.end :]
        phrase = site().reader.display.phrase(one, current_language())
        yield Nearest(written, labels[one].label if one in labels else phrase or Text(""), text)
