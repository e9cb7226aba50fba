"""Reads the tab-separated tables of `data/lexicon/`; what is wrong is collected with its line, never guessed around."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from kg.errors import Fault
from kg.text import nfc


class Row(Struct, frozen=True):
    """One line of a table: its file and 1-based line for messages, and its cells in NFC without outer white space."""

    path: str
    line: int
    cells: tuple[str, ...]

    def fault(self, code: str, **facts: str) -> Fault:
        """Return a fault that stands on this line."""
        return Fault(self.path, self.line, code, facts)


def read_table(folder: Path, name: str, columns: tuple[str, ...], key: tuple[int, ...], faults: list[Fault]) -> tuple[Row, ...]:
    """Read `folder/name`, in which a line is empty, a comment (`#`) or has exactly the given columns, none of them empty.

    Args:
        key: Columns (0-based) that together may not repeat an earlier line.
        faults: Receives what is wrong: `lexicon.missing`, `lexicon.unreadable` (`detail`), `source.cut-off` (`value`),
            `lexicon.columns` (`expected`, `actual`),
            `lexicon.empty` (`column`), `lexicon.duplicate` (`value`, `first`: line). Faulty lines are left out of the answer.
    """
    path = f"{folder.name}/{name}"
    try:
        text = (folder / name).read_text("utf-8")
    except FileNotFoundError:
        faults.append(Fault(path, 0, "lexicon.missing"))
        return ()
    except UnicodeDecodeError as error:
        faults.append(Fault(path, 0, "lexicon.unreadable", {"detail": error.reason}))
        return ()
    if text and not text.endswith("\n"):
        faults.append(Fault(path, text.count("\n") + 1, "source.cut-off", {"value": text.rpartition("\n")[2][-40:]}))
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#"))
    return _checked((Row(path, number, _cells(line)) for number, line in lines), columns, key, faults)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(nfc(cell).strip() for cell in line.split("\t"))


def _checked(rows: Iterable[Row], columns: tuple[str, ...], key: tuple[int, ...], faults: list[Fault]) -> tuple[Row, ...]:
    good: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        if len(row.cells) != len(columns):
            faults.append(row.fault("lexicon.columns", expected=", ".join(columns), actual=str(len(row.cells))))
        elif "" in row.cells:
            faults.append(row.fault("lexicon.empty", column=columns[row.cells.index("")]))
        elif (value := tuple(row.cells[at] for at in key)) in seen:
            faults.append(row.fault("lexicon.duplicate", value=" ".join(value), first=str(seen[value])))
        else:
            seen[value] = row.line
            good.append(row)
    return tuple(good)
