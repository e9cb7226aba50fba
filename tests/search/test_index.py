"""The artifact as a whole: deterministic, plain, and readable by another process."""

from __future__ import annotations

import multiprocessing
import os
import pickletools
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import whoosh as whoosh_package
from msgspec.structs import replace
from whoosh import index as whoosh

from kg.build.artifacts import ArtifactBuilder, ArtifactRecord
from kg.errors import SnapshotCorrupt
from kg.resources import data_dir, ontology_dir
from kg.store.base import GraphStore
from search.arrays import ArrayReader
from search.index import IndexBuilder
from search.model import Query
from search.phrases import read_phrases
from search.sayings import load_sayings
from search.snippets import AnalysedText, PackedText
from search.whoosh_engine import WhooshSearch

Artifact = tuple[Path, ArtifactRecord]
ROOT = Path(__file__).resolve().parents[2]
SUCCESSOR = "whoosh3"


def test_the_builder_is_an_artifact_builder() -> None:
    builder: ArtifactBuilder = IndexBuilder(data_dir() / "lexicon", ontology_dir() / "queries")
    assert builder.name == "search"


def test_building_twice_gives_the_same_documents_lexicon_names_and_identity(
    artifact: Artifact, build: Callable[[Path], ArtifactRecord], tmp_path: Path
) -> None:
    directory, record = artifact
    assert build(tmp_path) == record
    mapped = [path.relative_to(directory) for pattern in ("index/MAIN_arrays.*", "suggest/*") for path in directory.glob(pattern)]
    assert len(mapped) > 20
    for name in ("documents.jsonl", "lexicon.json", "facets.json", *mapped):
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
    assert record.versions["whoosh"] == whoosh_package.versionstring()
    assert record.counts["documents"] == 13


def test_the_whoosh_that_is_tested_is_the_one_that_was_asked_for() -> None:
    asked = [folder for folder in sys.path if Path(folder).name == SUCCESSOR]
    assert Path(whoosh_package.__file__).is_relative_to(asked[0]) if asked else whoosh_package.versionstring() == "2.7.4"


def test_whoosh_and_its_successor_read_one_anothers_index(artifact: Artifact, engine: WhooshSearch) -> None:
    successor = ROOT / "var" / SUCCESSOR
    if not successor.is_dir():
        pytest.skip("`make successor` has not been run")
    is_successor = any(Path(folder).name == SUCCESSOR for folder in sys.path)
    other = {**os.environ, "PYTHONPATH": "" if is_successor else str(successor)}
    script = (
        "import sys; from pathlib import Path; from search.model import Query; from search.whoosh_engine import WhooshSearch;"
        "print([(h.name, h.score) for q in sys.argv[2:] for h in WhooshSearch.open(Path(sys.argv[1])).search(Query(q)).hits])"
    )
    queries = ["청년 창업", "이화여대", "27살 튜터"]
    command = [sys.executable, "-c", script, str(artifact[0]), *queries]
    told = subprocess.run(command, env=other, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert told == str([(hit.name, hit.score) for text in queries for hit in engine.search(Query(text)).hits])


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
    reader = ArrayReader(artifact[0] / "index")
    for number in range(artifact[1].counts["documents"]):
        document = reader.stored(number)
        analysed = AnalysedText(document.name, engine.analyser.index_tokens(document.name))
        assert document.text("name") == PackedText.of(analysed)
        forms = frozenset(token.form for token in analysed.tokens)
        assert document.text("name").spans(forms) == analysed.spans(forms) == [(token.start, token.end) for token in analysed.tokens]
    reader.close()


def test_the_index_is_one_segment_in_the_order_of_ids(artifact: Artifact) -> None:
    index = whoosh.open_dir(str(artifact[0] / "index"), readonly=True)
    assert index.reader().is_atomic()
    index.close()
    reader = ArrayReader(artifact[0] / "index")
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


def test_processes_and_threads_that_share_one_open_index_do_not_disturb_each_other(artifact: Artifact, engine: WhooshSearch) -> None:
    queries = ["청년 창업", "이화여대", "노인 일자리", "전통시장", "장애인", "경력단절", "캠퍼스타운", "숲해설"]
    expected = [[hit.id for hit in engine.search(Query(text)).hits] for text in queries]
    shared = WhooshSearch.open(artifact[0], engine.analyser)

    def ask(text: str) -> list[str]:
        return [hit.id for hit in shared.search(Query(text)).hits]

    def ask_all() -> list[list[str]]:
        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(ask, queries))

    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    processes = [context.Process(target=lambda end=end: end.send(ask_all())) for _, end in pipes]
    for process in processes:
        process.start()
    assert ask_all() == expected
    for parent, _ in pipes:
        assert parent.poll(60)
        assert parent.recv() == expected
    for process in processes:
        process.join()
    shared.close()


def test_phrases_of_the_lexicon_are_read_once_at_the_build(engine: WhooshSearch) -> None:
    lexicon = engine.analyser.lexicon
    said = {phrase for one in (*lexicon.meanings, *lexicon.intents) for phrase in one.said}
    assert set(lexicon.phrases) == said
    unread = engine.analyser.knowing(replace(lexicon, phrases={}))
    assert (unread.readings, unread.intents) == (engine.analyser.readings, engine.analyser.intents)


def test_what_people_say_about_themselves_is_read_once_at_the_build(engine: WhooshSearch) -> None:
    sayings, lexicon = load_sayings(data_dir() / "lexicon"), engine.analyser.lexicon
    assert set(lexicon.said) == set(sayings.texts())
    unread = engine.analyser.knowing(replace(lexicon, said={}))
    assert {text: unread.morphemes(text) for text in lexicon.said} == {text: engine.analyser.morphemes(text) for text in lexicon.said}
    known, read = read_phrases(engine.analyser, sayings), read_phrases(unread, sayings)
    assert (known.facts, known.cues, known.people) == (read.facts, read.cues, read.people)


def test_an_analyser_of_the_same_lexicon_is_used_again(artifact: Artifact, engine: WhooshSearch) -> None:
    again = WhooshSearch.open(artifact[0], engine.analyser)
    assert again.analyser is engine.analyser
    again.close()


@pytest.mark.parametrize("broken", ["lexicon.json", "suggest", "facets.json", "format.txt", "index"])
def test_a_missing_part_is_a_corrupt_snapshot(artifact: Artifact, tmp_path: Path, broken: str) -> None:
    copy = Path(shutil.copytree(artifact[0], tmp_path / "copy"))
    target = copy / broken
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    with pytest.raises(SnapshotCorrupt) as raised:
        WhooshSearch.open(copy)
    assert raised.value.facts["path"] == str(copy)


@pytest.mark.parametrize("broken", ["lexicon.json", "suggest/things.u1", "facets.json", "format.txt"])
def test_a_damaged_part_is_a_corrupt_snapshot(artifact: Artifact, tmp_path: Path, broken: str) -> None:
    copy = Path(shutil.copytree(artifact[0], tmp_path / "copy"))
    (copy / broken).write_bytes(b"{")
    with pytest.raises(SnapshotCorrupt):
        WhooshSearch.open(copy)
