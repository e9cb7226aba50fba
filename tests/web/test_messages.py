"""Every code that is raised has its sentence, and every sentence is of a code that is raised."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from web.messages import SENTENCES

CODE = "".join(
    path.read_text("utf-8")
    for package in ("kg", "search", "web")
    for path in (ROOT / package).rglob("*.py")
    if path.name not in ("messages.py", "planmessages.py", "searchmessages.py")
)
FAMILIES = {code.partition(".")[0] for code in SENTENCES}
NO_CODES = {
    "snapshot.error",
    "source.faults",
    "lexicon.json",
    "workbook.json",
    "search.feed",
    "search.html",
    "search.loading",
    "search.page",
}  # two bases that are never raised themselves, and names of files, routes and modules


def test_every_code_that_is_raised_has_a_sentence() -> None:
    raised = {code for code in re.findall(r'"([a-z]+\.[a-z-]+)"', CODE) if code.partition(".")[0] in FAMILIES - {"not-found"}}
    assert raised - set(SENTENCES) - NO_CODES == set()


def test_every_sentence_belongs_to_a_code_that_is_raised() -> None:
    assert {code for code in SENTENCES if f'"{code}"' not in CODE} == set()
