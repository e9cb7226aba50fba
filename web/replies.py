"""Answers about a person, firm or organisation as they arrive: JSON of the API, fields of a form. They are read and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from werkzeug.datastructures import MultiDict

from kg.eligibility.answers import DECLINED, NO, Profile, read_profile
from kg.eligibility.rules import Terms
from web.errors import WebError

ASKER, DAY, OFFERED = "as", "on", "offered"
"""Fields of a form beside the answers: who asks, on which day, and options that were offered and hold only when they are chosen too."""
_MOST_FIELDS = 100
_LONGEST = 200
_KOREA = timezone(timedelta(hours=9))


def today() -> date:
    """Return the present day in Korea."""
    return datetime.now(_KOREA).date()


def from_json(body: object, terms: Terms) -> Profile:
    """Read the body of `POST /api/eligibility`: numbers, booleans, texts, null for not known, lists, or an object of notation: boolean.

    Raises:
        WebError: it is no JSON object, or a value of it is of another type.
        ProfileError: an answer cannot be read.
    """
    if not isinstance(body, dict):
        raise WebError("web.bad-json")
    if len(body) > _MOST_FIELDS:
        raise WebError("web.too-many-fields", limit=_MOST_FIELDS, value=len(body))
    texts = {name: _texts(name, value) for name, value in body.items()}
    asker = _single(texts.pop(ASKER, ["person"]), "person")
    day = _single(texts.pop(DAY, []), "")
    return read_profile(asker, _day(day), texts, terms)


def from_fields(fields: Mapping[str, list[str]], terms: Terms) -> Profile:
    """Read the fields of a form.

    Raises:
        WebError, ProfileError: as `from_json`.
    """
    texts = dict(fields)
    asker = _single(texts.pop(ASKER, []), "person")
    day = _single(texts.pop(DAY, []), "")
    return read_profile(asker, _day(day), texts, terms)


def fields_of(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return the fields of a form with what was offered and not chosen written as a no, or as not said where "do not know" was chosen.

    Raises:
        WebError: there are more fields or longer ones than anybody needs.
    """
    found: dict[str, list[str]] = {}
    for name, value in form.items(multi=True):
        if len(found) > _MOST_FIELDS or len(value) > _LONGEST or len(name) > _LONGEST:
            raise WebError("web.too-many-fields", limit=_MOST_FIELDS, value=len(form))
        found.setdefault(name, []).append(value)
    offered = found.pop(OFFERED, [])
    unknown = "unsure" in found
    found.pop("unsure", None)
    for one in offered:
        name, _, value = one.partition("=")
        if value in found.get(name, []):
            continue
        if unknown:
            found.setdefault(name, []).append(DECLINED)
        else:
            found.setdefault(name, []).append("false" if value == "true" else NO + value)
    return found


def _texts(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(name, one)]
    if isinstance(value, dict):
        return [_signed(name, key, holds) for key, holds in value.items()]
    if value is None:
        return [DECLINED]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, int | float | str):
        return [str(value)[: _LONGEST + 1]]
    raise WebError("web.bad-parameter", name=name[:40], value=str(value)[:40])


def _signed(name: str, key: str, holds: Any) -> str:
    if not isinstance(holds, bool):
        raise WebError("web.bad-parameter", name=name[:40], value=str(holds)[:40])
    return key if holds else NO + key


def _single(texts: list[str], default: str) -> str:
    return texts[-1] if texts else default


def _day(text: str) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WebError("web.bad-parameter", name=DAY, value=text[:40]) from None
