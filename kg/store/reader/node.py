"""Puts together what a page says of one thing: its facts, relations, conditions, figures and place in the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kg.store.reader.display import Display
from kg.store.reader.model import Fact, Node, Ref, Relation, RelationGroup, Text
from kg.store.reader.parts import Parts
from kg.store.reader.source import choose_text
from kg.store.results import Term
from kg.vocab import CPSV, CV, DCT, KJ, ORG, PROV, QB, RDF, SKOS

_SHOWN_APART = frozenset({
    RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DCT.description, DCT.isVersionOf, PROV.wasDerivedFrom, KJ.inPlan,
    CV.holdsRequirement, CV.hasParticipation, CPSV.produces, ORG.hasMembership, KJ.criteriaCompleteness, CV.hasRequirement,
})  # fmt: skip
_NOTHING: frozenset[tuple[str, str]] = frozenset()


class Around(Struct, frozen=True):
    """What is known around the statements, by thing.

    Attributes:
        trails: Chains from the top of the plan down to a thing.
        outer: Relations and values that are left out because a narrower value is there.
        unsaid: What the plan leaves open.
    """

    trails: Mapping[str, tuple[tuple[Ref, ...], ...]]
    outer: Mapping[str, frozenset[tuple[str, str]]]
    unsaid: Mapping[str, tuple[Text, ...]]


class NodeMaker:
    """Makes the `Node` of a thing out of statements that were read with one query."""

    def __init__(self, parts: Parts, display: Display, around: Around) -> None:
        self._parts = parts
        self._display = display
        self._around = around
        self._links = _links(parts)

    def node(self, ref: Ref) -> Node:
        """Return everything said of a thing itself."""
        parts = self._parts
        return Node(
            ref=ref,
            plan=parts.one(ref.iri, KJ.inPlan),
            facts=self._facts(ref.iri),
            description=parts.text(ref.iri, DCT.description),
            passages=parts.passages(ref.iri),
            requirements=parts.requirements(ref.iri),
            completeness=parts.one(ref.iri, KJ.criteriaCompleteness),
            supports=parts.supports(ref.iri),
            participations=parts.participations(ref.iri),
            outgoing=self._outgoing(ref.iri),
            figures=parts.figures(ref.iri),
            trails=self._around.trails.get(ref.iri, ()),
            unsaid=self._around.unsaid.get(ref.iri, ()),
        )

    def _shown(self, subject: str) -> list[tuple[str, list[Term]]]:
        kept = []
        for property_iri, terms in self._parts.statements.properties(subject).items():
            phrase = self._display.phrases.get(property_iri)
            if property_iri not in _SHOWN_APART and phrase is not None and phrase.forward and not phrase.hidden:
                kept.append((property_iri, terms))
        return sorted(kept, key=lambda item: (self._display.order_of(item[0]), item[0]))

    def _heading(self, property_iri: str) -> Text:
        return choose_text(self._display.phrases[property_iri].forward, self._parts.lang)

    def _facts(self, subject: str) -> tuple[Fact, ...]:
        facts = []
        for property_iri, terms in self._shown(subject):
            texts = _in_language([term for term in terms if term.kind == "literal"], self._parts.lang)
            if texts:
                facts.append(Fact(property_iri, self._heading(property_iri), texts))
        return tuple(facts)

    def _outgoing(self, subject: str) -> tuple[RelationGroup, ...]:
        shown = {property_iri: self._others(subject, property_iri, terms) for property_iri, terms in self._shown(subject)}
        groups = []
        for property_iri, others in shown.items():
            beside = {ref for other in self._display.phrases[property_iri].beside for ref in shown.get(other, ())}
            relations = tuple(self._relation(subject, property_iri, ref) for ref in others if ref not in beside)
            if relations:
                groups.append(RelationGroup(property_iri, self._heading(property_iri), relations))
        return tuple(groups)

    def _others(self, subject: str, property_iri: str, terms: Iterable[Term]) -> list[Ref]:
        """Return the named things a relation leads to, without those that hold another of them."""
        outer = self._around.outer.get(subject, _NOTHING)
        named = self._parts.named(term.value for term in terms if term.kind == "iri")
        return sorted((ref for ref in named if (property_iri, ref.iri) not in outer), key=self._display.place)

    def _relation(self, subject: str, property_iri: str, other: Ref) -> Relation:
        statements = self._parts.statements
        links = self._links.get((subject, property_iri, other.iri), [])
        passages = tuple(sorted({passage for link in links for passage in self._parts.passages(link)}))
        via = self._parts.named({through for link in links for through in statements.iris(link, KJ.via) if not self._is_figure(through)})
        concluded = self._display.phrases[property_iri].concluded
        inferred = concluded or any(KJ.Inferred in statements.iris(link, KJ.certainty) or statements.iris(link, KJ.via) for link in links)
        return Relation(other, passages, inferred=inferred, via=via, above=self._above(subject, property_iri, other))

    def _is_figure(self, thing: str) -> bool:
        """Say whether a relation rests on a figure, which is evidence and nothing it runs through."""
        return QB.Observation in self._parts.statements.iris(thing, RDF.type)

    def _above(self, subject: str, property_iri: str, other: Ref) -> tuple[Ref, ...]:
        trails = self._around.trails.get(subject, ()) if property_iri == KJ.contributesTo else ()
        return next((trail[:-1] for trail in trails if trail[-1].iri == other.iri), ())


def _links(parts: Parts) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for kind in (KJ.Link, KJ.DerivedLink):
        for link in parts.statements.subjects_of(kind):
            read = parts.statements.first
            found[(read(link, RDF.subject), read(link, RDF.predicate), read(link, RDF.object))].append(link)
    return found


def _in_language(terms: Iterable[Term], lang: str) -> tuple[Text, ...]:
    literals = list(terms)
    wanted = (
        [term for term in literals if not term.lang or term.lang == lang] or [term for term in literals if term.lang == "ko"] or literals
    )
    return tuple(Text(term.value, term.lang or "") for term in wanted)
