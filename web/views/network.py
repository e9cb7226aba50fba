"""`/network/<id>` and `/api/network`: what is linked with a thing, as a list, a picture, data, and the query that finds the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.wrappers import Response as AnyResponse

from kg.network.around import Neighbourhood, is_derived, neighbourhood, within
from kg.network.asked import naming, of_types
from kg.network.model import Edge, Family
from kg.store.reader.model import Ref, Text
from web.context import services, site, whole_number
from web.drawing import FORMS, Form, Line, draw_network, symbols
from web.errors import WebError
from web.i18n import current_language, gettext
from web.links import iri_of
from web.networks import answered, asked_as_query, bearers, drawn, family_names, heading, meant, named, network, network_url, thing_of
from web.origins import in_order
from web.render import render
from web.views.serves import ChoicePage

blueprint = Blueprint("network", __name__)

FIRST, STEP, MOST, DEEPEST = 12, 24, 400, 3
_FIRST_FAR = 10
"""How many are shown first of more than one step: each of these says through what it was reached, and has more lines."""
_MANY_LINES = 3


class View(Struct, frozen=True):
    """What of the network is asked for."""

    focus: str
    depth: int
    types: tuple[str, ...]
    limit: int
    form: Form

    def url(self, **changes: Any) -> str:
        """Return the address of this view with some parameters changed, from its own page; defaults are left out."""
        asked: dict[str, Any] = {"depth": self.depth, "type": list(self.types), "limit": self.limit, "layout": self.form} | changes
        if "limit" not in changes and self.limit == first_of(self.depth):
            asked["limit"] = first_of(asked["depth"])
        usual = {"depth": 1, "type": [], "limit": first_of(asked["depth"]), "layout": FORMS[0]}
        return "?" + urlencode({name: value for name, value in asked.items() if usual.get(name) != value}, doseq=True)

    @property
    def next_limit(self) -> int:
        """Return the limit that shows some more; never one that would be refused."""
        return min(self.limit + STEP, MOST)

    def around(self) -> Neighbourhood:
        """Return the neighbourhood."""
        return neighbourhood(network(), self.focus, self.depth, self.types, self.limit)


class Tie(Struct, frozen=True):
    """One way in which a thing is linked: heading, roles, what it runs through, lines, whether it follows from others."""

    heading: Text
    roles: tuple[Ref, ...]
    via: Ref | None
    lines: str
    derived: bool


class Neighbour(Struct, frozen=True):
    """A thing in the list: what it is, where a tap leads, how it is linked, and through what when it is further away."""

    ref: Ref
    url: str
    ties: tuple[Tie, ...]
    parent: Ref | None


class Section(Struct, frozen=True):
    """The neighbours of one family."""

    family: Family
    label: str
    neighbours: tuple[Neighbour, ...]


class Filter(Struct, frozen=True):
    """A kind of thing to narrow the view to, or to take the filter away."""

    label: str
    count: int
    chosen: bool
    url: str


class NetworkPage(Struct, frozen=True):
    """The neighbourhood of a thing as list and picture; `more` are left out, of which the next page shows `following`."""

    view: View
    focus: Ref
    shown: int
    sections: tuple[Section, ...]
    filters: tuple[Filter, ...]
    symbols: Markup
    picture: Markup
    more: int
    following: int
    is_actor: bool


def first_of(depth: int) -> int:
    """Return how many things a view of so many steps shows unless told otherwise."""
    return FIRST if depth == 1 else _FIRST_FAR


@blueprint.get("/network/<path:name>")
def page(name: str) -> AnyResponse:
    """Show what is linked with a thing; a name instead of an id leads to the id, `format` to the view as data or as a query.

    Raises:
        WebError: 404 when nothing in the network has this id or name, 400 for a parameter that cannot be.
    """
    iri = iri_of(name)
    if iri not in network().nodes:
        found = meant(iri) or bearers(name)
        if len(found) == 1:
            return redirect(network_url(found[0].iri, **request.args.to_dict(flat=False)), 302)
        if found:
            return render("choices.html", ChoicePage(name, found, "network.page"), 300)
        raise WebError("web.not-in-network", 404, name=name)
    view = _view(iri)
    wanted = request.args.get("format", "")
    if not wanted:
        return render("network.html", _page(view))
    return asked_as_query(query_of(view)) if wanted == "query" else _answer(view.around(), wanted)


@blueprint.get("/api/network")
def api() -> Response:
    """Answer what is linked with `focus` (an IRI or a name) as JSON or another `format`; without a focus, the whole network.

    Raises:
        WebError: 400 for an unknown or ambiguous focus, or a parameter that cannot be.
    """
    wanted = request.args.get("format", "json")
    if not request.args.get("focus"):
        return answered(network().nodes, network().edges, wanted)
    return _answer(_view(thing_of("focus")).around(), wanted)


def _answer(around: Neighbourhood, wanted: str) -> Response:
    return answered(around.distances, around.edges, wanted, around.more)


def _view(focus: str) -> View:
    form = request.args.get("layout", FORMS[0])
    if form not in FORMS:
        raise WebError("web.bad-parameter", name="layout", value=form[:40])
    words = {kind.word for kind in network().kinds.values()}
    types = tuple(dict.fromkeys(word for word in request.args.getlist("type") if word))
    for word in types:
        if word not in words:
            raise WebError("web.unknown-type", value=word[:40], words=", ".join(sorted(words)))
    depth = whole_number("depth", 1, 1, DEEPEST)
    limit = whole_number("limit", first_of(depth), 1, MOST)
    return View(focus, depth, types, limit, "radial" if form == "radial" else "columns")


def query_of(view: View) -> str:
    """Return the SPARQL query that finds the content of a view."""
    return of_types(naming(services().library.text("network-around"), focus=view.around().centres), view.types)


def _page(view: View) -> NetworkPage:
    around, known = view.around(), network()
    refs = named({*around.distances, *(part for edge in around.edges for part in (edge.role, edge.via) if part)})
    ordered = _ordered(around)
    things = [drawn(refs[node], around.distances[node]) for node in ordered]
    lines = [Line(edge.source, edge.target, is_derived(edge)) for edge in around.edges]
    label = gettext("Picture of what is linked with %(name)s", name=refs[view.focus].label.value)
    picture = draw_network(view.form, things, lines, label, family_names())
    families = [name for name in known.families if any(thing.family == name for thing in things)]
    return NetworkPage(
        view,
        refs[view.focus],
        len(around.neighbours),
        _sections(around, refs, ordered),
        _filters(view),
        symbols(families),
        picture,
        around.more,
        len(replace(view, limit=view.next_limit).around().neighbours) - len(around.neighbours),
        known.kind(view.focus).actor,
    )


def _ordered(around: Neighbourhood) -> list[str]:
    """Return the focus, then its neighbours by family; what is further away stands behind the one it was reached through."""
    known = network()
    children: dict[str, list[str]] = defaultdict(list)
    for node in around.neighbours:
        children[around.parents[node]].append(node)
    ordered: list[str] = []

    def add(node: str) -> None:
        ordered.append(node)
        for child in sorted(children[node], key=lambda one: known.families[known.family(one)].order):
            add(child)

    add(around.focus)
    return ordered


def _sections(around: Neighbourhood, refs: Mapping[str, Ref], ordered: Sequence[str]) -> tuple[Section, ...]:
    known, lang = network(), current_language()
    between: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in around.edges:
        between[edge.source, edge.target].append(edge)
        between[edge.target, edge.source].append(edge)
    by_family: dict[str, list[Neighbour]] = defaultdict(list)
    for node in ordered[1:]:
        parent = around.parents[node]
        through = None if parent == around.focus else refs[parent]
        ties = _ties(between[parent, node], parent, refs)
        by_family[known.family(node)].append(Neighbour(refs[node], network_url(node), ties, through))
    families = known.families
    return tuple(Section(families[f], families[f].labels.get(lang, f), tuple(by_family[f])) for f in families if f in by_family)


def _ties(edges: Sequence[Edge], seen_from: str, refs: Mapping[str, Ref]) -> tuple[Tie, ...]:
    """Return how two things are linked; edges that differ only in role or lines are one tie."""
    grouped: dict[tuple[Text, bool, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        # An edition of one of the two things is no news; a third thing in between is.
        via = edge.via if refs.get(edge.via) and refs[edge.via].home not in (edge.source, edge.target) else ""
        grouped[heading(edge, seen_from), is_derived(edge), via].append(edge)
    return tuple(
        Tie(
            called,
            tuple({refs[edge.role]: None for edge in found if edge.role in refs}),
            refs.get(via),
            _few({line: None for edge in found for line in edge.passages}),
            derived,
        )
        for (called, derived, via), found in grouped.items()
    )


def _few(lines: Mapping[str, None]) -> str:
    shown = in_order(lines)
    return ", ".join(shown[:_MANY_LINES]) + (" …" if len(shown) > _MANY_LINES else "")


def _filters(view: View) -> tuple[Filter, ...]:
    """Return a filter for each kind that shows something alone, with the number of things that it then shows."""
    words, known = site().reader.display.words(current_language()), network()
    around = {known.nodes[node].type for node in within(known, view.focus, view.depth)}
    found = {word: len(within(known, view.focus, view.depth, (word,))) for word in around}
    return tuple(
        Filter(
            words.get(word, word),
            count,
            word in view.types,
            view.url(type=[] if word in view.types else [word], limit=first_of(view.depth)),
        )
        for word, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        if count
    )
