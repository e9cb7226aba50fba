"""Eligibility over HTTP: the contract of the API, the page of /find, and answers that leave no trace."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient

import web

TUTOR = "https://w3id.org/kr-jobs/id/11410/program/digital-tutor"
JOBLESS = {"as": "person", "age": 27, "on": "2022-03-02", "residence": "서대문구", "employment": "unemployed"}


def answered(client: FlaskClient, body: Any, path: str = "/api/eligibility") -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.get_data(as_text=True)
    found: dict[str, Any] = response.get_json()
    return found


def test_the_answer_has_what_the_contract_says(client: FlaskClient) -> None:
    found = answered(client, JOBLESS)
    assert list(found) == ["on", "profile", "counts", "otherKinds", "programs", "nextQuestion"]
    assert found["on"] == "2022-03-02" and found["profile"]["residence"] == "서대문구"
    assert sum(found["counts"].values()) == len(found["programs"]) and found["otherKinds"] > 0
    first = found["programs"][0]
    assert list(first) == ["id", "edition", "name", "role", "verdict", "criteria"] and first["verdict"] == "eligible"
    assert first["criteria"][0] == {"concept": "age", "result": "true", "cause": None, "text": "나이: 39세 이하", "lines": "925"}
    assert list(found["nextQuestion"]) == ["concept", "text", "several", "options", "settles"]
    assert {row["verdict"] for row in found["programs"]} <= set(found["counts"])
    causes = {one["cause"] for row in found["programs"] for one in row["criteria"] if one["result"] == "unknown"}
    assert causes == {"not-answered", "not-stated", "ambiguous"}


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ({"residence": "서대문구"}, {"residence": "https://w3id.org/kr-jobs/id/kr/area/11410"}),
        ({"residence": "서울시"}, {"residence": "11"}),
        ({"birthDate": "1999-01-02", "on": "2022-01-01"}, {"age": 22, "on": "2022-01-01"}),
        ({"birthDate": "1999-01-02", "on": "2022-01-01", "age": "20-29"}, {"age": 22, "on": "2022-01-01"}),
        ({"age": 39.5}, {"age": 39}),
        ({"age": "18.9-39.9"}, {"age": "18-39"}),
        ({"age": "-18"}, {"age": "0-18"}),
        ({"disability": True}, {"disability": "true"}),
        ({"group": {"youth": True, "elder": False}}, {"group": ["youth", "-elder"]}),
        ({"sex": None}, {}),
    ],
)
def test_an_answer_can_be_written_in_more_than_one_way(client: FlaskClient, given: Any, same: Any) -> None:
    assert answered(client, given)["programs"] == answered(client, same)["programs"]


def test_english_is_spoken_under_en(client: FlaskClient) -> None:
    found = answered(client, JOBLESS, "/en/api/eligibility")
    assert found["programs"][0]["criteria"][0]["text"] == "Age: at most 39 Years of age"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "web.bad-json"),
        ({"ege": 3}, "profile.unknown-field"),
        ({"age": "old"}, "profile.bad-value"),
        ({"age": -1}, "web.bad-parameter"),
        ({"firm-size": -3.5}, "web.bad-parameter"),
        ({"firm-size": "1e9999999"}, "profile.bad-value"),
        ({"birthDate": "19990102"}, "profile.bad-value"),
        ({"as": "robot"}, "profile.bad-value"),
        ({"residence": "신촌"}, "profile.ambiguous-area"),
        ({"residence": "아틀란티스"}, "profile.unknown-area"),
        ({"on": "soon"}, "web.bad-parameter"),
        ({"group": {"youth": "yes"}}, "web.bad-parameter"),
        ({f"x{n}": 1 for n in range(400)}, "web.too-many-fields"),
    ],
)
def test_what_cannot_be_read_is_a_problem_that_says_why(client: FlaskClient, body: Any, code: str) -> None:
    response = client.post("/api/eligibility", json=body)
    assert response.status_code == 400 and response.get_json()["code"] == code and response.get_json()["detail"]


def test_a_question_of_the_answer_can_be_answered_as_it_says(client: FlaskClient) -> None:
    body: dict[str, Any] = dict(JOBLESS)
    for _ in range(12):
        asked = answered(client, body)["nextQuestion"]
        if asked is None:
            break
        if asked["several"]:
            for option in asked["options"]:
                no = False if option["value"] == "true" else "-" + option["value"]
                body[option["concept"]] = no if isinstance(no, bool) else [*body.get(option["concept"], []), no]
        else:
            option = asked["options"][0]
            body[option["concept"]] = option["value"]
    assert answered(client, body)["nextQuestion"] is None


def test_the_schema_lists_every_answer_with_its_words(client: FlaskClient) -> None:
    found = client.get("/api/eligibility/schema").get_json()
    fields = {field["name"]: field for field in found["fields"]}
    assert found["as"] == ["person", "firm", "organization"] and found["verdicts"][0] == "eligible"
    assert fields["age"]["text"] == "만 나이가 몇 살인가요?" and fields["employment"]["several"] is False
    assert {"value": "unemployed", "label": "미취업"} in fields["employment"]["values"]
    assert all(field["text"] and field["label"] for field in fields.values()) and "judgement" not in fields


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", "", response.get_data(as_text=True))))


def test_two_taps_show_what_fits_with_each_condition_and_its_line(client: FlaskClient) -> None:
    response = client.post("/find", data={"who": "19-39", "need": "job"})
    said = text_of(response)
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "받을 수 있어요" in said and "서대문구 디지털 튜터" in said and "원문 969행" in said and "모집 공고가 아닙니다" in said
    assert "문서에 없음" in said


def test_the_first_question_offers_what_the_table_says_and_nothing_else_is_taken(client: FlaskClient) -> None:
    assert client.get("/find").status_code == 200
    assert client.post("/find", data={"who": "nobody"}).status_code == 400
    assert client.post("/find", data={"need": "nothing"}).status_code == 400
    assert client.post("/find", data={"program": "11410/program/none"}).status_code == 400


def test_an_answer_replaces_the_one_before_and_what_was_offered_and_not_chosen_does_not_hold(client: FlaskClient) -> None:
    said = text_of(client.post("/find", data={"age": "19-39", "answer": "age=50"}))
    assert "나이: 50세 ✕" in said and "39세 이하 ✕" not in said
    page = client.post("/find", data={"group": "resident", "offered": ["group=resident", "group=artist", "group=elder"]}).get_data(
        as_text=True
    )
    assert all(f'name="group" value="{value}"' in page for value in ("resident", "-artist", "?elder"))
    page = client.post("/find", data={"offered": ["group=resident"], "unsure": "1"}).get_data(as_text=True)
    assert 'name="group" value="?"' in page
    page = client.post("/find", data={"age": "30", "offered": ["group=resident"], "remove": "age"}).get_data(as_text=True)
    assert 'name="age"' not in page and 'value="-resident"' not in page


@pytest.mark.parametrize(("name", "value"), [("age", "65-"), ("residence", "11")])
def test_not_knowing_a_narrower_answer_keeps_what_was_said(client: FlaskClient, name: str, value: str) -> None:
    before = client.post("/find", data={name: value}).get_data(as_text=True)
    after = client.post("/find", data={name: value, "answer": f"{name}=?"}).get_data(as_text=True)
    fitting = re.compile(r'id="fitting-title">[^/]*')
    assert f'name="{name}" value="{value}"' in after and f'name="{name}" value="?"' in after
    assert fitting.findall(after) == fitting.findall(before) != []


def test_not_ticking_a_group_does_not_outweigh_the_definitions_that_the_age_meets(client: FlaskClient) -> None:
    offered = ["group=middle-aged", "group=new-middle-aged", "group=fifty-plus", "group=resident"]
    said = {"age": "50-64", "group": "fifty-plus", "offered": offered}
    page = client.post("/find", data=said).get_data(as_text=True)
    assert 'value="-resident"' in page and 'value="-middle-aged"' not in page and 'value="-new-middle-aged"' not in page
    page = client.post("/find", data={**said, "age": "45"}).get_data(as_text=True)
    assert 'value="-new-middle-aged"' in page and 'value="?middle-aged"' in page


def test_words_that_are_too_long_are_refused_with_their_length(client: FlaskClient) -> None:
    refused = client.post("/find", data={"q": "가" * 201})
    assert refused.status_code == 400 and "200" in text_of(refused) and "201" in text_of(refused)


def test_the_box_sends_people_to_find_and_words_to_the_search(client: FlaskClient) -> None:
    person = client.post("/", data={"q": "27살 취준생인데 창업하고 싶어요"})
    assert person.status_code == 307 and person.headers["Location"].endswith("/find")
    words = client.post("/", data={"q": "디지털 튜터"})
    assert words.status_code == 303 and "/search?q=" in words.headers["Location"]
    said = text_of(client.post("/find", data={"q": "27살 취준생인데 창업하고 싶어요"}))
    assert "나이: 27세" in said and "취업 상태: 미취업" in said and "창업하고 싶어요" in said


@pytest.mark.parametrize(
    "words",
    [
        "남자인데 여자예요",
        "저는 20대이고 50대입니다",
        "29살 딸",
        "초등학생 둘 키우는 엄마",
        "칠순 넘은 어머니",
        "저는 혼자 살아요",
        "제가 좀 아파요",
    ],
)
def test_words_about_somebody_reach_no_address_even_if_they_cannot_be_used(client: FlaskClient, words: str) -> None:
    sent = client.post("/", data={"q": words})
    assert sent.status_code == 307 and sent.headers["Location"].endswith("/find")
    page = client.post("/find", data={"q": words}).get_data(as_text=True)
    assert not [link for link in re.findall(r'href="(/search[^"]*)"', page) if "%" in link and quote_plus(words) in link]


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/search?q=디지털 튜터", True),
        ("/search?q=청년 일자리", True),
        ("/search?q=여성 창업", True),
        ("/search?q=소상공인 홍보", True),
        ("/search?q=27살 여성", False),
        ("/search?q=남자인데 여자예요", False),
        ("/search?q=27살 취준생", False),
        ("/api/search?q=29살 딸", False),
        ("/search.atom?q=저는 45살", False),
        ("/api/suggest?q=디지털", False),
    ],
)
def test_answers_to_words_about_somebody_are_not_kept_for_others(client: FlaskClient, path: str, is_kept: bool) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert (response.headers["Cache-Control"] == "no-cache") == is_kept and ("private" in response.headers["Cache-Control"]) != is_kept


def test_names_are_suggested_without_the_words_in_an_address(client: FlaskClient) -> None:
    found = client.post("/api/suggest?limit=3", data={"q": "디지털"})
    assert found.get_json() == client.get("/api/suggest?limit=3&q=디지털").get_json() and found.get_json()["suggestions"]
    assert "ETag" not in found.headers
    assert 'method: "POST"' in (Path(web.__file__).parent / "static" / "suggest.js").read_text("utf-8")


def test_near_misses_say_what_would_change_and_from_when(client: FlaskClient) -> None:
    said = text_of(
        client.post("/find", data={"birthDate": "1973-05-01", "on": "2022-03-02", "program": "11410/program/new-job-supporters"})
    )
    assert "나이’ 한 가지만 맞지 않습니다" in said and "신중년(50~70세)" in said and "2023-05-01부터 맞습니다" in said
    assert "문서에 적힌 뜻: 신중년(50~70세) 원문 1565행" in said
    said = text_of(client.post("/find", data={"birthDate": "2004-05-01", "on": "2022-03-02", "program": "11410/program/digital-tutor"}))
    assert "2022-05-01부터 맞습니다" in said
    said = text_of(client.post("/find", data={"birthDate": "1981-05-01", "on": "2022-03-02", "program": "11410/program/digital-tutor"}))
    assert "2021-05-01 전날까지는 맞았습니다" in said
    intern = {"age": "40", "residence": "11", "employment": "unemployed", "program": "11410/program/coprosper-intern"}
    said = text_of(client.post("/find", data=intern)).partition("왜 안 되나요: ")[2].partition("받을 수 있어요")[0]
    assert "나이’ 한 가지만 맞지 않습니다" in said and "둘 이상" not in said
    assert not re.search(r"([3-9]|[0-9]{2})년 뒤부터 맞습니다", text_of(client.post("/find", data={"age": "15"})))


def test_an_age_takes_the_place_of_a_date_of_birth(client: FlaskClient) -> None:
    for data in ({"answer": "age=50"}, {"q": "50살입니다"}):
        page = client.post("/find", data={"birthDate": "1990-01-01", **data}).get_data(as_text=True)
        assert 'name="age" value="50"' in page and 'name="birthDate"' not in page


def test_a_small_shop_is_told_what_that_means_and_a_centre_is_the_place_to_ask(client: FlaskClient) -> None:
    said = text_of(client.post("/find", data={"who": "shop", "need": "money"}))
    assert "소상공인 직원이 5명 미만(광업" in said
    said = text_of(client.post("/find", data={"sex": "female", "program": "11410/center/women-irum"})).partition("왜 안 되나요: ")[2]
    assert "물어볼 곳 서대문여성이룸센터" in said


def test_lines_and_meanings_are_shown_in_short_rows_and_a_meaning_met_in_part_says_what_to_do(client: FlaskClient) -> None:
    page = client.post("/find", data={"age": "40"}).get_data(as_text=True)
    ruled_out = page.partition('id="ruled-out"')[2]
    rows = ruled_out.partition("</ul>")[0].split("<li ")[1:]
    assert rows and all('class="lines"' in row for row in rows) and "신중년(50~70세)" in ruled_out
    said = text_of(client.post("/find", data={"age": "40-49", "program": "11410/program/boram-jobs"}))
    assert "뜻이 여럿이고" in said
    assert (
        "주고 있는" not in said
        and client.post("/find", data={"as": "organization", "need": "job"}).get_data(as_text=True).count('class="card fit') > 0
    )


def test_answers_are_in_no_log_no_cookie_and_no_address(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    response = client.post("/find", data={"q": "73살 노숙인입니다", "who": "65-plus"})
    asked = client.post("/api/eligibility", json={"age": 73, "homelessness": True})
    assert response.status_code == asked.status_code == 200
    assert "Set-Cookie" not in response.headers and "Set-Cookie" not in asked.headers and "ETag" not in response.headers
    assert not re.search(r"73|노숙|homeless", caplog.text)
    links = re.findall(r'(?:href|action)="([^"]*)"', response.get_data(as_text=True))
    assert not [link for link in links if re.search(r"age|homeless|73", link) and not re.match(r".*/id/|/static/", link)]


def test_a_programme_page_asks_whether_it_fits_and_tells_search_engines_what_it_is(client: FlaskClient) -> None:
    page = client.get("/id/11410/program/digital-tutor").get_data(as_text=True)
    assert "왜 이 사업은 안 되나요" in page and 'name="program" value="11410/program/digital-tutor"' in page
    told = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])  # type: ignore[index]
    assert told["@type"] == "GovernmentService" and told["@id"] == TUTOR and told["name"] == "서대문구 디지털 튜터"
    assert '<script type="application/ld+json' not in client.get("/id/kr/group/youth").get_data(as_text=True)


def audiences(client: FlaskClient, program: str) -> dict[str, dict[str, Any]]:
    page = client.get(f"/id/11410/program/{program}").get_data(as_text=True)
    told = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])  # type: ignore[index]
    return {one["audienceType"]: one for one in told["audience"]}


def test_search_engines_are_told_an_age_only_of_the_people_for_whom_the_plan_states_it(client: FlaskClient) -> None:
    told = audiences(client, "digital-tutor")
    ages = {name: (one.get("requiredMinAge"), one.get("requiredMaxAge")) for name, one in told.items()}
    assert ages.pop("초·중·고 학생") == (None, None)
    assert (18, 39) in ages.values() and {one["@type"] for one in told.values()} == {"PeopleAudience"}


@pytest.mark.parametrize(
    ("program", "firms"), [("coprosper-intern", "그린·소셜·디지털 기업"), ("social-economy-activist", "사회적경제기업")]
)
def test_search_engines_are_not_told_that_firms_are_people_of_an_age(client: FlaskClient, program: str, firms: str) -> None:
    told = audiences(client, program)
    assert set(told[firms]) == {"@type", "@id", "audienceType"} and told[firms]["@type"] == "BusinessAudience"
    assert {one["requiredMaxAge"] for name, one in told.items() if name != firms} == {39}


def test_a_group_that_is_decided_by_a_definition_is_told_with_it_and_its_line(client: FlaskClient) -> None:
    rows = answered(client, {"age": 45})["programs"]
    radio = next(row for row in rows if row["name"].startswith("내일(job & future)"))
    assert radio["criteria"] == [
        {
            "concept": "group",
            "result": "false",
            "cause": None,
            "text": "어떤 사람·기업인지: 신중년 (적혀 있지 않고 미루어 읽음); 신중년(50~70세)",
            "lines": "1563, 1565",
        }
    ]


def test_a_year_of_birth_counts_on_the_day_that_ages_are_counted_on(client: FlaskClient) -> None:
    said = text_of(client.post("/find", data={"q": "1982년생입니다", "on": "2022-03-02"}))
    assert "나이: 39세 이상 40세 이하 ✕" in said


def test_two_needs_are_both_shown_and_each_can_be_taken_back(client: FlaskClient) -> None:
    page = client.post("/find", data={"q": "일자리도 찾고 교육도 받고 싶어요"}).get_data(as_text=True)
    assert 'value="need=job"' in page and 'value="need=learn"' in page
    page = client.post("/find", data={"need": ["job", "learn"], "remove": "need=job"}).get_data(as_text=True)
    assert 'value="need=job"' not in page and 'name="need" value="learn"' in page


def test_two_ages_are_asked_about_and_neither_is_dropped_silently(client: FlaskClient) -> None:
    page = client.post("/find", data={"q": "45살이나 50살 여성"}).get_data(as_text=True)
    assert 'name="answer" value="age=45"' in page and 'name="answer" value="age=50"' in page


def test_what_is_said_of_somebody_else_is_asked_about_and_does_not_count(client: FlaskClient) -> None:
    page = client.post("/find", data={"q": "저는 일 안 해도 되는데 딸이 29살 취업준비생이에요"}).get_data(as_text=True)
    assert 'name="answer" value="age=29"' in page and 'name="answer" value="employment=unemployed"' in page
    assert 'type="hidden" name="age"' not in page and 'type="hidden" name="employment"' not in page


def test_it_is_said_for_whom_the_answers_are_where_somebody_else_is_meant(client: FlaskClient) -> None:
    assert "‘어머니’에 대해 묻는 말로" in text_of(client.post("/find", data={"q": "65세 넘은 어머니 소일거리"}))


def test_words_for_a_group_can_be_searched_and_personal_words_stay_out_of_links(client: FlaskClient) -> None:
    assert "/search?q=%EC%B2%AD%EB%85%84" in client.post("/find", data={"q": "청년"}).get_data(as_text=True)
    assert "/search?q=" not in client.post("/find", data={"q": "35살 청년"}).get_data(as_text=True)


def test_a_condition_that_is_only_inferred_is_marked_and_one_that_is_stated_is_not(client: FlaskClient) -> None:
    rows = {row["name"]: row["criteria"][0]["text"] for row in answered(client, {})["programs"] if row["criteria"]}
    assert "미루어 읽음" in rows["안심일자리"] and "미루어 읽음" not in rows["서대문구 디지털 튜터"]
    page = client.post("/find", data={"program": "11410/program/ansim-jobs", "income": "low"}).get_data(as_text=True)
    assert "적힌 자리로 미루어 읽은 것입니다" in page


def test_a_definition_from_outside_the_plan_is_named_as_such(client: FlaskClient) -> None:
    rows = {row["name"]: row for row in answered(client, {"age": 65})["programs"]}
    row = rows["노인일자리 및 사회활동 지원 사업"]
    assert row["verdict"] == "likely" and "문서에는 없는 뜻: 노인복지법 제26조" in row["criteria"][0]["text"]
    assert "문서 밖에서 가져온 뜻(노인복지법 제26조" in text_of(client.post("/find", data={"age": "65"}))


def test_kinds_of_firm_are_explained_and_the_menu_leads_to_the_finder(client: FlaskClient) -> None:
    page = client.post("/find", data={"as": "firm"}).get_data(as_text=True)
    assert "직원이 5명 미만" in page and '<a href="/find" aria-current="page">맞춤 찾기</a>' in page


def test_of_more_than_a_page_holds_the_rest_is_counted_and_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"age": "27", "residence": "서대문구"}
    counted = re.compile(r'id="checking-title">[^<]*<b class="count">(\d+)')
    whole = client.post("/find", data=data).get_data(as_text=True)
    monkeypatch.setattr("web.finding._MOST_CARDS", 10)
    short = client.post("/find", data=data).get_data(as_text=True)
    total = int(counted.findall(whole)[0])
    assert counted.findall(short) == [str(total)]
    assert total > 10 and f"{total - 10}개는 한 화면에 다 담지 못했습니다" in short
    assert "다 담지 못했습니다" not in whole
