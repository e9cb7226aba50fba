"""Takes a source over: from files, or fetched; accepted as a whole and kept, or refused with the reasons and nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from pydantic import SecretStr

from kg.errors import FetchFailed, ImportRefused, SourceFaults
from kg.imports.accepting import receive, written
from kg.imports.descriptor import Source, read_source
from kg.imports.fetching import Fetcher
from kg.imports.gathering import gather
from kg.imports.keeping import Kept, imports_folder, keep, last
from kg.settings import PREFIX, Settings

Progress = Callable[[str, int, int], None]
WORK = ".fetched"


class Taken(Struct, frozen=True):
    """What became of an import: what is kept now, how many services there were before, and fields that were left out as unknown."""

    kept: Kept
    before: int
    strange: tuple[str, ...]


def take_over(name: str, settings: Settings, paths: Iterable[Path], retrieved: str, *, accept_shrink: bool = False) -> Taken:
    """Take a source over from files.

    Args:
        name: Name of the source.
        paths: Files, or folders of files.
        retrieved: Day on which they were had from the source (YYYY-MM-DD).
        accept_shrink: Accept far fewer services than the last time.
    Raises:
        ImportRefused: something is not as it has to be; the import accepted last is untouched.
        SettingsError: there is no such source.
        SourceFaults: its descriptor cannot be read.
    """
    source, folder = read_source(settings.data, name), imports_folder(settings)
    before = _count(settings, name)
    received = receive(source, gather(source, paths), None if accept_shrink else before)
    return Taken(keep(folder, name, retrieved, written(source, received, retrieved)), before, received.strange)


def fetch_over(name: str, settings: Settings, retrieved: str, progress: Progress, *, accept_shrink: bool = False) -> Taken:
    """Fetch a source and take it over; what was fetched is kept until it is accepted; of a refused list its pages are fetched anew.

    Raises:
        FetchFailed: a page could not be had, or no key is set; a later call goes on from there.
        Further errors: as `take_over`.
    """
    source = read_source(settings.data, name)
    secret: SecretStr = getattr(settings, f"key_{source.text('secret')}", SecretStr(""))
    if not secret.get_secret_value():
        raise FetchFailed("import.no-key", source=name, variable=f"{PREFIX}KEY_{source.text('secret').upper()}")
    work = imports_folder(settings) / WORK / name
    fetcher = Fetcher(
        source,
        settings.import_base or source.base,
        secret.get_secret_value(),
        settings.import_wait_s,
        settings.import_timeout_s,
        settings.import_attempts,
    )
    files = fetcher.fetch(work, progress)
    try:
        taken = take_over(name, settings, files, retrieved, accept_shrink=accept_shrink)
    except ImportRefused as refused:
        _forget(source, files, {fault.path for fault in refused.faults})
        raise
    shutil.rmtree(work, ignore_errors=True)
    return taken


def _forget(source: Source, files: Sequence[Path], faulty: Set[str]) -> None:
    """Remove the pages of lists, which have to fit each other, and answers with faults; other single answers stay for the next call."""
    single = tuple(f"{operation.name}-" for operation in source.operations if operation.each)
    for file in files:
        if file.name in faulty or not file.name.startswith(single):
            file.unlink(missing_ok=True)
    for folder in {file.parent for file in files}:
        with suppress(OSError):  # single answers are left in it
            folder.rmdir()


def _count(settings: Settings, name: str) -> int:
    """Return how many services the import accepted last has; a damaged one counts as none, as it is being replaced."""
    try:
        found = last(imports_folder(settings), name)
    except SourceFaults:
        return 0
    return found.services if found else 0
