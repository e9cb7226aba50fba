"""Decides what of a long list is shown at once and what is folded away; nothing is ever left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from kg.store.reader.model import Ref, Relation, Text
from kg.store.reader.plan import PlanItem

FEW = 8
"""As many things as are taken in at a glance: the first of a longer list."""
MANY = 30
"""Longer lists of several kinds are folded by kind, without a beginning."""


class KindFold(Struct, frozen=True):
    """Relations to things of one kind."""

    kind: Text
    relations: tuple[Relation, ...]

    @property
    def inferred(self) -> bool:
        """Say whether each of several was concluded and not stated, so that it need be said only once."""
        return _all_inferred(self.relations)


class Folded(Struct, frozen=True):
    """A list of relations as it is shown.

    Attributes:
        first: Those shown at once.
        rest: Those folded away together, by kind.
        kinds: Those folded away kind by kind.
        inferred: Each of several was concluded and not stated, so it is said once.
    """

    first: tuple[Relation, ...]
    rest: tuple[KindFold, ...]
    kinds: tuple[KindFold, ...]
    inferred: bool

    @property
    def hidden(self) -> int:
        """Return how many are folded away together."""
        return sum(len(fold.relations) for fold in self.rest)


def folded(relations: Sequence[Relation]) -> Folded:
    """Fold a list of relations, which come in the order of their kinds."""
    inferred = _all_inferred(relations)
    kinds = by_kind(relations)
    if len(relations) > MANY and len(kinds) > 1:
        return Folded((), (), kinds, inferred)
    at_once = first_few(len(relations))
    return Folded(tuple(relations[:at_once]), by_kind(relations[at_once:]), (), inferred)


def _all_inferred(relations: Sequence[Relation]) -> bool:
    return len(relations) > 1 and all(relation.inferred and not relation.via for relation in relations)


def by_kind(relations: Iterable[Relation]) -> tuple[KindFold, ...]:
    """Part relations by the kind of the other thing; they come in the order of kinds."""
    return tuple(KindFold(kind, tuple(found)) for kind, found in groupby(relations, key=lambda relation: relation.other.kind))


class KindItems(Struct, frozen=True):
    """Elements of a plan of one kind, and how many there are with those nested in them, each counted once."""

    kind: Text
    items: tuple[PlanItem, ...]
    total: int


def kinds_of(items: Iterable[PlanItem]) -> tuple[KindItems, ...]:
    """Part elements of a plan by kind, in the order in which the kinds come."""
    grouped: dict[Text, list[PlanItem]] = {}
    for item in items:
        grouped.setdefault(item.ref.kind, []).append(item)
    return tuple(KindItems(kind, tuple(found), len(_of_kind(found, kind))) for kind, found in grouped.items())


def _of_kind(items: Iterable[PlanItem], kind: Text) -> set[str]:
    return {ref.iri for ref in _all(items) if ref.kind == kind}


def below(item: PlanItem) -> tuple[tuple[Text, int], ...]:
    """Return how many elements of each kind there are below an element, each counted once."""
    found = dict.fromkeys(_all(item.parts))
    kinds: dict[Text, int] = {}
    for ref in found:
        kinds[ref.kind] = kinds.get(ref.kind, 0) + 1
    return tuple(kinds.items())


def _all(items: Iterable[PlanItem]) -> Iterator[Ref]:
    for item in items:
        yield item.ref
        yield from _all(item.parts)


def first_few(total: int) -> int:
    """Return how many of a list are shown at once: all where no more than two would be folded away."""
    return total if total <= FEW + 2 else FEW
