"""From one record to the statements about its service: the service, its edition with texts and conditions, its office, its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.imports.coding import Record, held_codes, text_at, value_at
from kg.imports.conditions import ASKERS, Ages, Asker, Check, Choice, Condition, Exact, Within, conditions
from kg.imports.decoding import Value
from kg.imports.descriptor import Source
from kg.imports.regions import UNNAMED, Gazetteer
from kg.imports.terms import Iri, Plain, Statement, korean, office_of, page_address, record_of, register_of, service_of
from kg.vocab import CPSV, CV, DCT, ID, KJ, OA, ORG, PROV, RDF, SCHEMA, SKOS, XSD

_TEXTS = {
    "target": KJ.targetText,
    "criteria": KJ.criteriaText,
    "support": KJ.supportText,
    "apply": KJ.applyText,
    "period": KJ.periodText,
    "documents": KJ.documentsText,
    "contact": KJ.contactText,
}
_HOMEPAGE = "http://xmlns.com/foaf/0.1/homepage"
_LANDING_PAGE = "http://www.w3.org/ns/dcat#landingPage"
_CONCEPT = ID + "kr/concept/"
_LOCATION = {"person": "residence", "firm": "firm-location", "organization": "organization-location"}
_CHECKED = {"person": "office-check", "firm": "firm-office-check", "organization": "organization-office-check"}
_PARTICIPANT = ID + "kr/role/participant"


@dataclass
class Describer:
    """Describes the services of one import.

    Attributes:
        organizations: IRIs of organisations that are known already, by their Korean name; offices found on the way are added.
        words: Words put on what is taken over, by key: Korean and English.
    """

    source: Source
    retrieved: str
    gazetteer: Gazetteer
    organizations: dict[str, str]
    words: Mapping[str, tuple[str, str]]

    def describe(self, line: int, identifier: str, record: Record) -> Iterator[Statement]:
        """Yield everything that is said of a service; nothing when the source says that it is not in force.

        Args:
            line: Line of the record in the file of the import.
        """
        if not self._is_published(record):
            return
        source = self.source
        service, evidence = service_of(source.name, identifier), record_of(source.name, self.retrieved, identifier)
        edition = f"{service}/edition"
        name = self._text(record, "name")
        page = next(filter(None, (page_address(text_at(record, place)) for place in source.service["page"])), None)
        found = conditions(source, record, self.gazetteer)
        yield from self._record(evidence, line, identifier, page)
        yield service, RDF.type, Iri(KJ.NationalScheme if found.region.is_everywhere else KJ.Program)
        yield service, SKOS.prefLabel, korean(name)
        yield service, DCT.identifier, Plain(identifier)
        yield service, PROV.wasDerivedFrom, Iri(evidence)
        if summary := self._text(record, "summary"):
            yield service, DCT.description, korean(summary)
        if page:
            yield service, _HOMEPAGE, Iri(page)
        yield edition, RDF.type, Iri(KJ.ProgramEdition)
        yield edition, SKOS.prefLabel, korean(self.words["edition"][0].format(service=name, name=source.label))
        yield edition, DCT.isVersionOf, Iri(service)
        yield edition, KJ.inRegister, Iri(register_of(source.name, self.retrieved))
        yield edition, KJ.criteriaCompleteness, Iri(KJ.PartlyStated)
        yield edition, PROV.wasDerivedFrom, Iri(evidence)
        for key, predicate in _TEXTS.items():
            if text := self._text(record, key):
                yield edition, predicate, korean(text)
        for held in held_codes(source, record):
            field_name = held.field.rpartition(".")[2]
            yield edition, KJ.sourceCode, Plain(field_name if field_name == held.written else f"{field_name}={held.written}")
        yield from self._office(edition, record, evidence)
        for area in found.region.areas:
            yield edition, DCT.spatial, Iri(area)
        for group in found.groups:
            yield from self._link(edition, KJ.participantGroup, ID + "kr/" + group, evidence)
        yield from self._supports(edition, found.supports, evidence)
        yield from self._requirement(f"{edition}/requirement/participant", edition, found.by_asker, evidence)

    def _is_published(self, record: Record) -> bool:
        only = self.source.table("only")
        return not only or text_at(record, only["field"]) == only["is"]

    def _text(self, record: Record, key: str) -> str:
        """Return the first text there is for a key, then those with a caption; the parts of a repeated element follow each other."""
        parts = self.source.table("parts")
        wanted = (parts["name"], parts["value"]) if parts else ()
        captions, found = self.source.table("captions"), dict[str, str]()
        for place in self.source.service.get(key, ()):
            caption = captions.get(place, "")
            if (text := _as_text(value_at(record, place), wanted)) and caption not in found:
                found[caption] = f"{caption}: {text}" if caption else text
        return "\n".join(found.values())

    def _record(self, evidence: str, line: int, identifier: str, page: str | None) -> Iterator[Statement]:
        yield evidence, RDF.type, Iri(OA.SpecificResource)
        yield evidence, OA.hasSource, Iri(register_of(self.source.name, self.retrieved))
        yield evidence, KJ.startLine, Plain(str(line), datatype=XSD.integer)
        yield evidence, KJ.endLine, Plain(str(line), datatype=XSD.integer)
        yield evidence, DCT.identifier, Plain(identifier)
        if page:
            yield evidence, _LANDING_PAGE, Iri(page)

    def _office(self, edition: str, record: Record, evidence: str) -> Iterator[Statement]:
        texts = [text_at(record, place) for place in self.source.service["office"]]
        name = " ".join(text for text in texts if text)
        if not name:
            return
        known = self.organizations.get(name)
        if known is None:
            known = self.organizations[name] = office_of(name)
            yield known, RDF.type, Iri(ORG.Organization)
            yield known, SKOS.prefLabel, korean(name)
            yield known, PROV.wasDerivedFrom, Iri(evidence)
            for place in self.source.service.get("officeCode", ()):
                if code := text_at(record, place):
                    yield known, DCT.identifier, Plain(code)
            yield from self._same_office(known, name.split(), evidence)
        yield from self._link(edition, CV.hasCompetentAuthority, known, evidence)

    def _same_office(self, office: str, words: list[str], evidence: str) -> Iterator[Statement]:
        """Join an office to the organisation that a plan calls by the name of the area alone; whether they are one is left open."""
        same = self.organizations.get(words[-1]) if len(words) > 1 and self.gazetteer.of_names(words).areas else None
        if same is not None:
            yield from self._link(office, KJ.maybeSameAs, same, evidence, KJ.Inferred)

    def _link(self, subject: str, predicate: str, target: str, evidence: str, certainty: str = KJ.Stated) -> Iterator[Statement]:
        """Yield a relation, and the node that keeps its evidence."""
        link = f"{subject}/{predicate.rpartition('#')[2].rpartition('/')[2]}/{target.rpartition('/')[2]}"
        yield subject, predicate, Iri(target)
        yield link, RDF.type, Iri(KJ.Link)
        yield link, RDF.subject, Iri(subject)
        yield link, RDF.predicate, Iri(predicate)
        yield link, RDF.object, Iri(target)
        yield link, KJ.certainty, Iri(certainty)
        yield link, PROV.wasDerivedFrom, Iri(evidence)

    def _supports(self, edition: str, supports: tuple[str, ...], evidence: str) -> Iterator[Statement]:
        """Yield the kinds of support there are, for finding; what is given is said in the text of the edition."""
        if not supports:
            return
        node = f"{edition}/support/given"
        yield edition, CPSV.produces, Iri(node)
        yield node, RDF.type, Iri(CV.Output)
        yield node, PROV.wasDerivedFrom, Iri(evidence)
        yield node, KJ.forRole, Iri(_PARTICIPANT)
        for kind in supports:
            yield node, DCT.type, Iri(ID + "kr/" + kind)

    def _requirement(self, top: str, edition: str, by_asker: Mapping[Asker, tuple[Condition, ...]], evidence: str) -> Iterator[Statement]:
        yield edition, CV.holdsRequirement, Iri(top)
        yield top, KJ.forRole, Iri(_PARTICIPANT)
        askers = [asker for asker in ASKERS if asker in by_asker]
        if len(askers) == 1:
            yield from self._choice(top, "all", by_asker[askers[0]], askers[0], evidence)
            return
        yield top, RDF.type, Iri(CV.Criterion)
        yield top, PROV.wasDerivedFrom, Iri(evidence)
        for asker in askers:
            yield top, KJ.anyOf, Iri(f"{top}/{asker}")
            yield from self._choice(f"{top}/{asker}", "all", by_asker[asker], asker, evidence)

    def _choice(self, node: str, operator: str, parts: tuple[Condition, ...], asker: Asker, evidence: str) -> Iterator[Statement]:
        yield node, RDF.type, Iri(CV.Criterion)
        yield node, PROV.wasDerivedFrom, Iri(evidence)
        for number, part in enumerate(parts, 1):
            yield node, KJ.anyOf if operator == "any" else KJ.allOf, Iri(f"{node}/{number}")
            if isinstance(part, Choice):
                yield from self._choice(f"{node}/{number}", part.operator, part.parts, asker, evidence)
            else:
                yield from self._leaf(f"{node}/{number}", part, asker, evidence)

    def _leaf(self, node: str, leaf: Exact | Ages | Within | Check, asker: Asker, evidence: str) -> Iterator[Statement]:
        yield node, RDF.type, Iri(CV.Constraint)
        yield node, PROV.wasDerivedFrom, Iri(evidence)
        if isinstance(leaf, Check):
            yield from self._check(node, leaf, asker)
            return
        concept = leaf.concept if isinstance(leaf, Exact) else "age" if isinstance(leaf, Ages) else _LOCATION[asker]
        yield node, CV.constrains, Iri(_CONCEPT + concept)
        yield from ((node, predicate, value) for predicate, value in _accepted(leaf))

    def _check(self, node: str, leaf: Check, asker: Asker) -> Iterator[Statement]:
        """Yield a condition that nobody is asked about and nothing decides."""
        yield node, CV.constrains, Iri(_CONCEPT + _CHECKED[asker])
        yield node, KJ.judgement, Plain("true", datatype=XSD.boolean)
        about = "unplaced" if leaf.about == "region" and leaf.named == UNNAMED else leaf.about
        for lang, text in zip(("ko", "en"), self.words[about], strict=True):
            if text:
                yield node, SKOS.prefLabel, Plain(text.format(named=leaf.named), lang)


def _accepted(leaf: Exact | Ages | Within) -> Iterator[tuple[str, Iri | Plain]]:
    """Yield what answers a condition takes."""
    if isinstance(leaf, Ages):
        for predicate, bound in ((SCHEMA.minValue, leaf.low), (SCHEMA.maxValue, leaf.high)):
            if bound is not None:
                yield predicate, Plain(str(bound), datatype=XSD.decimal)
    elif isinstance(leaf, Within):
        yield from ((KJ.acceptedArea, Iri(area)) for area in leaf.areas)
        if leaf.is_inferred:
            yield KJ.certainty, Iri(KJ.Inferred)
    elif leaf.value == "true":
        yield KJ.acceptedTruth, Plain("true", datatype=XSD.boolean)
    else:
        yield KJ.acceptedValue, Iri(f"{ID}kr/{leaf.concept}/{leaf.value}")


def _as_text(value: Value, wanted: tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value.strip()
    lines = (": ".join(filter(None, (part.get(name, "").strip() for name in wanted))) for part in value or ())
    return "\n".join(filter(None, lines))
