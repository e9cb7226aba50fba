"""`/api/eligibility`: verdicts with reasons as JSON (DESIGN section 5), and what can be answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from kg.eligibility.deciding import decide
from web.context import plan, settings, site
from web.i18n import current_language
from web.judged import decision_data, schema_data
from web.limits import json_body
from web.replies import from_json

blueprint = Blueprint("eligibility", __name__)


@blueprint.post("/api/eligibility")
def api() -> Response:
    """Decide every programme of the plan for the answers in the body.

    Raises:
        WebError: the body is no JSON object, or nested too deeply; 415, it is not sent as JSON.
        ProfileError: an answer cannot be read.
    """
    chosen = plan().iri
    catalogue = site().eligibility.catalogue(chosen)
    profile = from_json(json_body(settings()), catalogue.terms)
    return _private(decision_data(decide(catalogue, profile), site().eligibility.texts(chosen, current_language())))


@blueprint.get("/api/eligibility/schema")
def schema() -> Response:
    """List what can be answered, with the words and notations of the answers."""
    chosen = plan().iri
    eligibility = site().eligibility
    return jsonify(schema_data(eligibility.catalogue(chosen), eligibility.texts(chosen, current_language())))


def _private(data: dict[str, Any]) -> Response:
    response = jsonify(data)
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response
