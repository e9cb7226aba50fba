"""What bears a name: names that people give are compared after folding, within the kinds that are asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from kg.store.reader.source import Source, literal, value_of
from kg.text import DotTable

_INVISIBLE = "Cf"


class Names:
    """Finds the bearers of names in a snapshot; holds nothing of it."""

    def __init__(self, source: Source, dots: DotTable) -> None:
        """Take the snapshot.

        Args:
            dots: Which characters are one and the same middle dot.
        """
        self._source = source
        self._dots = dots

    def fold(self, name: str) -> str:
        """Return a name as it is compared: NFC, one kind of middle dot, no invisible characters, no space at the ends."""
        # An invisible character between the parts of a syllable would keep NFC from joining them, so it goes first.
        visible = "".join(char for char in name if unicodedata.category(char) != _INVISIBLE)
        return self._dots.fold(visible).strip()

    def bearers(self, name: str, kinds: Iterable[str] = ()) -> frozenset[str]:
        """Return the IRIs of the things that bear a name; preferred names beat other names and misspellings.

        Args:
            kinds: Classes and concept schemes; only their things count, so that an office does not stand in the way of its area.
                Empty: everything counts.
        """
        folded, wanted = self.fold(name), frozenset(kinds)
        if any(ord(char) in self._dots.table for char in folded):
            rows = self._source.rows("page-named-dotted", name=literal(folded), dots=literal(self._dots.pattern)).rows
        else:
            rows = self._source.rows("page-named", name=literal(folded)).rows
        found = [row for row in rows if not wanted or value_of(row, "kind") in wanted]
        preferred = frozenset(value_of(row, "thing") for row in found if value_of(row, "preferred") == "true")
        return preferred or frozenset(value_of(row, "thing") for row in found)
