"""Who works with whom: co-partners, likely collaborators, brokers, communities, single points of failure, gaps.

Everything rests on one bipartite graph: actors (organisations, universities, centres, councils) on one side, what they share (programmes,
councils, agreements, places run together) on the other, linked by the relations that make partners (`kj:makesPartners`). docs/network.md
defines every measure, with its source and what it cannot say on a graph this small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import combinations
from math import log

import networkx as nx
from msgspec import Struct

from kg.network.model import Edge, Network
from kg.vocab import DCT, SKOS

FEWEST_ACTORS = 10
"""With fewer actors than this, ranks and communities mean nothing."""
CLEAR_MODULARITY = 0.3
"""Below this modularity a division into communities is no better than chance would often give (Newman, Girvan 2004)."""


class Share(Struct, frozen=True):
    """What an actor takes part in, and the relations that say so."""

    thing: str
    edges: tuple[Edge, ...]


class CoPartner(Struct, frozen=True):
    """Another actor, what both take part in, and the weight of it: for each shared thing 1 / (its actors - 1) (Newman 2001)."""

    actor: str
    weight: float
    things: tuple[str, ...]


class Likely(Struct, frozen=True):
    """An actor that works for the same groups, zones or topics without being a partner yet.

    Attributes:
        score: Sum over what both have in common of 1 / ln(number of actors that have it) (Adamic, Adar 2003).
        reasons: What both have in common, the rarest first.
    """

    actor: str
    score: float
    reasons: tuple[str, ...]


class Broker(Struct, frozen=True):
    """An actor or shared thing between others.

    Attributes:
        betweenness: Of the shortest chains between other actors that a chain joins at all, the share that passes it, 0 to 1 (Freeman 1977;
            ends limited to actors: Brandes 2008).
        parts: Into how many parts with actors in them its surroundings fall without it; 1 when they hold together.
    """

    node: str
    betweenness: float
    parts: int


class Gaps(Struct, frozen=True):
    """What the plan names few for.

    Attributes:
        groups: Groups with the actors named for them or a narrower one (none or one).
        zones: Zones likewise.
        alone: Programmes for which no partner is named, neither for what they are part of nor for their parts; the office whose plan it
            is counts as none.
    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    zones: tuple[tuple[str, tuple[str, ...]], ...]
    alone: tuple[str, ...]


class Partnerships:
    """The measures of one network, each computed when it is first asked for."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, tuple[Edge, ...]]]:
        """For each thing that actors share, the actors with the relations that say so."""
        found: defaultdict[str, defaultdict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in self._network.edges:
            if self._network.relation(edge.relation).partners and self._network.kind(edge.target).actor and self._is_shared(edge.source):
                found[edge.source][edge.target].append(edge)
        return {thing: {actor: tuple(edges) for actor, edges in actors.items()} for thing, actors in sorted(found.items())}

    @cached_property
    def _things(self) -> Mapping[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for thing, actors in self.members.items():
            for actor in actors:
                found[actor].append(thing)
        return {actor: tuple(things) for actor, things in found.items()}

    def _is_shared(self, thing: str) -> bool:
        # One line of a budget, one task or an upper plan holds many things that have nothing to do with each other.
        return self._network.is_open(thing) and self._network.kind(thing).cost == 0

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """All actors, by name."""
        return tuple(sorted((node for node in self._network.nodes if self._network.kind(node).actor), key=self._name))

    def shares(self, actor: str) -> tuple[Share, ...]:
        """Return what an actor takes part in, by name."""
        found = [Share(thing, self.members[thing][actor]) for thing in self._things.get(actor, ())]
        return tuple(sorted(found, key=lambda share: self._name(share.thing)))

    def co_partners(self, actor: str) -> tuple[CoPartner, ...]:
        """Return with whom an actor works, the closest first; with equal weight, by name."""
        weights: defaultdict[str, float] = defaultdict(float)
        things: defaultdict[str, list[str]] = defaultdict(list)
        for share in self.shares(actor):
            others = [other for other in self.members[share.thing] if other != actor]
            for other in others:
                weights[other] += 1 / len(others)
                things[other].append(share.thing)
        found = (CoPartner(other, weight, tuple(things[other])) for other, weight in weights.items())
        return tuple(sorted(found, key=lambda one: (-round(one.weight, 9), self._name(one.actor))))

    @cached_property
    def profiles(self) -> Mapping[str, frozenset[str]]:
        """For each actor, the groups, zones and topics of what it takes part in and of itself (`kj:makesProfile`)."""
        own: defaultdict[str, set[str]] = defaultdict(set)
        for edge in self._network.edges:
            if self._network.relation(edge.relation).profile and self._network.is_open(edge.target):
                own[edge.source].add(edge.target)
        found = defaultdict(set, {actor: set(own[actor]) for actor in self.actors})
        for thing, actors in self.members.items():
            for actor in actors:
                found[actor] |= own[thing]
        return {actor: frozenset(profile) for actor, profile in found.items()}

    def likely(self, actor: str, most: int = 5) -> tuple[Likely, ...]:
        """Return who might work with an actor, by what both care for.

        Left out are its partners, whoever it is linked with outright (such as one that may be the same), and the office whose plan it is;
        to that office, which has a part in everything, nobody is proposed.
        """
        if actor in self._network.closed:
            return ()
        known = {one.actor for one in self.co_partners(actor)} | {share.thing for share in self.shares(actor)}
        known |= {edge.other(actor) for edge in self._network.touching.get(actor, ())}
        known |= {actor, *self.members.get(actor, {}), *self._network.closed}
        number = self._having
        found = []
        for other in self.actors:
            common = self.profiles.get(actor, frozenset()) & self.profiles[other]
            if other not in known and common:
                reasons = tuple(sorted(common, key=lambda feature: (number[feature], self._name(feature))))
                found.append(Likely(other, sum(1 / log(number[feature]) for feature in reasons), reasons))
        return tuple(sorted(found, key=lambda one: (-round(one.score, 9), self._name(one.actor)))[:most])

    @cached_property
    def _having(self) -> Mapping[str, int]:
        number: defaultdict[str, int] = defaultdict(int)
        for profile in self.profiles.values():
            for feature in profile:
                number[feature] += 1
        return number

    @cached_property
    def graph(self) -> nx.Graph[str]:
        """Actors and what they share, an edge for each part taken."""
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.actors)
        graph.add_edges_from((thing, actor) for thing, actors in self.members.items() for actor in actors)
        return graph

    @cached_property
    def brokers(self) -> tuple[Broker, ...]:
        """Everything that stands between others, the most first."""
        passed = nx.betweenness_centrality_subset(self.graph, self.actors, self.actors, normalized=False)
        between = {node: value / pairs for node, value in passed.items() if (pairs := self._joined_pairs(node))}
        cuts = set(nx.articulation_points(self.graph))
        found = (Broker(node, value, self._parts(node) if node in cuts else 1) for node, value in between.items() if value > 0)
        return tuple(sorted(found, key=lambda one: (-round(one.betweenness, 9), self._name(one.node))))

    @cached_property
    def _pieces(self) -> Mapping[str, int]:
        """For each node, how many actors its connected piece holds."""
        pieces = nx.connected_components(self.graph)
        return {node: sum(self._network.kind(one).actor for one in piece) for piece in pieces for node in piece}

    @cached_property
    def joined_pairs(self) -> int:
        """How many pairs of actors a chain joins."""
        return sum(self._pieces[actor] - 1 for actor in self.actors) // 2

    def _joined_pairs(self, node: str) -> int:
        return self.joined_pairs - (self._pieces[node] - 1 if self._network.kind(node).actor else 0)

    def _parts(self, node: str) -> int:
        rest = self.graph.subgraph(nx.node_connected_component(self.graph, node) - {node})
        return sum(1 for piece in nx.connected_components(rest) if any(self._network.kind(one).actor for one in piece))

    @cached_property
    def single_points(self) -> tuple[Broker, ...]:
        """Actors and things without which others lose their only link to each other (Hopcroft, Tarjan 1973), those that part most first."""
        return tuple(sorted((one for one in self.brokers if one.parts > 1), key=lambda one: (-one.parts, self._name(one.node))))

    @cached_property
    def projection(self) -> nx.Graph[str]:
        """Actors that work together, with the weight of `CoPartner`; without the office whose plan it is, which would join them all."""
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(actor for actor in self.actors if actor not in self._network.closed)
        for actors in self.members.values():
            for one, other in combinations(sorted(actors.keys() - self._network.closed), 2):
                before = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
                graph.add_edge(one, other, weight=before + 1 / (len(actors) - 1))
        return graph

    @cached_property
    def communities(self) -> tuple[tuple[str, ...], ...]:
        """Actors that work more with each other than with the rest (Clauset, Newman, Moore 2004); those who work alone are left out."""
        together = self.projection.subgraph([node for node in self.projection if self.projection.degree(node)])
        if not together.number_of_edges():
            return ()
        found = nx.community.greedy_modularity_communities(together, weight="weight")
        return tuple(sorted((tuple(sorted(one, key=self._name)) for one in found), key=lambda one: (-len(one), self._name(one[0]))))

    @cached_property
    def modularity(self) -> float:
        """Modularity of the communities, -0.5 to 1; 0 when nobody works together."""
        together = self.projection.subgraph([node for community in self.communities for node in community])
        return (
            float(nx.community.modularity(together, [set(one) for one in self.communities], weight="weight")) if self.communities else 0.0
        )

    @cached_property
    def gaps(self) -> Gaps:
        """What the plan names few or none for."""
        network, nodes = self._network, self._network.nodes
        alone = sorted((node for node in nodes if network.kind(node).wants_partners and not self._is_partnered(node)), key=self._name)
        groups = self._few(node for node in nodes if network.family(node) == "group" and network.is_open(node))
        zones = self._few(node for node in nodes if network.family(node) == "place" and network.kind(node).cost > 0)
        return Gaps(groups, zones, tuple(alone))

    def _is_partnered(self, thing: str) -> bool:
        """Say whether an actor or an agreement is named for a thing, for what it is part of or for a part of it, in whatever relation."""
        whole, parts = self._reached(thing, DCT.isPartOf, up=True), self._reached(thing, DCT.isPartOf, up=False)
        touching = (edge.other(one) for one in whole | parts for edge in self._network.touching[one])
        return any(self._network.family(other) in self._actor_families and other not in self._network.closed for other in touching)

    @cached_property
    def _actor_families(self) -> frozenset[str]:
        return frozenset(kind.family for kind in self._network.kinds.values() if kind.actor)

    def _reached(self, start: str, relation: str, *, up: bool) -> set[str]:
        """Return a thing and all that it leads to by a relation, or that leads to it, through open things only."""
        found, ahead = {start}, [start]
        while ahead:
            node = ahead.pop()
            edges = (edge for edge in self._network.touching.get(node, ()) if edge.relation == relation)
            fresh = {edge.target if up else edge.source for edge in edges if node == (edge.source if up else edge.target)} - found
            found |= {one for one in fresh if self._network.is_open(one)}
            ahead += [one for one in fresh if one in found]
        return found

    def _few(self, wanted: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        having: defaultdict[str, set[str]] = defaultdict(set)
        for actor, profile in self.profiles.items():
            for feature in profile:
                having[feature].add(actor)
        named = (
            (feature, {one for narrower in self._reached(feature, SKOS.broader, up=False) for one in having[narrower]})
            for feature in wanted
        )
        found = [(feature, tuple(sorted(actors, key=self._name))) for feature, actors in named if len(actors) <= 1]
        return tuple(sorted(found, key=lambda one: (len(one[1]), self._name(one[0]))))

    def _name(self, node: str) -> str:
        return f"{self._network.nodes[node].name} {node}"
