"""Text as bare letters: what is left of it when case, spaces and punctuation do not count.

Everything but `tidy` takes text that `search.lexicon.Lexicon.fold` has folded: one kind of middle dot counts as a letter in Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from kg.text import nfc
from search.jamo import initials, keystrokes

# One-for-one, so that offsets stay; anything wider (NFKC) would destroy single consonants.
_FULL_WIDTH = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: 0x20}
_FILLERS = "\u115f\u1160\u3164\uffa0"
_STROKES = 3
_SURROGATE = re.compile("[\ud800-\udfff]")


class Token(Struct, frozen=True):
    """A form to be indexed or looked up, and the code-point offsets of the text it stands for."""

    form: str
    start: int
    end: int


def tidy(text: str) -> str:
    """Return `text` in NFC with full-width ASCII made narrow and lone surrogates replaced; NFC text keeps its length."""
    return _SURROGATE.sub("\ufffd", nfc(text)).translate(_FULL_WIDTH)


def visible(text: str) -> str:
    """Return what a person sees of a typed text: without the invisible characters and fillers that pasted texts bring along."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf" and char not in _FILLERS)


def compact(text: str) -> str:
    """Return the letters and digits of a folded text in lower case."""
    return "".join(_lowered(text))


def letters(text: str) -> tuple[Token, ...]:
    """Return each letter and digit of a folded text in lower case with its offset."""
    return tuple(Token(char.lower(), at, at + 1) for at, char in enumerate(text) if char.isalnum())


def pairs(text: str) -> list[str]:
    """Return the forms of `bigrams`."""
    found = list(_lowered(text))
    return [left + right for left, right in pairwise(found)] if len(found) != 1 else found


def _lowered(text: str) -> Iterator[str]:
    return map(str.lower, filter(str.isalnum, text))


def strokes(text: str) -> tuple[str, ...]:
    """Return every three neighbouring keystrokes of a folded text, spaces ignored, once each and in order; fewer give what there is."""
    typed = keystrokes(compact(text))
    return tuple(dict.fromkeys(typed[at : at + _STROKES] for at in range(max(1, len(typed) - _STROKES + 1)) if typed))


def initial_pairs(text: str) -> tuple[str, ...]:
    """Return every pair of neighbouring first consonants of a folded text, spaces ignored, once each and in order."""
    first = initials(compact(text))
    return tuple(dict.fromkeys(left + right for left, right in pairwise(first)))


def bigrams(text: str) -> tuple[Token, ...]:
    """Return every pair of neighbouring letters of a folded text, spaces ignored; a text of one letter gives that letter."""
    found = letters(text)
    if len(found) == 1:
        return found
    return tuple(Token(left.form + right.form, left.start, right.end) for left, right in pairwise(found))
