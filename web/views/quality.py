"""`/quality`: where a plan disagrees with itself, what to read with care, and what it leaves unsaid."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, jsonify
from msgspec import Struct

from kg.store.reader.model import Ref, Text
from kg.store.reader.quality import Finding, FindingKind, Severity
from web.context import plan, site
from web.i18n import current_language
from web.links import path_of
from web.render import render

blueprint = Blueprint("quality", __name__)

_SHAPE = "shape.violated"


class Unsaid(Struct, frozen=True):
    """One thing the plan leaves unsaid, and of whom."""

    sentence: Text
    things: tuple[Ref, ...]


class QualityPage(Struct, frozen=True):
    """What was found about a plan, what it leaves unsaid, and the plans to choose from."""

    plan: Ref
    severities: tuple[Severity, ...]
    unsaid: tuple[Unsaid, ...]
    plans: tuple[Ref, ...]


@blueprint.get("/quality")
def page() -> Response:
    """Show what was found about the chosen plan."""
    lang, chosen = current_language(), plan()
    return render("quality.html", QualityPage(chosen, site().reader.findings(chosen, lang), _unsaid(chosen, lang), site().plans[lang]))


@blueprint.get("/api/quality")
def api() -> Response:
    """Answer the same as JSON: findings with severity, kind, sentence, what they are about, figures and lines."""
    chosen = plan()
    rows = [
        _json(severity, kind, finding)
        for severity in site().reader.findings(chosen, current_language())
        for kind in severity.kinds
        for finding in kind.findings
    ]
    return jsonify({"plan": chosen.iri, "total": len(rows), "findings": rows})


def _json(severity: Severity, kind: FindingKind, finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.iri,
        "severity": severity.ref.notation,
        "kind": kind.ref.notation,
        "label": kind.ref.label.value,
        "sentence": finding.sentence.value,
        "about": [_thing(ref) for ref in finding.about],
        "figures": [_thing(ref) for ref in finding.figures],
        "lines": [f"{passage.start}-{passage.end}" for passage in finding.passages],
        "foundBy": "reader" if finding.reviewed else "rule",
    }


def _thing(ref: Ref) -> dict[str, str]:
    return {"id": ref.iri, "name": ref.label.value, "url": path_of(ref.iri)}


def _unsaid(chosen: Ref, lang: str) -> tuple[Unsaid, ...]:
    """Group what the build noted as unsaid by the sentence that says so, the most frequent first."""
    grouped: dict[str, set[str]] = defaultdict(set)
    for fault in site().snapshot.findings():
        facts = fault["facts"]
        if fault["code"] == _SHAPE and fault["severity"] == "info" and facts.get("iri", "").startswith(chosen.iri + "/"):
            grouped[facts.get(lang) or facts["ko"]].add(facts["iri"])
    refs = site().reader.display.refs(set().union(*grouped.values()) if grouped else (), lang)
    place = site().reader.display.place
    found = [
        Unsaid(Text(sentence, lang), tuple(sorted((refs[thing] for thing in things if thing in refs), key=place)))
        for sentence, things in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.things), one.sentence.value)))
