"""Opens the pages of the site in a real browser, lets axe-core look for faults, and writes the report that `/accessibility` shows.

Run: `.venv/bin/python -m bench.accessibility` (after `itda build`; needs a Chromium). Writes web/accessibility.json; ends with 1 if a rule
is broken.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from kg.settings import Settings
from web.app import create_app
from web.i18n import LANGUAGES
from web.serving import SearchOpener

PATHS = (
    "/",
    "/find",
    "/search?q=청년",
    "/search?q=zzzzqqqq",
    "/serves/",
    "/serves/kr/group/youth",
    "/id/11410/program/digital-tutor",
    "/id/11410/program/youth-kium-restaurant",
    "/id/11410/org/ewha-womans-university",
    "/id/kr/group/youth",
    "/network/",
    "/network/kr/group/youth",
    "/partners/",
    "/path?from=신중년&to=고용노동부",
    "/goals",
    "/money",
    "/stats",
    "/quality",
    "/sparql",
    "/schema",
    "/data",
    "/ontology",
    "/help",
    "/about",
    "/accessibility",
    "/nope",
)
WIDTHS = (320, 1280)
PATIENCE_MS = 300_000
COMMAND = ".venv/bin/python -m bench.accessibility"
REPORT = Path(__file__).parent.parent / "web" / "accessibility.json"


def main() -> None:
    """Open, look, write."""
    app = create_app(Settings.from_env(os.environ), SearchOpener())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    broken: Counter[str] = Counter()
    undecided: Counter[str] = Counter()
    rules: set[str] = set()
    looks, version = 0, ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for width in WIDTHS:
            page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
            for path in (
                prefix + path for path in PATHS for prefix in ("" if language == "ko" else f"/{language}" for language in LANGUAGES)
            ):
                page.goto(f"http://127.0.0.1:{server.server_port}{path}", timeout=PATIENCE_MS)
                found = Axe().run(page, options={"preload": False}).response
                looks, version = looks + 1, found["testEngine"]["version"]
                rules |= {rule["id"] for kind in ("passes", "violations") for rule in found[kind]}
                for kind, counted in (("violations", broken), ("incomplete", undecided)):
                    for rule in found[kind]:
                        counted[rule["id"]] += len(rule["nodes"])
                        print(f"{width} {path}: {kind} {rule['id']} {rule['nodes'][0]['html'][:160]}", file=sys.stderr)
        told = {
            "day": datetime.now(UTC).date().isoformat(),
            "command": COMMAND,
            "axe": version,
            "browser": browser.version,
            "pages": PATHS,
            "widths": WIDTHS,
            "looks": looks,
            "rules": len(rules),
            "broken": dict(broken),
            "undecided": dict(undecided),
        }
        browser.close()
    server.shutdown()
    app.extensions["itda"].close()
    REPORT.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(told, ensure_ascii=False))
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
