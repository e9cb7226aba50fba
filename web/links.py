"""Between IRIs and the paths of this host: `<base>id/X` is served at `/id/X`, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote, quote_plus

from flask import request, url_for

from kg.store.reader.model import Ref
from kg.vocab import BASE, ID, KJ

_POSITIONS = ("offset", "page")
_REMEMBERED = 4096
_LONGEST = 100
_FEW_PLANS = 12


def id_of(iri: str) -> str:
    """Return the part of an IRI after `/id/`, or an empty text when it is not one of ours."""
    return iri.removeprefix(ID) if iri.startswith(ID) else ""


def iri_of(path: str) -> str:
    """Return the IRI that a path after `/id/` stands for."""
    return ID + path


def address(endpoint: str, **values: str | int | None) -> str:
    """Return the path of a page on this host as `flask.url_for` makes it; the same few are asked for over and over."""
    return _built(request.script_root, endpoint, tuple(values.items()))


@lru_cache(_REMEMBERED)
def _built(_root: str, endpoint: str, values: tuple[tuple[str, str | int | None], ...]) -> str:
    # The root holds the language and is all of the request that such an address depends on.
    return url_for(endpoint, **cast(dict[str, Any], dict(values)))


def quoted(value: str) -> str:
    """Return a name or value as it stands in the query of an address."""
    # Facets hold the same values on every page; what visitors type is as long as they like.
    return _quoted(value) if len(value) <= _LONGEST else quote_plus(value)


_quoted = lru_cache(_REMEMBERED)(quote_plus)


def path_of(iri: str) -> str:
    """Return where a thing can be looked at: our page for our own IRIs, the IRI itself for others."""
    if iri.startswith(ID):
        return address("entity.show", path=id_of(iri))
    if iri.startswith(KJ):
        return address("ontology.page") + "#" + quote(iri.removeprefix(KJ))
    return iri


def url_of(ref: Ref) -> str:
    """Return where a named thing is shown; an edition is shown on the page of its permanent thing."""
    if ref.home and ref.home != ref.iri:
        return f"{path_of(ref.home)}#{anchor_of(ref.iri)}"
    return path_of(ref.iri)


def anchor_of(edition: str) -> str:
    """Return the anchor of an edition on its permanent thing's page, such as `plan-11410-2022`."""
    parts = id_of(edition).split("/")
    return "-".join(["plan", parts[0], parts[2]]) if len(parts) > 3 and parts[1] == "plan" else "plan"


def plan_iri(text: str) -> str:
    """Return the IRI of the plan that `plan=11410/2022` names."""
    area, _, year = text.partition("/")
    return f"{ID}{area}/plan/{year}"


def plan_text(iri: str) -> str:
    """Return how a plan is named in a parameter: `11410/2022`."""
    return id_of(iri).replace("/plan/", "/")


def plans_to_choose(plans: Sequence[Ref], chosen: Ref) -> tuple[Sequence[Ref], Sequence[Ref]]:
    """Return the plans to go to from one: those shown, and those folded.

    A few are all shown. Of a nation's, those of the same area are, and the newest of each other area is folded: it leads to its others.

    Args:
        plans: All plans, newest first.
    """
    if len(plans) <= _FEW_PLANS:
        return plans, ()
    newest: dict[str, Ref] = {}
    for plan in plans:
        newest.setdefault(_area(plan), plan)
    own = _area(chosen)
    others = (plan for area, plan in newest.items() if area != own)
    return [plan for plan in plans if _area(plan) == own], sorted(others, key=lambda plan: plan.label.value)


def _area(plan: Ref) -> str:
    return plan_text(plan.iri).partition("/")[0]


def is_ours(iri: str) -> bool:
    """Say whether an IRI is under the base of this project."""
    return iri.startswith(BASE)


def changed(path: str = "", **changes: str | int | None) -> str:
    """Return the address of the present page with some parameters changed; it begins at the first result again unless told otherwise.

    Args:
        path: Another path under which the parameters go.
        changes: Values by name; nothing (None, 0, an empty text) takes a parameter away.
    """
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes and name not in _POSITIONS]
    kept += [(name, str(value)) for name, value in changes.items() if value]
    own = path or address(request.endpoint or "home.start", **(request.view_args or {}))
    return f"{own}?{'&'.join(f'{quoted(name)}={quoted(value)}' for name, value in kept)}"
