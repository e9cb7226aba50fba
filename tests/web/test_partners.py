"""`/partners/…` shows an organisation's programmes, partners and who might join, and where the network is thin."""

from __future__ import annotations

from flask.testing import FlaskClient

EWHA = "11410/org/ewha-womans-university"


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


def test_the_overview_names_brokers_communities_and_gaps_in_both_languages(client: FlaskClient) -> None:
    page = client.get("/partners/").text
    for words in ("소상공인 지역협의체", "가좌 도시재생 권역", "모듈성", "함께하는 기관이 적히지 않은 사업"):
        assert words in page
    assert "Who works with whom" in client.get("/en/partners/").text


def test_the_district_office_of_a_name_that_is_also_an_area_is_found(client: FlaskClient) -> None:
    assert client.get("/partners/서대문구").headers["Location"] == "/partners/11410/org/seodaemun-gu"
