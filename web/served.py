"""What the pages of groups show as a part of the network, and the queries that find the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kg.network.asked import naming, of_types
from kg.network.model import Edge
from kg.store.reader.serves import Serving
from web.context import services
from web.networks import network

_PLAN = "/plan/"
Part = tuple[Collection[str], tuple[Edge, ...]]
"""Things and the relations between them."""


def served_part(serving: Serving, plan: str) -> Part:
    """Return a group, the narrower ones named, who serves them and through what, with the relations that say so.

    Args:
        plan: IRI of the plan; relations that run through an edition of another plan are left out.
    """
    pairs: set[frozenset[str]] = set()
    nodes = dict.fromkeys((serving.group.iri, *(ref.iri for ref in serving.narrower)))
    for server in serving.servers:
        for channel in server.channels:
            through = (channel.edition.home or channel.edition.iri) if channel.edition else server.ref.iri
            nodes |= dict.fromkeys((server.ref.iri, through))
            ends = ((server.ref.iri, channel.served.iri), (server.ref.iri, through), (through, channel.served.iri))
            pairs |= {frozenset(pair) for pair in ends}
    return _known(nodes), tuple(edge for edge in _between(nodes, pairs) if _PLAN not in edge.via or edge.via.startswith(f"{plan}/"))


def matrix_part() -> Part:
    """Return all centres and groups, and the relations between a centre and a group."""
    centers, groups = _of_family("center"), _of_family("group")
    return [*centers, *groups], tuple(_between(centers, {frozenset((center, group)) for center in centers for group in groups}))


def served_query(group: str, plan: str) -> str:
    """Return the query that finds who serves a group in a plan."""
    return naming(services().library.text("network-serves"), group=[group], plan=[plan])


def matrix_query() -> str:
    """Return the query that finds which group is linked with which centre."""
    words = sorted({network().nodes[group].type for group in _of_family("group")})
    return of_types(naming(services().library.text("network-around"), focus=_of_family("center")), words)


def _of_family(family: str) -> list[str]:
    known = network()
    return [node for node in known.nodes if known.family(node) == family and known.is_open(node)]


def _known(nodes: Iterable[str]) -> list[str]:
    return [node for node in nodes if node in network().nodes]


def _between(nodes: Iterable[str], pairs: set[frozenset[str]]) -> Iterable[Edge]:
    """Return the relations that touch some things and join one of the pairs."""
    edges = (edge for node in nodes for edge in network().touching.get(node, ()))
    return dict.fromkeys(edge for edge in edges if frozenset((edge.source, edge.target)) in pairs)
