"""The judged queries: whole, split as drawn, and naming only things that search can find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from bench.search.baselines import Plain, bigrams, fts5, name_prefix, read_documents, whoosh_as_shipped, whoosh_tokens, word_prefix
from bench.search.judged import FINAL, LATER, TUNE, Judged, draw_final, read_prefixes, read_queries, resolve
from bench.search.metrics import SUGGEST_MEASURES
from bench.search.run import ALL, Answer, arguments, ask, by_engine, by_kind, failures, first_by_kind, shown, sizes, table
from kg.store.snapshot import Snapshot

QUERIES, PREFIXES = read_queries(), read_prefixes()
LEAST = {
    "citizen": 90,
    "staff": 50,
    "partner": 28,
    "spacing": 16,
    "typo": 16,
    "keyboard": 10,
    "initials": 10,
    "question": 14,
    "english": 10,
    "number": 10,
}
LEAST_PREFIXES = 60
NURSE, TUTOR = "https://w3id.org/kr-jobs/id/11410/program/nurse", "https://w3id.org/kr-jobs/id/11410/program/tutor"
YOUTH = "https://w3id.org/kr-jobs/id/kr/group/youth"
DOCUMENTS = (
    Plain(TUTOR, ("Digital Tutor", "디지털 튜터"), "청년 일자리"),
    Plain(NURSE, ("Nurse",), "youth jobs"),
    Plain(YOUTH, ("청년", "youth"), ""),
)
KNOWN = frozenset(one.id for one in DOCUMENTS)


@pytest.mark.parametrize(("kind", "least"), LEAST.items())
def test_every_kind_has_enough_queries(kind: str, least: int) -> None:
    assert sizes(QUERIES)[kind] >= least


def test_there_are_no_other_kinds_and_enough_prefixes() -> None:
    assert sizes(QUERIES).keys() == LEAST.keys() | {ALL}
    assert len(PREFIXES) >= LEAST_PREFIXES


@pytest.mark.parametrize("judged", [QUERIES, PREFIXES], ids=["queries", "prefixes"])
def test_the_split_is_the_one_that_was_drawn(judged: Sequence[Judged]) -> None:
    assert {one.id for one in judged if one.split == FINAL} == draw_final(judged)
    assert {one.split for one in judged} == {TUNE, FINAL}


@pytest.mark.parametrize("judged", [QUERIES, PREFIXES], ids=["queries", "prefixes"])
def test_every_text_is_there_once_and_has_a_best_answer(judged: Sequence[Judged]) -> None:
    assert [found for found, times in Counter(one.id for one in judged).items() if times > 1] == []
    assert [found for found, times in Counter(one.text for one in judged).items() if times > 1] == []
    assert [one.id for one in judged if max(one.grades.values(), default=0) != 3 or min(one.grades.values()) < 1] == []
    assert [one.id for one in judged if one.text != one.text.strip() or not one.text] == []


def test_every_judged_thing_is_among_the_search_documents(published: Snapshot) -> None:
    known = frozenset(one.id for one in read_documents(published.path / "search" / "documents.jsonl"))
    for judged in (*QUERIES, *PREFIXES):
        for name in judged.grades:
            resolve(name, known)


def test_a_short_name_stands_for_one_thing() -> None:
    assert resolve("program/tutor", KNOWN) == TUTOR
    assert resolve("group/youth", KNOWN) == YOUTH
    with pytest.raises(LookupError, match="program/doctor: 0 things"):
        resolve("program/doctor", KNOWN)


def test_the_plain_engines_answer_what_their_kind_can() -> None:
    assert whoosh_as_shipped(DOCUMENTS)("youth jobs") == [NURSE]
    assert next(iter(whoosh_tokens(DOCUMENTS, bigrams)("디지털로 youth"))) in {TUTOR, YOUTH}
    assert fts5(DOCUMENTS, "trigram")("디지털") == [TUTOR]
    assert fts5(DOCUMENTS, "unicode61")("youth") == [YOUTH, NURSE]
    assert fts5(DOCUMENTS, "unicode61")("?") == []
    assert name_prefix(DOCUMENTS)("digi") == [TUTOR]
    assert name_prefix(DOCUMENTS)("튜") == []
    assert word_prefix(DOCUMENTS)("튜") == [TUTOR]
    assert bigrams("Box 가 스퀘어") == ["bo", "ox", "스퀘", "퀘어"]


def test_the_tables_have_a_row_for_each_kind_and_engine() -> None:
    judged = [
        Judged("a-1", "a", TUNE, "튜터", {"program/tutor": 3}),
        Judged("b-1", "b", TUNE, "간호", {"program/nurse": 3}),
    ]
    found = table(ask(lambda text: [TUTOR], judged, KNOWN))
    assert [(kind, row["success@1"].value) for kind, row in found.items()] == [("a", 1), ("b", 0), (ALL, 0.5)]
    assert by_kind(found, sizes(judged)).count("\n") == 4
    assert by_engine({"one": found, "two": found}).count("\n") == 3
    assert first_by_kind({"one": found}).splitlines()[-1] == "| one     | 1.000 | 0.000 | 0.500 |"
    assert shown(found["a"]["MRR"]) == "1.000 (1.00-1.00)"
    assert table(ask(lambda text: [], judged, KNOWN), SUGGEST_MEASURES)[ALL]["zero"].value == 1


def test_failures_leave_out_what_went_well() -> None:
    good, bad = (Judged(name, "a", TUNE, "튜터", {"program/tutor": 3}) for name in ("good", "bad"))
    grades = {TUTOR: 3}
    lines = "\n".join(failures([Answer(good, grades, [TUTOR]), Answer(bad, grades, [NURSE])], {one.id: one.names[0] for one in DOCUMENTS}))
    assert "bad [0.00] 튜터" in lines
    assert "3 Digital Tutor" in lines
    assert "good" not in lines


def test_single_queries_of_the_final_part_are_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert arguments([]).split == TUNE
    with pytest.raises(SystemExit):
        arguments(["--split", "final", "--per-query"])
    assert "stay closed" in capsys.readouterr().err


def test_the_queries_written_later_are_for_tuning_and_none_is_among_the_first() -> None:
    later = read_queries(LATER)
    assert len(later) > 150
    assert {one.split for one in later} == {TUNE}
    assert not {one.text for one in later} & {one.text for one in QUERIES}
    assert not {one.id for one in later} & {one.id for one in QUERIES}
    assert [one.id for one in later if max(one.grades.values(), default=0) != 3 or min(one.grades.values()) < 1] == []
