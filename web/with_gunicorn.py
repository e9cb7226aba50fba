"""Serves the site with gunicorn, in plain Python, where granian's compiled server cannot run."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

from kg.settings import Settings
from web.observing import LOGS


def run(app: Flask, settings: Settings, renew: Callable[[], None]) -> None:
    """Serve; see `web.serving.Server`."""
    GunicornServer(app, settings, renew).run()


class GunicornServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn over an application that is loaded before the fork."""

    def __init__(self, app: Flask, settings: Settings, renew: Callable[[], None]) -> None:
        self._app, self._renew = app, renew
        self._options = {
            "bind": f"{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}",
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "graceful_timeout": settings.stop_s,
            "logconfig_dict": LOGS,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take over the options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the site."""
        return self._app

    def reload(self) -> None:
        """Load what was published meanwhile, once for all processes that follow."""
        self._renew()
        super().reload()
