"""`/api/figures`: any figure of a plan with unit, period, scope, publisher and lines; a sum only where adding up means something."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request

from kg.store.reader.model import Ref
from kg.store.reader.records import TERMS, FigureRecord, why_not_summed
from web.context import plan, site, whole_number
from web.errors import WebError
from web.i18n import current_language, gettext
from web.links import iri_of, path_of
from web.words import N_

blueprint = Blueprint("figures", __name__)

_FEW, _MOST, _SHOWN = 100, 1000, 40
_OWN = frozenset({"plan", "sum", "limit", "offset", "dimension", "line"})
REASONS = {
    "measure": N_("They count different things."),
    "type": N_("They are of different kinds, such as a target and a result."),
    "period": N_("They are of different years."),
    "unit": N_("They are in different units."),
    "scope": N_(
        "They are of different scopes: the plan, a sector, a task, one programme. The same money or people would be counted twice."
    ),
    "rate": N_("Percentages cannot be added up."),
    "total": N_("A total stands among them, beside its own parts."),
    "cut": N_("They are cut in different ways, such as by sex and by age. Each of them counts everybody once more."),
    "part": N_("A part stands beside its whole."),
    "overlap": N_(
        "They are of things that overlap, such as two tasks with one programme. The same money or people would be counted twice."
    ),
    "twice": N_("The same quantity stands among them more than once."),
    "none": N_("There is no number among them."),
}


@blueprint.get("/api/figures")
def api() -> Response:
    """Answer with the figures that fit all parameters, in the order of the lines.

    Parameters named in `TERMS` and `dimension` take an IRI, its last part, or a name; `line` a line of the source; `sum=true` adds up what
    is found.

    Raises:
        WebError: 400 for a parameter that is not known, stands twice or cannot be, for a value no figure of the plan has, and for a sum
            that would mean nothing, with the reasons.
    """
    _check_parameters()
    limit, offset = whole_number("limit", _FEW, 1, _MOST), whole_number("offset", 0, 0, 100_000)
    line = whole_number("line", 0, 1, 10_000_000)
    chosen = plan()
    records = site().reader.records(chosen, current_language())
    _check_values(records)
    found = [record for record in records if _fits(record, line)]
    body: dict[str, Any] = {
        "plan": chosen.iri,
        "total": len(found),
        "figures": [_json(record) for record in found[offset : offset + limit]],
    }
    if request.args.get("sum") == "true":
        body["sum"] = _sum(found)
    return jsonify(body)


def _check_parameters() -> None:
    """Refuse what would be read in another way than meant, or not at all."""
    known = (*TERMS, *sorted(_OWN))
    for name, values in request.args.lists():
        if name not in known:
            raise WebError("web.no-parameter", name=name[:_SHOWN], words=", ".join(known))
        if len(values) > 1 and name != "dimension":
            raise WebError("web.parameter-twice", name=name)
    if request.args.get("sum", "false") not in ("true", "false"):
        raise WebError("web.bad-parameter", name="sum", value=request.args["sum"][:_SHOWN])


def _check_values(records: Iterable[FigureRecord]) -> None:
    """Refuse a value that no figure of the plan has: it is mistyped, and an empty answer would look like a silence of the plan."""
    had: dict[str, set[Ref]] = {name: set() for name in (*TERMS, "dimension")}
    for record in records:
        had["dimension"].update(record.dimensions.values())
        for name in TERMS:
            had[name].update([record.terms[name]] if name in record.terms else ())
    for name, values in request.args.lists():
        for value in values if name in had else ():
            if not any(_is(ref, value) for ref in had[name]):
                raise WebError("web.no-figure-with", name=name, value=value[:_SHOWN])


def _fits(record: FigureRecord, line: int) -> bool:
    wanted = [(name, request.args[name]) for name in TERMS if name in request.args]
    if not all(name in record.terms and _is(record.terms[name], value) for name, value in wanted):
        return False
    if line and not any(start <= line <= end for start, end in record.lines):
        return False
    return all(any(_is(one, value) for one in record.dimensions.values()) for value in request.args.getlist("dimension"))


def _is(ref: Ref, wanted: str) -> bool:
    return wanted in (ref.iri, ref.label.value, ref.iri.rpartition("/")[2]) or iri_of(wanted) == ref.iri


def _sum(records: list[FigureRecord]) -> dict[str, Any]:
    reasons = why_not_summed(records)
    if reasons:
        told = [gettext(REASONS[reason]) for reason in reasons]
        raise WebError("web.no-sum", detail=" ".join(told)).adding(
            reasons=[{"code": code, "detail": text} for code, text in zip(reasons, told, strict=True)]
        )
    values = [record.value for record in records if record.value is not None]
    unit = records[0].terms["unit"]
    return {
        "value": float(sum(values, Decimal(0))),
        "unit": _thing(unit),
        "computedFrom": [record.iri for record in records if record.value is not None],
        "withoutNumber": [record.iri for record in records if record.value is None],
    }


def _json(record: FigureRecord) -> dict[str, Any]:
    terms = {name: _thing(record.terms[name]) if name in record.terms else None for name in (*TERMS, "printedUnit", "status")}
    return {
        "id": record.iri,
        "url": path_of(record.iri),
        **terms,
        "credit": record.credit,
        "portals": [_thing(ref) for ref in record.portals],
        "dimensions": [_thing(ref) for ref in record.dimensions.values()],
        "printed": record.printed,
        "value": float(record.value) if record.value is not None else None,
        "basis": record.basis or None,
        "lines": [f"{start}-{end}" for start, end in record.lines],
    }


def _thing(ref: Ref) -> dict[str, str]:
    return {"id": ref.iri, "name": ref.label.value}
