"""What a view asks of the request: its site, its services, its parameters."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, g, request

from kg.settings import Settings
from kg.store.reader.model import Ref
from web.errors import WebError
from web.i18n import current_language
from web.links import plan_iri, plan_text
from web.services import Services
from web.site import Site


def services() -> Services:
    """Return the services of the running app."""
    found: Services = current_app.extensions["itda"]
    return found


def settings() -> Settings:
    """Return the settings of the running app."""
    return services().settings


def site() -> Site:
    """Return the snapshot this request reads; the same one from start to end.

    Raises:
        SnapshotMissing: nothing is published yet.
    """
    if g.get("site") is None:
        g.site = services().acquire()
    leased: Site = g.site
    return leased


def newest_plan() -> Ref | None:
    """Return the newest plan, or None when the snapshot has none."""
    return next(iter(site().plans[current_language()]), None)


def plan() -> Ref:
    """Return the plan the request asks for with `plan=11410/2022`, else the newest.

    Raises:
        WebError: the parameter names no plan of the snapshot.
    """
    plans = site().plans[current_language()]
    wanted = request.args.get("plan", "")
    if not wanted and plans:
        return plans[0]
    for found in plans:
        if found.iri == plan_iri(wanted):
            return found
    raise WebError("web.bad-parameter", name="plan", value=wanted)


def plan_asked(chosen: Ref) -> str | None:
    """Return the `plan` parameter that leads back to a plan; None for the newest, which needs none."""
    newest = newest_plan()
    return None if newest is not None and newest.iri == chosen.iri else plan_text(chosen.iri)


def search_text(values: Mapping[str, str]) -> str:
    """Return the words of `q` as they look, parted by single spaces.

    Raises:
        WebError: they are longer than the search takes.
    """
    text, longest = " ".join(values.get("q", "").split()), settings().search_chars
    if len(text) > longest:
        raise WebError("web.too-long", limit=longest, value=len(text))
    return " ".join(services().lookalikes.plain(text).split())


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """Return a parameter that must be a whole number within bounds.

    Raises:
        WebError: it is not, or it is out of bounds.
    """
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
        raise WebError("web.bad-parameter", name=name, value=text[:40])
    return int(text)
