"""What search knows of each thing: one document per thing that is shown, gathered from the graph by `ontology/queries/search-*.rq`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct, json
from msgspec.structs import replace

from kg.store.base import GraphStore
from kg.store.results import Term
from kg.text import nfc

LANGUAGE = "ko"
AgeRange = tuple[int | None, int | None]
AT_ONCE = 1000
"""Of so many things the rows are read together."""
TEXT_FIELDS = ("name", "aliases", "kinds", "description", "details", "conditions", "audience", "places", "relations", "figures", "spoken")


class FacetLabel(Struct, frozen=True):
    """A value by which a document can be found, and the value's name."""

    value: str
    label: str


class Document(Struct, frozen=True):
    """One thing as search sees it; every list is sorted and without repeats.

    Attributes:
        id: IRI.
        type: Type word.
        name: Preferred Korean name, or the only one there is.
        aliases: Other names in any language.
        hidden: Spellings that are wrong but met.
        kinds: What kind of thing it is.
        description: Descriptions of the thing and its editions.
        details: What it gives, and who does what in it.
        conditions: Phrases and names that its conditions are made of.
        audience: Names of the groups it is for.
        places: Names of where it is or takes place.
        relations: Names of what else it is linked with.
        figures: The figures printed about it or in it, with their units.
        spoken: What people say who look for it; searched, never shown.
        linked: IRIs of the things it is linked with, in either direction.
        facets: Facet name to the values it has.
        ages: Ranges of years of age it is for (both included, None where open), by its own conditions.
        group_ages: Those of the groups it is for, where it has none of its own.
        prominent: Whether its kind is one that serves people (a programme, a centre, a partner) rather than a part of the plan or a term.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    facets: Mapping[str, tuple[FacetLabel, ...]] | None = None
    ages: tuple[AgeRange, ...] = ()
    group_ages: tuple[AgeRange, ...] = ()
    prominent: bool = False

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return the strings of each searchable field (`TEXT_FIELDS`), in the order they are shown."""
        aliases = self.aliases + self.hidden
        values = (self.kinds, self.description, self.details, self.conditions, self.audience, self.places)
        return dict(zip(TEXT_FIELDS, ((self.name,), aliases, *values, self.relations, self.figures, self.spoken), strict=True))

    def to_json(self) -> str:
        """Return the document as one line of canonical JSON."""
        return json.encode(self, order="sorted").decode()


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


def documents_bytes(documents: Iterable[Document]) -> bytes:
    """Return `documents.jsonl`: the same documents, the same bytes."""
    return "".join(document.to_json() + "\n" for document in documents).encode()


def documents_from(content: bytes) -> tuple[Document, ...]:
    """Read what `documents_bytes` wrote.

    Raises:
        msgspec.DecodeError: it is not what `documents_bytes` wrote.
    """
    return tuple(json.decode(line, type=Document) for line in content.splitlines())


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
    found: list[Document] = []
    for start in range(0, len(things), AT_ONCE):
        some = things[start : start + AT_ONCE]
        # Asked for some things at a time, rows take no memory to speak of, however many things there are.
        rows = {name: _rows_about(store, queries, name, some) for name in ("names", "texts", "relations", "facets")}
        names, texts = _grouped(rows["names"], "kind"), _grouped(rows["texts"], "field")
        relations, facets = _grouped(rows["relations"], "field"), _facets(rows["facets"])
        linked.add((row["thing"].value, row["other"].value) for row in rows["relations"])
        for thing in some:
            said = _Said(names[thing], texts[thing], relations[thing], facets.get(thing, {}), own.get(thing, ()), of_groups.get(thing, ()))
            document = _document(thing, kinds[thing], said)
            found += [replace(document, spoken=(spoken or {}).get(_short(thing), ()))] if document else []
    return tuple(replace(document, linked=linked.of(document.id)) for document in found)


def _short(thing: str) -> str:
    """Return the end of an IRI after `/id/` and the district: `program/digital-tutor`."""
    return thing.rpartition("/id/")[2].partition("/")[2]


def _rows(store: GraphStore, queries: Path, name: str) -> tuple[Mapping[str, Term], ...]:
    return store.select((queries / f"search-{name}.rq").read_text("utf-8")).rows


def _rows_about(store: GraphStore, queries: Path, name: str, things: Iterable[str]) -> tuple[Mapping[str, Term], ...]:
    """Ask about some things only: they take the place of each UNDEF in the query."""
    block = " ".join(f"<{thing}>" for thing in things)
    return store.select((queries / f"search-{name}.rq").read_text("utf-8").replace("UNDEF", block)).rows


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
