"""The data dictionary in docs/ says what the Turtle says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from kg.build.dictionary import data_dictionary
from kg.errors import SourceFaults
from kg.resources import ontology_dir
from kg.source.context import Context
from kg.vocab import KJ, RDFS, SKOS

ONTOLOGY = ontology_dir()
PAGE = ONTOLOGY.parent / "docs" / "data-dictionary.md"


@pytest.fixture(scope="module")
def page() -> str:
    return data_dictionary(ONTOLOGY)


@pytest.fixture(scope="module")
def turtle() -> Graph:
    graph = Graph()
    for pattern in ("*.ttl", "align/*.ttl", "schemes/*.ttl"):
        for path in sorted(ONTOLOGY.glob(pattern)):
            graph.parse(path)
    return graph


def test_the_page_in_docs_is_the_one_the_turtle_makes(page: str) -> None:
    assert PAGE.read_text("utf-8") == page + "\n", "run: python -m kg.build.dictionary > docs/data-dictionary.md"


def test_the_same_files_in_another_folder_make_the_same_page(page: str, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(ONTOLOGY, copy)
    assert data_dictionary(copy) == page


def test_every_term_of_the_vocabulary_and_of_every_scheme_is_on_the_page(page: str, turtle: Graph) -> None:
    context = Context.load(ONTOLOGY / "context.jsonld")
    described = {*turtle.subjects(URIRef(RDFS.isDefinedBy)), *turtle.subjects(URIRef(SKOS.inScheme))}
    closed = {subject for subject in described if (subject, URIRef(SKOS.prefLabel), None) in turtle and str(subject).startswith(KJ)}
    missing = {str(subject) for subject in described - closed if f"`{context.shorten(str(subject))}`" not in page}
    assert not missing


def test_every_key_an_editor_can_write_is_on_the_page(page: str) -> None:
    context = Context.load(ONTOLOGY / "context.jsonld")
    assert not [name for name in context.terms if f"| `{name}` |" not in page]


def test_a_changed_label_changes_the_page(page: str, tmp_path: Path) -> None:
    copy = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, copy)
    path = copy / "schemes" / "sectors.ttl"
    path.write_text(path.read_text("utf-8").replace('"Direct jobs"@en', '"Straight jobs"@en'), "utf-8")
    assert data_dictionary(copy) != page


def test_a_broken_turtle_file_is_named_with_its_line(tmp_path: Path) -> None:
    copy = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, copy)
    (copy / "schemes" / "broken.ttl").write_text("@prefix a: <http://a/> .\na:b a:c\n", "utf-8")
    with pytest.raises(SourceFaults) as caught:
        data_dictionary(copy)
    assert [fault.path for fault in caught.value.faults] == ["ontology/schemes/broken.ttl"]
