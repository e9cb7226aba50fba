"""Which code is answering: the release and a fingerprint of the files that make the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct

_KINDS = {".py", ".html", ".css", ".js", ".svg", ".po", ".rq", ".ttl", ".json", ".jsonld"}


class CodeVersion(Struct, frozen=True):
    """Release number, and 12 hex digits over every file a page is made from (so an edit changes each ETag).

    Attributes:
        texts: 12 hex digits over the source texts at hand: pages of passages show their lines.
    """

    release: str
    fingerprint: str
    texts: str


def code_version(*folders: Path, sources: Path | None = None) -> CodeVersion:
    """Fingerprint the files of some folders, independent of where the folders are.

    Args:
        folders: Packages and resource folders whose text shapes what is answered.
        sources: Folder of the source texts, when they are at hand.
    """
    code = [(folder, found) for folder in folders for found in sorted(found for found in folder.rglob("*") if found.suffix in _KINDS)]
    texts = [(sources, found) for found in sorted(sources.glob("*.txt"))] if sources else []
    try:
        release = version("itda")
    except PackageNotFoundError:
        release = "0"
    return CodeVersion(release, _digest(code), _digest(texts))


def _digest(files: Iterable[tuple[Path, Path]]) -> str:
    digest = hashlib.sha256()
    for folder, path in files:
        if path.is_file():
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
