"""The one generic expansion from what an editor writes to JSON-LD nodes.

`lines`/`quote` become passages; `{to: …, lines: …}` becomes the plain statement and a link node that carries its evidence; a nested
node gets the IRI `<parent>/<key>/<n>`, where n is its `key`, or else the last segment of what it is about, so that inserting an item
renames no other; a node without `lines` inherits the passages of its parent. Nothing here knows a single class.
"""

from __future__ import annotations

import re

from msgspec import Struct

from kg.ontology import Ontology
from kg.source.context import LEXICAL_FORMS, Context, Term
from kg.source.nodes import Expansion, Name, Reference
from kg.source.passages import Passage, Statement, derivation, parse_lines
from kg.source.report import Report
from kg.source.yamlfile import Entry, Mapping, Node, Scalar, Sequence
from kg.vocab import ID, KJ, PROV, SKOS

EVIDENCE_KEYS = frozenset({"lines", "quote"})
LINK_KEYS = EVIDENCE_KEYS | {"to", "certainty", "key"}
NODE_KEYS = EVIDENCE_KEYS | {"id", "type", "extends", "key"}
AREAS = "region"
PLAN = "plan"
WRONG_FORMS = {"decimal": "source.not-a-number", "integer": "source.not-a-number", "boolean": "source.not-a-truth"}
LANGUAGE_OF_SOURCES = "ko"
FURTHER_NAMES = (SKOS.altLabel, SKOS.hiddenLabel)
NAMED_BY = ("to", "participant", "constrains", "supportType")


class Origin(Struct, frozen=True):
    """Where a file's `lines` count: the source document and how many lines it has."""

    source: str
    line_count: int


class Expander:
    """Expands the entries of one file into an `Expansion`; every fault goes to the report."""

    def __init__(self, context: Context, ontology: Ontology, origin: Origin, into: Expansion, report: Report) -> None:
        self._context = context
        self._ontology = ontology
        self._origin = origin
        self._into = into
        self.report = report

    def reporting_to(self, report: Report) -> Expander:
        """Return the same expander for another file of the folder."""
        return Expander(self._context, self._ontology, self._origin, self._into, report)

    def entry(self, mapping: Mapping) -> None:
        """Expand one top-level entry: a thing of its own (`id`) or an addition to a thing declared elsewhere (`extends`)."""
        extended = mapping.get("extends")
        named = extended or mapping.get("id")
        if named is None or not isinstance(named.value, Scalar):
            self.report.add(mapping.line, "source.no-id")
            return
        iri = self.resolve(named.value, declares=extended is None)
        if iri is None:
            return
        if extended is None:
            self._node(mapping, iri, (), "")
        else:
            self._addition(mapping, iri)

    def resolve(self, written: Scalar, declares: bool = False) -> str | None:
        """Write out a short IRI; a reference is remembered, so that a dangling one is found once every file was read."""
        iri = self._context.expand(written.text)
        prefix, colon, _ = written.text.partition(":")
        if not colon:
            self.report.add(written.line, "source.not-a-reference", value=written.text, nearest=self._called(written.text))
            return None
        if prefix not in self._context.prefixes:
            self.report.add_unknown(written.line, "source.unknown-prefix", prefix, self._context.prefixes, written=written.text)
            return None
        if not self._context.names_things(prefix):
            self.report.add(written.line, "source.foreign-prefix", value=prefix, written=written.text)
            return None
        if iri is None:
            self.report.add(written.line, "source.bad-identifier", value=written.text)
            return None
        if not declares:
            self._into.references.append(Reference(iri, written.text, (self.report.path, written.line)))
        elif prefix not in (*self._context.own_prefixes, AREAS):
            self.report.add(written.line, "source.national-id", value=written.text)
        return iri

    def _called(self, name: str) -> str:
        """Return the short IRI of the one thing of the ontology that bears a Korean name, or an empty text."""
        found = self._ontology.named.get(name, ())
        shorts = [self._context.shorten(iri) for iri in found]
        return next((short for short in shorts if ":" in short and "//" not in short), "")

    def passages(self, mapping: Mapping, inherited: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Return the passages a mapping states by `lines` and `quote`, else those of its parent."""
        lines, quote = mapping.get("lines"), mapping.text("quote")
        if lines is None and not quote:
            return inherited
        quoted = mapping.get("quote")
        if quoted and isinstance(quoted.value, Scalar) and quoted.value.is_cut:
            self.report.add(quoted.line, "source.hash-in-text", value=quote)
        ranges = self._ranges(lines) if lines else tuple((p.start, p.end) for p in inherited)
        if quote and len(set(ranges)) != 1:
            self.report.add(mapping.line, "source.quote-needs-one-range", value=quote)
            return inherited
        found = tuple(Passage(self._origin.source, start, end, quote) for start, end in ranges)
        for passage in found:
            self._into.cite(passage, (self.report.path, (lines or mapping).line))
        return found

    def _ranges(self, lines: Entry) -> tuple[tuple[int, int], ...]:
        items = lines.value.items if isinstance(lines.value, Sequence) else (lines.value,)
        text = ", ".join(item.text for item in items if isinstance(item, Scalar))
        ranges = parse_lines(text)
        if ranges is None:
            self.report.add(lines.line, "source.bad-lines", value=text)
            return ()
        beyond = [end for _, end in ranges if end > self._origin.line_count]
        if beyond:
            self.report.add(lines.line, "source.lines-beyond-end", value=text, last=str(self._origin.line_count))
            return ()
        return ranges

    def _addition(self, mapping: Mapping, iri: str) -> None:
        for entry in mapping.entries:
            term = self._context.terms.get(entry.key)
            if entry.key in ("id", "type") or (term and term.iri == SKOS.prefLabel):
                self.report.add(entry.line, "source.not-yours", key=entry.key, value=mapping.text("extends"))
            if term and term.iri in FURTHER_NAMES and term.language == LANGUAGE_OF_SOURCES and mapping.get("lines") is None:
                self.report.add(entry.line, "source.name-without-lines", key=entry.key)
        passages = self.passages(mapping, ())
        node: dict[str, object] = {"@id": iri, PROV.wasDerivedFrom: derivation(passages)}
        self._into.positions.note((self.report.path, mapping.line), iri)
        self._properties(mapping, iri, node, passages)
        self._into.nodes.append(node)

    def _node(self, mapping: Mapping, iri: str, inherited: tuple[Passage, ...], property_iri: str) -> None:
        place = (self.report.path, mapping.line)
        first = self._into.declared.get(iri)
        if first is not None:
            self.report.add(mapping.line, "source.duplicate-id", value=self._context.shorten(iri), first=f"{first[0]}:{first[1]}")
            return
        self._into.declared[iri] = place
        self._into.positions.note(place, iri)
        passages = self.passages(mapping, inherited)
        node: dict[str, object] = {"@id": iri, PROV.wasDerivedFrom: derivation(passages)}
        kind = self._kind(mapping, property_iri)
        if kind:
            node["@type"] = kind
        self._properties(mapping, iri, node, passages)
        self._into.nodes.append(node)

    def _kind(self, mapping: Mapping, property_iri: str) -> str | None:
        written = mapping.get("type")
        if written is None:
            present = [self._context.terms[e.key].iri for e in mapping.entries if e.key in self._context.terms]
            kind = self._ontology.implied_kind(property_iri, present)
            if kind is None:
                self.report.add(mapping.line, "source.no-type")
            return kind
        text = written.value.text if isinstance(written.value, Scalar) else ""
        kind = self._context.words.get(text)
        if kind not in self._ontology.kinds:
            kinds = [word for word, iri in self._context.words.items() if iri in self._ontology.kinds]
            self.report.add_unknown(written.line, "source.unknown-type", text, kinds)
            return None
        return kind

    def _properties(self, mapping: Mapping, iri: str, node: dict[str, object], passages: tuple[Passage, ...]) -> None:
        for entry in mapping.entries:
            if entry.key in NODE_KEYS:
                continue
            term = self._context.terms.get(entry.key)
            if term is None:
                self.report.add_unknown(entry.line, "source.unknown-key", entry.key, [*self._context.terms, *NODE_KEYS])
                continue
            self._into.positions.note((self.report.path, entry.line), iri, term.iri)
            single = not isinstance(entry.value, Sequence)
            items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
            self._check_bound(term, entry, mapping.text("quote"))
            is_editors = mapping.get("id") is None or node.get("@type") in self._ontology.named_by_editor
            self._note_names(term, items, passages, is_editors)
            values = [value for item in items for value in self._values(term, item, iri, passages, single)]
            node[term.name] = values

    def _note_names(self, term: Term, items: tuple[Node, ...], passages: tuple[Passage, ...], is_editors: bool) -> None:
        """Remember names the source has to bear: further names always, a preferred name unless it is the editor's or a mere part's."""
        is_preferred = term.iri == SKOS.prefLabel
        is_name = (is_preferred and not is_editors) or term.iri in FURTHER_NAMES
        if is_name and term.language == LANGUAGE_OF_SOURCES:
            written = (item for item in items if isinstance(item, Scalar))
            self._into.names += [Name(item.text, passages, (self.report.path, item.line), is_preferred) for item in written]

    def _check_bound(self, term: Term, entry: Entry, quote: str) -> None:
        """A number beside a phrase has to stand in the phrase: `max: 93` beside "39" is a slip no sum would show."""
        number = entry.value.text if term.datatype == "decimal" and isinstance(entry.value, Scalar) else ""
        if quote and number and not re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d,]|\.\d)", quote.replace(",", "")):
            self.report.add(entry.line, "source.number-not-quoted", key=entry.key, value=number, quote=quote)

    def _values(self, term: Term, item: Node, iri: str, passages: tuple[Passage, ...], single: bool) -> list[object]:
        if isinstance(item, Sequence):
            self.report.add(item.line, "source.list-in-list", key=term.name)
            return []
        if isinstance(item, Mapping):
            if term.kind != "reference":
                self.report.add(item.line, "source.text-due", key=term.name)
                return []
            return self._links(term, item, iri, passages) if item.get("to") else self._nested(term, item, iri, passages, single)
        if term.kind == "reference":
            return self._bare_reference(term, item, iri)
        return self._text(term, item, iri)

    def _bare_reference(self, term: Term, item: Scalar, iri: str) -> list[object]:
        if term.iri in self._ontology.cited:
            self.report.add(item.line, "source.lines-missing", key=term.name, value=item.text)
        target = self.resolve(item)
        if target is None:
            return []
        self._into.positions.note((self.report.path, item.line), iri, term.iri, target)
        return [{"@id": target}]

    def _text(self, term: Term, item: Scalar, iri: str) -> list[object]:
        if term.kind == "word" and item.text not in self._context.words:
            self.report.add_unknown(item.line, "source.unknown-word", item.text, self._context.words, key=term.name)
            return []
        form = LEXICAL_FORMS.get(term.datatype or "")
        if form and not form.fullmatch(item.text):
            code = WRONG_FORMS.get(term.datatype or "", "source.wrong-form")
            self.report.add(item.line, code, key=term.name, value=item.text, expected=term.datatype or "")
            return []
        if item.is_cut and term.datatype is None:
            self.report.add(item.line, "source.hash-in-text", value=item.text)
        self._into.positions.note((self.report.path, item.line), iri, term.iri, item.text)
        return [item.text]

    def _links(self, term: Term, item: Mapping, iri: str, inherited: tuple[Passage, ...]) -> list[object]:
        for entry in item.entries:
            if entry.key not in LINK_KEYS:
                self.report.add_unknown(entry.line, "source.unknown-link-key", entry.key, LINK_KEYS)
        if not EVIDENCE_KEYS & {entry.key for entry in item.entries}:
            self.report.add(item.line, "source.lines-missing", key=term.name, value=item.text("to"))
        passages = self.passages(item, inherited)
        certainty = self._context.words.get(item.text("certainty") or "Stated", "")
        if certainty not in (KJ.Stated, KJ.Inferred):
            self.report.add_unknown(item.line, "source.unknown-word", item.text("certainty"), ["Stated", "Inferred"], key="certainty")
            return []
        to = item.get("to")
        written = to.value.items if to and isinstance(to.value, Sequence) else (to.value,) if to else ()
        values: list[object] = []
        for one in written:
            statement = self._statement(term, one, iri, item.text("key")) if isinstance(one, Scalar) else None
            if statement:
                self._into.nodes.append(statement.node(certainty, passages))
                values.append({"@id": statement.subject if term.is_reverse else statement.target})
        return values

    def _statement(self, term: Term, written: Scalar, iri: str, key: str) -> Statement | None:
        target = self.resolve(written)
        place = (self.report.path, written.line)
        link = self._child(term, iri, key or target.rpartition("/")[2], written.line) if target else None
        if target is None or link is None:
            return None
        self._into.declared[link] = place
        self._into.positions.note(place, link)
        self._into.positions.note(place, iri, term.iri, target)
        return Statement(link, target, term.iri, iri) if term.is_reverse else Statement(link, iri, term.iri, target)

    def _nested(self, term: Term, item: Mapping, iri: str, passages: tuple[Passage, ...], single: bool) -> list[object]:
        own_id = item.get("id")
        if own_id is not None:
            if not term.is_reverse or not isinstance(own_id.value, Scalar):
                self.report.add(own_id.line, "source.id-not-here", key=term.name)
                return []
            child = self.resolve(own_id.value, declares=True)
        else:
            named = next((item.text(key) for key in NAMED_BY if item.text(key)), "")
            segment = item.text("key") or named.rpartition(":")[2].rpartition("/")[2]
            if term.is_reverse or not (segment or single):
                self.report.add(item.line, "source.no-id" if term.is_reverse else "source.key-needed", key=term.name)
                return []
            child = self._child(term, iri, segment, item.line)
        if child is None:
            return []
        self._node(item, child, passages, term.iri)
        return [{"@id": child}]

    def _child(self, term: Term, parent: str, segment: str, line: int) -> str | None:
        if not parent.startswith(tuple(self._context.own_prefixes.values())):
            parent = self._context.own_prefixes[PLAN] + parent.removeprefix(ID)  # several plans may say the same of a term they share
        child = f"{parent}/{term.name}/{segment}" if segment else f"{parent}/{term.name}"
        if child in self._into.declared:
            self.report.add(line, "source.same-name", key=term.name, value=segment)
            return None
        return child
