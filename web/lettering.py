"""How much room words take in a picture, where they break, and which characters a picture can hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_WIDTHS = {"N": 0.56, "L": 0.58, "Z": 0.3, "P": 0.36}
_WIDE = dict.fromkeys("%@&mwMW", 0.95)
_CONTROL = ("Cc", "Cs", "Cn")


def em(text: str) -> float:
    """Return about how wide a text is, rather too wide than too narrow."""
    return sum(map(_width, text))


def _width(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    return _WIDE.get(char) or _WIDTHS.get(unicodedata.category(char)[0], 0.62)


def wrapped(text: str, width: float) -> list[str]:
    """Break a text between words (not at a hard space), and inside a word that is too long for a line."""
    lines = [""]
    for piece in _pieces(text.split(" "), width):
        joined = f"{lines[-1]} {piece}".strip(" ")
        if lines[-1] and em(joined) > width:
            lines.append(piece)
        else:
            lines[-1] = joined
    return lines


def _pieces(words: Iterable[str], width: float) -> Iterable[str]:
    most = int(width)
    for word in words:
        if em(word) <= width:
            yield word
        else:
            yield from (word[start : start + most] for start in range(0, len(word), most))


def clean(text: str) -> str:
    """Leave out the characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n\r" or unicodedata.category(char) not in _CONTROL)
