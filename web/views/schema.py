"""`/schema`: what the data is made of at a glance: kinds of things, their facts and relations, with how many there are now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, Response

from kg.store.reader.model import Text
from web.answers import shortened
from web.context import site
from web.i18n import current_language
from web.links import path_of
from web.render import render

blueprint = Blueprint("schema", __name__)


@dataclass(frozen=True)
class Target:
    """A kind of thing that a relation leads to."""

    anchor: str
    label: Text
    times: int


@dataclass(frozen=True)
class Property:
    """A fact or relation of a kind: how it is called and written, how often it is stated, and where it leads."""

    label: Text
    written: str
    times: int
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its anchor, names, address in the vocabulary, how many there are, and its facts, most frequent first."""

    anchor: str
    label: Text
    written: str
    url: str
    things: int
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class SchemaPage:
    """All kinds that have things, in the order of the ontology."""

    kinds: tuple[Kind, ...]
    triples: int
    graphs: tuple[tuple[str, int], ...]


@blueprint.get("/schema")
def page() -> Response:
    """Show the kinds of things with their facts, counted in the graph."""
    opened, lang = site(), current_language()
    display, census = opened.reader.display, opened.census
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for kind, name, target, times in opened.schema:
        found[kind][name][target] = times
    kinds = sorted((kind for kind in found if kind in display.kinds), key=lambda one: (display.kinds[one].order, one))

    def property_of(name: str, targets: dict[str, int]) -> Property:
        label = display.phrase(name, lang) or Text("")
        led = (Target(_anchor(one), display.kinds[one].label(lang), times) for one, times in targets.items() if one in display.kinds)
        return Property(label, shortened(name), sum(targets.values()), tuple(led))

    shown = tuple(
        Kind(
            _anchor(one),
            display.kinds[one].label(lang),
            shortened(one),
            path_of(one),
            census.classes.get(one, 0),
            tuple(
                sorted((property_of(name, targets) for name, targets in found[one].items()), key=lambda each: (-each.times, each.written))
            ),
        )
        for one in kinds
    )
    return render("schema.html", SchemaPage(shown, census.triples, tuple(census.graphs.items())))


def _anchor(iri: str) -> str:
    return shortened(iri).replace(":", "-")
