"""Draws a part of the network as SVG: every node is a link with a shape, a colour and a name; no script, no inline style.

`kg.network.layout` says where things are; `site.css` has the colours (`.net__…`). Edges are decoration for the eye only: what they say
stands in the list beside the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import hypot
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup
from msgspec import Struct

from kg.network.layout import SHAPE, WIDTH, Box, Layout, Place, Point, cleared, columns, columns_room, radial, radial_room, routes
from web.lettering import clean, em, wrapped

Form = Literal["radial", "columns"]
FORMS: tuple[Form, ...] = ("radial", "columns")

_SIZE, _LEADING, _GAP, _ROUND = 13.5, 17.0, 7.0, 8.0
_KEYS, _KEY_ROW = 3, 38.0
"""The key stands below the picture: how many shapes in a row, and how tall a row is; a word takes at most two lines."""

SHAPES: Mapping[str, str] = {
    "goal": "M0-12L3.2-4L12-3.4L5.2 2L7.4 10.6L0 6L-7.4 10.6L-5.2 2L-12-3.4L-3.2-4Z",
    "strategy": "M-5.8-10H5.8L11.5 0L5.8 10H-5.8L-11.5 0Z",
    "program": "M-10 0A10 10 0 1 1 10 0A10 10 0 1 1-10 0Z",
    "center": "M0-12L12 0L0 12L-12 0Z",
    "university": "M0-11.5L11.5 9H-11.5Z",
    "organization": "M0-11.5L11-3.5L6.8 9.5H-6.8L-11-3.5Z",
    "place": "M0 11.5L-11.5-9H11.5Z",
    "group": "M-9.5-9.5H9.5V9.5H-9.5Z",
    "subject": "M-3.6-10.5H3.6V-3.6H10.5V3.6H3.6V10.5H-3.6V3.6H-10.5V-3.6H-3.6Z",
}
"""Outline of each family's shape around its middle; a test holds the families of `ontology/network.ttl` against it."""


class Drawn(Struct, frozen=True):
    """A thing in a picture: key, name and kind as people read them, family, where a tap leads, steps away, column, language of the name.

    The language is empty where it is the page's own.
    """

    key: str
    name: str
    kind: str
    family: str
    url: str
    depth: int = 1
    column: int = 0
    lang: str = ""


class Line(Struct, frozen=True):
    """A line between two things; `faint` when it follows from other statements."""

    start: str
    end: str
    faint: bool = False


def draw_network(form: Form, things: Sequence[Drawn], lines: Iterable[Line], label: str, families: Mapping[str, str]) -> Markup:
    """Draw things and the lines between them, and below them what each shape means.

    Args:
        things: In reading order; the first is the one in the middle.
        label: What the picture shows, for people who do not see it.
        families: Names of families by key; those of the things are told.
    """
    drawn = list(lines)
    if form == "radial":
        layout, words = _radial(things)
    else:
        layout, words, order = _columns(things, drawn)
        things = sorted(things, key=lambda thing: order.index(thing.key))
    keys = {key: name for key, name in families.items() if any(thing.family == key for thing in things)}
    height = layout.height + -(-len(keys) // _KEYS) * _KEY_ROW
    size = {"viewBox": f"0 0 {WIDTH:.0f} {height:.0f}", "width": f"{WIDTH:.0f}", "height": f"{height:.0f}"}
    svg = Element("svg", {"class": "net__picture", "role": "group", "aria-label": clean(label), **size})
    _strokes(svg, layout, drawn)
    for thing in things:
        link = SubElement(svg, "a", {"href": thing.url, "aria-label": clean(f"{thing.name} ({thing.kind})")})
        if thing.lang:
            link.set("lang", thing.lang)
        if thing is things[0]:
            link.set("aria-current", "true")
        _node(link, thing, layout.places[thing.key], words[thing.key])
    _key(svg, keys, layout.height)
    return Markup(tostring(svg, encoding="unicode"))


def symbols(families: Iterable[str]) -> Markup:
    """Return the shapes of families as definitions that pictures and keys refer to."""
    svg = Element("svg", {"class": "net__symbols", "width": "0", "height": "0", "aria-hidden": "true"})
    for family in families:
        group = SubElement(svg, "g", {"id": f"f-{family}", "class": f"net__{family}"})
        SubElement(group, "circle", {"r": "22", "class": "net__hit"})
        SubElement(group, "path", {"d": SHAPES[family]})
    return Markup(tostring(svg, encoding="unicode"))


def _radial(things: Sequence[Drawn]) -> tuple[Layout, dict[str, list[str]]]:
    words = {thing.key: _wrapped(thing.name, radial_room(0 if thing is things[0] else thing.depth)) for thing in things}
    boxes = [Box(thing.key, len(words[thing.key]) * _LEADING, thing.depth) for thing in things]
    return radial(boxes[0], boxes[1:]), words


def _columns(things: Sequence[Drawn], lines: Iterable[Line]) -> tuple[Layout, dict[str, list[str]], list[str]]:
    """Return the layout, the words of labels and the order in which things are read, which is that of the columns from the top."""
    room = columns_room([Box(thing.key, 0, column=thing.column) for thing in things])
    words = {thing.key: _wrapped(thing.name, room) for thing in things}
    boxes = [Box(t.key, len(words[t.key]) * _LEADING, t.depth, t.column, max(map(em, words[t.key])) * _SIZE) for t in things]
    ordered = cleared(boxes, list({(min(line.start, line.end), max(line.start, line.end)): None for line in lines}))
    return columns(ordered), words, [box.key for box in ordered]


def _wrapped(name: str, room: float) -> list[str]:
    return wrapped(clean(name), room / _SIZE)


def _key(svg: Element, names: Mapping[str, str], top: float) -> None:
    """Say below a picture what its shapes mean; each node says its kind to those who do not see it."""
    key, wide = SubElement(svg, "g", {"aria-hidden": "true"}), WIDTH / _KEYS
    for place, (family, name) in enumerate(names.items()):
        x, y = wide * (place % _KEYS) + SHAPE + _GAP, top + _KEY_ROW * (place // _KEYS) + SHAPE
        SubElement(key, "use", {"href": f"#f-{family}", "x": f"{x:.0f}", "y": f"{y:.0f}"})
        _label(key, _wrapped(name, wide - 2 * SHAPE - 4 * _GAP), x + SHAPE + _GAP, y + 5, "")


def _strokes(svg: Element, layout: Layout, lines: Iterable[Line]) -> None:
    # The same two things in either direction are one stroke, and what is stated hides what follows from it.
    faint: dict[tuple[str, str], bool] = {}
    for line in lines:
        pair = (min(line.start, line.end), max(line.start, line.end))
        faint[pair] = line.faint and faint.get(pair, True)
    drawn: dict[bool, list[str]] = {False: [], True: []}
    for pair, points in zip(faint, routes(layout, list(faint)), strict=True):
        drawn[faint[pair]].append(_stroke(points))
    for is_faint, strokes in drawn.items():
        if strokes:
            SubElement(svg, "path", {"class": "net__line net__line--faint" if is_faint else "net__line", "d": "".join(strokes)})


def _stroke(points: Sequence[Point]) -> str:
    """Return the path through points; its corners are rounded."""
    ways = [f"M{_point(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        ways.append(f"L{_point(_near(corner, before))}Q{_point(corner)} {_point(_near(corner, after))}")
    return "".join(ways) + f"L{_point(points[-1])}"


def _near(corner: Point, other: Point) -> Point:
    """Return the point on the way from a corner to another point where its rounding begins."""
    length = hypot(other[0] - corner[0], other[1] - corner[1])
    share = min(_ROUND, length / 2) / length if length else 0.0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _point(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"


def _node(link: Element, thing: Drawn, place: Place, lines: Sequence[str]) -> None:
    SubElement(link, "use", {"href": f"#f-{thing.family}", "x": f"{place.x:.0f}", "y": f"{place.y:.0f}"})
    shift = SHAPE + _GAP
    x, y, kind = {
        "right": (place.x + shift, place.y - (len(lines) - 1) * _LEADING / 2 + 5, ""),
        "left": (place.x - shift, place.y - (len(lines) - 1) * _LEADING / 2 + 5, "l"),
        "below": (place.x, place.y + SHAPE + _LEADING, "m"),
    }[place.side]
    _label(link, lines, x, y, kind)


def _label(parent: Element, lines: Sequence[str], x: float, y: float, kind: str) -> None:
    text = SubElement(parent, "text", {"x": f"{x:.0f}", "y": f"{y:.0f}", **({"class": kind} if kind else {})})
    text.text = lines[0]
    for line in lines[1:]:
        SubElement(text, "tspan", {"x": f"{x:.0f}", "dy": f"{_LEADING:.0f}"}).text = line
