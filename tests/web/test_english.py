"""What a visitor reads under `/en/`: English words, and Korean only where it is marked as Korean."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

HANGUL = re.compile("[\u3131-\u318e\uac00-\ud7a3]")
SPOKEN = ("alt", "title", "aria-label", "placeholder", "content", "label")
EMPTY = {"base", "br", "col", "hr", "img", "input", "link", "meta", "use", "path", "rect", "line", "circle", "polyline", "polygon"}
PAGES = (
    *("/", "/find", "/search?q=youth", "/search?q=zzzzqqqq", "/serves/", "/serves/kr/group/youth", "/id/11410/program/digital-tutor"),
    *(
        "/id/11410/program/youth-kium-restaurant",
        "/id/11410/org/ewha-womans-university",
        "/id/11410/plan/2022",
        "/id/11410/plan/2022/task/1-2",
    ),
    *(
        "/network/",
        "/network/kr/group/youth",
        "/partners/",
        "/partners/11410/org/ewha-womans-university",
        "/path",
        "/goals",
        "/money",
        "/stats",
    ),
    *("/quality", "/sparql", "/sparql?example=programs-for-a-group", "/schema", "/data", "/ontology", "/help", "/about", "/accessibility"),
    *("/nope", "/network/none", "/money?plan=x", "/serves/none"),
)


class Unmarked(HTMLParser):
    """Collects Korean that is not marked as Korean; what programs read (JSON-LD) does not count."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        lang = given.get("lang") or (self._open[-1][1] if self._open else "")
        if lang != "ko":
            self.found += [f"<{tag} {name}={given[name]}>" for name in SPOKEN if HANGUL.search(given.get(name, ""))]
        if tag not in EMPTY:
            self._open.append((tag, lang))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        before = len(self._open)
        self.handle_starttag(tag, attrs)
        del self._open[before:]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, lang = self._open[-1] if self._open else ("", "")
        if HANGUL.search(data) and lang != "ko" and tag != "script":
            self.found.append(data.strip()[:120])


def unmarked(page: str) -> list[str]:
    parser = Unmarked()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("path", PAGES)
def test_korean_on_an_english_page_is_marked_as_korean(client: FlaskClient, path: str) -> None:
    answer = client.get("/en" + path, headers={"Accept": "text/html"})
    assert answer.mimetype == "text/html"
    assert unmarked(answer.text) == []


@pytest.mark.parametrize("fields", [{"who": "senior"}, {"answer": "age=20-29"}, {"q": "나 55세인데 다시 일하고 싶어요"}])
def test_so_is_korean_in_the_programmes_that_fit(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = client.post("/en/find", data=fields)
    assert unmarked(answer.text) == []


def test_what_a_visitor_typed_is_marked_too_and_stays_text(client: FlaskClient) -> None:
    page = client.get("/en/search", query_string={"q": "청년<b>"}).text
    assert '<h1>Results for “<span lang="ko">청년</span>&lt;b&gt;”</h1>' in page
    assert '<span lang="ko">' not in client.get("/search", query_string={"q": "청년<b>"}).text


def test_a_name_without_english_is_explained(client: FlaskClient) -> None:
    assert "This name exists in Korean only." in client.get("/en/id/11410/plan/2022/task/1-2").text
    assert "This name exists in Korean only." not in client.get("/en/id/11410/program/digital-tutor").text


def test_the_parser_of_this_test_sees_what_is_not_marked() -> None:
    assert unmarked('<p>청년</p><p lang="ko">청년 <b>일</b></p><a title="청년">x</a><script>청년</script>') == ["청년", "<a title=청년>"]
