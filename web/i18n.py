"""Two languages without a compile step: Korean at `/…`, English at `/en/…`, words from `.po` files read as they are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from babel.support import NullTranslations
from flask import Flask, request
from flask_babel import Babel, Domain, get_domain, get_locale

from web.catalogue import load_translations

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT = "ko"
LANGUAGES = ("ko", "en")
ENVIRON_KEY = "itda.language"
_ENGLISH = "/en"
_LONGEST_QUERY = 8192
_IN_PATHS = "/:@!$&'()*+,;=~"


class PoDomain(Domain):  # type: ignore[misc]  # flask-babel 4.0 ships no types
    """Flask-Babel's message domain over `.po` files, so that an edited sentence needs no compile step."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the request's language, read once per process."""
        language = current_language()
        if language not in self.cache:
            self.cache[language] = load_translations(language)
        found: NullTranslations = self.cache[language]
        return found


class PoBabel(Babel):  # type: ignore[misc]  # flask-babel 4.0 ships no types
    """Flask-Babel with `PoDomain` as its domain."""

    @cached_property
    def domain_instance(self) -> PoDomain:
        """The one domain of the site."""
        return PoDomain()


class LanguagePrefix:
    """WSGI layer that takes `/en` off the path, so that every route exists once and `url_for` keeps the language."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("PATH_INFO", "")
        environ[ENVIRON_KEY] = DEFAULT
        if path == _ENGLISH or path.startswith(_ENGLISH + "/"):
            environ[ENVIRON_KEY] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + _ENGLISH
            environ["PATH_INFO"] = path[len(_ENGLISH) :] or "/"
        return self._app(environ, start_response)


def current_language() -> str:
    """Return the language of the page being made: `ko` or `en`."""
    locale = get_locale()
    return str(locale.language) if locale else DEFAULT


def gettext(message: str, **facts: object) -> str:
    """Return a sentence in the language of the request, with its facts filled in."""
    said: str = translations().gettext(message)
    return said % facts if facts else said


def gettext_in(language: str, message: str, **facts: object) -> str:
    """Return a sentence in a language that need not be the request's."""
    said: str = load_translations(language).gettext(message)
    return said % facts if facts else said


def translations() -> NullTranslations:
    """Return the catalogue of the request's language."""
    found: NullTranslations = get_domain().get_translations()
    return found


def path_in(language: str) -> str:
    """Return the path and query of the present page in another language; a query longer than any page takes is left out."""
    root = request.root_path.removesuffix(_ENGLISH)
    prefix = _ENGLISH if language == "en" else ""
    query = request.query_string.decode("ascii", "replace")
    # A decoded path may hold any character, line ends as well, which would end a header.
    path = quote(f"{root}{prefix}{request.path}", safe=_IN_PATHS)
    return path + (f"?{query}" if query and len(query) <= _LONGEST_QUERY else "")


def init_languages(app: Flask) -> None:
    """Give the app its languages: the prefix layer, the catalogue and the selector."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]  # the documented way to add a layer
    PoBabel().init_app(app, default_locale=DEFAULT, locale_selector=lambda: request.environ.get(ENVIRON_KEY, DEFAULT))
