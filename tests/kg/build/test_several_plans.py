"""Plans of other districts and years stand beside the first one, with no line of Python, and do not touch each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build.pipeline import build
from kg.errors import SourceFaults
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import NQUADS, Snapshot
from tests.conftest import ONTOLOGY, ROOT, silent, spine_at

PLANS, TEXTS = ROOT / "tests" / "fixtures" / "plans", ROOT / "tests" / "fixtures" / "texts"
GRAPHS = [f"https://w3id.org/kr-jobs/graph/{name}" for name in ("11410/2022", "11410/2023", "99999/2024")]
PREFIXES = """
PREFIX cv: <http://data.europa.eu/m8g/> PREFIX dct: <http://purl.org/dc/terms/> PREFIX kj: <https://w3id.org/kr-jobs/ns#>
PREFIX schema: <http://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX group: <https://w3id.org/kr-jobs/id/kr/group/> PREFIX program: <https://w3id.org/kr-jobs/id/11410/program/>
PREFIX org: <https://w3id.org/kr-jobs/id/11410/org/>
"""


def data_with(folder: Path, *plans: str) -> Path:
    data = spine_at(folder / "data")
    for plan in plans:
        shutil.copytree(PLANS / plan, data / plan)
    return data


def publish_plans(data: Path, folder: Path) -> Snapshot:
    return build(Settings(data=data, ontology=ONTOLOGY, sources=TEXTS, snapshots=folder / "snapshots"), (), silent)[0]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("three")
    return publish_plans(data_with(folder, "plan-b", "seodaemun-2023"), folder)


def values(snapshot: Snapshot, query: str) -> list[tuple[str, ...]]:
    with OxigraphStore.open(snapshot.store_path) as store:
        solutions = store.select(PREFIXES + query)
        return sorted(tuple(row[name].value for name in solutions.variables) for row in solutions.rows)


def graph_lines(snapshot: Snapshot, graph: str) -> list[str]:
    return [line for line in (snapshot.path / NQUADS).read_text("utf-8").splitlines() if line.endswith(f"<{graph}> .")]


def test_each_plan_has_a_named_graph_of_its_own(three: Snapshot) -> None:
    assert set(GRAPHS) < set(three.manifest["graphs"])


def test_both_editions_stand_under_the_one_programme_each_with_its_own_ages(three: Snapshot) -> None:
    found = values(
        three,
        "SELECT ?plan ?min ?max WHERE { ?e dct:isVersionOf program:digital-tutor ; kj:inPlan/skos:prefLabel ?plan ; cv:holdsRequirement/kj:allOf ?c . ?c schema:minValue ?min ; schema:maxValue ?max FILTER(LANG(?plan) = 'ko') }",
    )
    assert found == [("서대문구 2022년 일자리 계획", "18", "39"), ("서대문구 2023년 일자리 계획", "19", "34")]


def test_the_shared_organisation_takes_part_in_both_years_and_has_one_name(three: Snapshot) -> None:
    assert len(values(three, "SELECT ?e WHERE { ?e cv:hasParticipation/cv:hasParticipant org:ewha-womans-university }")) == 2
    assert values(three, "SELECT ?n WHERE { org:ewha-womans-university skos:prefLabel ?n FILTER(LANG(?n) = 'ko') }") == [
        ("이화여자대학교",)
    ]


def test_another_plan_may_add_a_further_name_to_a_programme(three: Snapshot) -> None:
    assert ("디지털 튜터 2기",) in values(three, "SELECT ?n WHERE { program:digital-tutor skos:altLabel ?n }")


def test_two_plans_may_say_the_same_of_a_term_they_share_each_on_its_own_lines(tmp_path: Path) -> None:
    data = data_with(tmp_path, "plan-b", "seodaemun-2023")
    for plan in ("plan-b", "seodaemun-2023"):
        said = "entries:\n- {extends: sector:direct, lines: 1, participantGroup: {to: group:youth, lines: 1}}\n"
        (data / plan / "sectors.yaml").write_text(said, "utf-8")
    found = values(
        publish_plans(data, tmp_path),
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#> "
        "SELECT ?l ?s WHERE { ?l a <https://w3id.org/kr-jobs/ns#Link> ; rdf:subject <https://w3id.org/kr-jobs/id/kr/sector/direct> ; prov:wasDerivedFrom/oa:hasSource ?s }",
    )
    plans = [f"https://w3id.org/kr-jobs/id/{plan}/" for plan in ("11410/plan/2023", "99999/plan/2024")]
    assert found == [(f"{plan}kr/sector/direct/participantGroup/youth", f"{plan}source") for plan in plans]


def test_a_group_keeps_the_ages_of_every_plan_apart(three: Snapshot) -> None:
    ages = values(
        three,
        "SELECT ?g ?min ?max WHERE { GRAPH ?g { group:youth kj:groupDefinition/kj:allOf ?c . ?c schema:minValue ?min ; schema:maxValue ?max } }",
    )
    assert ages == [(GRAPHS[0], "15", "39"), (GRAPHS[1], "19", "34"), (GRAPHS[2], "19", "34")]


def test_replacing_one_plan_leaves_the_graphs_of_the_others_byte_for_byte_as_they_were(three: Snapshot, tmp_path: Path) -> None:
    data = data_with(tmp_path, "plan-b", "seodaemun-2023")
    path = data / "plan-b" / "bread.yaml"
    path.write_text(path.read_text("utf-8").replace("label: 가온일자리센터", "label: 가온일자리센터 본점"), "utf-8")
    changed = publish_plans(data, tmp_path)
    for graph in (*GRAPHS[:2], "https://w3id.org/kr-jobs/graph/ontology"):
        assert graph_lines(changed, graph) == graph_lines(three, graph)
    assert graph_lines(changed, GRAPHS[2]) != graph_lines(three, GRAPHS[2])


def test_a_plan_that_owns_a_shared_thing_cannot_be_taken_away_until_the_thing_is_moved(tmp_path: Path) -> None:
    data = data_with(tmp_path, "seodaemun-2023")
    shutil.rmtree(data / "seodaemun-2022")
    with pytest.raises(SourceFaults) as caught:
        publish_plans(data, tmp_path)
    assert {"program:digital-tutor", "org:ewha-womans-university"} <= {
        f.facts["value"] for f in caught.value.faults if f.code == "source.dangling"
    }


def test_another_plan_cannot_rename_a_programme_it_does_not_own(tmp_path: Path) -> None:
    data = data_with(tmp_path, "seodaemun-2023")
    path = data / "seodaemun-2023" / "plan.yaml"
    path.write_text(path.read_text("utf-8").replace("  alias: 디지털 튜터 2기", "  label: 디지털 튜터 2기"), "utf-8")
    with pytest.raises(SourceFaults) as caught:
        publish_plans(data, tmp_path)
    assert [f.code for f in caught.value.faults if f.severity == "violation"] == ["source.not-yours"]


def test_two_folders_cannot_claim_the_same_plan(tmp_path: Path) -> None:
    data = data_with(tmp_path)
    shutil.copytree(data / "seodaemun-2022", data / "copy")
    with pytest.raises(SourceFaults) as caught:
        publish_plans(data, tmp_path)
    assert {"source.duplicate-graph", "source.duplicate-id"} <= {fault.code for fault in caught.value.faults}
