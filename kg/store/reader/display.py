"""How kinds and relations are called and ordered, read from the graph (`ontology/display.ttl`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.store.reader.model import Ref, Text
from kg.store.reader.source import Source, choose_text, value_of
from kg.store.results import Term

_LAST = 1000
REMEMBERED = 16_384
"""Names remembered of each language, some 16 MB; a plan has 3,200, a nation more than memory holds."""


class Kind(Struct, frozen=True):
    """A kind of thing: its type word, its names by language, where `serves` pages list it, and its order."""

    iri: str
    word: str
    labels: tuple[Term, ...]
    section: str
    order: int
    catalogued: bool

    def label(self, lang: str) -> Text:
        """Return its name in a language."""
        return choose_text(self.labels, lang)


class Section(Struct, frozen=True):
    """A section of the page about who serves a group: its key in JSON, its headings by language, and its order."""

    iri: str
    name: str
    labels: tuple[Term, ...]
    order: int

    def heading(self, lang: str) -> Text:
        """Return its heading in a language."""
        return choose_text(self.labels, lang)


class Phrase(Struct, frozen=True):
    """Headings of a relation, forwards and backwards, by language; the relations beside which its things are not shown again.

    `counted` when pages count its things and do not list them; `concluded` when no line states it and it always follows by a rule.
    """

    forward: tuple[Term, ...]
    backward: tuple[Term, ...]
    order: int
    hidden: bool
    counted: bool
    beside: frozenset[str]
    concluded: bool


class Display:
    """Kinds by class or scheme, phrases by property, sections in their order, and names asked for. Made once per snapshot."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.kinds = _kinds(source.rows("page-kinds").rows)
        self.phrases = _phrases(source.rows("page-phrases").rows)
        self.sections = _sections(source.rows("page-sections").rows)
        self._known: defaultdict[str, dict[str, Ref]] = defaultdict(dict)
        self._words: dict[str, Mapping[str, str]] = {}
        self._orders = {kind.word: kind.order for kind in self.kinds.values()}

    def words(self, lang: str) -> Mapping[str, str]:
        """Return the name of each type word in a language."""
        if lang not in self._words:
            self._words[lang] = {kind.word: kind.label(lang).value for kind in self.kinds.values()}
        return self._words[lang]

    def refs(self, things: Iterable[str], lang: str) -> dict[str, Ref]:
        """Name many things with one query; things without a name are left out.

        When more than `REMEMBERED` names would be held, all but those wanted are let go.

        Args:
            lang: Language wanted; Korean stands in where it is missing.
        """
        wanted = dict.fromkeys(things)
        known = self._known[lang]
        grouped: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
        for row in self._source.rows_about("page-labels", "thing", (thing for thing in wanted if thing not in known)):
            grouped[row["thing"].value].append(row)
        if len(known) + len(grouped) > REMEMBERED:
            known = self._known[lang] = {thing: known[thing] for thing in wanted if thing in known}
        known |= {thing: self._ref(thing, rows, lang) for thing, rows in grouped.items()}
        return {thing: known[thing] for thing in wanted if thing in known}

    def _ref(self, thing: str, rows: list[Mapping[str, Term]], lang: str) -> Ref:
        kinds = [self.kinds[found] for row in rows for found in (value_of(row, "scheme"), value_of(row, "class")) if found in self.kinds]
        kind = kinds[0] if kinds else None
        home = next((value_of(row, "home") for row in rows if "home" in row), thing)
        notation = next((value_of(row, "notation") for row in rows if "notation" in row), "")
        label = choose_text((row["label"] for row in rows), lang)
        unit = choose_text((row["unitLabel"] for row in rows if "unitLabel" in row), lang)
        order = min((int(row["order"].value) for row in rows if "order" in row), default=_LAST)
        word, called, listed = (kind.word, kind.label(lang), kind.catalogued) if kind else ("", Text(""), False)
        sign = next((value_of(row, "sign") for row in rows if "sign" in row), "")
        return Ref(thing, label, word, called, home, notation, unit, sign, order, listed)

    def place(self, ref: Ref) -> tuple[int, int, tuple[int, ...], str, str]:
        """Return where a thing stands among others: by kind, by the ontology's own order, by its printed number, by name."""
        numbers = tuple(int(part) for part in ref.notation.replace(".", "-").split("-") if part.isdigit())
        return (self._orders.get(ref.word, _LAST), ref.order, numbers, ref.label.value, ref.iri)

    def phrase(self, property_iri: str, lang: str) -> Text | None:
        """Return the heading of a relation in a language, or None when it has none."""
        phrase = self.phrases.get(property_iri)
        return choose_text(phrase.forward, lang) if phrase and phrase.forward else None

    def order_of(self, property_iri: str) -> int:
        """Return where a relation stands among others."""
        phrase = self.phrases.get(property_iri)
        return phrase.order if phrase else _LAST


def _kinds(rows: Iterable[Mapping[str, Term]]) -> dict[str, Kind]:
    grouped: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
    for row in rows:
        grouped[row["kind"].value].append(row)
    return {
        iri: Kind(
            iri=iri,
            word=value_of(found[0], "word"),
            labels=tuple({row["label"]: None for row in found if "label" in row}),
            section=value_of(found[0], "section"),
            order=int(value_of(found[0], "order") or _LAST),
            catalogued=value_of(found[0], "catalogued") == "true",
        )
        for iri, found in grouped.items()
    }


def _sections(rows: Iterable[Mapping[str, Term]]) -> tuple[Section, ...]:
    grouped: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
    for row in rows:
        grouped[row["section"].value].append(row)
    found = (
        Section(iri, value_of(rows[0], "name"), tuple({row["label"]: None for row in rows}), int(value_of(rows[0], "order")))
        for iri, rows in grouped.items()
    )
    return tuple(sorted(found, key=lambda section: section.order))


def _phrases(rows: Iterable[Mapping[str, Term]]) -> dict[str, Phrase]:
    grouped: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
    for row in rows:
        grouped[row["property"].value].append(row)
    return {
        iri: Phrase(
            forward=tuple({row["phrase"]: None for row in found if "phrase" in row}),
            backward=tuple({row["inverse"]: None for row in found if "inverse" in row}),
            order=min(int(value_of(row, "order") or _LAST) for row in found),
            hidden=any(value_of(row, "hidden") == "true" for row in found),
            counted=any(value_of(row, "counted") == "true" for row in found),
            beside=frozenset(value_of(row, "beside") for row in found if "beside" in row),
            concluded=any(value_of(row, "concluded") == "true" for row in found),
        )
        for iri, found in grouped.items()
    }
