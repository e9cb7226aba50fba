"""How long the network takes to load, to walk and to find paths in, beside plain networkx calls on the same graph.

Run: `.venv/bin/python bench/network.py [TIMES …]` (default 1 100 1000; a snapshot must be published). The graph of N times is N districts
with a copy of the plan each: what is the district's own is copied, what is the nation's (groups, topics, sectors, areas) is shared.
Each figure is the median over the same questions; ratios are ours divided by networkx's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import networkx as nx

from kg.network.around import neighbourhood
from kg.network.model import Edge, Network, Node
from kg.network.partners import Partnerships
from kg.network.paths import PathFinder
from kg.network.projection import NETWORK, project, read_network, write_network
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.snapshot import open_current

ID = "https://w3id.org/kr-jobs/id/"
QUESTIONS = [
    ("11410/org/ewha-womans-university", "11410/org/e-food-lab"),
    ("11410/org/seoul-credit-guarantee", "kr/group/small-business"),
    ("11410/org/yonsei-university", "kr/group/youth"),
    ("11410/center/job-plus", "11410/org/yonsei-university"),
]
RUNS = 3


def milliseconds(ask: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of a call in ms."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def times(network: Network, number: int) -> Network:
    """Return the network of so many districts."""
    if number == 1:
        return network

    def own(iri: str, copy: int) -> str:
        return iri.replace("/id/11410/", f"/id/{11410 + copy}/", 1)

    nodes = {
        new: Node(new, node.name, node.type) for copy in range(number) for node in network.nodes.values() for new in (own(node.id, copy),)
    }
    edges: dict[Edge, None] = {}
    for copy in range(number):
        for edge in network.edges:
            edges[replace(edge, source=own(edge.source, copy), target=own(edge.target, copy), via=own(edge.via, copy))] = None
    return replace(network, nodes=nodes, edges=tuple(edges))


def plain(network: Network) -> nx.Graph[str]:
    """Return the same things and lines as a plain graph."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(network.nodes)
    graph.add_edges_from((edge.source, edge.target) for edge in network.edges)
    return graph


def row(what: str, ours: float, theirs: float, call: str) -> str:
    """Return a row of the table."""
    return f"| {what} | {ours:.2f} | {theirs:.2f} | {ours / theirs if theirs else 0:.1f} | {call} |"


def measure(network: Network, number: int) -> Iterable[str]:
    """Yield the rows of one size."""
    runs = RUNS if number <= 100 else 1
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "network").mkdir()
        write_network(network, Path(folder) / "network" / NETWORK)
        load = milliseconds(lambda: read_network(Path(folder)), runs)
    yield row("load", load, milliseconds(lambda: plain(network), runs), "`Graph.add_edges_from` of what is in memory")
    graph, finder = plain(network), PathFinder(network)
    began = time.perf_counter()
    _ = (network.touching, finder.graph, finder.passing)
    yield f"| prepare once | {(time.perf_counter() - began) * 1000:.2f} | | | |"
    for depth in (1, 2):
        ours = statistics.median(milliseconds(lambda a=ID + a, d=depth: neighbourhood(network, a, d), runs) for a, _ in QUESTIONS)  # type: ignore[misc]
        theirs = statistics.median(milliseconds(lambda a=ID + a, d=depth: nx.ego_graph(graph, a, d), runs) for a, _ in QUESTIONS)  # type: ignore[misc]
        yield row(f"neighbourhood, {depth} step(s)", ours, theirs, f"`ego_graph(radius={depth})`")
    youth = ID + "kr/group/youth"
    hub = milliseconds(lambda: neighbourhood(network, youth), runs)
    yield row(
        f"neighbourhood of a hub ({network.degree(youth)})", hub, milliseconds(lambda: nx.ego_graph(graph, youth), runs), "`ego_graph`"
    )
    ours = statistics.median(milliseconds(lambda a=ID + a, b=ID + b: finder.paths(a, b), runs) for a, b in QUESTIONS)  # type: ignore[misc]
    theirs = statistics.median(
        milliseconds(lambda a=ID + a, b=ID + b: nx.dijkstra_path(finder.graph, a, b, "cost"), runs) for a, b in QUESTIONS
    )  # type: ignore[misc]
    yield row("three paths", ours, theirs, "`dijkstra_path` (one path)")
    held = Partnerships(network)
    first = milliseconds(lambda: held.co_partners(ID + QUESTIONS[0][0]), 1)
    yield f"| partners of one, from nothing | {first:.2f} | | | |"
    again = statistics.median(milliseconds(lambda a=ID + a: held.co_partners(a)) for a, _ in QUESTIONS)  # type: ignore[misc]
    reached = statistics.median(
        milliseconds(lambda a=ID + a: {two for one in held.graph[a] for two in held.graph[one]} if a in held.graph else set())  # type: ignore[misc]
        for a, _ in QUESTIONS
    )
    yield row("partners of one", again, reached, "the neighbours of its neighbours in the bipartite `Graph`")


def main() -> None:
    """Print the table."""
    sizes = [int(text) for text in sys.argv[1:]] or [1, 100, 1000]
    settings = Settings()
    snapshot = open_current(settings.snapshots)
    network = read_network(snapshot.path)
    with OxigraphStore.open(snapshot.store_path) as store:
        queries = QueryLibrary.load(settings.ontology / "queries")
        print(f"Projection from the store, at build: {milliseconds(lambda: project(store, queries)):.0f} ms.")
    for number in sizes:
        made = times(network, number)
        print(f"\n{number} district(s): {len(made.nodes)} things, {len(made.edges)} relations\n")
        print("| | ours (ms) | networkx (ms) | ratio | networkx call |\n|---|---:|---:|---:|---|")
        for line in measure(made, number):
            print(line, flush=True)


if __name__ == "__main__":
    main()
