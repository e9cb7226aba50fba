"""Accepted lists are built in beside the plans, each in a graph of its own, decide only what they may, and leave no trace when they are off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse, serialize

from kg.build.check import Checked, check
from kg.build.imported import imported_quads
from kg.eligibility.answers import read_profile
from kg.eligibility.deciding import decide
from kg.eligibility.texts import EligibilityReader
from kg.errors import SourceFaults
from kg.imports.importing import take_over
from kg.imports.keeping import imports_folder, in_use
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.queries import QueryLibrary
from kg.store.reader.entity import EntityReader
from kg.store.snapshot import NQUADS, Snapshot
from kg.text import DotTable
from kg.vocab import GRAPH, ID
from tests.conftest import DATA, ONTOLOGY, silent
from tests.kg.imports.sources import DAY, FIXTURES, SOURCES, files_of, laid_out
from web.app import create_app
from web.serving import SearchOpener

PLAN = "https://w3id.org/kr-jobs/id/11410/plan/2022"
ALLOWANCE, OUTING, ADVICE, LOAN, VOUCHER = (f"{ID}service/gov24/99900000010{number}" for number in range(1, 6))


def rows(snapshot: Snapshot, query: str) -> list[dict[str, str]]:
    prefixes = (
        "PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX prov: <http://www.w3.org/ns/prov#> "
    )
    prefixes += "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX oa: <http://www.w3.org/ns/oa#> "
    with OxigraphStore.open(snapshot.store_path) as store:
        return [{name: term.value for name, term in row.items()} for row in store.select(prefixes + query).rows]


@pytest.fixture(scope="module")
def reader(listed: Snapshot) -> EligibilityReader:
    store = OxigraphStore.open(listed.store_path)
    queries = QueryLibrary.load(ONTOLOGY / "queries")
    return EligibilityReader(store, queries, EntityReader(store, queries, DotTable.load(DATA / "lexicon")).display)


def decided(reader: EligibilityReader, asker: str = "person", **answers: str) -> dict[str, str]:
    catalogue = reader.catalogue(PLAN)
    given = {name: [value] for name, value in answers.items()}
    decision = decide(catalogue, read_profile(asker, date(2026, 11, 26), given, catalogue.terms))
    return {judged.row.program: judged.verdict for judged in decision.rows if judged.row.program.startswith(ID + "service/")}


def test_each_list_has_a_named_graph_of_its_own_with_its_day(listed: Snapshot) -> None:
    assert {f"{GRAPH}import/{source}/{DAY}" for source in SOURCES} < set(listed.manifest["graphs"])


def test_every_service_says_where_it_is_from_with_number_day_and_page(listed: Snapshot) -> None:
    found = rows(
        listed,
        """SELECT ?number ?page ?day ?list WHERE { ?edition kj:inRegister ?register ; dct:isVersionOf ?service ; prov:wasDerivedFrom ?record .
        ?service dct:identifier ?number . ?record oa:hasSource ?register ; dct:identifier ?number ; dcat:landingPage ?page .
        ?register kj:retrievedOn ?day ; skos:prefLabel ?list ; dct:publisher ?publisher FILTER (LANG(?list) = "ko") }""",
    )
    assert {row["day"] for row in found} == {DAY}
    allowance = next(row for row in found if row["number"] == "999000000101")
    assert allowance["list"] == f"정부24, {DAY} 기준"
    assert allowance["page"] == "https://www.gov.kr/portal/rcvfvrSvc/dtlEx/999000000101"


def test_codes_are_kept_as_they_are(listed: Snapshot) -> None:
    found = rows(listed, f"SELECT ?code WHERE {{ <{ALLOWANCE}/edition> kj:sourceCode ?code }}")
    assert {"JA0327", "JA0201", "사용자구분=개인"} < {row["code"] for row in found}


def test_what_a_source_has_not_approved_is_kept_in_the_file_and_not_shown(listed: Snapshot, with_lists: Settings) -> None:
    assert not rows(listed, 'SELECT ?s WHERE { ?s skos:prefLabel "돌려보낸 정책"@ko }')
    kept = next((imports_folder(with_lists) / "youth").glob("*.jsonl"))
    assert "돌려보낸 정책" in kept.read_text("utf-8")


def test_an_office_is_joined_to_the_one_of_the_plan_by_its_name_or_left_open(listed: Snapshot) -> None:
    found = rows(
        listed, f"SELECT ?name WHERE {{ <{OUTING}/edition> <http://data.europa.eu/m8g/hasCompetentAuthority>/skos:prefLabel ?name }}"
    )
    assert [row["name"] for row in found] == ["서울특별시 서대문구"]


def test_no_verdict_of_a_list_is_more_than_likely(reader: EligibilityReader) -> None:
    for asker in ("person", "firm", "organization"):
        for answers in ({}, {"age": "25", "residence": "서대문구", "sex": "female", "employment": "employed", "disability": "true"}):
            verdicts = decided(reader, asker, **(answers if asker == "person" else {}))
            assert verdicts
            assert "eligible" not in verdicts.values()
            assert "unstated" not in verdicts.values()


def test_what_is_exact_decides(reader: EligibilityReader) -> None:
    woman = decided(reader, age="25", sex="female", residence="서대문구", employment="employed", disability="false")
    assert woman[ADVICE] == "likely"
    assert woman[OUTING] == "ineligible"
    assert decided(reader, sex="male")[ADVICE] == "ineligible"
    assert decided(reader, age="40")[ALLOWANCE] == "ineligible"
    assert decided(reader, disability="true", residence="서대문구")[OUTING] == "likely"
    assert decided(reader, disability="true", residence="종로구")[OUTING] == "ineligible"


def test_what_is_not_exact_rules_nobody_out(reader: EligibilityReader) -> None:
    assert decided(reader, age="25", residence="서대문구", employment="employed")[ALLOWANCE] == "likely"
    assert decided(reader)[VOUCHER] == "likely"


def test_a_region_that_is_not_known_excludes_nobody(reader: EligibilityReader) -> None:
    bus = f"{ID}service/bokjiro-local/WLF99100002"
    assert {decided(reader, residence=place)[bus] for place in ("서대문구", "부산광역시", "종로구")} == {"likely"}
    assert decided(reader, age="25", residence="부산광역시")[ALLOWANCE] == "ineligible"


def test_firms_find_what_is_for_firms(reader: EligibilityReader) -> None:
    firm = decided(reader, "firm")
    assert LOAN in firm
    assert ALLOWANCE not in firm


def all_of(checked: Checked) -> str:
    return "".join(sorted({line for shard in checked.shards for line in shard.path.read_text("utf-8").splitlines(keepends=True)}))


def test_without_lists_a_build_is_what_it_was_byte_for_byte(with_lists: Settings, listed: Snapshot, tmp_path: Path) -> None:
    off = with_lists.model_copy(update={"imports": "none"})
    # Lists come into a build by this alone: where it is as if there were none, a second build would only say so again.
    assert in_use(off) == in_use(with_lists.model_copy(update={"imports_folder": tmp_path})) == ()
    never = all_of(check(off, silent))
    assert "/import/" not in never and "/service/" not in never
    plan = f" <{GRAPH}11410/2022> ."
    built = (listed.path / NQUADS).read_text("utf-8").splitlines()
    assert sorted(line for line in built if line.endswith(plan)) == sorted(line for line in never.splitlines() if line.endswith(plan))


@pytest.mark.parametrize(
    ("setting", "left"),
    [
        ("all", set(SOURCES)),
        ("", set(SOURCES)),
        ("none", set()),
        ("gov24, youth", {"gov24", "youth"}),
        ("-gov24", set(SOURCES) - {"gov24"}),
    ],
)
def test_lists_are_switched_on_and_off_by_name(setting: str, left: set[str], with_lists: Settings) -> None:
    assert {kept.source for kept in in_use(with_lists.model_copy(update={"imports": setting}))} == left


def test_a_list_that_is_left_out_by_a_name_nobody_has_stops_the_build_in_place_of_staying_in(with_lists: Settings) -> None:
    with pytest.raises(SourceFaults) as found:
        in_use(with_lists.model_copy(update={"imports": "-gov2"}))
    assert [(fault.code, fault.facts["value"]) for fault in found.value.faults] == [("import.not-there", "gov2")]


def test_who_may_not_take_part_is_never_shown_as_whom_it_is_for(tmp_path: Path, with_lists: Settings) -> None:
    files = files_of("youth")
    body = json.loads(files["getPlcy.json"])
    body["result"]["youthPolicyList"][0] |= {
        "ptcpPrpTrgtCn": "집을 가진 사람",
        "addAplyQlfcCndCn": "혼자 사는 사람",
        "earnEtcCn": "월 200만 원 이하",
    }
    files["getPlcy.json"] = json.dumps(body, ensure_ascii=False).encode()
    settings = with_lists.model_copy(update={"imports_folder": tmp_path / "imports"})
    take_over("youth", settings, [laid_out(files, tmp_path / "sent")], DAY)
    said = {
        (quad.predicate.value.rpartition("#")[2], quad.object.value)
        for quad in imported_quads(in_use(settings), settings, Store())
        if isinstance(quad.object, Literal) and "집을 가진" in quad.object.value
    }
    assert said == {("criteriaText", "혼자 사는 사람\n소득: 월 200만 원 이하\n참여할 수 없는 사람: 집을 가진 사람")}


def test_a_list_that_is_named_and_not_there_stops_the_build(with_lists: Settings) -> None:
    with pytest.raises(SourceFaults) as found:
        check(with_lists.model_copy(update={"imports": "gov24,kosis"}), silent)
    assert [(fault.code, fault.facts["value"]) for fault in found.value.faults] == [("import.not-there", "kosis")]


def test_a_list_that_was_changed_after_it_was_accepted_stops_the_build_until_it_is_taken_over_again(
    tmp_path: Path, with_lists: Settings
) -> None:
    settings = with_lists.model_copy(update={"imports_folder": tmp_path})
    kept = take_over("youth", settings, [FIXTURES / "youth"], DAY).kept
    kept.path.write_bytes(kept.path.read_bytes().replace("월세".encode(), "전세".encode()))
    with pytest.raises(SourceFaults) as found:
        check(settings, silent)
    assert [fault.code for fault in found.value.faults] == ["import.damaged"]
    take_over("youth", settings, [FIXTURES / "youth"], DAY)
    assert [one.services for one in in_use(settings)] == [3]


def test_text_with_every_kind_of_sign_becomes_sound_statements(tmp_path: Path, with_lists: Settings) -> None:
    files = files_of("gov24")
    page = b"https://www.gov.kr/portal/rcvfvrSvc/dtlEx/99900000010"
    changes = {
        "처음 일자리를 찾는".encode(): b'a\\"b\\\\c\\n\\u0001\\ud55c <b>{}|^` \\ud83d\\ude00',
        page + b"2": b"https://www.gov.kr/a b<c>\\u0022",
        page + b"3": "http://가람.한국/안내?이름=[1]#끝".encode(),
    }
    for old, new in changes.items():
        assert old in files["serviceList-1.json"]
        files["serviceList-1.json"] = files["serviceList-1.json"].replace(old, new)
    settings = with_lists.model_copy(update={"imports_folder": tmp_path / "imports"})
    take_over("gov24", settings, [laid_out(files, tmp_path / "sent")], DAY)
    quads = set(imported_quads(in_use(settings), settings, Store()))
    written = serialize(quads, format=RdfFormat.N_QUADS)
    assert written is not None
    assert set(parse(written, format=RdfFormat.N_QUADS)) == quads
    pages = {quad.object.value for quad in quads if quad.predicate.value.endswith("#landingPage") and isinstance(quad.object, NamedNode)}
    assert len(pages) == 4
    assert not any(sign in page for page in pages for sign in ' <>"{}|\\^`[]')


@pytest.fixture(scope="module")
def client(with_lists: Settings, listed: Snapshot) -> Iterator[FlaskClient]:
    app = create_app(with_lists, SearchOpener())
    yield app.test_client(use_cookies=False)
    app.extensions["itda"].close()


def shown(client: FlaskClient, address: str) -> str:
    sent = client.get(address)
    assert sent.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", sent.get_data(as_text=True)))


def test_search_finds_a_service_by_name_and_says_whose_list_it_is_from(client: FlaskClient) -> None:
    found = client.get("/api/search", query_string={"q": "가람구 청년 첫걸음 수당"}).get_json()["results"]
    assert found[0]["id"] == ALLOWANCE
    assert "정부24" in shown(client, "/search?q=가람구+청년+첫걸음+수당")


def test_the_page_of_a_service_shows_its_source_and_day_in_place_of_lines(client: FlaskClient) -> None:
    page = shown(client, "/id/service/gov24/999000000101")
    assert f"정부24, {DAY} 기준" in page
    assert "구직자/실업자" in page
    assert "담당 기관에 확인하세요" in page
    assert "그 밖의 조건" in page
    assert "원문 2행" not in page
    assert "문서에 없음" not in page
    assert f"Government24, as of {DAY}" in shown(client, "/en/id/service/gov24/999000000101")


def test_the_evidence_of_a_service_leads_to_its_page_at_the_source(client: FlaskClient) -> None:
    sent = client.get(f"/id/import/gov24/{DAY}/999000000101").get_data(as_text=True)
    assert 'href="https://www.gov.kr/portal/rcvfvrSvc/dtlEx/999000000101"' in sent
    assert "999000000101" in shown(client, f"/id/import/gov24/{DAY}/999000000101")
    assert f"정부24, {DAY} 기준" in shown(client, f"/id/import/gov24/{DAY}")


def test_every_thing_of_the_lists_has_a_page_in_both_languages(client: FlaskClient, listed: Snapshot) -> None:
    things = rows(
        listed, f'SELECT DISTINCT ?thing WHERE {{ GRAPH ?graph {{ ?thing a ?kind }} FILTER (STRSTARTS(STR(?graph), "{GRAPH}import/")) }}'
    )
    assert len(things) > 100
    for row in things:
        for prefix in ("", "/en"):
            sent = client.get(prefix + "/id/" + row["thing"].removeprefix(ID))
            assert sent.status_code == 200, row


def test_eligibility_shows_the_list_in_place_of_lines(client: FlaskClient) -> None:
    answer = client.post("/api/eligibility", json={"as": "person", "age": 25, "residence": "서대문구"}).get_json()
    card = next(one for one in answer["programs"] if one["id"] == ALLOWANCE)
    assert card["verdict"] == "likely"
    assert {reason["lines"] for reason in card["criteria"]} == {f"gov24/{DAY}"}
    page = client.post("/find", data={"age": "25", "residence": "서대문구"}).get_data(as_text=True)
    assert f"정부24, {DAY} 기준" in page
    assert "가람구 청년 첫걸음 수당" in page


def test_the_network_leads_from_a_service_to_its_office_and_groups_with_the_list_as_evidence(client: FlaskClient) -> None:
    found = client.get("/api/network", query_string={"focus": OUTING}).get_json()
    assert {edge["lines"] for edge in found["edges"]} == {f"gov24/{DAY}"}
    assert {"서울특별시 서대문구", "장애인"} < {node["name"] for node in found["nodes"]}
    page = shown(client, "/network/service/gov24/999000000102")
    assert f"정부24, {DAY} 기준" in page
    assert client.get("/path", query_string={"from": OUTING, "to": ADVICE}).status_code == 200


def test_queries_can_ask_one_list_alone(client: FlaskClient) -> None:
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ GRAPH <{GRAPH}import/gov24/{DAY}> {{ ?s <https://w3id.org/kr-jobs/ns#inRegister> ?r }} }}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"}).get_json()
    assert answer["results"]["bindings"][0]["n"]["value"] == "5"
