"""`itda find`: the same verdicts as the site, on the command line."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from kg.eligibility.deciding import decide
from kg.errors import ProfileError
from kg.settings import Settings
from search.describing import Description
from web.app import create_app
from web.context import plan, site
from web.i18n import ENVIRON_KEY
from web.judged import decision_data
from web.opening import SearchOpener
from web.replies import add_facts, from_fields, telling
from web.terminal import Terminal
from web.words import N_


class Advice(Struct, frozen=True):
    """A decision as data (DESIGN section 5), with what was understood of somebody's own words."""

    data: dict[str, Any]
    understood: Description

    def rows(self) -> list[list[str]]:
        """Return a line for each programme: verdict, name, role, and what became of each condition."""
        marks = {"true": "✓", "false": "✗", "unknown": "?"}
        return [
            [row["verdict"], row["name"], row["role"], " · ".join(f"{marks[one['result']]} {one['text']}" for one in row["criteria"])]
            for row in self.data["programs"]
        ]


def advise(settings: Settings, lang: str, words: str, *, asker: str | None, answers: tuple[str, ...], on: str) -> Advice:
    """Decide every programme of the newest plan.

    Args:
        answers: As `name=value`; a name may be repeated where several values hold.
        on: Day on which ages are counted (YYYY-MM-DD); empty for today.
        words: Somebody's own words; what they say is added to the answers.
    Raises:
        ProfileError: an answer cannot be read.
        SnapshotMissing: nothing is published.
    """
    fields: dict[str, list[str]] = {"as": [asker]} if asker else {}
    for answer in answers:
        name, equals, value = answer.partition("=")
        if not equals:
            raise ProfileError("profile.bad-value", name=name, value="", expected="name=value")
        fields.setdefault(name, []).append(value)
    if on:
        fields["on"] = [on]
    app = create_app(settings, SearchOpener(settings))
    try:
        with app.test_request_context(environ_overrides={ENVIRON_KEY: lang}):
            chosen, eligibility = plan().iri, site().eligibility
            catalogue = eligibility.catalogue(chosen)
            understood = site().describer.describe(words) if words else Description((), "")
            add_facts(fields, telling(understood.facts, catalogue))
            decision = decide(catalogue, from_fields(fields, catalogue.terms))
            return Advice(decision_data(decision, eligibility.texts(chosen, lang)), understood)
    finally:
        app.extensions["itda"].close()


def tell(terminal: Terminal, advice: Advice) -> None:
    """Write what fits: as a table, or as data where that is asked for; what was understood and the next question are talk."""
    for fact in advice.understood.facts:
        terminal.say(N_("Understood “%(said)s” as %(name)s=%(value)s"), said=fact.said, name=fact.name, value=fact.value)
    if terminal.as_json:
        terminal.data(advice.data)
        return
    terminal.table(["", "", "", ""], advice.rows())
    asked = advice.data["nextQuestion"]
    if asked:
        terminal.say(N_("Next question: %(text)s (--answer %(name)s=…)"), text=asked["text"], name=asked["options"][0]["concept"])
