"""One opened snapshot and everything that answers from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.eligibility.texts import EligibilityReader
from kg.errors import SnapshotCorrupt
from kg.network.model import Network
from kg.network.nodes import NODES, NodeList
from kg.network.partners import Partnerships
from kg.network.paths import PathFinder
from kg.network.projection import NetworkBuilder, read_network
from kg.store.base import GraphStore, PublicQueries
from kg.store.catalog import Census
from kg.store.queries import QueryLibrary
from kg.store.reader.entity import EntityReader
from kg.store.reader.model import Ref
from kg.store.reader.source import value_of
from kg.store.snapshot import Snapshot
from search.describing import Describer
from search.engine import SearchEngine
from search.sayings import Sayings


@dataclass(eq=False)
class Site:
    """One opened snapshot and everything that answers from it; `plans` are those it holds, newest first, by language."""

    snapshot: Snapshot
    store: GraphStore
    reader: EntityReader
    search: SearchEngine
    queries: PublicQueries
    plans: Mapping[str, tuple[Ref, ...]]
    library: QueryLibrary
    sayings: Sayings
    users: int = field(default=0)
    retired: bool = field(default=False)
    choices: dict[tuple[str, str], tuple[Ref, ...]] = field(default_factory=dict)

    @cached_property
    def census(self) -> Census:
        """What the snapshot holds, counted once."""
        return Census.of(self.store, self.library)

    @cached_property
    def schema(self) -> tuple[tuple[str, str, str, int], ...]:
        """Class, property, class led to (or empty) and number of statements, for every kind of thing."""
        rows = self.library.run(self.store, "schema").rows
        return tuple((row["class"].value, row["property"].value, value_of(row, "target"), int(row["statements"].value)) for row in rows)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The IRIs of our own classes and properties."""
        return frozenset(term.iri for term in self.reader.vocabulary("ko"))

    @cached_property
    def things(self) -> frozenset[str]:
        """The IRIs of everything that has a name."""
        return frozenset(row["thing"].value for row in self.library.run(self.store, "catalog-named").rows)

    @cached_property
    def eligibility(self) -> EligibilityReader:
        """The conditions of its plans, compiled when they are first asked for."""
        return EligibilityReader(self.store, self.library, self.reader.display)

    @cached_property
    def describer(self) -> Describer:
        """What reads people's own words; it knows the places of the snapshot."""
        return Describer(self.search.analyser, self.sayings, self.eligibility.place_names())

    @cached_property
    def network(self) -> Network:
        """Who is linked with what, read when it is first asked for, so that a snapshot without it goes on serving the rest.

        Raises:
            SnapshotCorrupt: the snapshot was built before networks were, or the file cannot be read.
        """
        return read_network(self.snapshot.path)

    def is_linked(self, iri: str) -> bool:
        """Say whether the network holds a thing; no, when there is no network to read."""
        try:
            return iri in (self._nodes if self._nodes is not None else self.network.nodes)
        except SnapshotCorrupt:
            return False

    @cached_property
    def _nodes(self) -> NodeList | None:
        """The list of what the network holds; None for a snapshot that was built before there was one."""
        try:
            return NodeList(self.snapshot.path / NetworkBuilder.name / NODES)
        except OSError:
            return None

    @cached_property
    def paths(self) -> PathFinder:
        """What finds paths in the network; made when it is first asked for."""
        return PathFinder(self.network)

    @cached_property
    def partnerships(self) -> Partnerships:
        """Who works with whom; made when it is first asked for."""
        return Partnerships(self.network)
