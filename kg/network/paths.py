"""Short paths that mean something: where everything meets, a path says nothing, so passing well-linked things costs, and some are closed.

The cost of a path is the sum of its steps (`kj:stepCost`, 1 for a plain statement, more for weak ties such as a shared topic) and of what
it passes: `kj:passingCost` of the kind and half the binary logarithm of the number of things it is linked with. Weighting nodes by degree
finds far more meaningful paths than counting steps or cutting hubs out: Croes, Couche, Wodak, van Helden, "Inferring meaningful pathways in
weighted metabolic networks", J. Mol. Biol. 356 (2006) 222-236. A logarithm is taken because a hub of this network is a big programme, which
does mean something, while plan, goals, sectors, areas, topics (`kj:impassable`) and the office whose plan it is hold everything: they are
closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice, pairwise
from math import log2
from typing import Any

import networkx as nx
from msgspec import Struct

from kg.network.model import STATED, Edge, Network

_CLOSED = 1e6
_TRIED = 24
_FARTHEST = 14.0
"""A path that costs more connects nobody: in this plan it hops through six and more things (docs/network.md)."""
_LONGEST = 1.7
"""A further path may cost this many times the best one; beyond it says nothing that the shorter ones do not."""


class Path(Struct, frozen=True):
    """A chain of things, the relation that each step follows, and what it costs."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    cost: float


class PathFinder:
    """Finds paths in one network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @cached_property
    def graph(self) -> nx.Graph[str]:
        """The network with one line between two things: the cheapest relation that paths follow, stated ones first."""
        best: dict[tuple[str, str], tuple[float, bool, Edge]] = {}
        for edge in self._network.edges:
            relation = self._network.relation(edge.relation)
            if relation.walked:
                first, last = sorted((edge.source, edge.target))
                found = (relation.cost, edge.certainty != STATED, edge)
                if (first, last) not in best or found[:2] < best[first, last][:2]:
                    best[first, last] = found
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self._network.nodes)
        for (first, last), (cost, _, edge) in best.items():
            graph.add_edge(first, last, cost=cost, edge=edge)
        return graph

    @cached_property
    def passing(self) -> dict[str, float]:
        """What a path adds for passing each thing; out of reach for what is closed."""
        return {
            node: self._network.kind(node).cost + log2(max(1, self.graph.degree(node))) / 2 if self._network.is_passable(node) else _CLOSED
            for node in self._network.nodes
        }

    def paths(self, start: str, end: str, most: int = 3) -> tuple[Path, ...]:
        """Return up to `most` paths between two things, the best first.

        One that comes to a thing and leaves it by a relation that does not join (`kj:joinsNothing`), such as from one kind of a group up to
        the group and down to another kind, or from one group to a kind of it and up to another group of which that is a kind, is no path.
        Neither is one that comes to groups twice (`kj:passedOnce`): that two work for the same people may be a connection, two such in a
        row are none. One that only goes round a thing of a better one or puts its like in its place is left out, and so is one that costs
        far more than the best.

        Raises:
            KeyError: one of the ends is not in the network.
        """
        for node in (start, end):
            self._network.nodes[node]
        found: list[Path] = []
        for path in islice(self._by_cost(start, end), _TRIED):
            if path.cost > _FARTHEST or (found and path.cost > found[0].cost * _LONGEST):
                break
            if self._joins(path) and not any(_adds_nothing(path, better) for better in found):
                found.append(path)
            if len(found) == most:
                break
        return tuple(found)

    def _joins(self, path: Path) -> bool:
        passed = path.nodes[1:-1]
        return self._comes_once(passed) and not any(
            one.relation == other.relation
            and not self._network.relation(one.relation).joins
            and (one.target == other.target == node or one.source == other.source == node)
            for node, (one, other) in zip(passed, pairwise(path.edges), strict=True)
        )

    def _comes_once(self, passed: tuple[str, ...]) -> bool:
        """Say whether the things of kinds that are passed once stand in a row."""
        places = [place for place, node in enumerate(passed) if self._network.kind(node).once]
        return not places or places[-1] - places[0] == len(places) - 1

    def _by_cost(self, start: str, end: str) -> Iterator[Path]:
        passing, ends = self.passing, (start, end)

        def weight(one: str, other: str, data: Any) -> float:
            return float(data["cost"]) + ((0 if one in ends else passing[one]) + (0 if other in ends else passing[other])) / 2

        if start == end:
            return
        try:
            for nodes in nx.shortest_simple_paths(self.graph, start, end, weight):
                edges = tuple(self.graph.edges[one, other]["edge"] for one, other in pairwise(nodes))
                cost = sum(weight(one, other, self.graph.edges[one, other]) for one, other in pairwise(nodes))
                yield Path(tuple(nodes), edges, round(cost, 3))
        except nx.NetworkXNoPath:
            return


def _adds_nothing(path: Path, better: Path) -> bool:
    """Say whether a path passes all that a better one passes, or is the same but for one thing reached by the same relations."""
    if set(better.nodes[1:-1]) <= set(path.nodes):
        return True
    alike = [edge.relation for edge in path.edges] == [edge.relation for edge in better.edges]
    return alike and len(path.nodes) > 3 and len(set(path.nodes) - set(better.nodes)) <= 1
