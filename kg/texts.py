"""The source texts, read at run time where they are at hand and never published: for showing a passage in its context."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

LARGEST = 16 * 1024 * 1024


class Line(Struct, frozen=True):
    """One line of a source: its 1-based number, its text, and whether the passage covers it."""

    number: int
    text: str
    is_cited: bool


class SourceTexts:
    """Finds source texts by their SHA-256 in one folder; a text that changed is another text and is not shown."""

    def __init__(self, folder: Path | None) -> None:
        """Remember the folder, or None when no texts are at hand; nothing is read yet."""
        self._folder = folder
        self._read: dict[str, tuple[str, ...]] | None = None

    def context(self, sha256: str, start: int, end: int, around: int = 2) -> tuple[Line, ...]:
        """Return the lines of a passage with some lines around them.

        Args:
            sha256: Of the whole text, in hex.
            start: First line of the passage, 1-based.
            end: Its last line.
            around: Lines to show before and after.
        Returns:
            The lines in order; none when the text is not at hand.
        """
        if self._read is None:
            self._read = dict(self._texts())
        lines = self._read.get(sha256, ())
        shown = range(max(1, start - around), min(len(lines), end + around) + 1)
        return tuple(Line(number, lines[number - 1], start <= number <= end) for number in shown)

    def _texts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for path in sorted(self._folder.glob("*.txt")) if self._folder and self._folder.is_dir() else ():
            data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
            try:
                yield hashlib.sha256(data).hexdigest(), tuple(data.decode("utf-8").split("\n"))
            except UnicodeDecodeError:
                continue
