"""`/path` and `/api/path`: how two things are connected, told as sentences and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from kg.network.asked import of_edges
from kg.network.paths import Path
from kg.store.reader.model import Ref, Text
from web.context import services, site, whole_number
from web.drawing import Line, draw_network, symbols
from web.errors import WebError
from web.i18n import current_language, gettext
from web.networks import (
    answered,
    asked_as_query,
    drawn,
    edge_data,
    family_names,
    heading,
    meant,
    named,
    nearest,
    network,
    node_data,
    thing_of,
)
from web.render import render
from web.telling import Teller

blueprint = Blueprint("path", __name__)

MOST = 3


class Step(Struct, frozen=True):
    """One step of a path: its sentence, the thing it leads to, and the lines that state it."""

    sentence: str
    to: Ref
    heading: Text
    lines: str
    inferred: bool


class Told(Struct, frozen=True):
    """One path as the page shows it."""

    start: Ref
    steps: tuple[Step, ...]
    picture: Markup


class End(Struct, frozen=True):
    """What was asked for as one end: the text of the field, what it means, what it may mean when that is open, names near one unknown."""

    name: str
    text: str
    thing: Ref | None
    candidates: tuple[Ref, ...]
    near: tuple[str, ...]


class PathPage(Struct, frozen=True):
    """The form, and the paths when both ends are known."""

    ends: tuple[End, End]
    paths: tuple[Told, ...]
    asked: bool
    symbols: Markup

    @property
    def same(self) -> bool:
        """Say whether both names mean one thing."""
        one, other = self.ends
        return one.thing is not None and other.thing is not None and one.thing.iri == other.thing.iri

    def other(self, end: End) -> str:
        """Return what the other field means, for links that keep it."""
        return next(one.thing.iri if one.thing else one.text for one in self.ends if one is not end)


@blueprint.get("/path")
def page() -> AnyResponse:
    """Show the form, and how the two things of `from` and `to` are connected; `format` gives the same as data or as a query.

    Raises:
        WebError: 400 for a format that is not there, and with a format when an end is missing, unknown or ambiguous.
    """
    wanted = request.args.get("format", "")
    if wanted:
        return api() if wanted == "json" else _taken_away(wanted)
    ends = (_end("from"), _end("to"))
    things = [end.thing for end in ends if end.thing]
    found = site().paths.paths(things[0].iri, things[1].iri, _limit()) if len(things) == len(ends) else ()
    refs = named(node for path in found for node in path.nodes)
    families = {network().family(node): None for path in found for node in path.nodes}
    told = tuple(_told(path, refs, number) for number, path in enumerate(found, 1))
    return render("path.html", PathPage(ends, told, len(things) == len(ends), symbols(families)))


@blueprint.get("/api/path")
def api() -> Response:
    """Answer the same as JSON.

    Raises:
        WebError: 400 when an end is missing, unknown or ambiguous.
    """
    found = site().paths.paths(thing_of("from"), thing_of("to"), _limit())
    refs = named({*(node for path in found for node in path.nodes), *(edge.role for path in found for edge in path.edges if edge.role)})
    return jsonify({"paths": [_data(path, refs) for path in found]})


def _taken_away(wanted: str) -> AnyResponse:
    found = site().paths.paths(thing_of("from"), thing_of("to"), _limit())
    edges = tuple(dict.fromkeys(edge for path in found for edge in path.edges))
    if wanted == "query":
        return asked_as_query(of_edges(services().library.text("network-edges"), edges))
    return answered(dict.fromkeys(node for path in found for node in path.nodes), edges, wanted)


def _limit() -> int:
    return whole_number("limit", MOST, 1, MOST)


def _end(name: str) -> End:
    text = request.args.get(name, "").strip()
    if len(text) > _longest():
        raise WebError("web.too-long", limit=_longest(), value=len(text))
    found = meant(text) if text else ()
    near = nearest(text) if text and not found else ()
    return End(name, text, found[0] if len(found) == 1 else None, found if len(found) > 1 else (), near)


def _longest() -> int:
    return services().settings.search_chars


def _sentences(path: Path, refs: Mapping[str, Ref]) -> tuple[str, ...]:
    """Tell a path, one sentence for each step."""
    teller = Teller(network(), services().particles, current_language())
    names = {node: refs[node].label.value for node in path.nodes}
    return tuple(teller.tell(edge, start, names) for start, edge in zip(path.nodes, path.edges, strict=False))


def _told(path: Path, refs: Mapping[str, Ref], number: int) -> Told:
    steps = tuple(
        Step(said, refs[end], heading(edge, start), edge.lines, edge.certainty != "Stated")
        for said, edge, start, end in zip(_sentences(path, refs), path.edges, path.nodes, path.nodes[1:], strict=False)
    )
    picture = draw_network(
        "columns",
        [drawn(refs[node], column=place) for place, node in enumerate(path.nodes)],
        _lines(path),
        gettext("Path %(number)s as a picture", number=number),
        family_names(),
    )
    return Told(refs[path.nodes[0]], steps, picture)


def _lines(path: Path) -> list[Line]:
    return [Line(edge.source, edge.target, edge.certainty != "Stated") for edge in path.edges]


def _data(path: Path, refs: Mapping[str, Ref]) -> dict[str, Any]:
    return {
        "nodes": [node_data(refs[node]) for node in path.nodes],
        "edges": [edge_data(edge, refs) for edge in path.edges],
        "sentence": " ".join(_sentences(path, refs)),
        "cost": path.cost,
    }
