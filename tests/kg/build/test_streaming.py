"""Shards become a snapshot statement by statement: same statements, same bytes, in bounded memory."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from kg.build import publish
from kg.build.artifacts import ArtifactRecord
from kg.build.keeping import sole_builder
from kg.build.publish import Rules, publish_shards
from kg.build.streaming import assemble, write_lines_as_shard, write_shard
from kg.errors import Fault, SourceFaults, StoreUnavailable
from kg.network.projection import NetworkBuilder
from kg.source.context import Context
from kg.store import lines as sorted_lines
from kg.store.base import GraphStore
from kg.store.lines import graph_of, read_lines
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import JSONLD, NQUADS, TURTLE, Snapshot
from kg.store.verification import content_faults
from kg.vocab import DERIVED_GRAPH, INFERRED_GRAPH, QUALITY_GRAPH
from tests.conftest import ONTOLOGY, silent

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.sampled_from(
    ['"', "\\", " <x:y> .", "\n", "_:b", "\u2028", "> <"]
)
IRIS = st.sampled_from([NamedNode(f"https://example.org/{name}") for name in ("a", "b", "ab", "가", "a#c")])
LITERALS = st.builds(Literal, TEXTS) | st.builds(lambda text: Literal(text, language="ko"), TEXTS)
LITERALS |= st.builds(lambda text: Literal(text, datatype=NamedNode("https://example.org/t")), TEXTS)
QUADS = st.builds(Quad, IRIS, IRIS, IRIS | LITERALS, IRIS)
FOLLOWING = (INFERRED_GRAPH, DERIVED_GRAPH, QUALITY_GRAPH)
"""Graphs of what follows, each asked before the next; what is stated is asked before all of them."""
FEW = st.sampled_from([NamedNode(f"https://example.org/{name}") for name in ("a", "b")])
STATED_OR_FOLLOWING = st.builds(Quad, FEW, FEW, FEW, st.sampled_from([NamedNode(graph) for graph in FOLLOWING]) | IRIS)


def published_from(shards: list[Path], folder: Path, dumps_mib: int = 512) -> Snapshot:
    with sole_builder(folder / "snapshots"):
        rules = Rules(folder / "snapshots", 5, None, dumps_mib=dumps_mib)
        prefixes = Context.load(ONTOLOGY / "context.jsonld").prefixes
        return publish_shards(shards, [NetworkBuilder(ONTOLOGY / "queries")], rules, silent, prefixes=prefixes)


@settings(max_examples=150, deadline=None)
@given(st.lists(QUADS, max_size=30), st.integers(2, 9))
def test_a_shard_holds_the_same_lines_whether_it_was_sorted_in_memory_or_on_disk(
    tmp_path_factory: pytest.TempPathFactory, quads: list[Quad], held: int
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    assert write_shard(quads, folder / "one.nq") == len(set(quads))
    assert write_shard(reversed(quads), folder / "other.nq", held) == len(set(quads))
    assert (folder / "one.nq").read_bytes() == (folder / "other.nq").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["one.nq", "other.nq"]
    assert set(parse(path=folder / "one.nq", format=RdfFormat.N_QUADS)) == set(quads)


@settings(max_examples=150, deadline=None)
@given(st.lists(QUADS, max_size=30), st.lists(st.integers(0, 2), min_size=30, max_size=30))
def test_assembling_gives_the_same_bytes_whatever_shards_the_statements_are_in(
    tmp_path_factory: pytest.TempPathFactory, quads: list[Quad], places: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    shards = [folder / f"{number}.nq" for number in range(3)]
    for number, shard in enumerate(shards):
        write_shard((quad for quad, place in zip(quads, places, strict=False) if place >= number), shard)
    made = assemble(shards, folder / "all.nq", folder / "all.nt")
    again = assemble([*reversed(shards), shards[0]], folder / "again.nq", folder / "again.nt")
    assert (folder / "all.nq").read_bytes() == (folder / "again.nq").read_bytes()
    assert made.identity.with_artifacts([]) == again.identity.with_artifacts([])
    assert made.quads == sum(made.graphs.values()) == len(set(quads))
    assert list(made.graphs) == sorted(made.graphs)
    for graph, count in made.graphs.items():
        assert count == len({quad for quad in quads if quad.graph_name == NamedNode(graph)})
    default = list(read_lines(folder / "all.nt"))
    assert made.triples == len(default) == len({quad.triple for quad in quads})
    assert default == sorted(f"{triple} .\n".encode() for triple in {quad.triple for quad in quads})


@pytest.mark.parametrize("piece", [1, 1 << 18])
@settings(max_examples=150, deadline=None)
@given(quads=st.lists(STATED_OR_FOLLOWING, max_size=40), places=st.lists(st.integers(0, 2), min_size=40, max_size=40))
def test_what_follows_is_kept_only_where_nothing_states_it_however_little_is_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, piece: int, quads: list[Quad], places: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    shards = [folder / f"{number}.nq" for number in range(3)]
    for number, shard in enumerate(shards):
        write_shard((quad for quad, place in zip(quads, places, strict=False) if place == number), shard)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_lines, "_BUFFER", piece)
        patch.setattr(sorted_lines, "_LEAST", piece)
        assemble(shards, folder / "all.nq", folder / "all.nt")

    def rank(quad: Quad) -> int:
        return next((at for at, graph in enumerate(FOLLOWING, 1) if quad.graph_name.value == graph), 0)

    first = {quad.triple: min(rank(other) for other in quads if other.triple == quad.triple) for quad in quads}
    wanted = {f"{quad} .\n".encode() for quad in quads if rank(quad) == first[quad.triple]}
    assert (folder / "all.nq").read_bytes() == b"".join(sorted(wanted))


@pytest.mark.parametrize(
    "line",
    [
        b"<x:s> <x:p> <x:o> .\n",
        b'<x:s> <x:p> "v" .\n',
        b"<x:s> <x:p> <x:o> <x:g> .",
        b"\n",
        b"nonsense\n",
        b"_:b <x:p> <x:o> <x:g> .\n",
        b"<x:s> <x:p> _:b <x:g> .\n",
        b'<x:s> <x:p> "<x:g> .\n',
    ],
)
def test_a_line_that_is_no_statement_in_a_named_graph_is_refused_and_shown(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "one.nq").write_bytes(b"".join(sorted([b"<x:a> <x:p> <x:o> <x:g> .\n", line])))
    with pytest.raises(SourceFaults) as caught:
        assemble([tmp_path / "one.nq"], tmp_path / "all.nq", tmp_path / "all.nt")
    assert [fault.code for fault in caught.value.faults] == ["build.not-a-shard"]
    assert caught.value.faults[0].facts["line"] == line.strip().decode()


@given(QUADS, LITERALS | IRIS)
def test_the_graph_of_a_line_is_told_from_what_stands_in_a_text(quad: Quad, value: Literal | NamedNode) -> None:
    in_graph = Quad(quad.subject, quad.predicate, value, quad.graph_name)
    assert graph_of(f"{in_graph} .\n".encode()).decode() == in_graph.graph_name.value
    assert not graph_of(f"{Quad(quad.subject, quad.predicate, value)} .\n".encode())


@pytest.mark.parametrize(
    "quad",
    [
        Quad(BlankNode("b"), NamedNode("x:p"), Literal("v"), NamedNode("x:g")),
        Quad(NamedNode("x:s"), NamedNode("x:p"), BlankNode("b"), NamedNode("x:g")),
        Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("v"), DefaultGraph()),
    ],
)
def test_blank_nodes_and_statements_without_a_graph_are_refused(quad: Quad, tmp_path: Path) -> None:
    with pytest.raises(SourceFaults) as caught:
        write_shard([quad], tmp_path / "shard.nq")
    assert [fault.code for fault in caught.value.faults] == ["build.not-a-shard"]


def test_a_file_that_is_not_sorted_is_refused_and_nothing_is_published(published: Snapshot, tmp_path: Path) -> None:
    lines = list(read_lines(published.path / NQUADS))[:10]
    shard = tmp_path / "shard.nq"
    shard.write_bytes(b"".join(reversed(lines)))
    with pytest.raises(SourceFaults) as caught:
        published_from([shard], tmp_path)
    assert [(fault.path, fault.code, fault.facts["line"]) for fault in caught.value.faults] == [
        ("shard.nq", "build.not-a-shard", lines[-2].decode().strip()[:300])
    ]
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [".lock"]


@pytest.fixture
def few_open() -> Iterator[None]:
    """Hardly more files can be open than there are now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("few_open")
def test_more_files_than_can_be_open_at_once_are_merged_and_nothing_is_left_between(published: Snapshot, tmp_path: Path) -> None:
    lines = list(read_lines(published.path / NQUADS))
    shards = [tmp_path / f"{number}.nq" for number in range(300)]
    for number, shard in enumerate(shards):
        write_lines_as_shard(lines[number::300], shard)
    assert assemble(shards, tmp_path / "all.nq", tmp_path / "all.nt").quads == len(lines)
    assert (tmp_path / "all.nq").read_bytes() == (published.path / NQUADS).read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"all.nq", "all.nt", *(shard.name for shard in shards)}


def test_a_snapshot_made_from_shards_alone_holds_what_the_built_one_holds(published: Snapshot, tmp_path: Path) -> None:
    lines = list(read_lines(published.path / NQUADS))
    shards = [tmp_path / name for name in ("one.nq", "two.nq")]
    write_lines_as_shard(lines[::2], shards[0])
    write_lines_as_shard(reversed(lines[1::2]), shards[1], held=5000)
    made = published_from(shards, tmp_path)
    assert not made.faults()
    for name in (NQUADS, TURTLE, JSONLD, "network/network.json"):
        assert (made.path / name).read_bytes() == (published.path / name).read_bytes()
    for counted in ("graphs", "quads", "triples"):
        assert made.manifest[counted] == published.manifest[counted]


def test_beside_large_data_there_is_no_turtle_and_no_json_ld(published: Snapshot, tmp_path: Path) -> None:
    made = published_from([published.path / NQUADS], tmp_path, dumps_mib=1)
    assert not made.faults()
    assert not {TURTLE, JSONLD} & set(made.manifest["files"])
    with OxigraphStore.open(made.store_path) as store:
        assert store.ask("ASK { ?s ?p ?o }")


class Asking:
    """Makes an artifact: how many triples there are, and in which process that was asked; or fails as it is told to."""

    def __init__(self, name: str, fails: bool = False) -> None:
        self.name, self._fails = name, fails

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        if self._fails:
            raise StoreUnavailable(detail="왜")
        count = store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0]["n"].value
        (directory / "process").write_text(str(os.getpid()), "utf-8")
        return ArtifactRecord(self.name, count, {"triples": int(count)})

    def faults(self, directory: Path, record: Mapping[str, Any]) -> Iterator[Fault]:
        return iter(())


def made_side_by_side(builders: list[Asking], shard: Path, folder: Path) -> Snapshot:
    folder.mkdir()
    with sole_builder(folder):
        return publish_shards([shard], builders, Rules(folder, 5, None), silent, prefixes={})


@pytest.mark.parametrize("large", [0, 500_000])
def test_parts_of_large_data_are_made_side_by_side_and_are_the_same_ones(
    published: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(publish, "LARGE", large)
    made = made_side_by_side([Asking("one"), Asking("two"), Asking("three")], published.path / NQUADS, tmp_path / "snapshots")
    assert not made.faults()
    assert list(made.manifest["artifacts"]) == ["one", "two", "three"]
    assert {record["identity"] for record in made.manifest["artifacts"].values()} == {str(published.manifest["triples"])}
    processes = [(made.path / name / "process").read_text("utf-8") for name in made.manifest["artifacts"]]
    assert processes[2] == str(os.getpid())
    assert len(set(processes)) == (1 if large else 3)


@pytest.mark.parametrize("failing", [0, 1])
def test_an_error_of_one_part_made_beside_ends_the_build_and_leaves_nothing(
    published: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    monkeypatch.setattr(publish, "LARGE", 0)
    with pytest.raises(StoreUnavailable) as caught:
        made_side_by_side([Asking("one", failing == 0), Asking("two", failing == 1)], published.path / NQUADS, tmp_path / "snapshots")
    assert caught.value.facts == {"detail": "왜"}
    assert not list((tmp_path / "snapshots").glob(".building-*"))


A, B, ONE, OTHER = (NamedNode(f"https://example.org/{name}") for name in ("a", "b", "graph", "other"))
SAID = (" .\n", "\\", 'a "b"', "\x01\t", "가" * 9000, " <https://example.org/one> .")
"""What could be taken for the end of a line, and one longer than the pieces in which the engine writes."""
HELD = [Quad(A, A, B, ONE), Quad(B, A, A, ONE), Quad(B, A, A, OTHER), *(Quad(A, B, Literal(said, language="ko"), OTHER) for said in SAID)]
HELD += [Quad(A, B, Literal("1.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")), OTHER)]
STORES = {
    "the same": HELD,
    "one less": HELD[:-1],
    "one more": [*HELD, Quad(A, B, B, ONE)],
    "another instead": [*HELD[:-1], Quad(B, B, A, OTHER)],
    "another text instead": [*HELD[:-1], Quad(A, B, Literal("1.6", datatype=HELD[-1].object.datatype), OTHER)],
    "one in another graph": [Quad(A, A, B, OTHER), *HELD[1:]],
    "one in a graph of its own": [*HELD[1:], Quad(A, A, B, B)],
    "one only in the default graph": [*HELD, Quad(A, B, A, DefaultGraph())],
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("tiny")
    write_shard(HELD, folder / "one.nq")
    with sole_builder(folder / "snapshots"):
        return publish_shards([folder / "one.nq"], [], Rules(folder / "snapshots", 5, None), silent, prefixes={})


@pytest.mark.parametrize("held", STORES)
def test_a_store_that_holds_anything_else_than_the_dump_is_found(tiny: Snapshot, held: str) -> None:
    shutil.rmtree(tiny.store_path)
    OxigraphStore.build(tiny.store_path, STORES[held])
    found = [fault.code for fault in content_faults(tiny.path, tiny.manifest)]
    assert set(found) == ({"snapshot.other-statements"} if held != "the same" else set())
