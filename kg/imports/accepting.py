"""Accepts what a source sent as a whole, or refuses it: received = total = distinct ids, and nothing else than what is expected."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from kg.errors import Fault, ImportRefused
from kg.imports.coding import code_faults
from kg.imports.decoding import Unreadable
from kg.imports.descriptor import Operation, Source
from kg.imports.pages import Page, Row, read_page, row_faults

Answers = Mapping[str, Iterable[tuple[str, bytes]]]
"""For each operation its answers: what each is called, and its bytes."""
_FEW = 5


class Received(Struct, frozen=True):
    """Everything a source sent, joined: one record a service, in the order of their identifiers.

    Attributes:
        records: For each identifier the rows of the operations, by the operation's name.
        strange: Fields that the descriptor does not know, by operation; they are left out.
    """

    records: dict[str, dict[str, Row]]
    strange: tuple[str, ...]


def receive(source: Source, answers: Answers, before: int | None) -> Received:
    """Check the answers of all operations of a source and join them.

    Args:
        before: How many services the import accepted last has; None when there is none, or when any number is to be accepted.
    Raises:
        ImportRefused: something is not as it has to be; everything that could be found is told.
    """
    faults: list[Fault] = []
    found: dict[str, dict[str, Row]] = {}
    strange: dict[str, None] = {}
    for operation in source.operations:
        pages = list(_pages(source, operation, answers.get(operation.name, ()), faults))
        faults += [fault for page in pages for fault in row_faults(page, source, operation)]
        faults += _whole(source, operation, pages)
        known = {operation.identifier, *operation.filled, *operation.required, *operation.fields}
        for page in pages:
            for row in page.rows:
                strange |= {f"{operation.name}.{name}": None for name in row if name not in known and not _is_flag(operation, name)}
        found[operation.name] = {
            str(row.get(operation.identifier) or ""): _kept(row, operation, known) for page in pages for row in page.rows
        }
        faults += _lost_codes(source, operation, pages)
    if not faults:
        faults += _joined(source, found)
        faults += _amount(source, len(found[source.list.name]), before)
    records = {one: {name: rows[one] for name, rows in found.items() if one in rows} for one in sorted(found[source.list.name])}
    if not faults:
        faults += code_faults(source, records)
    if faults:
        raise ImportRefused(faults)
    return Received(records, tuple(strange))


def _pages(source: Source, operation: Operation, given: Iterable[tuple[str, bytes]], faults: list[Fault]) -> Iterator[Page]:
    for path, content in given:
        try:
            yield read_page(content, path, source, operation)
        except Unreadable as error:
            faults.append(error.fault(path))


def _whole(source: Source, operation: Operation, pages: list[Page]) -> Iterator[Fault]:
    """Yield what shows that an operation was not answered in full."""
    path = f"{source.name}/{operation.name}"
    if not pages:
        yield Fault(path, 0, "import.no-answer", {"value": operation.name})
        return
    identifiers = Counter(str(row.get(operation.identifier) or "") for page in pages for row in page.rows)
    if double := [one for one, count in identifiers.items() if count > 1 and one]:
        yield Fault(path, 0, "import.double-id", {"field": operation.identifier, "value": _few(double)})
    if operation.each:
        return
    totals = dict.fromkeys(page.total for page in pages)
    if len(totals) > 1:
        shown = ", ".join(f"{page.path}: {page.total}" for page in pages[:_FEW])
        yield Fault(path, 0, "import.total-changed", {"value": shown})
        return
    numbers = [page.number for page in pages if page.number is not None]
    if len(set(numbers)) < len(numbers):
        yield Fault(path, 0, "import.double-page", {"value": _few([str(one) for one, count in Counter(numbers).items() if count > 1])})
    total, received = next(iter(totals)), sum(len(page.rows) for page in pages)
    if received == 0:
        yield Fault(path, 0, "import.no-rows", {})
    elif received != total and not double:
        yield Fault(path, 0, "import.not-all", {"received": str(received), "total": str(total)})


def _lost_codes(source: Source, operation: Operation, pages: list[Page]) -> Iterator[Fault]:
    """Yield the codes of the table that no row has a field for: a condition that is gone would let in whom it kept out."""
    present = {name for page in pages for row in page.rows for name in row}
    for coded in source.coded:
        if present and coded.flag and coded.field == operation.name:
            lost = sorted(source.codes.by_field[coded.table].keys() - present - set(operation.required))
            if lost:
                yield Fault(f"{source.name}/{operation.name}", 0, "import.lost-codes", {"value": _few(lost), "count": str(len(lost))})


def _joined(source: Source, found: Mapping[str, Mapping[str, Row]]) -> Iterator[Fault]:
    for operation in source.operations[1:]:
        listed, rows = found[operation.of].keys(), found[operation.name].keys()
        if unknown := sorted(rows - listed):
            yield Fault(
                f"{source.name}/{operation.name}", 0, "import.unknown-id",
                {"field": operation.identifier, "value": _few(unknown), "count": str(len(unknown)), "list": operation.of},
            )  # fmt: skip
        if operation.is_complete and (lacking := sorted(listed - rows)):
            yield Fault(f"{source.name}/{operation.name}", 0, "import.lacking-id", {"value": _few(lacking), "count": str(len(lacking))})


def _amount(source: Source, count: int, before: int | None) -> Iterator[Fault]:
    least, most, percent = source.rows["least"], source.rows["most"], source.rows["lossPercent"]
    if not least <= count <= most:
        yield Fault(source.name, 0, "import.odd-number", {"received": str(count), "least": str(least), "most": str(most)})
    if before and (before - count) * 100 >= before * percent:
        lost = f"{100 * (before - count) / before:.0f}"
        yield Fault(
            source.name, 0, "import.shrunk", {"received": str(count), "before": str(before), "percent": lost, "limit": str(percent)}
        )


def _few(values: list[str]) -> str:
    return ", ".join(values[:_FEW]) + (" …" if len(values) > _FEW else "")


def _is_flag(operation: Operation, name: str) -> bool:
    return bool(operation.flags and re.match(operation.flags, name))


def _kept(row: Row, operation: Operation, known: set[str]) -> Row:
    """Return what is kept of a row: the fields that are known and have a value."""
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in row.items()
        if (name in known or _is_flag(operation, name)) and (value.strip() if isinstance(value, str) else value)
    }


def written(source: Source, received: Received, retrieved: str) -> bytes:
    """Return an import as the file that is kept: a first line about itself, then one line a service, as JSON in UTF-8.

    Args:
        retrieved: Day on which it was had from the source (YYYY-MM-DD).
    """
    head = {"source": source.name, "retrieved": retrieved, "services": len(received.records)}
    lines = [head, *({"id": one, **rows} for one, rows in received.records.items())]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for line in lines).encode()
