"""A small graph in the project's own shape, its search artifact built once with the real Kiwi, and a copy of the lexicon to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build.artifacts import ArtifactRecord
from kg.resources import data_dir, ontology_dir
from kg.store.base import GraphStore
from kg.store.oxigraph import OxigraphStore
from search.analysis import Analyser
from search.index import IndexBuilder
from search.whoosh_engine import WhooshSearch

PREFIXES = """
@prefix kj: <https://w3id.org/kr-jobs/ns#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix group: <https://w3id.org/kr-jobs/id/kr/group/> .
@prefix kr: <https://w3id.org/kr-jobs/id/kr/> .
@prefix concept: <https://w3id.org/kr-jobs/id/kr/concept/> .
@prefix s: <https://w3id.org/kr-jobs/id/11410/> .
"""

KINDS = """
kj:Program kj:typeWord "program" ; kj:catalogued true ; kj:servesSection kj:ProgramsSection .
kj:Facility kj:typeWord "facility" ; kj:catalogued true ; kj:servesSection kj:CentersSection .
kj:ActionTask kj:typeWord "task" ; kj:catalogued true .
kj:Strategy kj:typeWord "strategy" ; kj:catalogued true .
org:Organization kj:typeWord "organization" ; kj:catalogued true .
schema:CollegeOrUniversity kj:typeWord "university" ; kj:catalogued true .
kj:ProgramEdition kj:typeWord "edition" .
skos:Concept kj:typeWord "term" ; kj:catalogued true .
kr:group kj:typeWord "group" ; kj:catalogued true .
kr:facility-type kj:typeWord "facility-type" .
"""

THINGS = """
group:youth a skos:Concept ; skos:inScheme kr:group ; skos:prefLabel "청년"@ko, "Youth"@en .
group:elder a skos:Concept ; skos:inScheme kr:group ; skos:prefLabel "어르신"@ko ; skos:altLabel "노인"@ko .
group:student a skos:Concept ; skos:inScheme kr:group ; skos:prefLabel "대학생"@ko .
kr:senior-center a skos:Concept ; skos:inScheme kr:facility-type ; skos:prefLabel "경로당"@ko .
kr:loose a skos:Concept ; skos:prefLabel "디지털 역량"@ko .
s:strategy1 a kj:Strategy ; skos:prefLabel "미래를 여는 청년 일자리"@ko .
s:task12 a kj:ActionTask ; skos:prefLabel "청년 디지털 일자리 ‘서대문구 디지털 튜터’ 운영"@ko ; kj:contributesTo s:strategy1 .
s:tutor a kj:Program ; skos:prefLabel "디지털 튜터"@ko, "Digital Tutor"@en ; dct:description "학교에서 디지털 기기 사용을 돕는 청년 일자리"@ko .
s:tutor22 a kj:ProgramEdition ; skos:prefLabel "디지털 튜터 (2022)"@ko ; dct:isVersionOf s:tutor ; kj:participantGroup group:youth ;
  kj:contributesTo s:task12 ; dct:description "초․중․고교에 137명을 보낸다"@ko ; cv:holdsRequirement s:criterion1 .
s:criterion1 a cv:Criterion ; kj:allOf s:age1 .
s:age1 a cv:Constraint ; cv:constrains concept:age ; schema:minValue 18 ; schema:maxValue 39 ; prov:wasDerivedFrom s:passage1 .
concept:age skos:prefLabel "나이"@ko .
s:passage1 a oa:SpecificResource ; oa:exact "만 18세 이상 만 39세 이하 청년" .
s:senior-tutor a kj:Program ; skos:prefLabel "경로당 디지털 튜터"@ko ; skos:hiddenLabel "경노당 디지털 튜터"@ko ;
  dct:description "스마트 기기와 키오스크를 가르치는 방문 교육"@ko .
s:senior-tutor22 a kj:ProgramEdition ; skos:prefLabel "경로당 디지털 튜터 (2022)"@ko ; dct:isVersionOf s:senior-tutor ;
  kj:beneficiaryGroup group:elder ; kj:deployedTo kr:senior-center ; kj:contributesTo s:task12 .
s:restaurant a kj:Program ; skos:prefLabel "청년키움식당"@ko ; dct:description "외식 창업을 준비하는 팀이 가게를 운영해 본다"@ko .
s:restaurant22 a kj:ProgramEdition ; skos:prefLabel "청년키움식당 (2022)"@ko ; dct:isVersionOf s:restaurant ;
  kj:participantGroup group:youth, group:student ; kj:usesFacility s:box ; cv:hasParticipation s:part1, s:part2 .
s:part1 a cv:Participation ; skos:prefLabel "현장 지도"@ko ; cv:hasParticipant s:ewha .
s:part2 a cv:Participation ; skos:prefLabel "설비 지원"@ko ; cv:hasParticipant s:lab .
s:box a kj:Facility ; skos:prefLabel "신촌 박스퀘어"@ko ; skos:altLabel "박스퀘어"@ko ; dct:description "점포 쉰아홉 개가 있는 건물"@ko .
s:ewha a schema:CollegeOrUniversity ; skos:prefLabel "이화여자대학교"@ko ; skos:altLabel "이화여대"@ko .
s:lab a org:Organization ; skos:prefLabel "이푸드랩"@ko ; skos:altLabel "㈜이푸드랩"@ko .
s:dots a kj:Program ; skos:prefLabel "글로컬․청년 창업ㆍ지원"@ko .
"""


@pytest.fixture(scope="session")
def store() -> GraphStore:
    quads = ox.parse((PREFIXES + KINDS + THINGS).encode(), format=ox.RdfFormat.TURTLE)
    return OxigraphStore.in_memory(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")


@pytest.fixture(scope="session")
def build(store: GraphStore) -> Callable[[Path], ArtifactRecord]:
    return lambda directory: IndexBuilder(data_dir() / "lexicon", ontology_dir() / "queries").build(store, directory)


@pytest.fixture(scope="session")
def artifact(build: Callable[[Path], ArtifactRecord], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ArtifactRecord]:
    directory = tmp_path_factory.mktemp("search")
    return directory, build(directory)


@pytest.fixture(scope="session")
def engine(artifact: tuple[Path, ArtifactRecord]) -> Iterator[WhooshSearch]:
    search = WhooshSearch.open(artifact[0])
    yield search
    search.close()


@pytest.fixture(scope="session")
def analyser(engine: WhooshSearch) -> Analyser:
    return engine.analyser


@pytest.fixture
def lexicon_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_dir() / "lexicon", tmp_path / "lexicon"))
