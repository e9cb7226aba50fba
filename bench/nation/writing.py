"""Writes statements as canonical N-Quads lines, without making an object of each."""

from __future__ import annotations

from bench.nation.places import Plan
from kg.vocab import GRAPH, INFERRED_GRAPH, RDF, SKOS, XSD

_A = f"<{RDF.type}>"
_LABEL = f"<{SKOS.prefLabel}>"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


class Shard:
    """The statements of one plan: those of the plan in its own graph, those that follow in the graph of what is inferred."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._stated = f" <{GRAPH}{plan.government.code}/{plan.year}> .\n"
        self._inferred = f" <{INFERRED_GRAPH}> .\n"
        self._lines: set[str] = set()

    def kind(self, subject: str, name: str) -> None:
        """Say what a thing is."""
        self._lines.add(f"<{subject}> {_A} <{name}>{self._stated}")

    def link(self, subject: str, relation: str, value: str) -> None:
        """Relate two things."""
        self._lines.add(f"<{subject}> <{relation}> <{value}>{self._stated}")

    def follows(self, subject: str, relation: str, value: str) -> None:
        """Relate two things by inference."""
        self._lines.add(f"<{subject}> <{relation}> <{value}>{self._inferred}")

    def names(self, subject: str, korean: str, english: str = "") -> None:
        """Name a thing."""
        self.say(subject, SKOS.prefLabel, korean)
        if english:
            self._lines.add(f'<{subject}> {_LABEL} "{english.translate(_ESCAPES)}"@en{self._stated}')

    def say(self, subject: str, relation: str, text: str) -> None:
        """Say something in Korean."""
        self._lines.add(f'<{subject}> <{relation}> "{text.translate(_ESCAPES)}"@ko{self._stated}')

    def write(self, subject: str, relation: str, text: str) -> None:
        """Write a text that is of no language."""
        self._lines.add(f'<{subject}> <{relation}> "{text.translate(_ESCAPES)}"{self._stated}')

    def number(self, subject: str, relation: str, value: int, datatype: str = "integer") -> None:
        """Write a number, or true and false as words of `boolean`."""
        text = str(value) if datatype != "boolean" else str(bool(value)).lower()
        self._lines.add(f'<{subject}> <{relation}> "{text}"^^<{XSD.term(datatype)}>{self._stated}')

    def sorted_bytes(self) -> bytes:
        """Return the lines in order."""
        return "".join(sorted(self._lines)).encode()

    def __len__(self) -> int:
        return len(self._lines)
