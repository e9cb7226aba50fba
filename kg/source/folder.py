"""Reads one plan folder: `plan.yaml` (what it is, its prefixes, its source), the files of entries, the tables of figures."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from kg.ontology import Ontology
from kg.source.context import Context, plan_prefixes
from kg.source.expand import Expander, Origin
from kg.source.figures import FigureReader
from kg.source.ignored import IGNORED_FILE, read_ignored
from kg.source.nodes import Expansion, Place, Reference
from kg.source.report import Report
from kg.source.yamlfile import Mapping, Scalar, Sequence, read_yaml
from kg.vocab import GRAPH, KJ, XSD

PLAN_FILE = "plan.yaml"
CHECKS_FILE = "checks.yaml"
FIGURES = "figures"
HEADER_KEYS = frozenset({"graph", "prefixes", "source", "text", "entries"})
FILE_KEYS = frozenset({"source", "entries"})
TEXT_KEYS = frozenset({"file", "sha256", "lines"})
_GRAPH = re.compile(r"(\d{2,5}|[a-z-]+)/(\d{4})")
_PREFIX = re.compile(r"[a-z][a-z-]*")
_NAMESPACE = re.compile(r"(?:[a-z0-9-]+/)+")


class SourceFile(Struct, frozen=True):
    """The source text the lines count in: file name, SHA-256 and number of lines. The text itself is never published."""

    name: str
    sha256: str
    line_count: int
    place: Place


class PlanFolder(Struct, frozen=True):
    """One plan as read.

    Attributes:
        name: Folder name.
        graph: IRI of its named graph.
        context: The context with the folder's prefixes.
        expansion: Its nodes, evidence and places.
        text: Its source text, for checking evidence.
        is_complete: False when a file could not be read, so that missing things may stand in it.
    """

    name: str
    path: Path
    graph: str
    context: Context
    expansion: Expansion
    text: SourceFile
    is_complete: bool

    def document(self) -> dict[str, object]:
        """Return the folder as one JSON-LD document; short IRIs of its own prefixes are written out in it already."""
        return {"@context": self.context.document, "@graph": self.expansion.nodes}


def read_folder(path: Path, context: Context, ontology: Ontology, declared: dict[str, Place], report: Report) -> PlanFolder | None:
    """Read a plan folder.

    Args:
        path: The folder; it holds `plan.yaml`.
        context: The national context.
        declared: What other folders declare; this folder's declarations are added.
        report: Receives every fault.
    Returns:
        The plan, or None when `plan.yaml` itself cannot be used.
    """
    shown = f"{path.name}/{PLAN_FILE}"
    top_report = report.within(shown)
    top = read_yaml(path / PLAN_FILE, top_report)
    if top is None:
        return None
    header = _Header(top, context, ontology, top_report)
    if not header.is_usable:
        return None
    expansion = Expansion(declared=declared)
    expansion.nodes.append(_text_node(header))
    expansion.references.append(Reference(header.source, top.text("source"), header.text.place))
    reader = _FolderReader(path, header, ontology, expansion, report)
    reader.entries(top, top_report, HEADER_KEYS)
    reader.read_files()
    expansion.join_blank_repeats()
    return PlanFolder(path.name, path, header.graph, header.context, expansion, header.text, reader.is_complete)


class _Header:
    """The keys of `plan.yaml` that are not entries."""

    def __init__(self, top: Mapping, context: Context, ontology: Ontology, report: Report) -> None:
        self._top = top
        self._report = report
        before = len(report.faults)
        name = self._fitting("graph", _GRAPH, "11410/2022")
        self.graph = GRAPH + name
        area, _, year = name.partition("/")
        derived = plan_prefixes(ontology.folder / "plan-prefixes.json", area, year)
        self.context = context.with_prefixes({**derived, **self._more_prefixes()})
        source = self._fitting("source", re.compile(r"\S+"), "plan:source")
        self.source = self.context.expand(source) or ""
        if source and not self.source:
            report.add(top.line, "source.not-a-reference", value=source)
        self.text = self._text()
        self.is_usable = len(report.faults) == before

    def _fitting(self, key: str, form: re.Pattern[str], example: str, within: Mapping | None = None) -> str:
        mapping = within or self._top
        text = mapping.text(key)
        if not form.fullmatch(text):
            entry = mapping.get(key)
            self._report.add(entry.line if entry else mapping.line, "source.bad-header", key=key, value=text, example=example)
            return ""
        return text

    def _more_prefixes(self) -> dict[str, str]:
        entry = self._top.get("prefixes")
        found: dict[str, str] = {}
        for one in entry.value.entries if entry and isinstance(entry.value, Mapping) else ():
            text = one.value.text if isinstance(one.value, Scalar) else ""
            if not (_PREFIX.fullmatch(one.key) and _NAMESPACE.fullmatch(text)):
                self._report.add(one.line, "source.bad-header", key=one.key, value=text, example="id/11410/market/")
            found[one.key] = text
        return found

    def _text(self) -> SourceFile:
        entry = self._top.get("text")
        place = (self._report.path, entry.line if entry else self._top.line)
        if entry is None or not isinstance(entry.value, Mapping):
            self._report.add(self._top.line, "source.bad-header", key="text", value="", example="text: {file: …, sha256: …, lines: …}")
            return SourceFile("", "", 0, place)
        for one in entry.value.entries:
            if one.key not in TEXT_KEYS:
                self._report.add_unknown(one.line, "source.unknown-key", one.key, TEXT_KEYS)
        name = self._fitting("file", re.compile(r"[^/\\]+"), "plan-2022.txt", entry.value)
        digest = self._fitting("sha256", re.compile(r"[0-9a-f]{64}"), "0" * 64, entry.value)
        lines = self._fitting("lines", re.compile(r"[1-9]\d{0,6}"), "1733", entry.value)
        return SourceFile(name, digest, int(lines or 0), place)


class _FolderReader:
    """Reads the files of one folder in the order of their names."""

    def __init__(self, path: Path, header: _Header, ontology: Ontology, expansion: Expansion, report: Report) -> None:
        self._path = path
        self._header = header
        self._ontology = ontology
        self._expansion = expansion
        self._report = report
        self.is_complete = True

    def read_files(self) -> None:
        for path in sorted(self._path.rglob("*")):
            inside = path.relative_to(self._path)
            shown = f"{self._path.name}/{inside.as_posix()}"
            report = self._report.within(shown)
            if path.is_dir() or inside.as_posix() in (PLAN_FILE, CHECKS_FILE) or _is_no_data(inside):
                continue
            if inside.as_posix() == IGNORED_FILE:
                read_ignored(path, self._header.source, self._expansion, report)
            elif path.suffix != ".yaml":
                described = inside.parts[0] == FIGURES and path.suffix == ".csv" and path.with_suffix(".yaml").is_file()
                if not described:
                    report.add(0, "source.unread-file", value=path.name)
            elif inside.parts[0] == FIGURES:
                reader = FigureReader(self._header.context, self._ontology, self._expander(self._header.source, report), self._expansion)
                self.is_complete = reader.read(path, shown, report) and self.is_complete
            elif (top := read_yaml(path, report)) is not None:
                self.entries(top, report, FILE_KEYS)
            else:
                self.is_complete = False

    def entries(self, top: Mapping, report: Report, keys: frozenset[str]) -> None:
        for entry in top.entries:
            if entry.key not in keys:
                report.add_unknown(entry.line, "source.unknown-key", entry.key, keys)
        listed = top.get("entries")
        if listed is None or not isinstance(listed.value, Sequence):
            report.add(top.line, "source.no-entries")
            return
        source = self._header.context.expand(top.text("source")) or self._header.source
        expander = self._expander(source, report)
        for item in listed.value.items:
            if isinstance(item, Mapping):
                expander.entry(item)
            else:
                report.add(item.line, "source.not-an-entry")

    def _expander(self, source: str, report: Report) -> Expander:
        return Expander(self._header.context, self._ontology, Origin(source, self._header.text.line_count), self._expansion, report)


def _text_node(header: _Header) -> dict[str, object]:
    """Say of the source document which text its lines count in, so that a reader can tell the right text from another."""
    count = {"@value": str(header.text.line_count), "@type": XSD.integer}
    return {"@id": header.source, KJ.sha256: header.text.sha256, KJ.lineCount: count}


def _is_no_data(inside: Path) -> bool:
    """Say whether a file is a note for people or a left-over of an editor or a desktop, which is no data and needs no word."""
    return inside.name.startswith((".", "~")) or inside.suffix == ".md"
