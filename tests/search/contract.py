"""What every search engine must do behind `search.engine.SearchEngine`, over the small graph of `conftest.py`.

A test module runs it with `from tests.search.contract import *` and a fixture `engine` of its own.
"""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine import SearchEngine
from search.model import Page, Query, Reason

OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    '"',
    "*",
    "?",
    "~",
    ":",
    "[",
    "TO",
    "]",
    "^",
    "name:",
    "\\",
    "\x00",
    "<script>",
    "ㅊㄴ",
    "ᄎ",
    "ᅥ",
    "튜터",
    "청년",
]
NAMES = [
    "디지털 튜터",
    "경로당 디지털 튜터",
    "청년키움식당",
    "신촌 박스퀘어",
    "이화여자대학교",
    "이푸드랩",
    "어르신",
    "글로컬․청년 창업ㆍ지원",
]


def found(engine: SearchEngine, text: str) -> list[str]:
    return [hit.name for hit in engine.search(Query(text)).hits]


@pytest.mark.parametrize("name", NAMES)
def test_a_thing_is_first_for_its_own_name_spaced_or_not(engine: SearchEngine, name: str) -> None:
    assert found(engine, name)[0] == name
    assert found(engine, name.replace(" ", ""))[0] == name


@pytest.mark.parametrize(
    ("one", "other"), [("디지털튜터", "디지털 튜터"), ("경로당디지털튜터", "경로당 디지털 튜터"), ("신촌박스퀘어", "신촌 박스퀘어")]
)
def test_spaced_and_unspaced_queries_find_the_same_things_in_the_same_order(engine: SearchEngine, one: str, other: str) -> None:
    first, second = (engine.search(Query(text)) for text in (one, other))
    assert [(hit.id, hit.score) for hit in first.hits] == [(hit.id, hit.score) for hit in second.hits]


@pytest.mark.parametrize(("with_particle", "bare"), [("청년에게", "청년"), ("경로당에서", "경로당"), ("박스퀘어에서는", "박스퀘어")])
def test_a_particle_changes_nothing_in_what_is_found(engine: SearchEngine, with_particle: str, bare: str) -> None:
    assert sorted(found(engine, with_particle)) == sorted(found(engine, bare))


def test_a_synonym_finds_what_the_graph_calls_otherwise_and_says_so(engine: SearchEngine) -> None:
    hits = {hit.name: hit for hit in engine.search(Query("시니어 교육")).hits}
    why = hits["경로당 디지털 튜터"].why
    assert Reason("synonym", "audience", "시니어", "어르신") in why
    assert Reason("word", "description", "교육", "교육") in why


def test_an_alias_in_the_graph_finds_what_is_linked_with_the_thing(engine: SearchEngine) -> None:
    assert found(engine, "이화여대")[:2] == ["이화여자대학교", "청년키움식당"]


def test_every_middle_dot_finds_the_same_name(engine: SearchEngine) -> None:
    pages = {tuple(found(engine, f"글로컬{dot}청년 창업{dot}지원")) for dot in "·․ㆍ∙∘•･・"}
    assert len(pages) == 1
    assert next(iter(pages))[0] == "글로컬․청년 창업ㆍ지원"


def test_decomposed_input_finds_composed_names(engine: SearchEngine) -> None:
    assert engine.search(Query(unicodedata.normalize("NFD", "신촌 박스퀘어"))) == engine.search(Query("신촌 박스퀘어"))


def test_an_english_name_finds_the_korean_thing_in_any_case(engine: SearchEngine) -> None:
    assert found(engine, "digital TUTOR")[0] == "디지털 튜터"


def test_a_condition_finds_its_programme(engine: SearchEngine) -> None:
    assert found(engine, "39세")[0] == "디지털 튜터"


def test_a_misspelt_name_is_found_by_its_letters_and_the_name_is_offered(engine: SearchEngine) -> None:
    page = engine.search(Query("디지턀튜터"))
    assert page.hits[0].name == "디지털 튜터"
    assert page.did_you_mean == "디지털 튜터"
    assert "spelling" in {reason.kind for reason in page.hits[0].why}
    assert engine.search(Query("디지털 튜터")).did_you_mean is None


def test_a_known_misspelling_is_an_exact_name(engine: SearchEngine) -> None:
    page = engine.search(Query("경노당 디지털튜터"))
    assert page.hits[0].name == "경로당 디지털 튜터"
    assert page.hits[0].why[0].kind == "name"


def test_the_snippet_is_plain_text_with_the_match_marked(engine: SearchEngine) -> None:
    (hit, *_) = engine.search(Query("키오스크 교육")).hits
    assert [fragment.text for fragment in hit.snippet if fragment.is_match] == ["키오스크", "교육"]
    assert "".join(fragment.text for fragment in hit.snippet) == "스마트 기기와 키오스크를 가르치는 방문 교육"


def test_what_was_understood_is_told(engine: SearchEngine) -> None:
    (understood,) = engine.search(Query("어르신들께")).understood
    assert understood.text == "어르신"
    assert ("노인", "synonym") in {(term.term, term.kind) for term in understood.terms}


@pytest.mark.parametrize("text", ["", " ", "\n\t", "·!?()\"'", "🙂"])
def test_text_without_letters_finds_nothing(engine: SearchEngine, text: str) -> None:
    assert engine.search(Query(text)) == Page(0, (), (), (), None)


def test_counts_are_exact_and_pages_fit_together(engine: SearchEngine) -> None:
    whole = engine.search(Query("청년 디지털", limit=100))
    pieces = [engine.search(Query("청년 디지털", limit=2, offset=offset)) for offset in range(0, whole.total + 2, 2)]
    assert [hit for piece in pieces for hit in piece.hits] == list(whole.hits)
    assert {piece.total for piece in pieces} == {whole.total} == {len(whole.hits)}


def test_equal_scores_come_out_by_id(engine: SearchEngine) -> None:
    hits = engine.search(Query("식당")).hits
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.id))


def test_types_narrow_the_hits_and_leave_the_counts_of_types(engine: SearchEngine) -> None:
    every = engine.search(Query("청년"))
    programs = engine.search(Query("청년", types=("program",)))
    counts = {value.value: value.count for facet in every.facets if facet.name == "type" for value in facet.values}
    assert {hit.type for hit in programs.hits} == {"program"}
    assert programs.total == counts["program"]
    assert sum(counts.values()) == every.total
    assert [facet for facet in programs.facets if facet.name == "type"] == [facet for facet in every.facets if facet.name == "type"]


def test_filters_hold_together_and_an_unknown_value_keeps_nothing(engine: SearchEngine) -> None:
    group = "https://w3id.org/kr-jobs/id/kr/group/"
    student = engine.search(Query("청년", filters={"group": (group + "student",)}))
    assert [hit.name for hit in student.hits] == ["청년키움식당"]
    either = engine.search(Query("청년", types=("program",), filters={"group": (group + "student", group + "elder")}))
    assert {hit.name for hit in either.hits} == {"청년키움식당", "경로당 디지털 튜터"}
    assert engine.search(Query("청년", filters={"group": ("urn:none",)})).total == 0
    assert engine.search(Query("청년", filters={"nothing": ("urn:none",)})).total == 0


def test_facet_values_have_names(engine: SearchEngine) -> None:
    (group,) = (facet for facet in engine.search(Query("디지털 튜터")).facets if facet.name == "group")
    assert {value.label for value in group.values} == {"청년", "어르신"}


def test_threads_sharing_one_engine_get_what_one_thread_gets(engine: SearchEngine) -> None:
    queries = [Query(text) for text in ("청년", "경로당 디지털튜터", "식당", "시니어 교육", "39세") * 20]
    alone = [engine.search(query) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(engine.search, queries)) == alone


ODD_TEXTS = st.one_of(st.text(st.characters(), max_size=60), st.lists(st.sampled_from(OPERATORS), max_size=12).map(" ".join))


@settings(max_examples=400, deadline=None)
@given(ODD_TEXTS)
def test_no_text_makes_search_or_suggest_fail(engine: SearchEngine, text: str) -> None:
    answers_whole(engine, text)


def answers_whole(engine: SearchEngine, text: str) -> None:
    page = engine.search(Query(text, limit=3))
    assert len(page.hits) <= 3
    assert page.total >= len(page.hits)
    assert len(engine.suggest(text, 5)) <= 5


def test_a_very_long_line_is_answered(engine: SearchEngine) -> None:
    assert engine.search(Query("청년 디지털 튜터 " * 1000)).hits


@pytest.mark.parametrize(
    ("text", "first"),
    [("elwlxjf xbxj", "디지털 튜터"), ("ㅊㄴㅋㅇㅅㄷ", "청년키움식당"), ("디지탈 튜터", "디지털 튜터"), ("이화여데", "이화여자대학교")],
)
def test_the_wrong_layout_first_consonants_and_slips_find_what_was_meant(engine: SearchEngine, text: str, first: str) -> None:
    assert engine.search(Query(text)).hits[0].name == first


def test_what_was_read_in_the_other_layout_is_told(engine: SearchEngine) -> None:
    assert engine.search(Query("elwlxjf 튜터")).read_as == (("elwlxjf", "디지털"),)
    assert engine.search(Query("digital 튜터")).read_as == ()
    assert engine.search(Query("디지털 튜터")).read_as == ()


def test_a_phrase_that_nothing_has_finds_nothing_and_offers_its_words(engine: SearchEngine) -> None:
    page = engine.search(Query('"없는 말 튜터"'))
    assert page.total == 0
    assert page.demands == ('"없는 말 튜터"',)
    assert [(wider.text, wider.total > 0) for wider in page.relaxations] == [("없는 말 튜터", True)]


def test_what_is_excluded_is_not_found(engine: SearchEngine) -> None:
    assert "경로당 디지털 튜터" in found(engine, "튜터")
    assert found(engine, "튜터 -경로당") and "경로당 디지털 튜터" not in found(engine, "튜터 -경로당")


def test_a_field_before_a_colon_restricts_to_it(engine: SearchEngine) -> None:
    assert set(found(engine, "이름:박스퀘어")) == {"신촌 박스퀘어"}
    assert len(found(engine, "박스퀘어")) > 1


def test_several_demands_can_be_given_up_at_once(engine: SearchEngine) -> None:
    page = engine.search(Query('"없는 말" "튜터 없는"'))
    assert page.total == 0
    assert "없는 말 튜터 없는" in [wider.text for wider in page.relaxations]


@pytest.mark.parametrize("typed", ["디지", "디짙", "ㄷㅈㅌ", "elwl", "튜터 디지", "디지탈"])
def test_a_name_is_suggested_by_its_beginning_however_it_is_typed(engine: SearchEngine, typed: str) -> None:
    assert "디지털 튜터" in [one.name for one in engine.suggest(typed)]


def test_an_age_finds_what_is_for_it_and_says_so(engine: SearchEngine) -> None:
    (tutor,) = [hit for hit in engine.search(Query("스물일곱 살")).hits if hit.name == "디지털 튜터"]
    assert {(reason.kind, reason.query, reason.term) for reason in tutor.why} == {("age", "27살", "27")}


def test_what_only_is_linked_with_a_hit_says_with_which(engine: SearchEngine) -> None:
    linked = [reason for hit in engine.search(Query("이화여대", limit=50)).hits for reason in hit.why if reason.kind == "linked"]
    assert linked and {reason.term for reason in linked} <= set(found(engine, "이화여대"))
