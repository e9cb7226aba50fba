"""Evidence: which lines of a source say something, as Web Annotation passages with an IRI of their own.

An IRI is the source's IRI, the lines, and 8 hex digits of the phrase's hash when a phrase is quoted: lines alone are not a key, since two
phrases may stand on one line.
"""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

from kg.text import DotTable
from kg.vocab import KJ, OA, PROV, RDF, XSD

MARKS = str.maketrans("", "", "「」‘’“”")
"""Quotation marks that a name may stand in without being another name."""
_RANGE = re.compile(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?")
_NOWHERE = re.compile(r"(?!)")


class Passage(Struct, frozen=True, order=True):
    """Lines `start` to `end` (1-based, both included) of a source, and optionally a short phrase on them."""

    source: str
    start: int
    end: int
    quote: str = ""

    @property
    def iri(self) -> str:
        """The passage's IRI, the same whenever source, lines and phrase are the same."""
        lines = f"{self.source}/L{self.start:04d}-{self.end:04d}"
        return f"{lines}/{hashlib.sha256(self.quote.encode()).hexdigest()[:8]}" if self.quote else lines

    def node(self) -> dict[str, object]:
        """Return the passage as a JSON-LD node."""
        node: dict[str, object] = {
            "@id": self.iri,
            "@type": OA.SpecificResource,
            OA.hasSource: {"@id": self.source},
            KJ.startLine: {"@value": str(self.start), "@type": XSD.integer},
            KJ.endLine: {"@value": str(self.end), "@type": XSD.integer},
        }
        if self.quote:
            node[OA.exact] = self.quote
        return node


def parse_lines(text: str) -> tuple[tuple[int, int], ...] | None:
    """Read `969`, `967-973` or `41-42, 586-590`; None when it is none of these or a range runs backwards.

    >>> parse_lines("967-973, 980")
    ((967, 973), (980, 980))
    """
    ranges = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if not match:
            return None
        start, end = int(match[1]), int(match[2] or match[1])
        if start < 1 or end < start:
            return None
        ranges.append((start, end))
    return tuple(ranges)


class SourceText(Struct, frozen=True):
    """The lines of a source document, for checking evidence against them. Never published."""

    lines: tuple[str, ...]
    dots: DotTable

    def holds(self, passage: Passage) -> bool:
        """Say whether the phrase stands on the passage's lines, white space and kinds of dot aside.

        A phrase that begins or ends with a digit must not go on as a longer number there: `57` does not stand in `157` or `57,000`.
        """
        return self.form(passage.quote).search(self.dots.fold("\n".join(self.lines[passage.start - 1 : passage.end]))) is not None

    def without_marks(self) -> SourceText:
        """Return the text without the quotation marks that a name may stand in."""
        return SourceText(tuple(line.translate(MARKS) for line in self.lines), self.dots)

    def find(self, passage: Passage, most: int = 3) -> tuple[int, ...]:
        """Return lines (1-based, at most `most`) on which the phrase begins anywhere in the text, nearest to the passage first."""
        whole = self.dots.fold("\n".join(self.lines))
        found = {whole.count("\n", 0, match.start()) + 1 for match in self.form(passage.quote).finditer(whole)}
        return tuple(sorted(found, key=lambda line: (abs(line - passage.start), line))[:most])

    def form(self, quote: str) -> re.Pattern[str]:
        """Return the pattern that a phrase has in a text whose dots are folded; it never begins or ends inside a number."""
        phrase = self.dots.compact(quote)
        if not phrase:
            return _NOWHERE
        before = r"(?<![\d.,])" if phrase[0].isdigit() else ""
        after = r"(?!\d|[.,]\d)" if phrase[-1].isdigit() else ""
        return re.compile(before + r"\s*".join(map(re.escape, phrase)) + after)


def derivation(passages: tuple[Passage, ...]) -> list[dict[str, str]]:
    """Return the value of `prov:wasDerivedFrom` that leads to the passages."""
    return [{"@id": passage.iri} for passage in passages]


class Statement(Struct, frozen=True):
    """A stated triple: the thing the `kj:Link` node `iri` is about."""

    iri: str
    subject: str
    predicate: str
    target: str

    def node(self, certainty: str, passages: tuple[Passage, ...]) -> dict[str, object]:
        """Return the JSON-LD node that says how certain the triple is and where it is stated (`kj:Link`, an `rdf:Statement`)."""
        return {
            "@id": self.iri,
            "@type": KJ.Link,
            RDF.subject: {"@id": self.subject},
            RDF.predicate: {"@id": self.predicate},
            RDF.object: {"@id": self.target},
            KJ.certainty: {"@id": certainty},
            PROV.wasDerivedFrom: derivation(passages),
        }
