"""What people type or paste, read as it looks: without invisible characters, in letters of its own script, with loose letters joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from search.jamo import composed, keystrokes
from search.letters import tidy, visible

LOOKALIKES = "lookalikes.tsv"
_WORD = re.compile(r"\S+")
# A consonant and a vowel that an input method would have joined; first consonants alone are a way to search.
_LOOSE = re.compile("[\u3131-\u314e][\u314f-\u3163]")


class Lookalikes(Struct, frozen=True):
    """Letters of other scripts that look like Latin ones (`data/lexicon/lookalikes.tsv`)."""

    table: Mapping[int, str]

    @classmethod
    def load(cls, lexicon: Path) -> Lookalikes:
        """Read `lookalikes.tsv`: column 1 a code point such as `U+0430`, column 2 the Latin letter; `#` starts a comment line."""
        rows = (line.split("\t") for line in (lexicon / LOOKALIKES).read_text("utf-8").splitlines())
        return cls({int(row[0].removeprefix("U+"), 16): row[1] for row in rows if row[0].startswith("U+")})

    def plain(self, text: str) -> str:
        """Return a text in NFC as a person sees it: nothing invisible, wide letters narrow, loose letters joined, and Latin what could be.

        A word with a letter that looks like no Latin one is a word of its own script and stays.
        """
        return _WORD.sub(lambda word: self._read(word[0]), tidy(visible(text)))

    def _read(self, word: str) -> str:
        if _LOOSE.search(word):
            word = composed(keystrokes(word))
        latin = word.translate(dict(self.table))
        return latin if latin != word and all(char.isascii() or "\uac00" <= char <= "\ud7a3" for char in latin if char.isalpha()) else word

    def readings(self, name: str) -> Iterator[str]:
        """Yield how a name may be meant, likeliest first: as written, as it looks."""
        yield name
        if (plain := self.plain(name)) != name:
            yield plain
