"""What a plan folder says about the numbers of its source: for each, where it should stand and why it is there.

Claims are read from the folder's nodes, so that whatever a plan holds counts by itself: figures, bounds of conditions, addresses, dates,
and names of the things that are spoken of on a line. That a phrase is quoted as evidence accounts for no number in it: the phrase tells of
a link, and the number in it may still be a figure nobody entered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Literal as OneOf

from msgspec import Struct
from pyoxigraph import Literal, NamedNode

from kg.ontology import Ontology
from kg.source.context import Term
from kg.source.expand import LANGUAGE_OF_SOURCES
from kg.source.folder import PlanFolder
from kg.source.numerals import Numeral, has_digit
from kg.source.passages import Passage
from kg.vocab import ID, KJ, LOCN, OA, PROV, QB, SCHEMA, SKOS

Kind = OneOf["figure", "condition", "address", "name"]
Date = tuple[int, int | None, int | None]
"""Year, month and day; None for what is not said."""

BOUNDS = frozenset({SCHEMA.minValue, SCHEMA.maxValue, KJ.minExclusive, KJ.maxExclusive})
NAMES = frozenset({SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel})
DATED = frozenset({"date", "gYearMonth"})
TIMES = (ID + "period/", ID + "instant/")
_LETTER = re.compile(r"[^\W\d_]")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Claim(Struct, frozen=True):
    """Something that accounts for numbers on lines of the source.

    Attributes:
        kind: What accounts for them.
        passage: The lines, and the phrase that holds the numbers.
        about: IRI of the thing that says so.
        numbers: The numbers meant where not every number of the phrase is.
    """

    kind: Kind
    passage: Passage
    about: str
    numbers: frozenset[Decimal] | None = None

    def fits(self, numeral: Numeral) -> bool:
        """Say whether it accounts for a number in its phrase; a name never does for what is printed as a quantity."""
        is_meant = self.numbers is None or numeral.value in self.numbers
        return is_meant and (numeral.is_plain or self.kind != "name")


class Claims:
    """The claims of one plan folder."""

    def __init__(self, folder: PlanFolder, names: Mapping[str, frozenset[str]]) -> None:
        """Read a folder.

        Args:
            folder: The plan.
            names: For an IRI, its names, of this plan, of others and of the ontology (`names_of`).
        """
        self._folder = folder
        self._names = names

    def figures(self) -> Iterator[Claim]:
        """Yield a claim for each place where an observation is printed."""
        for node in self._nodes:
            if node.iri and KJ.printedAs in node.texts:
                yield from (Claim("figure", passage, node.iri) for passage in node.passages if passage.quote)

    def conditions(self) -> Iterator[Claim]:
        """Yield the phrases that are quoted for conditions with a bound; of their numbers only the bounds are meant."""
        for node in self._nodes:
            bounds = frozenset(Decimal(text) for term in BOUNDS for text in node.texts.get(term, ()))
            yield from (Claim("condition", passage, node.iri, bounds) for passage in node.passages if bounds and passage.quote)

    def addresses(self) -> Iterator[Claim]:
        """Yield the addresses."""
        return (
            Claim("address", Passage(passage.source, passage.start, passage.end, text), node.iri)
            for node in self._nodes
            for text in node.texts.get(LOCN.fullAddress, ())
            for passage in node.passages
        )

    def names(self) -> Iterator[Claim]:
        """Yield the names of whatever is spoken of on some lines; a name that is a mere number is none."""
        for iri, passages in self._spoken_of.items():
            for name in sorted(self._names.get(iri, ())):
                for passage in passages:
                    yield Claim("name", Passage(passage.source, passage.start, passage.end, name), iri)

    @cached_property
    def dates(self) -> tuple[tuple[Passage, Date], ...]:
        """The dates known on some lines: periods and instants that are spoken of, and dates that are written out."""
        known = [(passage, date) for iri, passages in self._spoken_of.items() for passage in passages if (date := date_of(iri))]
        for node in self._nodes:
            for date in (date for text in node.dates if (date := _date(text))):
                known += [(passage, date) for passage in node.passages]
        return tuple(known)

    @cached_property
    def _nodes(self) -> tuple[_Node, ...]:
        return tuple(_nodes(self._folder))

    @cached_property
    def _spoken_of(self) -> dict[str, set[Passage]]:
        """For each thing, the lines on which it, or something that points to it, has its evidence; a figure speaks on its whole table."""
        lines: dict[str, set[Passage]] = defaultdict(set)
        for node in self._nodes:
            lines[node.iri].update(Passage(p.source, p.start, p.end) for p in node.passages)
        spoken = defaultdict(set, {iri: set(passages) for iri, passages in lines.items()})
        for node in self._nodes:
            tables = [table for term, table in node.targets if term == QB.dataSet]
            passages = lines[node.iri].union(*(lines[table] for table in tables))
            for _, target in node.targets:
                spoken[target] |= passages
        return spoken


def names_of(folders: Iterable[PlanFolder], ontology: Ontology) -> dict[str, frozenset[str]]:
    """Return, for an IRI, the names in the language of the sources that hold a digit and a letter; labels of parts are none."""
    names: dict[str, set[str]] = defaultdict(set)
    for quad in ontology.quads:
        if quad.predicate.value in NAMES and isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            names[quad.subject.value].update([quad.object.value] if quad.object.language == LANGUAGE_OF_SOURCES else [])
    for folder in folders:
        nodes = tuple(_nodes(folder))
        parts = {part for node in nodes for part in _parts(node, folder.context.terms)}
        for node in (node for node in nodes if node.iri not in parts):
            names[node.iri].update(node.names)
    counted = {iri: frozenset(name for name in found if has_digit(name) and _LETTER.search(name)) for iri, found in names.items()}
    return {iri: found for iri, found in counted.items() if found}


def date_of(iri: str) -> Date | None:
    """Return the date of a period or an instant, None for any other thing."""
    return _date(iri.rpartition("/")[2]) if iri.startswith(TIMES) else None


class _Node(Struct, frozen=True):
    """A node as it is needed here: texts by property, names, dates, the things it points to by property, and its evidence."""

    iri: str
    texts: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]
    dates: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    passages: tuple[Passage, ...]


def _nodes(folder: PlanFolder) -> Iterator[_Node]:
    terms = folder.context.terms
    for node in folder.expansion.nodes:
        if node.get("@type") == OA.SpecificResource:
            continue
        texts: dict[str, list[str]] = defaultdict(list)
        targets, names, dates = [], [], []
        for key, item in ((key, item) for key, value in node.items() for item in (value if isinstance(value, list) else [value])):
            term = terms.get(key)
            prop = term.iri if term else key
            if isinstance(item, dict) and "@id" in item:
                targets.append((prop, item["@id"]))
            elif isinstance(item, str):
                texts[prop].append(item)
                names += [item] if term and prop in NAMES and term.language == LANGUAGE_OF_SOURCES else []
                dates += [item] if term and term.datatype in DATED else []
        yield _Node(
            str(node["@id"]),
            {prop: tuple(found) for prop, found in texts.items()},
            tuple(names),
            tuple(dates),
            tuple(target for target in targets if target[0] != PROV.wasDerivedFrom),
            tuple(folder.expansion.passages[iri] for prop, iri in targets if prop == PROV.wasDerivedFrom),
        )


def _parts(node: _Node, terms: Mapping[str, Term]) -> Iterator[str]:
    """Yield what a node points to that is a mere part of it: the editor gave it no `id`, so that its label is the editor's too."""
    for prop, target in node.targets:
        key = target.removeprefix(node.iri + "/").partition("/")[0]
        if target.startswith(node.iri + "/") and key in terms and terms[key].iri == prop:
            yield target


def _date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    return (int(match[1]), int(match[2]) if match[2] else None, int(match[3]) if match[3] else None) if match else None
