"""Code tables of the sources: what each code means and what is done with it (`data/mappings/*-codes.tsv`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from kg.errors import Fault, SourceFaults

Treatment = Literal["exact", "check", "none", "asker", "level", "support", "raw", "ignored"]
TREATMENTS: tuple[Treatment, ...] = get_args(Treatment)
COLUMNS = ("field", "code", "meaning", "treatment", "asker", "group", "value", "find", "reason")
DECIDING: frozenset[Treatment] = frozenset({"exact", "check", "none"})
"""Treatments of codes that are conditions."""


class Code(Struct, frozen=True):
    """One row of a code table.

    Attributes:
        treatment: `exact`: our concept means the same, so it may decide; `check`: a condition that only the office can tell;
            `none`: says that there is no limit; `asker`: who applies; `level`: whose area it is about; `support`: what it
            gives, for finding; `raw`: kept as it is; `ignored`: not used.
        askers: Kinds of asker that a condition is about.
        group: Conditions of one group are alternatives, those of different groups hold together.
        value: What it stands for: `concept=answer`, a kind of support, or a level.
        find: A target group to find the service by, never to decide by.
        reason: Why it is treated so.
    """

    field: str
    code: str
    meaning: str
    treatment: Treatment
    askers: tuple[str, ...]
    group: str
    value: str
    find: str
    reason: str


class Codes(Struct, frozen=True):
    """A code table, by field and code."""

    by_field: Mapping[str, Mapping[str, Code]]
    places: Mapping[tuple[str, str], int]

    def get(self, field: str, code: str) -> Code | None:
        """Return what is known of a code, looked up by the code and, where a source answers with names, by its meaning."""
        table = self.by_field.get(field, {})
        return table.get(code) or next((one for one in table.values() if one.meaning == code), None)

    def group(self, field: str, group: str) -> tuple[Code, ...]:
        """Return the deciding codes of one group of a field."""
        return tuple(one for one in self.by_field.get(field, {}).values() if one.group == group and one.treatment in DECIDING)

    def all(self) -> tuple[Code, ...]:
        """Return every row of the table."""
        return tuple(code for table in self.by_field.values() for code in table.values())


def read_codes(path: Path) -> Codes:
    """Read a code table.

    Raises:
        SourceFaults: a row has not the columns due, an unknown treatment or a code named twice, or a code is left without a reason.
    """
    by_field: dict[str, dict[str, Code]] = {}
    places: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    header: tuple[str, ...] = ()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        cells = tuple(line.split("\t"))
        if not line.strip() or line.startswith("#"):
            continue
        if not header:
            header = cells
            continue
        code = _code(cells)
        if header != COLUMNS or code is None or code.code in by_field.get(code.field, {}):
            faults.append(Fault(f"mappings/{path.name}", number, "import.code-table", {"value": line[:80]}))
            continue
        by_field.setdefault(code.field, {})[code.code] = code
        places[code.field, code.code] = number
    if faults:
        raise SourceFaults(faults)
    return Codes(by_field, places)


def _code(cells: tuple[str, ...]) -> Code | None:
    if len(cells) != len(COLUMNS):
        return None
    field, code, meaning, treatment, askers, group, value, find, reason = cells
    known = next((one for one in TREATMENTS if one == treatment), None)
    if known is None or not all((field, code, meaning, reason)) or (known in DECIDING and not (askers and group)):
        return None
    return Code(field, code, meaning, known, tuple(askers.split()), group, value, find, reason)
