"""How many programmes the questions decide: people, firms and organisations who answer what they are asked, at most so many times.

Run: `.venv/bin/python -m bench.eligibility.questions` (after `itda build`). Prints a Markdown table. A made-up asker has an answer to
everything, drawn evenly from the answers that make a difference. *Decidable*: with all of these answers the programme is eligible,
likely or ineligible; *decided*: it is so after the questions asked.
"""

from __future__ import annotations

import argparse
import random
from datetime import date

from msgspec.structs import replace

from bench.eligibility.catalogue import published
from kg.eligibility.answers import Answer, Truth, Values, read_profile
from kg.eligibility.deciding import Decision, decide
from kg.eligibility.logic import OPEN
from kg.eligibility.questions import Question, answered, chosen, next_question, options_for, outcomes
from kg.eligibility.rules import KINDS, Catalogue, Kind

SEED = 20223
PROFILES = 300
MOST = 10
DECIDED = ("eligible", "likely", "ineligible")
SHARES = {"person": 0.6, "firm": 0.35, "organization": 0.05}


def everything(catalogue: Catalogue, kind: Kind, chance: random.Random) -> dict[str, Answer]:
    """Return one asker's answer to whatever some programme asks."""
    empty = decide(catalogue, read_profile(kind, date(2022, 3, 2), {}, catalogue.terms))
    opened = replace(empty, states=tuple((OPEN, "not-answered") for _ in empty.states))
    found: dict[str, Answer] = {}
    for iri in sorted({concept for row in catalogue.rows[kind] for _, test in row.leaves for concept in catalogue.asks[test]}):
        concept = catalogue.terms.concepts[iri]
        options = options_for(opened, concept, opened.rows) if concept.kind != "judgement" else ()
        several = concept.kind in ("concept", "group") and concept.scheme not in catalogue.terms.exclusive
        if several:
            found[iri] = chosen(options, frozenset(one for one in options if chance.random() < 0.2)).get(iri, Values(frozenset()))
        elif options:
            found[iri] = chance.choice(list(outcomes(options, False)))[iri]
    return found


def reply(question: Question, truth: dict[str, Answer], decision: Decision) -> dict[str, Answer]:
    """Answer a question truthfully: the option that holds, or all that hold."""
    if question.several:
        return dict(chosen(question.options, frozenset(one for one in question.options if holds(one.answer, truth.get(one.concept.iri)))))
    concept = question.options[0].concept.iri
    return {concept: truth[concept]}


def holds(option: Answer, truth: Answer | None) -> bool:
    """Say whether an option of a list holds."""
    return option.yes <= truth.yes if isinstance(option, Values) and isinstance(truth, Values) else truth == Truth(True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=PROFILES)
    wanted = parser.parse_args().profiles
    catalogue, chance = published(), random.Random(SEED)
    shares: dict[Kind, list[list[float]]] = {kind: [] for kind in KINDS}
    for _ in range(wanted):
        kind = chance.choices(KINDS, weights=[SHARES[one] for one in KINDS])[0]
        truth = everything(catalogue, kind, chance)
        profile = read_profile(kind, date(2022, 3, 2), {}, catalogue.terms)
        full = decide(catalogue, replace(profile, answers=truth))
        decidable = {at for at, one in enumerate(full.rows) if one.verdict in DECIDED}
        found = []
        for _ in range(MOST + 1):
            decision = decide(catalogue, profile)
            decided = sum(decision.rows[at].verdict in DECIDED for at in decidable)
            found.append(decided / len(decidable) if decidable else 1.0)
            question = next_question(decision)
            if question is not None:
                profile = answered(catalogue, profile, reply(question, truth, decision))
        shares[kind].append(found)
    everybody = [one for found in shares.values() for one in found]
    print("| questions | " + " | ".join(str(asked) for asked in range(MOST + 1)) + " |\n|---|" + "---|" * (MOST + 1))
    for name, found in {"everybody": everybody, **shares}.items():
        if found:
            means = (100 * sum(one[asked] for one in found) / len(found) for asked in range(MOST + 1))
            print(f"| {name} ({len(found)}), decided % | " + " | ".join(f"{mean:.1f}" for mean in means) + " |")


if __name__ == "__main__":
    main()
