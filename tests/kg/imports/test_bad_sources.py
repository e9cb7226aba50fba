"""Whatever a source sends that is no whole list is refused with the reason, and the list accepted last stays as it is, byte for byte."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import ImportRefused
from kg.imports.importing import take_over
from kg.imports.keeping import imports_folder
from kg.settings import Settings
from tests.kg.imports.bad import CASES
from tests.kg.imports.sources import DAY, FIXTURES, SOURCES, Bad, files_of, laid_out, settings_in
from web.catalogue import load_translations
from web.messages import fault_sentence

WORDS = {language: load_translations(language) for language in ("ko", "en")}


def kept_files(settings: Settings) -> dict[str, bytes]:
    folder = imports_folder(settings)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_no_whole_list_is_refused_with_the_reason_and_nothing_is_lost(case: Bad, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    take_over(case.source, settings, [FIXTURES / case.source], "2026-10-01")
    before, files = kept_files(settings), files_of(case.source)
    case.change(files)
    with pytest.raises(ImportRefused) as refused:
        take_over(case.source, settings, [laid_out(files, tmp_path / "sent")], DAY)
    faults = refused.value.faults
    assert case.code in {fault.code for fault in faults}, faults
    assert kept_files(settings) == before
    for language, words in WORDS.items():
        for fault in faults:
            said = fault_sentence(fault, language, words)
            assert said and fault.path, fault
            assert "%(" not in said and said != fault.code, said
            assert any(letter >= "가" for letter in said) or language == "en", said


def test_each_importer_meets_at_least_twelve_bad_sources() -> None:
    counts = Counter(case.source for case in CASES)
    assert set(counts) == set(SOURCES)
    assert min(counts.values()) >= 12, counts


@pytest.mark.parametrize("source", SOURCES)
def test_a_sound_list_is_accepted_and_gives_the_same_file_again(source: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    first = take_over(source, settings, [FIXTURES / source], DAY)
    again = take_over(source, settings, sorted((FIXTURES / source).iterdir(), reverse=True), DAY)
    assert again.kept == first.kept
    assert (first.before, again.before) == (0, first.kept.services)
    assert len(list((imports_folder(settings) / source).glob("*.jsonl"))) == 1


def shrunk(files: dict[str, bytes], total: int) -> dict[str, bytes]:
    body = json.loads(files["getPlcy.json"])
    first = body["result"]["youthPolicyList"][0]
    body["result"]["youthPolicyList"] = [{**first, "plcyNo": f"{number:020}"} for number in range(total)]
    body["result"]["pagging"]["totCount"] = total
    return {"getPlcy.json": json.dumps(body, ensure_ascii=False).encode()}


@pytest.mark.parametrize(("left", "is_accepted"), [(11, True), (10, False), (1, False)])
def test_half_of_the_services_gone_is_taken_for_a_failure_unless_it_is_said_to_be_right(
    left: int, is_accepted: bool, tmp_path: Path
) -> None:
    settings, files = settings_in(tmp_path), files_of("youth")
    take_over("youth", settings, [laid_out(shrunk(files, 20), tmp_path / "before")], "2026-10-01")
    before, sent = kept_files(settings), laid_out(shrunk(files, left), tmp_path / "sent")
    if not is_accepted:
        with pytest.raises(ImportRefused) as refused:
            take_over("youth", settings, [sent], DAY)
        assert [fault.code for fault in refused.value.faults] == ["import.shrunk"]
        assert kept_files(settings) == before
    taken = take_over("youth", settings, [sent], DAY, accept_shrink=not is_accepted)
    assert (taken.kept.services, taken.before) == (left, 20)
    assert set(kept_files(settings)) > set(before) - {"youth/current"}


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = files_of("gov24")
    body = json.loads(files["serviceList-1.json"])
    body["data"][0].pop("소관기관명")
    body["data"][2]["서비스명"] = ""
    files["serviceList-1.json"] = json.dumps(body).encode()
    files["supportConditions.json"] = files["supportConditions.json"][:100]
    with pytest.raises(ImportRefused) as refused:
        take_over("gov24", settings_in(tmp_path), [laid_out(files, tmp_path / "sent")], DAY)
    told = {(fault.path, fault.code, fault.facts.get("row"), fault.facts.get("field")) for fault in refused.value.faults}
    assert told >= {
        ("serviceList-1.json", "import.missing-field", "1", "소관기관명"),
        ("serviceList-1.json", "import.empty-field", "3", "서비스명"),
        ("supportConditions.json", "import.cut", None, None),
    }


def test_a_field_that_is_not_known_yet_is_left_out_and_named(tmp_path: Path) -> None:
    files = files_of("gov24")
    body = json.loads(files["serviceDetail.json"])
    body["data"][0]["새항목"] = "새 글"
    files["serviceDetail.json"] = json.dumps(body, ensure_ascii=False).encode()
    taken = take_over("gov24", settings_in(tmp_path), [laid_out(files, tmp_path / "sent")], DAY)
    assert taken.strange == ("serviceDetail.새항목",)
    assert "새 글" not in taken.kept.path.read_text("utf-8")


def test_only_the_newest_accepted_imports_are_kept_and_the_one_before_is_among_them(tmp_path: Path) -> None:
    settings, files = settings_in(tmp_path), files_of("youth")
    for number in range(1, 6):
        take_over("youth", settings, [laid_out(shrunk(files, 10 + number), tmp_path / "sent")], f"2026-0{number}-01")
    kept = sorted(path.name[:10] for path in (imports_folder(settings) / "youth").glob("*.jsonl"))
    assert kept == ["2026-03-01", "2026-04-01", "2026-05-01"]
