"""What the columns of ready questions are called, beside the names of their variables (`data/lexicon/columns.tsv`)."""

from __future__ import annotations

from pathlib import Path

from kg.errors import Fault, SourceFaults
from search.tables import read_table


def load_columns(folder: Path) -> dict[str, str]:
    """Read what the columns of ready questions are called in Korean.

    Raises:
        SourceFaults: a line of it cannot be used.
    """
    faults: list[Fault] = []
    rows = read_table(folder, "columns.tsv", ("name", "ko"), (0,), faults)
    if faults:
        raise SourceFaults(faults)
    return {row.cells[0]: row.cells[1] for row in rows}
