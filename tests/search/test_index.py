"""The artifact as a whole: deterministic, plain, and readable by another process."""

from __future__ import annotations

import multiprocessing
import pickletools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh import index as whoosh

from kg.build.artifacts import ArtifactBuilder, ArtifactRecord
from kg.errors import SnapshotCorrupt
from kg.resources import data_dir, ontology_dir
from kg.store.base import GraphStore
from search.index import IndexBuilder
from search.model import Query
from search.whoosh_engine import WhooshSearch
from search.whoosh_index import WhooshReader

Artifact = tuple[Path, ArtifactRecord]


def test_the_builder_is_an_artifact_builder() -> None:
    builder: ArtifactBuilder = IndexBuilder(data_dir() / "lexicon", ontology_dir() / "queries")
    assert builder.name == "search"


def test_building_twice_gives_the_same_documents_lexicon_names_and_identity(
    artifact: Artifact, build: Callable[[Path], ArtifactRecord], tmp_path: Path
) -> None:
    directory, record = artifact
    assert build(tmp_path) == record
    for name in ("documents.jsonl", "lexicon.json", "suggest.json", "facets.json"):
        assert (tmp_path / name).read_bytes() == (directory / name).read_bytes()


def test_another_synonym_gives_another_identity(artifact: Artifact, store: GraphStore, lexicon_copy: Path, tmp_path: Path) -> None:
    table = lexicon_copy / "synonyms.tsv"
    table.write_text(table.read_text("utf-8") + "0.8\t구청, 구청사\t같은 곳\n", "utf-8")
    (tmp_path / "out").mkdir()
    record = IndexBuilder(lexicon_copy, ontology_dir() / "queries").build(store, tmp_path / "out")
    assert record.identity != artifact[1].identity


def test_the_record_names_what_the_artifact_depends_on(artifact: Artifact) -> None:
    _, record = artifact
    assert set(record.versions) == {"kiwi", "whoosh", "lexicon", "format"}
    assert record.versions["whoosh"] == "2.7.4"
    assert record.counts["documents"] == 13


def test_the_pickled_schema_names_only_the_engines_own_classes(artifact: Artifact) -> None:
    (toc,) = (artifact[0] / "index").glob("*.toc")
    content = toc.read_bytes()
    assert b"kiwipiepy" not in content
    modules = set()
    schema = content[content.index(b"\x80\x02") :]
    for opcode, argument, _ in pickletools.genops(schema):
        if opcode.name == "GLOBAL":
            modules.add(str(argument).split(" ")[0].split(".")[0])
    assert modules
    assert modules <= {"whoosh", "copy_reg", "copyreg", "__builtin__", "builtins", "_codecs", "re"}


def test_the_reader_analyses_names_as_the_builder_did(artifact: Artifact, engine: WhooshSearch) -> None:
    reader = WhooshReader(artifact[0] / "index")
    for number in range(artifact[1].counts["documents"]):
        document = reader.stored(number)
        assert document.text("name").tokens == engine.analyser.index_tokens(document.name)
    reader.close()


def test_the_index_is_one_segment_in_the_order_of_ids(artifact: Artifact) -> None:
    index = whoosh.open_dir(str(artifact[0] / "index"), readonly=True)
    assert index.reader().is_atomic()
    index.close()
    reader = WhooshReader(artifact[0] / "index")
    ids = [reader.stored(number).id for number in range(artifact[1].counts["documents"])]
    reader.close()
    assert ids == sorted(ids)


def test_an_index_opened_before_a_fork_answers_in_the_child(engine: WhooshSearch) -> None:
    expected = engine.search(Query("경로당 디지털튜터"))
    context = multiprocessing.get_context("fork")
    parent, child = context.Pipe(duplex=False)
    process = context.Process(target=lambda: child.send(engine.search(Query("경로당 디지털튜터"))))
    process.start()
    assert parent.poll(60)
    assert parent.recv() == expected
    process.join()
    assert process.exitcode == 0
    assert engine.search(Query("경로당 디지털튜터")) == expected


def test_an_analyser_of_the_same_lexicon_is_used_again(artifact: Artifact, engine: WhooshSearch) -> None:
    again = WhooshSearch.open(artifact[0], engine.analyser)
    assert again.analyser is engine.analyser
    again.close()


@pytest.mark.parametrize("broken", ["lexicon.json", "suggest.json", "facets.json", "format.txt", "index"])
def test_a_missing_part_is_a_corrupt_snapshot(artifact: Artifact, tmp_path: Path, broken: str) -> None:
    copy = Path(shutil.copytree(artifact[0], tmp_path / "copy"))
    target = copy / broken
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    with pytest.raises(SnapshotCorrupt) as raised:
        WhooshSearch.open(copy)
    assert raised.value.facts["path"] == str(copy)


@pytest.mark.parametrize("broken", ["lexicon.json", "suggest.json", "facets.json", "format.txt"])
def test_a_damaged_part_is_a_corrupt_snapshot(artifact: Artifact, tmp_path: Path, broken: str) -> None:
    copy = Path(shutil.copytree(artifact[0], tmp_path / "copy"))
    (copy / broken).write_bytes(b"{")
    with pytest.raises(SnapshotCorrupt):
        WhooshSearch.open(copy)
