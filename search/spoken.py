"""What people say who look for one thing of a plan: `spoken.tsv`, the everyday words of each programme, place, table and group."""

from __future__ import annotations

from pathlib import Path

from kg.errors import Fault, SourceFaults
from search.tables import read_table

SPOKEN_FILE = "spoken.tsv"


def read_spoken(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return what people say by the short name of the thing (`program/digital-tutor`), each text as it is written.

    Args:
        folder: Folder of the lexicon's tables.
    Raises:
        SourceFaults: with every fault of the table, each with `file:line`.
    """
    faults: list[Fault] = []
    rows = read_table(folder, SPOKEN_FILE, ("thing", "said"), (0,), faults)
    if faults:
        raise SourceFaults(faults)
    return {row.cells[0]: tuple(sorted({said.strip() for said in row.cells[1].split(",")} - {""})) for row in rows}
