"""The judged queries and prefixes: reading them, the things they name, and how the split was drawn."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
QUERIES, LATER, PREFIXES = FOLDER / "queries.tsv", FOLDER / "later.tsv", FOLDER / "suggest.tsv"
NAMESPACES = ("https://w3id.org/kr-jobs/id/11410/", "https://w3id.org/kr-jobs/id/kr/")
SPLIT_SEED = 2022
TUNE, FINAL = "tune", "final"
EXPECTED = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """One text that is typed, with what should be found.

    Attributes:
        id: Its name in the files.
        kind: What it tests.
        split: `tune` or `final`.
        text: As typed.
        grades: Short name of a thing to its grade (1 to 3); what a suggestion may be has grade 3.
    """

    id: str
    kind: str
    split: str
    text: str
    grades: Mapping[str, int]


def read_queries(path: Path = QUERIES) -> tuple[Judged, ...]:
    """Return the judged queries in the file's order."""
    return tuple(
        Judged(row["id"], row["kind"], row["split"], row["query"], {name: int(grade) for name, grade in _pairs(row["judgements"])})
        for row in _rows(path)
    )


def read_prefixes(path: Path = PREFIXES) -> tuple[Judged, ...]:
    """Return the judged prefixes in the file's order."""
    return tuple(
        Judged(row["id"], row["kind"], row["split"], row["text"], dict.fromkeys(row["expected"].split(), EXPECTED)) for row in _rows(path)
    )


def resolve(name: str, known: Collection[str]) -> str:
    """Return the IRI in `known` that a short name stands for.

    Raises:
        LookupError: no thing, or more than one, bears the name.
    """
    found = [space + name for space in NAMESPACES if space + name in known]
    if len(found) != 1:
        raise LookupError(f"{name}: {len(found)} things")
    return found[0]


def sitting(judged: Judged) -> int:
    """Return in which sitting a query that was written later was written: the hundreds of its number."""
    return int(judged.id.rpartition("-")[2]) // 100


def draw_final(judged: Iterable[Judged]) -> set[str]:
    """Return the ids of the part that stays closed: a third of each kind, drawn from its sorted ids by a seed of its own."""
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for one in judged:
        kinds[one.kind].append(one.id)
    return {
        drawn for kind, ids in kinds.items() for drawn in random.Random(f"{SPLIT_SEED}/{kind}").sample(sorted(ids), round(len(ids) / 3))
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for pair in text.split():
        name, _, grade = pair.rpartition("=")
        yield name, grade
