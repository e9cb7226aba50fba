"""The neighbourhood of a thing: what is linked with it in so many steps, within the kinds asked for, the best known first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from msgspec import Struct

from kg.network.model import INFERRED, Edge, Network


class Neighbourhood(Struct, frozen=True):
    """A thing and what is around it.

    Attributes:
        distances: For each thing shown, how many steps it is away; the focus first, at 0.
        edges: The relations between things shown that touch one nearer than `depth`.
        more: How many things within the depth are left out because of the limit.
        parents: The thing through which each further one was reached.
    """

    focus: str
    depth: int
    distances: dict[str, int]
    edges: tuple[Edge, ...]
    more: int
    parents: dict[str, str]

    @property
    def neighbours(self) -> tuple[str, ...]:
        """Return the things shown without the focus, nearest first."""
        return tuple(self.distances)[1:]

    @property
    def centres(self) -> tuple[str, ...]:
        """Return the things whose relations are followed: the focus, and those nearer than the depth."""
        return tuple(node for node, distance in self.distances.items() if distance < self.depth)


def neighbourhood(network: Network, focus: str, depth: int = 1, types: Collection[str] = (), limit: int = 24) -> Neighbourhood:
    """Return what is around a thing.

    The walk passes only things of the types asked for. Each ring keeps room for those behind it, so that a limit hides no step; what they
    do not need goes back to it. Of each ring every family comes in turn, so that a limit hides no family; within a family those linked
    with most others come first.

    Args:
        types: Type words; empty for all.
        limit: Most things beside the focus; the rest is counted.
    Raises:
        KeyError: the focus is not in the network.
    """
    every = len(within(network, focus, depth, types))
    kept = limit * (depth - 1) // depth
    distances, parents = _walk(network, focus, depth, types, limit=limit, kept=kept)
    while kept and (unused := min(limit, every) - len(parents)) > 0:
        kept = max(0, kept - unused)
        distances, parents = _walk(network, focus, depth, types, limit=limit, kept=kept)
    edges = tuple(e for e in _touching(network, distances, depth) if e.source in distances and e.target in distances)
    return Neighbourhood(focus, depth, distances, edges, every - len(parents), parents)


def within(network: Network, focus: str, depth: int, types: Collection[str] = ()) -> frozenset[str]:
    """Return what is reached in so many steps through things of the types asked for, without the focus.

    Raises:
        KeyError: the focus is not in the network.
    """
    return frozenset(_walk(network, focus, depth, types, limit=len(network.nodes), kept=0, ranked=False)[1])


def _walk(
    network: Network, focus: str, depth: int, types: Collection[str], *, limit: int, kept: int, ranked: bool = True
) -> tuple[dict[str, int], dict[str, str]]:
    """Return distances and parents; the rings before the last leave `kept` places for those behind them, each its share."""
    network.nodes[focus]
    distances, parents, hidden = {focus: 0}, dict[str, str](), set[str]()
    ring = [focus]
    for distance in range(1, depth + 1):
        found: dict[str, str] = {}
        for node in ring:
            for edge in network.touching.get(node, ()):
                found.setdefault(edge.other(node), node)
        fresh = [n for n in found if n not in distances and n not in hidden and (not types or network.nodes[n].type in types)]
        room = limit - len(parents) - (kept * (depth - distance) // (depth - 1) if depth > 1 else 0)
        fresh = _in_turn(network, fresh) if ranked else fresh
        ring = fresh[: max(0, room)]
        hidden.update(fresh[max(0, room) :])
        for node in ring:
            distances[node], parents[node] = distance, found[node]
    return distances, parents


def _touching(network: Network, distances: dict[str, int], depth: int) -> Iterable[Edge]:
    centres = (node for node, distance in distances.items() if distance < depth)
    return dict.fromkeys(edge for node in centres for edge in network.touching.get(node, ()))


def _in_turn(network: Network, nodes: Iterable[str]) -> list[str]:
    by_family: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        by_family[network.family(node)].append(node)
    for members in by_family.values():
        members.sort(key=lambda node: (-network.degree(node), network.nodes[node].name, node))
    order = {name: family.order for name, family in network.families.items()}
    ranked = [(place, order.get(family, 0), node) for family, members in by_family.items() for place, node in enumerate(members)]
    return [node for _, _, node in sorted(ranked)]


def is_derived(edge: Edge) -> bool:
    """Say whether a relation follows by a rule or an editor's judgement."""
    return edge.certainty == INFERRED
