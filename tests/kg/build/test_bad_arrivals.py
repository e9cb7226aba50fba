"""Sources that arrive empty, cut, doubled, changed or half are refused with the reason, and what was published goes on being served."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build.pipeline import build
from kg.errors import SourceFaults
from kg.settings import Settings
from kg.store.snapshot import current_id, open_current
from tests.conftest import ONTOLOGY, silent, spine_at

PLAN = "seodaemun-2022"
TABLE, LINES = f"{PLAN}/figures/headcounts.csv", f"{PLAN}/figures/sector-lines.csv"
GROUPS, TASK, CHECKS = f"{PLAN}/organizations.yaml", f"{PLAN}/tasks/2-3-box-square.yaml", f"{PLAN}/checks.yaml"
SYNONYMS = "lexicon/synonyms.tsv"
TEXT = "000_6397e9317ed45186.txt"
PAGE = "<!DOCTYPE html>\n<html><title>로그인</title></html>\n".encode()

Spoil = Callable[[bytes], bytes]


def halved(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: 1 + len(lines) // 2])


def half_of_the_entries(content: bytes) -> bytes:
    head, *entries = content.split(b"\n- ")
    return b"\n- ".join([head, *entries[: len(entries) // 2]]) + b"\n"


def rows_twice(content: bytes) -> bytes:
    return content + content.partition(b"\n")[2]


def entries_twice(content: bytes) -> bytes:
    return content + b"- id:" + content.partition(b"\n- id:")[2]


ARRIVALS: list[tuple[str, str, Spoil, set[str]]] = [
    ("an empty table", TABLE, lambda content: b"", {"source.empty-table"}),
    ("a table of which only the header came", TABLE, lambda content: content.partition(b"\n")[0] + b"\n", {"source.empty-table"}),
    ("a table cut in the middle of a row", TABLE, lambda content: content[: len(content) // 2], {"source.cut-off"}),
    ("a table cut in the middle of its last figure", TABLE, lambda content: content[:-2], {"source.cut-off"}),
    ("half of the rows", TABLE, halved, {"build.shrunk"}),
    ("a table twice in one file", TABLE, lambda content: content + content, {"source.same-row"}),
    ("the rows twice", LINES, rows_twice, {"source.same-row"}),
    ("another header", TABLE, lambda content: content.replace("단위".encode(), b"unit", 1), {"source.unknown-column"}),
    ("no header", TABLE, lambda content: content.partition(b"\n")[2], {"source.no-header"}),
    ("semicolons", TABLE, lambda content: content.replace(b",", b";"), {"source.wrong-delimiter"}),
    ("a web page saved as a table", TABLE, lambda content: PAGE, {"source.web-page"}),
    ("a workbook saved as a table", TABLE, lambda content: b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", {"source.not-utf8"}),
    ("a table in another encoding", TABLE, lambda content: content.decode().encode("cp949"), {"source.not-utf8"}),
    ("a table of zeros after a power cut", TABLE, lambda content: bytes(len(content)), {"source.cut-off"}),
    ("an empty file of entries", GROUPS, lambda content: b"", {"source.no-entries"}),
    ("a file of entries cut between two lines", TASK, halved, {"source.broken-yaml", "build.shrunk", "source.dangling"}),
    ("a file of entries cut within a line", GROUPS, lambda content: content[:-3], {"source.cut-off"}),
    ("half of the entries", TASK, half_of_the_entries, {"build.shrunk", "source.dangling"}),
    ("a file of entries twice in one", GROUPS, lambda content: content + content, {"source.duplicate-key"}),
    ("the entries twice", GROUPS, entries_twice, {"source.duplicate-id"}),
    ("a web page saved as entries", GROUPS, lambda content: PAGE, {"source.web-page"}),
    ("half of the control totals", CHECKS, half_of_the_entries, {"build.shrunk"}),
    ("half of the synonyms", SYNONYMS, halved, {"build.shrunk"}),
    ("no synonyms", SYNONYMS, lambda content: b"", {"build.shrunk"}),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tasks of the plan, published without the search index, in a folder that no test changes."""
    home = tmp_path_factory.mktemp("served")
    build(Settings(data=spine_at(home / "data"), ontology=ONTOLOGY, snapshots=home / "snapshots"), (), silent)
    return home


@pytest.fixture
def own(served: Path, tmp_path: Path) -> Settings:
    """A copy of it that a test may spoil."""
    home = Path(shutil.copytree(served, tmp_path / "own"))
    return Settings(data=home / "data", ontology=ONTOLOGY, snapshots=home / "snapshots")


def refusal(settings: Settings) -> set[tuple[str, str]]:
    """Build, which has to be refused, and return path and code of every violation; what was served has to be served still, and whole."""
    before = current_id(settings.snapshots)
    with pytest.raises(SourceFaults) as caught:
        build(settings, (), silent)
    assert current_id(settings.snapshots) == before
    open_current(settings.snapshots).verify()
    assert not [path for path in settings.snapshots.iterdir() if path.name.startswith(".building")]
    return {(fault.path, fault.code) for fault in caught.value.faults if fault.severity == "violation"}


@pytest.mark.parametrize(("file", "spoil", "expected"), [row[1:] for row in ARRIVALS], ids=[row[0] for row in ARRIVALS])
def test_what_arrives_spoilt_is_refused_with_its_file_and_its_reason(file: str, spoil: Spoil, expected: set[str], own: Settings) -> None:
    path = own.data / file
    path.write_bytes(spoil(path.read_bytes()))
    found = refusal(own)
    # What is named elsewhere and is lost here shows where it is named.
    assert expected & {code for where, code in found if where == file or code == "source.dangling"}, found


@pytest.mark.parametrize("gone", [TABLE, LINES, GROUPS, CHECKS, f"{PLAN}/plan.yaml", SYNONYMS])
def test_a_file_that_did_not_arrive_is_missed(gone: str, own: Settings) -> None:
    (own.data / gone).unlink()
    assert refusal(own)


def test_a_table_that_did_not_arrive_with_its_descriptor_is_missed(own: Settings) -> None:
    (own.data / TABLE).unlink()
    (own.data / TABLE).with_suffix(".yaml").unlink()
    assert (CHECKS, "check.no-figure") in refusal(own)
    (own.data / CHECKS).unlink()
    assert {(TABLE, "build.shrunk"), (TABLE.replace(".csv", ".yaml"), "build.shrunk")} <= refusal(own)


@pytest.mark.parametrize("content", [b"", "서대문구\n".encode(), PAGE, bytes(100)], ids=["empty", "cut", "web page", "zeros"])
def test_a_source_text_that_is_not_the_one_the_plan_describes_is_refused(content: bytes, own: Settings, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / TEXT).write_bytes(content)
    assert (f"{PLAN}/plan.yaml", "source.other-text") in refusal(own.model_copy(update={"sources": tmp_path / "texts"}))


def test_what_was_meant_to_shrink_is_published_when_that_is_said_and_moved_entries_are_no_loss(own: Settings) -> None:
    path = own.data / GROUPS
    (path.parent / "moved.yaml").write_bytes(path.read_bytes())
    path.unlink()
    before = current_id(own.snapshots)
    assert build(own, (), silent)[0].id == before  # the same things, wherever they are written
    (own.data / TABLE).write_bytes(halved((own.data / TABLE).read_bytes()))
    assert build(own, (), silent, accept_shrink=True)[0].id != before


def test_a_little_less_than_before_is_no_loss(own: Settings) -> None:
    refused = own.model_copy(update={"shrink_percent": 0.0})
    path = own.data / SYNONYMS
    path.write_bytes(path.read_bytes().rstrip().rpartition(b"\n")[0] + b"\n")
    assert (SYNONYMS, "build.shrunk") in refusal(refused)
    build(own, (), silent)
