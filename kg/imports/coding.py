"""The codes of a service: which ones its rows have, what the code table says of each, and its ages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from kg.errors import Fault
from kg.imports.codes import Code
from kg.imports.decoding import Value
from kg.imports.descriptor import Coded, Source
from kg.imports.pages import MOST_FAULTS, Row

Record = Mapping[str, Row]
"""The rows of one service, by operation."""
OLDEST = 120
_AGE = re.compile(r"\d{1,3}")


class Held(Struct, frozen=True):
    """A code that a service has: as written, in which field, and what the table knows of it (None: nothing)."""

    field: str
    written: str
    code: Code | None


def value_at(record: Record, place: str) -> Value:
    """Return the value of `operation.field`, or None."""
    operation, _, name = place.partition(".")
    return record.get(operation, {}).get(name)


def text_at(record: Record, place: str) -> str:
    """Return the text of `operation.field`, or an empty text."""
    found = value_at(record, place)
    return found.strip() if isinstance(found, str) else ""


def held_codes(source: Source, record: Record) -> tuple[Held, ...]:
    """Return the codes of a service in the order of the descriptor and of the row."""
    return tuple(held for coded in source.coded for held in _held(source, coded, record))


def _held(source: Source, coded: Coded, record: Record) -> Iterator[Held]:
    if coded.flag:
        operation = next(one for one in source.operations if one.name == coded.field)
        for name, value in sorted(record.get(coded.field, {}).items()):
            if re.match(operation.flags, name) and value == coded.flag:
                yield Held(name, name, source.codes.get(coded.table, name))
        return
    text = text_at(record, coded.field)
    for part in text.split(coded.separator) if coded.separator else [text]:
        if written := part.strip():
            yield Held(coded.field, written, source.codes.get(coded.table, written))


def ages(source: Source, record: Record) -> tuple[int | None, int | None]:
    """Return the lowest and the highest age of a service; None: nothing written, 0, or a highest of 100 and more, which mean no limit."""
    table = source.table("ages")
    if not table:
        return None, None
    low, high = (_age(text_at(record, table[name])) for name in ("low", "high"))
    unlimited = int(table["unlimitedFrom"])
    return low or None, high if high and high < unlimited else None


def _age(text: str) -> int:
    return int(text) if _AGE.fullmatch(text) else 0


def code_faults(source: Source, records: Mapping[str, Record]) -> list[Fault]:
    """Return the codes that the table does not know where it has to know all, flags that say something else than yes or nothing, and
    ages that are none; at most `MOST_FAULTS`.
    """
    found = [fault for identifier, record in records.items() for fault in _faults(source, identifier, record)]
    return found[:MOST_FAULTS]


def _faults(source: Source, identifier: str, record: Record) -> Iterator[Fault]:
    for coded in source.coded:
        path = f"{source.name}/{coded.field.partition('.')[0]}"
        for field, value in _unknown(source, coded, record):
            yield Fault(path, 0, "import.unknown-code", {"id": identifier, "field": field, "value": value[:40]})
    table = source.table("ages")
    for place in (table["low"], table["high"]) if table else ():
        text = text_at(record, place)
        if text and not (_AGE.fullmatch(text) and int(text) <= OLDEST) and not _is_endless(text):
            operation, _, field = place.partition(".")
            yield Fault(f"{source.name}/{operation}", 0, "import.bad-age", {"id": identifier, "field": field, "value": text[:40]})


def _is_endless(text: str) -> bool:
    """Say whether an age is written as a row of nines, which stands for no limit."""
    return len(text) in (3, 4) and set(text) == {"9"}


def _unknown(source: Source, coded: Coded, record: Record) -> Iterator[tuple[str, str]]:
    if not coded.flag:
        if coded.is_closed:
            yield from ((held.field.partition(".")[2], held.written) for held in _held(source, coded, record) if held.code is None)
        return
    operation = next(one for one in source.operations if one.name == coded.field)
    numbers = {place.partition(".")[2] for place in source.table("ages").values()}
    for name, value in record.get(coded.field, {}).items():
        if not re.match(operation.flags, name) or name in numbers:
            continue
        if source.codes.get(coded.table, name) is None or value not in (coded.flag, "N"):
            yield name, str(value)
