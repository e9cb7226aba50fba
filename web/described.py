"""How `/openapi.json` describes the addresses of the network."""

from __future__ import annotations

from typing import Any

from web.i18n import gettext
from web.networks import FILES
from web.words import N_

_NAME = N_("An IRI, the part of one after /id/, or an exact name")
_ADDRESSES: tuple[tuple[str, str, str, tuple[tuple[str, str, bool], ...]], ...] = (
    (
        "/api/network",
        "linkedWith",
        N_("What is linked with a thing; without one, the whole network"),
        (
            ("focus", _NAME, False),
            ("depth", N_("How many steps, 1 to 3"), False),
            ("type", N_("Kinds of things to keep"), False),
            ("limit", N_("Most things to show"), False),
        ),
    ),
    (
        "/api/path",
        "pathsBetween",
        N_("How two things are connected"),
        (("from", _NAME, True), ("to", _NAME, True), ("limit", N_("Most paths, 1 to 3"), False)),
    ),
    ("/api/partners", "partnersOf", N_("Who works with an organisation; without one, who works with whom"), (("actor", _NAME, False),)),
    ("/api/serves", "serversOf", N_("Who serves a group, and through what"), (("group", _NAME, True),)),
)
_WITH_FILES = {"linkedWith", "partnersOf"}


def network_paths() -> dict[str, Any]:
    """Return the addresses with their parameters, as members of `paths` of OpenAPI 3.1."""
    return {address: {"get": _operation(name, summary, parameters)} for address, name, summary, parameters in _ADDRESSES}


def _operation(name: str, summary: str, parameters: tuple[tuple[str, str, bool], ...]) -> dict[str, Any]:
    told = [_parameter(*parameter) for parameter in parameters]
    media = ["application/json"]
    if name in _WITH_FILES:
        told.append({"name": "format", "in": "query", "required": False, "schema": {"type": "string", "enum": ["json", *FILES]}})
        media += dict.fromkeys(form.partition(";")[0] for form, _ in FILES.values())
    answers = {
        "200": {"description": "OK", "content": {form: {"schema": {"type": "object" if "json" in form else "string"}} for form in media}},
        "400": {"description": "problem", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
    }
    return {"operationId": name, "summary": gettext(summary), "parameters": told, "responses": answers}


def _parameter(name: str, said: str, is_needed: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"} if name in {"depth", "limit"} else {"type": "string"}
    if name == "type":
        schema = {"type": "array", "items": {"type": "string"}}
    return {"name": name, "in": "query", "required": is_needed, "description": gettext(said), "schema": schema}
