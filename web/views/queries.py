"""`/api/queries/…`: every ready question as an address for programs, with what may be given to it; `/openapi.json` describes them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from kg.store.reader.examples import Example, ExampleParameter
from kg.store.results import Solutions
from kg.vocab import XSD
from web.answers import Cell, cells_of
from web.context import services, settings, site
from web.errors import WebError
from web.i18n import current_language, gettext
from web.negotiation import JSON_LD
from web.openapi import (
    ANYTHING,
    COUNT,
    GRAPH,
    HTML_PAGE,
    JSON,
    PROTOCOL,
    QUERIED,
    TEXT,
    Schema,
    components,
    obj,
    operation,
    parameter,
    paths,
)
from web.openapi import listed as listed_of
from web.protocol import GRAPH_FORMATS, SOLUTION_FORMATS, ProtocolRequest, best_of
from web.questions import choices, filled, question_named
from web.version import CodeVersion
from web.views.sparql import EXCEL, answered

blueprint = Blueprint("queries", __name__)

_SHOWN = 40
_MOST_LISTED = 200
CSV = next(one for one in SOLUTION_FORMATS if one.extension == "csv")


@blueprint.get("/api/queries")
def listed() -> Response:
    """List the ready questions with their parameters."""
    return jsonify({"queries": [_described(example) for example in services().examples]})


@blueprint.get("/api/queries/<name>")
def answer(name: str) -> Response:
    """Answer a ready question as plain JSON, or as `/sparql` does when another format is asked for.

    Raises:
        WebError: 404 for an unknown question; 400 for an unknown or doubled parameter, or a value that cannot be chosen; 406, 429.
        QueryError: the query fails.
        StoreUnavailable: every query worker is busy.
    """
    example = question_named(name)
    values = _values(example)
    text = filled(example, values)
    wanted = request.args.get("format", "").lower()
    is_rows = site().queries.inspect(text).kind == "solutions"
    if not is_rows and _wants_table(wanted):
        response = answered(ProtocolRequest(text, None, {"format": (EXCEL,)}))
    elif not is_rows or (wanted and wanted != "json") or not (wanted or _likes_json()):
        response = answered(ProtocolRequest(text, None, {"format": (wanted,)} if wanted else {}))
    else:
        media = SOLUTION_FORMATS[0].media
        with services().budget.spending(request.remote_addr or "") as asker:
            found = site().queries.query(text, media, asker=asker)
        response = jsonify(_plain(example, values, Solutions.from_json(found.body)))
    response.headers["Vary"] = "Accept"
    return response


def _likes_json() -> bool:
    accept = request.accept_mimetypes
    if not accept or 0 < accept.quality(JSON) >= max(accept.quality(one.media) for one in SOLUTION_FORMATS):
        return True
    if best_of(accept, SOLUTION_FORMATS) is None:
        raise WebError("web.no-answer-format", 406, formats=", ".join((JSON, *(one.media for one in SOLUTION_FORMATS))))
    return False


def _wants_table(wanted: str) -> bool:
    """Say whether statements are asked for as a table: by name, or because none of their own formats is acceptable."""
    accept = request.accept_mimetypes
    return wanted in (CSV.extension, CSV.media) or (
        not wanted and best_of(accept, GRAPH_FORMATS) is None and best_of(accept, (CSV,)) is not None
    )


def _values(example: Example) -> dict[str, str]:
    known = {parameter.name for parameter in example.parameters}
    for given, values in request.args.lists():
        if given == "format":
            continue
        if given not in known:
            raise WebError("web.no-parameter", name=given[:_SHOWN], words=", ".join(sorted({*known, "format"})))
        if len(values) > 1:
            raise WebError("web.parameter-twice", name=given)
    return {name: request.args[name] for name in known if name in request.args}


def _plain(example: Example, values: dict[str, str], solutions: Solutions) -> dict[str, Any]:
    table = cells_of(solutions)
    rows = [
        {name: _value(cell) for name, cell in zip(solutions.variables, row, strict=True) if cell.text or cell.iri}
        for row in table
    ]  # fmt: skip
    return {
        "query": example.name,
        "question": example.question(current_language()).value,
        "parameters": values,
        "snapshot": site().snapshot.id,
        "columns": solutions.variables,
        "total": len(rows),
        "rows": rows,
    }


def _value(cell: Cell) -> object:
    if cell.iri:
        return {"id": cell.iri, "name": cell.text}
    if cell.number is not None:
        return int(cell.number) if cell.number == cell.number.to_integral_value() else float(cell.number)
    return cell.text


def _described(example: Example) -> dict[str, Any]:
    return {
        "name": example.name,
        "question": example.question(current_language()).value,
        "keywords": example.keywords,
        "url": url_for("queries.answer", name=example.name, _external=True),
        "parameters": [
            {
                "name": one.name,
                "label": one.label(current_language()).value,
                "type": "iri" if not one.datatype else one.datatype.removeprefix(XSD),
                "optional": one.optional,
            }
            for one in example.parameters
        ],
    }


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe the addresses for programs (OpenAPI 3.1)."""
    described: dict[str, Any] = {"/sparql": _sparql_paths(), **paths(settings())}
    for example in services().examples:
        formats = GRAPH_FORMATS if "CONSTRUCT" in example.query else SOLUTION_FORMATS
        names = [*dict.fromkeys([*(one.extension for one in formats), CSV.extension, EXCEL])]
        asked = [*(_parameter(one) for one in example.parameters), parameter("format", {"type": "string", "enum": names})]
        content: dict[str, Schema] = {} if formats is GRAPH_FORMATS else {JSON: _ROWS}
        content |= {one.media: _of(one.media) for one in (*formats, CSV)}
        summary = example.question(current_language()).value
        described[f"/api/queries/{example.name}"] = {
            "get": operation(_camel(example.name), summary, asked, content, QUERIED, is_tagged=True)
        }
    code: CodeVersion = current_app.extensions["itda.code"]
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {"title": gettext("Itda"), "version": code.release, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": request.url_root.rstrip("/")}],
            "paths": described,
            "components": components(),
        }
    )


_ROWS = obj(query=TEXT, question=TEXT, parameters=ANYTHING, snapshot=TEXT, columns=listed_of(TEXT), total=COUNT, rows=listed_of(ANYTHING))


def _of(media: str) -> Schema:
    return GRAPH if media == JSON_LD.media else ANYTHING if media.endswith("json") else TEXT


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.capitalize() for part in rest)


def _parameter(asked: ExampleParameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if asked.datatype and asked.datatype != XSD.string:
        schema = {"type": "number"}
    elif not asked.datatype:
        schema["description"] = gettext("An IRI, a prefixed name or an exact name")
        schema["examples"] = [ref.iri for ref in choices(asked)[:_MOST_LISTED]]
    return {**parameter(asked.name, schema), "description": asked.label(current_language()).value}


def _sparql_paths() -> dict[str, Any]:
    graphs = [{**parameter(name, listed_of(TEXT)), "explode": True} for name in ("default-graph-uri", "named-graph-uri")]
    summary = gettext("A SPARQL 1.1 query, by the SPARQL 1.1 Protocol")
    content: dict[str, Schema] = {one.media: _of(one.media) for one in (*SOLUTION_FORMATS, *GRAPH_FORMATS)} | {HTML_PAGE: TEXT}
    forms = parameter("format", {"enum": [*dict.fromkeys(one.extension for one in (*SOLUTION_FORMATS, *GRAPH_FORMATS)), EXCEL]})
    get = operation("getSparql", summary, [parameter("query", TEXT, required=True), *graphs, forms], content, PROTOCOL, is_tagged=True)
    # What a form says stands in its body; graphs stand in the address only beside a query that is sent as it is.
    post = operation("postSparql", summary, [*graphs, forms], content, PROTOCOL)
    for status, answer in (*get["responses"].items(), *post["responses"].items()):
        if status[0] in "45":
            answer["content"][HTML_PAGE] = {"schema": TEXT}  # to a browser
    form = {"type": "object", "properties": {"query": TEXT}, "required": ["query"]}
    bodies = {"application/sparql-query": {"schema": TEXT}, "application/x-www-form-urlencoded": {"schema": form}}
    return {"get": get, "post": {**post, "requestBody": {"required": True, "content": bodies}}}
