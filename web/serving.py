"""Serves the site: the search is opened and used once before the fork, stores and query pools are opened after it."""

from __future__ import annotations

import gc
import logging
import logging.config
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Protocol

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from kg.errors import SearchUnavailable, StoreUnavailable
from kg.settings import Settings
from kg.store.snapshot import open_current
from search.engine import SearchEngine
from search.model import Query
from search.phrases import read_phrases
from web.app import create_app
from web.observing import LOGS, Measures
from web.opening import SearchOpener
from web.services import UNUSABLE, Services

LOG = logging.getLogger(__name__)
SERVERS: Mapping[str, str] = {"granian": "web.with_granian", "gunicorn": "web.with_gunicorn"}
"""The module of each server the setting `server` names."""


class Server(Protocol):
    """A module that serves a loaded application with several processes that share it."""

    def run(self, app: Flask, settings: Settings, renew: Callable[[], None]) -> None:
        """Serve until a signal ends it; `renew` is called on SIGHUP, before the processes are replaced."""


def serve(settings: Settings) -> None:
    """Serve until a signal ends it. On SIGHUP what was published meanwhile is loaded once for all processes, which are then replaced.

    Raises:
        SnapshotMissing: nothing is published yet.
        StoreUnavailable: another program listens on the port (code `serve.port-taken`).
    """
    _refuse_taken_port(settings)
    logging.config.dictConfig(LOGS)
    # Only what serves is imported: where granian cannot run it may not even be there.
    server: Server = import_module(SERVERS[settings.server])
    opener = SearchOpener(settings)
    app = create_app(settings, opener, Measures(several=True))
    services: Services = app.extensions["itda"]

    def load() -> None:
        search = opener(open_current(settings.snapshots).path)
        _use(search)
        read_phrases(search.analyser, services.sayings)

    snapshot = open_current(settings.snapshots)
    is_well = _beside(lambda: _compile_templates(app), snapshot.verify)
    load()
    services.verify(snapshot, again=not is_well())
    _compile_templates(app)
    _keep_shared()
    gc.enable()

    def renew() -> None:
        try:
            load()
            services.verify(open_current(settings.snapshots))
        except UNUSABLE as error:
            LOG.error("the newest snapshot cannot be opened, what was loaded before goes on being served: %s", error)
        gc.collect()
        _keep_shared()

    server.run(app, settings, renew)


def _use(search: SearchEngine) -> None:
    """Search once for anything and once for what it finds: each process would read again what was never read before the fork."""
    with suppress(SearchUnavailable):  # the rest is served while a cluster is away
        for hit in search.search(Query("a")).hits[:1]:
            search.search(Query(hit.name))


def _beside(*tasks: Callable[[], None]) -> Callable[[], bool]:
    """Do tasks in a process of its own while this one loads Kiwi; return what waits for it and says whether all went well.

    They leave nothing but files; whatever goes wrong is met again when this process does the same.
    """
    helper = os.fork()
    if not helper:
        try:
            for task in tasks:
                task()
            os._exit(0)
        finally:
            os._exit(1)
    return lambda: os.waitpid(helper, 0)[1] == 0


def _compile_templates(app: Flask) -> None:
    """Compile all templates before the fork; after the first start they are read from a folder of temporary files, if there can be one."""
    environment = app.jinja_env
    with suppress(OSError, RuntimeError):  # no place for such a folder, or not one that is this user's alone
        environment.bytecode_cache = FileSystemBytecodeCache()
    for name in environment.list_templates():
        try:
            environment.get_template(name)
        except OSError:  # it cannot be written to
            environment.bytecode_cache = None
            environment.get_template(name)
    environment.bytecode_cache = None


def _keep_shared() -> None:
    """Collecting garbage writes into every object, which would give each process a copy of all that was loaded before the fork."""
    gc.freeze()


def _refuse_taken_port(settings: Settings) -> None:
    """Servers may share a port with SO_REUSEPORT, so a second one would start without a word and take half of the requests."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise StoreUnavailable("serve.port-taken", host=settings.host, port=settings.port, detail=error.strerror) from None
