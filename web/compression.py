"""Sends what compresses well compressed, to clients that take it."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_TEXTUAL = ("text/", "application/json", "application/ld+json", "application/problem+json", "application/n-", "application/trig")
_LEAST_BYTES = 1024
_LEVEL = 5


def init_compression(app: Flask) -> None:
    """Compress answers of an app with gzip; register before whatever makes entity tags, because hooks run last to first."""

    def squeeze(response: Response) -> Response:
        if request.endpoint == "static" or response.direct_passthrough or not _is_textual(response):
            return response
        if "accept-encoding" not in response.headers.get("Vary", "").lower():
            response.vary.add("Accept-Encoding")
        if response.status_code == 304 or "Content-Encoding" in response.headers or "Accept-Encoding" not in request.headers:
            return response
        body = response.get_data()
        if len(body) < _LEAST_BYTES or request.accept_encodings.quality("gzip") <= 0:
            return response
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        tag, _ = response.get_etag()
        if tag:
            response.set_etag(tag, weak=True)  # other bytes, same meaning
        return response

    app.after_request(squeeze)


def _is_textual(response: Response) -> bool:
    kind = response.mimetype or ""
    return kind.startswith(_TEXTUAL) or kind.endswith(("+xml", "+json", "/xml"))
