"""The seam through which a snapshot receives parts that `kg` may not import, such as the full-text index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from kg.errors import Fault
from kg.store.base import GraphStore

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many steps are done, and how many there are."""


class ArtifactRecord(Struct, frozen=True):
    """What a builder made.

    Attributes:
        name: The builder's name, also the folder of its files.
        identity: SHA-256 (hex) of what makes this artifact what it is; part of the snapshot id. Never of engine files, clock or paths.
        counts: What it holds, for the manifest.
        versions: Versions it depends on, for the manifest.
    """

    name: str
    identity: str
    counts: dict[str, int] = {}
    versions: dict[str, str] = {}


class ArtifactBuilder(Protocol):
    """Makes one artifact of a snapshot from its graph.

    All but the last one of a build can be pickled, and are told nothing by this process: those of a large snapshot are made side by side.
    """

    @property
    def name(self) -> str:
        """Name of the artifact and of its folder in the snapshot."""

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        """Write the artifact's files into `directory`, which exists and is empty."""

    def faults(self, directory: Path, record: Mapping[str, Any]) -> Iterator[Fault]:
        """Open what was written and compare it with its record in the manifest: identity and counts.

        Args:
            directory: The artifact's folder in a snapshot.
            record: `identity`, `counts` and `versions` as the manifest has them.
        """
        ...


def counts_fault(directory: Path, record: Mapping[str, Any], identity: str, counts: Mapping[str, int]) -> Iterator[Fault]:
    """Yield a fault when an artifact is another one than its record says, or holds more or less.

    Args:
        directory: The artifact's folder in a snapshot.
        record: As the manifest has it.
        identity: What the artifact's files give.
        counts: What was counted in them; names that the record does not have are not compared.
    """
    shown = f"{directory.parent.name[:12]}/{directory.name}"
    if identity != record["identity"]:
        yield Fault(shown, 0, "snapshot.other-id", {"expected": record["identity"][:12], "actual": identity[:12]})
    for name, actual in counts.items():
        expected = record["counts"].get(name, actual)
        if actual != expected:
            yield Fault(shown, 0, "snapshot.other-count", {"name": name, "expected": str(expected), "actual": str(actual)})
