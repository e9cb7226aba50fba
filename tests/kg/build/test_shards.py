"""Plans are built apart and give what they give together; only what has changed is built again, and damage is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad

from kg.build.check import Checked, check, shards_folder
from kg.build.grouped import Maker, as_faults
from kg.build.pipeline import build
from kg.build.shards import RECORD, STATEMENTS, Shards
from kg.build.shrinking import STATEMENTS as STATEMENT_COUNTS
from kg.build.streaming import assemble, write_shard
from kg.errors import Fault, SourceFaults
from kg.ontology import Ontology
from kg.settings import Settings
from kg.store.snapshot import NQUADS, difference, open_current
from kg.vocab import DCT, ID, INFERRED_GRAPH, KJ, QUALITY_GRAPH
from tests.conftest import ONTOLOGY, ROOT, silent, spine_at

PLANS, TEXTS = ROOT / "tests" / "fixtures" / "plans", ROOT / "tests" / "fixtures" / "texts"
SPINE, TWIN, NEXT, OTHER = "seodaemun-2022", "twin-2022", "seodaemun-2023", "plan-b"
# Both say it of one sector, so a rule that joins the two, or counts them, would show.
OF_THE_SECTOR = "entries:\n- {extends: sector:direct, lines: 1, participantGroup: {to: group:youth, lines: 1}}\n"


def four_plans(folder: Path) -> Settings:
    """Two plans that share things, one that shares nothing, and the first once more as another district's, to the letter."""
    data = spine_at(folder / "data")
    shutil.copytree(data / SPINE, data / TWIN)
    for path in (data / TWIN).rglob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("graph: 11410/2022", "graph: 90001/2022"), "utf-8")
    for plan in (NEXT, OTHER):
        shutil.copytree(PLANS / plan, data / plan)
        (data / plan / "sectors.yaml").write_text(OF_THE_SECTOR, "utf-8")
    return Settings(data=data, ontology=ONTOLOGY, sources=TEXTS, snapshots=folder / "snapshots")


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Checked]:
    settings = four_plans(tmp_path_factory.mktemp("apart"))
    return settings, check(settings, silent)


def small(folder: Path, *plans: str) -> Settings:
    """Return settings with small plans that share nothing; `plan-c` is one of them."""
    data = spine_at(folder / "data")
    shutil.rmtree(data / SPINE)
    for plan in plans:
        shutil.copytree(PLANS / OTHER, data / plan)
    path = data / "plan-c" / "plan.yaml"
    path.write_text(path.read_text("utf-8").replace("graph: 99999/2024", "graph: 99998/2024"), "utf-8")
    return Settings(data=data, ontology=ONTOLOGY, sources=TEXTS, snapshots=folder / "snapshots")


@pytest.fixture
def two(tmp_path: Path) -> Settings:
    return small(tmp_path, OTHER, "plan-c")


@pytest.fixture
def one(tmp_path: Path) -> Settings:
    return small(tmp_path, "plan-c")


def facts(faults: list[Fault]) -> list[dict[str, Any]]:
    return [asdict(fault) for fault in faults]


def spoil(path: Path, damage: str) -> None:
    content = bytearray(path.read_bytes())
    if damage == "delete":
        path.unlink()
        return
    content[len(content) // 2] ^= 1
    path.write_bytes({"flip": content, "cut": content[:-2], "empty": b""}[damage])


def rename_the_centre(settings: Settings) -> None:
    path = settings.data / "plan-c" / "bread.yaml"
    path.write_text(path.read_text("utf-8").replace("label: 가온일자리센터", "label: 가온일자리센터 본점"), "utf-8")


def test_plans_checked_apart_give_the_statements_findings_and_counts_of_all_checked_at_once(
    apart: tuple[Settings, Checked], tmp_path: Path
) -> None:
    settings, checked = apart
    assert len(checked.shards) == 5, "ontology, three groups, common ground"
    ontology = Ontology.load(ONTOLOGY)
    whole = Maker(settings, ontology, silent).group([SPINE, TWIN, NEXT, OTHER], tmp_path / "whole.nq")
    write_shard(ontology.quads, tmp_path / "ontology.nq")
    made = assemble([shard.path for shard in checked.shards], tmp_path / "apart.nq", tmp_path / "apart.nt")
    assemble([tmp_path / "whole.nq", tmp_path / "ontology.nq"], tmp_path / "together.nq", tmp_path / "together.nt")
    assert (tmp_path / "apart.nq").read_bytes() == (tmp_path / "together.nq").read_bytes()
    told = [as_faults(whole[name]) for name in ("remarks", "validated", "reported", "found")]
    assert facts(list(checked.findings)) == facts([fault for faults in told for fault in faults])
    assert checked.counts == {
        **{name: whole[name] for name in ("plans", "entries", "totals")},
        "inferred": made.graphs[INFERRED_GRAPH],
        "findings": len(whole["found"]),
    }
    assert made.graphs[QUALITY_GRAPH] and whole["found"]
    for name, counted in whole["sizes"].items():
        assert counted.items() <= checked.sizes[name].items()
    assert sum(checked.sizes[STATEMENT_COUNTS].values()) == sum(
        count for graph, count in made.graphs.items() if graph in checked.sizes[STATEMENT_COUNTS]
    )


def test_what_nothing_has_changed_of_is_taken_over_and_gives_the_same(apart: tuple[Settings, Checked]) -> None:
    settings, checked = apart
    assert checked.made == (OTHER, SPINE, NEXT, TWIN)
    again = check(settings, silent)
    assert again.made == ()
    assert again.keys == checked.keys
    assert facts(list(again.findings)) == facts(list(checked.findings))
    assert (again.counts, again.sizes, again.unchecked) == (checked.counts, checked.sizes, checked.unchecked)


def test_plans_that_share_things_are_made_again_together_and_the_others_are_taken_over(
    apart: tuple[Settings, Checked], tmp_path: Path
) -> None:
    settings, _ = apart
    changed = settings.model_copy(update={"data": Path(shutil.copytree(settings.data, tmp_path / "data"))})
    path = changed.data / NEXT / "plan.yaml"
    path.write_text(path.read_text("utf-8").replace("label: 디지털 일자리,", "label: 디지털 일자리 늘리기,"), "utf-8")
    assert check(changed, silent).made == (SPINE, NEXT)


def test_changing_one_district_builds_that_one_only_and_gives_what_a_build_from_nothing_gives(two: Settings, tmp_path: Path) -> None:
    before, _ = build(two, (), silent)
    rename_the_centre(two)
    after, checked = build(two, (), silent)
    assert checked.made == ("plan-c",)
    assert after.id != before.id
    fresh, checked = build(two.model_copy(update={"snapshots": tmp_path / "other" / "snapshots"}), (), silent)
    assert checked.made == (OTHER, "plan-c")
    assert fresh.id == after.id
    for name in (NQUADS, "findings.json"):
        assert (fresh.path / name).read_bytes() == (after.path / name).read_bytes()


@pytest.mark.parametrize("file", [STATEMENTS, RECORD])
@pytest.mark.parametrize("damage", ["flip", "cut", "delete", "empty"])
def test_a_damaged_shard_is_as_good_as_none_and_is_replaced(tmp_path: Path, file: str, damage: str) -> None:
    def write(path: Path) -> dict[str, int]:
        path.write_bytes(b"<x:s> <x:p> <x:o> <x:g> .\n")
        return {"count": 1}

    shards = Shards(tmp_path / "shards")
    made = shards.put("key", write)
    assert shards.get("key") == made
    spoil(made.path.with_name(file), damage)
    assert shards.get("key") is None
    assert shards.is_damaged("key")
    assert shards.put("key", write) == shards.get("key") == made
    assert [path.name for path in (tmp_path / "shards").iterdir()] == ["key"]


def test_a_damaged_shard_of_a_plan_is_told_and_made_anew(one: Settings) -> None:
    first = check(one, silent)
    spoil(next(shard.path for shard in first.shards if b"99998/2024" in shard.path.read_bytes()), "flip")
    again = check(one, silent)
    assert (again.made, again.damaged) == (("plan-c",), ("plan-c",))
    assert [shard.digest for shard in again.shards] == [shard.digest for shard in first.shards]
    assert check(one, silent).made == ()


def test_the_shards_of_kept_snapshots_stay_and_older_ones_are_removed(one: Settings) -> None:
    def kept() -> set[str]:
        return {path.name for path in shards_folder(one).iterdir()}

    one = one.model_copy(update={"snapshots_kept": 2})
    text = (one.data / "plan-c" / "bread.yaml").read_text("utf-8")
    keys = []
    for name in ("하나", "둘", "셋"):
        (one.data / "plan-c" / "bread.yaml").write_text(text.replace("label: 가온일자리센터", f"label: {name}"), "utf-8")
        keys.append(set(build(one, (), silent)[1].keys))
    assert kept() == keys[1] | keys[2]
    assert keys[0] - kept()
    assert set(open_current(one.snapshots).manifest["shards"]) == keys[2]


def test_what_a_killed_process_left_is_removed_and_what_one_is_writing_is_not(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    for process in (killed.pid, os.getpid()):
        (tmp_path / f".building-{process}-x").mkdir()
    (tmp_path / ("a" * 64)).mkdir()
    (tmp_path / ("b" * 64)).mkdir()
    assert Shards(tmp_path).keep(["b" * 64]) == 1
    assert {path.name for path in tmp_path.iterdir()} == {f".building-{os.getpid()}-x", "b" * 64}


def changes(settings: Settings) -> Iterator[tuple[str, Settings]]:
    ontology = Path(shutil.copytree(ONTOLOGY, settings.data.parent / "ontology"))
    changed = settings.model_copy(update={"ontology": ontology})
    yield "nothing", changed
    (ontology / "queries" / "new.rq").write_text("# a query of pages\n", "utf-8")
    yield "a query", changed
    with (ontology / "rules" / "30-audience.rq").open("a", encoding="utf-8") as rule:
        rule.write("# changed\n")
    yield "a rule", changed
    yield "no texts", changed.model_copy(update={"sources": None})


def test_what_plans_are_checked_by_makes_all_anew_and_what_they_are_not_checked_by_makes_none(one: Settings) -> None:
    made = {what: check(settings, silent).made for what, settings in changes(one)}
    assert made == {"nothing": ("plan-c",), "a query": (), "a rule": ("plan-c",), "no texts": ("plan-c",)}


def test_faults_of_plans_checked_apart_are_told_together_and_nothing_of_them_is_kept(two: Settings) -> None:
    for plan in (OTHER, "plan-c"):
        path = two.data / plan / "bread.yaml"
        path.write_text(path.read_text("utf-8").replace("type: ServiceCenter", "type: ServiceCentre"), "utf-8")
    for _ in range(2):
        with pytest.raises(SourceFaults) as caught:
            check(two, silent)
        unknown = [fault.path for fault in caught.value.faults if fault.code == "source.unknown-type"]
        assert unknown == [f"{OTHER}/bread.yaml", "plan-c/bread.yaml"]


def test_a_source_that_was_imported_stands_beside_the_plans_with_what_follows_from_it(one: Settings, tmp_path: Path) -> None:
    source, graph = tmp_path / "services.nq", "https://w3id.org/kr-jobs/graph/services/2026"
    service, group = NamedNode(f"{ID}services/1"), NamedNode(f"{ID}kr/group/youth")
    write_shard([Quad(service, NamedNode(KJ.participantGroup), group, NamedNode(graph))], source)
    before, _ = build(one, (), silent)
    after, checked = build(one, (), silent, imported=[source])
    assert checked.made == ()
    assert after.manifest["graphs"][graph] == after.manifest["sizes"]["statements"][graph] == 1
    added = [line for is_added, line in difference(before, after) if is_added]
    assert not [line for is_added, line in difference(before, after) if not is_added]
    assert sorted(added) == sorted(
        [
            f"{Quad(service, NamedNode(KJ.participantGroup), group, NamedNode(graph))} .",
            f"{Quad(service, NamedNode(DCT.audience), group, NamedNode(INFERRED_GRAPH))} .",
        ]
    )
    with pytest.raises(SourceFaults):  # the source is gone, and that is no small loss
        build(one, (), silent)


def names_a_thing_of_the_other(settings: Settings) -> None:
    path = settings.data / "plan-c" / "plan.yaml"
    head = path.read_text("utf-8").replace("text:\n", "prefixes: {neighbour: id/99999/org/}\ntext:\n", 1)
    path.write_text(head, "utf-8")
    bread = settings.data / "plan-c" / "bread.yaml"
    bread.write_text(bread.read_text("utf-8").replace("participant: org:bakery-school", "participant: neighbour:bakery-school"), "utf-8")


def codes(settings: Settings) -> list[tuple[str, str]]:
    with pytest.raises(SourceFaults) as caught:
        check(settings, silent)
    return [(fault.path, fault.code) for fault in caught.value.faults if fault.severity == "violation"]


def test_a_plan_that_names_a_thing_of_another_area_is_checked_with_it(two: Settings) -> None:
    names_a_thing_of_the_other(two)
    checked = check(two, silent)
    assert checked.made == (OTHER, "plan-c")
    assert len(checked.shards) == 3, "ontology, one group, common ground"


def test_a_slip_in_a_plan_does_not_make_what_it_names_of_others_look_missing(two: Settings) -> None:
    names_a_thing_of_the_other(two)
    path = two.data / "plan-c" / "bread.yaml"
    path.write_text(path.read_text("utf-8").replace("type: ServiceCenter", "type: ServiceCentre"), "utf-8")
    assert codes(two) == [("plan-c/bread.yaml", "source.unknown-type")]


def test_a_head_that_cannot_be_read_does_not_make_what_others_name_of_the_plan_look_missing(two: Settings) -> None:
    names_a_thing_of_the_other(two)
    path = two.data / OTHER / "plan.yaml"
    path.write_text(path.read_text("utf-8").replace("graph: 99999/2024", "graph: nowhere"), "utf-8")
    assert codes(two) == [(f"{OTHER}/plan.yaml", "source.bad-header")]
