"""How long one person's answer takes: over a made-up list of 11,000 programmes, and whole requests on the plan itself. CPU time.

Run: `.venv/bin/python -m bench.eligibility.speed` (after `itda build`). Prints a Markdown table; each figure is the median of nine runs.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

from bench.eligibility.catalogue import national, published
from kg.eligibility.answers import Profile, read_profile
from kg.eligibility.deciding import decide
from kg.eligibility.questions import next_question
from kg.eligibility.rules import Catalogue
from kg.settings import Settings
from web.app import create_app
from web.serving import SearchOpener

PROGRAMMES = 11_000
ANSWERS = {"age": ["27"], "residence": ["11410"], "employment": ["unemployed"], "sex": ["female"], "disability": ["false"]}
RUNS = 9


def milliseconds(job: Callable[[], object]) -> float:
    """Return the median CPU time of a job, after one run that is not counted."""
    job()
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        job()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def reasons(catalogue: Catalogue, profile: Profile) -> None:
    """Work out the verdict and every reason of every programme."""
    decision = decide(catalogue, profile)
    for row in catalogue.rows["person"]:
        decision.reasons(row)


def main() -> None:
    """Print the table."""
    real = published()
    large = national(PROGRAMMES, real)
    profile = read_profile("person", date(2022, 3, 2), ANSWERS, large.terms)
    empty = read_profile("person", date(2022, 3, 2), {}, large.terms)
    app = create_app(Settings(), SearchOpener())
    client = app.test_client()
    rows = {
        f"verdicts, {PROGRAMMES} programmes, {len(large.tests)} different conditions, five answers": lambda: decide(large, profile),
        f"verdicts, {PROGRAMMES} programmes, no answer": lambda: decide(large, empty),
        "next question, five answers": lambda: next_question(decide(large, profile)),
        "next question, no answer": lambda: next_question(decide(large, empty)),
        "verdicts with every reason, five answers": lambda: reasons(large, profile),
        "the plan: POST /api/eligibility, two answers": lambda: client.post(
            "/api/eligibility", json={"age": 27, "employment": "unemployed"}
        ),
        "the plan: POST /find, two taps": lambda: client.post("/find", data={"who": "19-39", "need": "job"}),
        "the plan: POST /find, own words": lambda: client.post("/find", data={"q": "33살 여자인데 취직하고 싶어요"}),
    }
    print("| what | ms |\n|---|---|")
    for name, job in rows.items():
        print(f"| {name} | {milliseconds(job):.1f} |")
    app.extensions["itda"].close()


if __name__ == "__main__":
    main()
