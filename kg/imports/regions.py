"""Which area a service is for, from the names of an office or of places or from area codes. What is not known rules nobody out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

Level = Literal["nationwide", "region", "district"]
UNNAMED = "?"
"""Stands for a region that the source does not name at all."""
_PROVINCE = 2
"""Digits of the code of a province or metropolitan city, which begins the codes of its districts."""


class Area(Struct, frozen=True):
    """An area of the ontology: its IRI, code, names and the area it lies in."""

    iri: str
    code: str
    names: tuple[str, ...]
    within: str


class Region(Struct, frozen=True):
    """Where somebody has to be.

    Attributes:
        areas: In one of these it is certain to hold.
        perhaps: In one of these it may hold: a narrower part is meant that is not known here.
        named: The part that is not known, as written; with neither `areas` nor `perhaps` the whole area is not known.
        is_inferred: The area follows from the name of the office only.
    """

    areas: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    named: str = ""
    is_inferred: bool = False

    @property
    def is_everywhere(self) -> bool:
        """Say whether there is no limit."""
        return not (self.areas or self.perhaps or self.named)


EVERYWHERE = Region()


class Gazetteer:
    """Finds areas by name and by code."""

    def __init__(self, areas: Iterable[Area]) -> None:
        found = tuple(areas)
        self._by_code: Mapping[str, Area] = {area.code: area for area in found}
        self._by_name: dict[str, list[Area]] = defaultdict(list)
        for area in found:
            for name in area.names:
                self._by_name[name].append(area)

    def of_names(self, names: Sequence[str], level: Level = "district", inferred: bool = False) -> Region:
        """Return the region that names stand for, the widest first, such as a city and its district.

        Args:
            names: Words of an office's name, or the names of places; what stands behind a district is not looked at.
            level: `region` when only the first name counts.
            inferred: The names are those of an office.
        """
        written = " ".join(names)
        if level == "nationwide" or not names:
            return EVERYWHERE if level == "nationwide" else Region(named=written or UNNAMED, is_inferred=inferred)
        province = self._only(names[0], None)
        if province is None or len(province.code) != _PROVINCE:
            return Region(named=written, is_inferred=inferred)
        if level == "region" or len(names) == 1:
            return Region((province.iri,), is_inferred=inferred)
        district = self._only(names[1], province.iri)
        if district is not None:
            return Region((district.iri,), is_inferred=inferred)
        return Region(perhaps=(province.iri,), named=written, is_inferred=inferred)

    def _only(self, name: str, within: str | None) -> Area | None:
        found = [area for area in self._by_name.get(name, ()) if within is None or area.within == within]
        return found[0] if len(found) == 1 else None

    def of_codes(self, codes: Sequence[str], nationwide_from: int) -> Region:
        """Return the region of a list of area codes of five digits.

        Args:
            nationwide_from: That many codes and more are the whole country.
        """
        if len(codes) >= nationwide_from:
            return EVERYWHERE
        known = [self._by_code[code].iri for code in codes if code in self._by_code]
        unknown = [code for code in codes if code not in self._by_code]
        wider = dict.fromkeys(code[:_PROVINCE] for code in unknown)
        perhaps = [self._by_code[code].iri for code in wider if code in self._by_code]
        is_lost = any(code not in self._by_code for code in wider)
        named = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        if is_lost or not codes:
            return Region(tuple(known), (), named or UNNAMED)
        return Region(tuple(known), tuple(perhaps), named)
