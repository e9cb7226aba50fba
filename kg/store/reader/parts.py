"""Turns the statements about one thing into the parts of a page: conditions, supports, partners, figures, passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.store.reader.model import Combinator, Criterion, Figure, Passage, Ref, Relation, Requirement, Support, Text
from kg.store.reader.source import Statements
from kg.vocab import CPSV, CV, DCT, KJ, OA, PROV, QB, SCHEMA, SDMX_ATTRIBUTE, SDMX_DIMENSION, SDMX_MEASURE, SKOS

_COMBINATORS: tuple[tuple[str, Combinator], ...] = (
    (KJ.allOf, "all"),
    (KJ.anyOf, "any"),
    (KJ.noneOf, "none"),
    (KJ.ambiguousOf, "ambiguous"),
)
_NAMED_DIMENSIONS = {SDMX_DIMENSION.refPeriod}


class Parts(Struct, frozen=True):
    """Reads parts out of statements; `refs` names everything they mention, `lang` is the language wanted."""

    statements: Statements
    refs: Mapping[str, Ref]
    lang: str

    def ref(self, iri: str) -> Ref | None:
        """Return the name of a thing, or None when it has none."""
        return self.refs.get(iri)

    def named(self, iris: Iterable[str]) -> tuple[Ref, ...]:
        """Return the names of those things that have one, in the order of their labels."""
        return tuple(sorted((self.refs[iri] for iri in iris if iri in self.refs), key=lambda ref: ref.label.value))

    def one(self, subject: str, property_iri: str) -> Ref | None:
        """Return the named thing a property leads to, if any."""
        return next(iter(self.named(self.statements.iris(subject, property_iri))), None)

    def text(self, subject: str, property_iri: str) -> Text:
        """Return the literal of a property in the language wanted."""
        return self.statements.text(subject, property_iri, self.lang)

    def passages(self, subject: str) -> tuple[Passage, ...]:
        """Return the passages a node rests on, by line."""
        return tuple(
            sorted(
                self._passage(iri) for iri in self.statements.iris(subject, PROV.wasDerivedFrom) if self.statements.first(iri, KJ.startLine)
            )
        )

    def _passage(self, iri: str) -> Passage:
        read = self.statements.first
        return Passage(int(read(iri, KJ.startLine)), int(read(iri, KJ.endLine)), read(iri, OA.exact), iri, read(iri, OA.hasSource))

    def requirements(self, subject: str) -> tuple[Requirement, ...]:
        """Return the condition trees of a thing, one per role."""
        tops = self.statements.iris(subject, CV.holdsRequirement)
        return tuple(Requirement(self.one(top, KJ.forRole), self.criterion(top)) for top in tops)

    def criterion(self, iri: str) -> Criterion:
        """Return one node of a condition tree with its parts, in the order of their lines."""
        combinator: Combinator | None = None
        children: list[str] = []
        for property_iri, word in _COMBINATORS:
            if found := self.statements.iris(iri, property_iri):
                combinator, children = word, found
        read = self.statements.first
        parts = sorted((self.criterion(child) for child in children), key=lambda part: (part.passages[:1], part.iri))
        truth = read(iri, KJ.acceptedTruth)
        return Criterion(
            iri=iri,
            label=self.text(iri, SKOS.prefLabel),
            combinator=combinator,
            parts=tuple(parts),
            concept=self.one(iri, CV.constrains),
            minimum=read(iri, SCHEMA.minValue),
            maximum=read(iri, SCHEMA.maxValue),
            above=read(iri, KJ.minExclusive),
            below=read(iri, KJ.maxExclusive),
            accepts=self.named(self.statements.iris(iri, KJ.acceptedValue) + self.statements.iris(iri, KJ.acceptedArea)),
            truth=truth == "true" if truth else None,
            vague=KJ.Ambiguous in self.statements.iris(iri, KJ.interpretation),
            judgement=read(iri, KJ.judgement) == "true",
            inferred=self._is_inferred(iri),
            passages=self.passages(iri),
            source=self._outside(iri),
        )

    def _outside(self, iri: str) -> Text:
        named = self.one(iri, DCT.source)
        return named.label if named else self.text(iri, DCT.source)

    def supports(self, subject: str) -> tuple[Support, ...]:
        """Return what a thing gives, in the order of the lines."""
        found = [self._support(node) for node in self.statements.iris(subject, CPSV.produces)]
        return tuple(sorted(found, key=lambda support: (support.passages[:1], support.label.value)))

    def _support(self, node: str) -> Support:
        return Support(
            label=self.text(node, SKOS.prefLabel),
            kinds=self.named(self.statements.iris(node, DCT.type)),
            description=self.text(node, DCT.description),
            role=self.one(node, KJ.forRole),
            passages=self.passages(node),
        )

    def participations(self, subject: str) -> tuple[Relation, ...]:
        """Return who takes part in a thing and as what, in the order of the lines."""
        found = []
        for node in self.statements.iris(subject, CV.hasParticipation):
            participant = self.one(node, CV.hasParticipant)
            if participant is not None:
                roles = self.named(self.statements.iris(node, CV.role))
                remark = self.text(node, DCT.description)
                found.append(Relation(participant, self.passages(node), self._is_inferred(node), roles, remark=remark))
        return tuple(sorted(found, key=lambda relation: (relation.passages[:1], relation.other.label.value)))

    def _is_inferred(self, node: str) -> bool:
        return KJ.Inferred in self.statements.iris(node, KJ.certainty)

    def figures(self, about: str | None = None) -> tuple[Figure, ...]:
        """Return the observations in the statements, or those about one thing or in one table, in the order of their lines.

        Args:
            about: IRI of the thing; None for all.
        """
        found = [self._figure(node) for node in self.statements.subjects_of(QB.Observation)]
        kept = [figure for figure in found if figure is not None and (about is None or about in self._belongs(figure))]
        return tuple(sorted(kept, key=_place))

    def _belongs(self, figure: Figure) -> list[str]:
        return [figure.about.iri, *self.statements.iris(figure.iri, QB.dataSet)]

    def _figure(self, node: str) -> Figure | None:
        about = self.one(node, KJ.about)
        if about is None:
            return None
        return Figure(
            iri=node,
            about=about,
            measure=self.one(node, KJ.measure),
            printed=self.statements.first(node, KJ.printedAs) or self.statements.first(node, SDMX_MEASURE.obsValue),
            unit=self.one(node, KJ.printedUnit) or self.one(node, SDMX_ATTRIBUTE.unitMeasure),
            value_type=self.one(node, KJ.valueType),
            scope=self.one(node, KJ.scope),
            funding=self.one(node, KJ.fundingSource),
            period=self.one(node, SDMX_DIMENSION.refPeriod),
            status=self.one(node, SDMX_ATTRIBUTE.obsStatus),
            details=self._details(node),
            passages=self.passages(node),
            counted_in=self.one(node, SDMX_ATTRIBUTE.unitMeasure),
            repeats=next((self.one(other, KJ.about) for other in self.statements.iris(node, KJ.repeats)), None),
        )

    def _details(self, node: str) -> tuple[Ref, ...]:
        kept = [
            value
            for property_iri in self.statements.properties(node)
            if (property_iri.startswith(SDMX_DIMENSION) and property_iri not in _NAMED_DIMENSIONS) or property_iri in _OWN_DIMENSIONS
            for value in self.statements.iris(node, property_iri)
        ]
        return self.named(kept)


_OWN_DIMENSIONS = frozenset({KJ.industry, KJ.sizeClass, KJ.workerKind, KJ.part, KJ.changeDirection})


def _place(figure: Figure) -> tuple[object, ...]:
    measure, period, value_type = figure.measure, figure.period, figure.value_type
    named = (measure.label.value if measure else "", period.label.value if period else "", value_type.order if value_type else 0)
    return (figure.passages[:1], *named, figure.iri)
