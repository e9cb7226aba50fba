"""The manifest of a snapshot: what it holds, sealed so that a change of itself shows, and how its id follows from its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FORMAT = "4"
MANIFEST = "manifest.json"
SEAL = "sha256"
_UNSEALED = "2"


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as it is written: JSON whose last member, `sha256`, is the SHA-256 of everything before it."""
    content = {name: value for name, value in manifest.items() if name != SEAL}
    seal = hashlib.sha256(_json(content).encode()).hexdigest()
    return (_json({**content, SEAL: seal}) + "\n").encode()


def is_sealed(content: bytes, manifest: Mapping[str, Any]) -> bool:
    """Say whether the bytes of a manifest are, to the last one, those that `manifest_bytes` wrote.

    Snapshots of the format before this one have no seal; what they say of themselves is taken as it is.
    """
    if manifest.get("format") == _UNSEALED and SEAL not in manifest:
        return True
    return content == manifest_bytes(manifest)


class Identity:
    """Computes the id of a snapshot while its canonical N-Quads go by: the SHA-256 of its format, the N-Quads and what its artifacts say
    identifies them."""

    def __init__(self, form: str = FORMAT) -> None:
        """Begin with the version of the format."""
        self._digest = hashlib.sha256(f"{form}\n".encode())

    def update(self, canonical: bytes) -> None:
        """Take the next piece of the quads in canonical N-Quads (W3C RDFC-1.0)."""
        self._digest.update(canonical)

    def with_artifacts(self, artifacts: Iterable[tuple[str, str]]) -> str:
        """Return the id (hex), given name and identity of each artifact in the order in which they were built."""
        digest = self._digest.copy()
        for name, of_artifact in artifacts:
            digest.update(f"{name} {of_artifact}\n".encode())
        return digest.hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
