"""The pages and answers of the network: list, picture, data and query hold the same."""

from __future__ import annotations

import gzip
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import networkx as nx
import pytest
from flask import Flask
from flask.testing import FlaskClient

import web
from kg.network.asked import naming
from kg.network.model import Network
from kg.network.projection import read_network
from kg.store.snapshot import Snapshot
from tests.web.conftest import queried
from web.drawing import SHAPES

ID = "https://w3id.org/kr-jobs/id/"
YOUNG = ID + "kr/group/youth-unemployed"
YONSEI, CAMPUS = "11410/org/yonsei-university", "11410/program/campus-town"
PAGE_BYTES = 15 * 1024


@pytest.fixture(scope="module")
def network(published: Snapshot) -> Network:
    return read_network(published.path)


def listed(page: str) -> set[str]:
    """Return the things of the list of a page."""
    part = page[page.index('class="net__list"') : page.index('class="net__side"')]
    return {unquote(href) for href in re.findall(r'<li><a href="/network/([^"?]+)"', part)}


def pictured(page: str) -> set[str]:
    """Return the things of the picture, without the one in the middle."""
    part = page[page.index('class="net__picture"') :]
    return {unquote(href) for href in re.findall(r'<a href="/network/([^"?]+)" aria-label="[^"]+">', part)}


def neighbours(client: FlaskClient, address: str) -> set[str]:
    """Return the neighbours that the query of a page finds."""
    return {row["neighbour"]["value"].removeprefix(ID) for row in queried(client, address)}


def test_list_picture_data_and_query_give_the_same_things_for_every_thing(client: FlaskClient, app: Flask, network: Network) -> None:
    services = app.extensions["itda"]
    query = naming(services.library.text("network-around"), focus=list(network.nodes))
    site = services.acquire()
    found: dict[str, set[str]] = {node: set() for node in network.nodes}
    for row in site.store.select(query).rows:
        found[row["focus"].value].add(row["neighbour"].value.removeprefix(ID))
    services.release(site)
    assert len({node.type for node in network.nodes.values()}) >= 20 and len(found) >= 500
    for node, queried_things in found.items():
        address = f"/network/{node.removeprefix(ID)}?limit=400"
        page = client.get(address).text
        around = {edge.other(node).removeprefix(ID) for edge in network.touching[node]}
        data = {one["id"].removeprefix(ID) for one in client.get(f"{address}&format=json").get_json()["nodes"][1:]}
        assert listed(page) == pictured(page) == data == around == queried_things, node


def test_the_query_that_a_page_leads_to_is_the_one_for_the_thing(client: FlaskClient, network: Network) -> None:
    for thing in (YONSEI, CAMPUS, "kr/group/youth", "11410/council/small-business"):
        around = {edge.other(ID + thing).removeprefix(ID) for edge in network.touching[ID + thing]}
        assert neighbours(client, f"/network/{thing}?limit=400&format=query") == around, thing


@pytest.mark.parametrize(
    "address", [f"{YONSEI}?type=program&type=course", "kr/group/job-seeker?type=center", f"{YONSEI}?depth=2&type=program&limit=400"]
)
def test_a_narrowed_or_deeper_view_is_the_same_in_list_picture_and_query(client: FlaskClient, address: str) -> None:
    page = client.get(f"/network/{address}").text
    assert listed(page) == pictured(page) != set()
    assert neighbours(client, f"/network/{address}&format=query") - {address.partition("?")[0]} == listed(page)


def test_no_page_of_the_network_is_heavier_than_its_budget(client: FlaskClient, network: Network) -> None:
    heavy = {node: len(client.get(f"/network/{node.removeprefix(ID)}").data) for node in network.nodes}
    assert {node: size for node, size in heavy.items() if size > PAGE_BYTES} == {}


def test_every_form_of_a_page_keeps_the_budget_and_what_shows_more_keeps_it_as_sent(client: FlaskClient, network: Network) -> None:
    busiest = sorted(network.nodes, key=network.degree)[-40:]
    forms = ("layout=columns", "depth=2", "depth=2&layout=columns", "depth=3")
    heavy = {
        (node, form): size
        for node in busiest
        for form in forms
        if (size := len(client.get(f"/network/{node.removeprefix(ID)}?{form}").data)) > PAGE_BYTES
    }
    assert heavy == {}
    groups = [node.removeprefix(ID) for node in busiest if network.family(node) == "group" and network.is_open(node)]
    longer = [f"/network/{CAMPUS}?limit=37", f"/network/{CAMPUS}?depth=2&limit=34&layout=columns", "/network/kr/group/youth?limit=400"]
    for address in (*longer, *(f"/serves/{group}" for group in groups)):
        sent = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert sent.headers["Content-Encoding"] == "gzip" and len(sent.data) <= PAGE_BYTES, address


def test_a_cap_says_how_many_are_left_out_and_hides_no_family(client: FlaskClient, network: Network) -> None:
    few = client.get("/api/network", query_string={"focus": ID + CAMPUS, "limit": 10}).get_json()
    every = client.get("/api/network", query_string={"focus": ID + CAMPUS, "limit": 400}).get_json()
    assert len(few["nodes"]) == 11
    assert len(few["nodes"]) + few["more"] == len(every["nodes"]) and every["more"] == 0
    families = [{network.family(node["id"]) for node in found["nodes"]} for found in (few, every)]
    assert families[0] == families[1]


@pytest.mark.parametrize("address", [CAMPUS, "kr/group/youth", "kr/group/youth?depth=3&limit=370", "kr/group/youth?depth=3&limit=400"])
def test_what_a_page_offers_to_show_more_is_what_the_next_page_shows(client: FlaskClient, address: str) -> None:
    page = client.get(f"/network/{address}").text
    offered = re.search(r'<a class="button" href="([^"]+)">나머지 (\d+)개 (?:가운데 (\d+)개 더 )?보기', page)
    if "limit=400" in address:
        assert not offered and "한 화면에 담지 못했습니다" in page
        return
    assert offered
    following = client.get(f"/network/{address.partition('?')[0]}{unescape(offered[1])}")
    assert following.status_code == 200
    assert len(listed(following.text)) - len(listed(page)) == int(offered[3] or offered[2]) <= int(offered[2])


@pytest.mark.parametrize("thing", [YONSEI, CAMPUS, "kr/group/youth"])
@pytest.mark.parametrize("depth", [1, 2])
def test_a_filter_gives_as_many_things_as_it_says(client: FlaskClient, thing: str, depth: int) -> None:
    page = client.get(f"/network/{thing}?depth={depth}").text
    filters = re.findall(r'<a class="pill" href="([^"]*type=[^"]+)">[^<]+<b>(\d+)</b>', page)
    assert filters
    for address, count in filters:
        assert len(listed(client.get(f"/network/{thing}{unescape(address)}&limit=400").text)) == int(count), address


def test_two_steps_show_what_is_two_steps_away_even_of_a_thing_linked_with_many(client: FlaskClient) -> None:
    page = client.get("/network/kr/group/youth?depth=2").text
    assert len(listed(page) - listed(client.get("/network/kr/group/youth?limit=400").text)) >= 5


def test_the_list_says_of_each_link_whether_the_plan_states_it(client: FlaskClient, network: Network) -> None:
    page = client.get(f"/network/{YONSEI}?limit=400").text
    ties = re.findall(r'<li><a href="/network/([^"?]+)"[^>]*>[^<]*</a>((?:<small>.*?</small>)+)', page)
    assert ties
    for href, said in ties:
        between = {edge.certainty for edge in network.touching[ID + YONSEI] if edge.other(ID + YONSEI) == ID + unquote(href)}
        marks = {"Inferred" if "바로 적힌 것은 아님" in one else "Stated" for one in re.findall(r"<small>(.*?)</small>", said)}
        assert marks == between, href


def test_the_answer_as_json_names_things_relations_roles_and_lines(client: FlaskClient) -> None:
    found = client.get("/api/network", query_string={"focus": "연세대"}).get_json()
    assert found["nodes"][0] == {"id": ID + YONSEI, "name": "연세대학교", "type": "university", "url": f"/id/{YONSEI}"}
    assert set(found) == {"nodes", "edges", "more"}
    shared = [edge for edge in found["edges"] if edge["source"] == ID + CAMPUS]
    assert [(edge["label"], edge["role"], edge["lines"]) for edge in shared] == [("함께하는 기관", "사업대상 대학", "1136-1146")]
    assert shared[0]["via"] == f"{ID}11410/plan/2022/program/campus-town"


def test_a_name_leads_to_the_id_and_an_unknown_one_is_said_so(client: FlaskClient) -> None:
    moved = client.get("/network/연세대?type=program")
    assert moved.status_code == 302 and moved.headers["Location"] == f"/network/{YONSEI}?type=program"
    assert client.get("/network/없는 이름").status_code == 404
    assert client.get("/api/network?focus=없는 이름").status_code == 400
    edition = client.get("/network/11410/plan/2022/program/campus-town")
    assert edition.headers["Location"] == f"/network/{CAMPUS}"


@pytest.mark.parametrize("parameter", ["depth=0", "depth=9", "limit=0", "limit=x", "layout=round", "type=nothing", "format=exe"])
def test_a_parameter_that_cannot_be_is_refused(client: FlaskClient, parameter: str) -> None:
    assert client.get(f"/network/{YONSEI}?{parameter}").status_code == 400


def test_a_view_and_the_whole_can_be_taken_away_and_opened_again(client: FlaskClient, network: Network) -> None:
    view = client.get(f"/network/{YONSEI}?format=json&limit=400").get_json()
    address = f"/network/{YONSEI}?limit=400&format="
    for form, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        part = read(io.BytesIO(client.get(address + form).data))
        assert set(part.nodes) == {node["id"] for node in view["nodes"]}
        assert part.number_of_edges() == len(view["edges"])
        whole = read(io.BytesIO(client.get(f"/api/network?format={form}").data))
        assert set(whole.nodes) == set(network.nodes) and whole.number_of_edges() == len(network.edges)
    assert client.get(address + "nodes.csv").text.startswith("id,name,type\r\n")
    assert client.get(address + "edges.csv").text.count("\r\n") == len(view["edges"]) + 1


@pytest.mark.parametrize("address", [YONSEI, f"{CAMPUS}?layout=columns&depth=2", f"en/{YONSEI}"])
def test_the_picture_says_what_each_of_its_shapes_means(client: FlaskClient, network: Network, address: str) -> None:
    lang = "en" if address.startswith("en/") else "ko"
    page = client.get(f"{'/en' if lang == 'en' else ''}/network/{address.removeprefix('en/')}").text
    picture = page[page.index('class="net__picture"') : page.index("</svg>", page.index('class="net__picture"'))]
    nodes, _, key = picture.partition('<g aria-hidden="true">')
    said = dict(re.findall(r'<use href="#f-(\w+)"[^>]*/><text[^>]*>(.*?)</text>', key))
    assert set(said) == set(re.findall(r'<use href="#f-(\w+)"', nodes)) and len(said) >= 4
    for family, text in said.items():
        words = re.sub(r"<[^>]+>", " ", text)
        assert "".join(words.split()) == "".join(network.families[family].labels[lang].split())


def test_every_family_has_a_shape_of_its_own(network: Network) -> None:
    assert set(SHAPES) == set(network.families)
    assert len(set(SHAPES.values())) == len(SHAPES)


# --- the way in


def test_a_ready_question_leads_to_its_answer(client: FlaskClient) -> None:
    page = client.get("/network/").text
    assert "을/를 돕는 센터는?" in page and "청년" in page
    answer = client.get("/network/?ask=CentersOfGroup&thing=kr/group/youth")
    assert answer.status_code == 302 and answer.headers["Location"] == "/serves/kr/group/youth#centers"
    english = client.get(f"/en/network/?ask=ProgramsOfUniversity&thing={YONSEI}")
    assert english.headers["Location"] == f"/en/network/{YONSEI}?type=program&type=course&type=event"
    assert client.get(english.headers["Location"]).status_code == 200


def test_a_ready_question_offers_first_what_has_most_answers(client: FlaskClient, network: Network) -> None:
    page = client.get("/network/").text
    for key, family in (("CentersOfGroup", "center"), ("GroupsOfCenter", "group")):
        form = page[page.index(f'value="{key}"') :].split("</form>")[0]
        around = [
            {edge.other(ID + thing) for edge in network.touching[ID + thing]} for thing in re.findall(r'<option value="([^"]+)"', form)
        ]
        counted = [sum(network.family(one) == family for one in found) for found in around]
        assert counted == sorted(counted, reverse=True) and counted[0] > 0


def test_every_ready_question_is_answered_for_everything_that_can_be_chosen(client: FlaskClient) -> None:
    page = client.get("/network/").text
    asked = 0
    for form in page.split("<form")[2:]:
        key = re.search(r'name="ask" value="(\w+)"', form)
        assert key
        address = f"/network/?show={key[1]}"
        while address:
            every = client.get(address).text
            for thing in re.findall(r'<option value="([^"]+)"', every):
                answer = client.get("/network/", query_string={"ask": key[1], "thing": thing}, follow_redirects=True)
                assert answer.status_code == 200, (key[1], thing)
                asked += 1
            following = re.search(r'href="([^"]+)">다음 쪽</a>', every)
            address = unescape(following[1]) if following else ""
    assert asked >= 150


@pytest.mark.parametrize("lang", ["", "/en"])
def test_the_way_in_is_light_and_offers_everything_that_can_be_chosen(client: FlaskClient, network: Network, lang: str) -> None:
    first = client.get(f"{lang}/network/")
    assert len(first.data) <= PAGE_BYTES
    keys = re.findall(r'name="ask" value="(\w+)"', first.text)
    offered: dict[str, set[str]] = {}
    for key in keys:
        address = f"{lang}/network/?show={key}"
        while address:
            page = client.get(address)
            assert page.status_code == 200 and len(page.data) <= PAGE_BYTES
            offered.setdefault(key, set()).update(re.findall(r'<option value="([^"]+)"', page.text))
            following = re.search(r'href="([^"]+)">(?:다음 쪽|Next page)</a>', page.text)
            address = unescape(following[1]) if following else ""
    for key, family in (("CentersOfGroup", "group"), ("ProgramsOfPlace", "place")):
        assert offered[key] == {n.removeprefix(ID) for n in network.nodes if network.family(n) == family and network.is_open(n)}
    assert offered["PartnersOfOrganization"] == {n.removeprefix(ID) for n in network.nodes if network.kind(n).actor and network.is_open(n)}
    assert client.get("/network/?show=Nothing").status_code == client.get(f"/network/?show={keys[0]}&page=99").status_code == 400


def test_the_box_leads_to_the_thing_of_that_name(client: FlaskClient) -> None:
    assert client.get("/network/?q=연세대").headers["Location"] == f"/network/{YONSEI}"
    assert client.get("/network/?q=서대문구", follow_redirects=True).status_code == 300
    assert "없는 이름" in client.get("/network/?q=없는 이름").text
    assert 'q=%EC%B2%AD%EB%85%84">청년</a>' in client.get("/network/?q=청념").text
    assert len(client.get("/network/", query_string={"q": "가" * 5000}).data) < PAGE_BYTES
    assert client.get("/network/?ask=Nothing").status_code == 400
    assert client.get("/network/?ask=CentersOfGroup&thing=nothing").status_code == 400


def test_the_matrix_says_of_a_centre_and_a_group_what_the_page_of_the_group_says(client: FlaskClient, network: Network) -> None:
    page = client.get("/serves/").text
    rows = {found[0]: found[1] for found in re.findall(r'<th scope="row"><a href="/serves/([^"]+)">.*?</th>(.*?)</tr>', page, re.S)}
    heads = re.findall(r'<th scope="col"><a href="/network/([^"]+)">', page)
    served = {
        (edge.target, edge.source)
        for edge in network.edges
        if network.family(edge.source) == "center" and network.family(edge.target) == "group" and network.is_open(edge.target)
    }
    marked = {
        (ID + group, ID + head)
        for group, cells in rows.items()
        for head, cell in zip(heads, re.findall(r"<td>(.*?)</td>", cells, re.S), strict=True)
        if cell
    }
    assert marked == served != set()
    rows_found = queried(client, "/serves/?format=query")
    assert {(row["neighbour"]["value"], row["focus"]["value"]) for row in rows_found} == served
    part = nx.read_graphml(io.BytesIO(client.get("/serves/?format=graphml").data))
    assert {(group, center) for center, group in part.edges()} == served
    data = client.get("/serves/?format=json").get_json()
    assert {node["id"] for node in data["nodes"]} >= {ID + head for head in heads} | {ID + group for group in rows}
    assert client.get("/serves/?format=exe").status_code == 400


def test_the_matrix_hides_no_group_and_no_centre_and_says_what_is_known_of_those_it_has_no_mark_for(
    client: FlaskClient, network: Network
) -> None:
    for lang in ("", "/en"):
        read, address = "", f"{lang}/serves/"
        while address:
            answer = client.get(address)
            assert len(answer.data) <= PAGE_BYTES
            read += answer.text
            following = re.search(r'href="([^"]*/serves/\?show=unserved[^"]*)">(?:나머지|Show|다음|Next)', answer.text)
            address = unescape(following[1]) if following else ""
        named = {ID + one for one in re.findall(rf'<a (?:class="thing" )?href="{lang}/serves/([^"?]+)"', read)}
        assert {node for node in network.nodes if network.family(node) == "group" and network.is_open(node)} <= named
        centers = {ID + one for one in re.findall(rf'href="{lang}/network/([^"]+/center/[^"]+)"', read)}
        assert {node for node in network.nodes if network.family(node) == "center"} <= centers
    assert client.get("/serves/?show=nothing").status_code == 400
    page = client.get("/serves/?show=unserved&page=1").text + client.get("/serves/?show=unserved&page=2").text
    row = re.sub(r"<[^>]+>", "", page[page.index(">미취업 청년</a>") :].split("</li>")[0])
    programs = {edge.other(YOUNG) for edge in network.touching[YOUNG] if network.family(edge.other(YOUNG)) == "program"}
    assert f"사업 {len(programs)}개" in row and "넓게는 실직자(센터 없음)" in row and "넓게는 청년(센터 " in row
    # Founders are named for nothing themselves, but young founders are; a centre serves workers, who are vulnerable workers too.
    rows = [re.sub(r"<[^>]+>", "", part) for part in page.split("<li>")]
    assert not any(part.startswith("창업가 사업 없음") for part in rows) and any(part.startswith("창업가 사업 ") for part in rows)
    assert any(part.startswith("취약계층 ") and "더 좁은 대상에 센터 1곳" in part for part in rows)


def test_the_scripts_of_our_own_are_small(client: FlaskClient) -> None:
    root = Path(web.__file__).parent
    own = {
        path.name: len(gzip.compress(path.read_bytes(), 9)) for path in (*root.glob("static/[ns]*.js"), root.parent / "editor/editor.js")
    }
    assert set(own) == {"network.js", "suggest.js", "editor.js"}
    assert own["network.js"] <= 3 * 1024 and sum(own.values()) <= 10 * 1024
    assert 'src="/static/network.js' in client.get(f"/network/{YONSEI}").text
