"""A made-up nation: the same bytes each time, as many programmes as asked for, and true to the rules and queries of the real plan."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from bench.nation.building import Steps, build
from bench.nation.measuring import some, thing_of
from bench.nation.places import Nation, Plan
from bench.nation.programs import Program
from bench.nation.shards import shards, write_shards
from bench.nation.vocabulary import Vocabulary
from kg.build.infer import infer
from kg.build.quads import add_quads
from kg.eligibility.answers import read_profile
from kg.eligibility.deciding import decide
from kg.network.around import neighbourhood
from kg.ontology import Ontology
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from kg.vocab import CV, ID, INFERRED_GRAPH, KJ, RDF
from tests.conftest import DATA, ONTOLOGY
from web.app import create_app
from web.context import site
from web.serving import SearchOpener

PROGRAMS = 2000


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(ONTOLOGY, Nation.seed)


@dataclass(frozen=True)
class Served:
    nation: Nation
    snapshot: Snapshot
    client: FlaskClient


@pytest.fixture(scope="module")
def served(vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A nation small enough for every test run, through the whole path."""
    folder = tmp_path_factory.mktemp("nation")
    nation, steps = Nation(vocabulary, 120, governments=4, years=2), Steps()
    settings = Settings(data=DATA, ontology=ONTOLOGY, snapshots=folder / "snapshots", links=folder / "links")
    snapshot = build(nation, folder, settings, steps)
    assert [step.name for step in steps.done] == ["generate", "store", "network", "search", "publish"]
    app = create_app(settings, SearchOpener())
    try:
        yield Served(nation, snapshot, app.test_client())
    finally:
        app.extensions["itda"].close()


def test_the_same_numbers_give_the_same_bytes_and_another_seed_gives_others(vocabulary: Vocabulary) -> None:
    one, same, other = (list(shards(Nation(vocabulary, 200, 6, 2, seed))) for seed in (1, 1, 2))
    assert one == same
    assert {content for _, content in one}.isdisjoint(content for _, content in other)


def test_files_written_by_several_processes_are_the_shards_in_their_order(vocabulary: Vocabulary, tmp_path: Path) -> None:
    nation = Nation(vocabulary, 200, 6, 2)
    paths = write_shards(nation, tmp_path)
    assert [(path.stem, path.read_bytes()) for path in paths] == list(shards(nation))


def test_a_shard_is_sorted_and_its_lines_are_as_the_store_would_write_them(vocabulary: Vocabulary) -> None:
    _, content = max(shards(Nation(vocabulary, 200, 6, 2)), key=lambda shard: len(shard[1]))
    lines = content.splitlines()
    assert all(one < other for one, other in pairwise(lines))
    store = ox.Store()
    store.bulk_load(content, ox.RdfFormat.N_QUADS)
    assert sorted(f"{quad} .".encode() for quad in store) == lines


def test_a_nation_has_as_many_programmes_as_asked_for_and_a_few_governments_have_most(vocabulary: Vocabulary) -> None:
    nation = Nation(vocabulary, PROGRAMS)
    plans = list(nation.plans())
    assert len(plans) == 243 * 5
    assert sum(plan.programs for plan in plans) == PROGRAMS
    assert len({plan.government.korean for plan in plans}) == len({plan.government.code for plan in plans}) == 243
    edition = f"<{RDF.type}> <{KJ.ProgramEdition}>".encode()
    kinds = [f"<{RDF.type}> <{kind}>".encode() for kind in (KJ.Program, KJ.SupportMeasure, KJ.Course, KJ.Fund, KJ.Event)]
    contents = [content for _, content in shards(nation)]
    assert sum(content.count(kind) for content in contents for kind in kinds) == PROGRAMS
    assert PROGRAMS < sum(content.count(edition) for content in contents) < PROGRAMS * 1.2  # some go on for another year
    largest = sorted((len(content) for content in contents), reverse=True)
    assert sum(largest[:122]) > 0.2 * sum(largest)


def test_memory_does_not_grow_with_the_nation(vocabulary: Vocabulary) -> None:
    def peak(governments: int) -> int:
        nation = Nation(vocabulary, governments * 10, governments, 2)
        list(nation.plans())
        tracemalloc.start()
        try:
            for _ in shards(nation):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(100) < 3 * peak(10)  # ten times the nation; the largest shard is somewhat larger, too


def test_what_is_written_as_inferred_follows_from_the_rest_by_the_rules_of_the_ontology(vocabulary: Vocabulary) -> None:
    _, content = max(shards(Nation(vocabulary, 120, 4, 2)), key=lambda shard: len(shard[1]))
    quads = list(ox.parse(content, ox.RdfFormat.N_QUADS))
    inferred = ox.NamedNode(INFERRED_GRAPH)
    store = ox.Store()
    add_quads(store, (*Ontology.load(ONTOLOGY).quads, *(quad for quad in quads if quad.graph_name != inferred)))
    infer(store, ONTOLOGY / "rules")
    written = {quad for quad in quads if quad.graph_name == inferred}
    assert {quad.predicate.value for quad in written} >= {KJ.inPlan, KJ.serves, KJ.fundedBy, KJ.locatedInArea}
    assert written - set(store) == set()


def _with(served: Served, **wanted: bool) -> tuple[Plan, Program]:
    found = (
        (plan, one) for plan, one in some(served.nation, 100) if all(bool(getattr(one, name)) is is_so for name, is_so in wanted.items())
    )
    return next(found)


def test_the_page_of_a_programme_says_its_name_whom_it_is_for_and_what_it_gives(served: Served) -> None:
    plan, found = _with(served, has_support=True)
    page = served.client.get(f"/id/{thing_of(plan, found)}")
    assert page.status_code == 200
    assert all(text in page.text for text in (found.korean, found.group.korean, found.support.korean, plan.government.korean))


def test_a_programme_is_found_by_its_name(served: Served) -> None:
    for plan, found in some(served.nation, 5):
        results = served.client.get("/api/search", query_string={"q": found.korean, "limit": 20}).get_json()["results"]
        assert ID + thing_of(plan, found) in {one["id"] for one in results}
        assert results[0]["name"] == found.korean


def test_somebody_who_lives_elsewhere_is_ruled_out_and_somebody_of_the_place_and_age_is_not(served: Served) -> None:
    plan, found = _with(served, conditions=True, for_firms=False)
    with served.client.application.test_request_context():
        catalogue = site().eligibility.catalogue(f"{ID}{plan.government.code}/plan/{plan.year}")
    own = [row for row in catalogue.rows["person"] if row.program == ID + thing_of(plan, found)]
    low, high = found.ages
    fitting = {"age": [str(low if low is not None else high if high is not None else 30)], "residence": [plan.government.code]}
    fitting |= {"employment": ["unemployed"], "income": ["low"], "sex": ["female"], "career-break": ["true"]}
    elsewhere = fitting | {"residence": ["-" + plan.government.code]}
    for answers, fits in ((fitting, True), (elsewhere, False)):
        decision = decide(catalogue, read_profile("person", date(2025, 3, 2), answers, catalogue.terms))
        verdicts = {judged.verdict for judged in decision.rows if judged.row in own}
        assert verdicts == ({"eligible" if found.number % 2 else "likely"} if fits else {"ineligible"})


def test_sparql_counts_the_editions_of_a_plan_and_sums_what_they_cost(served: Served) -> None:
    plan, _ = some(served.nation, 1)[0]
    iri = f"{ID}{plan.government.code}/plan/{plan.year}"
    query = f"SELECT (COUNT(?edition) AS ?n) WHERE {{ ?edition a <{KJ.ProgramEdition}> ; <{KJ.inPlan}> <{iri}> }}"
    answer = served.client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    content = next(content for name, content in shards(served.nation) if name == f"{plan.government.code}-{plan.year}")
    expected = content.count(f"<{RDF.type}> <{KJ.ProgramEdition}>".encode())
    assert int(answer.get_json(force=True)["results"]["bindings"][0]["n"]["value"]) == expected


def test_a_programme_is_linked_with_whom_it_is_for_and_who_runs_it(served: Served) -> None:
    plan, found = next((plan, one) for plan, one in some(served.nation, 100) if one.operator is not None)
    with served.client.application.test_request_context():
        around = neighbourhood(site().network, ID + thing_of(plan, found))
    assert found.group.iri in around.neighbours
    assert any("/center/" in one for one in around.neighbours)
    assert CV.sector not in {edge.relation for edge in around.edges}


def test_a_published_nation_is_whole(served: Served) -> None:
    counts = served.snapshot.manifest["artifacts"]["search"]["counts"]
    assert counts["documents"] > served.nation.programs
    assert served.snapshot.faults() == ()
