"""Says what it was when a build could not write: mostly that the disk is full."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreUnavailable

_FULL = (errno.ENOSPC, errno.EDQUOT)
# The engine has no error number of its own, only the system's words.
_FULL_WORDS = tuple(os.strerror(number) for number in _FULL)
_MIB = 1 << 20


@contextmanager
def naming_what_cannot_be_written(folder: Path) -> Iterator[None]:
    """Turn errors of the system while a build runs into one that says what to do.

    Args:
        folder: Folder of snapshots.
    Raises:
        StoreUnavailable: the disk is full (code `build.disk-full`; facts `path`, `free` in MiB before the build), or a file cannot be
            written or read for another reason (code `build.cannot-write`; facts `path`, `detail`).
    """
    free = _free_mib(folder)
    try:
        yield
    except OSError as error:
        if error.errno in _FULL or _is_full(str(error)):
            raise StoreUnavailable("build.disk-full", path=folder.name, free=free) from error
        path = Path(str(error.filename)).name if error.filename else folder.name
        raise StoreUnavailable("build.cannot-write", path=path, detail=error.strerror or error) from error
    except StoreUnavailable as error:
        if _is_full(error.facts.get("detail", "")):
            raise StoreUnavailable("build.disk-full", path=folder.name, free=free) from error
        raise


def _is_full(words: str) -> bool:
    return any(full in words for full in _FULL_WORDS)


def _free_mib(folder: Path) -> str:
    """Return the free space where a folder is or will be, in MiB."""
    there = next((path for path in (folder, *folder.absolute().parents) if path.is_dir()), Path("/"))
    return f"{shutil.disk_usage(there).free / _MIB:.1f}"
