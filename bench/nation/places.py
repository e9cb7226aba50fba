"""The governments of a made-up nation, and how its programmes are spread over them and over the years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from bench.nation.vocabulary import Vocabulary
from kg.vocab import ID

PROVINCES = 17
FIRST_PROVINCE = 60
"""No province has such a code."""
FIRST_YEAR = 2021


@dataclass(frozen=True, slots=True)
class Place:
    """A province or government: its code, its names, and the IRI of its area."""

    code: str
    korean: str
    english: str

    @property
    def area(self) -> str:
        """Return the IRI of its area."""
        return f"{ID}kr/area/{self.code}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one government for one year, and how many programmes begin in it."""

    government: Place
    province: Place
    year: int
    programs: int


@dataclass(frozen=True)
class Nation:
    """A made-up nation: the same numbers and seed, the same nation.

    Attributes:
        programs: How many programmes there are in all.
        governments: Over how many local governments; a tenth of them has a third of the programmes.
        years: Over how many years; the later the more.
    """

    vocabulary: Vocabulary
    programs: int
    governments: int = 243
    years: int = 5
    seed: int = 243

    @cached_property
    def places(self) -> tuple[tuple[Place, Place], ...]:
        """Each government with its province, the largest first."""
        random, words = Random(f"{self.seed}/places"), self.vocabulary.words
        provinces = [self._place(random, f"{FIRST_PROVINCE + n}", words["provinces"]) for n in range(PROVINCES)]
        taken = {place.korean for place in provinces}
        found = []
        for number in range(self.governments):
            province = provinces[number % PROVINCES]
            while (place := self._place(random, f"{province.code}{number:03}", words["governments"])).korean in taken:
                pass
            taken.add(place.korean)
            found.append((place, province))
        return tuple(found)

    def _place(self, random: Random, code: str, kinds: list[list[str]]) -> Place:
        (korean, english), (kind, suffix) = self.vocabulary.coined(random, 2), random.choice(kinds)
        return Place(code, korean + kind, english + suffix)

    def plans(self) -> Iterator[Plan]:
        """Yield every plan, by government and year."""
        shares = [(rank + 8) ** -0.8 * (year + 3) for rank in range(self.governments) for year in range(self.years)]
        whole, done, given = sum(shares), 0.0, 0
        for at, share in enumerate(shares):
            done += share
            upto = round(self.programs * done / whole)
            place, province = self.places[at // self.years]
            yield Plan(place, province, FIRST_YEAR + at % self.years, upto - given)
            given = upto
