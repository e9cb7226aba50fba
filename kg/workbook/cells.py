"""How values are written into a cell so that they come back as they were.

Several values of one key stand below each other in a cell. What a cell cannot hold apart is escaped: a line break within a value (`\\n`), a
space at either end (`\\s`), a value without any text (`\\e`) and the backslash itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MEANT = {"n": "\n", "s": " ", "\\": "\\", "r": "\r", "t": "\t", "e": ""}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ENDS = re.compile(r"^ +| +$")


def pack(values: Iterable[str]) -> str:
    """Return the text of a cell that holds values, one a line."""
    return "\n".join(_written(value) for value in values)


def unpack(cell: str) -> list[str]:
    """Return the values of a cell; blank lines, and spaces around a value, mean nothing."""
    return [_ESCAPE.sub(lambda found: _MEANT.get(found[1], found[0]), line.strip()) for line in cell.splitlines() if line.strip()]


def _written(value: str) -> str:
    text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    # Other signs at which Python ends a line cannot stand in a value: the loader takes them for spaces of a text, as a person does.
    text = _ENDS.sub(lambda found: "\\s" * len(found[0]), text)
    return text or "\\e"
