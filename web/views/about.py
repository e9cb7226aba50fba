"""`/about`: what this site is and is not. `/accessibility`: what was tested for people who see, hear, move or read in other ways."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from flask import Blueprint, Response
from msgspec import Struct

from kg.store.reader.model import Ref
from web.context import settings, site
from web.i18n import current_language
from web.render import render

blueprint = Blueprint("about", __name__)

_REPORT = Path(__file__).parent.parent / "accessibility.json"


class Report(Struct, frozen=True):
    """What the last machine test found (`bench/accessibility.py` writes it).

    Attributes:
        day: When it was made.
        command: What made it.
        axe, browser: Versions of the rules and of the browser.
        pages: Addresses that were opened, each in every language and width.
        widths: Widths of the screen (CSS pixels).
        looks: How many pages were looked at in all.
        rules: How many different rules were met or broken on some page.
        broken: Rules that a page broke, with how many places.
        undecided: Rules that the machine left to people, with how many places.
    """

    day: date
    command: str
    axe: str
    browser: str
    pages: tuple[str, ...]
    widths: tuple[int, ...]
    looks: int
    rules: int
    broken: tuple[tuple[str, int], ...]
    undecided: tuple[tuple[str, int], ...]

    @classmethod
    @cache
    def load(cls) -> Report:
        """Read the report that comes with the code."""
        told = json.loads(_REPORT.read_text("utf-8"))
        lists = {name: tuple(told[name]) for name in ("pages", "widths")}
        counts = {name: tuple(sorted(told[name].items())) for name in ("broken", "undecided")}
        return cls(
            date.fromisoformat(told["day"]),
            told["command"],
            told["axe"],
            told["browser"],
            **lists,
            looks=told["looks"],
            rules=told["rules"],
            **counts,
        )


class AboutPage(Struct, frozen=True):
    """The plans and their documents, and where mistakes are reported (empty when whoever runs the site names nothing)."""

    plans: tuple[Ref, ...]
    sources: tuple[Ref, ...]
    contact: str


class AccessibilityPage(Struct, frozen=True):
    """The last machine report, and where barriers are reported."""

    report: Report
    contact: str


@blueprint.get("/about")
def page() -> Response:
    """Show what this is, what it is not, and who made it."""
    opened, lang = site(), current_language()
    return render("about.html", AboutPage(opened.plans[lang], opened.reader.sources(lang), settings().contact))


@blueprint.get("/accessibility")
def accessibility() -> Response:
    """Show the statement on accessibility."""
    site()
    return render("accessibility.html", AccessibilityPage(Report.load(), settings().contact))
