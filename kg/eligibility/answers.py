"""Answers of one person, firm or organisation: how they are written, and what they may mean."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from kg.eligibility.rules import KINDS, Area, Concept, Kind, Terms
from kg.errors import ProfileError
from kg.vocab import ID

AGE = ID + "kr/concept/age"
DECLINED = "?"
"""How it is written that somebody does not know or does not say."""
NO = "-"
_NUMBER = r"[0-9]{1,7}(?:\.[0-9]{1,3})?"
_SPAN = re.compile(rf"(?P<low>{_NUMBER})?-(?P<high>{_NUMBER})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_VALUES = 100
_OLDEST = 150


class Span(Struct, frozen=True):
    """A number, or a range that it lies in; both ends included, None where it is open."""

    low: Decimal | None
    high: Decimal | None


class Truth(Struct, frozen=True):
    """Yes or no."""

    holds: bool


class Values(Struct, frozen=True):
    """Concepts that hold, and concepts that do not; of any other nothing is known.

    Attributes:
        passed: Groups that were offered and neither chosen nor denied: what is recorded of their meaning decides them, and nothing else.
    """

    yes: frozenset[str]
    no: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


class Place(Struct, frozen=True):
    """An area that holds the place, if one is known, and areas that do not."""

    within: str
    outside: frozenset[str] = frozenset()


Answer = Span | Truth | Values | Place


class Profile(Struct, frozen=True):
    """Who asks, on which day, with which answers.

    Attributes:
        on: The day on which ages are counted.
        answers: By the IRI of what is asked.
        texts: The same as it was written, by notation, for showing and sending on.
        birth: Date of birth, where it was given.
        declined: IRIs of what was asked and is not known or not said, so that it is not asked again.
    """

    asker: Kind
    on: date
    answers: Mapping[str, Answer]
    texts: Mapping[str, tuple[str, ...]]
    birth: date | None = None
    declined: frozenset[str] = frozenset()

    def given(self, concept: str) -> Answer | None:
        """Return the answer to a concept, or None."""
        return self.answers.get(concept)


def read_profile(asker: str, on: date, texts: Mapping[str, Sequence[str]], terms: Terms) -> Profile:
    """Read answers that are written as texts.

    A number is `27`, `19-34`, `65-` or `-18`; yes and no are `true` and `false`; a concept is its notation, with `-` before it when it does
    not hold and `?` where it was offered and passed over, and may be repeated; an area is a name, notation or IRI, with `-` before it when
    the place lies outside; `?` alone is not known or not said. `birthDate` is a date that stands for an age; an age beside it has to agree.

    Raises:
        ProfileError: `profile.unknown-field` (facts `name`, `nearest`), `profile.bad-value` (`name`, `value`, `expected`),
            `profile.ambiguous-area` (`value`, `candidates`).
    """
    if asker not in KINDS:
        raise ProfileError("profile.bad-value", name="as", value=asker[:40], expected=", ".join(KINDS))
    by_notation = {concept.notation: concept for concept in terms.concepts.values() if concept.kind != "judgement"}
    answers: dict[str, Answer] = {}
    declined = set[str]()
    kept: dict[str, tuple[str, ...]] = {}
    birth = None
    for name, values in texts.items():
        written = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))[:_MOST_VALUES]
        if not written:
            continue
        if name == "birthDate":
            birth, kept[name] = _birth(written[0], on), written[:1]
            continue
        if name not in by_notation:
            raise ProfileError("profile.unknown-field", name=name[:40], nearest=_nearest(name, by_notation))
        concept = by_notation[name]
        kept[name] = written
        if DECLINED in written:
            declined.add(concept.iri)
        if said := tuple(text for text in written if text != DECLINED):
            answers[concept.iri] = _answer(concept, said, terms)
    if birth is not None:
        answers[AGE] = _age_of(birth, on, answers.get(AGE))
    return Profile(_kind(asker), on, answers, kept, birth, frozenset(declined))


def age_on(birth: date, on: date) -> int:
    """Return the completed years of age on a day; somebody born on 29 February turns older on 1 March of other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _age_of(birth: date, on: date, said: Answer | None) -> Span:
    """Return the age on a day; one that was said beside the date of birth has to hold it."""
    years = Decimal(age_on(birth, on))
    if isinstance(said, Span) and not (said.low or 0) <= years <= (said.high if said.high is not None else _OLDEST):
        raise ProfileError("profile.bad-value", name="age", value=f"{said.low or ''}-{said.high or ''}", expected=f"{years} (birthDate)")
    return Span(years, years)


def _kind(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)


def _birth(text: str, on: date) -> date:
    try:
        birth = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        birth = None
    if birth is None or not 0 <= age_on(birth, on) <= _OLDEST:
        raise ProfileError("profile.bad-value", name="birthDate", value=text[:40], expected="YYYY-MM-DD")
    return birth


def _answer(concept: Concept, texts: tuple[str, ...], terms: Terms) -> Answer:
    if concept.kind == "number":
        return _span(concept, texts[-1])
    if concept.kind == "boolean":
        if texts[-1] not in ("true", "false"):
            raise _bad(concept, texts[-1], "true, false")
        return Truth(texts[-1] == "true")
    if concept.kind == "area":
        return _place(concept, texts, terms)
    return _values(concept, texts, terms)


def _span(concept: Concept, text: str) -> Span:
    """Read a number or a range; ages are completed years, so that parts of a year do not count."""
    found = _SPAN.fullmatch(text)
    if found and (found["low"] or found["high"]):
        low, high = (Decimal(found[end]) if found[end] else None for end in ("low", "high"))
    elif re.fullmatch(_NUMBER, text):
        low = high = Decimal(text)
    else:
        raise _bad(concept, text, "27, 19-34, 65-")
    if low is not None and high is not None and low > high:
        raise _bad(concept, text, "27, 19-34, 65-")
    if concept.iri != AGE:
        return Span(low, high)
    if any(end > _OLDEST for end in (low, high) if end is not None):
        raise _bad(concept, text, f"0-{_OLDEST}")
    return Span(*(None if end is None else end // 1 for end in (low, high)))


def _values(concept: Concept, texts: tuple[str, ...], terms: Terms) -> Values:
    own = {value.notation: value for value in terms.values.values() if value.scheme == concept.scheme}
    yes, no, passed = set[str](), set[str](), set[str]()
    for text in texts:
        bare = text.removeprefix(NO).removeprefix(DECLINED)
        name = bare.removeprefix(concept.scheme + "/")
        if name not in own:
            raise _bad(concept, bare, ", ".join(sorted(own)))
        (no if text.startswith(NO) else passed if text.startswith(DECLINED) else yes).add(own[name].iri)
    if concept.scheme in terms.exclusive and len(yes) > 1:
        raise _bad(concept, ", ".join(texts), "1")
    return Values(frozenset(yes), frozenset(no - yes), frozenset(passed - yes - no))


def _place(concept: Concept, texts: tuple[str, ...], terms: Terms) -> Place:
    within, outside = "", set[str]()
    for text in texts:
        area = _area(concept, text.removeprefix(NO), terms.areas)
        if text.startswith(NO):
            outside.add(area)
        else:
            within = area
    return Place(within, frozenset(outside))


def _area(concept: Concept, text: str, areas: Mapping[str, Area]) -> str:
    """Return the area that a text names: its IRI or notation, a preferred name, else another name (MODEL 8)."""
    if text in areas:
        return text
    for fits in (_has_notation, _is_called, _has_alias):
        found = [area.iri for area in areas.values() if fits(area, text)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ProfileError("profile.ambiguous-area", value=text[:40], candidates=", ".join(sorted(found)))
    names = [area.names[0] for area in areas.values() if area.names]
    raise ProfileError("profile.unknown-area", name=concept.notation, value=text[:40], nearest=_nearest(text, names))


def _has_notation(area: Area, text: str) -> bool:
    return bool(area.notation) and area.notation == text


def _is_called(area: Area, text: str) -> bool:
    return area.names[:1] == (text,)


def _has_alias(area: Area, text: str) -> bool:
    return text in area.names


def _nearest(text: str, names: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(text, list(names), 1)), "")


def _bad(concept: Concept, value: str, expected: str) -> ProfileError:
    return ProfileError("profile.bad-value", name=concept.notation, value=value[:40], expected=expected)
