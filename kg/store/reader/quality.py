"""What the rules of `ontology/quality/` found about a plan, by how much it weighs and by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.store.reader.display import Display
from kg.store.reader.model import Passage, Ref, Text
from kg.store.reader.parts import Parts
from kg.store.reader.source import Source, Statements, iri
from kg.vocab import DCT, KJ, SKOS


class Finding(Struct, frozen=True):
    """One thing found: the sentence that says it, what it is about, the figures it was computed from, its lines, and whether a reader
    of the plan noted it, as no rule can find it."""

    iri: str
    sentence: Text
    about: tuple[Ref, ...]
    figures: tuple[Ref, ...]
    passages: tuple[Passage, ...]
    reviewed: bool


class FindingKind(Struct, frozen=True):
    """A kind of finding, what it means, and the findings in the order of their lines."""

    ref: Ref
    meaning: Text
    findings: tuple[Finding, ...]


class Severity(Struct, frozen=True):
    """How much kinds of finding weigh, heaviest first, what that means, and the kinds found."""

    ref: Ref
    meaning: Text
    kinds: tuple[FindingKind, ...]

    @property
    def count(self) -> int:
        """Return how many findings there are."""
        return sum(len(kind.findings) for kind in self.kinds)


class QualityReader:
    """Reads findings."""

    def __init__(self, source: Source, display: Display) -> None:
        self._source = source
        self._display = display

    def findings(self, plan: str, lang: str) -> tuple[Severity, ...]:
        """Return what was found about a plan, heaviest first."""
        statements = self._source.statements("page-findings", plan=iri(plan))
        refs = self._display.refs(statements.all_iris(), lang)
        parts = Parts(statements, refs, lang)
        by_kind: dict[str, list[Finding]] = defaultdict(list)
        for subject in statements.subjects_of(KJ.Finding):
            for kind in statements.iris(subject, DCT.type):
                by_kind[kind].append(self._finding(subject, statements, parts))
        by_severity: dict[str, list[FindingKind]] = defaultdict(list)
        for kind in sorted(by_kind.keys() & refs.keys(), key=lambda found: refs[found].order):
            found = tuple(sorted(by_kind[kind], key=lambda one: (one.passages[:1], one.sentence.value)))
            for severity in statements.iris(kind, KJ.severity):
                by_severity[severity].append(FindingKind(refs[kind], statements.text(kind, SKOS.definition, lang), found))
        return tuple(
            Severity(refs[severity], statements.text(severity, SKOS.definition, lang), tuple(by_severity[severity]))
            for severity in _in_order(by_severity, refs)
        )

    def _finding(self, subject: str, statements: Statements, parts: Parts) -> Finding:
        return Finding(
            iri=subject,
            sentence=parts.text(subject, DCT.description),
            about=parts.named(statements.iris(subject, KJ.about)),
            figures=parts.named(statements.iris(subject, KJ.computedFrom)),
            passages=parts.passages(subject),
            reviewed=bool(statements.iris(subject, KJ.reviewedIn)),
        )


def _in_order(found: Iterable[str], refs: Mapping[str, Ref]) -> list[str]:
    return sorted((one for one in found if one in refs), key=lambda one: (refs[one].order, one))
