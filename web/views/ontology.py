"""`/ontology`: the vocabulary, generated from the graph, and the JSON-LD context that maps data to it."""

from __future__ import annotations

from flask import Blueprint, Response
from msgspec import Struct

from kg.store.reader.vocabulary import VocabularyTerm
from kg.vocab import KJ
from web.context import settings, site
from web.i18n import current_language
from web.render import render

blueprint = Blueprint("ontology", __name__)


class OntologyPage(Struct, frozen=True):
    """The vocabulary's namespace, classes and properties."""

    namespace: str
    classes: tuple[VocabularyTerm, ...]
    properties: tuple[VocabularyTerm, ...]


@blueprint.get("/ontology")
def page() -> Response:
    """Show the vocabulary."""
    terms = site().reader.vocabulary(current_language())
    classes = tuple(term for term in terms if term.is_class)
    return render("ontology.html", OntologyPage(str(KJ), classes, tuple(term for term in terms if not term.is_class)))


@blueprint.get("/ontology/context.jsonld")
def context() -> Response:
    """Serve the JSON-LD context."""
    site()
    return Response((settings().ontology / "context.jsonld").read_bytes(), content_type="application/ld+json")
