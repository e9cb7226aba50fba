"""Draws charts as SVG on the server: no script, no inline style, text that grows with the visitor's own text size.

How to use it: say what is to be drawn as a `Chart` and give it to `draw`; its words (title, description, names, texts of the points) come
translated. `charts.html` has the macro `picture(chart, key)`, which adds the visible heading; `site.css` has the colours.

    chart = Chart("bars", _("Budget by sector"), described(...), names=("A", "B"), series=(Series("", (Point(3, "3"), Point(5, "5"))),))
    draw(chart, "budget")        # the key is unique in the page: it names the parts that screen readers look up

The forms:

- `bars`     lying bars in the order given, from zero, each with its text; several series make groups under each name
- `columns`  the same standing, for points in time; drawn as bars where the texts would not fit beside each other
- `lines`    one line per series over points in time, from zero; first and last text of each stand in the key below
- `stacked`  one bar per name, of full width, divided among the series (parts of a whole); the texts of the parts stand below it

Lengths along the page are shares of the width, heights are in `em`: a chart fits any width and any size of text. A point that is None has
no number: it is shown as a dash, never as zero. Never give counts and shares, or figures of two units or scopes, to one chart.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup
from msgspec import Struct

from web.lettering import clean, em, wrapped

Form = Literal["bars", "columns", "lines", "stacked"]

NARROW = 18.0
"""Width in em of the narrowest chart (280 px); `site.css` gives wider ones to wide texts, in a box that can be scrolled."""
WIDE = 20.0
TONES = 6
"""How many series can be told apart by their pattern or mark."""
_LEAST_TRACK = 5.5
_PLOT = 9.0
_MARKS = "●■▲◆○□"
_NONE = "–"


class Point(Struct, frozen=True):
    """A number and how it is written."""

    number: float
    text: str


class Series(Struct, frozen=True):
    """A point or None for each name of the chart; `own` for the one the reader looks for, such as the plan's own area."""

    name: str
    points: tuple[Point | None, ...]
    own: bool = False


class Chart(Struct, frozen=True):
    """What is to be drawn.

    Attributes:
        description: What there is to see, for people who do not see it.
        names: What the points stand for: categories, or points in time.
        own: Places of the names the reader looks for, from 0.
    """

    form: Form
    title: str
    description: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    own: frozenset[int] = frozenset()

    @property
    def points(self) -> tuple[Point, ...]:
        """Return all points that have a number."""
        return tuple(point for series in self.series for point in series.points if point is not None)


def draw(chart: Chart, key: str) -> Markup:
    """Return a chart as one `<svg role="img">`.

    Args:
        key: Unique in the page, a valid XML name.
    """
    if chart.form == "lines":
        return _lines(chart, key)
    if chart.form == "stacked":
        return _stacked(chart, key)
    width = max(em(text) for text in (*chart.names, *(point.text for point in chart.points)))
    if chart.form == "columns" and len(chart.series) == 1 and (width + 0.1) * len(chart.names) <= WIDE:
        return _columns(chart, key)
    return _bars(chart, key)


class _Picture:
    """An SVG that grows downwards; `y` is where the next part begins, in em."""

    def __init__(self, chart: Chart, key: str, *, wide: bool = False) -> None:
        names = {"class": "chart__picture chart__picture--wide" if wide else "chart__picture", "role": "img"}
        self._svg = Element("svg", {**names, "aria-labelledby": f"{key}-t {key}-d", "width": "100%"})
        SubElement(self._svg, "title", {"id": f"{key}-t"}).text = clean(chart.title)
        SubElement(self._svg, "desc", {"id": f"{key}-d"}).text = clean(chart.description)
        self._key = key
        self.y = 0.0

    def text(self, words: str, at: str, y: float, kind: str = "", dx: float = 0) -> None:
        """Write words on the base line `y`."""
        where = {"x": at, "y": _e(y), "class": f"chart__text {kind}".strip(), **({"dx": _e(dx)} if dx else {})}
        SubElement(self._svg, "text", where).text = clean(words)

    def lines_of(self, words: str, kind: str) -> None:
        """Write words over the whole width, on as many lines as they need."""
        for line in wrapped(words, NARROW):
            self.text(line, "0", self.y + 1.1, kind)
            self.y += 1.4

    def box(self, x: float | str, width: float | str, y: float, height: float, tone: str) -> None:
        """Draw a box: its place and width in percent (or written out), top and height in em."""
        at, wide = (part if isinstance(part, str) else f"{part:.3f}%" for part in (x, width))
        fill = {"fill": f"url(#{self._key}-{tone})"} if tone.isdigit() else {}
        names = {"class": "chart__part" if fill else f"chart__bar chart__bar--{tone}"}
        SubElement(self._svg, "rect", {"x": at, "width": wide, "y": _e(y), "height": _e(height), **names, **fill})

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
        """Draw a line between two points (percent, em)."""
        ends = {"x1": f"{start[0]:.3f}%", "y1": _e(start[1]), "x2": f"{end[0]:.3f}%", "y2": _e(end[1])}
        SubElement(self._svg, "line", {**ends, "class": kind})

    def patterns(self, number: int) -> None:
        """Define the fills that tell parts apart without their colours."""
        definitions = SubElement(self._svg, "defs")
        for tone in range(number):
            size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
            pattern = SubElement(definitions, "pattern", {"id": f"{self._key}-{tone}", **size})
            SubElement(pattern, "rect", {"width": "8", "height": "8", "class": f"chart__ground chart__ground--{tone}"})
            if path := _HATCHES[tone]:
                SubElement(pattern, "path", {"d": path, "class": "chart__hatch"})

    def done(self) -> Markup:
        """Return the picture, as high as what is in it."""
        self._svg.set("height", _e(self.y))
        return Markup(tostring(self._svg, encoding="unicode"))


_HATCHES = ("", "M0 8L8 0M-2 2L2 -2M6 10L10 6", "M4 0V8", "M2 2h2v2h-2z", "M0 4H8", "M0 0L8 8M0 8L8 0")


def _bars(chart: Chart, key: str) -> Markup:
    picture, grouped = _Picture(chart, key), len(chart.series) > 1
    names = [series.name for series in chart.series] if grouped else chart.names
    name_em, value_em = max(map(em, names)), max([em(_NONE), *(em(point.text) for point in chart.points)])
    beside = name_em + value_em + 1.2 + _LEAST_TRACK <= NARROW
    left = (name_em + 0.6) / NARROW * 100 if beside else 0.0
    track = 100 - left - min((value_em + 0.6) / NARROW * 100, 70)
    scale = _Scale(chart, left, track)
    for place, name in enumerate(chart.names):
        if grouped:
            picture.lines_of(name, "chart__text--strong")
        for series in chart.series:
            own = series.own or place in chart.own
            called = series.name if grouped else name
            strong = "chart__text--strong" if own else ""
            if beside:
                picture.text(called, f"{left:.3f}%", picture.y + 1.1, f"chart__text--end {strong}", dx=-0.5)
            else:
                picture.lines_of(called, strong)
            point = series.points[place]
            if point is not None:
                picture.box(*scale.span(point), picture.y + 0.2, 1.1, "own" if own else "other")
            end = scale.end(point) if point is not None else scale.zero
            picture.text(point.text if point else _NONE, f"{end:.3f}%", picture.y + 1.1, strong, dx=0.35)
            picture.y += 1.55 if beside else 1.75
        picture.y += 0.5 if grouped else 0
    if scale.zero > left:
        picture.line((scale.zero, 0), (scale.zero, picture.y), "chart__axis")
    return picture.done()


def _columns(chart: Chart, key: str) -> Markup:
    picture, points, slot = _Picture(chart, key, wide=True), chart.series[0].points, 100 / len(chart.names)
    scale = _Scale(chart, 0, _PLOT)
    top, zero = 1.5, 1.5 + _PLOT - scale.zero
    picture.y = top + _PLOT + (1.5 if scale.low < 0 else 0.2)
    for place, (name, point) in enumerate(zip(chart.names, points, strict=True)):
        middle = f"{slot * (place + 0.5):.3f}%"
        strong = "chart__text--strong" if place in chart.own else ""
        if point is None:
            picture.text(_NONE, middle, zero - 0.4, "chart__text--middle")
        else:
            start, length = scale.span(point)
            first = top + _PLOT - start - length
            picture.box(slot * (place + 0.2), slot * 0.6, first, length, "own" if place in chart.own else "other")
            picture.text(point.text, middle, first + length + 1.1 if point.number < 0 else first - 0.4, f"chart__text--middle {strong}")
        picture.text(name, middle, picture.y + 1.1, f"chart__text--middle {strong}")
    picture.line((0, zero), (100, zero), "chart__axis")
    picture.y += 1.5
    return picture.done()


def _lines(chart: Chart, key: str) -> Markup:
    picture, slot = _Picture(chart, key), 100 / len(chart.names)
    scale = _Scale(chart, 0, _PLOT)
    top, every = 0.7, max(1, ceil(max(map(em, chart.names)) * 1.05 * len(chart.names) / NARROW))
    for tone, series in enumerate(chart.series):
        places = [
            (slot * (place + 0.5), top + _PLOT - scale.end(point, below=True))
            for place, point in enumerate(series.points)
            if point is not None
        ]
        for start, end in pairwise(places):
            picture.line(start, end, f"chart__line chart__line--{tone % TONES}")
        for x, y in places:
            picture.text(_MARKS[tone % TONES], f"{x:.3f}%", y + 0.35, f"chart__mark chart__mark--{tone % TONES}")
    zero = top + _PLOT - scale.zero
    picture.line((0, zero), (100, zero), "chart__axis")
    picture.y = top + _PLOT + 0.4
    for place, name in enumerate(chart.names):
        if place % every == 0:
            picture.text(name, f"{slot * (place + 0.5):.3f}%", picture.y + 1.1, "chart__text--middle")
    picture.y += 1.9
    for tone, series in enumerate(chart.series):
        known = [point.text for point in series.points if point is not None]
        ends = f"{known[0]} → {known[-1]}" if len(known) > 1 else "".join(known)
        picture.text(_MARKS[tone % TONES], "0.5em", picture.y + 1.1, f"chart__mark chart__mark--{tone % TONES}")
        _key_line(picture, series, ends)
    return picture.done()


def _stacked(chart: Chart, key: str) -> Markup:
    picture = _Picture(chart, key)
    picture.patterns(min(len(chart.series), TONES))
    for tone, series in enumerate(chart.series):
        picture.box("0", "1.1em", picture.y + 0.3, 0.9, str(tone % TONES))
        _key_line(picture, series, "")
    picture.y += 0.4
    for place, name in enumerate(chart.names):
        parts = [(tone, series.name, point) for tone, series in enumerate(chart.series) if (point := series.points[place]) is not None]
        whole = sum(max(point.number, 0) for _, _, point in parts)
        picture.lines_of(name, "chart__text--strong")
        at = 0.0
        for tone, _, point in parts:
            width = max(point.number, 0) / whole * 100 if whole else 0.0
            picture.box(at, width, picture.y + 0.2, 1.2, str(tone % TONES))
            at += width
        picture.y += 1.7
        picture.lines_of("\xa0· ".join(_together(f"{called} {point.text}") for _, called, point in parts) or _NONE, "")
        picture.y += 0.6
    return picture.done()


def _key_line(picture: _Picture, series: Series, ends: str) -> None:
    strong = "chart__text--strong" if series.own else ""
    for line in wrapped(f"{series.name}: {_together(ends)}" if ends else series.name, NARROW - 1.6):
        picture.text(line, "1.6em", picture.y + 1.1, strong)
        picture.y += 1.4


def _together(words: str) -> str:
    """Keep words on one line."""
    return words.replace(" ", "\xa0")


class _Scale:
    """Turns numbers into lengths from zero, over a track that begins at `left`; the unit of length is the caller's."""

    def __init__(self, chart: Chart, left: float, track: float) -> None:
        numbers = [point.number for point in chart.points]
        self.low, self.high = min([0.0, *numbers]), max([0.0, *numbers])
        # Halves, because the distance of two numbers may be larger than any number.
        self._half, self._track = self.high / 2 - self.low / 2, track
        self.zero = left + self._length(-self.low)

    def _length(self, number: float) -> float:
        return self._track * (number / 2 / self._half) if self._half else 0.0

    def span(self, point: Point) -> tuple[float, float]:
        """Return where a bar begins and how long it is."""
        length = self._length(abs(point.number))
        return (self.zero - length if point.number < 0 else self.zero), length

    def end(self, point: Point, *, below: bool = False) -> float:
        """Return where a bar ends; that of a number below zero ends at zero unless asked for `below`."""
        return self.zero + self._length(point.number if below else max(point.number, 0.0))


def _e(length: float) -> str:
    return f"{length:.3f}em"
