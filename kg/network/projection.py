"""Projects the published graph onto the network: things are nodes, relations are edges that keep role, via, certainty and lines."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from kg.build.artifacts import ArtifactRecord, counts_fault
from kg.errors import Fault, SnapshotCorrupt
from kg.network.export import write_graphml
from kg.network.model import Edge, Family, Kind, Network, Node, Relation
from kg.network.nodes import NODES, write_nodes
from kg.store.base import GraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.source import Source
from kg.store.results import Term
from kg.vocab import origin_of

Place = tuple[str, int, int]
"""A service list and day, or lines of a plan: the first is empty then."""
GRAPHML, NETWORK = "network.graphml", "network.json"


def project(store: GraphStore, queries: QueryLibrary) -> Network:
    """Return the network of a snapshot.

    An edition stands as its permanent thing, and is the `via` of its edges, so that the years of a programme are one node.

    Args:
        store: The snapshot's graph.
        queries: Holds `network-nodes`, `network-edges`, `network-families`, `network-kinds`, `network-relations`,
            `network-closed`, `network-impassable`.
    """
    passages: dict[tuple[str, str, str, str, str, str], set[Place]] = defaultdict(set)
    for row in queries.run(store, "network-edges").rows:
        source, target, relation, role, via = (row[n].value if n in row else "" for n in ("source", "target", "relation", "role", "via"))
        key = (source, target, relation, role, via, row["certainty"].value.rpartition("#")[2])
        passages[key] |= {_place(row)} if "start" in row else set()
    ends = {end for key in passages for end in key[:2]}
    named = {row["node"].value: row for row in Source(store, queries).rows_about("network-nodes", "node", ends)}
    edges = tuple(Edge(*key, _lines(found)) for key, found in sorted(passages.items()) if key[0] in named and key[1] in named)
    joined = sorted({end for edge in edges for end in (edge.source, edge.target)})
    nodes = {end: Node(end, named[end]["label"].value, named[end]["word"].value) for end in joined}
    held = [
        frozenset(row["node"].value for row in queries.run(store, name).rows if row["node"].value in nodes)
        for name in ("network-closed", "network-impassable")
    ]
    return Network(nodes, edges, _families(store, queries), _kinds(store, queries), _relations(store, queries), *held)


def _place(row: Mapping[str, Term]) -> Place:
    record = origin_of(row["record"].value) if "record" in row else ""
    return (record, 0, 0) if record else ("", int(row["start"].value), int(row["end"].value))


def _lines(passages: set[Place]) -> str:
    return ", ".join(record or (f"{start}-{end}" if end > start else str(start)) for record, start, end in sorted(passages))


def _families(store: GraphStore, queries: QueryLibrary) -> dict[str, Family]:
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    places: dict[str, tuple[int, int]] = {}
    for row in queries.run(store, "network-families").rows:
        name, label = row["name"].value, row["label"]
        labels[name][label.lang or ""] = label.value
        places[name] = (int(row["order"].value), int(row["column"].value))
    return {name: Family(name, labels[name], *places[name]) for name in sorted(places, key=lambda name: places[name])}


def _kinds(store: GraphStore, queries: QueryLibrary) -> dict[str, Kind]:
    found = {}
    for row in queries.run(store, "network-kinds").rows:
        cost = float(row["cost"].value) if "cost" in row else 0.0
        flags = ("impassable" not in row, "actor" in row, "wantsPartners" in row, "passedOnce" in row, "used" in row)
        found[row["word"].value] = Kind(row["word"].value, row["family"].value, cost, *flags)
    return dict(sorted(found.items()))


def _relations(store: GraphStore, queries: QueryLibrary) -> dict[str, Relation]:
    told: dict[str, dict[str, str]] = defaultdict(dict)
    backwards: dict[str, dict[str, str]] = defaultdict(dict)
    used: dict[str, dict[str, str]] = defaultdict(dict)
    used_backwards: dict[str, dict[str, str]] = defaultdict(dict)
    found: dict[str, Relation] = {}
    for row in queries.run(store, "network-relations").rows:
        iri, lang = row["relation"].value, row["told"].lang or ""
        told[iri][lang], backwards[iri][lang] = row["told"].value, row["backwards"].value
        for name, sentences in (("toldUsed", used), ("usedBackwards", used_backwards)):
            sentences[iri] |= {lang: row[name].value} if name in row else {}
        cost = float(row["cost"].value) if "cost" in row else 1.0
        flags = ("notWalked" not in row, "makesPartners" in row, "makesProfile" in row)
        found[iri] = Relation(iri, cost, *flags, told[iri], backwards[iri], "joinsNothing" not in row, used[iri], used_backwards[iri])
    return dict(sorted(found.items()))


def write_network(network: Network, path: Path) -> None:
    """Write a network as compact JSON that `read_network` reads; edges name nodes and relations by number."""
    numbers = {node: number for number, node in enumerate(network.nodes)}
    texts = list(dict.fromkeys(text for edge in network.edges for text in (edge.relation, edge.role, edge.via, edge.certainty)))
    places = {text: place for place, text in enumerate(texts)}
    body: dict[str, Any] = {
        "families": [asdict(family) for family in network.families.values()],
        "kinds": [asdict(kind) for kind in network.kinds.values()],
        "relations": [asdict(relation) for relation in network.relations.values()],
        "nodes": [(node.id, node.name, node.type) for node in network.nodes.values()],
        "closed": sorted(network.closed),
        "impassable": sorted(network.impassable),
        "texts": texts,
        "edges": [
            (numbers[e.source], numbers[e.target], *(places[t] for t in (e.relation, e.role, e.via, e.certainty)), e.lines)
            for e in network.edges
        ],
    }
    path.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True), "utf-8")


def read_network(folder: Path) -> Network:
    """Read the network of a snapshot.

    Args:
        folder: The snapshot's folder.
    Raises:
        SnapshotCorrupt: the file is no network, or, with the code `snapshot.no-network`, the snapshot was built before it had one;
            facts `path`, `expected`, `actual`.
    """
    path = f"{folder.name[:12]}/{NETWORK}"
    try:
        body = json.loads((folder / NetworkBuilder.name / NETWORK).read_text("utf-8"))
    except FileNotFoundError:
        raise SnapshotCorrupt("snapshot.no-network", path=path, expected=NETWORK, actual="absent") from None
    except (OSError, ValueError) as error:
        raise SnapshotCorrupt(path=path, expected=NETWORK, actual=type(error).__name__) from error
    try:
        return _network(body)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise SnapshotCorrupt(path=path, expected=NETWORK, actual=type(error).__name__) from error


def _network(body: Any) -> Network:
    nodes = [Node(*node) for node in body["nodes"]]
    texts = body["texts"]
    edges = (
        Edge(nodes[source].id, nodes[target].id, texts[relation], texts[role], texts[via], texts[certainty], lines)
        for source, target, relation, role, via, certainty, lines in body["edges"]
    )
    return Network(
        {node.id: node for node in nodes},
        tuple(edges),
        {family["name"]: Family(**family) for family in body["families"]},
        {kind["word"]: Kind(**kind) for kind in body["kinds"]},
        {relation["iri"]: Relation(**relation) for relation in body["relations"]},
        frozenset(body["closed"]),
        frozenset(body.get("impassable", ())),
    )


class NetworkBuilder:
    """Writes the network of a snapshot: JSON that the site loads, the list of its nodes, and GraphML for download."""

    name = "network"

    def __init__(self, queries: Path) -> None:
        """Remember the folder of saved queries."""
        self._queries = queries

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        """Write the network, its nodes and its GraphML; they follow from the graph alone, so their identity adds nothing but their form."""
        network = project(store, QueryLibrary.load(self._queries))
        write_network(network, directory / NETWORK)
        write_nodes(network.nodes, directory / NODES)
        write_graphml(network, directory / GRAPHML)
        digest = hashlib.sha256((directory / NETWORK).read_bytes()).hexdigest()
        return ArtifactRecord(self.name, digest, {"nodes": len(network.nodes), "edges": len(network.edges)}, {})

    def faults(self, directory: Path, record: Mapping[str, Any]) -> Iterator[Fault]:
        """Read the network back and compare it with its record."""
        try:
            network = read_network(directory.parent)
        except SnapshotCorrupt as error:
            yield Fault(error.facts["path"], 0, "snapshot.part-unreadable", {"detail": error.facts["actual"]})
            return
        digest = hashlib.sha256((directory / NETWORK).read_bytes()).hexdigest()
        yield from counts_fault(directory, record, digest, {"nodes": len(network.nodes), "edges": len(network.edges)})
