"""Judges `/stats` over the whole plan against the graph itself: every number, its words, its lines, its pictures and its files."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot
from kg.vocab import ID
from tests.conftest import DATA

TABLES = sorted(path.stem for path in (DATA / "seodaemun-2022" / "figures").glob("*.csv"))
OBSERVATIONS = """PREFIX kj: <https://w3id.org/kr-jobs/ns#> PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#> PREFIX attribute: <http://purl.org/linked-data/sdmx/2009/attribute#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?figure ?table ?printed ?value ?status WHERE { ?figure a qb:Observation ; qb:dataSet ?table ; kj:printedAs ?printed ;
  attribute:obsStatus/skos:prefLabel ?status . FILTER (LANG(?status) = "ko") OPTIONAL { ?figure measure:obsValue ?value } }"""
FIGURE = re.compile(r'<a class="thing figure__link" href="([^"]+)">(?:<b>(.*?)</b>)?(?:<span class="small"><span>(.*?)</span></span>)?</a>')
HANGUL = re.compile("[가-힣]")


class Rows(HTMLParser):
    """The rows of the table of numbers, as lists of (tag, scope, span, words)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, str, str, str]]] = []
        self._cell: list[str] | None = None
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self._inside = self._inside or (tag == "table" and own.get("class", "").startswith("grid"))
        if self._inside and tag == "tr":
            self.rows.append([])
        elif self._inside and tag in ("th", "td"):
            self._cell = []
            self.rows[-1].append((tag, own.get("scope", ""), own.get("colspan", "1"), ""))

    def handle_endtag(self, tag: str) -> None:
        if self._cell is not None and tag in ("th", "td"):
            kind, scope, span, _ = self.rows[-1][-1]
            self.rows[-1][-1] = (kind, scope, span, " ".join(" ".join(self._cell).split()))
            self._cell = None
        self._inside = self._inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def words(self, heading: str) -> list[str]:
        """Return the words of the cells of the row with a heading."""
        found = [row for row in self.rows if row and row[0][3].split(" 근거")[0] == heading]
        assert len(found) == 1, heading
        return [cell[3] for cell in found[0][1:]]


@pytest.fixture(scope="module")
def observations(published: Snapshot) -> dict[str, dict[str, tuple[str, str, str]]]:
    """What the graph itself says: printed text, number and status of each figure, by table."""
    found: dict[str, dict[str, tuple[str, str, str]]] = defaultdict(dict)
    for row in OxigraphStore.open(published.store_path).select(OBSERVATIONS).rows:
        value = row["value"].value if "value" in row else ""
        found[row["table"].value.rpartition("/")[2]][row["figure"].value] = (row["printed"].value, value, row["status"].value)
    return found


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def chart_titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'<figcaption class="chart__title">(.*?)</figcaption>', page)]


def test_the_list_names_every_table_once_under_the_part_it_stands_in(client: FlaskClient) -> None:
    page = client.get("/stats").text
    assert sorted(re.findall(r'href="/stats/([a-z0-9-]+)"', page)) == TABLES
    listed = page[page.index('<section class="own" id="part-1">') :]
    order = [
        listed.index(words)
        for words in ("Ⅰ. 요약", "Ⅱ. 지역 노동시장 현황", "1. 인구변화", "연도별/연령별 인구 현황", "2. 고용동향", "Ⅳ. 세부")
    ]
    assert order == sorted(order)
    chapters = re.findall(r"<h2><span>(.*?)</span>", listed)
    assert len(chapters) == len(set(chapters)) == 4
    entry = page[page.index("자치구별 고용보험 피보험자 현황") :].partition("</li>")[0]
    for words in ("고용보험 피보험자 수", "숫자 52개", "한국고용정보원", "원문 293–308행"):
        assert words in entry


@pytest.mark.parametrize("name", TABLES)
def test_every_number_of_every_table_stands_in_the_page_as_the_graph_has_it(
    client: FlaskClient, observations: dict[str, dict[str, tuple[str, str, str]]], name: str
) -> None:
    shown = {
        ID + path.removeprefix("/id/"): (unescape(printed), unescape(status))
        for path, printed, status in FIGURE.findall(client.get(f"/stats/{name}").text)
    }
    expected = {
        figure: (printed, "" if value or status == printed else status) for figure, (printed, value, status) in observations[name].items()
    }
    assert shown == expected


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_a_table_with_a_caption_and_scoped_headings_in_both_languages(client: FlaskClient, name: str) -> None:
    for language in ("", "/en"):
        page = client.get(f"{language}/stats/{name}").text
        assert page.count("<caption>") == 1
        rows = Rows(page).rows
        assert all(scope in ("col", "colgroup", "row", "rowgroup") for row in rows for tag, scope, _, _ in row if tag == "th")
        assert all(words for row in rows for tag, _, _, words in row if tag == "th")
        assert all(row[0][0] == "th" for row in rows if row)
        assert 'style="' not in page


@pytest.mark.parametrize("name", TABLES)
def test_every_picture_is_named_drawn_without_style_and_only_of_numbers_of_the_table(
    client: FlaskClient, observations: dict[str, dict[str, tuple[str, str, str]]], name: str
) -> None:
    page = client.get(f"/stats/{name}").text
    printed = {printed for printed, value, _ in observations[name].values() if value}
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for svg in re.findall(r"<svg.*?</svg>", page, re.S):
        picture = ElementTree.fromstring(svg)
        assert picture.get("role") == "img"
        assert (picture.findtext("title") or "").strip() and (picture.findtext("desc") or "").strip()
        bars = [box for box in picture.iter("rect") if "chart__bar" in box.get("class", "")]
        texts = {text.text for text in picture.iter("text")}
        assert len(texts & printed) >= min(len(bars), 2)


def test_headings_are_what_varies_and_the_caption_is_what_does_not(client: FlaskClient) -> None:
    page = client.get("/stats/population-by-sex-and-age").text
    rows = Rows(page).rows
    assert [cell[3] for cell in rows[0]] == ["구분", "서대문구", "서울특별시", "대한민국", "계획의 줄"]
    assert [cell[2] for cell in rows[0]] == ["1", "2", "2", "2", "1"]
    assert [cell[3] for cell in rows[1]] == ["실제 값", "비율"] * 3
    assert [row[0][3] for row in rows[2:]] == ["전체", "남성", "여성", "15세 미만", "15~29세", "30~39세", "40~64세", "65세 이상"]
    assert "인구 · 2021년 (단위: 명)" in page
    assert Rows(page).words("남성")[:6] == ["145,694", "48%", "4,618,040", "49%", "25,746,684", "50%"]


def test_figures_listed_one_by_one_are_put_back_into_the_printed_rows_and_columns(client: FlaskClient) -> None:
    rows = Rows(client.get("/stats/common-targets").text)
    assert [cell[3] for cell in rows.rows[0]] == ["구분", "2021년", "2022년", "계획의 줄"]
    assert rows.words("취업률")[:5] == ["27.0%", "31.5%", "117%", "32.0%", "0.5% 퍼센트포인트"]
    assert rows.words("고용보험 피보험자 수 단위: 명")[:4] == ["58,000", "59,739", "103.0%", "60,000"]


def test_a_wide_table_is_turned_and_says_so(client: FlaskClient) -> None:
    page = client.get("/stats/establishments-by-size").text
    assert "가로와 세로를 바꾸어 놓았습니다" in page
    assert Rows(page).words("1000명 이상") == ["8", "0.04%", "21,662", "19.0%"]
    assert Rows(page).words("계획의 줄") == ["원문 533행", "원문 535행", "원문 540행", "원문 542행"]


def test_a_row_says_growth_and_its_cells_say_compared_with_when(client: FlaskClient) -> None:
    cells = Rows(client.get("/stats/insured-persons").text).words("증감률")
    assert cells[:2] == ["2.36% 2016년 대비", "3.50% 2017년 대비"]
    assert cells[5] == "없는 칸"


@pytest.mark.parametrize(
    ("name", "heading", "place", "words"),
    [
        ("sector-targets", "고용서비스", 2, "빈칸"),
        ("task-plans", "디지털 뉴딜을 선도할 인재 양성을 위한 직업 교육훈련 추진", 2, "- 줄표로 적힘"),
        ("sector-lines", "자활근로사업(취업성공패키지)", 1, "비예산"),
    ],
)
def test_what_is_no_number_says_in_words_what_it_is(client: FlaskClient, name: str, heading: str, place: int, words: str) -> None:
    assert Rows(client.get(f"/stats/{name}").text).words(heading)[place] == words


def test_a_number_whose_column_was_found_by_sums_leads_to_the_arithmetic(client: FlaskClient) -> None:
    page = client.get("/stats/sector-targets").text
    row = page[page.index('<table class="grid') :].partition("고용서비스")[2].partition("</tr>")[0]
    assert 'href="#basis-1"' in row
    assert "1,449+24=1,473" in page[page.index('id="basis-1"') :].partition("</li>")[0]


def test_what_the_rules_found_about_a_table_stands_beside_it(client: FlaskClient) -> None:
    page = client.get("/stats/sector-targets").text
    found = page[page.index("조심해서 읽을 곳") :].partition("</ul>")[0]
    assert "43,019(660행), 43,018(738~740행)" in unescape(found)
    assert "43,018" not in client.get("/stats/startup-rate-by-dong").text


def test_units_that_the_plan_prints_wrongly_are_told(client: FlaskClient) -> None:
    assert "일부 숫자에는 계획에 “개” 단위가 적혀 있지만, 실제로 센 단위는 “명”입니다." in client.get("/stats/workers-by-kind").text


def test_rows_that_only_repeat_a_sector_say_so_and_are_not_drawn(client: FlaskClient) -> None:
    page = client.get("/stats/task-plans-of-sectors").text
    assert [row[0][3] for row in Rows(page).rows if "되풀이" in row[0][3]]
    assert not chart_titles(page)


def test_source_publisher_and_lines_stand_at_the_top(client: FlaskClient) -> None:
    page = client.get("/stats/insured-persons").text
    head = page[page.index("<h1>") : page.index('id="charts"')]
    for words in ("고용행정통계", "펴낸 곳", "한국고용정보원", "원문 265–292행", "서대문구 2022년 일자리 계획"):
        assert words in head
    assert "출처가 따로 적혀 있지 않은, 이 계획의 숫자입니다." in client.get("/stats/sector-targets").text


def test_counts_and_shares_never_share_a_picture_and_a_whole_never_stands_beside_its_parts(client: FlaskClient) -> None:
    assert chart_titles(client.get("/stats/population-by-sex-and-age").text) == [
        "남녀별 인구 – 서대문구, 2021년, 단위: 명",
        "남녀·지역별 인구 비율 – 2021년, 단위: 퍼센트",
        "나이대별 인구 – 서대문구, 2021년, 단위: 명",
        "나이대·지역별 인구 비율 – 2021년, 단위: 퍼센트",
    ]
    districts = re.findall(r"<svg.*?</svg>", client.get("/stats/insured-persons-by-district").text, re.S)
    assert len(districts) == 1
    assert "서울특별시" not in districts[0]


def test_the_own_area_is_marked_among_the_others(client: FlaskClient) -> None:
    svg = ElementTree.fromstring(re.findall(r"<svg.*?</svg>", client.get("/stats/insured-persons-by-district").text, re.S)[0])
    assert [text.text for text in svg.iter("text") if "strong" in text.get("class", "")] == ["서대문구", "59,739"]
    assert len([box for box in svg.iter("rect") if "--own" in box.get("class", "")]) == 1
    widths = [float(box.get("width", "").removesuffix("%")) for box in svg.iter("rect")]
    assert widths[17] / widths[0] == pytest.approx(59739 / 745576, rel=0.001)


def test_what_must_not_be_compared_is_not_drawn(client: FlaskClient) -> None:
    for name in ("headcounts", "headline", "labour-market-text", "labour-market-summary", "sector-lines", "task-plan-campus-town"):
        assert not chart_titles(client.get(f"/stats/{name}").text), name


@pytest.mark.parametrize("name", TABLES)
def test_the_file_for_spreadsheets_holds_every_number_with_its_place_source_and_lines(
    client: FlaskClient, observations: dict[str, dict[str, tuple[str, str, str]]], name: str
) -> None:
    answer = client.get(f"/stats/{name}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert f'filename="{name}.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    found = {row["주소"]: (row["적힌 그대로"], number(row["숫자"]), row["상태"]) for row in rows}
    assert found == {figure: (printed, number(value), status) for figure, (printed, value, status) in observations[name].items()}
    assert all(row["줄"] for row in rows)


def test_the_table_for_spreadsheets_is_the_one_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/stats/insured-persons.csv?form=table")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["성별/연령별 고용보험 피보험자 현황: 고용보험 피보험자 수 (단위: 명)"]
    assert rows[1][1] == "서대문구 · 2017년 · 실제 값 · 2017년 12월 기준"
    assert rows[2] == ["전체", "53,073", "54,928", "58,808", "57,725", "59,739", "100%", "4,474,950", "100%", "273"]
    assert client.get("/stats/insured-persons.csv?form=pdf").status_code == 400


def test_the_json_has_the_documented_shape(client: FlaskClient, observations: dict[str, dict[str, tuple[str, str, str]]]) -> None:
    body = client.get("/stats/sector-targets.json").get_json()
    assert set(body) == {"id", "name", "title", "description", "plan", "lines", "sources", "dimensions", "figures"}
    assert (body["name"], body["lines"], body["sources"]) == ("sector-targets", "646-670", [])
    assert {figure["id"]: figure["printed"] for figure in body["figures"]} == {
        one: said[0] for one, said in observations["sector-targets"].items()
    }
    figure = next(one for one in body["figures"] if (one["row"], one["column"]) == (3, 5))
    assert set(figure) == {
        "id", "row", "column", "dimensions", "value", "printed", "status", "printedUnit", "basis", "source", "repeats", "lines",
    }  # fmt: skip
    assert (figure["value"], figure["printed"], figure["lines"]) == (24, "24", "662")
    assert figure["dimensions"]["fundingSource"] == ID + "kr/funding/district"
    labels = {value["id"]: value["name"] for one in body["dimensions"] for value in one["values"]}
    assert all(value in labels for figure in body["figures"] for value in figure["dimensions"].values())
    sourced = client.get("/stats/insured-persons.json").get_json()["sources"]
    assert sourced[0]["publisher"]["name"] == "한국고용정보원"


def test_names_in_the_address(client: FlaskClient) -> None:
    assert client.get("/stats/no-such-table").status_code == 404
    assert client.get("/stats/no-such-table.csv").status_code == 404
    assert client.get("/stats/insured-persons/extra").status_code == 404
    assert client.get("/stats/" + quote('a"b<>')).status_code == 404
    assert client.get("/stats/11410/program/digital-tutor").status_code == 404
    assert client.get("/stats?plan=99999/2022").status_code == 400
    for name in ("11410/plan/2022/table/placement-rate", quote("취업률 현황")):
        answer = client.get("/stats/" + name)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/stats/placement-rate?plan=11410/2022")
    assert client.get("/stats/11410/plan/2022/table/placement-rate.csv", follow_redirects=True).mimetype == "text/csv"


def test_tables_are_reached_from_the_menu_the_plan_the_start_and_their_own_address(client: FlaskClient) -> None:
    for path in ("/", "/goals"):
        assert 'href="/stats"' in client.get(path).text.partition("<main")[2]
    assert 'href="/stats"' in client.get("/help").text.partition("<main")[0]
    assert 'href="/stats/insured-persons"' in client.get("/id/11410/plan/2022/table/insured-persons", headers={"Accept": "text/html"}).text
    assert "/id/11410/plan/2022/table/insured-persons" in client.get("/stats/insured-persons").text


def test_the_english_page_says_nothing_in_korean_but_what_has_no_english_name(client: FlaskClient) -> None:
    page = client.get("/en/stats/insured-persons").text
    main = page[page.index("<main") : page.index("</main>")]
    ours = re.sub(r'<ul class="findings">.*?</ul>', "", main, flags=re.S)  # sentences of rules, with names of checks
    unmarked = re.sub(r'<(\w+)[^>]* lang="ko"[^>]*>.*?</\1>', "", ours, flags=re.S)
    assert not HANGUL.search(unmarked)
    assert "Insured persons by year – Seodaemun-gu, unit: persons" in chart_titles(page)
