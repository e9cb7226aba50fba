"""Gathers the documents of a graph by `ontology/queries/search-*.rq`, for some things at a time and in several threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kg.ahead import ahead
from kg.store.base import GraphStore
from kg.store.results import Term
from kg.text import nfc
from search.documents import AgeRange, Document, FacetLabel

LANGUAGE = "ko"
AT_ONCE = 1000
"""Of so many things the rows are read together."""
_ABOUT = ("names", "texts", "relations", "facets")


class _Kind(Struct, frozen=True, order=True):
    rank: int
    word: str
    prominent: bool


class _Said(Struct, frozen=True):
    names: Mapping[str, set[Term]]
    texts: Mapping[str, set[Term]]
    relations: Mapping[str, set[Term]]
    facets: Mapping[str, Mapping[str, str]]
    ages: tuple[AgeRange, ...]
    group_ages: tuple[AgeRange, ...]


def read_documents(store: GraphStore, queries: Path, spoken: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Document, ...]:
    """Gather the documents of a graph, sorted by id.

    Args:
        store: The graph, ontology included.
        queries: Folder of the saved queries (`ontology/queries`).
        spoken: What people say who look for a thing, by the end of its IRI after `/id/` and the district; others say nothing.
    Raises:
        KgError: what the store raises when a query fails.
    """
    kinds = _kinds(_rows(store, queries, "things"))
    own, of_groups = _ages(_rows(store, queries, "ages"))
    things, linked = sorted(kinds), _Links()
    asked = {name: _text(queries, name) for name in _ABOUT}

    def gathered(some: Sequence[str]) -> tuple[list[Document], list[tuple[str, str]]]:
        rows = {name: _rows_about(store, text, some) for name, text in asked.items()}
        names, texts = _grouped(rows["names"], "kind"), _grouped(rows["texts"], "field")
        relations, facets = _grouped(rows["relations"], "field"), _facets(rows["facets"])
        found: list[Document] = []
        for thing in some:
            said = _Said(names[thing], texts[thing], relations[thing], facets.get(thing, {}), own.get(thing, ()), of_groups.get(thing, ()))
            document = _document(thing, kinds[thing], said)
            found += [replace(document, spoken=(spoken or {}).get(_short(thing), ()))] if document else []
        return found, [(row["thing"].value, row["other"].value) for row in rows["relations"]]

    found: list[Document] = []
    # Asked for some things at a time, rows take no memory to speak of, however many things there are.
    for documents, pairs in ahead(gathered, (things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE))):
        found += documents
        linked.add(pairs)
    return tuple(replace(document, linked=linked.of(document.id)) for document in found)


def _short(thing: str) -> str:
    """Return the end of an IRI after `/id/` and the district: `program/digital-tutor`."""
    return thing.rpartition("/id/")[2].partition("/")[2]


def _text(queries: Path, name: str) -> str:
    return (queries / f"search-{name}.rq").read_text("utf-8")


def _rows(store: GraphStore, queries: Path, name: str) -> tuple[Mapping[str, Term], ...]:
    return store.select(_text(queries, name)).rows


def _rows_about(store: GraphStore, text: str, things: Iterable[str]) -> tuple[Mapping[str, Term], ...]:
    return store.select(text, about={"thing": things}).rows


def _kinds(rows: Iterable[Mapping[str, Term]]) -> dict[str, _Kind]:
    """Map each thing to its kind; its scheme's goes before its class's, and the first in order if the graph has two."""
    found: dict[str, _Kind] = {}
    for row in rows:
        rank, word = (0, row["schemeWord"].value) if "schemeWord" in row else (1, row["word"].value)
        kind = _Kind(rank, word, "section" in row)
        thing = row["thing"].value
        found[thing] = min(found.get(thing, kind), kind)
    return found


def _grouped(rows: Iterable[Mapping[str, Term]], key: str) -> defaultdict[str, defaultdict[str, set[Term]]]:
    found: defaultdict[str, defaultdict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        found[row["thing"].value][row[key].value].add(row["text"])
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


def _facets(rows: Iterable[Mapping[str, Term]]) -> dict[str, dict[str, dict[str, str]]]:
    """Map thing to facet to value to label; the Korean label wins, then the first in order."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in sorted(rows, key=lambda row: (_foreign(row["label"]), row["label"].value)):
        values = found.setdefault(row["thing"].value, {}).setdefault(row["facet"].value, {})
        values.setdefault(row["value"].value, nfc(row["label"].value))
    return found


def _ages(rows: Iterable[Mapping[str, Term]]) -> tuple[dict[str, tuple[AgeRange, ...]], ...]:
    """Map each thing to its own age ranges, and one that has none to those of the groups it is for."""
    own: defaultdict[str, set[AgeRange]] = defaultdict(set)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if "group" in row:
            groups[row["thing"].value].add(row["group"].value)
        elif "least" in row or "most" in row:
            own[row["thing"].value].add((_year(row, "least"), _year(row, "most")))
    theirs = {thing: set().union(*(own.get(group, set()) for group in wide)) for thing, wide in groups.items() if thing not in own}
    return tuple({thing: tuple(sorted(found, key=str)) for thing, found in ranges.items() if found} for ranges in (own, theirs))


def _year(row: Mapping[str, Term], name: str) -> int | None:
    return int(float(row[name].value)) if name in row else None


def _document(thing: str, kind: _Kind, said: _Said) -> Document | None:
    preferred = sorted(said.names.get("name", ()), key=lambda term: (_foreign(term), term.value))
    if not preferred:
        return None
    name = nfc(preferred[0].value)
    aliases = {nfc(term.value) for term in [*preferred[1:], *said.names.get("alias", ())]} - {name}
    return Document(
        id=thing,
        type=kind.word,
        name=name,
        aliases=tuple(sorted(aliases)),
        hidden=tuple(sorted({nfc(term.value) for term in said.names.get("hidden", ())} - aliases - {name})),
        kinds=_korean(said.texts.get("kinds", ())),
        description=_korean(said.texts.get("description", ())),
        details=_korean(said.texts.get("details", ())),
        conditions=_korean(said.texts.get("conditions", ())),
        audience=_korean(said.relations.get("audience", ())),
        places=_korean(said.relations.get("places", ())),
        relations=_korean(said.relations.get("relations", ())),
        figures=_korean(said.texts.get("figures", ())),
        facets={facet: tuple(_labels(values)) for facet, values in sorted(said.facets.items())},
        ages=said.ages,
        group_ages=said.group_ages,
        prominent=kind.prominent,
    )


def _foreign(term: Term) -> bool:
    return term.lang not in (LANGUAGE, None)


def _korean(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(sorted({nfc(term.value) for term in terms if not _foreign(term)}))


def _labels(values: Mapping[str, str]) -> Iterator[FacetLabel]:
    return (FacetLabel(value, label) for value, label in sorted(values.items()))
