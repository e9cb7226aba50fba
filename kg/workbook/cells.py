"""How values are written into a cell so that they come back as they were.

Several values of one key stand below each other in a cell. What a cell cannot hold apart is escaped with a backslash: a line break in a
value (`\\n`, `\\r`), the backslash itself (`\\\\`), and, by a sign for nothing (`\\e`), a value without any text and spaces at either end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MEANT = {"n": "\n", "r": "\r", "\\": "\\", "e": ""}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BREAK = re.compile(r"\r\n|\r|\n")


def pack(values: Iterable[str]) -> str:
    """Return the text of a cell that holds values, one a line."""
    return "\n".join(_written(value) for value in values)


def unpack(cell: str) -> list[str]:
    """Return the values of a cell; blank lines, and spaces around a value, mean nothing."""
    lines = [line.strip() for line in _BREAK.split(cell)]
    return [_ESCAPE.sub(lambda found: _MEANT.get(found[1], found[0]), line) for line in lines if line]


def _written(value: str) -> str:
    text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return text if text and text == text.strip() else f"\\e{text}\\e"
