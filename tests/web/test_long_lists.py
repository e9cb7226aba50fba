"""Judges pages of things that a whole nation points to: they cost and show a page of it, say how much there is, and leave nothing out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from kg.errors import NotFound
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.reader import pointing
from kg.store.reader.entity import EntityReader
from kg.store.reader.pointing import PointingReader
from kg.store.results import Solutions
from kg.text import DotTable
from kg.vocab import ID
from tests.web.conftest import SMALL, FixedServices
from web.app import create_app
from web.serving import SearchOpener

MANY, SOME = 1100, 700


def editions(name: str, group: str, count: int) -> str:
    """Return programmes of one plan that name a group."""
    return "".join(
        f'program:{name}-{n} a kj:Program ; skos:prefLabel "{name} {n}"@ko .\n'
        f'<{ID}11410/plan/2023/program/{name}-{n}> a kj:ProgramEdition ; skos:prefLabel "{name} {n} (2023)"@ko ;'
        f" dct:isVersionOf program:{name}-{n} ; kj:inPlan plan:2023 ; kj:participantGroup group:{group} .\n"
        for n in range(count)
    )


CONDITIONS = 'concept:age a skos:Concept ; skos:prefLabel "나이"@ko .\n' + "".join(
    f"<{ID}x/{n}> a cv:Constraint ; cv:constrains concept:age .\n"
    + (f'<{ID}x/{n}> skos:prefLabel "condition {n}"@ko .\n' if n % 100 == 3 else "")
    for n in range(SOME)
)


@pytest.fixture(scope="module")
def crowded(settings: Settings) -> Flask:
    """A site on which 1,100 programmes are for young people and 700 for pupils, and 7 of 700 conditions have a name."""
    made = create_app(settings, SearchOpener())
    made.extensions["itda"] = FixedServices(
        settings, SMALL + editions("many", "youth", MANY) + editions("some", "pupil", SOME) + CONDITIONS
    )
    return made


def shown(page: str, name: str) -> list[str]:
    return re.findall(rf">({name} \d+)", page)


def test_a_page_lists_the_first_of_what_points_there_and_says_how_much_there_is(crowded: Flask) -> None:
    client = crowded.test_client()
    some, many = client.get("/id/kr/group/pupil").text, client.get("/en/id/kr/group/youth").text
    assert 0 < len(shown(some, "some")) == len(shown(many, "many")) < pointing.PAGE
    assert "나머지" not in some
    assert len(shown(client.get("/id/kr/group/pupil?show=participantGroup").text, "some")) == pointing.PAGE
    assert f'<b class="count">{SOME}</b>' in some
    assert '<b class="count">over 1,000</b>' in many
    assert "/id/kr/group/pupil?show=participantGroup" in some


@pytest.mark.parametrize("root", ["", "/en"])
def test_the_pages_of_a_list_hold_everything_once(crowded: Flask, root: str) -> None:
    client, address, found = crowded.test_client(), f"{root}/id/kr/group/pupil?show=participantGroup", []
    while address:
        page = client.get(address).text
        found += shown(page, "some")
        ahead = re.search(r'<a class="button" href="([^"]+)">(?:다음 쪽|Next page)', page)
        address = ahead[1].replace("&amp;", "&") if ahead else ""
    assert sorted(found) == sorted(f"some {n}" for n in range(SOME))


def test_what_has_no_name_hides_nothing_that_has_one(crowded: Flask) -> None:
    client = crowded.test_client()
    for query in ("", "?show=constrains"):
        page = client.get(f"/id/kr/concept/age{query}").text
        assert len(shown(page, "condition")) == 7
        assert '<b class="count">7</b>' in page


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("show=none&page=2", "show"),
        ("show=participantGroup&page=15", "page"),
        ("show=participantGroup&page=0", "page"),
        ("show=participantGroup&page=201", "page"),
        ("show=hostGroup", "show"),
        ("show=inPlan", "show"),
    ],
)
def test_a_list_or_page_that_is_not_there_is_told(crowded: Flask, query: str, wrong: str) -> None:
    told = crowded.test_client().get(f"/en/id/kr/group/pupil?{query}")
    assert told.status_code == 400
    assert f"The parameter “{wrong}” cannot be" in told.text


def test_a_thing_that_is_not_there_has_no_pages(crowded: Flask) -> None:
    assert crowded.test_client().get("/id/kr/group/nobody?show=participantGroup").status_code == 404


def test_a_section_of_who_serves_a_group_goes_on_on_further_pages(crowded: Flask) -> None:
    client = crowded.test_client()
    first = client.get("/serves/kr/group/youth").text
    assert len(set(shown(first, "many"))) == 300
    assert f'<b class="count">{MANY:,}</b>' in first
    assert "?show=programs" in first
    assert "나머지 1,092개 가운데 292개 더 보기" in first
    assert "나머지 800개 보기" in first
    pages = [client.get(f"/serves/kr/group/youth?show=programs&page={page}") for page in range(1, MANY // 50 + 1)]
    assert {name for page in pages for name in shown(page.text, "many")} == {f"many {n}" for n in range(MANY)}
    assert client.get("/serves/kr/group/youth?show=programs&page=23").status_code == 400


@pytest.mark.parametrize(("root", "folded"), [("", "다른 지역의 계획"), ("/en", "Plans of other areas")])
def test_of_many_plans_those_of_the_area_are_listed_and_the_newest_of_each_other_one_is_folded(
    settings: Settings, root: str, folded: str
) -> None:
    made = create_app(settings, SearchOpener())
    plans = [f"{area}/{year}" for area in range(99001, 99008) for year in (2020, 2021)]
    called = ('<{}{}> a kj:JobsPlan ; skos:prefLabel "{}"@ko .\n'.format(ID, plan.replace("/", "/plan/"), plan) for plan in plans)
    made.extensions["itda"] = FixedServices(settings, SMALL + "".join(called))
    page = made.test_client().get(f"{root}/serves/kr/group/youth?plan=99003/2020").text
    shown, _, rest = page[: page.index("</details>", page.index(folded))].partition(f"<summary>{folded}")
    assert re.findall(r'class="pill" href="[^"]+\?plan=([\d/]+)"', shown) == ["99003/2021", "99003/2020"]
    newest = {f"{area}/2021" for area in range(99001, 99008) if area != 99003}
    assert set(re.findall(r'class="pill" href="[^"]+\?plan=([\d/]+)"', rest)) == {*newest, "11410/2023"}


THINGS = ("kr/group/youth", "11410/org/ewha-womans-university", "kr/unit/percent", "kr/area/11410", "kr/sector/direct", "period/2021")


@pytest.mark.parametrize("thing", THINGS)
def test_what_is_read_relation_by_relation_says_what_is_read_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch, thing: str) -> None:
    with app.extensions["itda"].lease() as site:
        monkeypatch.setattr(pointing, "LISTED", 10**6)
        monkeypatch.setattr(pointing, "AT_ONCE", 10**6)
        whole = site.reader.describe(ID + thing, "ko").incoming
        monkeypatch.setattr(PointingReader, "_is_much", lambda _self, _thing: True)
        by_relation = site.reader.describe(ID + thing, "ko").incoming
    assert whole
    assert by_relation == whole


ONE = b'<https://w3id.org/kr-jobs/id/y> <http://www.w3.org/2000/01/rdf-schema#label> "y" <https://w3id.org/kr-jobs/graph/z> .\n'


class Recording(OxigraphStore):
    """A store that remembers what it was asked."""

    texts: list[str]

    def select(self, text: str, *more: Any, **named: Any) -> Solutions:
        self.texts.append(text)
        return super().select(text, *more, **named)


def test_the_path_to_everything_about_a_thing_is_not_walked_from_one_that_is_not_there(small: Flask) -> None:
    services = small.extensions["itda"]
    store = Recording.in_memory(ONE)
    store.texts = []
    reader = EntityReader(store, services.library, DotTable({}))
    for ask in (lambda: reader.describe(ID + "x", "ko"), lambda: reader.construct(ID + "x")):
        with pytest.raises(NotFound):
            ask()
    assert not [text for text in store.texts if "isVersionOf)?" in text]
