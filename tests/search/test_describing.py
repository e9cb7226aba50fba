"""What people say of themselves: ages, places, situations and needs; turned by negation, wish and tense; the rest is left for the search."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import SourceFaults
from kg.settings import Settings
from kg.store.snapshot import Snapshot
from search.analysis import Analyser
from search.answering import LEXICON_FILE
from search.describing import Describer
from search.lexicon import Lexicon
from search.sayings import load_sayings
from tests.conftest import DATA

AREAS = {"서대문구": "11410", "용산구": "11170", "마포구": "11440", "서울": "11", "서울시": "11"}


@pytest.fixture(scope="module")
def describer(settings: Settings, published: Snapshot) -> Describer:
    lexicon = Lexicon.from_json((published.path / "search" / LEXICON_FILE).read_bytes())
    return Describer(Analyser.load(lexicon), load_sayings(DATA / "lexicon"), AREAS)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("33살 여자인데 취직하고 싶어요", {"age=33", "sex=female", "need=job"}),
        ("용산구에 살고 회사는 마포구에 있어요", {"residence=11170", "employer-location=11440"}),
        ("카페 운영하는데 손님이 없어요", {"as=firm", "firm-in-difficulty=true"}),
        ("학생이 아니에요", {"student=not-student"}),
        ("장애인이 아닙니다", set()),
        ("서대문구에 살고 싶어요", set()),
        ("서대문구청 위치", set()),
        ("아직 취업을 못 했어요", {"employment=unemployed"}),
        ("일하고 있어요", {"employment=employed"}),
        ("일하고 싶어요", {"need=job"}),
        ("음식점을 열고 싶은 청년", {"wants-food-startup=true", "wants-startup=true", "need=startup", "group=youth"}),
        ("52~58세 남성", {"age=52-58", "sex=male"}),
        ("40세 미만", {"age=-39"}),
        ("60세 이상", {"age=60-"}),
        ("50대", {"age=50-59"}),
        ("서른다섯살", {"age=35"}),
        ("1988년생", {"age=born-1988"}),
        ("직원 12명 둔 중소기업", {"as=firm", "firm-size=12", "firm-kind=sme"}),
        ("27살인데 30살 친구도 있어요", {"age=27"}),
        ("남자 친구 말고 여자", set()),
        ("장애 있는 아들", set()),
        ("장애 있는 아들 키우는 엄마예요", {"sex=female"}),
        ("장애가 있는 아이를 키워요", set()),
        ("저는 45살이고 어머니는 70살이에요", {"age=45"}),
        ("노인 돌봄 일", {"need=job"}),
        ("어르신 가르치는 일 하고 싶어요", {"need=job"}),
        ("장애인 직원을 뽑으려고 해요", set()),
        ("보육교사로 일하고 싶어요", {"need=job"}),
        ("자격증 있어요", set()),
        ("자격증 따고 싶어요", {"need=learn"}),
        ("배달 음식점 하고 있어요", {"as=firm"}),
        ("배달하고 있어요", {"occupation=delivery-rider", "fixed-workplace=false"}),
        ("마포구에서 이사 왔어요", set()),
        ("고향은 마포구이고 서대문구에 살아요", {"residence=11410"}),
        ("마포구에 가게가 있고 집은 서대문구예요", {"as=firm", "firm-location=11440", "residence=11410"}),
        ("폐업한 지 2년", set()),
        ("폐업했어요", set()),
        ("폐업을 고민해요", {"as=firm", "firm-considering-closure=true"}),
        ("직원이 30명인 회사 직장인", {"employment=employed"}),
        ("직원 200명 공장에 다녀요", {"employment=employed"}),
        ("우리 회사가 월급을 안 줘요", set()),
        ("68년생", {"age=born-1968"}),
        ("중소기업에 다녀요", {"employment=employed"}),
        ("중소기업에 다니고 싶어요", set()),
        ("중소기업 취업하고 싶어요", {"need=job"}),
        ("중소기업 재직 중", {"employment=employed"}),
        ("중소기업을 운영해요", {"as=firm", "firm-kind=sme"}),
        ("중소기업 대표입니다", {"as=firm", "firm-kind=sme"}),
        ("사회적기업에서 일하고 싶은 30살", {"age=30", "need=job"}),
        ("사회적기업 운영하는데", {"as=firm", "firm-kind=social-enterprise"}),
        ("직원이 30명인 회사에 다녀요", {"employment=employed"}),
        ("직원 30명 회사에 취업하고 싶어요", {"need=job"}),
        ("사장님이 월급을 안 줘요", set()),
        ("사장님한테 잘렸어요", {"employment=unemployed"}),
        ("식당 사장님이에요", {"as=firm"}),
        ("온라인 판매 배우고 싶은 주부", {"need=learn"}),
        ("온라인으로 팔고 싶어요", {"as=firm", "firm-wants-online-sales=true"}),
        ("5살 아이 키우는 엄마예요", {"sex=female"}),
        ("아이가 7살인데 직장 다녀요", {"employment=employed"}),
        ("3살 딸 키우는 30대", {"age=30-39"}),
        ("아들은 10살이고 저는 41살", {"age=41"}),
        ("27살 딸 일자리", {"age=27", "sex=female", "need=job"}),
        ("서대문구 밖에 살지만 서대문구에서 일해요", {"residence=-11410", "employer-location=11410"}),
        ("서대문구 외 지역에 살아요", {"residence=-11410"}),
        ("서대문구가 아닌 곳에 살아요", {"residence=-11410"}),
        ("서대문구에 살지 않아요", {"residence=-11410"}),
        ("장애인 등록은 안 했어요", set()),
        ("저는 장애가 없어요", set()),
        ("직장이 없어요", {"employment=unemployed"}),
        ("일자리 없나요", {"need=job"}),
        ("대출 말고 일자리", {"need=job"}),
        ("일 안 해도 돼요", set()),
        ("아버지가 장애가 있고 저는 45살이에요", {"age=45"}),
        ("우리 아들은 장애가 있고 저는 장애가 없어요", set()),
        ("초등학생 둘 키우는 엄마인데 다시 일하고 싶어요", {"sex=female", "need=job"}),
        ("중학생 아이 키우는 40대", {"age=40-49"}),
        ("대학생 동생 때문에 알바 구해요", {"need=job"}),
        ("저는 일 안 해도 되는데 딸이 29살 취업준비생이에요", set()),
        ("저는 혼자 살아요", {"lives-alone=true"}),
        ("스물다섯 대학교 졸업하고 놀고 있어요", {"age=25", "employment=unemployed"}),
        ("쉰셋입니다", {"age=53"}),
        ("마포구에서 분식집 해요", {"as=firm", "firm-location=11440"}),
        ("마포구에서 작은 출판사 운영", {"as=firm", "firm-location=11440"}),
        ("취업하려고 해요", {"need=job"}),
        ("돌봄", {"need=care"}),
        ("디지털 튜터", set()),
        ("", set()),
    ],
)
def test_a_text_says_this_and_nothing_else(describer: Describer, text: str, facts: set[str]) -> None:
    assert {f"{fact.name}={fact.value}" for fact in describer.describe(text).facts} == facts


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("65세 넘은 어머니 소일거리", "어머니"),
        ("우리 딸 26살 취업 준비 중이에요", "딸"),
        ("65세 넘은 어머니를 모시고 사는데 일자리 찾아요", ""),
        ("5살 아이 키우는 엄마예요", ""),
        ("65세인데 소일거리 찾아요", ""),
    ],
)
def test_it_is_told_for_whom_else_somebody_asks(describer: Describer, text: str, about: str) -> None:
    assert describer.describe(text).about == about


def test_answers_that_rule_each_other_out_are_told_apart_from_what_counts(describer: Describer) -> None:
    described = describer.describe("45살이나 50살 여성")
    assert [f"{fact.name}={fact.value}" for fact in described.facts] == ["sex=female"]
    assert [f"{fact.name}={fact.value}" for fact in described.unsettled] == ["age=45", "age=50"]


def test_what_is_not_understood_is_left_for_the_search(describer: Describer) -> None:
    assert describer.describe("33살인데 드론 학교 찾아요").rest.split() == ["드론", "학교", "찾아요"]


def test_each_fact_carries_the_words_that_say_it(describer: Describer) -> None:
    said = {fact.name: fact.said for fact in describer.describe("27살 취준생").facts}
    assert said == {"age": "27살", "employment": "취준생"}


@pytest.mark.parametrize(
    ("name", "line", "code"),
    [
        ("saidnumbers.tsv", "(?P<n>\\d+\tage={n}\t27살\tbroken", "lexicon.broken-form"),
        ("saidnumbers.tsv", "(?P<n>\\d+)호\tage={n}\t27살\tdoes not find its example", "lexicon.broken-form"),
        ("saidflags.tsv", "있\tVA\tmaybe\tno such effect", "lexicon.unknown-kind"),
        ("saidfacts.tsv", "sex=female\t여성", "lexicon.columns"),
        ("saidpeople.tsv", "pet\t강아지\tno such kind", "lexicon.unknown-kind"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(data_copy: Path, name: str, line: str, code: str) -> None:
    table = data_copy / "lexicon" / name
    table.write_text(table.read_text("utf-8") + line + "\n", "utf-8")
    with pytest.raises(SourceFaults) as refused:
        load_sayings(data_copy / "lexicon")
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(f"lexicon/{name}", code)]


def test_every_answer_of_the_tables_can_be_given(describer: Describer) -> None:
    """That the notations exist is held by the browser test of the page; here: each answer is a name and a value."""
    answers = [pair for _, found in (*describer.sayings.facts, *describer.sayings.numbers) for pair in found]
    assert all(name and value for name, value in answers)
