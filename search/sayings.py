"""The tables of what people say about themselves: `data/lexicon/said*.tsv`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Fault, SourceFaults
from search.tables import Row, read_table
from search.whom import PEOPLE_KINDS

EFFECTS = ("past", "now", "wish", "not", "not-next", "lacks", "even", "instead")
_NONE = "none"
_TEMPLATE = re.compile(r"\{(\w+?)(-1)?\}")

Answers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Sayings:
    """The tables: numbers as patterns, phrases with their answers, words beside places, what small words do, and who is spoken of.

    Equal only to itself, so that what was made of it can be kept by it.
    """

    numbers: tuple[tuple[re.Pattern[str], Answers], ...]
    facts: tuple[tuple[str, Answers], ...]
    places: tuple[tuple[str, str], ...]
    effects: Mapping[tuple[str, str], str]
    people: Mapping[str, tuple[str, ...]]

    def texts(self) -> tuple[str, ...]:
        """Return all that is said with words of its own, each once."""
        listed = ((said for said, _ in self.facts), (said for said, _ in self.places), *self.people.values())
        return tuple(sorted(set().union(*listed)))


def load_sayings(folder: Path) -> Sayings:
    """Read the tables of `data/lexicon/`.

    Raises:
        SourceFaults: with every line that cannot be used.
    """
    faults: list[Fault] = []
    flags = read_table(folder, "saidflags.tsv", ("form", "tag", "effect", "why"), (0, 1), faults)
    numbers = read_table(folder, "saidnumbers.tsv", ("pattern", "answers", "example", "why"), (0,), faults)
    facts = read_table(folder, "saidfacts.tsv", ("answers", "said", "why"), (0, 1), faults)
    places = read_table(folder, "saidplaces.tsv", ("answer", "said", "why"), (0, 1), faults)
    people = read_table(folder, "saidpeople.tsv", ("kind", "said", "why"), (0, 1), faults)
    for rows, at, known in ((flags, 2, EFFECTS), (people, 0, PEOPLE_KINDS)):
        odd = [row for row in rows if row.cells[at] not in known]
        faults += [row.fault("lexicon.unknown-kind", value=row.cells[at], expected=", ".join(known)) for row in odd]
    patterns = [(pattern, _answers(row.cells[1])) for row in numbers if (pattern := _pattern(row, faults)) is not None]
    if faults:
        raise SourceFaults(faults)
    return Sayings(
        numbers=tuple(patterns),
        facts=tuple((said, _answers(row.cells[0])) for row in facts for said in _listed(row.cells[1])),
        places=tuple((said, row.cells[0]) for row in places for said in _listed(row.cells[1])),
        effects={(row.cells[0], row.cells[1]): row.cells[2] for row in flags},
        people={kind: tuple(said for row in people if row.cells[0] == kind for said in _listed(row.cells[1])) for kind in PEOPLE_KINDS},
    )


def _pattern(row: Row, faults: list[Fault]) -> re.Pattern[str] | None:
    """Compile a pattern; it has to find its own example."""
    try:
        pattern = re.compile(row.cells[0])
    except re.error as error:
        faults.append(row.fault("lexicon.broken-form", value=row.cells[0], detail=error.msg))
        return None
    if not pattern.search(row.cells[2]):
        faults.append(row.fault("lexicon.broken-form", value=row.cells[0], detail=row.cells[2]))
        return None
    return pattern


def _answers(text: str) -> Answers:
    return tuple(pair for part in text.split(";") if (pair := parted(part))[0] != _NONE)


def parted(fact: str) -> tuple[str, str]:
    """Return the name and the value of `name=value`."""
    name, _, value = fact.partition("=")
    return name.strip(), value.strip()


def filled(template: str, match: re.Match[str]) -> str:
    """Return the value that a template (`{name}`, `{name-1}`) stands for where its pattern was found."""

    def value(found: re.Match[str]) -> str:
        said = match[found[1]]
        return str(int(said) - 1) if found[2] else said

    return _TEMPLATE.sub(value, template)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
