"""The cases in the YAML files beside this one, which a clerk can read and write (README.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from kg.eligibility.answers import Profile, read_profile
from kg.eligibility.deciding import Decision, decide
from kg.eligibility.rules import KINDS, Catalogue, Concept, Judged, Kind
from kg.eligibility.texts import Texts
from kg.vocab import ID

HERE = Path(__file__).parent
ASKERS: Mapping[str, Kind] = dict(zip(("사람", "기업", "기관"), KINDS, strict=True))
ROLES = {"참여": ID + "kr/role/participant", "사람을 받음": ID + "kr/role/host", "도움": ID + "kr/role/beneficiary"}
WORDS = {
    ("eligible", True): "맞음",
    ("likely", True): "적힌 것은 맞음",
    ("likely", None): "문서로는 모름",
    ("undetermined", None): "답하면 앎",
    ("unstated", None): "조건 없음",
    ("ineligible", False): "안 됨",
}
CAUSES = {"not-answered": "답하지 않음", "not-stated": "문서에 없음", "ambiguous": "말이 모호함", None: ""}
TRUTHS = {"예": "true", "아니요": "false"}
YOUNGEST_DAY = date(2022, 3, 2)


def cases() -> list[Any]:
    reader = YAML(typ="safe")
    return [case for path in sorted(HERE.glob("*.yaml")) for case in reader.load(path)]


def field(name: str, catalogue: Catalogue, texts: Texts, asker: Kind) -> Concept:
    found = [one for one in catalogue.terms.concepts.values() if name in (one.notation, texts.names[one.iri].label.value)]
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


def written(concept: Concept, value: object, catalogue: Catalogue, texts: Texts) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in written(concept, one, catalogue, texts)]
    text = str(value)
    sign, bare = (text[0], text[1:]) if text[0] in "-?" and text[1:] and concept.kind != "number" else ("", text)
    if concept.kind == "boolean":
        return [TRUTHS.get(bare, bare)]
    if concept.kind in ("concept", "group") and bare != "?":
        own = {texts.names[one.iri].label.value: one.notation for one in catalogue.terms.values.values() if one.scheme == concept.scheme}
        return [sign + own.get(bare, bare)]
    return [sign + bare]


def profile_of(case: Any, catalogue: Catalogue, texts: Texts) -> Profile:
    asker = ASKERS[case.get("누가", "사람")]
    answers: dict[str, list[str]] = {}
    for name, value in case["답"].items():
        if name == "birthDate":
            answers[name] = [str(value)]
        else:
            concept = field(name, catalogue, texts, asker)
            answers[concept.notation] = written(concept, value, catalogue, texts)
    return read_profile(asker, case.get("날", YOUNGEST_DAY), answers, catalogue.terms)


def find(decision: Decision, program: str, role: str, texts: Texts) -> Judged | None:
    named = [one for one in decision.rows if texts.names[one.row.program].label.value == program and one.row.role == ROLES[role]]
    assert len(named) <= 1, program
    return named[0] if named else None


@pytest.mark.parametrize("case", [pytest.param(case, id=case["문장"]) for case in cases()])
def test_a_case_comes_out_as_it_says(case: Any, catalogue: Catalogue, texts: Texts) -> None:
    decision = decide(catalogue, profile_of(case, catalogue, texts))
    first: Judged | None = None
    for what, expected in case["결과"].items():
        program, role = re.fullmatch(r"(.+) \((.+?)\)", what).groups()  # type: ignore[union-attr]
        judged = find(decision, program, role, texts)
        first = first or judged
        assert (WORDS[judged.verdict, judged.value] if judged else "나오지 않음") == expected, what
    if "까닭" in case:
        assert first is not None
        found = {texts.names[catalogue.tests[one.test].concept].label.value: one for one in decision.reasons(first.row)}
        for name, expected in case["까닭"].items():
            said = {True: "맞음", False: "안 맞음"}.get(found[name].value, CAUSES[found[name].cause])  # type: ignore[arg-type]
            assert said == expected, name


def test_the_cases_name_every_programme_with_conditions_every_verdict_and_every_cause(catalogue: Catalogue, texts: Texts) -> None:
    named = {re.sub(r" \([^()]+\)$", "", what) for case in cases() for what in case["결과"]}
    conditioned = {texts.names[row.program].label.value for rows in catalogue.rows.values() for row in rows if row.tree is not None}
    assert conditioned <= named, conditioned - named
    assert {expected for case in cases() for expected in case["결과"].values()} == {*WORDS.values(), "나오지 않음"}
    assert {said for case in cases() for said in case.get("까닭", {}).values()} >= set(CAUSES.values()) - {""}
    assert len(cases()) >= 60
    assert len({case["문장"] for case in cases()}) == len(cases())
