"""Projects the graph onto a directed multigraph: things are nodes, stated relations are edges that keep role, certainty and lines."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

import networkx as nx

from kg.build.artifacts import ArtifactRecord
from kg.store.base import GraphStore
from kg.store.queries import QueryLibrary

GRAPHML = "network.graphml"


def project(store: GraphStore, queries: QueryLibrary) -> nx.MultiDiGraph[str]:
    """Return the network of a snapshot.

    Nodes are IRIs with `name` (Korean) and `type` (type word). Edges have `relation` (IRI of the property), `role` (IRI or empty),
    `certainty` (`Stated` or `Inferred`) and `lines` (such as `967-973`, several joined by a comma); their key is relation and role.

    Args:
        store: The snapshot's graph.
        queries: Holds `network-nodes` and `network-edges`.
    """
    named = {row["node"].value: row for row in queries.run(store, "network-nodes").rows}
    edges: dict[tuple[str, str, str, str, str], set[tuple[int, int]]] = defaultdict(set)
    for row in queries.run(store, "network-edges").rows:
        role = row["role"].value if "role" in row else ""
        certainty = row["certainty"].value.rpartition("#")[2]
        key = (row["source"].value, row["target"].value, row["relation"].value, role, certainty)
        edges[key].add((int(row["start"].value), int(row["end"].value)))
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    ends = {end for source, target, *_ in edges for end in (source, target)}
    for node in sorted(ends & named.keys()):
        graph.add_node(node, name=named[node]["label"].value, type=named[node]["word"].value)
    for (source, target, relation, role, certainty), passages in sorted(edges.items()):
        if source in graph and target in graph:
            lines = ", ".join(f"{start}-{end}" if end > start else str(start) for start, end in sorted(passages))
            graph.add_edge(source, target, f"{relation} {role}".strip(), relation=relation, role=role, certainty=certainty, lines=lines)
    return graph


class NetworkBuilder:
    """Writes the network of a snapshot as GraphML, for download and for the network questions."""

    name = "network"

    def __init__(self, queries: Path) -> None:
        """Remember the folder of saved queries."""
        self._queries = queries

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        """Write `network.graphml`; it follows from the graph alone, so its identity adds nothing of its own but its form."""
        graph = project(store, QueryLibrary.load(self._queries))
        nx.write_graphml(graph, directory / GRAPHML, encoding="utf-8", prettyprint=True, named_key_ids=True)
        digest = hashlib.sha256((directory / GRAPHML).read_bytes()).hexdigest()
        return ArtifactRecord(self.name, digest, {"nodes": graph.number_of_nodes(), "edges": graph.number_of_edges()}, {})
