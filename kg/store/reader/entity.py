"""Everything pages read of the graph, in a fixed number of queries per page, however many links it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from kg.errors import NotFound
from kg.store.base import GraphStore
from kg.store.listed import is_iri
from kg.store.queries import QueryLibrary
from kg.store.reader.display import Display
from kg.store.reader.incoming import Incoming, named_in, without_own
from kg.store.reader.model import Description, Node, Passage, Ref, RelationGroup, Text
from kg.store.reader.money import Money, MoneyReader
from kg.store.reader.names import Names
from kg.store.reader.node import Around, NodeMaker
from kg.store.reader.parts import Parts
from kg.store.reader.plan import PlanReader, PlanTree, trails_from
from kg.store.reader.pointing import PointingReader
from kg.store.reader.quality import QualityReader, Severity
from kg.store.reader.records import FigureRecord, RecordReader
from kg.store.reader.serves import ServesReader, Serving
from kg.store.reader.silence import Silences
from kg.store.reader.source import Source, Statements, iri, value_of
from kg.store.reader.tables import TableReader
from kg.store.reader.vocabulary import VocabularyTerm, vocabulary_of
from kg.store.results import Term
from kg.text import DotTable
from kg.vocab import DCAT, DCT, ID, KJ, OA, RDF, SKOS

GROUP_SCHEME = ID + "kr/group"
NOTHING_UNSAID = Silences(())


class Count(Struct, frozen=True):
    """How many things of one kind there are."""

    kind: Text
    word: str
    things: int
    catalogued: bool


class TargetGroup(Struct, frozen=True):
    """A target group, the broader one it belongs to, and how many programmes and places of a plan are for it or a narrower one."""

    ref: Ref
    broader: str
    homes: int


class EntityReader:
    """Reads one snapshot's graph for pages. Safe to share between threads: it changes nothing after it is made."""

    def __init__(self, store: GraphStore, queries: QueryLibrary, dots: DotTable, silences: Silences = NOTHING_UNSAID) -> None:
        """Read the kinds, phrases and names of the snapshot once.

        Args:
            store: The opened store of the snapshot.
            queries: The saved queries of `ontology/queries/`.
            dots: Which characters of a name are one and the same middle dot.
            silences: What the plans leave unsaid.
        """
        self._source = Source(store, queries)
        self._silences = silences
        self.display = Display(self._source)
        self.tables = TableReader(self._source, self.display)
        self._plans = PlanReader(self._source, self.display)
        self._quality = QualityReader(self._source, self.display)
        self._money = MoneyReader(self._source, self.display)
        self._records = RecordReader(self._source, self.display)
        self._serves = ServesReader(self._source, self.display)
        self._names = Names(self._source, dots)
        self._pointing = PointingReader(self._source, self.display)

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, Ref]:
        """Name many things with one query; things without a name are left out."""
        return self.display.refs(iris, lang)

    def ref(self, thing: str, lang: str) -> Ref:
        """Name one thing.

        Raises:
            NotFound: nothing in the snapshot has this IRI and a name.
        """
        found = self.labels([thing], lang).get(thing)
        if found is None:
            raise NotFound(iri=thing)
        return found

    def construct(self, thing: str) -> bytes:
        """Return the description of a thing as N-Triples: itself, its editions and nested nodes, links, figures and passages.

        Raises:
            NotFound: the snapshot says nothing of it.
        """
        return self._source.graph("page-description-graph", entity=self._known(thing))

    def show(self, thing: str, lang: str) -> Description | Passage:
        """Return what a page says of a thing, or the passage it is.

        Args:
            lang: Language wanted for names and headings; Korean stands in where it is missing.
        Raises:
            NotFound: the snapshot says nothing of it.
        """
        statements = self._statements(thing)
        return _passage(statements, thing) if statements.first(thing, KJ.startLine) else self._described(thing, statements, lang)

    def describe(self, thing: str, lang: str) -> Description:
        """Return what a page says of a thing; see `show`."""
        return self._described(thing, self._statements(thing), lang)

    def _statements(self, thing: str) -> Statements:
        return self._source.statements("page-description", entity=self._known(thing))

    def _known(self, thing: str) -> Term:
        """Return a thing as a query argument.

        Raises:
            NotFound: the snapshot says nothing of it.
        """
        if not is_iri(thing) or not self._source.rows("page-known", entity=iri(thing)).rows:
            raise NotFound(iri=thing)
        return iri(thing)

    def _described(self, thing: str, statements: Statements, lang: str) -> Description:
        steps = self._plans.steps(thing)
        editions = [subject for subject in statements.subjects_of(KJ.ProgramEdition) if thing in statements.iris(subject, DCT.isVersionOf)]
        own = (thing, *editions)
        pointing = without_own(self._pointing.all(thing, editions), own)
        mentioned = statements.all_iris() | {*own, *steps} | {parent for found in steps.values() for parent in found}
        refs = self.labels(mentioned | named_in(pointing), lang)
        ref = refs.get(thing) or self._nameless(thing, statements, lang)
        parts = Parts(statements, refs, lang)
        trails = {start: trails_from(start, steps, refs) for start in own}
        maker = NodeMaker(parts, self.display, Around(trails, self._outer(thing), self._silences.of(own, lang)))
        node = maker.node(ref)
        shown = _newest_first(maker.node(refs[edition]) for edition in editions if edition in refs)
        incoming = Incoming(refs, self.display, lang)
        return Description(
            node=node,
            aliases=_aliases(statements, thing),
            editions=shown,
            incoming=incoming.groups(pointing, _stated((node, *shown))),
            counted=incoming.counts(self._source.rows("page-incoming-kinds", entity=iri(thing)).rows),
        )

    def pointing(self, thing: str, name: str, page: int, lang: str) -> RelationGroup | None:
        """Return one page of what points to a thing by one relation; None when nothing stands on that page.

        Args:
            name: End of the relation's IRI, such as `participantGroup`.
            page: 1 is the first.
        Raises:
            NotFound: the snapshot says nothing of the thing, or no such relation is listed.
        """
        self._known(thing)
        relations = self._pointing.named(name)
        if not relations:
            raise NotFound(iri=thing)
        for relation in relations:
            pointing = self._pointing.page(thing, relation, page)
            if groups := Incoming(self.labels(named_in(pointing), lang), self.display, lang).groups(pointing):
                return groups[0]
        return None

    def _outer(self, thing: str) -> dict[str, frozenset[tuple[str, str]]]:
        """Return, by thing and edition, the relations and values left out beside narrower values."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in self._source.rows("page-narrower", entity=iri(thing)).rows:
            found[value_of(row, "subject")].add((value_of(row, "property"), value_of(row, "outer")))
        return {subject: frozenset(pairs) for subject, pairs in found.items()}

    def _nameless(self, thing: str, statements: Statements, lang: str) -> Ref:
        """Name a thing that bears no name (a passage, an observation) by the end of its IRI."""
        kind = next((self.display.kinds[found] for found in statements.iris(thing, RDF.type) if found in self.display.kinds), None)
        name = Text(thing.rstrip("/").rsplit("/", 1)[-1])
        return Ref(
            thing, name, kind.word if kind else "", kind.label(lang) if kind else Text(""), thing, listed=bool(kind and kind.catalogued)
        )

    def text_of(self, source: str) -> str:
        """Return the SHA-256 of the text a source document's lines count in, or an empty text when it is not known."""
        rows = self._source.rows("page-source-text", source=iri(source)).rows
        return value_of(rows[0], "sha256") if rows else ""

    def serves(self, group: Ref, lang: str, plan: str) -> Serving:
        """Return who serves a group or a narrower one in a plan, through what and on which lines."""
        return self._serves.serves(group, lang, plan)

    def groups(self, lang: str, plan: Ref | None) -> tuple[TargetGroup, ...]:
        """Return the target groups, those first that a plan names most often; without a plan none is named."""
        counted = plan.iri if plan else GROUP_SCHEME  # in which no edition is
        rows = self._source.rows("page-concepts", scheme=iri(GROUP_SCHEME), plan=iri(counted)).rows
        refs = self.labels([value_of(row, "concept") for row in rows], lang)
        found: dict[str, TargetGroup] = {}
        for row in rows:
            concept = value_of(row, "concept")
            if concept in refs and concept not in found:
                found[concept] = TargetGroup(refs[concept], value_of(row, "broader"), int(value_of(row, "homes") or 0))
        return tuple(found.values())

    def plans(self, lang: str) -> tuple[Ref, ...]:
        """Return the plans of the snapshot, newest first."""
        return self._plans.plans(lang)

    def findings(self, plan: Ref, lang: str) -> tuple[Severity, ...]:
        """Return what the rules found about a plan, heaviest first."""
        return self._quality.findings(plan.iri, lang)

    def money(self, plan: Ref, lang: str) -> Money:
        """Return the targets and money of a plan, printed row by printed row."""
        return self._money.money(plan.iri, lang)

    def records(self, plan: Ref, lang: str) -> tuple[FigureRecord, ...]:
        """Return every figure of a plan, ready to be quoted and chosen from."""
        return self._records.records(plan.iri, lang)

    def plan_tree(self, plan: Ref, lang: str) -> PlanTree:
        """Return the tree of a plan with the figures printed about each element."""
        return self._plans.tree(plan, lang)

    def named(self, name: str, lang: str, kinds: Iterable[str] = ()) -> tuple[Ref, ...]:
        """Return the things that bear a name, folded as `Names.fold` says; preferred names beat other names and misspellings.

        Args:
            kinds: Classes and concept schemes whose things count; empty: all.
        """
        refs = self.labels(self._names.bearers(name, kinds), lang)
        return tuple(refs[thing] for thing in sorted(refs))

    def counts(self, lang: str) -> tuple[Count, ...]:
        """Return how many things of each kind the snapshot holds, largest first."""
        counts = []
        for row in self._source.rows("page-counts").rows:
            kind = self.display.kinds[value_of(row, "class")]
            counts.append(Count(kind.label(lang), kind.word, int(value_of(row, "things")), kind.catalogued))
        return tuple(counts)

    def triples(self) -> int:
        """Return the number of distinct statements: those of the default graph, where each stands once."""
        return int(value_of(self._source.rows("page-triples").rows[0], "triples"))

    def sources(self, lang: str) -> tuple[Ref, ...]:
        """Return the source documents of the snapshot."""
        refs = self.labels([value_of(row, "source") for row in self._source.rows("page-sources").rows], lang)
        return tuple(refs[source] for source in sorted(refs))

    def vocabulary(self, lang: str) -> tuple[VocabularyTerm, ...]:
        """Return the classes and properties of the vocabulary, classes first, by name."""
        return vocabulary_of(self._source.statements("page-vocabulary"), lang)


def _passage(statements: Statements, thing: str) -> Passage:
    read = statements.first
    lines = int(read(thing, KJ.startLine)), int(read(thing, KJ.endLine))
    return Passage(
        *lines, read(thing, OA.exact), thing, read(thing, OA.hasSource), read(thing, DCAT.landingPage), read(thing, DCT.identifier)
    )


def _stated(nodes: Iterable[Node]) -> frozenset[tuple[str, str]]:
    """Return the relations a thing or an edition of it has itself: a symmetric one is not shown again as what points to it."""
    return frozenset((group.property, relation.other.iri) for node in nodes for group in node.outgoing for relation in group.relations)


def _aliases(statements: Statements, thing: str) -> tuple[Text, ...]:
    terms = statements.terms(thing, SKOS.altLabel)
    return tuple(Text(term.value, term.lang or "") for term in terms)


def _newest_first(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: (node.plan.iri if node.plan else "", node.ref.iri), reverse=True))
