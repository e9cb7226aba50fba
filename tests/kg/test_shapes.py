"""The SHACL shapes let sound entries through and say, in both languages, what is wrong with the others.

`tests/fixtures/shapes/` holds a sound plan and, beside it, one faulty node for each fault. All stand in one graph, validated once.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.build.shapes import aimed, read_shapes
from kg.resources import ontology_dir
from kg.vocab import BASE

ONTOLOGY = ontology_dir()
FIXTURES = Path(__file__).parent.parent / "fixtures" / "shapes"
EX = Namespace(BASE + "id/99999/")


@dataclass(frozen=True)
class Fault:
    """What is to be found on a faulty node: the property the result points at ("" for the node), words of the English message."""

    node: str
    path: str
    says: str


def read_faults() -> tuple[Fault, ...]:
    with (FIXTURES / "faults.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(Fault(row["node"], row["property"], row["says"]) for row in csv.DictReader(file, delimiter="\t"))


FAULTS = read_faults()


@dataclass(frozen=True)
class Result:
    """One SHACL result."""

    focus: str
    path: str
    severity: str
    messages: dict[str, str]


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return read_shapes(ONTOLOGY / "shapes")


@pytest.fixture(scope="module")
def data() -> Graph:
    data = Graph()
    for pattern in ("*.ttl", "align/*.ttl", "schemes/*.ttl"):
        for path in sorted(ONTOLOGY.glob(pattern)):
            data.parse(path)
    for path in sorted(FIXTURES.glob("*.ttl")):
        data.parse(path)
    return data


@pytest.fixture(scope="module")
def results(shapes: Graph, data: Graph) -> tuple[Result, ...]:
    return validated(data, shapes)


def validated(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none", allow_infos=True)
    assert isinstance(report, Graph), text
    return tuple(read(report, result) for result in report.objects(None, SH.result))


def read(report: Graph, result: Node) -> Result:
    messages = dict(sorted((m.language or "", str(m)) for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal)))
    values = [str(report.value(result, p) or "") for p in (SH.focusNode, SH.resultPath, SH.resultSeverity)]
    return Result(values[0], values[1], values[2].rpartition("#")[2], messages)


def of(results: tuple[Result, ...], node: str) -> list[Result]:
    return [result for result in results if result.focus == str(EX[node])]


def subjects(name: str) -> set[str]:
    return {str(subject) for subject in Graph().parse(FIXTURES / name).subjects()}


def long_form(short: str) -> str:
    graph = Graph(bind_namespaces="none").parse(FIXTURES / "faults.ttl")
    return str(graph.namespace_manager.expand_curie(short)) if short else ""


def test_the_ontology_and_a_sound_plan_give_no_violation(results: tuple[Result, ...]) -> None:
    made_up = subjects("faults.ttl")
    assert not [result for result in results if result.severity == "Violation" and result.focus not in made_up]


def test_aiming_the_shapes_at_what_is_written_changes_no_result(results: tuple[Result, ...], shapes: Graph, data: Graph) -> None:
    store = Store()
    store.load(data.serialize(format="nt").encode(), format=RdfFormat.N_TRIPLES)
    assert sorted(map(repr, validated(data, aimed(shapes, store)))) == sorted(map(repr, results))


def test_every_faulty_node_is_expected_to_be_found() -> None:
    assert {str(EX[fault.node]) for fault in FAULTS} == subjects("faults.ttl")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.node)
def test_a_fault_is_found_on_its_property_and_explained(results: tuple[Result, ...], fault: Fault) -> None:
    found = [result for result in of(results, fault.node) if result.severity == "Violation"]
    told = [(result.path, result.messages.get("en", "")) for result in found]
    assert any(path == long_form(fault.path) and fault.says in message for path, message in told), told


def test_every_result_speaks_korean_and_english(results: tuple[Result, ...]) -> None:
    assert not [result for result in results if set(result.messages) != {"ko", "en"}]


def test_what_the_plan_leaves_unsaid_is_only_noted(results: tuple[Result, ...]) -> None:
    for node in subjects("silences.ttl"):
        found = [result for result in results if result.focus == node]
        assert found, node
        assert {result.severity for result in found} == {"Info"}, found


CONDITIONS, SUPPORT, AUDIENCE, AUTHORITY = "conditions", "what it gives", "whom it is for", "responsible"
SECTOR, TASK, WHO, WHERE = "which sector", "which task", "runs it", "names no place"
MONEY, TARGET = "no money", "no jobs target"
SILENCES = {CONDITIONS, SUPPORT, AUDIENCE, AUTHORITY, SECTOR, TASK, WHO, WHERE, MONEY, TARGET}


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("quiet", set()),
        # said by the whole
        ("quiet-middle", {WHERE, WHO, SECTOR, TASK, AUTHORITY}),
        ("quiet-part", {WHERE, WHO, SECTOR, TASK, AUTHORITY}),
        ("quiet-listed-part", {SECTOR}),
        # said by a part, by a part of a part, by who runs a place that is a part
        ("quiet-over", SILENCES - {MONEY, TARGET}),
        ("quiet-top", SILENCES - {MONEY, TARGET}),
        ("quiet-over-runner", {WHERE, SECTOR, TASK, AUDIENCE}),
        ("quiet-over-place", {WHERE, SECTOR, TASK, AUDIENCE}),
        # goes without saying
        ("quiet-of-building", {WHERE, WHO}),
        ("quiet-of-centre", {WHERE, WHO}),
        ("quiet-of-university", {WHERE, WHO}),
        ("quiet-course", {WHERE, WHO}),
        ("quiet-runner", {WHERE}),
        ("quiet-council-runner", set()),
        # said of the programme that runs the place, or of the place that the programme runs
        ("quiet-of-shop", {WHERE, WHO, SECTOR, TASK, AUDIENCE, MONEY, TARGET}),
        ("quiet-workplace-runner", {WHERE, CONDITIONS, SUPPORT, AUDIENCE, AUTHORITY, MONEY}),
        ("quiet-two-runner", {WHERE, MONEY, TARGET}),
        ("quiet-of-stall", {WHERE, WHO}),
        ("quiet-in-figures", {WHERE, WHO, MONEY}),
        # said by the budget line, the agreement, the council
        ("quiet-covered", {SECTOR, AUDIENCE}),
        ("quiet-run-by-line", {WHERE, WHO, SECTOR, AUDIENCE}),
        ("quiet-agreed", {WHO}),
        ("quiet-members-runner", {WHO}),
        # said in another year's plan
        ("quiet-this-year", {WHERE}),
        # said once of the plan that names no office at all
        ("telling-next-year", {WHERE, WHO, CONDITIONS, SUPPORT, AUDIENCE, SECTOR, TASK, AUTHORITY}),
    ],
)
def test_an_edition_is_silent_about_what_the_plan_says_neither_of_it_nor_of_its_whole_its_parts_or_what_is_beside_it(
    results: tuple[Result, ...], node: str, said: set[str]
) -> None:
    told = " ".join(result.messages["en"] for result in of(results, node))
    assert {words for words in SILENCES if words not in told} == said


def test_a_plan_that_names_no_office_for_any_programme_is_silent_about_it_once(results: tuple[Result, ...]) -> None:
    silent = {result.focus for result in results if "names no responsible office" in result.messages["en"]}
    assert {node for node in silent if node.startswith(str(EX))} == {str(EX["quiet-plan"])}


def test_only_a_building_or_centre_of_which_no_address_follows_is_silent_about_its_address(results: tuple[Result, ...]) -> None:
    silent = {result.focus for result in results if "address" in result.messages["en"] and result.severity == "Info"}
    assert {node for node in silent if node.startswith(str(EX))} == {
        str(EX[node]) for node in ("quiet-hall", "quiet-centre", "quiet-branch")
    }
    for node in ("room", "loose-room", "annex", "shed", "workshop", "desk", "head-office"):
        assert of(results, node) == [], node


def test_a_plan_may_say_whom_a_term_such_as_a_sector_is_for_and_what_it_is_about(results: tuple[Result, ...]) -> None:
    sector = str(URIRef(BASE + "id/kr/sector/direct"))
    assert not [result for result in results if result.focus == sector]


def test_no_result_points_at_a_path_that_no_file_has(results: tuple[Result, ...]) -> None:
    assert not [result for result in results if result.path and "://" not in result.path]


def test_every_kind_an_editor_can_write_has_a_shape_aimed_at_exactly_that_class(shapes: Graph) -> None:
    display = Graph().parse(ONTOLOGY / "display.ttl")
    type_word = URIRef(BASE + "ns#typeWord")
    kinds = {str(kind) for kind in display.subjects(type_word)} - {f"{BASE}id/kr/group", f"{BASE}id/kr/sector"}
    aims = [str(text) for text in shapes.objects(None, SH.select)]
    assert not [kind for kind in kinds if f"SELECT ?this WHERE {{ ?this a <{kind}> }}" not in aims]


def test_every_shape_with_a_message_has_it_in_both_languages(shapes: Graph) -> None:
    for shape in set(shapes.subjects(SH.message)):
        languages = sorted(str(message.language) for message in shapes.objects(shape, SH.message) if isinstance(message, Literal))
        assert languages == ["en", "ko"], shape


def test_a_subclass_is_accepted_where_its_general_class_is_asked_for(results: tuple[Result, ...]) -> None:
    for node in ("edition", "building", "room", "council", "participation"):
        assert not [result for result in of(results, node) if result.severity == "Violation"], node
