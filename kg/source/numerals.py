"""The numbers that a text prints, each with its place.

A numeral is what a reader takes for one number: digits with thousands commas and a decimal part, a sign and a percent sign that touch
them. `2~3` and `40-64` are two numerals, `4,474,950` and `-0.80%` one, `2022. 3. 31.` three. Digits inside words (the 4 of a name)
are numerals too; circled digits, roman numerals and numbers in words are none. Every digit belongs to exactly one numeral.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from msgspec import Struct

from kg.source.passages import MARKS, Passage, SourceText

_NUMERAL = re.compile(r"(?:(?:(?<=\()|(?<=\S[ \t]))[+-])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?%?")
# A sign touches its digits and follows a bracket or a space; at the beginning of a line it is a bullet, between digits it makes a range.
_DIGIT = re.compile(r"\d")
_LOOSE = {**dict.fromkeys(MARKS, " "), **dict.fromkeys(map(ord, "~\u223c\uff5e\u2013"), "-")}
# For finding phrases: quotation marks count as spaces, and the signs that make a range as one. The length stays the same.


class Numeral(Struct, frozen=True, order=True):
    """A number as printed, from `start` to before `end` in the whole text, on a 1-based line."""

    start: int
    end: int
    text: str
    line: int

    @property
    def is_plain(self) -> bool:
        """Whether it is a mere row of digits; thousands commas, decimals, signs and percent signs are for quantities only."""
        return self.text.isdigit()

    @property
    def value(self) -> Decimal:
        """The number itself, without its sign and percent sign."""
        return value_of(self.text)


def value_of(printed: str) -> Decimal:
    """Return the number that is printed, whatever sign or percent sign it has.

    >>> value_of("-1,234.5%")
    Decimal('1234.5')
    """
    return Decimal(printed.strip("+-%").replace(",", ""))


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numerals of a text in order."""
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        for match in _NUMERAL.finditer(line):
            yield Numeral(start + match.start(), start + match.end(), match[0], number)
        start += len(line) + 1


def has_digit(text: str) -> bool:
    """Say whether a text has a digit."""
    return _DIGIT.search(text) is not None


class NumberedText(Struct, frozen=True, dict=True):
    """A source text as one piece, for finding which numerals a phrase holds."""

    source: SourceText

    @cached_property
    def whole(self) -> str:
        """The text in one piece, kinds of dot folded; offsets count in it."""
        return self.source.dots.fold("\n".join(self.source.lines))

    @cached_property
    def _loose(self) -> str:
        return self.whole.translate(_LOOSE)

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        """All numerals, in order."""
        return tuple(numerals(self.whole))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.whole))]

    def between(self, start: int, end: int) -> tuple[Numeral, ...]:
        """Return the numerals that lie wholly between two offsets."""
        first, behind = bisect_left(self.numerals, start, key=lambda n: n.start), bisect_right(self.numerals, end, key=lambda n: n.end)
        return self.numerals[first:behind]

    def on_lines(self, start: int, end: int) -> tuple[Numeral, ...]:
        """Return the numerals of some lines (1-based, both included)."""
        return self.between(*self.offsets(start, end))

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets of the beginning of line `start` and the end of line `end`."""
        return self._starts[start - 1], self._starts[end] - 1 if end < len(self._starts) else len(self.whole)

    def held_by(self, passage: Passage) -> Iterator[tuple[Numeral, ...]]:
        """Yield, for every place where a passage's phrase stands on its lines, the numerals in it."""
        form = self.source.form(passage.quote.translate(MARKS).translate(_LOOSE))
        for match in form.finditer(self._loose, *self.offsets(passage.start, passage.end)):
            yield self.between(*match.span())
