"""Two languages without a compile step: Korean at `/…`, English at `/en/…`, words from `.po` files read as they are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from babel.support import NullTranslations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_domain
from markupsafe import Markup

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
        """Return the catalogue of the request's language."""
        return load_translations(current_language())


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
    # Asked hundreds of times a page, so the way round by Flask-Babel's locales is not taken.
    return str(request.environ.get(ENVIRON_KEY, DEFAULT)) if has_request_context() else DEFAULT


def gettext(message: str, **facts: object) -> str:
    """Return a sentence in the language of the request, with its facts filled in."""
    said: str = translations().gettext(message)
    return said % facts if facts else said


class PageWords:
    """The sentences of the pages for templates: said in the language of the request, with facts escaped.

    Jinja's own functions look up the catalogue, the language and how to escape for each of the hundred sentences of a page.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], Markup] = {}

    def gettext(self, message: str, **facts: object) -> Markup:
        """Return a sentence with its facts filled in."""
        key = (current_language(), message)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = Markup(translations().gettext(message))  # the catalogue's words are the project's own
        # As Jinja has it: a percent sign is always written twice.
        return said % facts

    @staticmethod
    def ngettext(singular: str, plural: str, number: int, **facts: object) -> Markup:
        """Return a sentence about a number of things, which it may name as `num`."""
        return Markup(translations().ngettext(singular, plural, number)) % ({"num": number} | facts)  # the project's own words


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
    words = PageWords()
    PoBabel().init_app(app, default_locale=DEFAULT, locale_selector=lambda: request.environ.get(ENVIRON_KEY, DEFAULT))
    app.jinja_env.globals.update(_=words.gettext, gettext=words.gettext, ngettext=words.ngettext)
