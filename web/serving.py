"""Serves the site with granian: the search is opened and used once before the fork, stores and query pools are opened after it."""

from __future__ import annotations

import gc
import multiprocessing
import socket
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from kg.errors import StoreUnavailable
from kg.settings import Settings
from kg.store.snapshot import open_current
from search.analysis import Analyser
from search.engine import SearchEngine
from search.lexicon import Lexicon
from search.model import Query
from search.whoosh_engine import LEXICON_FILE, WhooshSearch
from web.app import create_app

# Data is for standard output, talk for standard error; granian's own configuration logs to standard output.
_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
_LOGS = {"console": "generic", "access": "access"}


class SearchOpener:
    """Opens a snapshot's index with the analyser of its lexicon; what was opened last is used again for the same snapshot."""

    def __init__(self) -> None:
        self._lexicon = b""
        self._analyser: Analyser | None = None
        self._path: Path | None = None
        self._search: WhooshSearch | None = None

    def __call__(self, snapshot: Path) -> WhooshSearch:
        """Open the index in a snapshot folder, loading Kiwi only when the lexicon is new."""
        if self._search is None or snapshot != self._path:
            self._search = WhooshSearch.open(snapshot / "search", self._analyser_for(snapshot))
            self._path = snapshot
        return self._search

    def _analyser_for(self, snapshot: Path) -> Analyser:
        content = (snapshot / "search" / LEXICON_FILE).read_bytes()
        if self._analyser is None or content != self._lexicon:
            self._analyser = Analyser.load(Lexicon.from_json(content))
            self._lexicon = content
        return self._analyser


def serve(settings: Settings) -> None:
    """Serve until a signal ends it.

    Raises:
        SnapshotMissing: nothing is published yet.
        StoreUnavailable: another program listens on the port (code `serve.port-taken`).
    """
    _refuse_taken_port(settings)
    # Nothing of what is loaded becomes garbage: looking for it takes a tenth of the start.
    gc.disable()
    opener = SearchOpener()
    _use(opener(open_current(settings.snapshots).path))
    app = create_app(settings, opener)
    # Collecting garbage writes into every object, which would give each process a copy of all that was loaded before the fork.
    gc.enable()
    gc.collect()
    gc.freeze()
    # granian falls back to loading everything again in each worker under Python 3.14's default start method.
    multiprocessing.set_start_method("fork", force=True)
    server = Granian(
        "web.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        log_dictconfig={"handlers": {name: {**_STDERR, "formatter": form} for name, form in _LOGS.items()}},
    )
    server.serve(target_loader=_always(app), wrap_loader=False)


def _use(search: SearchEngine) -> None:
    """Search once for anything and once for what it finds: each process would read again what was never read before the fork."""
    for hit in search.search(Query("a")).hits[:1]:
        search.search(Query(hit.name))


def _refuse_taken_port(settings: Settings) -> None:
    """Servers may share a port with SO_REUSEPORT, so a second one would start without a word and take half of the requests."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise StoreUnavailable("serve.port-taken", host=settings.host, port=settings.port, detail=error.strerror) from None


def _always(app: object) -> Any:
    def load(*_args: object, **_kwargs: object) -> object:
        return app

    return load
