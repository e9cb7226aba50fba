"""From bytes to what they say: JSON or XML that is whole, in UTF-8, and no page of a web site."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kg.errors import Fault
from kg.imports.descriptor import Form

_PAGE = ("<!doctype html", "<html")
_BOM = "\ufeff"
_REPLACED = "\ufffd"
_MOST_DIGITS = 40
# What XML in another encoding than UTF-8 says of itself at its beginning.
_DECLARED = b"encoding="
Value = str | list[dict[str, str]] | None
"""Value of a field: text, nothing, or the parts of a repeated element of XML."""


class Unreadable(Exception):
    """Bytes that are not what was expected; `code` and `facts` are those of the fault."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)

    def fault(self, path: str) -> Fault:
        """Return the fault of a file."""
        return Fault(path, 0, self.code, self.facts)


def decode(content: bytes, form: Form) -> Any:
    """Read JSON as Python values, XML as its root element.

    Raises:
        Unreadable: empty, a web page, another encoding, cut off, or with a key twice.
    """
    if not content.strip():
        raise Unreadable("import.empty-file")
    text = _text(content)
    if text.lstrip()[:200].lower().startswith(_PAGE) or "<html" in text[:500].lower():
        raise Unreadable("import.web-page")
    return _json(text) if form == "json" else _xml(text)


def _text(content: bytes) -> str:
    head = content[:120].lower()
    if _DECLARED in head and not any(name in head for name in (b"utf-8", b"utf8")):
        raise Unreadable("import.encoding")
    try:
        text = content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        # A file that was cut within a letter is no file in another encoding.
        raise Unreadable("import.cut" if error.reason == "unexpected end of data" else "import.encoding") from None
    if _REPLACED in text:
        raise Unreadable("import.encoding-lost")
    return text


def _json(text: str) -> Any:
    if text.lstrip().startswith("<"):
        raise Unreadable("import.not-json")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_int=_number)
    except RecursionError:
        raise Unreadable("import.not-json") from None
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        raise Unreadable("import.cut" if at_end else "import.broken", line=str(error.lineno), detail=error.msg) from None


def _number(digits: str) -> Any:
    """Return a number, which is never computed with: more digits than Python reads are a fault of the file and not of the program."""
    if len(digits) > _MOST_DIGITS:
        raise Unreadable("import.no-number", value=digits[:20] + "…")
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if any(_is_damaged(one) for pair in pairs for one in pair):
        raise Unreadable("import.encoding-lost")
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable("import.double-key", field=next(name for name in names if names.count(name) > 1))
    return found


def _is_damaged(value: Any) -> bool:
    r"""Say whether a text has halves of letters or zero bytes: escapes such as `\ud800` say them in bytes that are sound UTF-8."""
    return isinstance(value, str) and any(sign == "\0" or "\ud800" <= sign <= "\udfff" or sign == _REPLACED for sign in value)


def _refuse(value: str) -> Any:
    raise Unreadable("import.no-number", value=value)


def _xml(text: str) -> Element:
    if text.lstrip()[:1] in ("{", "["):
        raise Unreadable("import.not-xml")
    try:
        # The text is decoded already, so what its head says about an encoding must not be obeyed again.
        root: Element = fromstring(text.encode("utf-8"), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("import.entities", detail=type(error).__name__) from None
    except ParseError as error:
        line, column = error.position
        is_cut = "no element found" in str(error) or "unclosed" in str(error) or line >= text.rstrip().count("\n") + 1
        raise Unreadable("import.cut" if is_cut else "import.broken", line=str(line), detail=f"{error.msg} {column}") from None
    return root


def fields_of(element: Element) -> dict[str, Value]:
    """Return the fields of an element of XML: a text each, or a list where an element has parts or stands more than once."""
    found: dict[str, Value] = {}
    for child in element:
        name = child.tag
        if len(child) or isinstance(found.get(name), list):
            parts = found.get(name)
            part = {one.tag: (one.text or "").strip() for one in child} or {"": (child.text or "").strip()}
            found[name] = [*parts, part] if isinstance(parts, list) else [part]
        elif name in found:
            raise Unreadable("import.double-key", field=name)
        else:
            found[name] = (child.text or "").strip()
    return found
