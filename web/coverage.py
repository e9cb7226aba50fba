"""How the command line tells of numbers and what accounts for them (`kg.source.coverage`)."""

from __future__ import annotations

from typing import Any

from kg.source.coverage import Coverage
from web.terminal import Terminal
from web.words import N_

WORDS = {
    "figure": N_("figure (observation)"),
    "condition": N_("bound of a condition"),
    "address": N_("part of an address"),
    "date": N_("date or period the plan knows there"),
    "name": N_("part of a name"),
    "structure": N_("mark of the document (number of a section, page …)"),
    "word": N_("digit in a word"),
    "ignored": N_("left out with a reason (ignored.csv)"),
}


def tell(terminal: Terminal, coverage: Coverage, every: bool) -> None:
    """Write how many numbers each class accounts for, and list those that nothing accounts for.

    Args:
        terminal: Where to write.
        coverage: The numbers of one plan.
        every: List every number, with what accounts for it.
    """
    rows = [[terminal.word(WORDS[kind]), str(count)] for kind, count in coverage.counts.items()]
    rows += [[terminal.word(N_("not accounted for")), str(len(coverage.left))], [terminal.word(N_("all")), str(len(coverage.numerals))]]
    terminal.table([coverage.plan, terminal.word(N_("numbers"))], rows)
    listed = coverage.numerals if every else coverage.left
    if listed:
        terminal.table(["", "", "", ""], [_cells(terminal, coverage, one) for one in map(coverage.shown, listed)])
    if coverage.shared:
        terminal.say(N_("%(count)s figures share a printed number with another figure."), count=len(coverage.shared))
    for line in coverage.idle:
        terminal.say(
            N_("%(plan)s/ignored.csv:%(line)s: this row is not needed; its number is accounted for."), plan=coverage.plan, line=line
        )


def as_data(coverage: Coverage, every: bool) -> dict[str, Any]:
    """Return the same as data; classes have their English names."""
    data: dict[str, Any] = {
        "plan": coverage.plan,
        "file": coverage.file,
        "numbers": len(coverage.numerals),
        "classes": coverage.counts,
        "left": [coverage.shown(numeral) for numeral in coverage.left],
        "shared": coverage.shared,
        "idle": coverage.idle,
    }
    return {**data, "all": [coverage.shown(numeral) for numeral in coverage.numerals]} if every else data


def _cells(terminal: Terminal, coverage: Coverage, shown: dict[str, Any]) -> list[str]:
    word = terminal.word(WORDS[shown["class"]]) if shown["class"] else ""
    return [f"{coverage.file}:{shown['line']}", shown["number"], " ".join(filter(None, (word, shown["because"]))), shown["text"]]
