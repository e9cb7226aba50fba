"""Looks at what a working installation needs, says what is missing and how to mend it."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

import kg
import search
import web
from kg.errors import KgError, SnapshotError, SnapshotMissing
from kg.settings import Settings
from kg.store.snapshot import open_current
from search.morphology import Morphology, kiwi_version
from web.machine import clock, free_disk, free_memory, locked, port, writable
from web.verifying import verify
from web.words import N_

DATA, ENGINE, FINDING = 3, 4, 1
"""Exit codes of the command: data that cannot be used, a part that cannot work, anything else worth mending."""
BUILD = N_("Run “itda build”.")
INSTALL = N_("Install exactly what requirements/runtime.txt says: make sets it up; without make, pip install --require-hashes -r it.")


class Finding(Struct, frozen=True):
    """One thing looked at.

    Attributes:
        what: What it is, a sentence to be translated.
        is_well: Whether it is as it should be.
        detail: What was found.
        advice: What to do when it is not well, a sentence to be translated; some are notes on what is well.
        exit_code: Of the command, when it is not well.
    """

    what: str
    is_well: bool
    detail: str
    advice: str = ""
    exit_code: int = FINDING


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at interpreter, packages, folders, analyser, published snapshot and machine."""
    plans = ", ".join(sorted(path.parent.name for path in settings.data.glob("*/plan.yaml")))
    return (
        Finding(N_("Python 3.11 or later"), sys.version_info >= (3, 11), platform.python_version(), N_("Install a newer Python."), ENGINE),
        _packages(),
        _tried(N_("Packages are those of the lock"), locked, INSTALL, FINDING),
        Finding(
            N_("Vocabulary"),
            (settings.ontology / "context.jsonld").is_file(),
            settings.ontology.name,
            N_("Name the folder in ITDA_ONTOLOGY, or install Itda anew."),
            DATA,
        ),
        Finding(N_("Plans"), bool(plans), plans, N_("Name the folder with --data or in ITDA_DATA."), DATA),
        _texts(settings),
        _tried(N_("Korean analyser"), _kiwi, INSTALL, ENGINE),
        _snapshot(settings),
        _tried(N_("Search index made by this Korean analyser"), lambda: _same_kiwi(settings), BUILD, ENGINE),
        _tried(
            N_("Room on the disk for two more snapshots"),
            lambda: free_disk(settings.snapshots, 2 * _size(settings)),
            N_("Make room, or keep fewer snapshots (ITDA_SNAPSHOTS_KEPT)."),
            FINDING,
        ),
        _tried(N_("Memory"), free_memory, N_("Give the machine more memory, or run fewer processes (ITDA_WORKERS)."), FINDING),
        _tried(
            N_("The port is free, or Itda answers on it"),
            lambda: port(settings.host, settings.port),
            N_("Choose another port (ITDA_PORT), or end the program that has it."),
            FINDING,
        ),
        _tried(
            N_("The clock (ages are counted by the day in Korea)"),
            lambda: clock(settings.snapshots),
            N_("Set the clock; it is behind files that exist already."),
            FINDING,
        ),
        _tried(
            N_("Snapshots can be written"),
            lambda: writable(settings.snapshots),
            N_("Only needed where “itda build” runs: give the folder to the user who runs it."),
            FINDING,
        ),
        _tried(
            N_("Short links can be written"),
            lambda: writable(settings.links),
            N_("Without it the query page gives no short links: give the folder to the user who runs Itda."),
            FINDING,
        ),
    )


def _packages() -> Finding:
    """Say whether `kg`, `search` and `web` are ours: other distributions install packages of these names too."""
    home = Path(web.__file__).resolve().parent.parent
    together = all(Path(p.__file__ or "").resolve().parent.parent == home for p in (kg, search, web))
    return Finding(
        N_("Packages kg, search and web are this project's"),
        together,
        f"itda {importlib.metadata.version('itda')}",
        N_("Give Itda a virtual environment of its own."),
        ENGINE,
    )


def _texts(settings: Settings) -> Finding:
    """Say whether the plans' source texts are at hand; without them everything works but comparing with them and showing them."""
    found = sorted(path.name for path in settings.sources.glob("*.txt")) if settings.sources and settings.sources.is_dir() else []
    advice = N_("Put the texts into a folder and name it in ITDA_SOURCES; then “itda check” compares every phrase with them.")
    return Finding(N_("Source texts at hand (optional)"), True, ", ".join(found) or "-", "" if found else advice)


def _kiwi() -> str:
    return f"kiwipiepy {kiwi_version()}" if Morphology.load().analyse("a") else ""


def _snapshot(settings: Settings) -> Finding:
    what = N_("Published snapshot is whole")
    try:
        verified = verify(settings)
    except SnapshotMissing as error:
        return Finding(what, False, error.code, BUILD, ENGINE)
    except (KgError, OSError) as error:
        return Finding(what, False, str(error), BUILD, DATA)
    detail = ", ".join(f"{fault.path} ({fault.code.partition('.')[2]})" for fault in verified.faults)
    whole = f"{verified.id[:12]}, {verified.manifest.get('quads', 0)}"
    return Finding(what, not detail, detail or whole, N_("“itda snapshot verify” says of each file what is wrong and what to do."), DATA)


def _size(settings: Settings) -> int:
    """Return the bytes of the published snapshot, or of a small one when there is none."""
    try:
        return sum(file["bytes"] for file in open_current(settings.snapshots).manifest["files"].values())
    except SnapshotError:
        return 32 << 20


def _same_kiwi(settings: Settings) -> str:
    """Say which Kiwi cut the index; empty when another one would cut the queries, so that words no longer meet."""
    built = open_current(settings.snapshots).manifest["artifacts"].get("search", {}).get("versions", {}).get("kiwi", "")
    return str(built) if built == kiwi_version() else ""


def _tried(what: str, look: Callable[[], str | tuple[bool, str]], advice: str, exit_code: int) -> Finding:
    try:
        found = look()
    except (KgError, OSError) as error:
        return Finding(what, False, error.code if isinstance(error, KgError) else str(error), advice, exit_code)
    is_well, detail = found if isinstance(found, tuple) else (bool(found), found)
    return Finding(what, is_well, detail, advice, exit_code)
