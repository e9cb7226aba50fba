"""Text as the project stores and compares it: NFC always, one table for dot characters, never NFKC on stored text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

DOTS = "dots.tsv"


def nfc(text: str) -> str:
    """Return `text` in Unicode normalisation form C, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


class DotTable(Struct, frozen=True):
    """The separators that Korean texts use for one and the same middle dot (`data/lexicon/dots.tsv`)."""

    table: Mapping[int, str]

    @classmethod
    def load(cls, lexicon: Path) -> DotTable:
        """Read `dots.tsv`: column 1 a code point such as `U+00B7`, column 2 why; `#` starts a comment line."""
        rows = (line.split("\t")[0] for line in (lexicon / DOTS).read_text("utf-8").splitlines())
        return cls({int(row.removeprefix("U+"), 16): "·" for row in rows if row.startswith("U+")})

    @property
    def pattern(self) -> str:
        """Return a regular expression for one dot of any kind."""
        return f"[{''.join(map(chr, self.table))}]"

    def fold(self, text: str) -> str:
        """Return `text` in NFC with every kind of middle dot written as U+00B7; the length stays the same."""
        return nfc(text).translate(dict(self.table))

    def compact(self, text: str) -> str:
        """Return the folded text without any white space, for comparing a phrase with its source lines."""
        return "".join(self.fold(text).split())
