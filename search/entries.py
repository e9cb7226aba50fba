"""Reads the rows of `data/lexicon/*.tsv` into what a lexicon holds; each fault goes to its `file:line`."""

from __future__ import annotations

import re

from msgspec import Struct

from kg.errors import Fault
from kg.text import DotTable
from search.ages import GROUP, AgeForm, AgeWords
from search.ages import KINDS as AGE_KINDS
from search.documents import TEXT_FIELDS
from search.letters import compact, tidy
from search.morphology import Word
from search.tables import Row

KINDS = ("noun", "prefix", "suffix", "number", "unit", "word", "grammar")
MOST_FACTOR = 10.0
DOT = "\u00b7"
_CODE_POINT = re.compile(r"U\+[0-9A-F]{4,6}")


class Synonyms(Struct, frozen=True):
    """Words (folded, without spaces) that stand for one another with a weight in ]0, 1]."""

    weight: float
    words: tuple[str, ...]


class Meaning(Struct, frozen=True):
    """What people mean by words that no plan uses.

    Attributes:
        weight: How much a hit by what is meant counts, in ]0, 1].
        keep: How much the words themselves still count, in [0, 1].
        said: Ways to say it, folded.
        means: Words of a plan, folded and without spaces.
    """

    weight: float
    keep: float
    said: tuple[str, ...]
    means: tuple[str, ...]


class Intent(Struct, frozen=True):
    """What sort of thing some words ask for.

    Attributes:
        factor: What a score is multiplied by, above 1.
        said: Ways to say it, folded.
        kinds: Type words of the things that then come sooner.
    """

    factor: float
    said: tuple[str, ...]
    kinds: tuple[str, ...]


def read_intents(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[Intent, ...]:
    """Return what sort of thing words ask for."""
    found = []
    for row in rows:
        factor = _number(row.cells[0])
        if factor is None or not 1 < factor < MOST_FACTOR:
            faults.append(row.fault("lexicon.weight", value=row.cells[0]))
        found.append(Intent(factor or 1.0, _phrases(row.cells[1], dots), tuple(kind.strip() for kind in row.cells[2].split(","))))
    return tuple(found)


def read_tags(rows: tuple[Row, ...], faults: list[Fault]) -> dict[str, str]:
    """Return the kind of each tag."""
    wrong = [row for row in rows if row.cells[1] not in KINDS]
    faults.extend(row.fault("lexicon.unknown-kind", value=row.cells[1], expected=", ".join(KINDS)) for row in wrong)
    return {row.cells[0]: row.cells[1] for row in rows}


def read_words(rows: tuple[Row, ...], tags: dict[str, str], faults: list[Fault]) -> tuple[Word, ...]:
    """Return words with their tags."""
    kept = sorted(tag for tag, kind in tags.items() if kind != "grammar")
    for row in rows:
        if kept and row.cells[1] not in kept:
            faults.append(row.fault("lexicon.unknown-tag", value=row.cells[1], expected=", ".join(kept)))
        if " " in row.cells[0]:
            faults.append(row.fault("lexicon.spaced-word", value=row.cells[0]))
    return tuple((row.cells[0], row.cells[1]) for row in rows)


def read_dots(rows: tuple[Row, ...], faults: list[Fault]) -> DotTable:
    """Return the middle dots that are one."""
    wrong = [row for row in rows if not _CODE_POINT.fullmatch(row.cells[0])]
    faults.extend(row.fault("lexicon.code-point", value=row.cells[0]) for row in wrong)
    return DotTable({int(row.cells[0][2:], 16): DOT for row in rows if row not in wrong})


def read_synonyms(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[Synonyms, ...]:
    """Return sets of words that stand for one another."""
    found = []
    for row in rows:
        weight = _weight(row.cells[0])
        words = tuple(dict.fromkeys(filter(None, (compact(tidy(dots.fold(word))) for word in row.cells[1].split(",")))))
        if weight is None:
            faults.append(row.fault("lexicon.weight", value=row.cells[0]))
        if len(words) < 2:
            faults.append(row.fault("lexicon.one-word", value=row.cells[1]))
        found.append(Synonyms(weight or 0.0, words))
    return tuple(found)


def read_meanings(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[Meaning, ...]:
    """Return what is meant by everyday words."""
    found = []
    for row in rows:
        weight, keep = _weight(row.cells[0]), _share(row.cells[1])
        wrong = [cell for cell, share in zip(row.cells[:2], (weight, keep), strict=True) if share is None]
        faults.extend(row.fault("lexicon.weight", value=cell) for cell in wrong)
        said = _phrases(row.cells[2], dots)
        means = tuple(dict.fromkeys(filter(None, (compact(tidy(dots.fold(word))) for word in row.cells[3].split(",")))))
        if not said or not means:
            faults.append(row.fault("lexicon.one-word", value=row.cells[3] if said else row.cells[2]))
        found.append(Meaning(weight or 0.0, keep or 0.0, said, means))
    return tuple(found)


def read_fields(rows: tuple[Row, ...], faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    """Return the fields that words name."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        fields = tuple(field.strip() for field in row.cells[1].split(","))
        wrong = [field for field in fields if field not in TEXT_FIELDS]
        faults.extend(row.fault("lexicon.unknown-kind", value=field, expected=", ".join(TEXT_FIELDS)) for field in wrong)
        found |= {compact(tidy(word)): fields for word in row.cells[0].split(",")} if not wrong else {}
    return found


def read_carriers(rows: tuple[Row, ...], faults: list[Fault]) -> tuple[str, ...]:
    """Return the sentences in which names are tried."""
    faults.extend(row.fault("lexicon.broken-form", value=row.cells[0], detail="{}") for row in rows if row.cells[0].count("{}") != 1)
    return tuple(row.cells[0] for row in rows)


def read_age_forms(rows: tuple[Row, ...], faults: list[Fault]) -> tuple[AgeForm, ...]:
    """Return how people say an age."""
    found = []
    for row in rows:
        kind, form, example, _ = row.cells
        if kind not in AGE_KINDS:
            faults.append(row.fault("lexicon.unknown-kind", value=kind, expected=", ".join(AGE_KINDS)))
        try:
            pattern = re.compile(form)
        except re.error as error:
            faults.append(row.fault("lexicon.broken-form", value=form, detail=str(error)))
            continue
        if GROUP not in pattern.groupindex or not pattern.search(example):
            faults.append(row.fault("lexicon.broken-form", value=form, detail=example))
        found.append(AgeForm(kind, form))
    return tuple(found)


def read_numerals(rows: tuple[Row, ...]) -> dict[str, str]:
    """Return how words for numbers, and what follows them, are written."""
    return {row.cells[0]: row.cells[1] for row in rows}


def read_misspellings(rows: tuple[Row, ...], dots: DotTable) -> dict[str, str]:
    """Return wrong spellings with the right ones."""
    return {tidy(dots.fold(row.cells[0])): tidy(dots.fold(row.cells[1])) for row in rows}


def read_age_words(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[AgeWords, ...]:
    """Return the words for people of an age."""
    wrong = [row for row in rows if not (row.cells[0].isdecimal() and row.cells[1].isdecimal())]
    faults.extend(row.fault("lexicon.weight", value=f"{row.cells[0]} {row.cells[1]}") for row in wrong)
    return tuple(
        AgeWords(int(row.cells[0]), int(row.cells[1]), tuple(compact(tidy(dots.fold(word))) for word in row.cells[2].split(",")))
        for row in rows
        if row not in wrong
    )


def _weight(text: str) -> float | None:
    return _share(text) or None


def _share(text: str) -> float | None:
    share = _number(text)
    return share if share is not None and 0 <= share <= 1 else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _phrases(cell: str, dots: DotTable) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tidy(dots.fold(word.strip())) for word in cell.split(",") if word.strip()))
