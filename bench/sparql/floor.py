"""Serves a Flask page that does nothing with the server of the site: `python -m bench.sparql.floor PORT`."""

from __future__ import annotations

import multiprocessing
import sys

from flask import Flask, request
from granian import Granian
from granian.constants import Interfaces

from kg.settings import Settings

app = Flask("floor")


@app.post("/sparql")
def page() -> bytes:
    """Read the body, answer a kilobyte."""
    request.get_data()
    return b" " * 1000


def main() -> None:
    """Serve until a signal ends it, with as many processes and threads as the site has."""
    settings = Settings()
    multiprocessing.set_start_method("fork", force=True)
    server = Granian(
        "floor",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        log_enabled=False,
    )
    server.serve(target_loader=lambda *_, **__: app, wrap_loader=False)


if __name__ == "__main__":
    main()
