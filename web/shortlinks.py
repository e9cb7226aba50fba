"""Short, stable addresses of queries: the text is kept in a file named by its fingerprint, for all web processes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from web.errors import WebError

_LENGTH = 12
_SIGNS = frozenset("0123456789abcdef")


class ShortLinks:
    """The kept queries. The same text always has the same address; nothing is kept of who made it."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Use a folder; it appears with the first link.

        Args:
            limit: Most links.
        """
        self._folder = folder
        self._limit = limit

    def keep(self, text: str) -> str:
        """Keep a query and return its fingerprint.

        Raises:
            WebError: 503, there are too many links.
        """
        body = text.strip().encode()
        name = hashlib.sha256(body).hexdigest()[:_LENGTH]
        path = self._folder / f"{name}.rq"
        if path.is_file():
            return name
        self._folder.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in self._folder.glob("*.rq")) >= self._limit:
            raise WebError("web.links-full", 503, limit=self._limit)
        beside = self._folder / f".{name}.{os.getpid()}"
        beside.write_bytes(body)
        beside.replace(path)
        return name

    def text(self, name: str) -> str | None:
        """Return a kept query, or None when there is none of this fingerprint."""
        path = self._folder / f"{name}.rq"
        if len(name) != _LENGTH or not set(name) <= _SIGNS or not path.is_file():
            return None
        return path.read_text("utf-8")
