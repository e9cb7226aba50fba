"""A sum the plan states has to hold; one of which the plan itself falls short is reported with its arithmetic and stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.build.check import Checked
from kg.errors import Fault, SourceFaults

CHECKS = "seodaemun-2022/checks.yaml"
BROKEN = """checks:
- label: 과제의 사업비는 구비와 같다
  lines: 1383
  total: {about: task:2-3, ofMeasure: measure:budget, fundingSource: funding:total}
  parts: {about: task:2-3, ofMeasure: measure:budget, fundingSource: funding:district}
"""
REPORTED = BROKEN + "  severity: report\n  remark: 국비가 빠져 있다\n"


def findings(checks: str, data: Path, check: Callable[[], Checked]) -> tuple[list[Fault], int]:
    (data / CHECKS).write_text(checks, "utf-8")
    checked = check()
    return [fault for fault in checked.findings if fault.path == CHECKS], checked.counts["totals"]


def faults(checks: str, data: Path, check: Callable[[], Checked]) -> list[tuple[int, str]]:
    (data / CHECKS).write_text(checks, "utf-8")
    with pytest.raises(SourceFaults) as caught:
        check()
    return [(fault.line, fault.code) for fault in caught.value.faults if fault.severity == "violation"]


def test_a_sum_that_does_not_hold_stops_the_build(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    assert faults(BROKEN, data_copy, check_copy) == [(2, "check.sum-broken")]


def test_a_sum_the_plan_contradicts_is_reported_with_its_arithmetic(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    (found,), held = findings(REPORTED, data_copy, check_copy)
    assert (found.line, found.code, found.severity) == (2, "check.plan-contradicts-itself", "info")
    wanted = {"total": "213", "sum": "83", "difference": "130", "remark": "국비가 빠져 있다"}
    assert {name: found.facts[name] for name in wanted} == wanted
    assert held == 0


def test_a_reported_sum_that_holds_after_all_is_said_to_hold(data_copy: Path, check_copy: Callable[[], Checked]) -> None:
    whole = REPORTED.replace("fundingSource: funding:district", "fundingSource: [funding:national, funding:district]")
    (found,), held = findings(whole, data_copy, check_copy)
    assert (found.line, found.code, found.severity) == (2, "check.sum-holds-after-all", "info")
    assert held == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  remark: 국비가 빠져 있다\n", "", "check.incomplete"),
        ("severity: report", "severity: info", "source.unknown-word"),
        ("severity: report", "severity: [report]", "source.unknown-word"),
        ("about: task:2-3, ofMeasure: measure:budget, fundingSource: funding:total", "about: task:2-3", "check.not-one-total"),
    ],
)
def test_a_report_needs_a_remark_and_is_checked_like_any_other(
    old: str, new: str, code: str, data_copy: Path, check_copy: Callable[[], Checked]
) -> None:
    assert [found for _, found in faults(REPORTED.replace(old, new, 1), data_copy, check_copy)] == [code]


def test_a_sum_that_holds_only_within_its_tolerance_counts_as_holding_and_is_told_as_rounded(
    data_copy: Path, check_copy: Callable[[], Checked]
) -> None:
    parts = "parts: [{about: task:2-3, fundingSource: funding:national}, {about: task:2-3, ofMeasure: measure:jobs-target}]"
    rounded = BROKEN.replace("parts: {about: task:2-3, ofMeasure: measure:budget, fundingSource: funding:district}", parts)
    (data_copy / CHECKS).write_text(rounded + '  tolerance: "5"\n', "utf-8")
    checked = check_copy()
    (found,) = [fault for fault in checked.findings if fault.facts.get("kindEn") == "Sum of rounded values"]
    assert "적힌 합계는 213, 더한 값은 88 + 130 = 218입니다(차이 -5)" in found.facts["ko"]
    assert checked.counts["totals"] == 1
