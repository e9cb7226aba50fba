"""Who the client is: the address a request came from, unless a proxy that was named says another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask

from kg.errors import SettingsError
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from web.app import create_app
from web.proxies import BelievedProxies
from web.serving import SearchOpener

BOMB = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D"


def told(proxies: str, peer: str, **headers: str) -> tuple[str, str]:
    """Return client and scheme that an application is given."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        seen.update(environ)
        return []

    BelievedProxies(app, proxies)({"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **headers}, lambda *_: None)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "client"),
    [
        ("", "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("127.0.0.1", "127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 10.0.0.0/8", "127.0.0.1", "192.0.2.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9:4711\r\nX: y", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("::1", "::1", "2001:DB8:0::1", "2001:db8::1"),
        ("10.0.0.0/8", "10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
    ],
)
def test_the_client_is_the_first_hop_that_is_no_proxy_of_ours(proxies: str, peer: str, forwarded: str, client: str) -> None:
    assert told(proxies, peer, HTTP_X_FORWARDED_FOR=forwarded)[0] == client


def test_the_scheme_is_believed_from_a_proxy_only_and_only_if_it_is_one() -> None:
    assert told("127.0.0.1", "127.0.0.1", HTTP_X_FORWARDED_PROTO="https")[1] == "https"
    assert told("127.0.0.1", "203.0.113.9", HTTP_X_FORWARDED_PROTO="https")[1] == "http"
    assert told("127.0.0.1", "127.0.0.1", HTTP_X_FORWARDED_PROTO="javascript")[1] == "http"


def test_a_setting_that_is_no_address_is_refused_with_its_name() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({"ITDA_PROXIES": "127.0.0.1, loopback"})
    assert refused.value.facts["name"] == "ITDA_PROXIES"


@pytest.fixture(scope="module")
def stingy(settings: Settings, published: Snapshot) -> Iterable[Flask]:
    """A site behind a proxy that gives each client hardly any query time."""
    assert published.path.exists()
    tight = {"proxies": "127.0.0.1", "query_budget_s": 0.01, "query_deadline_s": 0.3}
    made = create_app(settings.model_copy(update=tight), SearchOpener())
    with made.extensions["itda"].lease() as site:
        site.queries.start()  # what a query waits for its process is no time of its own
    yield made
    made.extensions["itda"].close()


def test_behind_a_proxy_each_client_has_a_budget_of_its_own_and_cannot_take_anothers_name(stingy: Flask) -> None:
    client = stingy.test_client()

    def ask(forwarded: str, peer: str = "127.0.0.1") -> int:
        headers = {"X-Forwarded-For": forwarded, "Accept": "application/json"}
        return client.get(BOMB, headers=headers, environ_base={"REMOTE_ADDR": peer}).status_code

    assert ask("203.0.113.1") == 504
    assert ask("203.0.113.1") == 429
    assert ask("203.0.113.2") == 504
    assert ask("198.51.100.99, 203.0.113.1") == 429
    assert ask("203.0.113.3", peer="203.0.113.2") == 429
