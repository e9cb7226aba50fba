"""Fixture strategy: the real site over the real plan on a port of its own, in a Chromium that can reach nothing else."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from web.app import create_app
from web.serving import SearchOpener

# Playwright's own list is replaced by ours, so no --disable-features here. Nothing but the site resolves.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def site(settings: Settings, published: Snapshot) -> Iterator[str]:
    """The address of the running site, without a slash at its end."""
    app = create_app(settings, SearchOpener())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["itda"].close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium found on this machine."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield launched
        launched.close()
