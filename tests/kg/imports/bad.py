"""What the sources may send instead of a list: one table, run for each importer by `test_bad_sources.py`."""

from __future__ import annotations

from itertools import chain
from typing import Any

from tests.kg.imports.sources import Bad, Change, bytes_of, half, json_of, page_of_a_site, text_of, without

LIST, SECOND, DETAIL, CODES, YOUTH = (
    "serviceList-1.json",
    "serviceList-2.json",
    "serviceDetail.json",
    "supportConditions.json",
    "getPlcy.json",
)


def rows(change: Any) -> Any:
    """Return a change of the rows of 정부24."""
    return lambda body: change(body["data"])


def policies(change: Any) -> Any:
    """Return a change of the rows of 온통청년."""
    return lambda body: change(body["result"]["youthPolicyList"])


def rename(old: str, new: str) -> Any:
    """Return a change that renames a field in all rows."""
    return lambda found: [row.update({new: row.pop(old)}) for row in found] and None


def setting(field: str, value: Any) -> Any:
    """Return a change of a field of the first row."""
    return lambda found: found[0].update({field: value})


def dropping(field: str) -> Any:
    """Return a change that takes a field out of the first row."""
    return lambda found: found[0].pop(field) and None


def v1_rows(found: list[dict[str, Any]]) -> None:
    """Make rows of the first version of 정부24."""
    for row in found:
        row["SVC_ID"], row["JA0103"] = row.pop("서비스ID"), "Y"


def gov24() -> list[tuple[str, Change, str]]:
    """Return what can be wrong with 정부24."""
    return [
        ("a list of nothing", json_of(LIST, lambda body: {**body, "data": [], "totalCount": 0, "currentCount": 0}), "import.total-changed"),
        ("no row at all", lambda files: [json_of(name, lambda body: body.update(data=[], totalCount=0, currentCount=0))(files) for name in list(files)] and None, "import.no-rows"),
        ("half a file", bytes_of(LIST, half), "import.cut"),
        ("cut at its last byte", bytes_of(CODES, lambda content: content.rstrip()[:-1]), "import.cut"),
        ("a web page", bytes_of(DETAIL, page_of_a_site), "import.web-page"),
        ("an error envelope", json_of(LIST, lambda _: {"code": -4, "msg": "등록되지 않은 인증키 입니다."}), "import.error-answer"),
        ("an error about the retired version", json_of(DETAIL, lambda _: {"code": -3, "msg": "등록되지 않은 서비스 입니다."}), "import.error-answer"),
        ("a page missing", without(SECOND), "import.not-all"),
        ("an operation missing", without(CODES), "import.no-answer"),
        ("a field missing", json_of(LIST, rows(dropping("소관기관명"))), "import.missing-field"),
        ("a field renamed", json_of(LIST, rows(rename("서비스명", "서비스이름"))), "import.missing-field"),
        ("a field of the conditions renamed", json_of(CODES, rows(rename("JA0110", "연령시작"))), "import.missing-field"),
        ("a name that is empty", json_of(LIST, rows(setting("서비스명", "  "))), "import.empty-field"),
        ("an object in place of a text", json_of(LIST, rows(setting("지원대상", {"글": "누구나"}))), "import.wrong-value"),
        ("rows of version 1", json_of(CODES, rows(v1_rows)), "import.outdated"),
        ("an old code among new ones", json_of(CODES, rows(setting("JA0304", "Y"))), "import.outdated"),
        ("a code nobody knows", json_of(CODES, rows(setting("JA0999", "Y"))), "import.unknown-code"),
        ("a code that says neither yes nor nothing", json_of(CODES, rows(setting("JA0328", "1"))), "import.unknown-code"),
        ("a code that no row has any more", json_of(CODES, rows(lambda found: [row.pop("JA0328") for row in found] and None)), "import.lost-codes"),
        ("half a letter", text_of(LIST, ("처음 일자리를 찾는", "\\ud83d")), "import.encoding-lost"),
        ("a zero byte in a text", text_of(LIST, ("처음 일자리를 찾는", "\\u0000")), "import.encoding-lost"),
        ("a number of five thousand digits", text_of(LIST, ('"page": 1', f'"page": {"9" * 5000}')), "import.no-number"),
        ("an age that is none", json_of(CODES, rows(setting("JA0110", "열아홉"))), "import.bad-age"),
        ("an id twice", json_of(LIST, rows(lambda found: found[1].update({"서비스ID": found[0]["서비스ID"]}))), "import.double-id"),
        ("a page twice", lambda files: files.update({SECOND: files[LIST]}), "import.double-page"),
        ("a total that changed", json_of(SECOND, lambda body: body.update(totalCount=6)), "import.total-changed"),
        ("a count that is not the rows'", json_of(SECOND, lambda body: body.update(currentCount=3)), "import.count-differs"),
        ("a total that is no number", json_of(LIST, lambda body: body.update(totalCount="많음")), "import.wrong-number"),
        ("no total", json_of(LIST, lambda body: body.pop("totalCount") and None), "import.no-envelope"),
        ("conditions of a service that is not listed", json_of(CODES, rows(setting("서비스ID", "999000000999"))), "import.unknown-id"),
        ("details missing", json_of(DETAIL, lambda body: body.update(data=body["data"][:4], totalCount=4, currentCount=4)), "import.lacking-id"),
        ("another encoding", bytes_of(LIST, lambda content: content.decode().encode("cp949")), "import.encoding"),
        ("letters lost", text_of(LIST, ("청년", "�년")), "import.encoding-lost"),
        ("a key twice in a row", text_of(LIST, ('"서비스명":', '"서비스ID": "1", "서비스명":')), "import.double-key"),
        ("XML", bytes_of(LIST, lambda _: b"<?xml version='1.0'?><a/>"), "import.not-json"),
        ("nothing", bytes_of(LIST, lambda _: b"\n"), "import.empty-file"),
        ("a file of something else", lambda files: files.update({"notes.json": b"{}"}), "import.no-operation"),
        ("a file nested too deep", bytes_of(LIST, lambda _: b"[" * 200_000), "import.not-json"),
    ]  # fmt: skip


def youth() -> list[tuple[str, Change, str]]:
    """Return what can be wrong with 온통청년."""

    def body(change: Any) -> Change:
        return json_of(YOUTH, change)

    return [
        ("a list of nothing", body(lambda found: found["result"].update(youthPolicyList=[], pagging={"totCount": 0})), "import.no-rows"),
        ("half a file", bytes_of(YOUTH, half), "import.cut"),
        ("a web page", bytes_of(YOUTH, page_of_a_site), "import.web-page"),
        ("an error envelope", body(lambda _: {"resultCode": 401, "resultMessage": "인증키가 맞지 않습니다.", "result": None}), "import.error-answer"),
        ("fewer rows than the total", body(lambda found: found["result"]["pagging"].update(totCount=4)), "import.not-all"),
        ("more rows than the total", body(lambda found: found["result"]["pagging"].update(totCount=2)), "import.not-all"),
        ("paging with its right spelling", body(lambda found: found["result"].update(paging=found["result"].pop("pagging"))), "import.no-envelope"),
        ("no list", body(lambda found: found["result"].pop("youthPolicyList") and None), "import.no-envelope"),
        ("a field missing", body(policies(dropping("jobCd"))), "import.missing-field"),
        ("a field renamed", body(policies(rename("sprtTrgtMinAge", "minAge"))), "import.missing-field"),
        ("rows of the retired list", body(policies(rename("plcyNm", "polyBizSjnm"))), "import.outdated"),
        ("an id twice", body(policies(lambda found: found[1].update(plcyNo=found[0]["plcyNo"]))), "import.double-id"),
        ("an id that is empty", body(policies(setting("plcyNo", "        "))), "import.empty-field"),
        ("a code nobody knows", body(policies(setting("jobCd", "0013011"))), "import.unknown-code"),
        ("a code of another table", body(policies(setting("mrgSttsCd", "0013001"))), "import.unknown-code"),
        ("an age that is none", body(policies(setting("sprtTrgtMaxAge", "150"))), "import.bad-age"),
        ("a list in place of a text", body(policies(setting("zipCd", ["11410"]))), "import.wrong-value"),
        ("another encoding", bytes_of(YOUTH, lambda content: content.decode().encode("cp949")), "import.encoding"),
        ("letters lost", text_of(YOUTH, ("청년", "�년")), "import.encoding-lost"),
        ("a key twice", text_of(YOUTH, ('"plcyNm":', '"plcyNo": "1", "plcyNm":')), "import.double-key"),
        ("no number", text_of(YOUTH, ('"resultCode": 200', '"resultCode": NaN')), "import.no-number"),
        ("nothing", bytes_of(YOUTH, lambda _: b""), "import.empty-file"),
    ]  # fmt: skip


def bokjiro(source: str, listed: str, details: tuple[str, str], identifiers: tuple[str, str], field: str) -> list[tuple[str, Change, str]]:
    """Return what can be wrong with one of the two lists of 복지로, whose texts are in `field`."""
    first, second = identifiers
    return [
        ("a list of nothing", text_of(listed, ("<totalCount>2<", "<totalCount>0<"), ("servList>", "otherList>")), "import.no-rows"),
        ("half a file", bytes_of(listed, half), "import.cut"),
        ("half a detail", bytes_of(details[0], half), "import.cut"),
        ("a web page", bytes_of(listed, page_of_a_site), "import.web-page"),
        ("an error envelope", text_of(listed, ("<resultCode>0<", "<resultCode>10<"), ("SUCCESS", "INVALID_REQUEST_PARAMETER_ERROR")), "import.error-answer"),
        ("the error of the portal", bytes_of(listed, lambda _: b"<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>SERVICE_KEY_IS_NOT_REGISTERED_ERROR</returnAuthMsg><returnReasonCode>30</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>"), "import.error-answer"),
        ("fewer rows than the total", text_of(listed, ("<totalCount>2<", "<totalCount>3<")), "import.not-all"),
        ("a detail missing", without(details[1]), "import.lacking-id"),
        ("all details missing", without(*details), "import.no-answer"),
        ("a detail of a service that is not listed", text_of(details[0], (first, "WLF00000000")), "import.unknown-id"),
        ("an id twice", text_of(listed, (f"<servId>{second}<", f"<servId>{first}<")), "import.double-id"),
        ("a detail twice", lambda files: files.update({"again".join((details[0][:-4], ".xml")): files[details[0]]}), "import.double-id"),
        ("a field missing", text_of(listed, ("<servDgst>", "<servSummary>"), ("</servDgst>", "</servSummary>")), "import.missing-field"),
        ("a field of the details renamed", text_of(details[0], (f"<{field}>", "<other>"), (f"</{field}>", "</other>")), "import.missing-field"),
        ("a name that is empty", text_of(listed, ("servNm>", "servNmOld>"), ("<servDgst>", "<servNm></servNm><servDgst>")), "import.empty-field"),
        ("a page of details in place of the list", lambda files: files.update({listed: files[details[0]]}), "import.other-answer"),
        ("entities", text_of(listed, ("<wantedList>", "<!DOCTYPE a [<!ENTITY x 'y'>]><wantedList>")), "import.entities"),
        ("another encoding", bytes_of(listed, lambda content: content.decode().replace("UTF-8", "EUC-KR").encode("euc-kr")), "import.encoding"),
        ("an encoding it does not say", bytes_of(listed, lambda content: content.decode().encode("cp949")), "import.encoding"),
        ("letters lost", text_of(listed, ("어르신" if source == "bokjiro" else "아이", "�")), "import.encoding-lost"),
        ("JSON", bytes_of(listed, lambda _: b'{"servList": []}'), "import.not-xml"),
        ("a total that is no number", text_of(listed, ("<totalCount>2<", "<totalCount>two<")), "import.wrong-number"),
        ("a field twice in a row", text_of(listed, ("<servDgst>", "<servNm>x</servNm><servDgst>")), "import.double-key"),
        ("nothing", bytes_of(listed, lambda _: b""), "import.empty-file"),
    ]  # fmt: skip


CASES = tuple(
    chain.from_iterable(
        (Bad(source, *case) for case in cases)
        for source, cases in {
            "gov24": gov24(),
            "youth": youth(),
            "bokjiro": bokjiro(
                "bokjiro",
                "NationalWelfarelistV001-1.xml",
                ("NationalWelfaredetailedV001-WLF99000001.xml", "NationalWelfaredetailedV001-WLF99000002.xml"),
                ("WLF99000001", "WLF99000002"),
                "slctCritCn",
            ),
            "bokjiro-local": bokjiro(
                "bokjiro-local",
                "LcgvWelfarelist-1.xml",
                ("LcgvWelfaredetailed-WLF99100001.xml", "LcgvWelfaredetailed-WLF99100002.xml"),
                ("WLF99100001", "WLF99100002"),
                "aplyMtdCn",
            ),
        }.items()
    )
)
