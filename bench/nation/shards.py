"""A made-up nation as sorted N-Quads, one file for each government and year; a process has only one of them in memory at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain, groupby
from multiprocessing import get_context
from pathlib import Path

from bench.nation.places import Nation, Plan
from bench.nation.programs import Program, centers_of, constraint, partners_of, program
from bench.nation.writing import Shard
from kg.vocab import CPSV, CV, DCT, ID, KJ, OA, ORG, PROV, QB, RDF, SCHEMA, SDMX_ATTRIBUTE, SDMX_DIMENSION, SDMX_MEASURE, SKOS, Namespace

GEO = Namespace("http://www.opengis.net/ont/geosparql#")
TIME = Namespace("http://www.w3.org/2006/time#")
ROLE = ID + "kr/role/"
LINES = 4
"""Lines of a made-up document that tell of one programme."""


def shards(nation: Nation) -> Iterator[tuple[str, bytes]]:
    """Yield a name and the content of every shard: canonical N-Quads in order, each line once."""
    for plans in _by_government(nation):
        yield from _of_government(nation, plans)


def write_shards(nation: Nation, folder: Path) -> tuple[Path, ...]:
    """Write every shard into a folder, governments side by side, and return the files in order."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        return tuple(chain(*pool.map(partial(_write, nation, folder), _by_government(nation))))


def _by_government(nation: Nation) -> Iterator[tuple[Plan, ...]]:
    return (tuple(plans) for _, plans in groupby(nation.plans(), lambda plan: plan.government))


def _write(nation: Nation, folder: Path, plans: Sequence[Plan]) -> list[Path]:
    paths = []
    for name, content in _of_government(nation, plans):
        paths.append(folder / f"{name}.nq")
        paths[-1].write_bytes(content)
    return paths


def _of_government(nation: Nation, plans: Sequence[Plan]) -> Iterator[tuple[str, bytes]]:
    for before, plan in zip((None, *plans), plans, strict=False):
        yield f"{plan.government.code}-{plan.year}", _shard(nation, plan, before).sorted_bytes()


def _shard(nation: Nation, plan: Plan, before: Plan | None) -> Shard:
    writer = _Writer(nation, plan)
    writer.frame()
    for number in range(plan.programs):
        writer.program(program(nation, plan, number), plan.year)
    for number in range(before.programs if before else 0):
        found = program(nation, before, number) if before else None
        if found and found.goes_on:
            writer.edition(found, plan.year - 1, plan.programs + number)
    return writer.shard


class _Writer:
    """Writes one plan."""

    def __init__(self, nation: Nation, plan: Plan) -> None:
        self.nation, self.plan, self.words = nation, plan, nation.vocabulary.words
        self.shard = Shard(plan)
        self.own = f"{ID}{plan.government.code}"
        self.iri = f"{self.own}/plan/{plan.year}"
        self.source = f"{self.iri}/source"
        self.table = f"{self.iri}/table/budget"
        self.period = f"{ID}period/{plan.year}"
        self._served: set[tuple[str, str]] = set()

    def frame(self) -> None:
        """Write what a plan has besides its programmes: areas, the document, strategies and tasks, centres, partners, the table."""
        shard, place, province, year = self.shard, self.plan.government, self.plan.province, self.plan.year
        for area, around in ((place.area, province.area), (province.area, ID + "kr/area/kr")):
            shard.kind(area, DCT.Location)
            shard.link(area, GEO.sfWithin, around)
        for area in (place, province):
            shard.names(area.area, area.korean, area.english)
            shard.write(area.area, SKOS.notation, area.code)
        shard.kind(self.period, TIME.ProperInterval)
        shard.names(self.period, f"{year}년", str(year))
        shard.write(self.period, SKOS.notation, str(year))
        whole = self.passage(1, self._lines)
        shard.kind(self.iri, KJ.JobsPlan)
        self._called(self.iri, "plan")
        shard.link(self.iri, DCT.spatial, place.area)
        shard.link(self.iri, DCT.temporal, self.period)
        shard.link(self.iri, PROV.wasDerivedFrom, whole)
        shard.kind(self.source, KJ.SourceDocument)
        self._called(self.source, "source")
        shard.number(self.source, KJ.lineCount, self._lines)
        self._inside(self.source)
        self._elements(whole)
        self._actors(whole)
        shard.kind(self.table, QB.DataSet)
        shard.names(self.table, *self.words["table"])
        shard.link(self.table, PROV.wasDerivedFrom, whole)
        self._inside(self.table)

    @property
    def _lines(self) -> int:
        return (2 * self.plan.programs + 50) * LINES

    def _called(self, thing: str, form: str) -> None:
        korean, english = self.words[form]
        place, year = self.plan.government, self.plan.year
        self.shard.names(thing, korean.format(area=place.korean, year=year), english.format(area=place.english, year=year))

    def _inside(self, thing: str) -> None:
        self.shard.follows(thing, KJ.inPlan, self.iri)

    def _elements(self, passage: str) -> None:
        for kind, name, count in ((KJ.Strategy, "strategies", 0), (KJ.ActionTask, "tasks", len(self.words["strategies"]))):
            for number, (korean, english) in enumerate(self.words[name]):
                element = f"{self.iri}/{'task' if count else 'strategy'}/{number + 1}"
                self.shard.kind(element, kind)
                self.shard.names(element, korean, english)
                self.shard.write(element, SKOS.notation, str(number + 1))
                self.shard.link(element, PROV.wasDerivedFrom, passage)
                self._inside(element)
                if count:
                    self.shard.link(element, KJ.contributesTo, f"{self.iri}/strategy/{number % count + 1}")

    def _actors(self, passage: str) -> None:
        place, shard = self.plan.government, self.shard
        office = f"{self.own}/org/office"
        shard.kind(office, CV.PublicOrganisation)
        shard.names(office, f"{place.korean}청", f"{place.english} Office")
        shard.link(office, DCT.spatial, place.area)
        shard.link(office, PROV.wasDerivedFrom, passage)
        for kind, form, name, count in (
            (KJ.ServiceCenter, "center", "centers", centers_of(self.plan)),
            (ORG.Organization, "org", "partners", partners_of(self.plan)),
        ):
            for number in range(count):
                korean, english = self.words[name][number % len(self.words[name])]
                again = number // len(self.words[name])
                actor = f"{self.own}/{form}/{form}-{number}"
                shard.kind(actor, kind)
                called = f"{place.korean} {korean}" + (f" {again + 1}" if again else "")
                shard.names(actor, called, f"{place.english} {english} {number + 1}")
                shard.link(actor, PROV.wasDerivedFrom, passage)
                if form == "center":
                    shard.link(actor, GEO.sfWithin, place.area)
                    for area in (place.area, self.plan.province.area, ID + "kr/area/kr"):
                        shard.follows(actor, KJ.locatedInArea, area)

    def passage(self, start: int, end: int) -> str:
        """Write a passage of the plan's document and return its IRI."""
        found = f"{self.source}/L{start:04}-{end:04}"
        self.shard.kind(found, OA.SpecificResource)
        self.shard.link(found, OA.hasSource, self.source)
        self.shard.number(found, KJ.startLine, start)
        self.shard.number(found, KJ.endLine, end)
        return found

    def program(self, found: Program, began: int) -> None:
        """Write a programme that begins in this plan, with its edition."""
        thing, shard = f"{self.own}/program/{found.slug(began)}", self.shard
        shard.kind(thing, found.kind)
        shard.names(thing, found.korean, found.english)
        shard.say(thing, DCT.description, found.description)
        passage = self.edition(found, began, found.number)
        shard.link(thing, PROV.wasDerivedFrom, passage)

    def edition(self, found: Program, began: int, place: int) -> str:
        """Write the edition of a programme in this plan and return the passage that tells of it.

        Args:
            began: The year in which the programme began.
            place: Where in the document it stands.
        """
        shard, edition = self.shard, f"{self.iri}/program/{found.slug(began)}"
        passage = self.passage(50 + place * LINES, 53 + place * LINES)
        shard.kind(edition, KJ.ProgramEdition)
        shard.link(edition, DCT.isVersionOf, f"{self.own}/program/{found.slug(began)}")
        shard.names(edition, f"{found.korean} ({self.plan.year})")
        shard.link(edition, PROV.wasDerivedFrom, passage)
        shard.link(edition, KJ.contributesTo, f"{self.iri}/task/{found.task + 1}")
        shard.link(edition, CV.sector, found.sector.iri)
        self._inside(edition)
        self._linked(edition, KJ.participantGroup, found.group.iri, passage)
        if found.operator is not None:
            center = f"{self.own}/center/center-{min(found.operator, centers_of(self.plan) - 1)}"
            self._linked(edition, KJ.operatedBy, center, passage)
            self._serves(center, found, edition, passage)
        for partner in found.partners:
            self._takes_part(edition, f"{self.own}/org/org-{min(partner, partners_of(self.plan) - 1)}", passage)
        if found.has_support:
            self._gives(edition, found, passage)
        if found.conditions:
            self._demands(edition, found, passage)
        if found.amount is not None:
            self._costs(edition, found, passage)
        return passage

    def _linked(self, edition: str, relation: str, value: str, passage: str) -> None:
        """State a relation with the lines that say so."""
        link, shard = f"{edition}/{relation.rpartition('#')[2]}/{value.rpartition('/')[2]}", self.shard
        shard.link(edition, relation, value)
        shard.kind(link, KJ.Link)
        shard.link(link, RDF.subject, edition)
        shard.link(link, RDF.predicate, relation)
        shard.link(link, RDF.object, value)
        shard.link(link, KJ.certainty, KJ.Stated)
        shard.link(link, PROV.wasDerivedFrom, passage)

    def _serves(self, center: str, found: Program, edition: str, passage: str) -> None:
        """Write that a centre serves a group; of the programmes through which it does, only the first of a plan is kept."""
        group, shard = found.group.iri, self.shard
        if (center, group) in self._served:
            return
        self._served.add((center, group))
        role = ROLE + "participant"
        key = f"serves {center} {group} {edition} {KJ.operatedBy} {role}"  # as `ontology/rules` has it
        link = f"{ID}derived/{hashlib.sha256(key.encode()).hexdigest()}"
        shard.follows(center, KJ.serves, group)
        shard.follows(link, RDF.type, KJ.DerivedLink)
        for relation, value in (
            (RDF.subject, center), (RDF.predicate, KJ.serves), (RDF.object, group), (KJ.via, edition),
            (KJ.viaRelation, KJ.operatedBy), (KJ.forRole, role), (PROV.wasDerivedFrom, passage),
        ):  # fmt: skip
            shard.follows(link, relation, value)

    def _takes_part(self, edition: str, partner: str, passage: str) -> None:
        part, shard = f"{edition}/participation/{partner.rpartition('/')[2]}", self.shard
        shard.link(edition, CV.hasParticipation, part)
        shard.kind(part, CV.Participation)
        shard.link(part, CV.hasParticipant, partner)
        shard.link(part, CV.role, self.nation.vocabulary.participations[0].iri)
        shard.link(part, PROV.wasDerivedFrom, passage)

    def _gives(self, edition: str, found: Program, passage: str) -> None:
        given, shard = f"{edition}/support/given", self.shard
        shard.link(edition, CPSV.produces, given)
        shard.kind(given, CV.Output)
        shard.link(given, DCT.type, found.support.iri)
        shard.names(given, found.support.korean)
        shard.link(given, KJ.forRole, ROLE + "participant")
        shard.link(given, PROV.wasDerivedFrom, passage)

    def _demands(self, edition: str, found: Program, passage: str) -> None:
        top, shard = f"{edition}/requirement/participant", self.shard
        shard.link(edition, CV.holdsRequirement, top)
        shard.link(edition, KJ.criteriaCompleteness, KJ.CompletelyStated if found.number % 2 else KJ.PartlyStated)
        shard.kind(top, CV.Criterion)
        shard.link(top, KJ.forRole, ROLE + "participant")
        shard.link(top, PROV.wasDerivedFrom, passage)
        low, high = found.ages
        if low is not None or high is not None:
            limit = self._constraint(top, "age", ID + "kr/concept/age", passage)
            for name, bound in ((SCHEMA.minValue, low), (SCHEMA.maxValue, high)):
                if bound is not None:
                    shard.number(limit, name, bound, "decimal")
        for name in found.conditions:
            concept, relation, value = constraint(name, self.plan)
            leaf = self._constraint(top, name, concept, passage)
            if value == "true":
                shard.number(leaf, relation, 1, "boolean")
            elif value.isdigit():
                shard.number(leaf, relation, int(value), "decimal")
            else:
                shard.link(leaf, relation, value)

    def _constraint(self, top: str, name: str, concept: str, passage: str) -> str:
        leaf, shard = f"{top}/allOf/{name}", self.shard
        shard.link(top, KJ.allOf, leaf)
        shard.kind(leaf, CV.Constraint)
        shard.link(leaf, CV.constrains, concept)
        shard.link(leaf, PROV.wasDerivedFrom, passage)
        return leaf

    def _costs(self, edition: str, found: Program, passage: str) -> None:
        figure, shard = f"{self.table}/{edition.rpartition('/')[2]}/{found.source}", self.shard
        amount = found.amount or 0
        source = f"{ID}kr/funding/{found.source}"
        shard.kind(figure, QB.Observation)
        shard.names(figure, f"{found.korean} · {self.plan.year}")
        for relation, value in (
            (QB.dataSet, self.table), (KJ.about, edition), (KJ.measure, ID + "kr/measure/budget"), (KJ.fundingSource, source),
            (SDMX_ATTRIBUTE.unitMeasure, ID + "kr/unit/million-krw"), (SDMX_ATTRIBUTE.obsStatus, ID + "kr/status/given"),
            (SDMX_DIMENSION.refPeriod, self.period), (KJ.scope, ID + "kr/scope/edition"), (KJ.valueType, ID + "kr/value-type/target"),
            (PROV.wasDerivedFrom, passage),
        ):  # fmt: skip
            shard.link(figure, relation, value)
        shard.number(figure, SDMX_MEASURE.obsValue, amount, "decimal")
        shard.write(figure, KJ.printedAs, f"{amount:,}")
        shard.follows(edition, KJ.fundedBy, source)
        self._inside(figure)
