"""`/partners/…` shows an organisation's programmes, partners and who might join, and where the network is thin."""

from __future__ import annotations

import io
import re
from html import unescape
from itertools import pairwise

import networkx as nx
import pytest
from flask.testing import FlaskClient

from kg.network.partners import Partnerships
from kg.network.projection import read_network
from kg.store.snapshot import Snapshot
from kg.vocab import ID
from tests.web.conftest import queried

EWHA = "11410/org/ewha-womans-university"
PAGE_BYTES = 15 * 1024


@pytest.fixture(scope="module")
def found(published: Snapshot) -> Partnerships:
    return Partnerships(read_network(published.path))


def pages(client: FlaskClient, address: str) -> list[str]:
    """Return a page and those after it."""
    read = []
    while address:
        read.append(client.get(address).text)
        following = re.search(r'href="([^"]+)">(?:다음 쪽|Next page)</a>', read[-1])
        address = unescape(following[1]) if following else ""
    return read


def test_an_organisation_sees_its_programmes_roles_and_partners(client: FlaskClient) -> None:
    page = client.get(f"/partners/{EWHA}").text
    for words in ("청년키움식당", "평가·선정", "캠퍼스타운 조성사업", "이푸드랩", "0.50", "0.33"):
        assert words in page
    assert page.index("이푸드랩") < page.index("Tech up") or page.index("0.50") < page.index("0.33")


def test_the_page_and_the_data_hold_the_same(client: FlaskClient) -> None:
    data = client.get(f"/partners/{EWHA}?format=json").get_json()
    page = client.get(f"/partners/{EWHA}").text
    for one in (*data["parts"], *data["partners"], *data["likely"], *data["community"]):
        assert one["name"] in page
    assert {one["name"] for one in data["partners"]} & {one["name"] for one in data["likely"]} == set()


def test_a_name_leads_to_the_id_and_what_is_no_organisation_is_said_so(client: FlaskClient) -> None:
    assert client.get("/partners/이화여대").headers["Location"] == f"/partners/{EWHA}"
    assert client.get("/partners/청년").status_code == 404
    assert client.get("/partners/kr/group/youth").status_code == 404


def test_nobody_is_said_to_work_with_one_that_is_proposed_and_no_proposal_is_said_not_to_work_with_it(
    client: FlaskClient, found: Partnerships
) -> None:
    for actor in found.actors:
        likely = {one.actor for one in found.likely(actor)}
        if not likely:
            continue
        page = client.get(f"/partners/{actor.removeprefix(ID)}").text
        before, after = page.split("함께하면 좋을 곳", 1)
        proposed = after[: after.index("</section>")]
        assert "적히지 않은 곳" in proposed and "아직 함께하지 않는" not in page
        said = before[before.index("<article") :]
        assert not [one for one in likely if f'href="/partners/{one.removeprefix(ID)}"' in said], actor
        cluster = after.partition("같은 무리로 묶인 곳(직접 함께하지 않는 곳도 있음)")[0][len(proposed) :]
        assert not [one for one in likely if f'href="/partners/{one.removeprefix(ID)}"' in cluster], actor


def test_nobody_is_proposed_to_the_office_whose_plan_it_is_and_the_page_says_why(client: FlaskClient) -> None:
    page = client.get("/partners/11410/org/seodaemun-gu").text
    assert "아무 곳도 권하지 않습니다" in page and "까닭을 댈 수 있는 곳이 없습니다" not in page
    assert client.get("/partners/11410/org/seodaemun-gu?format=json").get_json()["likely"] == []


def test_no_list_of_the_overview_skips_a_level_of_headings(client: FlaskClient) -> None:
    for show in ("", "?show=actors", "?show=brokers", "?show=zones", "?show=groups", "?show=alone"):
        levels = [int(level) for level in re.findall(r"<h(\d)", client.get(f"/partners/{show}").text)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), show


def test_the_overview_names_brokers_communities_and_gaps_in_both_languages(client: FlaskClient) -> None:
    page = client.get("/partners/").text
    for words in ("소상공인 지역협의체", "가좌 도시재생 권역", "모듈성", "계획에 협력 기관이 적혀 있지 않은 사업"):
        assert words in page
    assert "Who works with whom" in client.get("/en/partners/").text


def test_the_district_office_of_a_name_that_is_also_an_area_is_found(client: FlaskClient) -> None:
    assert client.get("/partners/서대문구").headers["Location"] == "/partners/11410/org/seodaemun-gu"


@pytest.mark.parametrize("lang", ["", "/en"])
def test_the_overview_is_light_and_loses_nothing(client: FlaskClient, found: Partnerships, lang: str) -> None:
    first = client.get(f"{lang}/partners/").text
    wanted = {
        "actors": len(found.actors),
        "brokers": len(found.brokers),
        "single": len(found.single_points),
        "communities": len(found.communities),
        "zones": len(found.gaps.zones),
        "groups": len(found.gaps.groups),
        "alone": len(found.gaps.alone),
    }
    assert len(first.encode()) <= PAGE_BYTES
    for name, number in wanted.items():
        read = pages(client, f"{lang}/partners/?show={name}")
        assert all(len(page.encode()) <= PAGE_BYTES for page in read), name
        bodies = [page[page.index("<h1") : page.index("</article>")] for page in read]
        assert sum(len(re.findall(r"<li>|<tr><th scope=.row", body)) for body in bodies) == number, name
        assert number <= 10 or f"/partners/?show={name}" in first, name


def test_a_group_of_which_nobody_is_named_says_to_which_wider_one_it_belongs(client: FlaskClient) -> None:
    body = "".join(pages(client, "/partners/?show=groups"))
    row = body[body.index(">미취업 청년</a>") :].split("</li>")[0]
    assert "적힌 곳 없음" in row and ">청년</a>" in row and ">실직자</a>" in row


@pytest.mark.parametrize("query", ["show=nothing", "show=alone&page=0", "show=alone&page=99"])
def test_a_list_or_page_of_the_overview_that_is_not_there_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/partners/?{query}").status_code == 400


def test_a_council_shows_who_belongs_to_it(client: FlaskClient, found: Partnerships) -> None:
    council = "11410/council/small-business"
    page = client.get(f"/partners/{council}").text
    data = client.get(f"/partners/{council}?format=json").get_json()
    assert {line for one in data["members"] for line in one["lines"].split(", ")} <= {"1702", "1702-1704", "1704"}
    assert {one["id"] for one in data["members"]} == set(found.members[f"https://w3id.org/kr-jobs/id/{council}"])
    assert "구성원 6곳" in page and "우리은행" in page and "같은 일을 함께한다고 적힌 곳이 없습니다" not in page
    assert client.get(f"/partners/{EWHA}?format=json").get_json()["members"] == []


def test_the_overview_as_data_holds_the_lists_whole_and_an_unknown_format_is_refused(client: FlaskClient, found: Partnerships) -> None:
    whole = client.get("/partners/?format=json").get_json()
    assert client.get("/api/partners").get_json() == whole
    assert [len(whole[name]) for name in ("actors", "single", "communities")] == [
        len(found.actors),
        len(found.single_points),
        len(found.communities),
    ]
    assert {one["id"] for one in whole["alone"]} == set(found.gaps.alone)
    assert {one["id"]: tuple(actor["id"] for actor in one["actors"]) for one in whole["groups"]} == dict(found.gaps.groups)
    assert client.get("/partners/?format=json&show=zones").get_json()["zones"] == whole["zones"]
    for address in ("/partners/?format=exe", "/partners/?format=graphml", f"/partners/{EWHA}?format=exe", "/api/partners?format=exe"):
        assert client.get(address).status_code == 400, address


def test_programs_ask_for_an_organisation_by_name_or_id(client: FlaskClient) -> None:
    shown = client.get(f"/partners/{EWHA}?format=json").get_json()
    assert client.get("/api/partners?actor=이화여대").get_json() == shown
    assert client.get("/api/partners", query_string={"actor": ID + EWHA}).get_json() == shown
    assert client.get("/api/partners?actor=서대문구").get_json()["actor"]["id"] == f"{ID}11410/org/seodaemun-gu"
    assert client.get("/api/partners?actor=청년").status_code == client.get("/api/partners?actor=없는 이름").status_code == 400


def test_page_file_and_query_of_an_organisation_hold_the_same(client: FlaskClient, found: Partnerships) -> None:
    for actor in (EWHA, "11410/org/seodaemun-gu", "11410/council/small-business", "11410/org/e-food-lab"):
        page = client.get(f"/partners/{actor}")
        assert "format=query" in page.text and "format=graphml" in page.text
        want = {(share.thing, one) for share in found.shares(ID + actor) for one in found.members[share.thing]}
        want |= {(ID + actor, one) for one in found.members.get(ID + actor, {})}
        part = nx.read_graphml(io.BytesIO(client.get(f"/partners/{actor}?format=graphml").data))
        assert set(part.edges()) == want != set()
        rows = queried(client, f"/partners/{actor}?format=query")
        assert {(row["thing"]["value"], row["actor"]["value"]) for row in rows} == want
