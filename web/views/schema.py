"""`/schema`: what the data is made of at a glance: kinds of things, their facts and relations, with how many there are now."""

from __future__ import annotations

import re
from collections import defaultdict

from flask import Blueprint, Response, jsonify
from msgspec import Struct

from kg.store.reader.model import Text
from kg.vocab import ID
from web.answers import shortened
from web.context import services, site
from web.i18n import current_language
from web.links import path_of
from web.render import render

blueprint = Blueprint("schema", __name__)

_LEFT_OUT = frozenset({"", "figure", "computed-figure", "finding", "remark", "criterion", "condition", "support", "passage", "section"})
_SAFE = re.compile(r"[a-z-]+:[\w-]+")


class Target(Struct, frozen=True):
    """A kind of thing that a relation leads to."""

    anchor: str
    label: Text
    times: int


class Property(Struct, frozen=True):
    """A fact or relation of a kind: how it is called and written, how often it is stated, and where it leads."""

    label: Text
    written: str
    times: int
    targets: tuple[Target, ...]


class Kind(Struct, frozen=True):
    """A kind of thing: its anchor, names, address in the vocabulary, how many there are, and its facts, most frequent first."""

    anchor: str
    label: Text
    written: str
    url: str
    things: int
    properties: tuple[Property, ...]


class SchemaPage(Struct, frozen=True):
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


@blueprint.get("/schema/terms.json")
def terms() -> Response:
    """List what may be written in a query for the editor to complete: how it is written, its name, and what it is."""
    opened, lang = site(), current_language()
    census, reader = opened.census, opened.reader
    prefixes = [[f"{name}:", "", "namespace"] for name in sorted(services().prefixes)]
    classes = [[shortened(one), _label(one), "class"] for one in sorted({*census.classes, *reader.display.kinds})]
    properties = [[shortened(one), _label(one), "property"] for one in sorted(census.properties)]
    named = reader.labels(sorted(one for one in opened.things if one.startswith(ID)), lang)
    things = [[_written(ref.iri), ref.label.value, "constant"] for ref in named.values() if ref.word not in _LEFT_OUT]
    return jsonify({"terms": [*prefixes, *classes, *properties, *things]})


def _label(iri: str) -> str:
    display, lang = site().reader.display, current_language()
    if iri in display.kinds:
        return display.kinds[iri].label(lang).value
    phrase = display.phrase(iri, lang)
    return phrase.value if phrase else ""


def _written(iri: str) -> str:
    short = shortened(iri)
    return short if _SAFE.fullmatch(short) else f"<{iri}>"


def _anchor(iri: str) -> str:
    return shortened(iri).replace(":", "-")
