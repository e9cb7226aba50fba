"""Serves the site with granian: compiled, with several processes and threads."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import platform
import signal
from collections.abc import Callable

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from kg.settings import Settings
from web.observing import LOGS

_SET_DEATH_SIGNAL = 1  # of prctl in linux/prctl.h


def run(app: Flask, settings: Settings, renew: Callable[[], None]) -> None:
    """Serve; see `web.serving.Server`."""
    # granian falls back to loading everything again in each worker under Python 3.14's default start method.
    multiprocessing.set_start_method("fork", force=True)
    _end_with_this_process()
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


def _end_with_this_process() -> None:
    """Have the kernel end the processes forked from this one with it: killed outright it tells them nothing, and they would keep the port.

    gunicorn's processes look for their parent themselves.
    """
    if platform.system() != "Linux":
        return
    main, libc = os.getpid(), ctypes.CDLL(None)

    def forked() -> None:
        if os.getppid() != main:  # forked by one of those
            return
        # Until granian has set its own, a child has the handler of this process, which would forget a signal to end for good.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        libc.prctl(_SET_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != main:  # it ended before the kernel knew
            os._exit(1)

    os.register_at_fork(after_in_child=forked)
