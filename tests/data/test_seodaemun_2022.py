"""The data of the first plan holds against the plan itself, and the questions it was entered for are answered, as sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from kg.ontology import Ontology
from kg.source.coverage import cover
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot
from tests.conftest import DATA, ONTOLOGY, source_texts

PREFIXES = """
PREFIX cv: <http://data.europa.eu/m8g/> PREFIX cpsv: <http://purl.org/vocab/cpsv#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX schema: <http://schema.org/>
PREFIX sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#> PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX edition: <https://w3id.org/kr-jobs/id/11410/plan/2022/program/> PREFIX task: <https://w3id.org/kr-jobs/id/11410/plan/2022/task/>
PREFIX group: <https://w3id.org/kr-jobs/id/kr/group/> PREFIX measure: <https://w3id.org/kr-jobs/id/kr/measure/>
PREFIX org: <https://w3id.org/kr-jobs/id/11410/org/> PREFIX region: <https://w3id.org/kr-jobs/id/kr/area/>
PREFIX funding: <https://w3id.org/kr-jobs/id/kr/funding/> PREFIX line: <https://w3id.org/kr-jobs/id/11410/plan/2022/line/>
"""


@pytest.fixture(scope="module")
def store(published: Snapshot) -> Iterator[OxigraphStore]:
    with OxigraphStore.open(published.store_path) as opened:
        yield opened


def answers(store: OxigraphStore, query: str) -> set[tuple[str, ...]]:
    found = store.select(PREFIXES + query)
    return {
        tuple(row[name].value.rpartition("/")[2] if row[name].kind == "iri" else row[name].value for name in found.variables)
        for row in found.rows
    }


def test_the_two_digital_tutor_programmes_take_137_and_20_people_and_the_task_157(store: OxigraphStore) -> None:
    found = answers(
        store,
        "SELECT ?about ?n WHERE { ?o kj:about ?about ; kj:measure measure:jobs-target ; sdmx-measure:obsValue ?n FILTER(?about IN (task:1-2, edition:digital-tutor, edition:senior-center-digital-tutor)) }",
    )
    assert found == {("1-2", "157"), ("digital-tutor", "137"), ("senior-center-digital-tutor", "20")}


def test_the_plan_prints_the_digital_tutors_money_twice_and_both_claims_stand_under_one_quantity(store: OxigraphStore) -> None:
    found = answers(
        store,
        "SELECT ?a ?b WHERE { ?x kj:about task:1-2 ; kj:fundingSource funding:total ; kj:quantity ?q ; kj:printedAs ?a . ?y kj:about line:digital-tutor ; kj:quantity ?q ; kj:printedAs ?b }",
    )
    assert found == {("2,505", "2,504")}


def test_the_direct_jobs_sector_is_printed_with_43019_twice_and_with_43018_once(store: OxigraphStore) -> None:
    found = store.select(
        PREFIXES
        + "SELECT ?v WHERE { ?o kj:about <https://w3id.org/kr-jobs/id/kr/sector/direct> ; kj:fundingSource funding:total ; kj:printedAs ?v ; kj:quantity ?q } ORDER BY ?v"
    )
    assert [row["v"].value for row in found.rows] == ["43,018", "43,019", "43,019"]


def test_a_quantity_never_joins_figures_of_different_measures_units_periods_or_sources(store: OxigraphStore) -> None:
    # The plan counts the same jobs as 명 in one place and as 명/건 in another: that is one quantity.
    mixed = answers(
        store,
        "SELECT ?q WHERE { ?a kj:quantity ?q ; kj:measure ?m ; sdmx-attribute:unitMeasure ?u ; sdmx-dimension:refPeriod ?p . ?b kj:quantity ?q ; kj:measure ?n ; sdmx-attribute:unitMeasure ?v ; sdmx-dimension:refPeriod ?r OPTIONAL { ?a kj:fundingSource ?f } OPTIONAL { ?b kj:fundingSource ?g } FILTER(?m != ?n || (?u != ?v && ?m != <https://w3id.org/kr-jobs/id/kr/measure/jobs-target>) || ?p != ?r || COALESCE(?f, 0) != COALESCE(?g, 0)) }",
    )
    assert mixed == set()


def test_a_dash_a_number_and_their_statuses_are_kept_apart(store: OxigraphStore) -> None:
    found = answers(
        store,
        "SELECT ?source ?printed ?status WHERE { ?o kj:about task:1-2 ; kj:fundingSource ?source ; kj:printedAs ?printed ; sdmx-attribute:obsStatus ?status }",
    )
    assert ("national", "-", "dash") in found
    assert ("district", "2,505", "given") in found
    assert not answers(
        store, "SELECT ?o WHERE { ?o sdmx-attribute:obsStatus <https://w3id.org/kr-jobs/id/kr/status/dash> ; sdmx-measure:obsValue ?v }"
    )


def test_the_digital_tutor_asks_for_ages_18_to_39_and_its_group_says_15_to_39(store: OxigraphStore) -> None:
    own = answers(
        store,
        "SELECT ?min ?max WHERE { edition:digital-tutor cv:holdsRequirement/kj:allOf ?c . ?c schema:minValue ?min ; schema:maxValue ?max }",
    )
    group = answers(
        store, "SELECT ?min ?max WHERE { group:youth kj:groupDefinition/kj:allOf ?c . ?c schema:minValue ?min ; schema:maxValue ?max }"
    )
    assert (own, group) == ({("18", "39")}, {("15", "39")})


def test_the_senior_centre_tutors_two_conditions_keep_both_readings_of_and(store: OxigraphStore) -> None:
    found = answers(
        store, "SELECT ?concept WHERE { edition:senior-center-digital-tutor cv:holdsRequirement/kj:ambiguousOf/cv:constrains ?concept }"
    )
    assert found == {("digital-teaching-experience",), ("qualification",)}


def test_tutors_serve_pupils_and_elders_but_only_young_people_are_hired(store: OxigraphStore) -> None:
    assert answers(store, "SELECT ?g WHERE { edition:digital-tutor kj:beneficiaryGroup ?g }") == {("pupil",)}
    assert answers(store, "SELECT ?g WHERE { edition:senior-center-digital-tutor kj:beneficiaryGroup ?g }") == {("elder",)}
    assert answers(store, "SELECT ?g WHERE { edition:digital-tutor kj:participantGroup ?g }") == {("youth",)}


def test_the_three_partners_of_the_restaurant_have_their_own_roles_and_lines(store: OxigraphStore) -> None:
    found = answers(
        store,
        "SELECT ?who ?role ?line WHERE { edition:youth-kium-restaurant cv:hasParticipation ?p . ?p cv:hasParticipant ?who ; cv:role ?role ; prov:wasDerivedFrom/kj:startLine ?line }",
    )
    by_partner = defaultdict(set)
    for who, role, line in found:
        by_partner[who, line].add(role)
    assert by_partner == {
        ("seodaemun-gu", "1338"): {"venue", "connector"},
        ("ewha-womans-university", "1340"): {"selector", "trainer", "publicity"},
        ("e-food-lab", "1342"): {"technical-support", "adviser"},
    }


def test_nobody_is_said_to_operate_what_the_plan_gives_no_operator(store: OxigraphStore) -> None:
    for edition in ("digital-tutor", "senior-center-digital-tutor", "senior-jobs", "seoul-new-deal"):
        assert answers(store, f"SELECT ?who WHERE {{ edition:{edition} kj:operatedBy ?who }}") == set()


def test_every_operator_is_said_by_a_link_of_its_own(store: OxigraphStore) -> None:
    bare = answers(
        store,
        "SELECT ?s ?o WHERE { ?s kj:operatedBy ?o FILTER NOT EXISTS { ?l a kj:Link ; rdf:subject ?s ; rdf:predicate kj:operatedBy ; rdf:object ?o } }",
    )
    assert bare == set()


def test_the_district_office_and_the_district_are_two_things(store: OxigraphStore) -> None:
    assert store.ask(PREFIXES + "PREFIX owl: <http://www.w3.org/2002/07/owl#> ASK { org:seodaemun-gu owl:differentFrom region:11410 }")


def test_every_programme_leads_to_the_vision_unless_the_plan_names_it_without_a_task(store: OxigraphStore) -> None:
    lost = answers(
        store,
        "SELECT ?e WHERE { ?e a kj:ProgramEdition FILTER NOT EXISTS { ?e kj:contributesTo+ ?vision . ?vision a kj:Vision } "
        "FILTER NOT EXISTS { ?e cv:sector|kj:implementsDirection ?other } }",
    )
    assert lost == {("gu-youth-startup",), ("seodaemun-green-new-deal",)}


def test_every_stated_link_condition_and_figure_has_its_lines(store: OxigraphStore) -> None:
    for kind in ("kj:Link", "kj:DerivedLink", "cv:Criterion", "cv:Constraint", "cv:Participation", "cpsv:Output", "qb:Observation"):
        by_law = "FILTER NOT EXISTS { ?definition a kj:GroupDefinition ; dct:source ?law ; (kj:allOf|kj:anyOf)+ ?x }"
        bare = answers(
            store, f"SELECT ?x WHERE {{ ?x a {kind} FILTER NOT EXISTS {{ ?x prov:wasDerivedFrom/kj:startLine ?line }} {by_law} }}"
        )
        assert bare == set(), kind


def test_every_derived_link_says_through_what(store: OxigraphStore) -> None:
    assert answers(store, "SELECT ?x WHERE { ?x a kj:DerivedLink FILTER NOT EXISTS { ?x kj:via ?e ; kj:viaRelation ?r } }") == set()


@pytest.mark.source
def test_every_number_the_plan_prints_is_accounted_for_and_nothing_is_left_out_without_need() -> None:
    (coverage,), _ = cover(DATA, Ontology.load(ONTOLOGY), source_texts())
    assert [f"{coverage.file}:{numeral.line} {numeral.text}" for numeral in coverage.left] == []
    assert coverage.idle == ()
    assert len(coverage.numerals) == 1079
