"""Parameters that pages do not read: whatever others hang on a link, it is the same page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST = 1024


class UnreadParameters:
    """WSGI layer that takes the parameters away that the pages below some addresses do not read.

    Campaign marks and numbers against caches make one page into thousands, each of which would be made and kept by itself.
    What is longer than any of those stays, to be refused where everything too long is.
    """

    def __init__(self, app: WSGIApplication, folders: tuple[str, ...], read: Collection[str]) -> None:
        """Wrap an application.

        Args:
            folders: Beginnings of the paths of such pages, in all languages.
            read: Names of the parameters that they read.
        """
        self._app, self._folders, self._read = app, folders, frozenset(read)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        query = environ.get("QUERY_STRING", "")
        if query and len(query) <= _LONGEST and environ.get("PATH_INFO", "").startswith(self._folders):
            environ["QUERY_STRING"] = "&".join(pair for pair in query.split("&") if pair.partition("=")[0] in self._read)
        return self._app(environ, start_response)
