"""Pages that read no parameters are the same page whatever is hung on their address."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

THINGS = ("/id/kr/group/youth", "/id/11410/plan/2022", "/id/kr/sector/direct")


@pytest.mark.parametrize("root", ["", "/en"])
@pytest.mark.parametrize("query", ["utm_source=news", "n=1&n=2", "q=%EC%B2%AD%EB%85%84&offset=20", "%ff"])
def test_a_thing_is_the_same_page_with_any_parameters(client: FlaskClient, root: str, query: str) -> None:
    for path in THINGS:
        plain = client.get(f"{root}{path}")
        marked = client.get(f"{root}{path}?{query}")
        assert plain.status_code == marked.status_code == 200
        assert marked.data == plain.data


def test_a_thing_asked_with_too_long_an_address_is_still_refused(client: FlaskClient) -> None:
    assert client.get(f"{THINGS[0]}?n={'1' * 20000}").status_code == 414


def test_a_search_keeps_its_parameters(client: FlaskClient) -> None:
    assert client.get("/search?q=청년").data != client.get("/search").data
