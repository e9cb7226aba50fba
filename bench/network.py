"""How long the network takes to load, to walk and to find paths in, beside plain networkx calls on the same graph.

Run: `.venv/bin/python bench/network.py [TIMES …] [load | neighbourhoods | paths | partners …]` (default 1 100 1000 and all parts; a
snapshot must be published). Times are those of the processor, so that others working on the machine change them little. The graph of N
times is N districts with a copy of the plan each: what is the district's own is copied, what is the nation's (groups, topics, sectors,
areas) is shared. Each figure is the median over the same questions, paths beyond 100 times the first question, asked once; ratios are ours
divided by networkx's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import networkx as nx
from msgspec.structs import replace

from kg.network.around import neighbourhood
from kg.network.export import as_networkx
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
    """Return the median processor time of a call in ms."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        ask()
        taken.append((time.process_time() - began) * 1000)
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


def load(network: Network, runs: int) -> Iterable[str]:
    """Yield how long reading takes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "network").mkdir()
        write_network(network, Path(folder) / "network" / NETWORK)
        ours = milliseconds(lambda: read_network(Path(folder)), runs)
    yield row("load", ours, milliseconds(lambda: plain(network), runs), "`Graph.add_edges_from` of what is in memory")


def neighbourhoods(network: Network, runs: int) -> Iterable[str]:
    """Yield how long neighbourhoods take."""
    graph = plain(network)
    yield f"| the edges of each thing, once | {milliseconds(lambda: network.touching, 1):.2f} | | | |"
    for depth in (1, 2):
        ours = statistics.median(milliseconds(lambda a=ID + a, d=depth: neighbourhood(network, a, d), runs) for a, _ in QUESTIONS)  # type: ignore[misc]
        theirs = statistics.median(milliseconds(lambda a=ID + a, d=depth: nx.ego_graph(graph, a, d), runs) for a, _ in QUESTIONS)  # type: ignore[misc]
        yield row(f"neighbourhood, {depth} step(s)", ours, theirs, f"`ego_graph(radius={depth})`")
    youth = ID + "kr/group/youth"
    hub, theirs = milliseconds(lambda: neighbourhood(network, youth), runs), milliseconds(lambda: nx.ego_graph(graph, youth), runs)
    yield row(f"neighbourhood of a hub ({network.degree(youth)})", hub, theirs, "`ego_graph`")


def paths(network: Network, runs: int) -> Iterable[str]:
    """Yield how long paths take."""
    finder = PathFinder(network)
    yield f"| the graph of paths, once | {milliseconds(lambda: (finder.graph, finder.passing), 1):.2f} | | | |"
    asked = QUESTIONS if runs > 1 else QUESTIONS[:1]
    ours = statistics.median(milliseconds(lambda a=ID + a, b=ID + b: finder.paths(a, b), runs) for a, b in asked)  # type: ignore[misc]
    theirs = statistics.median(
        milliseconds(lambda a=ID + a, b=ID + b: nx.dijkstra_path(finder.graph, a, b, "cost"), runs) for a, b in asked
    )  # type: ignore[misc]
    yield row("three paths", ours, theirs, "`dijkstra_path` (one path)")


def partners(network: Network, runs: int) -> Iterable[str]:
    """Yield how long partners take."""
    held = Partnerships(network)
    yield f"| what actors share, once | {milliseconds(lambda: (held.members, held.co_partners(ID + QUESTIONS[0][0])), 1):.2f} | | | |"
    _ = held.graph
    ours = statistics.median(milliseconds(lambda a=ID + a: held.co_partners(a), runs) for a, _ in QUESTIONS)  # type: ignore[misc]
    theirs = statistics.median(
        milliseconds(lambda a=ID + a: {two for one in held.graph.adj[a] for two in held.graph.adj[one]}, runs) for a, _ in QUESTIONS[:1]
    )  # type: ignore[misc]
    yield row("partners of one", ours, theirs, "the neighbours of its neighbours in the bipartite `Graph`")


PARTS = {part.__name__: part for part in (load, neighbourhoods, paths, partners)}


def main() -> None:
    """Print the table."""
    sizes = [int(text) for text in sys.argv[1:] if text.isdigit()] or [1, 100, 1000]
    chosen = [part for name, part in PARTS.items() if name in sys.argv[1:]] or list(PARTS.values())
    settings = Settings()
    snapshot = open_current(settings.snapshots)
    network = read_network(snapshot.path)
    with OxigraphStore.open(snapshot.store_path) as store:
        queries = QueryLibrary.load(settings.ontology / "queries")
        ours, theirs = milliseconds(lambda: project(store, queries)), milliseconds(lambda: as_networkx(network))
        ratio = f"{ours / theirs:.0f} times a `MultiDiGraph` of the same ({theirs:.1f} ms)"
        print(f"Projection from the store, at build: {ours:.0f} ms, {ratio}.")
    for number in sizes:
        made = times(network, number)
        print(f"\n{number} district(s): {len(made.nodes)} things, {len(made.edges)} relations\n")
        print("| | ours (ms) | networkx (ms) | ratio | networkx call |\n|---|---:|---:|---:|---|")
        for line in (line for part in chosen for line in part(made, RUNS if number <= 100 else 1)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
