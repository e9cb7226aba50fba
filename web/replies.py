"""Answers about a person, firm or organisation as they arrive: JSON of the API, fields of a form. They are read and forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from werkzeug.datastructures import MultiDict

from kg.eligibility.answers import DECLINED, NO, Profile, read_profile
from kg.eligibility.rules import Catalogue, Concept, Terms
from kg.eligibility.testing import may_be
from search.describing import SINGLE, Fact
from web.errors import WebError

ASKER, DAY = "as", "on"
"""Fields beside the answers: who asks, and the day on which ages are counted."""
_ACTIONS = ("answer", "remove", "offered", "unsure", "who", "need", "q", "program")
"""Fields of a form that are no answers themselves."""
_BORN = "born-"
_AGE, _BIRTH = "age", "birthDate"
_MOST_FIELDS = 300
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
    """Return the answers of a form, by name.

    `answer` (`name=value`, values separated by `|`) takes the place of what was said before, but not knowing a narrower answer (`?`) leaves
    it standing; `remove` takes an answer back. What was `offered` and not chosen does not hold, or is not said where `unsure` was pressed.

    Raises:
        WebError: there are more fields or longer ones than anybody needs.
    """
    if len(form.get("q", "")) > _LONGEST:
        raise WebError("web.too-long", limit=_LONGEST, value=len(form["q"]))
    if sum(1 for _ in form.items(multi=True)) > _MOST_FIELDS or any(len(value) > _LONGEST for value in form.values()):
        raise WebError("web.too-many-fields", limit=_MOST_FIELDS, value=len(form))
    found = {name: list(dict.fromkeys(form.getlist(name))) for name in form if name not in _ACTIONS}
    for given in form.getlist("answer"):
        name, _, value = given.partition("=")
        if name == _AGE and value != DECLINED:
            found.pop(_BIRTH, None)
        found[name] = [*found.get(name, []), DECLINED] if value == DECLINED else value.split("|")
    for offered in [] if "remove" in form else form.getlist("offered"):
        name, _, value = offered.partition("=")
        values = found.setdefault(name, [])
        if value not in values:
            no = "false" if value == "true" else NO + value
            values.append(DECLINED if "unsure" in form else no)
    for name in form.getlist("remove"):
        found.pop(name, None)
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def passed_over(fields: Mapping[str, list[str]], offered: Iterable[str], catalogue: Catalogue) -> dict[str, list[str]]:
    """Take back each no that comes only from not ticking a group whose recorded meaning is met, or in part, or may still be.

    Somebody who ticks one word for people of their age does not deny the others; what the words are said to mean decides.
    """
    groups = {concept.notation: concept for concept in catalogue.terms.concepts.values() if concept.kind == "group"}
    pairs = [
        (name, value) for name, _, value in (one.partition("=") for one in offered) if NO + value in fields.get(name, ()) and name in groups
    ]
    taken = {name: [text for text in values if (name, text.removeprefix(NO)) not in pairs] for name, values in fields.items()}
    profile, kept = from_fields(taken, catalogue.terms), {name: list(values) for name, values in fields.items()}
    for name, value in pairs:
        meant = [one.iri for one in catalogue.terms.values.values() if one.scheme == groups[name].scheme and one.notation == value]
        if any(may_be(catalogue, group, profile) for group in meant):
            kept[name] = [DECLINED + value if text == NO + value else text for text in kept[name]]
    return kept


def telling(facts: Iterable[Fact], catalogue: Catalogue) -> tuple[Fact, ...]:
    """Return the facts that can change a verdict of this plan, and needs and kinds of asker: others would be shown back for nothing."""
    by_notation = {concept.notation: concept for concept in catalogue.terms.concepts.values()}
    return tuple(fact for fact in facts if fact.name in ("need", ASKER) or _tells(by_notation.get(fact.name), fact.value, catalogue))


def _tells(concept: Concept | None, value: str, catalogue: Catalogue) -> bool:
    if concept is None or concept.iri not in catalogue.deciding:
        return False
    own = [
        one
        for one in catalogue.terms.values.values()
        if concept.scheme and one.scheme == concept.scheme and one.notation == value.removeprefix(NO)
    ]
    return not own or any(catalogue.matters(one) for one in own)


def add_facts(fields: dict[str, list[str]], facts: Iterable[Fact]) -> None:
    """Add what was understood of somebody's own words; of answers of which there is only one, the new one wins. Needs are no answers."""
    on = _day(_single(fields.get(DAY, []), ""))
    for fact in facts:
        if fact.name == "need":
            continue
        value = answer_value(fact, on)
        if fact.name == _AGE:
            fields.pop(_BIRTH, None)
        if fact.name in SINGLE:
            fields[fact.name] = [value]
        else:
            fields[fact.name] = [one for one in fields.get(fact.name, []) if one.removeprefix(NO) != value] + [value]


def answer_value(fact: Fact, on: date) -> str:
    """Return the answer that a fact stands for; a year of birth leaves two ages open on a day."""
    if not fact.value.startswith(_BORN):
        return fact.value
    years = on.year - int(fact.value.removeprefix(_BORN))
    return f"{max(0, years - 1)}-{years}"


def _texts(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(name, one)]
    if isinstance(value, dict):
        return [_signed(name, key, holds) for key, holds in value.items()]
    if value is None:
        return [DECLINED]
    if isinstance(value, bool):
        return [str(value).lower()]
    # As a text, "-18" is a range up to 18; a number below zero is a mistake.
    if isinstance(value, int | float | str) and (isinstance(value, str) or value >= 0):
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
