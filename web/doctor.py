"""Looks at what a working installation needs and says what is missing."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import kg
import search
import web
from kg.errors import KgError
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import open_current
from search.morphology import Morphology, kiwi_version
from web.words import N_

_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, whether it is well, and the detail."""

    what: str
    is_well: bool
    detail: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at the interpreter, the packages, the folders, the morphological analyser and the published snapshot."""
    plans = ", ".join(sorted(path.parent.name for path in settings.data.glob("*/plan.yaml")))
    texts = settings.sources.name if settings.sources and settings.sources.is_dir() else "-"
    return (
        Finding(N_("Python 3.11 or later"), sys.version_info >= (3, 11), platform.python_version()),
        _packages(),
        Finding(N_("Vocabulary"), (settings.ontology / "context.jsonld").is_file(), settings.ontology.name),
        Finding(N_("Plans"), bool(plans), plans),
        Finding(N_("Source texts at hand (optional)"), True, texts),
        _tried(N_("Korean analyser"), _kiwi),
        _tried(N_("Published snapshot is whole"), lambda: _snapshot(settings)),
        _tried(N_("Search index made by this Korean analyser"), lambda: _same_kiwi(settings)),
    )


def _packages() -> Finding:
    """Say whether `kg`, `search` and `web` are ours: other distributions install packages of these names too."""
    home = Path(web.__file__).resolve().parent.parent
    together = all(Path(p.__file__ or "").resolve().parent.parent == home for p in (kg, search, web))
    return Finding(N_("Packages kg, search and web are this project's"), together, f"itda {importlib.metadata.version('itda')}")


def _kiwi() -> str:
    return f"kiwipiepy {kiwi_version()}" if Morphology.load().analyse("a") else ""


def _snapshot(settings: Settings) -> str:
    snapshot = open_current(settings.snapshots)
    snapshot.verify()
    with OxigraphStore.open(snapshot.store_path) as store:
        held = int(store.select(_COUNT).rows[0]["n"].value)
    if held != snapshot.manifest["triples"]:
        return ""
    return f"{snapshot.id[:12]}, {held}"


def _same_kiwi(settings: Settings) -> str:
    """Say which Kiwi cut the index; empty when another one would cut the queries, so that words no longer meet."""
    built = open_current(settings.snapshots).manifest["artifacts"].get("search", {}).get("versions", {}).get("kiwi", "")
    return str(built) if built == kiwi_version() else ""


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        detail = look()
    except (KgError, OSError) as error:
        return Finding(what, False, str(error))
    return Finding(what, bool(detail), detail)
