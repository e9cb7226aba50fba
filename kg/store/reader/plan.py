"""The tree of a plan (what contributes to what) and the chain from one thing up to the plan's goal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.store.reader.display import Display
from kg.store.reader.model import Figure, Ref
from kg.store.reader.parts import Parts
from kg.store.reader.source import Source, iri, value_of

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An element of a plan, what is printed about it, and what contributes to it.

    Attributes:
        figures: Its own observations; never added up, because scopes overlap.
    """

    ref: Ref
    figures: tuple[Figure, ...]
    parts: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True)
class PlanTree:
    """A plan, what is printed about the plan as a whole, and its tree from the top."""

    plan: Ref
    figures: tuple[Figure, ...]
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
        statements = self._source.statements("page-plan-figures", plan=iri(plan.iri))
        elements = {value_of(row, "element") for row in rows}
        refs = self._display.refs(elements | statements.all_iris(), lang)
        figures: dict[str, list[Figure]] = defaultdict(list)
        for figure in Parts(statements, refs, lang).figures():
            figures[figure.about.iri].append(figure)
        children: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            children[value_of(row, "parent")].add(value_of(row, "element"))
        with_parent = {value_of(row, "element") for row in rows if value_of(row, "parent")}
        children[""] -= with_parent
        tops = self._items(children.get("", set()), children, refs, figures, ())
        return PlanTree(plan, tuple(figures.get(plan.iri, ())), tops)

    def _items(
        self,
        elements: Iterable[str],
        children: Mapping[str, set[str]],
        refs: Mapping[str, Ref],
        figures: Mapping[str, list[Figure]],
        above: tuple[str, ...],
    ) -> tuple[PlanItem, ...]:
        named = sorted((refs[element] for element in elements if element in refs and element not in above), key=self._place)
        return tuple(
            PlanItem(
                ref, tuple(figures.get(ref.iri, ())), self._items(children.get(ref.iri, ()), children, refs, figures, (*above, ref.iri))
            )
            for ref in named
        )

    def _place(self, ref: Ref) -> tuple[int, tuple[int, ...], str]:
        order = next((kind.order for kind in self._display.kinds.values() if kind.word == ref.word), 0)
        numbers = tuple(int(part) for part in ref.notation.replace(".", "-").split("-") if part.isdigit())
        return (order, numbers, ref.label.value)

    def steps(self, entity: str) -> dict[str, list[str]]:
        """Return what each thing on the way up contributes to, starting at a thing or its editions."""
        steps: dict[str, list[str]] = defaultdict(list)
        for row in self._source.rows("page-trail", entity=iri(entity)).rows:
            steps[value_of(row, "child")].append(value_of(row, "parent"))
        return steps


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
