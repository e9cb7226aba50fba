"""A table of another topic needs a CSV file and a descriptor, and no line of code: page, pictures and files come by themselves."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.build.check import check
from kg.errors import SourceFaults
from kg.settings import Settings
from tests.conftest import ONTOLOGY, publish, silent, spine_at
from web.app import create_app
from web.serving import SearchOpener

DESCRIPTOR = """\
id: table:dwellings-by-district
label: 자치구별 세대수
labelEn: Dwellings by district
description: 시험하려고 지어낸 표이다.
lines: 100-110
every: {ofMeasure: measure:dwellings, valueType: value-type:level, unitMeasure: unit:dwelling, inScope: scope:area}
columns:
  자치구: about
  줄: lines
  근거: basis
  2019년: {key: 2019, refPeriod: period:2019}
  2020년: {key: 2020, refPeriod: period:2020}
  2021년: {key: 2021, refPeriod: period:2021}
"""
FIGURES = """\
자치구,줄,근거,2019년,2020년,2021년
region:11410,101,,"137,000","138,500","140,250"
region:11440,102,둘째 칸이 글에서 사라져 합계로 찾았다.,"170,100","171,000",-
region:11380,103,,"200,900",,"210,000"
"""


def figures_of(data: Path) -> Path:
    return data / "seodaemun-2022" / "figures"


def add_table(data: Path, figures: str = FIGURES, descriptor: str = DESCRIPTOR) -> None:
    (figures_of(data) / "dwellings-by-district.yaml").write_text(descriptor, "utf-8")
    (figures_of(data) / "dwellings-by-district.csv").write_text(figures, "utf-8")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A site over two tasks of the plan and the new table."""
    folder = tmp_path_factory.mktemp("new-table")
    data = spine_at(folder / "data")
    add_table(data)
    settings = Settings(data=data, ontology=ONTOLOGY, snapshots=folder / "snapshots")
    publish(settings)
    app = create_app(settings, SearchOpener())
    with app.test_client() as opened:
        yield opened
    app.extensions["itda"].close()


def test_it_stands_in_the_list(client: FlaskClient) -> None:
    page = client.get("/stats").text
    entry = page[page.index('href="/stats/dwellings-by-district"') :].partition("</li>")[0]
    for words in ("자치구별 세대수", "세대수", "숫자 9개", "원문 100–110행"):
        assert words in entry


def test_it_has_a_page_with_rows_columns_statuses_and_the_note_on_how_it_was_read(client: FlaskClient) -> None:
    page = client.get("/stats/dwellings-by-district").text
    table = page[page.index('<table class="grid') : page.index("</table>")]
    assert [words for words in ("2019년", "2020년", "2021년") if words in table.partition("</thead>")[0]] == ["2019년", "2020년", "2021년"]
    for words in ("서대문구", "마포구", "은평구", "138,500", "줄표로 적힘", "빈칸", "원문 102행", 'href="#basis-1"'):
        assert words in table
    assert "둘째 칸이 글에서 사라져 합계로 찾았다." in page
    assert "세대수 (단위: 세대)" in page


def test_it_is_drawn_as_lines_with_the_own_area_marked(client: FlaskClient) -> None:
    page = client.get("/stats/dwellings-by-district").text
    pictures = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(pictures) == 1
    assert "연도·지역별 세대수 – 단위: 세대" in page
    assert ">서대문구: 137,000\xa0→\xa0140,250</text>" in pictures[0]
    assert len(re.findall('class="chart__line ', pictures[0])) == 2 + 1 + 1


def test_it_has_its_files(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/stats/dwellings-by-district.csv").data.decode("utf-8-sig"), newline="")))
    assert [row["적힌 그대로"] for row in rows] == [
        "137,000", "138,500", "140,250", "170,100", "171,000", "-", "200,900", "", "210,000",
    ]  # fmt: skip
    body = client.get("/stats/dwellings-by-district.json").get_json()
    assert [figure["value"] for figure in body["figures"]] == [137000, 138500, 140250, 170100, 171000, None, 200900, None, 210000]


def test_its_own_address_leads_to_its_page(client: FlaskClient) -> None:
    assert 'href="/stats/dwellings-by-district"' in client.get("/id/11410/plan/2022/table/dwellings-by-district").text


@pytest.mark.parametrize(
    ("figures", "descriptor", "file", "line"),
    [
        (FIGURES.replace("171,000", "약 171,000"), DESCRIPTOR, "dwellings-by-district.csv", 3),
        (FIGURES.replace("region:11380", "region:99999"), DESCRIPTOR, "dwellings-by-district.csv", 4),
        (FIGURES.replace(",103,", ",999,"), DESCRIPTOR, "dwellings-by-district.csv", 4),
        (FIGURES, DESCRIPTOR.replace("measure:dwellings", "measure:dwelings"), "dwellings-by-district.yaml", 6),
        (FIGURES, DESCRIPTOR.replace("refPeriod: period:2020", "refPeriodd: period:2020"), "dwellings-by-district.yaml", 12),
    ],
)
def test_an_error_in_it_names_the_file_and_the_line(data_copy: Path, figures: str, descriptor: str, file: str, line: int) -> None:
    add_table(data_copy, figures, descriptor)
    with pytest.raises(SourceFaults) as raised:
        check(Settings(data=data_copy, ontology=ONTOLOGY), silent)
    assert (file, line) in {(Path(fault.path).name, fault.line) for fault in raised.value.faults}


BARE = DESCRIPTOR.replace("inScope: scope:area}", "inScope: scope:area, about: region:11410}").replace("  자치구: about\n", "")


@pytest.mark.parametrize(
    ("descriptor", "figures", "value"),
    [
        (DESCRIPTOR, FIGURES.replace("region:11440,102", "region:11410,102"), "11410"),
        (BARE, FIGURES.replace("자치구,", "").replace("region:11410,", "").replace("region:11440,", "").replace("region:11380,", ""), ""),
    ],
)
def test_rows_that_nothing_tells_apart_are_refused_with_their_line(tmp_path: Path, descriptor: str, figures: str, value: str) -> None:
    data = spine_at(tmp_path / "data")
    add_table(data, figures, descriptor)
    with pytest.raises(SourceFaults) as caught:
        check(Settings(data=data, ontology=ONTOLOGY), silent)
    found = [fault for fault in caught.value.faults if fault.code == "source.same-row"]
    assert {fault.path.rpartition("/")[2] for fault in found} == {"dwellings-by-district.csv"}
    assert found[0].line == 3
    assert found[0].facts == {"value": value or "dwellings-by-district", "first": "2"}


def test_a_table_of_one_row_needs_nothing_that_tells_it_apart(tmp_path: Path) -> None:
    data = spine_at(tmp_path / "data")
    add_table(data, "줄,근거,2019년,2020년,2021년\n101,,1,2,3\n", BARE)
    assert check(Settings(data=data, ontology=ONTOLOGY), silent).counts
