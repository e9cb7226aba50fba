"""Lets scripts of any site read what is open data (CORS): queries, saved queries, things, files. There are no cookies to protect."""

from __future__ import annotations

from flask import Flask, Response, request

_OPEN = ("/sparql", "/api/", "/id/", "/data", "/ontology", "/q/", "/.well-known/", "/openapi.json")
_HEADERS = "Accept, Accept-Language, Content-Type, If-None-Match, *"
_EXPOSED = "Allow, Content-Location, ETag, Itda-Limit, Itda-Snapshot, Link, Location, Retry-After, Server-Timing"
_ALL = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", _EXPOSED))
_DAY_S = "86400"


def init_sharing(app: Flask) -> None:
    """Add the CORS headers to every answer of an open address, errors as well."""

    def share(response: Response) -> Response:
        if not request.path.startswith(_OPEN):
            return response
        response.headers.extend(_ALL)
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
            response.headers["Access-Control-Allow-Headers"] = _HEADERS
            response.headers["Access-Control-Max-Age"] = _DAY_S
        return response

    app.after_request(share)
