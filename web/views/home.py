"""`/`: where a citizen starts. One box, groups to tap, what this is and is not. And `/help`."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from kg.eligibility.texts import Need
from kg.store.reader.entity import TargetGroup
from kg.store.reader.model import Ref
from web.context import newest_plan, plan, search_text, services, settings, site
from web.i18n import current_language
from web.render import render
from web.replies import telling
from web.taps import Tap

blueprint = Blueprint("home", __name__)


class HomePage(Struct, frozen=True):
    """The start page: target groups that the newest plan names, the longest text the box takes, and the two first questions."""

    groups: tuple[TargetGroup, ...]
    longest: int
    taps: tuple[Tap, ...]
    needs: tuple[Need, ...]


class HelpPage(Struct, frozen=True):
    """The help page: the plans it explains."""

    plans: tuple[Ref, ...]


@blueprint.get("/")
def start() -> Response:
    """Show the start page."""
    reader = site().reader
    lang = current_language()
    groups = tuple(group for group in reader.groups(lang, newest_plan()) if group.homes)
    return render("home.html", HomePage(groups, settings().search_chars, services().taps, site().eligibility.needs(lang)))


@blueprint.post("/")
def ask() -> AnyResponse:
    """Send the words of the box on: to /find when they say something about somebody, even if it cannot be used, else to the search.

    /find is reached with 307, which sends the form once more, so that nothing personal is in an address; the search with 303, so that
    going back does not ask to send the form again.

    Raises:
        WebError: the text is longer than the search takes.
    """
    words = search_text(request.form)
    if not words:
        return redirect(url_for("home.start"), 303)
    described = site().describer.describe(words)
    facts = telling(described.facts, site().eligibility.catalogue(plan().iri))
    if described.is_personal or any(fact.name != "need" for fact in facts):
        return redirect(url_for("find.answer"), 307)
    return redirect(f"{url_for('search.page')}?{urlencode({'q': words})}", 303)


@blueprint.get("/help")
def help_page() -> Response:
    """Show how to read the pages."""
    return render("help.html", HelpPage(site().plans[current_language()]))
