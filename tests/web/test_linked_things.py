"""Whether a page says where a thing's surroundings are: told by the list of nodes, and by the network where there is no list yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.network.model import Network, Node
from kg.network.nodes import NODES, write_nodes
from kg.network.projection import NETWORK, write_network
from kg.store.snapshot import Snapshot
from web.site import Site

ONE, OTHER = "https://w3id.org/kr-jobs/id/11410/org/one", "https://w3id.org/kr-jobs/id/11410/org/other"


def site_at(folder: Path) -> Site:
    """Return a site of which only the snapshot's folder is used."""
    return Site(Snapshot("f" * 64, folder, {}), *[None] * 4, {}, *[None] * 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("has_list", [True, False])
def test_a_thing_is_linked_when_the_network_holds_it_with_a_list_or_without(tmp_path: Path, has_list: bool) -> None:
    (tmp_path / "network").mkdir()
    write_network(Network({ONE: Node(ONE, "one", "organization")}, ()), tmp_path / "network" / NETWORK)
    if has_list:
        write_nodes([ONE], tmp_path / "network" / NODES)
    site = site_at(tmp_path)
    assert site.is_linked(ONE)
    assert not site.is_linked(OTHER)
    assert ("network" in vars(site)) is not has_list  # the list is enough: the network was not read


def test_nothing_is_linked_in_a_snapshot_without_a_network(tmp_path: Path) -> None:
    assert not site_at(tmp_path).is_linked(ONE)
