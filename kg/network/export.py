"""Writes a network, or the part of one that a view shows, for other programs: GraphML, GEXF, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import networkx as nx
from msgspec.structs import replace

from kg.network.model import Edge, Network, Node

NODE_COLUMNS = ("id", "name", "type")
EDGE_COLUMNS = ("source", "target", "relation", "role", "via", "certainty", "lines")


def as_networkx(network: Network) -> nx.MultiDiGraph[str]:
    """Return a network as networkx knows it; the key of an edge is its relation, role and via."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in network.nodes.values():
        graph.add_node(node.id, name=node.name, type=node.type)
    for edge in network.edges:
        values = {column: getattr(edge, column) for column in EDGE_COLUMNS[2:]}
        key = " ".join(filter(None, (edge.relation, edge.role, edge.via, edge.certainty)))
        graph.add_edge(edge.source, edge.target, key, **values)
    return graph


def part_of(network: Network, nodes: Iterable[str], edges: Iterable[Edge]) -> Network:
    """Return a part of a network as a network of its own."""
    return replace(network, nodes={node: network.nodes[node] for node in nodes}, edges=tuple(edges))


def write_graphml(network: Network, path: Path) -> None:
    """Write GraphML with `name`, `type` of nodes and all columns of edges."""
    nx.write_graphml(as_networkx(network), path, encoding="utf-8", prettyprint=True, named_key_ids=True)


def graphml(network: Network) -> bytes:
    """Return GraphML, as `write_graphml` writes it."""
    target = io.BytesIO()
    nx.write_graphml(as_networkx(network), target, encoding="utf-8", prettyprint=True, named_key_ids=True)
    return target.getvalue()


def gexf(network: Network) -> bytes:
    """Return GEXF 1.2 (Gephi) with the names as labels.

    A GEXF edge has one id; ours are numbers in the order of the edges, because networkx would take the key of a multigraph's edge as id.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in network.nodes.values():
        graph.add_node(node.id, label=node.name, type=node.type)
    for number, edge in enumerate(network.edges):
        values = {column: getattr(edge, column) for column in EDGE_COLUMNS[2:]}
        graph.add_edge(edge.source, edge.target, str(number), **values)
    target = io.BytesIO()
    nx.write_gexf(graph, target, encoding="utf-8")
    return target.getvalue()


def nodes_csv(network: Network) -> str:
    """Return the things as CSV with a header (RFC 4180)."""
    return _csv(NODE_COLUMNS, network.nodes.values())


def edges_csv(network: Network) -> str:
    """Return the relations as CSV with a header (RFC 4180)."""
    return _csv(EDGE_COLUMNS, network.edges)


def _csv(columns: tuple[str, ...], rows: Iterable[Node | Edge]) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([_harmless(getattr(row, column)) for column in columns] for row in rows)
    return target.getvalue()


def _harmless(text: str) -> str:
    """Keep spreadsheets from running a text as a formula (CWE-1236)."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
