"""Serves the site with granian: compiled, with several processes and threads."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from kg.settings import Settings
from web.observing import LOGS


def run(app: Flask, settings: Settings, renew: Callable[[], None]) -> None:
    """Serve; see `web.serving.Server`."""
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
        workers_kill_timeout=settings.stop_s,
        log_dictconfig=LOGS,
    )
    server.on_reload(renew)
    server.serve(target_loader=lambda *_args, **_kwargs: app, wrap_loader=False)
