"""Ages in a query: how people say them is data (`data/lexicon/ages.tsv`), what they mean is a range of years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

OLDEST = 120
KINDS = ("at", "decade", "up-to", "below", "from", "between", "decades")
GROUP, LAST = "age", "last"
_DIGITS = re.compile(r"\d+")


class AgeForm(Struct, frozen=True):
    """One way to say an age: what the number says (`KINDS`) and the regular expression with a group `age`, and `last` for two."""

    kind: str
    pattern: str


class AgeWords(Struct, frozen=True):
    """Words (folded, without spaces) for people between two ages, both included. For finding, never for deciding."""

    least: int
    most: int
    words: tuple[str, ...]


class Age(Struct, frozen=True):
    """An age as said: the words, the years it may mean (both included), and the form to look for in texts."""

    said: str
    least: int
    most: int

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the years of the range as index terms."""
        return tuple(map(str, range(self.least, self.most + 1)))


def age_terms(ranges: Iterable[tuple[int | None, int | None]]) -> list[str]:
    """Return every year that some range includes as index terms; an open end goes on to the oldest or youngest age."""
    years = {year for least, most in ranges for year in range(least or 0, min(OLDEST, OLDEST if most is None else most) + 1)}
    return [str(year) for year in sorted(years)]


def read_ages(text: str, forms: Iterable[AgeForm]) -> tuple[str, tuple[Age, ...]]:
    """Take the ages out of a folded text.

    Returns:
        The text with each age replaced by a space, and the ages in the order of the forms.
    """
    found: list[Age] = []
    for form in forms:
        pattern = re.compile(form.pattern)
        for match in pattern.finditer(text):
            age = _age(form.kind, match[0], int(match[GROUP]), int(match.groupdict().get(LAST) or match[GROUP]))
            found += [age] if age.least <= age.most <= OLDEST else []
        text = pattern.sub(" ", text)
    return text, tuple(found)


def read_numerals(text: str, numerals: Mapping[str, str]) -> str:
    """Write ages that are said in words with digits.

    Args:
        numerals: Words and how they are written: tens (`60`, or with the word for years where they need no other word behind them), ones
            (`5`), and what may follow a number (no digits).
    """
    tens, ones, units = ([word for word, written in numerals.items() if fits(written)] for fits in (_is_ten, _is_one, _is_unit))
    if not (tens and ones and units):
        return text
    ten, one, unit = ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) for words in (tens, ones, units))
    pattern = rf"(?<!\w)(?P<ten>{ten})(?:(?P<one>{one})|\s+(?P<apart>{one})(?=\s*(?:{unit})))?(?:\s*(?P<unit>{unit}))?"
    return re.sub(pattern, lambda match: _written(match, numerals), text)


def _written(match: re.Match[str], numerals: Mapping[str, str]) -> str:
    number = _DIGITS.match(numerals[match["ten"]])
    assert number
    unit = numerals[match["unit"]] if match["unit"] else numerals[match["ten"]][number.end() :]
    if not unit and match["one"]:
        # A ten that is also another word is none when a one is joined to it.
        unit = next((written.lstrip("0123456789") for written in numerals.values() if _is_ten(written) and not written.isdecimal()), "")
    return f"{int(number[0]) + int(numerals.get(match['one'] or match['apart'] or '', 0))}{unit}" if unit else match[0]


def _is_ten(written: str) -> bool:
    return written[:1].isdecimal() and not _is_one(written)


def _is_one(written: str) -> bool:
    return written.isdecimal() and int(written) < 10


def _is_unit(written: str) -> bool:
    return not written[:1].isdecimal()


def words_for(age: Age, words: Iterable[AgeWords]) -> tuple[str, ...]:
    """Return the words for people of an age; a range has those of its middle."""
    middle = (age.least + age.most) // 2
    return tuple(word for one in words if one.least <= middle <= one.most for word in one.words)


def _age(kind: str, said: str, years: int, last: int) -> Age:
    least, most = {
        "at": (years, years),
        "decade": (years, years + 9),
        "up-to": (max(0, years - 20), years),
        "below": (max(0, years - 20), years - 1),
        "from": (years, min(OLDEST, years + 20)),
        "between": (years, last),
        "decades": (years, last + 9),
    }[kind]
    return Age(said.strip(), least, most)
