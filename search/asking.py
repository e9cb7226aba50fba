"""Asks a graph about some of the things that search shows, by the queries `ontology/queries/search-*.rq` that are about many things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from kg.store.base import GraphStore
from kg.store.results import Term
from kg.text import nfc

LANGUAGE = "ko"
_ABOUT = ("said", "names", "texts", "relations", "facets", "labels")
Row = Mapping[str, Term]
Texts = defaultdict[str, set[str]]


class Said(Struct, frozen=True):
    """What a graph says of some things, by their IRIs; what it says of an edition is said of its thing.

    Attributes:
        names: Names by how they name it (`name`, `alias`, `hidden`).
        fields: Korean texts by the field of a document.
        facets: For each facet its values (IRIs) with their names.
        pairs: Each thing with each that it is linked with.
    """

    names: defaultdict[str, defaultdict[str, set[Term]]]
    fields: defaultdict[str, Texts]
    facets: defaultdict[str, defaultdict[str, dict[str, str]]]
    pairs: list[tuple[str, str]]


class Asking:
    """Asks one graph; threads may share it."""

    def __init__(self, store: GraphStore, queries: Path) -> None:
        """Read the queries.

        Args:
            store: The graph, ontology included.
            queries: Folder of the saved queries (`ontology/queries`).
        """
        self._store = store
        self._texts = {name: (queries / f"search-{name}.rq").read_text("utf-8") for name in _ABOUT}

    def about(self, things: Sequence[str]) -> Said:
        """Ask about some things.

        Raises:
            KgError: what the store raises when a query fails.
        """
        whose = {thing: [thing] for thing in things}
        for row in self._rows("said", thing=things):
            whose.setdefault(row["said"].value, []).append(row["thing"].value)
        texts, relations, facets = (
            self._rows("texts", thing=things, said=whose), self._rows("relations", said=whose), self._rows("facets", said=whose),
        )  # fmt: skip
        labels = self._labels({row["value"].value for rows in (texts, relations, facets) for row in rows if row["value"].kind == "iri"})
        said = Said(self._names(things), _fields(texts, whose, labels), _facets(facets, whose, labels), [])
        for row in relations:
            other = row["value"].value
            for thing in whose[row["said"].value] if other in labels else ():
                if thing != other:
                    said.fields[thing][row["field"].value] |= labels[other].korean
                    said.pairs.append((thing, other))
        return said

    def _names(self, things: Iterable[str]) -> defaultdict[str, defaultdict[str, set[Term]]]:
        found: defaultdict[str, defaultdict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for row in self._rows("names", thing=things):
            found[row["thing"].value][row["kind"].value].add(row["text"])
        return found

    def _labels(self, things: Iterable[str]) -> dict[str, _Label]:
        found: dict[str, list[Term]] = {}
        for row in self._rows("labels", named=things):
            found.setdefault(row["named"].value, []).append(row["text"])
        return {thing: _label(terms) for thing, terms in found.items()}

    def _rows(self, name: str, **about: Iterable[str]) -> tuple[Row, ...]:
        return self._store.select(self._texts[name], about=about).rows


class _Label(Struct, frozen=True):
    first: str
    korean: set[str]


def _label(terms: Iterable[Term]) -> _Label:
    """Return which name is shown and which are Korean; a Korean one is shown, else the first in order."""
    ordered = in_order(terms)
    return _Label(nfc(ordered[0].value), {nfc(term.value) for term in ordered if not is_foreign(term)})


def in_order(terms: Iterable[Term]) -> list[Term]:
    """Return names in the order in which they are preferred: Korean ones first."""
    return sorted(terms, key=lambda term: (is_foreign(term), term.value))


def is_foreign(term: Term) -> bool:
    """Say whether a text is in another language than Korean; one in no language is not."""
    return term.lang not in (LANGUAGE, None)


def _fields(rows: Iterable[Row], whose: Mapping[str, list[str]], labels: Mapping[str, _Label]) -> defaultdict[str, Texts]:
    found: defaultdict[str, Texts] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        value, field = row["value"], row["field"].value
        if value.kind == "iri":
            texts = labels[value.value].korean if value.value in labels else set()
        else:
            texts = set() if is_foreign(value) else {nfc(value.value)}
        for thing in whose[row["said"].value] if "said" in row else (row["thing"].value,):
            found[thing][field] |= texts
    return found


def _facets(
    rows: Iterable[Row], whose: Mapping[str, list[str]], labels: Mapping[str, _Label]
) -> defaultdict[str, defaultdict[str, dict[str, str]]]:
    found: defaultdict[str, defaultdict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        value = row["value"].value
        for thing in whose[row["said"].value] if value in labels else ():
            found[thing][row["facet"].value][value] = labels[value].first
    return found
