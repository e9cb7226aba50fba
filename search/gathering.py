"""Gathers the documents of a graph by `ontology/queries/search-*.rq`, for some things at a time and in several threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kg.ahead import ahead
from kg.store.base import GraphStore
from kg.store.results import Term
from kg.text import nfc
from search.asking import Asking, Said, in_order
from search.documents import TEXT_FIELDS, AgeRange, Document, FacetLabel

AT_ONCE = 1000
"""Of so many things the rows are read together."""
_FIELDS = tuple(name for name in TEXT_FIELDS if name not in ("name", "aliases", "spoken"))
"""Of a document, those that queries fill."""


class _Kind(Struct, frozen=True, order=True):
    rank: int
    word: str
    prominent: bool


class _Ages(Struct, frozen=True):
    own: Mapping[str, tuple[AgeRange, ...]]
    of_groups: Mapping[str, tuple[AgeRange, ...]]


def read_documents(store: GraphStore, queries: Path, spoken: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Document, ...]:
    """Gather the documents of a graph, sorted by id.

    Args:
        store: The graph, ontology included.
        queries: Folder of the saved queries (`ontology/queries`).
        spoken: What people say who look for a thing, by the end of its IRI after `/id/` and the district; others say nothing.
    Raises:
        KgError: what the store raises when a query fails.
    """
    of_things, of_ages = ahead(partial(_rows, store, queries), ("things", "ages"))
    kinds, ages, asking = _kinds(of_things), _ages(of_ages), Asking(store, queries)
    things, linked = sorted(kinds), _Links()

    def gathered(some: Sequence[str]) -> tuple[list[Document], list[tuple[str, str]]]:
        said = asking.about(some)
        found = (_document(thing, kinds[thing], said, ages) for thing in some)
        return [replace(document, spoken=(spoken or {}).get(_short(document.id), ())) for document in found if document], said.pairs

    found: list[Document] = []
    # Asked for some things at a time, rows take no memory to speak of, however many things there are.
    for documents, pairs in ahead(gathered, (things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE))):
        found += documents
        linked.add(pairs)
    return tuple(replace(document, linked=linked.of(document.id)) for document in found)


def _short(thing: str) -> str:
    """Return the end of an IRI after `/id/` and the district: `program/digital-tutor`."""
    return thing.rpartition("/id/")[2].partition("/")[2]


def _rows(store: GraphStore, queries: Path, name: str) -> tuple[Mapping[str, Term], ...]:
    return store.select((queries / f"search-{name}.rq").read_text("utf-8")).rows


def _kinds(rows: Iterable[Mapping[str, Term]]) -> dict[str, _Kind]:
    """Map each thing to its kind; its scheme's goes before its class's, and the first in order if the graph has two."""
    found: dict[str, _Kind] = {}
    for row in rows:
        rank, word = (0, row["schemeWord"].value) if "schemeWord" in row else (1, row["word"].value)
        kind = _Kind(rank, word, "section" in row)
        thing = row["thing"].value
        found[thing] = min(found.get(thing, kind), kind)
    return found


class _Links:
    """Which things are linked, in either direction; each is kept as a number, because a group may be linked with every other thing."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._linked: defaultdict[int, set[int]] = defaultdict(set)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        for pair in pairs:
            one, other = (self._numbers.setdefault(thing, len(self._numbers)) for thing in pair)
            self._linked[one].add(other)
            self._linked[other].add(one)

    def of(self, thing: str) -> tuple[str, ...]:
        """Return what a thing is linked with, in order."""
        return tuple(sorted(self._names[other] for other in self._linked.get(self._numbers.get(thing, -1), ())))

    @cached_property
    def _names(self) -> list[str]:
        return list(self._numbers)


def _ages(rows: Iterable[Mapping[str, Term]]) -> _Ages:
    """Map each thing to its own age ranges, and one that has none to those of the groups it is for."""
    own: defaultdict[str, set[AgeRange]] = defaultdict(set)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if "group" in row:
            groups[row["thing"].value].add(row["group"].value)
        elif "least" in row or "most" in row:
            own[row["thing"].value].add((_year(row, "least"), _year(row, "most")))
    theirs = {thing: set().union(*(own.get(group, set()) for group in wide)) for thing, wide in groups.items() if thing not in own}
    return _Ages(*({thing: tuple(sorted(found, key=str)) for thing, found in ranges.items() if found} for ranges in (own, theirs)))


def _year(row: Mapping[str, Term], name: str) -> int | None:
    return int(float(row[name].value)) if name in row else None


def _document(thing: str, kind: _Kind, said: Said, ages: _Ages) -> Document | None:
    names, fields = said.names[thing], said.fields[thing]
    preferred = in_order(names["name"])
    if not preferred:
        return None
    name = nfc(preferred[0].value)
    aliases = {nfc(term.value) for term in [*preferred[1:], *names["alias"]]} - {name}
    return Document(
        id=thing,
        type=kind.word,
        name=name,
        aliases=tuple(sorted(aliases)),
        hidden=tuple(sorted({nfc(term.value) for term in names["hidden"]} - aliases - {name})),
        facets={facet: tuple(_labels(values)) for facet, values in sorted(said.facets[thing].items())},
        ages=ages.own.get(thing, ()),
        group_ages=ages.of_groups.get(thing, ()),
        prominent=kind.prominent,
        **{field: tuple(sorted(fields[field])) for field in _FIELDS},
    )


def _labels(values: Mapping[str, str]) -> Iterator[FacetLabel]:
    return (FacetLabel(value, label) for value, label in sorted(values.items()))
