"""Builds in a process of its own that a script may kill, forked from one that has loaded everything already, which saves time."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from kg.build.artifacts import ArtifactBuilder
from kg.build.pipeline import build
from kg.errors import KgError
from kg.settings import Settings
from kg.store.snapshot import CURRENT, HISTORY
from web.verifying import builders

ROOT = Path(__file__).resolve().parents[2]
TASK = "seodaemun-2022/tasks/1-2-digital-tutor.yaml"
NAME = "labelEn: Seodaemun-gu Digital Tutor\n"


def two_tasks(folder: Path) -> Path:
    """Put two tasks of the plan and the lexicon into a new folder of data."""
    data = Path(shutil.copytree(ROOT / "tests" / "fixtures" / "spine", folder))
    shutil.copytree(ROOT / "data" / "lexicon", data / "lexicon")
    return data


def change(data: Path, number: int) -> None:
    """Change a word of the data, so that the next build makes another snapshot."""
    path = data / TASK
    start, _, rest = path.read_text("utf-8").partition("labelEn: ")
    path.write_text(f"{start}labelEn: Digital Tutor {number}\n{rest.partition(chr(10))[2]}", "utf-8")


def parts(settings: Settings, which: str) -> tuple[ArtifactBuilder, ...]:
    """Return the makers of all parts of a snapshot, or of those that are made fast (`quick`: without the search index)."""
    return builders(settings)[: 1 if which == "quick" else None]


def start_build(settings: Settings, which: str, says: Path) -> int:
    """Fork a build; return its process id. It ends with 0, or with 1 and the code of its error in the file `says`."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 2
    try:
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123  # what `os` names is no path of ours
            os.dup2(nowhere.fileno(), 2)
        says.write_text("", "utf-8")
        build(settings, parts(settings, which), lambda *_: None)
        code = 0
    except KgError as error:
        says.write_text(f"{error.code} {error.facts}", "utf-8")
        code = 1
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a process; return its exit code, or the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def litter(folder: Path) -> list[str]:
    """Return what stands in a folder of snapshots and belongs to no snapshot."""
    known = {CURRENT, HISTORY, ".lock"}
    return sorted(path.name for path in folder.iterdir() if path.name not in known and len(path.name) != 64)


Say = Callable[[str], None]
