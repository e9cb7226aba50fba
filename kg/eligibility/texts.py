"""What a plan's conditions and supports say, in a language: read beside the compiled catalogue, for showing only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kg.eligibility.reading import Compiler, Known, read_areas, read_known, read_passages, read_statements
from kg.eligibility.rules import Catalogue, Kind
from kg.store.base import GraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.display import Display
from kg.store.reader.model import Criterion, Ref, Requirement, Support, Text
from kg.store.reader.parts import Parts
from kg.store.reader.source import Source, Statements, choose_text, value_of
from kg.store.results import Term
from kg.vocab import CV, DCT, KJ

_DOORS = {"operator": KJ.operatedBy, "authority": CV.hasCompetentAuthority, "place": KJ.usesFacility, "first": DCT.requires}


class Texts(Struct, frozen=True):
    """Everything about the editions of a plan that a card shows.

    Attributes:
        names: What programmes, roles, areas and concepts are called, by IRI.
        criteria: The constraints, by IRI.
        requirements: The condition trees of an edition, one per role.
        supports: What an edition gives.
        topics: IRIs of what an edition is about.
        doors: Whom to ask, where it is and what comes first, by edition and word (`operator`, `authority`, `place`, `first`).
        questions: What is asked about a concept, in plain words.
        notes: What an answer means in plain words, where its name does not tell.
        meanings: What a target group is said to mean, with the lines or the law that say so; meanings of the groups these name follow.
        lists: Service lists and their days (`gov24/2026-11-26`) whose services stand beside the plan's programmes.
    """

    names: Mapping[str, Ref]
    criteria: Mapping[str, Criterion]
    requirements: Mapping[str, tuple[Requirement, ...]]
    supports: Mapping[str, tuple[Support, ...]]
    topics: Mapping[str, frozenset[str]]
    doors: Mapping[str, Mapping[str, tuple[Ref, ...]]]
    questions: Mapping[str, Text]
    notes: Mapping[str, Text]
    meanings: Mapping[str, tuple[Criterion, ...]]
    lists: tuple[str, ...] = ()


class Need(Struct, frozen=True):
    """What people come for, in plain words, and the kinds of support and topics that meet it; `short` is its short name."""

    ref: Ref
    short: Text
    met_by: frozenset[str]


class EligibilityReader:
    """Reads the conditions of a snapshot's plans once each and keeps them. Safe to share between threads."""

    def __init__(self, store: GraphStore, queries: QueryLibrary, display: Display) -> None:
        self._source = Source(store, queries)
        self._display = display
        self._known: Known | None = None
        self._beside: Statements | None = None
        self._catalogues: dict[str, Catalogue] = {}
        self._texts: dict[tuple[str, str], Texts] = {}
        self._needs: dict[str, tuple[Need, ...]] = {}

    def catalogue(self, plan: str) -> Catalogue:
        """Return the compiled conditions of a plan.

        Args:
            plan: IRI of the plan.
        """
        if plan not in self._catalogues:
            self._catalogues[plan] = Compiler(self._statements(plan), self._terms()).catalogue(plan)
        return self._catalogues[plan]

    def _statements(self, plan: str) -> Statements:
        if self._beside is None:
            self._beside = self._source.statements("eligibility-beside")
        return read_statements(self._source, plan, self._beside)

    def _terms(self) -> Known:
        if self._known is None:
            self._known = read_known(self._source)
        return self._known

    def kinds_of_groups(self) -> dict[str, Kind]:
        """Return whether a target group is of people, firms or organisations, by its IRI."""
        known = self._terms()
        schemes = {concept.scheme for concept in known.concepts.values() if concept.kind == "group"}
        return {iri: value.admits for iri, value in known.values.items() if value.scheme in schemes}

    def place_names(self) -> dict[str, str]:
        """Return what stands for a place in an answer, by each of its names; names of several places are left out."""
        found: dict[str, set[str]] = {}
        for area in read_areas(self._source).values():
            for name in area.names if len(area.above) > 1 else ():
                found.setdefault(name, set()).add(area.notation or area.iri)
        return {name: values.pop() for name, values in found.items() if len(values) == 1}

    def texts(self, plan: str, lang: str) -> Texts:
        """Return what the conditions of a plan say in a language."""
        if (plan, lang) not in self._texts:
            self._texts[plan, lang] = self._read(plan, lang)
        return self._texts[plan, lang]

    def needs(self, lang: str) -> tuple[Need, ...]:
        """Return what people come for, in the ontology's order."""
        if lang not in self._needs:
            rows: dict[str, list[Mapping[str, Term]]] = {}
            for row in self._source.rows("eligibility-needs").rows:
                rows.setdefault(value_of(row, "need"), []).append(row)
            refs = self._display.refs(rows, lang)
            found = (
                Need(refs[need], _short(own, refs[need], lang), frozenset(value_of(row, "support") for row in own))
                for need, own in rows.items()
            )
            self._needs[lang] = tuple(sorted(found, key=lambda need: need.ref.order))
        return self._needs[lang]

    def _read(self, plan: str, lang: str) -> Texts:
        catalogue = self.catalogue(plan)
        statements = read_passages(self._source, plan, self._statements(plan))
        rows = [row for found in catalogue.rows.values() for row in found]
        mentioned = statements.all_iris() | {row.role for row in rows} | {row.program for row in rows}
        mentioned |= catalogue.terms.concepts.keys() | catalogue.terms.values.keys() | catalogue.terms.areas.keys()
        names = self._display.refs(mentioned, lang)
        parts = Parts(statements, names, lang)
        editions = sorted(catalogue.editions)
        requirements = {
            edition: tuple(replace(one, criterion=_marked(one.criterion)) for one in parts.requirements(edition)) for edition in editions
        }
        return Texts(
            names=names,
            criteria={leaf.iri: leaf for found in requirements.values() for one in found for leaf in leaves(one.criterion)},
            requirements=requirements,
            supports={edition: parts.supports(edition) for edition in editions},
            topics={edition: frozenset(statements.iris(edition, CV.thematicArea)) for edition in editions},
            doors={edition: _doors(parts, statements, edition) for edition in editions},
            questions=self._chosen("eligibility-concepts", "concept", "question", lang),
            notes=self._chosen("eligibility-notes", "value", "note", lang),
            meanings={group: tuple(self._meanings(parts, group)) for group in self._terms().meanings},
            lists=tuple(sorted({origin for edition in editions for origin in _origins(requirements[edition])})),
        )

    def _meanings(self, parts: Parts, group: str, seen: frozenset[str] = frozenset()) -> Iterator[Criterion]:
        found = [parts.criterion(meaning) for meaning in self._terms().meanings.get(group, ())] if group not in seen else []
        yield from sorted(found, key=lambda one: (not one.passages, one.passages, one.iri))
        for named in dict.fromkeys(ref.iri for meaning in found for leaf in leaves(meaning) for ref in leaf.accepts):
            yield from self._meanings(parts, named, seen | {group})

    def _chosen(self, query: str, subject: str, name: str, lang: str) -> dict[str, Text]:
        found: dict[str, list[Term]] = {}
        for row in self._source.rows(query).rows:
            if name in row:
                found.setdefault(value_of(row, subject), []).append(row[name])
        return {thing: choose_text(terms, lang) for thing, terms in found.items()}


def _origins(requirements: Iterable[Requirement]) -> Iterator[str]:
    return (passage.origin for one in requirements for passage in one.criterion.passages if passage.origin)


def _short(rows: Iterable[Mapping[str, Term]], ref: Ref, lang: str) -> Text:
    shorts = [row["short"] for row in rows if "short" in row and row["short"].lang == lang]
    return choose_text(shorts, lang) if shorts else ref.label


def _doors(parts: Parts, statements: Statements, edition: str) -> dict[str, tuple[Ref, ...]]:
    return {word: parts.named(statements.iris(edition, property_iri)) for word, property_iri in _DOORS.items()}


def _marked(criterion: Criterion, inferred: bool = False) -> Criterion:
    """Return a condition tree in which what is only inferred marks its parts, too."""
    inferred = inferred or criterion.inferred
    return replace(criterion, inferred=inferred, parts=tuple(_marked(part, inferred) for part in criterion.parts))


def leaves(criterion: Criterion) -> Iterator[Criterion]:
    """Return the constraints of a condition tree."""
    if criterion.combinator is None:
        yield criterion
    for part in criterion.parts:
        yield from leaves(part)
