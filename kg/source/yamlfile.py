"""Reads YAML 1.2 so strictly that nothing can be lost or change its type on the way.

Every scalar stays the text that was written (`08`, `1e3` and `2022-03-02` are not numbers or dates until the JSON-LD context says so);
nulls, duplicate keys, anchors and tags are faults, not values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.nodes import Node as YamlNode

from kg.source.report import Report
from kg.text import nfc


class Scalar(Struct, frozen=True):
    """A text as it was written, in NFC, with its 1-based line; `is_cut` when a `#` behind it made the rest of the line a comment."""

    text: str
    line: int
    is_cut: bool = False


class Sequence(Struct, frozen=True):
    """A list; items that were faulty are left out (the report holds them)."""

    items: tuple[Node, ...]
    line: int


class Entry(Struct, frozen=True):
    """One `key: value` of a mapping with the line of its key."""

    key: str
    line: int
    value: Node


class Mapping(Struct, frozen=True):
    """Keys and values in the order of the file; every key once."""

    entries: tuple[Entry, ...]
    line: int

    def get(self, key: str) -> Entry | None:
        """Return the entry of `key`, or None."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def text(self, key: str) -> str:
        """Return the text of `key`, or an empty text when it is absent or no text."""
        entry = self.get(key)
        return entry.value.text if entry and isinstance(entry.value, Scalar) else ""


Node = Scalar | Sequence | Mapping

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SLIPS = (
    (re.compile(r"^[ ]*\t|:[ ]*\t"), "source.tab"),
    (re.compile(r"^\s*[\u00a0\u3000]"), "source.odd-space"),
    (re.compile(r"^\s*(?:- )?[A-Za-z]+\uff1a"), "source.wide-colon"),
    (re.compile(r"^\s*(?:- )?[A-Za-z]+:[^\s/:\"'a-z0-9]"), "source.no-space-after-colon"),
    (_CONTROL, "source.control-character"),
)
_PAGE = ("<!doctype html", "<html")
_COMMENT = re.compile(r"\s+#")


def read_yaml(path: Path, report: Report) -> Mapping | None:
    """Read a YAML file whose top is a mapping.

    Args:
        path: The file.
        report: Receives every fault, located by 1-based line.
    Returns:
        The mapping, or None when the file could not be read as a whole.
    """
    text = read_whole_text(path, report)
    if text is None:
        return None
    slips = list(_slips(text))
    try:
        # Not the round-trip loader: it marks the folds of a folded text with \x07 inside the text (ruamel.yaml 0.19).
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        slips = slips or [(mark.line + 1 if mark else 0, "source.broken-yaml")]
    except (YAMLError, RecursionError):
        slips = slips or [(0, "source.broken-yaml")]
    if slips:
        report.add(*slips[0])
        return None
    if root is None:
        return Mapping((), 1)
    if not isinstance(root, MappingNode):
        report.add(1, "source.not-a-mapping")
        return None
    node = _Converter(report, text.splitlines()).convert(root)
    return node if isinstance(node, Mapping) else None


def read_text(path: Path, report: Report) -> str | None:
    """Read a UTF-8 text file (a byte-order mark is dropped); one that cannot be read, or in another encoding, is a fault and gives None."""
    try:
        data = path.read_bytes()
    except OSError as error:
        report.add(0, "source.unreadable", detail=error.strerror or "")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.add(data[: error.start].count(b"\n") + 1, "source.not-utf8")
        return None


def read_whole_text(path: Path, report: Report) -> str | None:
    """Read a text file of ours as `read_text` does; one that is a web page, or that ends within a line, is a fault too.

    A file that was cut on its way here is often still valid; but for the few places between two lines, its last line has no end.
    """
    text = read_text(path, report)
    if text is None:
        return None
    if text.lstrip()[:15].lower().startswith(_PAGE):
        report.add(1, "source.web-page")
        return None
    if text and not text.endswith("\n"):
        report.add(text.count("\n") + 1, "source.cut-off", value=text.rpartition("\n")[2][-40:])
    return text


def _slips(text: str) -> Iterator[tuple[int, str]]:
    """Yield what a hand slips into a file that YAML would name badly or far off: line and code."""
    for number, line in enumerate(text.split("\n"), 1):
        for form, code in _SLIPS:
            if form.search(line):
                yield number, code


class _Converter:
    """Turns ruamel's node graph into our tree and notes what must not be there."""

    def __init__(self, report: Report, lines: list[str]) -> None:
        self._report = report
        self._lines = lines
        self._seen: set[int] = set()

    def convert(self, node: YamlNode) -> Node | None:
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            self._report.add(line, "source.alias")
            return None
        self._seen.add(id(node))
        if isinstance(node, ScalarNode):
            return self._scalar(node, line)
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._report.add(line, "source.tag", value=str(node.tag))
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, line)
        return Sequence(tuple(item for child in node.value if (item := self.convert(child))), line)

    def _scalar(self, node: ScalarNode, line: int) -> Scalar | None:
        plain = node.style is None
        if plain and node.value in ("", "~", "null"):
            self._report.add(line, "source.empty-value")
            return None
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._report.add(line, "source.tag", value=str(node.tag))
            return None
        if _CONTROL.search(node.value):
            self._report.add(line, "source.control-character")
            return None
        rest = self._lines[node.end_mark.line][node.end_mark.column :] if node.end_mark.line < len(self._lines) else ""
        return Scalar(nfc(node.value), line, plain and _COMMENT.match(rest) is not None)

    def _mapping(self, node: MappingNode, line: int) -> Mapping:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            key = nfc(str(key_node.value)) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._report.add(key_line, "source.bad-key")
            elif key in entries:
                code = "source.missing-hyphen" if key in ("id", "extends") else "source.duplicate-key"
                self._report.add(key_line, code, value=key, first=str(entries[key].line))
            elif isinstance(value_node, ScalarNode) and value_node.style is None and value_node.value in ("", "~", "null"):
                self._report.add(key_line, "source.empty-value", key=key)
            elif value := self.convert(value_node):
                entries[key] = Entry(key, key_line, value)
        return Mapping(tuple(entries.values()), line)
