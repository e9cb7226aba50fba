"""The client's address and scheme as a proxy in front of the site tells them, believed only from proxies that are named."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from kg.settings import networks
from web.kept import Application, Environ, StartResponse

_SCHEMES = frozenset({"http", "https"})


class BelievedProxies:
    """WSGI middleware that puts the client's address where the proxy's is. Anybody may send the headers, so others' are not read."""

    def __init__(self, app: Application, proxies: str) -> None:
        """Wrap an application.

        Args:
            app: Asks for the client at `REMOTE_ADDR`.
            proxies: Addresses and networks with commas between, as in the setting `proxies`.

        Raises:
            ValueError: one of them is neither.
        """
        self._app, self._proxies = app, networks(proxies)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as if the client had asked directly."""
        peer = environ.get("REMOTE_ADDR", "")
        if self._is_proxy(_address(peer)):
            environ["REMOTE_ADDR"] = self._client(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in _SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        return self._app(environ, start_response)

    def _client(self, peer: str, forwarded: str) -> str:
        """Walk from the nearest hop outwards up to the first that is no proxy of ours; what lies beyond may be made up."""
        for hop in reversed(forwarded.split(",")):
            found = _address(hop.strip())
            if found is None:
                return peer
            peer = str(found)
            if not self._is_proxy(found):
                return peer
        return peer

    def _is_proxy(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._proxies)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
