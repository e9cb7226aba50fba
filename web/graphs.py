"""Draws a small graph as SVG on the server: every node is a link, and the same triples stand in the table beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import cos, pi, sin
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from web.i18n import gettext
from web.lettering import clean

Edge = tuple[str, str, str, str, str, str, str]
"""IRI, name and address of a node; name of the relation; IRI, name and address of the other node."""

MOST_NODES = 24
_SIZE, _RADIUS, _LETTERS = 720, 270, 16
_THUMB = 23
"""Radius of what a thumb hits, in pixels: the picture is shown at its own size."""


def picture(edges: Sequence[Edge]) -> Markup | None:
    """Return a graph as one `<svg>`, the node with most relations in the middle; None for none or too many nodes."""
    names = {iri: (name, url) for edge in edges for iri, name, url in (edge[:3], edge[4:])}
    if not 2 <= len(names) <= MOST_NODES:
        return None
    degrees = Counter(iri for edge in edges for iri in (edge[0], edge[4]))
    middle, *others = sorted(names, key=lambda iri: (-degrees[iri], iri))
    places = {middle: (_SIZE / 2, _SIZE / 2)}
    for number, iri in enumerate(sorted(others, key=lambda one: names[one][0])):
        angle = 2 * pi * number / len(others) - pi / 2
        places[iri] = (_SIZE / 2 + _RADIUS * cos(angle), _SIZE / 2 + _RADIUS * sin(angle))
    svg = Element(
        "svg", {"class": "graph", "viewBox": f"0 0 {_SIZE} {_SIZE}", "role": "group", "aria-label": gettext("Picture of the relations")}
    )
    for one, _, _, relation, other, _, _ in dict.fromkeys(edges):
        (x1, y1), (x2, y2) = places[one], places[other]
        line = SubElement(svg, "line", {"x1": f"{x1:.0f}", "y1": f"{y1:.0f}", "x2": f"{x2:.0f}", "y2": f"{y2:.0f}"})
        SubElement(line, "title").text = clean(f"{names[one][0]} – {relation} – {names[other][0]}")
    for iri, (x, y) in places.items():
        _node(svg, names[iri], (x, y), iri == middle)
    return Markup(tostring(svg, encoding="unicode"))


def _node(svg: Element, named: tuple[str, str], place: tuple[float, float], is_middle: bool) -> None:
    (name, url), (x, y) = named, place
    node = SubElement(svg, "a", {"href": url}) if url else SubElement(svg, "g")
    SubElement(node, "circle", {"class": "graph__touch", "cx": f"{x:.0f}", "cy": f"{y:.0f}", "r": str(_THUMB)})
    SubElement(node, "circle", {"cx": f"{x:.0f}", "cy": f"{y:.0f}", "r": "13" if is_middle else "9"})
    text = SubElement(node, "text", {"x": f"{x:.0f}", "y": f"{y + (34 if is_middle else 26):.0f}", "text-anchor": "middle"})
    text.text = clean(name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…")
    if len(name) > _LETTERS:
        SubElement(node, "title").text = clean(name)
