"""The contract holds on a real OpenSearch cluster of three nodes, which answers as the index in the snapshot does, and goes on when one is killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from kg.build.artifacts import ArtifactRecord
from kg.errors import SearchUnavailable
from search.answering import Parts
from search.cluster import Cluster
from search.documents import documents_from
from search.index import DOCUMENTS_FILE
from search.model import Page, Query
from search.opensearch_engine import OpenSearchSearch
from search.opensearch_index import alias_of, drop_others, load_index
from search.whoosh_engine import WhooshSearch
from tests.engines.jars import why_not
from tests.engines.nodes import Nodes, opensearch_nodes
from tests.search.contract import *  # noqa: F403 - the tests of the contract are collected here
from tests.search.contract import ODD_TEXTS, answers_whole


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    if why_not():
        pytest.skip(f"no OpenSearch: {why_not()}")
    with opensearch_nodes(tmp_path_factory.mktemp("opensearch")) as running:
        yield running


@pytest.fixture(scope="module")
def cluster(nodes: Nodes) -> Iterator[Cluster]:
    made = Cluster(nodes.addresses, deadline_s=20)
    yield made
    made.close()


@pytest.fixture(scope="module")
def on_whoosh(artifact: tuple[Path, ArtifactRecord]) -> Iterator[WhooshSearch]:
    opened = WhooshSearch.open(artifact[0])
    yield opened
    opened.close()


def index_of(cluster: Cluster, identity: str) -> str:
    (name,) = cluster.change("GET", f"/_alias/{alias_of(identity)}")
    return str(name)


@pytest.fixture(scope="module")
def engine(cluster: Cluster, artifact: tuple[Path, ArtifactRecord], on_whoosh: WhooshSearch) -> OpenSearchSearch:
    directory, record = artifact
    load_index(cluster, documents_from((directory / DOCUMENTS_FILE).read_bytes()), on_whoosh.analyser, record.identity, shards=2)
    return OpenSearchSearch.open(directory, record.identity, cluster, on_whoosh.analyser)


@settings(max_examples=60, deadline=None)  # each takes several round trips
@given(ODD_TEXTS)
def test_no_text_makes_search_or_suggest_fail(engine: OpenSearchSearch, text: str) -> None:
    answers_whole(engine, text)


TEXTS = [
    "청년 창업",
    "시니어 교육",
    "스물일곱 살",
    "디지탈 튜터",
    "ㅊㄴㅋㅇㅅㄷ",
    "튜터 -경로당",
    '"없는 말"',
    "이름:박스퀘어",
    "없는말 튜터",
]


def unscored(page: Page) -> Page:
    return replace(page, hits=tuple(replace(hit, score=0.0) for hit in page.hits))


@pytest.mark.parametrize("text", TEXTS)
def test_both_engines_give_the_same_page(engine: OpenSearchSearch, on_whoosh: WhooshSearch, text: str) -> None:
    one, other = engine.search(Query(text)), on_whoosh.search(Query(text))
    assert unscored(one) == unscored(other)
    assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], rel=1e-4)


@pytest.mark.parametrize("candidates", [1, 3, 8])
def test_pages_beyond_the_candidates_hold_the_rest_of_the_hits_once_each(
    artifact: tuple[Path, ArtifactRecord], engine: OpenSearchSearch, cluster: Cluster, candidates: int
) -> None:
    directory, record = artifact
    few = OpenSearchSearch(cluster, record.identity, Parts.read(directory, engine.analyser), candidates=candidates)
    pages = [few.search(Query("청년 디지털", limit=2, offset=offset)) for offset in range(0, 16, 2)]
    found = [hit for page in pages for hit in page.hits]
    assert {page.total for page in pages} == {len(found)} == {len({hit.id for hit in found})}
    assert len(found) > candidates
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert {hit.id for hit in found} <= {hit.id for hit in engine.search(Query("청년 디지털", limit=100)).hits}


def test_the_index_of_another_snapshot_is_refused_and_one_that_is_missing_is_named(
    artifact: tuple[Path, ArtifactRecord], engine: OpenSearchSearch, cluster: Cluster
) -> None:
    directory, record = artifact
    other = "f" * 64
    absent = OpenSearchSearch.open(directory, other, cluster, engine.analyser)
    for _ in range(2):
        with pytest.raises(SearchUnavailable) as refused:
            absent.search(Query("청년"))
        assert refused.value.code == "search.no-index"
    cluster.change("PUT", f"/{index_of(cluster, record.identity)}/_alias/{alias_of(other)}")
    with pytest.raises(SearchUnavailable) as refused:
        absent.search(Query("청년"))
    assert refused.value.code == "search.other-index"
    assert absent.suggest("청년")
    cluster.change("DELETE", f"/*/_alias/{alias_of(other)}")


def test_a_load_that_loses_documents_leaves_the_index_in_use_as_it_is(
    artifact: tuple[Path, ArtifactRecord], engine: OpenSearchSearch, cluster: Cluster
) -> None:
    directory, record = artifact
    before, page = index_of(cluster, record.identity), engine.search(Query("청년 창업"))
    documents = documents_from((directory / DOCUMENTS_FILE).read_bytes())
    with pytest.raises(SearchUnavailable) as refused:  # two documents of one id come to one
        load_index(cluster, (*documents, documents[0]), engine.analyser, record.identity)
    assert refused.value.code == "search.other-index"
    assert index_of(cluster, record.identity) == before
    again = load_index(cluster, documents, engine.analyser, record.identity, shards=2)
    assert index_of(cluster, record.identity) == again != before
    assert [hit.id for hit in engine.search(Query("청년 창업")).hits] == [hit.id for hit in page.hits]


def test_indexes_of_snapshots_that_are_gone_are_taken_away(
    engine: OpenSearchSearch, cluster: Cluster, artifact: tuple[Path, ArtifactRecord]
) -> None:
    directory, record = artifact
    old = load_index(cluster, documents_from((directory / DOCUMENTS_FILE).read_bytes())[:2], engine.analyser, "e" * 64)
    assert drop_others(cluster, (record.identity,)) == [old]
    assert engine.search(Query("청년")).total


def test_an_index_without_its_shards_is_named_as_such(
    engine: OpenSearchSearch, cluster: Cluster, artifact: tuple[Path, ArtifactRecord]
) -> None:
    nowhere = {"index.routing.allocation.require._name": "nobody", "number_of_shards": 1}
    cluster.change("PUT", "/red", {"settings": nowhere, "aliases": {alias_of("d" * 64): {}}}, wait_for_active_shards="0")
    red = OpenSearchSearch.open(artifact[0], "d" * 64, cluster, engine.analyser)
    with pytest.raises(SearchUnavailable) as refused:
        red.search(Query("청년"))
    assert refused.value.code == "search.partial"
    assert red.is_down
    assert red.trouble() is not None
    cluster.change("DELETE", "/red")


def test_no_answer_is_wrong_while_a_node_is_killed_and_its_shards_move(
    engine: OpenSearchSearch, nodes: Nodes, cluster: Cluster, artifact: tuple[Path, ArtifactRecord]
) -> None:
    expected = {text: engine.search(Query(text)) for text in TEXTS}
    holder = next(number for number in range(3) if nodes.holds(number, index_of(cluster, artifact[1].identity)))
    # A cluster waits a minute for a node to come back before it copies its shards; a test does not.
    cluster.change("PUT", "/_all/_settings", {"index.unassigned.node_left.delayed_timeout": "0"})
    asking = threading.Event()
    wrong, right, refused = [], [], []

    def ask() -> None:
        while not asking.is_set():
            for text, page in expected.items():
                try:
                    (right if engine.search(Query(text)) == page else wrong).append(text)
                except SearchUnavailable as error:
                    refused.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        while len(right) < 10:
            time.sleep(0.05)
        nodes.kill(holder)
        nodes.wait(2)  # green: every shard has a second copy again, on the nodes that are left
        killed = len(right)
        while len(right) < killed + 10:
            time.sleep(0.05)
    finally:
        asking.set()
        for thread in threads:
            thread.join()
    assert not wrong
    assert not refused


def test_a_cluster_that_is_gone_is_told_and_names_are_still_suggested(engine: OpenSearchSearch, nodes: Nodes) -> None:
    expected = engine.search(Query("청년 창업"))
    assert engine.trouble() is None
    nodes.stop()
    for _ in range(2):
        with pytest.raises(SearchUnavailable):
            engine.search(Query("청년 창업"))
    assert engine.is_down
    assert engine.trouble() is not None
    assert engine.suggest("청년")
    assert expected.total
