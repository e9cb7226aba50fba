"""Which code is answering: the release and a fingerprint of the files that make the pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_KINDS = {".py", ".html", ".css", ".js", ".svg", ".po", ".rq", ".ttl"}


@dataclass(frozen=True)
class CodeVersion:
    """Release number, and 12 hex digits over every file a page is made from (so an edit changes each ETag)."""

    release: str
    fingerprint: str


def code_version(*folders: Path) -> CodeVersion:
    """Fingerprint the files of some folders, independent of where the folders are.

    Args:
        folders: Packages and resource folders whose text shapes what is answered.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(found for found in folder.rglob("*") if found.suffix in _KINDS and found.is_file()):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    try:
        release = version("itda")
    except PackageNotFoundError:
        release = "0"
    return CodeVersion(release, digest.hexdigest()[:12])
