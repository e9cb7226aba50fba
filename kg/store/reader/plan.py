"""The tree of a plan (what contributes to what) and the chain from one thing up to the plan's goal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.store.reader.display import Display
from kg.store.reader.model import Figure, Ref, Text
from kg.store.reader.parts import Parts
from kg.store.reader.source import Source, iri, value_of
from kg.store.results import Term

_DEEPEST = 12


class PlanItem(Struct, frozen=True):
    """An element of a plan, what is printed about it, and what contributes to it or is part of it.

    Attributes:
        name: Its name; that of the permanent thing for an edition, since the plan says the year.
        figures: Its own observations; never added up, because scopes overlap.
    """

    ref: Ref
    name: Text
    figures: tuple[Figure, ...]
    parts: tuple[PlanItem, ...]


class PlanTree(Struct, frozen=True):
    """A plan and its tree from the top.

    Attributes:
        figures: What is printed about the plan as a whole.
        area: The targets for the area the plan is for, with what was reached.
        sectors: What is printed about each sector.
    """

    plan: Ref
    figures: tuple[Figure, ...]
    area: tuple[Figure, ...]
    sectors: tuple[Figure, ...]
    tops: tuple[PlanItem, ...]


class PlanReader:
    """Reads plan trees and trails."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        self._display = display

    def plans(self, lang: str) -> tuple[Ref, ...]:
        """Return the plans of the snapshot, newest first."""
        found = dict.fromkeys(value_of(row, "plan") for row in self._source.rows("page-plans").rows)
        refs = self._display.refs(found, lang)
        return tuple(sorted((refs[plan] for plan in found if plan in refs), key=lambda ref: (_year(ref.iri), ref.iri), reverse=True))

    def tree(self, plan: Ref, lang: str) -> PlanTree:
        """Return the tree of a plan with the figures printed about each element."""
        rows = self._source.rows("page-plan-tree", plan=iri(plan.iri)).rows
        beside = self._source.rows("page-plan-beside", plan=iri(plan.iri)).rows
        statements = self._source.statements("page-plan-figures", plan=iri(plan.iri))
        refs = self._display.refs({value_of(row, "element") for row in rows} | statements.all_iris(), lang)
        homes = self._display.refs({ref.home for ref in refs.values() if ref.home != ref.iri}, lang)
        printed = Parts(statements, refs, lang).figures()
        figures: dict[str, list[Figure]] = defaultdict(list)
        for figure in printed:
            figures[figure.about.iri].append(figure)
        branches = _Branches(rows, self._display, refs, {**refs, **homes}, figures)
        area, sectors = (_of_part(beside, part, printed) for part in ("area", "sector"))
        return PlanTree(plan, tuple(figures.get(plan.iri, ())), area, sectors, branches.tops())

    def steps(self, entity: str) -> dict[str, list[str]]:
        """Return what each thing on the way up contributes to, starting at a thing or its editions."""
        steps: dict[str, list[str]] = defaultdict(list)
        for row in self._source.rows("page-trail", entity=iri(entity)).rows:
            steps[value_of(row, "child")].append(value_of(row, "parent"))
        return steps


class _Branches:
    """Puts a tree together: what contributes to an element hangs under it, and a part of a programme under its whole."""

    def __init__(
        self,
        rows: Iterable[Mapping[str, Term]],
        display: Display,
        refs: Mapping[str, Ref],
        homes: Mapping[str, Ref],
        figures: Mapping[str, list[Figure]],
    ) -> None:
        self._display, self._refs, self._homes, self._figures = display, refs, homes, figures
        self._children: dict[str, set[str]] = defaultdict(set)
        self._wholes: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            element = value_of(row, "element")
            self._children[value_of(row, "parent")].add(element)
            self._wholes[element] |= {whole for whole in (value_of(row, "whole"),) if whole in refs}
        self._hang(set().union(*(found for parent, found in self._children.items() if parent)))

    def _hang(self, with_parent: set[str]) -> None:
        """Take what hangs elsewhere from the top; a part that contributes to nothing itself hangs under its whole."""
        for part in self._children[""] - with_parent:
            for whole in self._wholes[part]:
                self._children[whole].add(part)
        self._children[""] -= with_parent | {part for part, wholes in self._wholes.items() if wholes}

    def tops(self) -> tuple[PlanItem, ...]:
        """Return the top of the tree."""
        return self._items(self._children[""], ())

    def _items(self, elements: Iterable[str], above: tuple[str, ...]) -> tuple[PlanItem, ...]:
        pool = {element for element in elements if element in self._refs and element not in above}
        first = {element for element in pool if not self._wholes[element] & pool} or pool
        return tuple(self._item(ref, pool, above) for ref in self._sorted(first))

    def _item(self, ref: Ref, pool: set[str], above: tuple[str, ...]) -> PlanItem:
        path = (*above, ref.iri)
        parts = {element for element in pool if ref.iri in self._wholes[element] and element not in path}
        own = self._items(self._children.get(ref.iri, set()) - parts, path)
        nested = tuple(self._item(part, pool, path) for part in self._sorted(parts))
        name = self._homes.get(ref.home, ref).label
        return PlanItem(ref, name, tuple(self._figures.get(ref.iri, ())), (*own, *nested))

    def _sorted(self, elements: Iterable[str]) -> list[Ref]:
        return sorted((self._refs[element] for element in elements), key=self._display.place)


def _of_part(rows: Iterable[Mapping[str, Term]], part: str, figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return the figures that stand beside the tree as one part (area or sector), in the order of their lines."""
    wanted = {value_of(row, "figure") for row in rows if value_of(row, "part") == part}
    return tuple(figure for figure in figures if figure.iri in wanted)


def trails_from(start: str, steps: Mapping[str, list[str]], refs: Mapping[str, Ref]) -> tuple[tuple[Ref, ...], ...]:
    """Return every chain from the top of the plan down to, not including, the thing itself; longest first.

    Args:
        steps: What each thing contributes to.
        refs: Names of the things on the way.
    """
    found: list[tuple[Ref, ...]] = []

    def climb(at: str, below: tuple[Ref, ...]) -> None:
        parents = [parent for parent in sorted(steps.get(at, ())) if parent in refs and refs[parent] not in below]
        if not parents or len(below) > _DEEPEST:
            found.append(below)
        for parent in parents:
            climb(parent, (refs[parent], *below))

    climb(start, ())
    return tuple(sorted((trail for trail in dict.fromkeys(found) if trail), key=lambda trail: (-len(trail), [ref.iri for ref in trail])))


def _year(plan: str) -> str:
    return plan.rstrip("/").rsplit("/", 1)[-1]
