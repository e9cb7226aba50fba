"""Requests made from `/openapi.json` by schemathesis: is every answer one that the description names?

Run: `.venv/bin/python -m bench.safety.contract [REQUESTS]` (after `itda build`; 200 to each address unless told otherwise). Prints how many
answers were as described; ends with 1 at an answer that is not.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as limits
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from kg.settings import Settings
from web.app import create_app
from web.serving import SearchOpener

REQUESTS, SEED = 200, 20221126
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def put(app: Flask, count: int, chosen: Callable[[str], bool] = lambda _: True) -> tuple[Counter[tuple[str, int]], list[str]]:
    """Put requests to every described address, sound ones and others; return answers by address and status, and what was wrong.

    Args:
        count: Requests to each operation.
        chosen: Says whether to ask an address at all.
    """
    counts: Counter[tuple[str, int]] = Counter()
    wrong: list[str] = []
    described = schemathesis.openapi.from_wsgi("/openapi.json", app)
    for found in described.get_all_operations():
        operation = found.ok()
        if not chosen(operation.path):
            continue

        @seed(SEED)
        @limits(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def one(case: Any) -> None:
            # The client in this process sends back what is compressed as it is.
            answer = case.call(headers={"Accept-Encoding": "identity"})
            counts[case.operation.path, answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as group:
                told = "; ".join(f"{error.title}: {error.message}" for error in group.exceptions)
                wrong.append(f"{case.method} {case.formatted_path} {case.query!r:.300}: {answer.status_code} {told:.700}")

        one()
    return counts, wrong


def main() -> None:
    """Ask and print."""
    logging.disable(logging.ERROR)
    app = create_app(Settings.from_env(os.environ).model_copy(update={"query_budget_s": 1e6}), SearchOpener())
    counts, wrong = put(app, int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS)
    app.extensions["itda"].close()
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    print(f"{counts.total()} requests to {len({path for path, _ in counts})} addresses, {len(wrong)} answers that are not described\n")
    print("| address | status | answers |\n|---|---|---|")
    for (path, status), times in sorted(counts.items()):
        print(f"| {path} | {status} | {times} |")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
