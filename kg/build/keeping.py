"""Keeps a folder of snapshots in order: one build at a time, no litter of killed builds, the newest snapshots and no more."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from kg.errors import StoreUnavailable
from kg.store.snapshot import CURRENT, HISTORY, current_id, history_of, mend_history, sync_folder

BUILDING, REMOVING = ".building-", ".removing-"
_LITTER = (f"{BUILDING}*", f"{REMOVING}*", f".{CURRENT}.*", f".{HISTORY}.*")
_ID = re.compile(r"[0-9a-f]{64}")


@contextmanager
def sole_builder(folder: Path) -> Iterator[None]:
    """Hold the right to publish into a folder; what builds and roll-backs left that were killed is removed or put right.

    Raises:
        StoreUnavailable: another build is running.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreUnavailable("build.running", path=folder.name) from None
        for pattern in _LITTER:
            for left in folder.glob(pattern):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        mend_history(folder)
        yield


def remove(path: Path) -> None:
    """Remove a snapshot; killed half-way, what is left of it has no name under which it could be served."""
    aside = Path(mkdtemp(prefix=REMOVING, dir=path.parent))
    path.rename(aside / path.name)
    sync_folder(path.parent)
    shutil.rmtree(aside)


def keep_newest(folder: Path, kept: int) -> tuple[str, ...]:
    """Remove all snapshots but the newest.

    Those that were served last are the newest; those that never were count as the oldest. The one being served and the one that a
    roll-back would serve are always among those kept.

    Args:
        folder: Folder of snapshots.
        kept: How many to keep, at least 2.
    Returns:
        The ids of those removed.
    """
    served = dict.fromkeys([current_id(folder), *reversed(history_of(folder))])
    there = {path.name for path in folder.iterdir() if path.is_dir() and _ID.fullmatch(path.name)}
    order = [*(i for i in served if i in there), *sorted(there - served.keys())]
    removed = tuple(order[max(kept, 2) :])
    for old in removed:
        remove(folder / old)
    mend_history(folder)
    return removed
