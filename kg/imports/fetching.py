"""Fetches a source page by page: slowly, again after a passing failure, and from where it stopped the last time.

Each page is read before it is kept, so what is in the work folder is whole. The key travels in the address and nowhere else.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path

from kg.errors import FetchFailed
from kg.imports.decoding import Unreadable
from kg.imports.descriptor import Operation, Source
from kg.imports.gathering import MOST_BYTES
from kg.imports.pages import Page, read_page

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 300.0
_DAY_S = 24 * 3600.0
_WEEK_S = 7 * _DAY_S
Progress = Callable[[str, int, int], None]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would send the key to another place."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""
        return


@dataclass
class Fetcher:
    """Asks one source.

    Attributes:
        base: Address of the source, or of what stands in for it.
        key: The key; empty where none is needed.
        wait_s: Least time between two requests.
        timeout_s: A page is waited for this long.
        attempts: How often a page is asked for in all.
        sleep: Waits; tests look at what it is given.
    """

    source: Source
    base: str
    key: str
    wait_s: float
    timeout_s: float
    attempts: int
    sleep: Callable[[float], None] = time.sleep
    _last: float = field(default=0.0, init=False)

    def fetch(self, work: Path, progress: Progress) -> list[Path]:
        """Fetch what is not in the work folder yet, and return the files of all pages.

        Raises:
            FetchFailed: a page could not be had; the pages before it stay in the folder.
        """
        work.mkdir(parents=True, exist_ok=True)
        files: list[Path] = []
        identifiers: dict[str, list[str]] = {}
        for operation in self.source.operations:
            asked = self._one_each(operation, identifiers[operation.of], work) if operation.each else self._paged(operation, work)
            for done, total, file, page in asked:
                progress("fetch", done, total)
                files.append(file)
                found = identifiers.setdefault(operation.name, [])
                found += [str(row.get(operation.identifier) or "") for row in page.rows]
        return files

    def _paged(self, operation: Operation, work: Path) -> Iterator[tuple[int, int, Path, Page]]:
        paging = operation.paging
        if paging is None:
            raise ValueError(operation.name)
        received, number, total = 0, 1, 1
        while received < total:
            parameters = {paging.page: str(number), paging.size: str(paging.rows)}
            file, page = self._kept(operation, parameters, work / f"{operation.name}-{number:05}.{self.source.form}")
            total = page.total or 0
            received += len(page.rows)
            yield received, total, file, page
            if not page.rows:
                return
            number += 1

    def _one_each(self, operation: Operation, identifiers: list[str], work: Path) -> Iterator[tuple[int, int, Path, Page]]:
        for number, identifier in enumerate(identifiers, 1):
            safe = urllib.parse.quote(identifier, safe="")[:100]
            file, page = self._kept(operation, {operation.each: identifier}, work / f"{operation.name}-{safe}.{self.source.form}")
            yield number, len(identifiers), file, page

    def _kept(self, operation: Operation, parameters: Mapping[str, str], file: Path) -> tuple[Path, Page]:
        """Return a page that was fetched already, or fetch it; one that cannot be read is fetched again.

        Pages of a list are used for a day, as they have to fit each other; the thousands of single answers for a week, as a source gives
        only so many a day.
        """
        fresh_s = _WEEK_S if operation.each else _DAY_S
        if file.is_file() and time.time() - file.stat().st_mtime < fresh_s:
            try:
                return file, read_page(file.read_bytes(), file.name, self.source, operation)
            except Unreadable:
                pass
        content, page = self._asked(operation, parameters, file.name)
        part = file.with_suffix(file.suffix + ".part")
        part.write_bytes(content)
        part.replace(file)
        return file, page

    def _asked(self, operation: Operation, parameters: Mapping[str, str], name: str) -> tuple[bytes, Page]:
        query = urllib.parse.urlencode({**operation.fixed, **parameters})
        key = f"&{self.source.key}={_encoded(self.key)}" if self.key else ""
        address = f"{self.base.rstrip('/')}/{operation.path}?{query}{key}"
        detail = ""
        for attempt in range(self.attempts):
            self._pause()
            wait = min(2.0**attempt, _LONGEST_WAIT_S)
            try:
                content = self._open(address)
                return content, read_page(content, name, self.source, operation)
            except Unreadable as error:
                detail = " ".join([error.code, *error.facts.values()])
            except urllib.error.HTTPError as error:
                detail = f"HTTP {error.code}"
                if error.code not in _PASSING:
                    break
                wait = _retry_after(error.headers.get("Retry-After"), wait)
            except (OSError, http.client.HTTPException, ValueError) as error:
                detail = type(error).__name__
            if attempt + 1 < self.attempts:
                self.sleep(wait)
        raise FetchFailed(source=self.source.name, page=name, detail=self._without_key(detail)) from None

    def _open(self, address: str) -> bytes:
        opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler())
        request = urllib.request.Request(address, headers={"Accept": f"application/{self.source.form}", "User-Agent": "itda"})
        with opener.open(request, timeout=self.timeout_s) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
            length = answer.headers.get("Content-Length", "")
        if len(content) > MOST_BYTES or (length.isdigit() and len(content) < int(length)):
            raise Unreadable("import.cut", line="", detail="")
        return content

    def _pause(self) -> None:
        left = self._last + self.wait_s - time.monotonic()
        if self._last and left > 0:
            self.sleep(left)
        self._last = time.monotonic()

    def _without_key(self, text: str) -> str:
        for form in {self.key, _encoded(self.key), urllib.parse.unquote(self.key)} - {""}:
            text = text.replace(form, "***")
        return text


def _encoded(key: str) -> str:
    """Return a key as it stands in an address; one that is encoded already is not encoded twice (the mistake reported most often)."""
    return urllib.parse.quote(urllib.parse.unquote(key) if "%" in key else key, safe="")


def _retry_after(header: str | None, otherwise: float) -> float:
    if not header:
        return otherwise
    if header.strip().isdigit():
        return min(float(header), _LONGEST_WAIT_S)
    try:
        left = parsedate_to_datetime(header).timestamp() - time.time()
    except ValueError:
        return otherwise
    return min(max(left, 0.0), _LONGEST_WAIT_S)
