"""Generated requests to every route: how many answers are unhandled failures, lack a safety header, or are no problem document.

Run: `.venv/bin/python -m bench.safety.fuzz [REQUESTS [SEED]]` (after `itda build`; 20,000 unless told otherwise). Prints how often each
status came, and on standard error each fault with its request; ends with 1 when there is one.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from dataclasses import dataclass, field

from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as limits

from bench.safety.asking import Asked, ask, faults
from bench.safety.requests import requests
from kg.settings import Settings
from web.app import create_app
from web.serving import SearchOpener

REQUESTS = 20_000
SEED = 20221126


@dataclass
class Outcome:
    """What came of generated requests: answers by method and status, and what was wrong with any, with the request."""

    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def put(app: Flask, count: int, start: int = SEED) -> Outcome:
    """Put generated requests to an app; the same count and start give the same requests."""
    outcome = Outcome()

    @seed(start)
    @limits(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(requests(app))
    def one(asked: Asked) -> None:
        answered = ask(app, asked)
        outcome.counts[asked.method if asked.method.isascii() else "other", answered.status] += 1
        outcome.wrong.extend(f"{fault}: {asked}" for fault in faults(asked, answered))

    one()
    return outcome


def main() -> None:
    """Ask and print."""
    logging.disable(logging.ERROR)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    app = create_app(Settings.from_env(os.environ).model_copy(update={"query_deadline_s": 1.0, "query_budget_s": 1e6}), SearchOpener())
    start = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    outcome = put(app, count, start)
    app.extensions["itda"].close()
    print(*outcome.wrong, sep="\n", file=sys.stderr)
    print(f"{outcome.counts.total()} requests, {len(outcome.wrong)} faults, seed {start}\n\n| method | status | answers |\n|---|---|---|")
    for (method, status), times in sorted(outcome.counts.items()):
        print(f"| {method} | {status} | {times} |")
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
