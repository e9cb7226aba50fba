"""Writes a tree of `kg.source.yamlfile` as YAML text, one value a line, and remembers for each line where its value came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kg.source.yamlfile import Mapping, Node, Scalar, Sequence

_PLAIN = re.compile(r"[^\W_](?:[\w./()\u318d\xb7~+-]|(?::(?=\S))| (?=\S)(?!#))*")
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""Signs that JSON leaves as they are and that YAML ends a line at, or does not allow."""
_NOT_PLAIN = frozenset({"null", "~", ""})


def emit(top: Mapping) -> list[tuple[str, int]]:
    """Return the lines of a YAML file whose top is `top`, each with the `line` of the node it was made from."""
    return list(_mapping(top, 0))


def _mapping(mapping: Mapping, depth: int) -> Iterator[tuple[str, int]]:
    for entry in mapping.entries:
        yield from _entry(f"{'  ' * depth}{scalar(entry.key)}:", entry.line, entry.value, depth)


def _entry(head: str, line: int, value: Node, depth: int) -> Iterator[tuple[str, int]]:
    if isinstance(value, Scalar):
        yield f"{head} {scalar(value.text)}", value.line
    elif isinstance(value, Mapping):
        yield head, line
        yield from _mapping(value, depth + 1)
    else:
        yield head if value.items else f"{head} []", line
        yield from _items(value, depth)


def _items(sequence: Sequence, depth: int) -> Iterator[tuple[str, int]]:
    dash = "  " * depth + "- "
    for item in sequence.items:
        if isinstance(item, Scalar):
            yield dash + scalar(item.text), item.line
        else:
            assert isinstance(item, Mapping)
            inner = list(_mapping(item, depth + 1))
            for number, (text, line) in enumerate(inner):
                yield (dash + text.lstrip(" "), item.line) if number == 0 else (text, line)


def scalar(text: str) -> str:
    """Return a text as a YAML scalar: as it is where no reader can take it for anything else, in quotation marks otherwise."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_PLAIN:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
