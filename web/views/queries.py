"""`/api/queries/…`: every ready question as an address for programs, with what may be given to it; `/openapi.json` describes them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from kg.store.reader.examples import Example, ExampleParameter
from kg.store.results import Solutions
from kg.vocab import XSD
from web.answers import Cell, cells_of
from web.context import services, site
from web.described import network_paths
from web.errors import WebError
from web.i18n import current_language, gettext
from web.protocol import GRAPH_FORMATS, SOLUTION_FORMATS, ProtocolRequest, best_of
from web.questions import choices, filled, question_named
from web.version import CodeVersion
from web.views.sparql import answered

blueprint = Blueprint("queries", __name__)

_SHOWN = 40
_MOST_LISTED = 200
_JSON = "application/json"


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
    if not is_rows or (wanted and wanted != "json") or not (wanted or _likes_json()):
        response = answered(ProtocolRequest(text, None, {"format": (wanted,)} if wanted else {}))
    else:
        media = SOLUTION_FORMATS[0].media
        with services().budget.spending(request.remote_addr or ""):
            found = site().queries.query(text, media)
        response = jsonify(_plain(example, values, Solutions.from_json(found.body)))
    response.headers["Vary"] = "Accept"
    return response


def _likes_json() -> bool:
    accept = request.accept_mimetypes
    if not accept or 0 < accept.quality(_JSON) >= max(accept.quality(one.media) for one in SOLUTION_FORMATS):
        return True
    if best_of(accept, SOLUTION_FORMATS) is None:
        raise WebError("web.no-answer-format", 406, formats=", ".join((_JSON, *(one.media for one in SOLUTION_FORMATS))))
    return False


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
    paths: dict[str, Any] = {
        "/sparql": _sparql_paths(),
        "/api/queries": {"get": _operation("listQueries", gettext("All ready questions"), [])},
    }
    for example in services().examples:
        parameters = [_parameter(one) for one in example.parameters]
        formats = ["json", "csv", "tsv", "xml", "excel"] if "CONSTRUCT" not in example.query else [one.extension for one in GRAPH_FORMATS]
        parameters.append({"name": "format", "in": "query", "required": False, "schema": {"type": "string", "enum": formats}})
        paths[f"/api/queries/{example.name}"] = {
            "get": _operation(_camel(example.name), example.question(current_language()).value, parameters)
        }
    paths |= network_paths()
    code: CodeVersion = _code()
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {"title": gettext("Itda"), "version": code.release, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": request.url_root.rstrip("/")}],
            "paths": paths,
        }
    )


def _code() -> CodeVersion:
    found: CodeVersion = current_app.extensions["itda.code"]
    return found


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.capitalize() for part in rest)


def _operation(name: str, summary: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    answers = {
        "200": {"description": "OK", "content": {_JSON: {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}}}},
        "400": {"description": "problem", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
    }
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}


def _parameter(parameter: ExampleParameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.datatype and parameter.datatype != XSD.string:
        schema = {"type": "number"}
    elif not parameter.datatype:
        offered = choices(parameter)
        schema["description"] = gettext("An IRI, a prefixed name or an exact name")
        schema["examples"] = [ref.iri for ref in offered[:_MOST_LISTED]]
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.label(current_language()).value,
        "schema": schema,
    }


def _sparql_paths() -> dict[str, Any]:
    graphs = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "array", "items": {"type": "string"}}, "explode": True}
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    query = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    summary = gettext("A SPARQL 1.1 query, by the SPARQL 1.1 Protocol")
    post = _operation("postSparql", summary, graphs)
    post["requestBody"] = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
            },
        },
    }
    return {"get": _operation("getSparql", summary, [query, *graphs]), "post": post}
