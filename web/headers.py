"""Headers of every answer: safety, freshness, languages."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, g, request

from web.i18n import LANGUAGES, current_language, path_in
from web.version import CodeVersion

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_YEAR_S = 31536000


def init_headers(app: Flask, code: CodeVersion) -> None:
    """Add the headers to every answer of an app.

    Args:
        code: Version of the code; part of each ETag, so that an edited template is never hidden by an old one.
    """

    def finish(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend((name, value) for name, value in SECURITY.items() if name.lower() not in given)
        if request.endpoint == "static":
            response.cache_control.no_cache = None
            response.cache_control.max_age = _YEAR_S if request.args.get("v") == code.fingerprint else 300
            return response
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = current_language()
            if response.status_code == 200:
                _link_languages(response)
        return _with_etag(response, code)

    app.after_request(finish)


def _link_languages(response: Response) -> None:
    for language in LANGUAGES:
        response.headers.add("Link", f'<{path_in(language)}>; rel="alternate"; hreflang="{language}"')


def _with_etag(response: Response, code: CodeVersion) -> Response:
    """Make a readable, repeatable answer conditional: its tag is the snapshot, the code, the source texts, the language and the format."""
    site = g.get("site")
    if site is None or request.method not in ("GET", "HEAD") or response.status_code != 200 or response.cache_control.no_store:
        return response
    if request.if_match.star_tag:
        return response  # any answer will do; werkzeug takes the star for a tag
    if "ETag" in response.headers:
        response.make_conditional(request)
        return response
    parts = (site.snapshot.id, code.release, code.fingerprint, code.texts, current_language(), response.mimetype or "")
    response.set_etag(hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32])
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
