"""The questions the graph has to answer, worked out from the plan's text: one test for each, from `competency/*.yaml`.

A question is a Korean sentence with the lines that answer it, a SPARQL query and the answer: a list of rows, in any order. Things stand in the
answer under their Korean preferred names; a value that is not bound is an empty text. The query must return exactly these rows, each as often as it
stands there. A test that fails is a fault of the data or of the answer: the text at the lines decides which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from kg.store.oxigraph import OxigraphStore
from kg.store.snapshot import Snapshot
from tests.conftest import ONTOLOGY

FOLDER = Path(__file__).parent / "competency"
LINES_OF_THE_PLAN = 1733
GRAPH = "https://w3id.org/kr-jobs/"
PLAN_PREFIXES = {"task": GRAPH + "id/11410/plan/2022/task/"}


class Question(NamedTuple):
    test: str
    question: str
    lines: str
    query: str
    answer: tuple[tuple[str, ...], ...]


class Graph(NamedTuple):
    store: OxigraphStore
    names: dict[str, str]


def _questions() -> list[Question]:
    read = YAML(typ="safe", pure=True).load
    entries = [entry for path in sorted(FOLDER.glob("*.yaml")) for entry in read(path.read_text("utf-8"))]
    return [
        Question(
            entry["test"], entry["question"], str(entry["lines"]), entry["query"], tuple(tuple(map(str, row)) for row in entry["answer"])
        )
        for entry in entries
    ]


QUESTIONS = _questions()


@pytest.fixture(scope="module")
def graph(published: Snapshot) -> Iterator[Graph]:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    prefixes = {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}
    with OxigraphStore.open(published.store_path, prefixes | PLAN_PREFIXES) as store:
        named = store.select('SELECT ?thing ?name WHERE { ?thing skos:prefLabel ?name FILTER(LANG(?name) = "ko") }')
        yield Graph(store, {row["thing"].value: row["name"].value for row in named.rows})


@pytest.mark.parametrize("asked", QUESTIONS, ids=[each.test for each in QUESTIONS])
def test_question(asked: Question, graph: Graph) -> None:
    found = graph.store.select(asked.query)
    rows = [
        tuple(graph.names.get(row[name].value, row[name].value) if name in row else "" for name in found.variables) for row in found.rows
    ]
    assert sorted(rows) == sorted(asked.answer), f"{asked.question} (lines {asked.lines})"


def test_every_question_is_a_sentence_of_its_own_with_lines_of_the_plan() -> None:
    assert len({each.test for each in QUESTIONS}) == len({each.question for each in QUESTIONS}) == len(QUESTIONS) >= 65
    for each in QUESTIONS:
        for part in each.lines.split(","):
            first, _, last = part.partition("-")
            assert 1 <= int(first) <= int(last or first) <= LINES_OF_THE_PLAN, each.test
        assert each.question.endswith("?") and each.answer, each.test
