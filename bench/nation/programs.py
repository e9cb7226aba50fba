"""One made-up programme: drawn from its own number, so that any shard can be made without the others."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bench.nation.places import Nation, Plan
from bench.nation.vocabulary import Named
from kg.vocab import ID, KJ

CLASSES = (KJ.Program, KJ.Program, KJ.Program, KJ.Program, KJ.SupportMeasure, KJ.Course, KJ.Fund, KJ.Event)
_COINED, _SAID_AGAIN, _CONDITIONS, _FUNDED, _OPERATED, _SUPPORTED, _PARTNERED, _GOES_ON = 0.05, 0.25, 0.3, 0.2, 0.3, 0.4, 0.15, 0.1
_AGES = ((19, 34), (19, 39), (15, 29), (40, 64), (50, 64), (60, None), (65, None), (18, None), (None, 39))


@dataclass(frozen=True, slots=True)
class Program:
    """What there is to know of a programme; `number` is unique in its government and year.

    Attributes:
        group: Whom it is for; `for_firms` says whether these are firms.
        ages: Least and most age, None where there is no limit in years.
        conditions: Names of its further conditions, each a concept of `ID + kr/concept/`.
        operator: Number of the centre that runs it, or None.
        partners: Numbers of the partners that take part.
        amount: Its budget in million won, or None.
        goes_on: Whether it has an edition in the next year, too.
    """

    number: int
    kind: str
    korean: str
    english: str
    description: str
    group: Named
    for_firms: bool
    support: Named
    has_support: bool
    sector: Named
    ages: tuple[int | None, int | None]
    conditions: tuple[str, ...]
    operator: int | None
    partners: tuple[int, ...]
    amount: int | None
    source: str
    task: int
    goes_on: bool

    def slug(self, year: int) -> str:
        """Return the end of its IRI; `year` is the one in which it begins."""
        return f"p-{year}-{self.number:05}"


def centers_of(plan: Plan) -> int:
    """Return how many centres a government has: more where there are more programmes."""
    return min(12, 2 + plan.programs // 60)


def partners_of(plan: Plan) -> int:
    """Return how many partners a government has."""
    return min(40, 3 + plan.programs // 40)


def program(nation: Nation, plan: Plan, number: int) -> Program:
    """Draw a programme."""
    random, vocabulary = Random(f"{nation.seed}/{plan.government.code}/{plan.year}/{number}"), nation.vocabulary
    drawing, chance = vocabulary.drawing, random.random
    for_firms = chance() < 0.25
    group = drawing["firms" if for_firms else "people"].draw(random)
    support, sector = drawing["supports"].draw(random), drawing["sectors"].draw(random)
    (flavour, adjective), (ending, noun) = drawing["flavours"].draw(random), drawing["endings"].draw(random)
    coined = vocabulary.coined(random, 3) if chance() < _COINED else ("", "")
    occasion = drawing["occasions"].draw(random) if chance() < _SAID_AGAIN else ""
    korean = " ".join(filter(None, (coined[0], flavour, group.korean, support.korean, ending, occasion)))
    whom = f"{noun} for {group.english.lower()} ({support.english.lower()})"
    english = " ".join(filter(None, (coined[1], adjective.capitalize(), whom)))
    said = vocabulary.words["says"].format(
        area=plan.government.korean, audience=group.korean, support=support.korean, flavour=flavour, ending=ending
    )
    has_conditions = chance() < _CONDITIONS
    return Program(
        number=number,
        kind=random.choice(CLASSES),
        korean=korean,
        english=english,
        description=said,
        group=group,
        for_firms=for_firms,
        support=support,
        has_support=chance() < _SUPPORTED,
        sector=sector,
        ages=random.choice(_AGES) if has_conditions and not for_firms else (None, None),
        conditions=_conditions(random, for_firms) if has_conditions else (),
        operator=int(centers_of(plan) * chance() ** 2) if chance() < _OPERATED else None,
        partners=_partners(random, plan) if chance() < _PARTNERED else (),
        amount=max(1, round(random.lognormvariate(4.0, 1.4))) if chance() < _FUNDED else None,
        source=random.choices(("national", "city", "district", "fund"), (5, 3, 6, 1))[0],
        task=random.randrange(len(vocabulary.words["tasks"])),
        goes_on=chance() < _GOES_ON,
    )


def _conditions(random: Random, for_firms: bool) -> tuple[str, ...]:
    if for_firms:
        return ("firm-location", *random.choice(((), ("firm-size",))))
    return ("residence", *random.choice(((), (), ("unemployed",), ("low-income",), ("female",), ("career-break",))))


def _partners(random: Random, plan: Plan) -> tuple[int, ...]:
    """Draw one partner, sometimes two; a few take part in most."""
    drawn = [int(partners_of(plan) * random.random() ** 2) for _ in range(2 if random.random() < 0.2 else 1)]
    return tuple(dict.fromkeys(drawn))


def constraint(name: str, plan: Plan) -> tuple[str, str, str]:
    """Return what a condition asks about and how it is met: (concept, property, IRI, or `true` for a yes)."""
    concept, value = ID + "kr/concept/", ID + "kr/"
    area = plan.government.area
    return {
        "residence": (concept + "residence", KJ.acceptedArea, area),
        "firm-location": (concept + "firm-location", KJ.acceptedArea, area),
        "firm-size": (concept + "firm-size", KJ.maxExclusive, "50"),
        "unemployed": (concept + "employment", KJ.acceptedValue, value + "employment/unemployed"),
        "low-income": (concept + "income", KJ.acceptedValue, value + "income/low"),
        "female": (concept + "sex", KJ.acceptedValue, value + "sex/female"),
        "career-break": (concept + "career-break", KJ.acceptedTruth, "true"),
    }[name]
