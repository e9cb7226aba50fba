"""The plan as if so many districts had one like it: what is the district's own is copied under another area code and name.

What follows from a district's statements is its own, too, although its IRI is a hash: left as it is, one link would join every district
with every other.

Only statements are multiplied; files are read once, so reading and checking them does not grow with the copies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox

from kg.build.check import check
from kg.build.keeping import sole_builder
from kg.build.publish import Rules, publish_shards
from kg.build.streaming import write_shard
from kg.network.projection import NetworkBuilder
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from search.index import IndexBuilder

CODE = "11410"
FIRST = 90000  # no area of the plan's tables has such a code
_OWN = re.compile(rf"/{CODE}(?=/|$)|(?<=/id/derived)/")
_NAMES = frozenset({"http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label"})


def multiplied(quads: Iterable[ox.Quad], times: int) -> Iterator[ox.Quad]:
    """Yield the statements of so many districts; those that name nothing of the district's own come once."""
    for quad in quads:
        yield quad
        if any(isinstance(term, ox.NamedNode) and _OWN.search(term.value) for term in quad):
            for copy in range(1, times):
                yield _copied(quad, copy)


def _copied(quad: ox.Quad, copy: int) -> ox.Quad:
    subject, value = quad.subject, quad.object
    own = isinstance(subject, ox.NamedNode) and _OWN.search(subject.value)
    if own and isinstance(value, ox.Literal) and quad.predicate.value in _NAMES and value.language:
        value = ox.Literal(f"{value.value} {copy}", language=value.language)
    return ox.Quad(_renamed(subject, copy), quad.predicate, _renamed(value, copy), _renamed(quad.graph_name, copy))


def _renamed(term: Any, copy: int) -> Any:
    if isinstance(term, ox.NamedNode):
        return ox.NamedNode(_OWN.sub(lambda own: f"/{FIRST + copy}" + "-" * (own.group() == "/"), term.value))
    return term


def parts(settings: Settings) -> tuple[NetworkBuilder, IndexBuilder]:
    """Return what makes the parts of a snapshot beside the store."""
    queries = settings.ontology / "queries"
    return NetworkBuilder(queries), IndexBuilder(settings.data / "lexicon", queries)


def statements_of(shards: Iterable[Path]) -> Iterator[ox.Quad]:
    """Yield the statements of shards."""
    for shard in shards:
        yield from ox.parse(path=shard, format=ox.RdfFormat.N_QUADS)


def build_times(
    settings: Settings, times: int, folder: Path, progress: Callable[[str], None] = lambda _step: None, *, whole: bool = True
) -> Snapshot:
    """Build and publish so many districts into a folder, with the build's own steps; not `whole`, without network and search."""
    made = settings.model_copy(update={"snapshots": folder})
    rules = Rules(folder, made.snapshots_kept, None, dumps_mib=made.dumps_mib)

    def told(step: str, _done: int, _total: int) -> None:
        progress(step)

    with sole_builder(folder), TemporaryDirectory(dir=folder.parent) as between:
        checked = check(made, told)
        grown = Path(between) / "grown.nq"
        write_shard(multiplied(statements_of(shard.path for shard in checked.shards), times), grown)
        return publish_shards([grown], parts(made) if whole else (), rules, told, findings=checked.findings, prefixes=checked.prefixes)
