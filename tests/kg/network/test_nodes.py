"""The list of what the network holds answers as the network itself would."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.nodes import NODES, NodeList, write_nodes
from kg.network.projection import NetworkBuilder, read_network
from kg.store.snapshot import Snapshot

NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n"), max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.sets(NAMES, max_size=40), st.sets(NAMES, max_size=10))
def test_a_list_has_what_was_written_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, held: set[str], others: set[str]) -> None:
    path = tmp_path_factory.mktemp("nodes") / NODES
    write_nodes(held, path)
    found = NodeList(path)
    assert all(one in found for one in held)
    assert not any(one in found for one in others - held)


def test_a_list_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        NodeList(tmp_path / NODES)


def test_the_list_of_a_snapshot_is_that_of_its_network(published: Snapshot) -> None:
    network, nodes = read_network(published.path), NodeList(published.path / NetworkBuilder.name / NODES)
    assert all(iri in nodes for iri in network.nodes)
    assert not any(f"{iri}x" in nodes or iri[:-1] in nodes for iri in list(network.nodes)[:50] if iri[:-1] not in network.nodes)
