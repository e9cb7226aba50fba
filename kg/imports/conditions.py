"""From the codes of a service to its conditions: alternatives within a group, groups together, nothing where all or none are named.

Only a code whose meaning is exactly that of one of our concepts becomes a condition that can be decided. Every other one becomes a
condition that only the office can tell, so that it can neither let anybody in nor rule anybody out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from kg.imports.codes import DECIDING, Code
from kg.imports.coding import Held, Record, ages, held_codes, text_at
from kg.imports.descriptor import Source
from kg.imports.regions import EVERYWHERE, Gazetteer, Level, Region

Asker = Literal["person", "firm", "organization"]
ASKERS: tuple[Asker, ...] = ("person", "firm", "organization")


class Exact(Struct, frozen=True):
    """A condition that answers decide: a concept, and the answer it takes (a value, or true)."""

    concept: str
    value: str


class Ages(Struct, frozen=True):
    """Lowest and highest age, both included; None: no limit on that side."""

    low: int | None
    high: int | None


class Within(Struct, frozen=True):
    """Where somebody lives or a firm is."""

    areas: tuple[str, ...]
    is_inferred: bool


class Check(Struct, frozen=True):
    """A condition that the office tells; `named` is what it is about, `rest` is everything the codes do not say."""

    about: Literal["codes", "region", "ages", "rest"]
    named: str = ""


class Choice(Struct, frozen=True):
    """Conditions of which one (`any`) or each (`all`) has to hold."""

    operator: Literal["any", "all"]
    parts: tuple[Condition, ...]


Condition = Exact | Ages | Within | Check | Choice


class Conditions(Struct, frozen=True):
    """What a service asks of each kind of asker it is for, and the groups it can be found by."""

    by_asker: dict[Asker, tuple[Condition, ...]]
    groups: tuple[str, ...]
    supports: tuple[str, ...]
    region: Region


def conditions(source: Source, record: Record, gazetteer: Gazetteer) -> Conditions:
    """Return the conditions of a service."""
    held = held_codes(source, record)
    region = _region(source, record, held, gazetteer)
    low, high = ages(source, record)
    found: dict[Asker, tuple[Condition, ...]] = {}
    for asker in _askers(source, held):
        parts: list[Condition] = []
        if asker == "person":
            parts += _age(source, low, high)
        parts += _place(region)
        parts += _groups(source, held, asker)
        found[asker] = (*parts, Check("rest"))
    codes = [one.code for one in held if one.code is not None]
    groups = dict.fromkeys([*([source.text("find")] if source.text("find") else []), *(code.find for code in codes if code.find)])
    supports = dict.fromkeys(code.value for code in codes if code.treatment == "support")
    return Conditions(found, tuple(groups), tuple(supports), region)


def _askers(source: Source, held: Sequence[Held]) -> tuple[Asker, ...]:
    """Return who a service is for: as it says itself, else whom its conditions are about, else everybody."""
    codes = [one.code for one in held if one.code is not None]
    said = {asker for code in codes if code.treatment == "asker" for asker in code.askers} or set(source.text("asker").split())
    said = said or {asker for code in codes if code.treatment in DECIDING for asker in code.askers}
    return tuple(asker for asker in ASKERS if asker in said) or ASKERS


def _age(source: Source, low: int | None, high: int | None) -> Iterator[Condition]:
    """Yield the ages, to be checked where they contradict each other or begin where the source means no limit."""
    if low is None and high is None:
        return
    if low is not None and (low >= int(source.table("ages")["unlimitedFrom"]) or (high is not None and low > high)):
        yield Check("ages", f"{low}-{'' if high is None else high}")
    else:
        yield Ages(low, high)


def _place(region: Region) -> Iterator[Condition]:
    if region.is_everywhere:
        return
    certain: list[Condition] = [Within(region.areas, region.is_inferred)] if region.areas else []
    unsure = Check("region", region.named)
    if region.perhaps:
        certain.append(Choice("all", (Within(region.perhaps, region.is_inferred), unsure)))
    elif region.named:
        certain.append(unsure)
    if len(certain) > 1:
        yield Choice("any", tuple(certain))
    else:
        yield from certain


def _groups(source: Source, held: Sequence[Held], asker: Asker) -> Iterator[Condition]:
    grouped: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for one in held:
        code = one.code
        if code is None:
            continue
        if code.treatment in DECIDING and asker in code.askers:
            grouped[code.field, code.group].append(one)
    for (field, group), members in grouped.items():
        codes = list(dict.fromkeys(one.code for one in members if one.code is not None))
        if any(code.treatment == "none" for code in codes):
            continue
        all_of_group = [code for code in source.codes.group(field, group) if code.treatment != "none"]
        if len(codes) == len(all_of_group) > 1:
            continue
        yield _one_of(codes)
    yield from _unknown(source, held, asker)


def _one_of(codes: Iterable[Code]) -> Condition:
    exact, unsure = [], []
    for code in codes:
        if code.treatment == "exact":
            concept, _, value = code.value.partition("=")
            exact.append(Exact(concept, value))
        else:
            unsure.append(code.meaning)
    parts: list[Condition] = [*exact]
    if unsure:
        parts.append(Check("codes", ", ".join(unsure)))
    return parts[0] if len(parts) == 1 else Choice("any", tuple(parts))


def _unknown(source: Source, held: Sequence[Held], asker: Asker) -> Iterator[Condition]:
    """Yield what a service says in a field of conditions and the table does not know: nobody is ruled out by it."""
    deciding = {code.field for code in source.codes.all() if code.treatment in DECIDING and asker in code.askers}
    tables = {coded.field: coded.table for coded in source.coded}
    for one in held:
        if one.code is None and tables.get(one.field) in deciding:
            yield Check("codes", one.written)


def _region(source: Source, record: Record, held: Sequence[Held], gazetteer: Gazetteer) -> Region:
    level = next((one.code.value for one in held if one.code is not None and one.code.treatment == "level"), "")
    if "areas" in source.extra:
        table = source.table("areas")
        codes = [code.strip() for code in text_at(record, table["field"]).split(table["separator"]) if code.strip()]
        return gazetteer.of_codes(list(dict.fromkeys(codes)), int(table["nationwideFrom"]))
    if "places" in source.extra:
        named = [text_at(record, place) for place in source.extra["places"]]
        return gazetteer.of_names([name for name in named if name])
    if not source.text("level"):
        return EVERYWHERE
    words = " ".join(text_at(record, place) for place in source.service["office"]).split()
    known: Level = level if level in ("nationwide", "region") else "district"  # type: ignore[assignment]  # one of three
    return gazetteer.of_names(words, known, inferred=True)
