"""Puts together what a page says of one thing: its facts, relations, conditions, figures and place in the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.store.reader.display import Display
from kg.store.reader.model import Fact, Node, Passage, Ref, Relation, RelationGroup, Text
from kg.store.reader.parts import Parts
from kg.store.reader.source import choose_text, value_of
from kg.store.results import Term
from kg.vocab import CPSV, CV, DCT, KJ, ORG, PROV, RDF, SKOS

_SHOWN_APART = frozenset({
    RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DCT.description, DCT.isVersionOf, PROV.wasDerivedFrom, KJ.inPlan,
    CV.holdsRequirement, CV.hasParticipation, CPSV.produces, ORG.hasMembership, KJ.criteriaCompleteness, CV.hasRequirement,
})  # fmt: skip
GROUP_LIMIT = 60


class NodeMaker:
    """Makes the `Node` of a thing out of statements that were read with one query."""

    def __init__(self, parts: Parts, display: Display, trails: Mapping[str, tuple[tuple[Ref, ...], ...]]) -> None:
        self._parts = parts
        self._display = display
        self._trails = trails
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
            trails=self._trails.get(ref.iri, ()),
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
        groups = []
        for property_iri, terms in self._shown(subject):
            relations = [
                self._relation(subject, property_iri, ref) for ref in self._parts.named(term.value for term in terms if term.kind == "iri")
            ]
            if relations:
                groups.append(
                    RelationGroup(
                        property_iri, self._heading(property_iri), tuple(relations[:GROUP_LIMIT]), max(0, len(relations) - GROUP_LIMIT)
                    )
                )
        return tuple(groups)

    def _relation(self, subject: str, property_iri: str, other: Ref) -> Relation:
        statements = self._parts.statements
        links = self._links.get((subject, property_iri, other.iri), [])
        passages = tuple(sorted({passage for link in links for passage in self._parts.passages(link)}))
        via = self._parts.named({through for link in links for through in statements.iris(link, KJ.via)})
        inferred = bool(via) or any(KJ.Inferred in statements.iris(link, KJ.certainty) for link in links)
        return Relation(other, passages, inferred=inferred, via=via)


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


def incoming_groups(
    rows: Iterable[Mapping[str, Term]], refs: Mapping[str, Ref], display: Display, lang: str, shown: frozenset[tuple[str, str]]
) -> tuple[RelationGroup, ...]:
    """Group what points to a thing under the inverse headings of its relations.

    Args:
        rows: Rows of the saved query `page-incoming`.
        refs: Names of everything the rows mention.
        shown: Pairs of relation and thing that the page shows already.
    """
    grouped: dict[str, dict[str, list[Mapping[str, Term]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        owner, property_iri = value_of(row, "owner"), value_of(row, "property")
        if owner in refs and (property_iri, owner) not in shown:
            grouped[property_iri][owner].append(row)
    groups = []
    for property_iri in sorted(grouped, key=lambda found: (display.order_of(found), found)):
        phrase = display.phrases.get(property_iri)
        if phrase is None or not phrase.backward:
            continue
        relations = [_incoming(refs[owner], found, refs, lang) for owner, found in grouped[property_iri].items()]
        relations.sort(key=lambda relation: relation.other.label.value)
        heading = choose_text(phrase.backward, lang)
        groups.append(RelationGroup(property_iri, heading, tuple(relations[:GROUP_LIMIT]), max(0, len(relations) - GROUP_LIMIT)))
    return tuple(groups)


def _incoming(owner: Ref, rows: list[Mapping[str, Term]], refs: Mapping[str, Ref], lang: str) -> Relation:
    roles = {refs[role] for row in rows if (role := value_of(row, "role")) in refs}
    via = {refs[through] for row in rows if (through := value_of(row, "via")) in refs}
    inferred = bool(via) or any(value_of(row, "certainty") == KJ.Inferred for row in rows)
    remark = choose_text((row["remark"] for row in rows if "remark" in row), lang)
    return Relation(owner, passages_in(rows), inferred, _by_label(roles), _by_label(via), remark)


def _by_label(refs: Iterable[Ref]) -> tuple[Ref, ...]:
    return tuple(sorted(refs, key=lambda ref: ref.label.value))


def passages_in(rows: Iterable[Mapping[str, Term]]) -> tuple[Passage, ...]:
    """Return the passages that rows with `passage`, `start` and `end` name, by line."""
    found = {
        Passage(int(value_of(row, "start")), int(value_of(row, "end")), "", value_of(row, "passage"))
        for row in rows
        if "start" in row and "end" in row
    }
    return tuple(sorted(found))
