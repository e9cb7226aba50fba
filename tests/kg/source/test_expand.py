"""An entry as an editor writes it becomes the statements it means, with the same IRIs whatever else stands beside it."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.ontology import Ontology
from kg.source.context import Context
from kg.source.expand import Expander, Origin
from kg.source.load import load_sources
from kg.source.nodes import Expansion
from kg.source.report import Report
from kg.source.yamlfile import read_yaml
from kg.vocab import ID
from tests.conftest import DATA, ONTOLOGY

PLAN = {"program": "id/1/program/", "edition": "id/1/plan/2022/program/", "org": "id/1/org/", "plan": "id/1/plan/2022/"}


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load(ONTOLOGY)


@pytest.fixture(scope="module")
def context() -> Context:
    return Context.load(ONTOLOGY / "context.jsonld").with_prefixes(PLAN)


def expand(text: str, folder: Path, context: Context, ontology: Ontology) -> tuple[Expansion, list[str]]:
    path = folder / "file.yaml"
    path.write_text(text, "utf-8")
    report, into = Report("file.yaml"), Expansion()
    top = read_yaml(path, report)
    expander = Expander(context, ontology, Origin(ID + "1/plan/2022/source", 100), into, report)
    entries = top.get("entries") if top else None
    for item in entries.value.items if entries else ():  # type: ignore[union-attr]
        expander.entry(item)  # type: ignore[arg-type]
    return into, [fault.code for fault in report.faults]


def triples(expansion: Expansion, context: Context) -> set[tuple[str, str, str]]:
    document = json.dumps({"@context": context.document, "@graph": expansion.nodes})
    quads = ox.parse(document, format=ox.RdfFormat.JSON_LD)
    return {(q.subject.value, q.predicate.value.rpartition("#")[2].rpartition("/")[2], q.object.value) for q in quads}  # type: ignore[union-attr]


EDITION = """
entries:
- id: program:a
  type: Program
  label: 가
  lines: 1
  edition:
    id: edition:a
    type: ProgramEdition
    label: 가 (2022)
    lines: 2-3
    participantGroup: {to: group:youth, lines: 2, quote: 청년}
    requirement:
      key: participant
      allOf:
      - {constrains: concept:age, min: 18, quote: 18세}
"""


def test_a_link_with_lines_becomes_the_statement_and_a_node_with_its_evidence(tmp_path: Path, context: Context, ontology: Ontology) -> None:
    expansion, codes = expand(EDITION, tmp_path, context, ontology)
    assert codes == []
    found = triples(expansion, context)
    edition, youth, link = ID + "1/plan/2022/program/a", ID + "kr/group/youth", ID + "1/plan/2022/program/a/participantGroup/youth"
    assert (edition, "participantGroup", youth) in found
    assert {(link, "subject", edition), (link, "object", youth), (link, "certainty", "https://w3id.org/kr-jobs/ns#Stated")} <= found
    assert (edition, "isVersionOf", ID + "1/program/a") in found


def test_a_part_is_named_by_what_it_is_about_and_inherits_the_lines_above_it(tmp_path: Path, context: Context, ontology: Ontology) -> None:
    expansion, _ = expand(EDITION, tmp_path, context, ontology)
    leaf = ID + "1/plan/2022/program/a/requirement/participant/allOf/age"
    evidence = {o for s, p, o in triples(expansion, context) if s == leaf and p == "wasDerivedFrom"}
    assert len(evidence) == 1
    assert next(iter(evidence)).startswith(ID + "1/plan/2022/source/L0002-0003/")


def test_inserting_a_part_at_the_top_renames_no_other(tmp_path: Path, context: Context, ontology: Ontology) -> None:
    before, _ = expand(EDITION, tmp_path, context, ontology)
    more = EDITION.replace(
        "      - {constrains: concept:age",
        "      - {constrains: concept:residence, acceptsWithin: region:11, lines: 3}\n      - {constrains: concept:age",
    )
    after, codes = expand(more, tmp_path, context, ontology)
    assert codes == []
    assert triples(before, context) < triples(after, context)


def test_a_key_keeps_its_meaning_although_the_folder_has_a_prefix_of_the_same_name(
    tmp_path: Path, context: Context, ontology: Ontology
) -> None:
    expansion, _ = expand(EDITION, tmp_path, context, ontology)
    assert {p for _, p, _ in triples(expansion, context)} >= {"isVersionOf", "holdsRequirement", "allOf", "constrains", "minValue"}


def test_a_partner_and_a_condition_may_say_that_they_are_only_inferred(tmp_path: Path, context: Context, ontology: Ontology) -> None:
    partner = """    participation:
    - {participant: org:b, role: participation-role:venue, lines: 2, certainty: Inferred}
"""
    text = EDITION.replace("      key: participant\n", "      key: participant\n      certainty: Inferred\n") + partner
    expansion, codes = expand(text, tmp_path, context, ontology)
    assert codes == []
    inferred = {s for s, p, o in triples(expansion, context) if p == "certainty" and o == "https://w3id.org/kr-jobs/ns#Inferred"}
    edition = ID + "1/plan/2022/program/a"
    assert inferred == {f"{edition}/requirement/participant", f"{edition}/participation/b"}
    assert (
        "source.unknown-word"
        in expand(text.replace("lines: 2, certainty: Inferred", "lines: 2, certainty: Maybe"), tmp_path, context, ontology)[1]
    )


def test_two_parsers_read_the_real_plan_as_the_same_graph_and_compacting_it_loses_nothing(ontology: Ontology) -> None:
    for folder in load_sources(DATA, ontology, None).folders:
        document = json.dumps(folder.document())
        one = Graph().parse(data=document, format="json-ld")
        nquads = ox.serialize((q.triple for q in ox.parse(document, format=ox.RdfFormat.JSON_LD)), format=ox.RdfFormat.N_TRIPLES)
        other = Graph().parse(data=nquads, format="nt")
        assert len(one) > 500
        assert isomorphic(one, other)
        compacted = one.serialize(format="json-ld", context=dict(folder.context.document), auto_compact=False)
        assert isomorphic(one, Graph().parse(data=compacted, format="json-ld"))


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=15).filter(str.strip)


@given(label=names, aliases=st.lists(names, max_size=3))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_any_names_survive_from_yaml_to_graph(tmp_path: Path, context: Context, ontology: Ontology, label: str, aliases: list[str]) -> None:
    quoted = [json.dumps(name, ensure_ascii=False) for name in (label, *aliases)]
    text = f"entries:\n- id: program:a\n  type: Program\n  label: {quoted[0]}\n  alias: [{', '.join(quoted[1:])}]\n  lines: 1\n"
    expansion, codes = expand(text, tmp_path, context, ontology)
    assert codes == []
    found = triples(expansion, context)
    assert (ID + "1/program/a", "prefLabel", unicodedata.normalize("NFC", label)) in found
    assert {o for s, p, o in found if p == "altLabel"} == {unicodedata.normalize("NFC", alias) for alias in aliases}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("type: ProgramEdition", "type: ProgramEdition\n    id2: x", "source.unknown-key"),
        ("{to: group:youth, lines: 2, quote: 청년}", "group:youth", "source.lines-missing"),
        ("{to: group:youth, lines: 2, quote: 청년}", "{to: group:youth}", "source.lines-missing"),
        ("{to: group:youth, lines: 2, quote: 청년}", "{to: group:youth, lines: 2, line: 3}", "source.unknown-link-key"),
        ("{to: group:youth, lines: 2, quote: 청년}", "{to: group:youth, lines: 2, certainty: Maybe}", "source.unknown-word"),
        ("    id: edition:a\n", "", "source.no-id"),
        ("      key: participant\n", "      id: plan:x\n", "source.id-not-here"),
        ("label: 가\n", "label: {text: 가}\n", "source.text-due"),
        ("label: 가\n", "label: [[가]]\n", "source.list-in-list"),
        ("lines: 2-3", "lines: 2-300", "source.lines-beyond-end"),
        ("- id: program:a\n  type: Program\n  label: 가\n  lines: 1\n", "- extends: program:a\n  alias: 나\n", "source.name-without-lines"),
        ("program:a", "Program A", "source.not-a-reference"),
        ("program:a", "program:가", "source.bad-identifier"),
        ("    lines: 2-3", "    lines: 2, 3\n    quote: 가", "source.quote-needs-one-range"),
    ],
)
def test_each_slip_has_its_own_fault(tmp_path: Path, context: Context, ontology: Ontology, old: str, new: str, code: str) -> None:
    assert old in EDITION
    assert code in expand(EDITION.replace(old, new, 1), tmp_path, context, ontology)[1]
