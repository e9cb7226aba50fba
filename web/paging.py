"""Long lists of a page: the first few with a link to the rest, or one list alone and whole, by pages (`show`, `page`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from msgspec import Struct

from web.context import whole_number
from web.errors import WebError
from web.links import address

_PAGE = 50


class Listed(Struct, frozen=True):
    """A list: its name (the value of `show`), how many it holds in all, those shown, the addresses of the rest and of the pages around."""

    name: str
    total: int
    items: tuple[Any, ...]
    whole: str = ""
    before: str = ""
    after: str = ""

    @property
    def left(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.items)


def shown_alone(names: Sequence[str]) -> str:
    """Return which list the request asks to see alone; empty when none.

    Raises:
        WebError: 400, there is no such list.
    """
    show = request.args.get("show", "")
    if show and show not in names:
        raise WebError("web.bad-parameter", name="show", value=show[:40])
    return show


def first_of(endpoint: str, name: str, items: Sequence[Any], few: int, /, **values: str | None) -> Listed:
    """Return the first few of a list; all when they are hardly more.

    Args:
        endpoint: The view whose parameters `show` and `page` show the list alone.
        values: What else its address takes.
    """
    shown = tuple(items) if len(items) <= few + few // 4 else tuple(items[:few])
    return Listed(name, len(items), shown, address(endpoint, show=name, **values))


def page_of(endpoint: str, name: str, items: Sequence[Any], /, **values: str | None) -> Listed:
    """Return the page of a list that the request asks for; see `first_of`.

    Raises:
        WebError: 400, there is no such page.
    """
    last = max(1, -(-len(items) // _PAGE))
    number = whole_number("page", 1, 1, last)

    def at(page: int) -> str:
        return address(endpoint, show=name, page=page, **values) if 1 <= page <= last else ""

    shown = tuple(items[(number - 1) * _PAGE : number * _PAGE])
    return Listed(name, len(items), shown, address(endpoint, show=name, **values), at(number - 1), at(number + 1))


def listed(endpoint: str, lists: Mapping[str, Sequence[Any]], few: int, /, **values: str | None) -> dict[str, Listed]:
    """Return the first few of every list, or the one that the request asks for.

    Raises:
        WebError: 400, there is no such list or page.
    """
    show = shown_alone(tuple(lists))
    if show:
        return {show: page_of(endpoint, show, lists[show], **values)}
    return {name: first_of(endpoint, name, items, few, **values) for name, items in lists.items()}
