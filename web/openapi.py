"""What `/openapi.json` says of the addresses for programs: parameters, bodies, answers and errors (OpenAPI 3.1, JSON Schema 2020-12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.settings import Settings
from kg.store.reader.records import TERMS
from web.errors import TITLES
from web.i18n import gettext
from web.naming import KINDS
from web.networks import FILES
from web.views.network import DEEPEST, MOST
from web.words import N_

Schema = Mapping[str, Any]
JSON, PROBLEM = "application/json", "application/problem+json"

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}
# JSON-LD is one object, or a list of them.
GRAPH: Schema = {"type": ["object", "array"]}
# Any address may be too long, have too many parameters or come with too much; every page can fail or have no data to read.
ALWAYS = (400, 414, 431, 500, 503)
WITH_BODY = (413, 415)
QUERIED = (405, 406, 412, 413, 429, 504, 507)
PROTOCOL = (*QUERIED, 404, 408, 415)
"""What `/sparql` answers besides: a ready question that is not there, a body that is late or of another kind."""
HTML_PAGE = "text/html"
PROBLEM_NAME = "Problem"


def obj(_optional: Iterable[str] = (), **properties: Schema) -> dict[str, Any]:
    """Return the schema of an object with these members and no others; all are there but the optional ones."""
    required = [name for name in properties if name not in set(_optional)]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def listed(items: Schema) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> dict[str, Any]:
    """Return the schema of something that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def parameter(name: str, schema: Schema, required: bool = False) -> dict[str, Any]:
    """Return a parameter of an address."""
    return {"name": name, "in": "query", "required": required, "schema": schema}


def errors(statuses: Iterable[int]) -> dict[str, Any]:
    """Return the answers that are errors, each a problem document (RFC 9457)."""
    content = {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{PROBLEM_NAME}"}}}
    return {str(status): {"description": gettext(TITLES[status]), "content": content} for status in sorted({*ALWAYS, *statuses})}


def operation(
    name: str,
    summary: str,
    parameters: Iterable[Mapping[str, Any]],
    content: Mapping[str, Schema],
    statuses: Iterable[int] = (),
    *,
    is_tagged: bool = False,
) -> dict[str, Any]:
    """Return one operation.

    Args:
        content: Schema of a good answer by media type.
        statuses: Of the errors that not every address has.
        is_tagged: Its answers have an ETag, so that 304 may be answered.
    """
    good = {"description": "OK", "content": {media: {"schema": schema} for media, schema in content.items()}}
    known = {"304": {"description": gettext(_KNOWN)}} if is_tagged else {}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": good, **known, **errors(statuses)},
    }


def components() -> dict[str, Any]:
    """Return the schema of a problem document; it may have further members, such as the candidates of an ambiguous name."""
    members = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "code": TEXT}
    return {"schemas": {PROBLEM_NAME: {"type": "object", "properties": members, "required": list(members)}}}


_THING = obj(id=TEXT, name=TEXT)
_PLACED = obj(id=TEXT, name=TEXT, type=TEXT, url=TEXT)
_LINKED = obj(id=TEXT, name=TEXT, url=TEXT)
_EDGE = obj(source=TEXT, target=TEXT, relation=TEXT, label=TEXT, via=or_null(TEXT), role=or_null(TEXT), certainty=TEXT, lines=TEXT)
_UNDERSTOOD = obj(
    words=listed(obj(text=TEXT, terms=listed(obj(term=TEXT, kind=TEXT, weight={"type": "number"})))),
    demands=listed(TEXT),
    wider=listed(obj(text=TEXT, without=or_null(TEXT), total=COUNT)),
    readAs=listed(obj(typed=TEXT, read=TEXT)),
)
_RESULT = obj(
    id=TEXT,
    name=TEXT,
    type=TEXT,
    url=TEXT,
    snippet=TEXT,
    score={"type": "number"},
    why=listed(obj(kind=TEXT, field=TEXT, query=TEXT, term=TEXT)),
)
_SEARCH = obj(
    query=obj(text=TEXT, understood=_UNDERSTOOD),
    total=COUNT,
    results=listed(_RESULT),
    facets={"type": "object", "additionalProperties": listed(obj(value=TEXT, label=or_null(TEXT), count=COUNT))},
    didYouMean=or_null(TEXT),
)
_CHANNEL = obj(edition=or_null(TEXT), name=or_null(TEXT), relation=or_null(TEXT), role=or_null(TEXT), group=TEXT, lines=TEXT)
_SERVER = obj(id=TEXT, name=TEXT, type=TEXT, url=TEXT, via=listed(_CHANNEL))
_SERVES = {
    "type": "object",
    "properties": {"group": _PLACED, "narrower": listed(_PLACED)},
    "required": ["group", "narrower"],
    "additionalProperties": listed(_SERVER),
}
_FIGURE = obj(
    id=TEXT,
    url=TEXT,
    **{name: or_null(_THING) for name in (*TERMS, "printedUnit", "status")},
    credit=or_null(TEXT),
    portals=listed(_THING),
    dimensions=listed(_THING),
    printed=TEXT,
    value=or_null({"type": "number"}),
    basis=or_null(TEXT),
    lines=listed(TEXT),
)
_SUM = obj(value={"type": "number"}, unit=_THING, computedFrom=listed(TEXT), withoutNumber=listed(TEXT))
_FINDING = obj(
    id=TEXT,
    severity=TEXT,
    kind=TEXT,
    label=TEXT,
    sentence=TEXT,
    about=listed(_LINKED),
    figures=listed(_LINKED),
    lines=listed(TEXT),
    foundBy={"enum": ["reader", "rule"]},
)
_REASON = {"type": "object", "required": ["concept", "result", "cause", "text", "lines"]}
_PROGRAM = obj(id=TEXT, edition=TEXT, name=TEXT, role=TEXT, verdict=TEXT, criteria=listed(_REASON))
_DECISION = obj(
    on={"type": "string", "format": "date"},
    profile=ANYTHING,
    counts={"type": "object", "additionalProperties": COUNT},
    otherKinds=COUNT,
    programs=listed(_PROGRAM),
    nextQuestion=or_null({"type": "object", "required": ["concept", "text", "options", "settles"]}),
)
_FIELD = obj(
    name=TEXT, label=TEXT, text=TEXT, of=TEXT, kind=TEXT, unit=or_null(TEXT), several=FLAG, values=listed(obj(value=TEXT, label=TEXT))
)
_QUESTIONS = obj(**{"as": listed(TEXT)}, on=TEXT, birthDate=TEXT, notKnown={"type": "null"}, fields=listed(_FIELD), verdicts=listed(TEXT))
_READY = obj(
    name=TEXT,
    question=TEXT,
    keywords=listed(TEXT),
    url=TEXT,
    parameters=listed(obj(name=TEXT, label=TEXT, type=TEXT, optional=FLAG)),
)

_SUMMARIES = {
    "search": N_("Search by words, with facets"),
    "suggest": N_("Names that begin like this"),
    "types": N_("Kinds of things"),
    "serves": N_("Who serves a group, and through what"),
    "network": N_("What is linked with a thing; all that is linked, without a focus"),
    "path": N_("How two things are connected"),
    "partnersOf": N_("Who works with an organisation; without one, who works with whom"),
    "figures": N_("The figures of a plan, and their sum where it means something"),
    "quality": N_("What was found about a plan"),
    "answers": N_("What can be answered, with the words of the answers"),
    "queries": N_("All ready questions"),
}
_KNOWN = N_("The answer is the one that If-None-Match names")
_DECIDED = N_("Which programmes fit somebody's answers, and why")


def _get(name: str, schema: Schema, *parameters: Mapping[str, Any], more: Iterable[str] = ()) -> dict[str, Any]:
    content: dict[str, Schema] = {JSON: schema} | dict.fromkeys(more, TEXT)
    return {"get": operation(name, gettext(_SUMMARIES[name]), parameters, content)}


def paths(settings: Settings) -> dict[str, Any]:
    """Return the addresses that answer in JSON, but for the ready questions."""
    words = parameter("q", {"type": "string", "maxLength": settings.search_chars})
    plan = parameter("plan", {"type": "string", "examples": ["11410/2022"]})
    several = [parameter(name, listed(TEXT)) for name in ("type", *KINDS)]
    limit, offset = _number("limit", 1, settings.search_limit), _number("offset", 0, settings.search_offset)
    body = {"required": True, "content": {JSON: {"schema": ANYTHING, "examples": {"person": {"value": {"as": "person", "age": 27}}}}}}
    decide = operation("eligibility", gettext(_DECIDED), [plan], {JSON: _DECISION}, WITH_BODY)
    files = parameter("format", {"enum": ["json", *FILES]})
    return {
        "/api/search": _get("search", _SEARCH, words, *several, limit, offset),
        "/api/suggest": _get("suggest", obj(suggestions=listed(obj(id=TEXT, name=TEXT, type=TEXT))), words, _number("limit", 1, 50)),
        "/api/types": _get("types", obj(types=listed(obj(type=TEXT, label=TEXT, labelEn=TEXT, catalogued=FLAG)))),
        "/api/serves": _get("serves", _SERVES, parameter("group", TEXT, required=True), plan),
        "/api/network": _get(
            "network",
            obj(nodes=listed(_PLACED), edges=listed(_EDGE), more=COUNT),
            *(parameter("focus", TEXT), _number("depth", 1, DEEPEST), parameter("type", listed(TEXT)), _number("limit", 1, MOST), files),
            more=[media.partition(";")[0] for media, _ in FILES.values()],
        ),
        "/api/path": _get(
            "path",
            obj(paths=listed(obj(nodes=listed(_PLACED), edges=listed(_EDGE), sentence=TEXT, cost={"type": "number"}))),
            *(parameter(end, TEXT, required=True) for end in ("from", "to")),
            _number("limit", 1, 3),
        ),
        "/api/partners": _get(
            "partnersOf", ANYTHING, parameter("actor", TEXT), files, more=[media.partition(";")[0] for media, _ in FILES.values()]
        ),
        "/api/figures": _get(
            "figures",
            obj(("sum",), plan=TEXT, total=COUNT, figures=listed(_FIGURE), sum=_SUM),
            *(parameter(name, TEXT) for name in TERMS),
            *(
                parameter("dimension", listed(TEXT)),
                _number("line", 1, 10_000_000),
                _number("limit", 1, 1000),
                _number("offset", 0, 100_000),
            ),
            *(parameter("sum", {"enum": ["true", "false"]}), plan),
        ),
        "/api/quality": _get("quality", obj(plan=TEXT, total=COUNT, findings=listed(_FINDING)), plan),
        "/api/eligibility": {"post": {**decide, "requestBody": body}},
        "/api/eligibility/schema": _get("answers", _QUESTIONS, plan),
        "/api/queries": _get("queries", obj(queries=listed(_READY))),
    }


def _number(name: str, least: int, most: int) -> dict[str, Any]:
    return parameter(name, {"type": "integer", "minimum": least, "maximum": most})
