"""What bears a name: names that people give are compared after folding, within the kinds that are asked for."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from kg.store.reader.source import Source, value_of
from kg.text import DotTable

_INVISIBLE = "Cf"


class Names:
    """The names of a snapshot, folded. Made once per snapshot and never changed."""

    def __init__(self, source: Source, dots: DotTable) -> None:
        """Read every name.

        Args:
            dots: Which characters are one and the same middle dot.
        """
        self._dots = dots
        preferred: dict[str, set[str]] = defaultdict(set)
        other: dict[str, set[str]] = defaultdict(set)
        kinds: dict[str, set[str]] = defaultdict(set)
        for row in source.rows("page-named").rows:
            thing = value_of(row, "thing")
            names = preferred if value_of(row, "preferred") == "true" else other
            names[self.fold(value_of(row, "name"))].add(thing)
            kinds[thing].add(value_of(row, "kind"))
        self._preferred, self._other, self._kinds = dict(preferred), dict(other), dict(kinds)

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
        for names in (self._preferred, self._other):
            found = frozenset(thing for thing in names.get(folded, ()) if not wanted or wanted & self._kinds[thing])
            if found:
                return found
        return frozenset()
