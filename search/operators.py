"""Takes a query apart: what must stand just so, what must not be there, what is asked of one field, and all the words to look for.

Quotes want words just so, a minus leaves out what has a word, a word for a field before a colon wants it there.
Anything else is text, so that nothing a visitor types is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from search.letters import compact

Sort = Literal["phrase", "without", "field"]
_QUOTES = {'"': '"', "“": "”", "「": "」"}
_PIECE = re.compile(r"(?P<minus>[-\u2212])?(?:(?P<field>[^\W\d_]{1,20}):)?(?P<body>\"[^\"]*\"|“[^”]*”|「[^」]*」|[^\s\"]+)|(?P<rest>\S)")


class Demand(Struct, frozen=True):
    """What a document must have, or must not.

    Attributes:
        sort: `phrase` just so, `without` not at all, `field` in certain fields.
        text: The words.
        fields: The fields (`search.documents.TEXT_FIELDS`), all if empty.
        is_phrase: The words are to stand just so.
        said: How it was written.
    """

    sort: Sort
    text: str
    fields: tuple[str, ...]
    is_phrase: bool
    said: str


class Asked(Struct, frozen=True):
    """A query taken apart: all its words but those that are excluded, and its demands."""

    text: str
    demands: tuple[Demand, ...]


def read_operators(text: str, fields: Mapping[str, tuple[str, ...]]) -> Asked:
    """Take a folded text apart.

    Args:
        fields: Words that name fields, with the fields.
    """
    words: list[str] = []
    demands: list[Demand] = []
    at = 0
    while match := _PIECE.search(text, at):
        at = match.end()
        demand = _demand(match, text, fields)
        if demand is None:
            words.append(match.group())
        else:
            demands.append(demand)
            words += [demand.text] if demand.sort != "without" else []
    if not compact(" ".join(words)):  # with nothing to look for there is nothing to leave out of it
        return Asked(text, ())
    return Asked(" ".join(words), tuple(demands))


def _demand(match: re.Match[str], text: str, fields: Mapping[str, tuple[str, ...]]) -> Demand | None:
    body = match["body"] or ""
    is_phrase = len(body) > 1 and _QUOTES.get(body[0]) == body[-1]
    words = body[1:-1].strip() if is_phrase else body
    named = fields.get((match["field"] or "").lower(), ())
    if not compact(words) or (match["field"] and not named):
        return None
    begins_word = match.start() == 0 or text[match.start() - 1].isspace()
    if match["minus"]:
        return Demand("without", words, named, is_phrase, match.group()) if begins_word else None
    if named:
        return Demand("field", words, named, is_phrase, match.group())
    return Demand("phrase", words, (), True, match.group()) if is_phrase else None
