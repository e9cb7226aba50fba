"""What a source is like, as `data/mappings/<source>.yaml` says it: operations, envelopes, limits, and what becomes of each field."""

from __future__ import annotations

from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from kg.errors import Fault, SettingsError, SourceFaults
from kg.imports.codes import Codes, read_codes
from kg.resources import data_dir
from kg.source.report import Report
from kg.source.yamlfile import Mapping, Node, Scalar, read_yaml

MAPPINGS = "mappings"
Form = Literal["json", "xml"]


class Paging(Struct, frozen=True):
    """Names of the parameters that ask for a page, and how many rows a page is asked to have."""

    page: str
    size: str
    rows: int


class Operation(Struct, frozen=True):
    """One operation of a service, answered in pages, or one answer for each thing of a list (`each`: the parameter that names the thing).

    Attributes:
        envelope: Where in an answer things stand: `rows`, `total`, `page`, `count` (dotted), and the name of the `root` of XML.
        identifier: Field that names the service a row is about.
        of: The list whose services its rows are about; empty for the list itself.
        is_complete: Every service of the list has to have a row.
        filled: Fields every row has with a value; `required` ones may be empty, `fields` may be absent.
        flags: Pattern of fields that are codes of the code table.
    """

    name: str
    path: str
    paging: Paging | None
    each: str
    fixed: Map[str, str]
    envelope: Map[str, str]
    identifier: str
    of: str
    is_complete: bool
    filled: tuple[str, ...]
    required: tuple[str, ...]
    fields: tuple[str, ...]
    flags: str


class Coded(Struct, frozen=True):
    """A field whose values are codes: which table of the code file they are in, what parts them, whether every code must be known.

    Attributes:
        field: `operation.field`; only the operation where each flag of a row is a code.
        flag: Value by which a row says that a flag holds.
    """

    field: str
    table: str
    separator: str
    is_closed: bool
    flag: str = ""


class Source(Struct, frozen=True):
    """A source with everything that is known of it. Field names are `operation.field`.

    Attributes:
        errors: Where an answer says that it failed: `code`, `message`, and the `good` codes with spaces between.
        outdated: Fields by which rows of a retired version are known.
        rows: `least` and `most` services, `lossPercent`: this much fewer than the last time is refused.
        service: For each text of a service the fields it is taken from, the first that has a value.
        extra: Everything else the readers ask for by name.
    """

    name: str
    label: str
    label_en: str
    title: str
    title_en: str
    publisher: str
    form: Form
    base: str
    key: str
    errors: Map[str, str]
    outdated: frozenset[str]
    rows: Map[str, int]
    operations: tuple[Operation, ...]
    service: Map[str, tuple[str, ...]]
    coded: tuple[Coded, ...]
    codes: Codes
    extra: Map[str, Any] = {}

    @property
    def list(self) -> Operation:
        """Return the operation that lists the services."""
        return self.operations[0]

    def text(self, name: str) -> str:
        """Return a further entry of the descriptor, or an empty text."""
        found = self.extra.get(name, "")
        return found if isinstance(found, str) else ""

    def table(self, name: str) -> dict[str, str]:
        """Return a further entry of the descriptor that has entries of its own, or none."""
        found = self.extra.get(name)
        return found if isinstance(found, dict) else {}


def mappings_dir(data: Path) -> Path:
    """Return the folder of descriptors: the data folder's own, else the one shipped."""
    own = data / MAPPINGS
    return own if own.is_dir() else data_dir() / MAPPINGS


def source_names(data: Path) -> tuple[str, ...]:
    """Return the names of the sources that are described, sorted."""
    return tuple(sorted(path.stem for path in mappings_dir(data).glob("*.yaml")))


def read_source(data: Path, name: str) -> Source:
    """Read the descriptor of a source and its code table.

    Raises:
        SettingsError: no such source; facts `value` and `known`.
        SourceFaults: the descriptor or the table cannot be read.
    """
    known = source_names(data)
    if name not in known:
        raise SettingsError("import.no-source", value=name, known=", ".join(known))
    folder, report = mappings_dir(data), Report()
    read = read_yaml(folder / f"{name}.yaml", report.within(f"{MAPPINGS}/{name}.yaml"))
    if read is None or report.faults:
        raise SourceFaults(report.faults)
    body = _plain(read)
    codes = read_codes(folder / body.pop("codes", f"{name}-codes.tsv"))
    try:
        return _source(body, codes)
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise SourceFaults([Fault(f"{MAPPINGS}/{name}.yaml", 0, "import.descriptor", {"value": str(error).strip("'")})]) from None


def _plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {entry.key: _plain(entry.value) for entry in node.entries}
    return [_plain(item) for item in node.items]


def _source(body: dict[str, Any], codes: Codes) -> Source:
    taken = {name: body.pop(name) for name in ("source", "name", "nameEn", "title", "titleEn", "publisher", "format", "base", "key")}
    return Source(
        taken["source"], taken["name"], taken["nameEn"], taken["title"], taken["titleEn"], taken["publisher"], taken["format"],
        taken["base"], taken["key"],
        errors=body.pop("errors"),
        outdated=frozenset(body.pop("outdated", [])),
        rows={name: int(number) for name, number in body.pop("rows").items()},
        operations=tuple(_operation(one) for one in body.pop("operations")),
        service={name: tuple(fields) for name, fields in body.pop("service").items()},
        coded=tuple(_coded(one) for one in body.pop("coded")),
        codes=codes,
        extra=body,
    )  # fmt: skip


def _operation(body: Map[str, Any]) -> Operation:
    paging = body.get("paging")
    return Operation(
        name=body["name"],
        path=body["path"],
        paging=Paging(paging["page"], paging["size"], int(paging["rows"])) if paging else None,
        each=body.get("each", ""),
        fixed=body.get("fixed", {}),
        envelope=body["envelope"],
        identifier=body["id"],
        of=body.get("of", ""),
        is_complete=body.get("complete") == "true",
        filled=tuple(body["filled"]),
        required=tuple(body["required"]),
        fields=tuple(body.get("fields", ())),
        flags=body.get("flags", ""),
    )


def _coded(body: Map[str, str]) -> Coded:
    if "flag" in body:
        return Coded(body["operation"], "flag", "", True, body["flag"])
    return Coded(body["field"], body.get("table", body["field"]), body.get("separator", ""), body.get("closed") == "true")
