"""How well people's own words are understood: sentences that were written before the reader of sentences was built.

Run: `.venv/bin/python -m bench.eligibility.sentences` (after `itda build`; `--list` shows each sentence, `--set` takes one set). Prints a
Markdown table.
*Fully*: everything there is to understand was found, and nothing else. *Partly*: some of it, and nothing else. *Missed*: nothing.
*Misread*: something was found that the sentence does not say, whatever else was found.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from bench.eligibility.catalogue import published
from kg.eligibility.answers import NO
from kg.eligibility.rules import Catalogue
from kg.settings import Settings
from search.describing import Fact
from web.app import create_app
from web.serving import SearchOpener

SENTENCES = Path(__file__).with_name("sentences.tsv")
PLACES = {"outside-11": ("-11",), "elsewhere-in-11": ("11", "-11410")}


def read(wanted: str = "") -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """Return each sentence with what has to be found and what may be found as well.

    Args:
        wanted: Which set (column 5); empty for all.
    """
    lines = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(line[0], listed(line[1]), listed(line[2])) for line in lines if wanted in ("", line[4])]


def listed(text: str) -> frozenset[str]:
    """Return the facts of a cell."""
    return frozenset(part.strip() for part in text.split(";") if part.strip() not in ("", "-"))


def told(fact: Fact, catalogue: Catalogue) -> str:
    """Return a fact as the sentences write it: ages as least-most, places as in the hierarchy they are asked for."""
    value = fact.value
    if fact.name == "age" and value.startswith("born-"):
        return "age=birth-" + value.removeprefix("born-")
    if fact.name in ("age", "firm-size"):
        low, dash, high = value.partition("-")
        low, high = low or "0", (high or "120") if dash else low
        return f"{fact.name}={low}-{high}"
    if fact.name in ("residence", "employer-location", "firm-location"):
        if value.startswith(NO):
            return f"{fact.name}=outside-{value.removeprefix(NO)}"
        area = next(one for one in catalogue.terms.areas.values() if value in (one.notation, one.iri))
        above = {catalogue.terms.areas[one].notation for one in area.above if one in catalogue.terms.areas}
        value = "11410" if "11410" in above else "11" if value == "11" else "elsewhere-in-11" if "11" in above else "outside-11"
    return f"{fact.name}={value}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="show each sentence with what was found and what not")
    parser.add_argument("--set", default="", choices=("", "first", "second", "third"), help="only this set of sentences")
    chosen = parser.parse_args()
    wants_list = chosen.list
    catalogue = published()
    app = create_app(Settings(), SearchOpener())
    counts: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    with app.extensions["itda"].lease() as site:
        for sentence, expected, allowed in read(chosen.set):
            found = {told(fact, catalogue) for fact in site.describer.describe(sentence).facts}
            wrong = found - expected - allowed
            outcome = "misread" if wrong else "fully" if expected <= found else "partly" if expected & found else "missed"
            counts[outcome] += 1
            facts.update(found=len(found & expected), expected=len(expected), wrong=len(wrong), said=len(found))
            if wants_list:
                print(f"{outcome}\t{sentence}\twrong: {sorted(wrong)}\tnot found: {sorted(expected - found)}")
    app.extensions["itda"].close()
    total = counts.total()
    print("| | sentences | % |\n|---|---|---|")
    for outcome in ("fully", "partly", "missed", "misread"):
        print(f"| {outcome} | {counts[outcome]} | {100 * counts[outcome] / total:.0f} |")
    print(f"\nOf {facts['expected']} facts {facts['found']} were found; {facts['wrong']} of {facts['said']} found are wrong.")


if __name__ == "__main__":
    main()
