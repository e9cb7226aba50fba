"""Collects what is wrong in the files, so that one run can report all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from kg.errors import Fault


@dataclass
class Report:
    """The faults found so far, and the file the next one is in."""

    path: str = ""
    faults: list[Fault] = field(default_factory=list)

    def within(self, path: str) -> Report:
        """Return a report for `path` that adds to the same list."""
        return Report(path, self.faults)

    def add(self, line: int, code: str, **facts: str) -> None:
        """Note a violation at a 1-based line of this report's file."""
        self.faults.append(Fault(self.path, line, code, facts))

    def remark(self, line: int, code: str, **facts: str) -> None:
        """Note something that is no fault but worth knowing."""
        self.faults.append(Fault(self.path, line, code, facts, "info"))

    def add_unknown(self, line: int, code: str, value: str, known: Iterable[str], **facts: str) -> None:
        """Note a value that is not among the known ones, with the nearest of them (fact `nearest`, may be empty)."""
        self.add(line, code, value=value, nearest=nearest(value, known), **facts)


def nearest(value: str, known: Iterable[str]) -> str:
    """Return the known value that a slip of the hand most likely turned into `value`, or an empty text.

    Of two short IRIs only what stands behind the prefix is compared. Codes made of digits are never guessed at: the nearest code of an
    area is another area.
    """
    prefix, _, local = value.rpartition(":")
    fitting = {one.rpartition(":")[2]: one for one in sorted(known) if one.rpartition(":")[0] == prefix}
    if not local or local.isdigit():
        return ""
    longer = [one for one in fitting if len(local) > 2 and one.startswith(local)]
    close = longer[:1] or get_close_matches(local, fitting, n=1, cutoff=0.75)
    return fitting[close[0]] if close else ""
