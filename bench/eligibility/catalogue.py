"""The plan's catalogue as it is published, and a made-up one as large as the nation's list of services."""

from __future__ import annotations

import random
from decimal import Decimal

from msgspec.structs import replace

from kg.eligibility.answers import AGE
from kg.eligibility.logic import Operator, Tree
from kg.eligibility.reading import PARTICIPANT
from kg.eligibility.rules import KINDS, Catalogue, Constraint, Row
from kg.eligibility.texts import EligibilityReader
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.display import Display
from kg.store.reader.source import Source
from kg.store.snapshot import open_current
from kg.vocab import ID

PLAN = ID + "11410/plan/2022"
SEED = 20222


def reader() -> EligibilityReader:
    """Return what reads the conditions of the published snapshot."""
    settings = Settings()
    store = OxigraphStore.open(open_current(settings.snapshots).store_path)
    library = QueryLibrary.load(settings.ontology / "queries")
    return EligibilityReader(store, library, Display(Source(store, library)))


def published() -> Catalogue:
    """Return the compiled conditions of the published snapshot."""
    return reader().catalogue(PLAN)


def national(programmes: int, source: Catalogue) -> Catalogue:
    """Return a catalogue of made-up programmes for people over the concepts, values and areas of a real one.

    Each has one to six conditions: an age range in three of four, a district or province in two of three, and facts of a person; one of
    eight has a choice among them. The mix follows the fields of the national list (research, ontology 7.1).
    """
    chance = random.Random(SEED)
    terms = source.terms
    facts = [concept for concept in terms.concepts.values() if concept.fact_of == "person" and concept.kind in ("boolean", "concept")]
    areas = sorted(terms.areas)
    tests: dict[Constraint, int] = {}
    rows = []
    for number in range(programmes):
        wanted: list[Constraint] = []
        if chance.random() < 0.75:
            low = chance.choice((0, 15, 18, 19, 34, 40, 50, 60, 65))
            wanted.append(Constraint(AGE, low=Decimal(low), high=Decimal(low + chance.choice((5, 15, 20, 24, 60)))))
        if chance.random() < 0.66:
            wanted.append(Constraint(ID + "kr/concept/residence", within=frozenset({chance.choice(areas)})))
        for concept in chance.sample(facts, chance.randint(1, 4)):
            if concept.kind == "boolean":
                wanted.append(Constraint(concept.iri, truth=True))
            else:
                own = sorted(value.iri for value in terms.values.values() if value.scheme == concept.scheme)
                wanted.append(Constraint(concept.iri, accepts=frozenset(chance.sample(own, min(len(own), chance.randint(1, 3))))))
        numbers = [tests.setdefault(test, len(tests)) for test in wanted]
        edition = f"{ID}kr/plan/2022/program/{number}"
        leaves = tuple((f"{edition}/{test}", test) for test in numbers)
        rows.append(Row(edition, f"{ID}kr/program/{number}", PARTICIPANT, _tree(numbers, chance), leaves, chance.random() < 0.5))
    terms = replace(terms, definitions={})
    return Catalogue("made-up", terms, tuple(tests), {kind: tuple(rows) if kind == "person" else () for kind in KINDS})


def _tree(numbers: list[int], chance: random.Random) -> Tree:
    if len(numbers) > 2 and chance.random() < 0.125:
        choice: tuple[Operator, tuple[Tree, ...]] = ("any", (numbers[-2], numbers[-1]))
        return ("all", (*numbers[:-2], choice))
    return ("all", tuple(numbers))
