"""The tables of the lexicon: what they say, and every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import Fault, SourceFaults
from kg.resources import data_dir
from search.entries import Synonyms
from search.lexicon import Lexicon


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(SourceFaults) as raised:
        Lexicon.load(folder)
    return list(raised.value.faults)


def append(folder: Path, name: str, line: str) -> int:
    """Add a line to a table and return its number."""
    path = folder / name
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    return len(path.read_text("utf-8").splitlines())


def test_the_shipped_tables_have_no_faults() -> None:
    assert len(Lexicon.load(data_dir() / "lexicon").synonyms) >= 30


@pytest.mark.parametrize(
    ("name", "line", "code", "fact"),
    [
        ("synonyms.tsv", "0.8\t구청, 구청사", "lexicon.columns", ("actual", "2")),
        ("synonyms.tsv", "heavy\t구청, 구청사\t같은 곳", "lexicon.weight", ("value", "heavy")),
        ("synonyms.tsv", "1.5\t구청, 구청사\t같은 곳", "lexicon.weight", ("value", "1.5")),
        ("synonyms.tsv", "nan\t구청, 구청사\t같은 곳", "lexicon.weight", ("value", "nan")),
        ("synonyms.tsv", "0.8\t구청, 구 청\t같은 말", "lexicon.one-word", ("value", "구청, 구 청")),
        ("userwords.tsv", "무악재\tZZ\t고개", "lexicon.unknown-tag", ("value", "ZZ")),
        ("userwords.tsv", "무악재\tJKS\t조사가 아니다", "lexicon.unknown-tag", ("value", "JKS")),
        ("userwords.tsv", "무악 재\tNNP\t고개", "lexicon.spaced-word", ("value", "무악 재")),
        ("userwords.tsv", "튜터\tNNP\t또", "lexicon.duplicate", ("value", "튜터")),
        ("userwords.tsv", "무악재\tNNP\t", "lexicon.empty", ("column", "why")),
        ("keptags.tsv", "NEW\tthing\t무엇", "lexicon.unknown-kind", ("value", "thing")),
        ("stopwords.tsv", "참\tXYZ\t부사", "lexicon.unknown-tag", ("value", "XYZ")),
        ("ages.tsv", "at\t(?P<age>\\d+)\t없음\t예가 맞지 않는다", "lexicon.broken-form", ("detail", "없음")),
        ("ages.tsv", "at\t(\\d+)\t12\t이름이 없다", "lexicon.broken-form", ("detail", "12")),
        ("ages.tsv", "about\t(?P<age>\\d+)\t12\t모르는 말", "lexicon.unknown-kind", ("value", "about")),
        ("agewords.tsv", "열\t20\t소년\t숫자가 아니다", "lexicon.weight", ("value", "열 20")),
        ("dots.tsv", "00B7\t없는 글자", "lexicon.code-point", ("value", "00B7")),
    ],
)
def test_a_fault_in_a_table_is_reported_with_file_line_and_value(
    lexicon_copy: Path, name: str, line: str, code: str, fact: tuple[str, str]
) -> None:
    number = append(lexicon_copy, name, line)
    (fault,) = faults_of(lexicon_copy)
    assert (fault.path, fault.line, fault.code) == (f"lexicon/{name}", number, code)
    assert fact in fault.facts.items()


def test_faults_of_several_tables_are_reported_together(lexicon_copy: Path) -> None:
    append(lexicon_copy, "synonyms.tsv", "0\t구청, 구청사\t같은 곳")
    (lexicon_copy / "stopwords.tsv").unlink()
    (lexicon_copy / "userwords.tsv").write_bytes(b"\xff\xfe")
    codes = {(fault.path, fault.code) for fault in faults_of(lexicon_copy)}
    assert codes == {
        ("lexicon/synonyms.tsv", "lexicon.weight"),
        ("lexicon/stopwords.tsv", "lexicon.missing"),
        ("lexicon/userwords.tsv", "lexicon.unreadable"),
    }


def test_the_digest_follows_the_words_and_not_the_comments(lexicon_copy: Path) -> None:
    before = Lexicon.load(lexicon_copy).digest
    append(lexicon_copy, "synonyms.tsv", "# another remark")
    assert Lexicon.load(lexicon_copy).digest == before
    append(lexicon_copy, "synonyms.tsv", "0.8\t구청, 구청사\t같은 곳")
    assert Lexicon.load(lexicon_copy).digest != before


def test_a_lexicon_survives_being_written_and_read() -> None:
    tables = Lexicon.load(data_dir() / "lexicon")
    lexicon = tables.extended(
        [("무악재", "NNP")],
        [("무악재길", (("무악재", "NNP"), ("길", "NNG")))],
        [Synonyms(0.9, ("가", "나"))],
        {"가나": "가 나"},
        {"가나다": "가방 나무 다리"},
    )
    assert Lexicon.from_json(lexicon.to_json()) == lexicon
    assert lexicon.digest == tables.digest


def test_the_higher_weight_wins_where_two_rows_join_the_same_words(lexicon_copy: Path) -> None:
    append(lexicon_copy, "synonyms.tsv", "0.2\t구청, 구청사\t낮게")
    append(lexicon_copy, "synonyms.tsv", "0.7\t구청사, 구청\t높게")
    assert Lexicon.load(lexicon_copy).alternatives["구청"] == {"구청사": 0.7}
