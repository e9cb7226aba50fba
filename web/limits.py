"""What a request may weigh: its address, parameters, headers and JSON; each refused with the limit, the value and what to do.

The limits themselves are settings (`kg.settings`). Flask watches the size of a body (`MAX_CONTENT_LENGTH`), `kg.store.guard` a query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, request

from kg.settings import Settings
from web.errors import WebError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A query as a parameter is one long address: each of its bytes may be three characters there.
_WITH_QUERIES = ("/sparql", "/q")
_PERCENT_ENCODED = 3
_BEYOND_ASCII = re.compile("[^\x21-\x7e]")
_HEADER = "HTTP_"


class ReadableQuery:
    """WSGI layer that writes bytes of a query string that may not stand there as `%XX`, as browsers do.

    Werkzeug reads the query string as UTF-8 and fails where it is not; written so, what is no UTF-8 is shown as `%XX`.
    It is to be the outermost layer, so that no two requests that differ are one to the layers below.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        query = environ.get("QUERY_STRING", "")
        if _BEYOND_ASCII.search(query):
            environ["QUERY_STRING"] = _BEYOND_ASCII.sub(lambda found: quote(found[0].encode("latin-1", "replace")), query)
        return self._app(environ, start_response)


def init_limits(app: Flask, settings: Settings) -> None:
    """Refuse requests to an app whose address or headers are larger than anybody needs."""

    def check() -> None:
        _check_address(settings)
        size = sum(len(name) + len(value) for name, value in request.environ.items() if name.startswith(_HEADER))
        if size > settings.header_bytes:
            raise _refused("web.long-headers", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, settings.header_bytes, size)

    app.before_request(check)


def _check_address(settings: Settings) -> None:
    longest, path, query = settings.address_bytes, request.environ.get("PATH_INFO", ""), request.environ.get("QUERY_STRING", "")
    asks_query = request.path in _WITH_QUERIES or request.path.startswith("/q/")
    longest_query = longest + _PERCENT_ENCODED * settings.query_bytes if asks_query else longest
    if len(path) > longest:
        raise _refused("web.long-address", HTTPStatus.REQUEST_URI_TOO_LONG, longest, len(path))
    if len(query) > longest_query:
        raise _refused("web.long-address", HTTPStatus.REQUEST_URI_TOO_LONG, longest_query, len(query))
    count = query.count("&") + 1
    if count > settings.parameters and not asks_query:
        raise _refused("web.many-parameters", HTTPStatus.BAD_REQUEST, settings.parameters, count)


def _refused(code: str, status: HTTPStatus, limit: int, value: int) -> WebError:
    return WebError(code, status, limit=limit, value=value)


def json_body(settings: Settings) -> Any:
    """Return the JSON of the request's body.

    Raises:
        WebError: 415 for another media type; 400 for a body that is no JSON, or nested deeper than `json_nesting`.
    """
    if not request.is_json:
        raise WebError("web.not-json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, value=request.mimetype[:40] or "-")
    try:
        found = json.loads(request.get_data())
    except RecursionError:
        raise WebError("web.deep-json", limit=settings.json_nesting, value="> 1000") from None
    except ValueError:
        raise WebError("web.bad-json") from None
    depth = _depth(found)
    if depth > settings.json_nesting:
        raise WebError("web.deep-json", limit=settings.json_nesting, value=depth)
    return found


def _depth(value: Any) -> int:
    """Return how deep lists and objects are nested in a JSON value."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, list | dict)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth
