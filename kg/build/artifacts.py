"""The seam through which a snapshot receives parts that `kg` may not import, such as the full-text index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kg.store.base import GraphStore

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many steps are done, and how many there are."""


@dataclass(frozen=True)
class ArtifactRecord:
    """What a builder made.

    Attributes:
        name: The builder's name, also the folder of its files.
        identity: SHA-256 (hex) of what makes this artifact what it is; part of the snapshot id. Never of engine files, clock or paths.
        counts: What it holds, for the manifest.
        versions: Versions it depends on, for the manifest.
    """

    name: str
    identity: str
    counts: dict[str, int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


class ArtifactBuilder(Protocol):
    """Makes one artifact of a snapshot from its graph."""

    @property
    def name(self) -> str:
        """Name of the artifact and of its folder in the snapshot."""

    def build(self, store: GraphStore, directory: Path) -> ArtifactRecord:
        """Write the artifact's files into `directory`, which exists and is empty."""
