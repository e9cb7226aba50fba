"""Every programme with stated conditions as the graph has them, to be read against the plan's lines.

Run: `.venv/bin/python -m bench.eligibility.reading` (after `itda build`). Prints tab-separated values: first line, programme, role, who
may ask, conditions, completeness. In conditions `&` is all of, `|` any of, `not` none of, `?&` all or any; each is followed by its lines,
by `~` where it is only inferred and by `open` where the wording is.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping

from bench.eligibility.catalogue import PLAN, reader
from kg.eligibility.rules import Kind, Row
from kg.eligibility.texts import EligibilityReader, Texts, leaves
from kg.store.reader.model import Criterion, Passage

_JOINS = {"all": " & ", "any": " | ", "none": " | ", "ambiguous": " ?& "}
HEADER = ("line", "programme", "role", "asked by", "conditions", "completeness")


def told(node: Criterion) -> str:
    """Return a condition tree in one line."""
    if node.combinator is None:
        return _leaf(node)
    parts = _JOINS[node.combinator].join(told(part) for part in node.parts)
    inner = f"({parts})" if len(node.parts) > 1 else parts
    return ("not " if node.combinator == "none" else "") + inner + ("~" if node.inferred else "")


def _leaf(node: Criterion) -> str:
    bounds = ((">=", node.minimum), (">", node.above), ("<=", node.maximum), ("<", node.below))
    said = [sign + bound for sign, bound in bounds if bound]
    said += [" or ".join(one.label.value for one in node.accepts)] if node.accepts else []
    said += [] if node.truth is None else ["yes" if node.truth else "no"]
    said += ["left to the office"] if node.judgement else []
    said += ["open"] if node.vague else []
    quoted = next((f" “{passage.exact}”" for passage in node.passages if passage.exact), "")
    name = node.concept.notation if node.concept else ""
    return f"{name} {' '.join(said)}{quoted} [{_lines(node.passages)}]{'~' if node.inferred else ''}"


def _lines(passages: Iterable[Passage]) -> str:
    return ", ".join(dict.fromkeys(f"{one.start}" if one.start == one.end else f"{one.start}-{one.end}" for one in passages))


def table(eligibility: EligibilityReader) -> list[tuple[str, ...]]:
    """Return a line for each role of each edition that has conditions, in the order of the plan's lines (columns: `HEADER`)."""
    catalogue, texts = eligibility.catalogue(PLAN), eligibility.texts(PLAN, "ko")
    rows: dict[tuple[str, str], dict[Kind, Row]] = defaultdict(dict)
    for kind, found in catalogue.rows.items():
        for row in found:
            if row.tree is not None:
                rows[row.edition, row.role][kind] = row
    lines = [_line(own, texts) for own in rows.values()]
    return [(str(first), *rest) for first, *rest in sorted(lines)]


def _line(rows: Mapping[Kind, Row], texts: Texts) -> tuple[int, str, str, str, str, str]:
    row = next(iter(rows.values()))
    tops = [one.criterion for one in texts.requirements[row.edition] if (one.role.iri if one.role else row.role) == row.role]
    first = min((passage.start for top in tops for leaf in leaves(top) for passage in leaf.passages), default=0)
    name, role = texts.names[row.program].label.value, texts.names[row.role].notation
    return (first, name, role, "+".join(rows), " & ".join(map(told, tops)), "complete" if row.complete else "partial")


def main() -> None:
    """Print the table."""
    for line in (HEADER, *table(reader())):
        sys.stdout.write("\t".join(line) + "\n")


if __name__ == "__main__":
    main()
