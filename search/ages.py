"""Ages in a query: how people say them is data (`data/lexicon/ages.tsv`), what they mean is a range of years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OLDEST = 120
KINDS = ("at", "decade", "up-to", "below", "from")
GROUP = "age"


@dataclass(frozen=True, slots=True)
class AgeForm:
    """One way to say an age: what the number says (`KINDS`) and the regular expression with a group `age`."""

    kind: str
    pattern: str


@dataclass(frozen=True, slots=True)
class AgeWords:
    """Words (folded, without spaces) for people between two ages, both included. For finding, never for deciding."""

    least: int
    most: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Age:
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
            age = _age(form.kind, match[0], int(match[GROUP]))
            found += [age] if age.least <= age.most <= OLDEST else []
        text = pattern.sub(" ", text)
    return text, tuple(found)


def read_numerals(text: str, numerals: Mapping[str, int]) -> str:
    """Write ages that are said in words with digits: a ten with a one behind it, or before the word for years.

    Args:
        numerals: Words for tens and ones; 0 marks the word for years.
    """
    tens, ones, years = ([word for word, number in numerals.items() if fits(number)] for fits in (_is_ten, _is_one, _is_unit))
    if not (tens and ones and years):
        return text
    ten, one, unit = ("|".join(map(re.escape, words)) for words in (tens, ones, years))
    pattern = rf"(?<!\w)(?P<ten>{ten})(?:(?P<one>{one})(?:\s*(?:{unit}))?|\s*(?:{unit}))"
    return re.sub(pattern, lambda match: f"{numerals[match['ten']] + numerals.get(match['one'] or '', 0)}{years[0]}", text)


def _is_ten(number: int) -> bool:
    return number >= 10


def _is_one(number: int) -> bool:
    return 0 < number < 10


def _is_unit(number: int) -> bool:
    return number == 0


def words_for(age: Age, words: Iterable[AgeWords]) -> tuple[str, ...]:
    """Return the words for people of an age; a range has those of its middle."""
    middle = (age.least + age.most) // 2
    return tuple(word for one in words if one.least <= middle <= one.most for word in one.words)


def _age(kind: str, said: str, years: int) -> Age:
    least, most = {
        "at": (years, years),
        "decade": (years, years + 9),
        "up-to": (max(0, years - 20), years),
        "below": (max(0, years - 20), years - 1),
        "from": (years, min(OLDEST, years + 20)),
    }[kind]
    return Age(said.strip(), least, most)
