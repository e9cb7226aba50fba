"""Asks a graph about some of the things that search shows, by the queries `ontology/queries/search-*.rq` that are about many things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from kg.store.base import GraphStore
from kg.store.results import Term
from kg.text import nfc

_LANGUAGE = "ko"
_ABOUT = ("said", "names", "texts", "relations", "facets", "labels")
_Row = Mapping[str, Term]
_Texts = defaultdict[str, set[str]]


class Said(Struct, frozen=True):
    """What a graph says of some things, by their IRIs; what it says of an edition is said of its thing.

    Attributes:
        names: Names by how they name it (`name`, `alias`, `hidden`).
        fields: Korean texts by the field of a document.
        facets: For each facet its values (IRIs) with their names.
        pairs: Each thing with each that it is linked with.
    """

    names: defaultdict[str, defaultdict[str, set[Term]]]
    fields: defaultdict[str, _Texts]
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

        Args:
            things: Their IRIs.
        Raises:
            KgError: what the store raises when a query fails.
        """
        whose = {thing: [thing] for thing in things}
        for row in self._rows("said", thing=things):
            whose.setdefault(row["said"].value, []).append(row["thing"].value)
        texts = self._rows("texts", thing=things, said=whose)
        relations, facets = self._rows("relations", said=whose), self._rows("facets", said=whose)
        labels = self._labels({row["value"] for rows in (texts, relations, facets) for row in rows if row["value"].kind == "iri"})
        said = Said(self._names(things), _fields(texts, whose, labels), _facets(facets, whose, labels), [])
        for row in relations:
            if label := labels.get(row["value"]):
                other = row["value"].value
                for thing in (one for one in whose[row["said"].value] if one != other):
                    said.fields[thing][row["field"].value] |= label.korean
                    said.pairs.append((thing, other))
        return said

    def _names(self, things: Iterable[str]) -> defaultdict[str, defaultdict[str, set[Term]]]:
        found: defaultdict[str, defaultdict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for row in self._rows("names", thing=things):
            found[row["thing"].value][row["kind"].value].add(row["text"])
        return found

    def _labels(self, things: Collection[Term]) -> dict[Term, _Label]:
        found: dict[Term, list[Term]] = {}
        for row in self._rows("labels", named=(thing.value for thing in things)) if things else ():
            found.setdefault(row["named"], []).append(row["text"])
        return {thing: _label(terms) for thing, terms in found.items()}

    def _rows(self, name: str, **about: Iterable[str]) -> tuple[_Row, ...]:
        return self._store.select(self._texts[name], about=about).rows


class _Label(Struct, frozen=True):
    first: str
    korean: set[str]


def _label(terms: Iterable[Term]) -> _Label:
    """Return which name is shown and which are Korean; a Korean one is shown, else the first in order."""
    ordered = in_order(terms)
    return _Label(nfc(ordered[0].value), {nfc(term.value) for term in ordered if not _is_foreign(term)})


def in_order(terms: Iterable[Term]) -> list[Term]:
    """Return names in the order in which they are preferred: Korean ones first."""
    return sorted(terms, key=lambda term: (_is_foreign(term), term.value))


def _is_foreign(term: Term) -> bool:
    """Say whether a text is in another language than Korean; one in no language is not."""
    return term.lang not in (_LANGUAGE, None)


def _fields(rows: Iterable[_Row], whose: Mapping[str, list[str]], labels: Mapping[Term, _Label]) -> defaultdict[str, _Texts]:
    found: defaultdict[str, _Texts] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        field = row["field"].value
        texts = _texts(row["value"], labels)
        for thing in whose[row["said"].value] if "said" in row else (row["thing"].value,):
            found[thing][field] |= texts
    return found


def _facets(
    rows: Iterable[_Row], whose: Mapping[str, list[str]], labels: Mapping[Term, _Label]
) -> defaultdict[str, defaultdict[str, dict[str, str]]]:
    found: defaultdict[str, defaultdict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if label := labels.get(row["value"]):
            for thing in whose[row["said"].value]:
                found[thing][row["facet"].value][row["value"].value] = label.first
    return found


def _texts(value: Term, labels: Mapping[Term, _Label]) -> set[str]:
    """Return the Korean texts that a value is: a literal itself, a thing by its names; a blank node has none."""
    if value.kind == "literal":
        return set() if _is_foreign(value) else {nfc(value.value)}
    return labels[value].korean if value in labels else set()
