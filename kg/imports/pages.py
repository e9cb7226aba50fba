"""Reads one answer of a source: its envelope, then its rows, with everything in them that is not as the descriptor says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from msgspec import Struct

from kg.errors import Fault
from kg.imports.decoding import Unreadable, Value, decode, fields_of
from kg.imports.descriptor import Operation, Source

Row = dict[str, Value]
_PLAIN = (str, int, float)
MOST_FAULTS = 20
"""Faults of rows told of one page: the twenty-first says nothing new."""


class Page(Struct, frozen=True):
    """One answer: what it says of itself and its rows; `total` and `number` are None where it does not say."""

    path: str
    total: int | None
    number: int | None
    rows: tuple[Row, ...]


def read_page(content: bytes, path: str, source: Source, operation: Operation) -> Page:
    """Read an answer.

    Args:
        path: What the answer is called in faults.
    Raises:
        Unreadable: the answer as a whole is no answer of this operation.
    """
    body = decode(content, source.form)
    answered = _Xml(body) if source.form == "xml" else _Json(body)
    _demand_no_error(answered, source)
    envelope = operation.envelope
    if "root" in envelope and answered.root != envelope["root"]:
        raise Unreadable("import.other-answer", value=answered.root, expected=envelope["root"])
    if operation.each:
        row = fields_of(body)
        return Page(path, None, None, (row,))
    rows = answered.rows(envelope["rows"])
    if rows is None:
        raise Unreadable("import.no-envelope", field=envelope["rows"])
    total, number, count = (_number(answered, envelope.get(name)) for name in ("total", "page", "count"))
    if count is not None and count != len(rows):
        raise Unreadable("import.count-differs", field=envelope["count"], value=str(count), received=str(len(rows)))
    if "total" in envelope and total is None:
        raise Unreadable("import.no-envelope", field=envelope["total"])
    return Page(path, total, number, tuple(rows))


def row_faults(page: Page, source: Source, operation: Operation) -> Iterator[Fault]:
    """Yield what is wrong with the rows of a page, at most `MOST_FAULTS`."""
    found = 0
    for number, row in enumerate(page.rows, 1):
        for code, facts in _faults(row, source, operation):
            identifier = row.get(operation.identifier)
            place = {"row": str(number), "id": identifier if isinstance(identifier, str) else ""}
            yield Fault(page.path, 0, code, {**place, **facts})
            found += 1
            if found >= MOST_FAULTS:
                return


def _faults(row: Row, source: Source, operation: Operation) -> Iterator[tuple[str, dict[str, str]]]:
    if old := sorted(source.outdated & row.keys()):
        yield "import.outdated", {"field": ", ".join(old[:5])}
        return
    missing = [name for name in (*operation.filled, *operation.required) if name not in row]
    known = {operation.identifier, *operation.filled, *operation.required, *operation.fields}
    strange = [name for name in row if name not in known and not (operation.flags and re.match(operation.flags, name))]
    for name in missing:
        yield "import.missing-field", {"field": name, "instead": ", ".join(strange[:5]) or "-"}
    for name in operation.filled:
        if name in row and not _is_filled(row[name]):
            yield "import.empty-field", {"field": name}
    for name, value in row.items():
        if name in known and not (value is None or isinstance(value, (str, list))):
            yield "import.wrong-value", {"field": name, "value": str(value)[:40]}


def _is_filled(value: Value) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _number(answered: _Json | _Xml, path: str | None) -> int | None:
    if path is None:
        return None
    text = answered.text(path)
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise Unreadable("import.wrong-number", field=path, value=text[:40])
    return int(text)


def _demand_no_error(answered: _Json | _Xml, source: Source) -> None:
    code, good = answered.anywhere(source.errors["code"]), source.errors.get("good", "").split()
    if code is not None and code not in good:
        raise Unreadable("import.error-answer", value=code[:40], detail=(answered.anywhere(source.errors["message"]) or "")[:200])
    failed = answered.anywhere("returnAuthMsg") or answered.anywhere("errMsg")
    if failed:
        raise Unreadable("import.error-answer", value=answered.anywhere("returnReasonCode") or "", detail=failed[:200])


class _Json:
    root = ""

    def __init__(self, body: Any) -> None:
        self._body = body

    def _at(self, path: str) -> Any:
        found = self._body
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def text(self, path: str) -> str | None:
        found = self._at(path)
        return None if found is None or isinstance(found, (dict, list)) else str(found)

    def anywhere(self, name: str) -> str | None:
        """Return a value at the top of the answer."""
        return self.text(name)

    def rows(self, path: str) -> list[Row] | None:
        found = self._at(path)
        if not isinstance(found, list):
            return None
        if not all(isinstance(row, dict) for row in found):
            raise Unreadable("import.no-envelope", field=path)
        return [{name: _plain(value) for name, value in row.items()} for row in found]


def _plain(value: Any) -> Any:
    """Return numbers as their text; a list or an object is kept and told as a fault where a text is due."""
    if isinstance(value, bool) or not isinstance(value, _PLAIN):
        return value if value is None else _Odd(value)
    return str(value)


class _Odd:
    """A value of a kind that no field has."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __str__(self) -> str:
        return type(self._value).__name__


class _Xml:
    def __init__(self, body: Element) -> None:
        self._body = body
        self.root = body.tag

    def text(self, path: str) -> str | None:
        found = self._body.find(path.replace(".", "/"))
        return None if found is None else (found.text or "").strip()

    def anywhere(self, name: str) -> str | None:
        """Return the text of the first element of a name, at any depth."""
        found = next(iter(self._body.iter(name)), None)
        return None if found is None else (found.text or "").strip()

    def rows(self, path: str) -> list[Row] | None:
        return [fields_of(element) for element in self._body.findall(path.replace(".", "/"))]
