"""A passage is shown in its text only where exactly that text is at hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.texts import SourceTexts

TEXT = "하나\n둘\n셋\n넷\n다섯\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def texts(tmp_path: Path) -> SourceTexts:
    (tmp_path / "plan.txt").write_text(TEXT, "utf-8")
    (tmp_path / "old.txt").write_bytes("옛 글".encode("cp949"))
    return SourceTexts(tmp_path)


def test_the_lines_of_a_passage_come_with_their_neighbours(texts: SourceTexts) -> None:
    found = texts.context(DIGEST, 3, 3, around=1)
    assert [(line.number, line.text, line.is_cited) for line in found] == [(2, "둘", False), (3, "셋", True), (4, "넷", False)]


def test_at_the_edges_of_the_text_there_are_fewer_neighbours(texts: SourceTexts) -> None:
    assert [line.number for line in texts.context(DIGEST, 1, 1)] == [1, 2, 3]
    assert [line.number for line in texts.context(DIGEST, 6, 9)] == [4, 5, 6]


def test_another_text_no_folder_or_a_missing_one_shows_nothing(texts: SourceTexts, tmp_path: Path) -> None:
    assert texts.context("0" * 64, 1, 1) == ()
    assert SourceTexts(None).context(DIGEST, 1, 1) == ()
    assert SourceTexts(tmp_path / "none").context(DIGEST, 1, 1) == ()
