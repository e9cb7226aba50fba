"""Every documented code is mapped, kept as raw, or ignored with a reason; only what means exactly the same may decide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.errors import SourceFaults
from kg.imports.codes import COLUMNS, DECIDING, Code, read_codes
from kg.imports.descriptor import Source, read_source, source_names
from kg.ontology import Ontology
from kg.vocab import ID
from tests.conftest import DATA, ONTOLOGY
from tests.kg.imports.sources import SOURCES, files_of


def numbered(prefix: str, last: int) -> list[str]:
    return [f"{prefix}{number:03}" for number in range(1, last + 1)]


# The codes as they are documented; written here apart from the tables, so that a row that is lost is noticed.
DOCUMENTED = {
    "gov24": {
        "flag": [
            "JA0101",
            "JA0102",
            "JA0110",
            "JA0111",
            "JA0201",
            "JA0202",
            "JA0203",
            "JA0204",
            "JA0205",
            "JA0301",
            "JA0302",
            "JA0303",
            "JA0313",
            "JA0314",
            "JA0315",
            "JA0316",
            "JA0317",
            "JA0318",
            "JA0319",
            "JA0320",
            "JA0322",
            "JA0326",
            "JA0327",
            "JA0328",
            "JA0329",
            "JA0330",
            "JA0401",
            "JA0402",
            "JA0403",
            "JA0404",
            "JA0410",
            "JA0411",
            "JA0412",
            "JA0413",
            "JA0414",
            "JA1101",
            "JA1102",
            "JA1103",
            "JA1201",
            "JA1202",
            "JA1299",
            "JA2101",
            "JA2102",
            "JA2103",
            "JA2201",
            "JA2202",
            "JA2203",
            "JA2299",
        ],
        "serviceList.사용자구분": ["개인", "가구", "소상공인", "법인/시설/단체"],
        "serviceList.소관기관유형": ["시군구", "광역시도", "중앙행정기관", "공공기관", "지방출자_출연기관", "지방공기업", "교육청"],
        "serviceList.지원유형": [
            "현금",
            "현금(감면)",
            "현금(융자)",
            "현금(보험)",
            "현금(장학금)",
            "현물",
            "이용권",
            "서비스(의료)",
            "서비스(돌봄)",
            "서비스(일자리)",
            "의료지원",
            "기타(교육)",
            "기타(상담)",
            "상담/법률지원",
            "기술지원",
            "시설이용",
            "문화/여가지원",
            "기타",
            "민원",
            "봉사/기부",
        ],
    },
    "youth": {
        "getPlcy.pvsnInstGroupCd": numbered("0054", 2),
        "getPlcy.plcyPvsnMthdCd": numbered("0042", 13),
        "getPlcy.plcyAprvSttsCd": numbered("0044", 4),
        "getPlcy.aplyPrdSeCd": numbered("0057", 3),
        "getPlcy.bizPrdSeCd": numbered("0056", 2),
        "getPlcy.mrgSttsCd": numbered("0055", 3),
        "getPlcy.earnCndSeCd": numbered("0043", 3),
        "getPlcy.plcyMajorCd": numbered("0011", 9),
        "getPlcy.jobCd": numbered("0013", 10),
        "getPlcy.schoolCd": numbered("0049", 10),
        "getPlcy.sbizCd": numbered("0014", 10),
    },
    "bokjiro": {
        "life": numbered("", 7),
        "target": ["010", "020", "030", "040", "050", "060"],
        "theme": [f"{number:03}" for number in range(10, 150, 10)],
    },
}
DOCUMENTED["bokjiro-local"] = DOCUMENTED["bokjiro"]
EXACT = {
    "gov24": {"JA0101": "남성", "JA0102": "여성", "JA0326": "근로자/직장인", "JA0328": "장애인"},
    "youth": {"0013001": "재직자", "0013002": "자영업자", "0013003": "미취업자", "0014002": "여성", "0014005": "장애인"},
    # 복지로 names the situation of a household, which is not that of the person who asks.
    "bokjiro": {},
    "bokjiro-local": {},
}


@pytest.fixture(scope="module", params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return read_source(DATA, request.param)


def test_there_is_a_description_of_each_source() -> None:
    assert source_names(DATA) == SOURCES


def test_every_documented_code_is_in_the_table_and_no_other(source: Source) -> None:
    found = {field: sorted(table) for field, table in source.codes.by_field.items()}
    assert found == {field: sorted(codes) for field, codes in DOCUMENTED[source.name].items()}


def test_every_code_says_why_it_is_treated_so(source: Source) -> None:
    for code in source.codes.all():
        assert code.meaning and len(code.reason) >= 2, code
        assert code.treatment not in DECIDING or (code.askers and code.group), code


def test_only_codes_that_mean_exactly_the_same_decide(source: Source) -> None:
    exact = {code.code: code.meaning for code in source.codes.all() if code.treatment == "exact"}
    assert exact == EXACT[source.name]


def known(code: Code) -> list[str]:
    named = [ID + "kr/" + code.find] if code.find else []
    if code.treatment == "support":
        return [*named, ID + "kr/" + code.value]
    if code.treatment == "exact":
        concept, _, value = code.value.partition("=")
        return [*named, f"{ID}kr/concept/{concept}", *([f"{ID}kr/{concept}/{value}"] if value != "true" else [])]
    return named


def test_what_codes_are_mapped_to_exists(source: Source) -> None:
    ontology = Ontology.load(ONTOLOGY)
    missing = {iri for code in source.codes.all() for iri in known(code)} - ontology.known
    assert not missing


def test_the_fixtures_have_the_documented_fields_and_no_other(source: Source) -> None:
    for operation in source.operations:
        fields = {operation.identifier, *operation.filled, *operation.required, *operation.fields}
        for name, content in files_of(source.name).items():
            if name.startswith(operation.name) and source.form == "json":
                body = json.loads(content)
                rows = body.get("data") or body["result"]["youthPolicyList"]
                assert all(set(row) - fields <= set(DOCUMENTED["gov24"]["flag"]) for row in rows), name


@pytest.mark.parametrize(
    "row",
    [
        "flag\tJA0101\t남성\texact\tperson\tsex\tsex=male\t",
        "flag\tJA0101\t남성\texact\tperson\tsex\tsex=male\t\t",
        "flag\tJA0101\t남성\tmaybe\tperson\tsex\t\t\t까닭",
        "flag\tJA0101\t남성\texact\t\tsex\tsex=male\t\t까닭",
        "flag\tJA0102\t여성\texact\tperson\tsex\tsex=female\t\t까닭",
    ],
    ids=["a column short", "no reason", "an unknown treatment", "a condition about nobody", "a code twice"],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(row: str, tmp_path: Path) -> None:
    table = tmp_path / "codes.tsv"
    table.write_text("\n".join(["\t".join(COLUMNS), "flag\tJA0102\t여성\texact\tperson\tsex\tsex=female\t\t까닭", row]), "utf-8")
    with pytest.raises(SourceFaults) as found:
        read_codes(table)
    assert [(fault.line, fault.code) for fault in found.value.faults] == [(3, "import.code-table")]
