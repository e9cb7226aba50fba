"""The arrays hold what Whoosh's own writer makes of the same tokens, and Whoosh reads them as it reads its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import index
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.qparser import QueryParser
from whoosh.query import FuzzyTerm, Term
from whoosh.reading import IndexReader, TermNotFound
from whoosh.util.numeric import byte_to_length, length_to_byte

from kg.build.artifacts import ArtifactRecord
from kg.errors import StoreUnavailable
from search import reading
from search.analysis import Analyser
from search.arrays import PREFIX, ArrayReader
from search.documents import documents_from
from search.fields import FACET, NAMES, SCORED, STORED, FieldReader
from search.inverting import Inverter, write_arrays
from search.mapped import Strings, write_strings
from search.ranking import LINKED
from search.whoosh_index import schema, write_index

Artifact = tuple[Path, ArtifactRecord]
Rows = list[dict[str, list[str]]]


def rows_of(artifact: Artifact, analyser: Analyser) -> Rows:
    documents = documents_from((artifact[0] / "documents.jsonl").read_bytes())
    numbers = {document.id: str(number) for number, document in enumerate(documents)}
    rows = list(map(FieldReader(analyser.lexicon.fold, analyser.index_tokens).fields, documents))
    for row, document in zip(rows, documents, strict=True):
        if linked := [numbers[other] for other in document.linked if other in numbers]:
            row[LINKED] = linked
    return rows


@pytest.fixture(scope="module")
def ours(artifact: Artifact) -> Iterator[IndexReader]:
    opened = index.open_dir(str(artifact[0] / "index"), readonly=True)
    with opened.reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def theirs(artifact: Artifact, analyser: Analyser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    rows = rows_of(artifact, analyser)
    facets = {name.removeprefix(FACET) for row in rows for name in row if name.startswith(FACET)}
    created = index.create_in(str(tmp_path_factory.mktemp("whoosh")), schema(facets))
    writer = created.writer()
    for row in rows:
        writer.add_document(**row)
    writer.commit()
    with created.reader() as reader:
        yield reader


def postings(reader: IndexReader, field: str, term: bytes) -> list[tuple[int, float]]:
    matcher, found = reader.postings(field, term), []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight()))
        matcher.next()
    return found


def test_each_term_has_the_documents_and_counts_that_whoosh_gives_it(ours: IndexReader, theirs: IndexReader) -> None:
    terms = list(theirs.all_terms())
    assert len(terms) > 500
    assert list(ours.all_terms()) == terms
    for field, term in terms:
        assert postings(ours, field, term) == postings(theirs, field, term)
        one, other = ours.term_info(field, term), theirs.term_info(field, term)
        assert (one.doc_frequency(), one.weight(), one.max_weight(), one.min_id(), one.max_id()) == (
            other.doc_frequency(),
            other.weight(),
            other.max_weight(),
            other.min_id(),
            other.max_id(),
        )


def test_lengths_are_those_of_whoosh_before_it_rounds_them(ours: IndexReader, theirs: IndexReader) -> None:
    for field in SCORED:
        assert ours.field_length(field) == theirs.field_length(field)
        lengths = [ours.doc_field_length(number, field) for number in range(ours.doc_count())]
        assert [byte_to_length(length_to_byte(length)) for length in lengths] == [
            theirs.doc_field_length(number, field) or 0 for number in range(theirs.doc_count())
        ]


def test_what_is_kept_of_documents_is_read_through_whoosh(ours: IndexReader, theirs: IndexReader) -> None:
    assert list(ours.all_stored_fields()) == list(theirs.all_stored_fields())


def test_parsers_and_searchers_of_whoosh_work_on_the_arrays(artifact: Artifact, theirs: IndexReader) -> None:
    with index.open_dir(str(artifact[0] / "index"), readonly=True).searcher() as searcher:
        parsed = QueryParser("name", searcher.schema).parse("디지털 AND 튜터")
        found = {hit.docnum for hit in searcher.search(parsed)}
        assert found == {number for number, _ in postings(theirs, "name", "디지털".encode())} & {
            number for number, _ in postings(theirs, "name", "튜터".encode())
        }
        assert found
        assert next(term for _, term in searcher.reader().terms_from("name", "튜터")) == "튜터".encode()
        with pytest.raises(TermNotFound):
            searcher.reader().postings("name", "없는낱말")
        for typed in ("튜텨", "디지탈", "없는낱말"):
            assert list(searcher.reader().terms_within("name", typed, 1)) == list(theirs.terms_within("name", typed, 1))
            assert searcher.suggest("name", typed) == theirs.corrector("name").suggest(typed)
        assert searcher.search(FuzzyTerm("name", "튜텨")).docs() == searcher.search(Term("name", "튜터")).docs()


def test_documents_cannot_be_taken_out_of_the_index(artifact: Artifact, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(artifact[0] / "index", tmp_path / "index"))
    writer = index.open_dir(str(copy)).writer()
    with pytest.raises(ReadOnlyError, match="read only"):
        writer.delete_by_term("facet_type", "program")
    writer.cancel()
    assert all((copy / path.name).read_bytes() == path.read_bytes() for path in (artifact[0] / "index").iterdir())


def written(directory: Path, rows: Rows, *, cut: int = 0) -> dict[str, bytes]:
    parts = [Inverter(), Inverter()]
    for at, row in enumerate(rows):
        parts[at >= cut].add({STORED: "[]", NAMES: f"name {at}", **row})
    parts[0].extend(parts[1])
    directory.mkdir()
    write_arrays(directory, parts[0])
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@given(
    rows=st.lists(st.dictionaries(st.sampled_from(["name", "ages", "facet_type"]), st.lists(st.text("가나다ab", min_size=1), min_size=1)))
)
def test_parts_that_are_joined_give_the_arrays_of_the_whole(tmp_path_factory: pytest.TempPathFactory, rows: Rows) -> None:
    folder = tmp_path_factory.mktemp("arrays")
    whole = written(folder / "whole", rows)
    assert written(folder / "parts", rows, cut=len(rows) // 2) == whole
    reader = ArrayReader(folder / "whole") if rows else None
    for number, row in enumerate(rows):
        for field, terms in row.items():
            for term in terms:
                assert reader
                assert number in reader.find(field, term).numbers
                assert reader.having(term)[field] is reader.find(field, term)


@pytest.mark.parametrize("processes", [2, 5, 20])
def test_several_processes_write_the_same_files_as_one(artifact: Artifact, analyser: Analyser, tmp_path: Path, processes: int) -> None:
    documents = documents_from((artifact[0] / "documents.jsonl").read_bytes())
    told: list[tuple[int, int]] = []
    write_index(tmp_path, documents, analyser, lambda done, total: told.append((done, total)), processes=processes)
    for path in (artifact[0] / "index").glob(f"{PREFIX}*"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert told[-1] == (len(documents), len(documents))


def test_a_reader_that_remembers_reads_as_a_new_one_does(artifact: Artifact, analyser: Analyser) -> None:
    documents = documents_from((artifact[0] / "documents.jsonl").read_bytes())
    fold, tokenise = analyser.lexicon.fold, analyser.index_tokens
    reader = FieldReader(fold, tokenise)
    for document in (*documents, *reversed(documents)):
        assert reader.fields(document) == FieldReader(fold, tokenise).fields(document)


def test_a_process_that_ends_early_is_an_error(
    artifact: Artifact, analyser: Analyser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = documents_from((artifact[0] / "documents.jsonl").read_bytes())
    own, read = os.getpid(), reading._read
    monkeypatch.setattr(reading, "_read", lambda *given: read(*given) if os.getpid() == own else os._exit(7))
    with pytest.raises(StoreUnavailable):
        write_index(tmp_path, documents, analyser, lambda _done, _total: None, processes=2)


def test_processes_that_read_texts_end_when_the_one_they_read_for_is_killed() -> None:
    script = (
        "import os, signal, time; from search import reading; from search.documents import Document;"
        "parent = os.getpid();"
        "reading._read = lambda *_: os.kill(parent, signal.SIGKILL) if os.getpid() == parent else time.sleep(600);"
        "reading.invert([Document(id=str(n), type='program', name='') for n in range(3)], None, None, 3)"
    )
    # Its output ends with the last process that could write to it.
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL


@given(st.sets(st.text(st.characters(exclude_categories=["Cs"]))), st.text(st.characters(exclude_categories=["Cs"])))
def test_sorted_strings_are_found_by_their_place(tmp_path_factory: pytest.TempPathFactory, strings: set[str], other: str) -> None:
    folder = tmp_path_factory.mktemp("strings")
    ordered = sorted(string.encode() for string in strings)
    write_strings(folder / "terms", ordered)
    held = Strings.open(folder / "terms")
    assert [held[at] for at in range(len(held))] == ordered
    assert [held.find(string) for string in ordered] == list(range(len(ordered)))
    assert held.first_from(other.encode()) == sum(string < other.encode() for string in ordered)
    assert (held.find(other.encode()) >= 0) == (other in strings)


@pytest.mark.parametrize("damage", ["missing", "shorter", "longer", "empty", "inside"])
def test_an_index_of_which_a_file_does_not_fit_is_not_opened(artifact: Artifact, tmp_path: Path, damage: str) -> None:
    inside = ("starts.i8", "sizes.i4", "rows.i8", "row_fields.i4", "terms_edges.i8", "stored_edges.i8")
    sizes = ("numbers.i4", "impacts.f8", "terms.u1", "stored.u1", "lengths.i4", "totals.i8", *inside)
    for name in inside if damage == "inside" else sizes:
        copy = Path(shutil.copytree(artifact[0] / "index", tmp_path / name))
        path = copy / f"{PREFIX}{name}"
        content = path.read_bytes()
        changed = content[:16] + b"\xff" * 8 + content[24:]
        path.write_bytes({"shorter": content[:-8], "longer": content + content[:8], "inside": changed}.get(damage, b""))
        if damage == "missing":
            path.unlink()
        with pytest.raises((OSError, ValueError)):
            ArrayReader(copy)


def test_impacts_are_never_negative_and_rows_ascend(artifact: Artifact) -> None:
    reader = ArrayReader(artifact[0] / "index")
    for field, term in (("name", "튜터"), ("text_pairs", "디지"), ("relations", "청년")):
        posting = reader.find(field, term)
        assert len(posting.numbers)
        assert (np.diff(posting.numbers) > 0).all()
        assert (posting.impacts > 0).all()
