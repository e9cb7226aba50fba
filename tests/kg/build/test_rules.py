"""What follows from a plan by the rules: who serves a group and through what, and who works together."""

from __future__ import annotations

import pytest
from pyoxigraph import QuerySolutions, Store

from kg.build.infer import infer
from kg.build.quads import working_store
from kg.ontology import Ontology
from kg.source.load import load_sources
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.entity import EntityReader
from kg.store.reader.serves import Serving
from kg.text import DotTable
from kg.vocab import ID, KJ
from tests.conftest import ONTOLOGY

PLAN = """graph: 99999/2024
source: plan:source
text: {file: plan.txt, sha256: %s, lines: 99}
entries:
- {id: plan:source, type: SourceDocument, label: 원문}
- {id: district:plan/2024, type: JobsPlan, label: 계획, lines: 1}
- id: center:jobs
  type: ServiceCenter
  label: 일자리센터
  lines: 10
  edition:
    id: edition:jobs-center
    type: ProgramEdition
    label: 일자리센터 (2024)
    lines: 10-19
    completeness: NotStated
    participantGroup: {to: group:youth, lines: 11}
    usesFacility: {to: facility:hall, lines: 12}
- {id: area:district, type: Location, label: 가구, lines: 1}
- {id: area:dong, type: Location, label: 나동, lines: 1, within: {to: area:district, lines: 1}}
- {id: area:zone, type: Location, label: 다구역, lines: 1, within: {to: area:district, lines: 1}}
- {id: facility:hall, type: Facility, label: 회관, lines: 12, within: {to: area:dong, lines: 12}}
- {id: space:room, type: Space, label: 방, lines: 12, partOf: {to: space:floor, lines: 12}}
- {id: space:floor, type: Space, label: 층, lines: 12, partOf: {to: facility:hall, lines: 12}}
- {id: center:housed, type: ServiceCenter, label: 셋방 센터, lines: 13, within: {to: facility:hall, lines: 13}}
- {id: org:campus, type: University, label: 대학, lines: 14, within: {to: area:dong, lines: 14}}
- {id: center:of-campus, type: ServiceCenter, label: 대학의 센터, lines: 14, partOf: {to: org:campus, lines: 14}}
- id: facility:kitchen
  type: Facility
  label: 부엌
  lines: 20
  edition: {id: edition:kitchen, type: ProgramEdition, label: 부엌 (2024), lines: 20, completeness: NotStated, hostGroup: {to: group:youth, lines: 21}}
- id: program:running
  type: Program
  label: 센터 운영
  lines: 30
  edition:
    id: edition:running
    type: ProgramEdition
    label: 센터 운영 (2024)
    lines: 30
    completeness: NotStated
    beneficiaryGroup: {to: group:elder, lines: 31}
    runs: {to: [center:jobs, facility:kitchen, org:council], lines: 32}
- id: program:zone
  type: Program
  label: 구역 사업
  lines: 50
  edition:
    id: edition:zone
    type: ProgramEdition
    label: 구역 사업 (2024)
    lines: 50
    completeness: NotStated
    spatial: {to: area:zone, lines: 50}
    runs: {to: center:housed, lines: 50}
    beneficiaryGroup: {to: group:merchant, lines: 51}
    participation:
    - {participant: org:a, role: participation-role:collaborator, lines: 52}
    - {participant: org:b, role: participation-role:collaborator, forRole: audience-role:beneficiary, lines: 53}
- {id: org:council, type: Collaboration, label: 협의체, lines: 40, hasMember: {to: [org:a, org:b, center:jobs], lines: 41}}
- {id: org:a, type: Organization, label: 가, lines: 40}
- {id: org:b, type: University, label: 나, labelEn: B, lines: 40}
- {id: org:c, type: Organization, label: 다, lines: 40}
""" % ("0" * 64)
PREFIXES = """PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> """
HERE = ID + "99999/"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("rules")
    for name, content in {"plan/plan.yaml": PLAN, "lexicon/dots.tsv": ""}.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(content, "utf-8")
    ontology = Ontology.load(ONTOLOGY)
    made = working_store(load_sources(folder, ontology, None), ontology)
    infer(made, ONTOLOGY / "rules")
    return made


def derived(store: Store, predicate: str) -> set[tuple[str, ...]]:
    """Return the derived links of a predicate: subject, object, via, relation and the lines as `start` joined by spaces."""
    found = store.query(
        f"{PREFIXES} SELECT ?s ?o ?via ?relation (GROUP_CONCAT(STR(?start)) AS ?lines) WHERE {{ SELECT * WHERE {{ ?link a kj:DerivedLink ; "
        f"rdf:predicate kj:{predicate} ; rdf:subject ?s ; rdf:object ?o ; kj:via ?via ; kj:viaRelation ?relation ; "
        "prov:wasDerivedFrom/kj:startLine ?start } ORDER BY ?start } GROUP BY ?s ?o ?via ?relation"
    )
    assert isinstance(found, QuerySolutions)
    rows = [[row[name].value for name in ("s", "o", "via", "relation", "lines")] for row in found]
    return {(*(value.rpartition("/")[2].rpartition("#")[2] for value in row[:4]), row[4]) for row in rows}


def test_a_place_serves_the_groups_its_own_edition_names_on_the_lines_that_name_them(store: Store) -> None:
    serves = derived(store, "serves")
    assert ("jobs", "youth", "jobs-center", "isVersionOf", "11") in serves
    assert ("kitchen", "youth", "kitchen", "isVersionOf", "21") in serves


def test_a_programme_does_not_serve_through_itself(store: Store) -> None:
    assert not [row for row in derived(store, "serves") if row[0] == "running"]


def test_what_a_programme_runs_serves_the_programmes_groups(store: Store) -> None:
    run = {row for row in derived(store, "serves") if row[3] == "runs"}
    assert {row for row in run if row[2] == "running"} == {
        (who, "elder", "running", "runs", "31 32") for who in ("jobs", "kitchen", "council")
    }


def test_who_takes_part_as_the_one_that_is_helped_serves_nobody_by_it(store: Store) -> None:
    taking_part = {row for row in derived(store, "serves") if row[3] == "hasParticipation"}
    assert taking_part == {("a", "merchant", "zone", "hasParticipation", "51 52")}


def areas(store: Store, thing: str) -> set[str]:
    """Return the areas a thing lies in."""
    found = store.query(f"SELECT ?area {{ <{HERE}{thing}> <{KJ.locatedInArea}> ?area }}")
    assert isinstance(found, QuerySolutions)
    return {row["area"].value.rpartition("/")[2] for row in found}


def test_rooms_and_centres_lie_where_the_building_around_them_does_all_the_way_up(store: Store) -> None:
    for thing in ("facility/hall", "space/floor", "space/room", "center/housed"):
        assert areas(store, thing) == {"dong", "district"}, thing


def test_an_edition_lies_where_it_takes_place_what_it_runs_and_the_area_it_is_for(store: Store) -> None:
    assert areas(store, "plan/2024/program/jobs-center") == {"dong", "district"}
    assert areas(store, "plan/2024/program/zone") == {"zone", "dong", "district"}
    assert areas(store, "plan/2024/program/kitchen") == set()


def test_a_university_and_the_centre_that_belongs_to_it_are_not_placed_by_rule(store: Store) -> None:
    assert areas(store, "org/campus") == areas(store, "center/of-campus") == set()


def test_where_an_edition_of_a_place_takes_place_still_counts(store: Store) -> None:
    assert {row for row in derived(store, "serves") if row[0] == "hall"} == {("hall", "youth", "jobs-center", "usesFacility", "11 12")}


def test_members_written_in_one_list_work_together_through_their_council(store: Store) -> None:
    members = ("a", "b", "jobs")
    together = {row for row in derived(store, "collaboratesWith") if row[2] == "council"}
    assert together == {(one, other, "council", "hasMember", "41") for one in members for other in members if one != other}


@pytest.fixture(scope="module")
def reader(store: Store) -> EntityReader:
    named = [quad for quad in store if str(quad.graph_name) != "DEFAULT"]
    return EntityReader(OxigraphStore.in_memory(named), QueryLibrary.load(ONTOLOGY / "queries"), DotTable({}))


def channels(serving: Serving) -> list[tuple[str, str, str, str]]:
    """Return every channel: server, edition, heading of the relation, lines."""
    return sorted(
        (
            server.ref.iri.removeprefix(HERE),
            channel.edition.iri.removeprefix(HERE + "plan/2024/") if channel.edition else "",
            channel.relation.value,
            ", ".join(str(passage.start) for passage in channel.passages),
        )
        for server in serving.servers
        for channel in server.channels
    )


def test_a_place_is_listed_once_for_its_own_edition(reader: EntityReader) -> None:
    youth = reader.serves(reader.ref(ID + "kr/group/youth", "en"), "en", HERE + "plan/2024")
    assert channels(youth) == [
        ("center/jobs", "program/jobs-center", "", "11"),
        ("facility/hall", "program/jobs-center", "Where it takes place", "11, 12"),
        ("facility/kitchen", "program/kitchen", "", "21"),
    ]


def test_what_a_programme_runs_is_listed_with_the_programme(reader: EntityReader) -> None:
    elder = reader.serves(reader.ref(ID + "kr/group/elder", "en"), "en", HERE + "plan/2024")
    assert channels(elder) == [
        ("center/jobs", "program/running", "What it runs", "31, 32"),
        ("facility/kitchen", "program/running", "What it runs", "31, 32"),
        ("org/council", "program/running", "What it runs", "31, 32"),
        ("program/running", "program/running", "", "31"),
    ]
