"""The first question of the start page: buttons that stand for answers (`data/lexicon/taps.tsv`)."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from kg.errors import Fault, SourceFaults
from search.tables import read_table


class Tap(Struct, frozen=True):
    """One button: its key, its words by language, and the (name, value) of the answers it stands for."""

    key: str
    labels: dict[str, str]
    answers: tuple[tuple[str, str], ...]


def load_taps(folder: Path) -> tuple[Tap, ...]:
    """Read the table.

    Raises:
        SourceFaults: a line of it cannot be used.
    """
    faults: list[Fault] = []
    rows = read_table(folder, "taps.tsv", ("key", "ko", "en", "answers", "why"), (0,), faults)
    if faults:
        raise SourceFaults(faults)
    return tuple(Tap(row.cells[0], {"ko": row.cells[1], "en": row.cells[2]}, pairs(row.cells[3])) for row in rows)


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return `name=value; name=value` as pairs."""
    parted = (part.partition("=") for part in text.split(";"))
    return tuple((name.strip(), value.strip()) for name, _, value in parted)
