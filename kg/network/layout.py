"""Places the things of a neighbourhood in a picture, always the same way and so that no label can touch another.

Lengths are in the units of the picture. How tall a label is, the caller knows: labels are given as heights, and each place is given as the
middle of its shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import sqrt
from typing import Literal

from msgspec import Struct

WIDTH = 660.0
SHAPE = 11.0
"""Half the height of a shape."""
_PAD = 14.0
_MARGIN = 6.0
"""What stays free of labels on either side of a column."""
_LANES = (1.0, 3.0, 5.0)
"""How far from the edge of its column a line may run up or down."""
_ROUNDS, _MOST = 3, 20
"""How often an order is gone through to better it, and up to how many things: beyond, it would take longer than the rest of a page."""
_INNER, _BOW, _INDENT = 96.0, 52.0, 26.0

Side = Literal["left", "right", "below"]
Point = tuple[float, float]


class Box(Struct, frozen=True):
    """A thing to be placed: key, height of its label, steps from the middle (1 or more), column and width of the label (for columns)."""

    key: str
    height: float
    depth: int = 1
    column: int = 0
    width: float = 0.0


class Place(Struct, frozen=True):
    """Middle of a shape, and on which side of it the label stands."""

    x: float
    y: float
    side: Side


class Layout(Struct, frozen=True):
    """Where everything is, how tall the picture is (it is `WIDTH` wide), and how wide a column is; 0 where there are none."""

    places: dict[str, Place]
    height: float
    column: float = 0.0


def radial_room(depth: int) -> float:
    """Return how wide a label may be that is so many steps from the middle; 0 is the label of the middle."""
    return 2 * (_INNER - SHAPE) - 16 if depth == 0 else WIDTH / 2 - _INNER - _BOW - SHAPE - 12 - _INDENT * (depth - 1)


def radial(middle: Box, boxes: Sequence[Box]) -> Layout:
    """Place one thing in the middle and the others on two bows around it, from the top right downwards, then from the top left.

    Args:
        boxes: In reading order; what is more than one step away stands behind the one it was reached through, further out.
    """
    whole, right, used = sum(_row(box) for box in boxes), list[Box](), 0.0
    for box in boxes:
        # What hangs on a thing of the right side stays on that side.
        if used + _row(box) / 2 > whole / 2 and box.depth == 1:
            break
        right.append(box)
        used += _row(box)
    left = list(boxes[len(right) :])
    height = max(sum(map(_row, right)), sum(map(_row, left)), 2 * (middle.height + SHAPE + _PAD)) + 2 * _PAD
    places = {middle.key: Place(WIDTH / 2, height / 2 - middle.height / 2, "below")}
    for side, members in (("right", right), ("left", left)):
        places |= _bow(members, height, 1 if side == "right" else -1)
    return Layout(places, height)


def _bow(boxes: Sequence[Box], height: float, direction: int) -> dict[str, Place]:
    gap = (height - 2 * _PAD - sum(map(_row, boxes))) / max(1, len(boxes))
    places, y = {}, _PAD
    for box in boxes:
        middle = y + (gap + _row(box)) / 2
        off = 2 * middle / height - 1
        x = _INNER + _BOW * sqrt(max(0.0, 1 - off * off)) + _INDENT * (box.depth - 1)
        places[box.key] = Place(WIDTH / 2 + direction * x, middle, "right" if direction > 0 else "left")
        y += gap + _row(box)
    return places


def _row(box: Box) -> float:
    return max(2 * SHAPE + 6, box.height + 8)


def columns_room(boxes: Sequence[Box]) -> float:
    """Return how wide a label may be when these are placed in columns."""
    return WIDTH / max(1, len({box.column for box in boxes})) - 2 * _MARGIN


def columns(boxes: Sequence[Box]) -> Layout:
    """Place things in columns from left to right, each from the top in the order given; labels stand below."""
    by_column: dict[int, list[Box]] = defaultdict(list)
    for box in boxes:
        by_column[box.column].append(box)
    tall = {column: sum(2 * SHAPE + 8 + box.height + _PAD for box in members) for column, members in by_column.items()}
    height, wide = max(tall.values()) + _PAD, WIDTH / len(by_column)
    places = {}
    for number, column in enumerate(sorted(by_column)):
        members = by_column[column]
        gap = (height - _PAD - tall[column]) / len(members)
        y = _PAD + gap / 2
        for box in members:
            places[box.key] = Place(wide * (number + 0.5), y + SHAPE, "below")
            y += 2 * SHAPE + 8 + box.height + _PAD + gap
    return Layout(places, height, wide)


def routes(layout: Layout, pairs: Sequence[tuple[str, str]]) -> list[tuple[Point, ...]]:
    """Return the points that the line of each pair runs through, from the middle of one shape to that of the other.

    Lines are straight, but for two things of one column: there a straight line would run through what stands between them. Such a line
    leaves sideways, runs along the edge of the column, where no label is, and comes back. Lines that would run beside each other take turns
    in lanes at the right and the left edge.
    """
    taken: dict[tuple[float, float], list[tuple[float, float]]] = defaultdict(list)
    found = []
    for one, other in pairs:
        start, end = layout.places[one], layout.places[other]
        points: tuple[Point, ...] = ((start.x, start.y), (end.x, end.y))
        if layout.column and start.x == end.x:
            low, high = sorted((start.y, end.y))
            lanes = [start.x + side * (layout.column / 2 - lane) for lane in reversed(_LANES) for side in (1, -1)]
            # The lane in which fewest lines run past the same height; the first of them.
            lane = min(lanes, key=lambda x: sum(low < to and high > at for at, to in taken[start.x, x]))
            taken[start.x, lane].append((low, high))
            points = (points[0], (lane, start.y), (lane, end.y), points[1])
        found.append(points)
    return found


def cleared(boxes: Sequence[Box], pairs: Sequence[tuple[str, str]]) -> list[Box]:
    """Return things to be placed in columns so that fewer lines run through labels: two of a column are swapped while that helps.

    The first stays first, and columns keep their places in the order; more than twenty things are left as they are.
    """
    kept, fewest = list(boxes), crossed(boxes, pairs)
    for _ in range(_ROUNDS if len(kept) <= _MOST else 0):
        before = fewest
        for one, other in combinations(range(1, len(kept)), 2):
            if fewest and kept[one].column == kept[other].column:
                kept[one], kept[other] = kept[other], kept[one]
                found = crossed(kept, pairs)
                if found < fewest:
                    fewest = found
                else:
                    kept[one], kept[other] = kept[other], kept[one]
        if fewest == before:
            break
    return kept


def crossed(boxes: Sequence[Box], pairs: Sequence[tuple[str, str]]) -> int:
    """Return how often, when things stand in columns in this order, a line runs through the label of a third thing."""
    layout = columns(boxes)
    labels = [(box.key, _label(box, layout.places[box.key])) for box in boxes]
    return sum(
        any(_runs_through(start, end, label) for start, end in pairwise(points))
        for pair, points in zip(pairs, routes(layout, pairs), strict=True)
        for key, label in labels
        if key not in pair
    )


def _label(box: Box, place: Place) -> tuple[Point, Point]:
    return (place.x - box.width / 2, place.y + SHAPE), (place.x + box.width / 2, place.y + SHAPE + box.height)


def _runs_through(start: Point, end: Point, label: tuple[Point, Point]) -> bool:
    """Say whether something of a straight line is left between both pairs of sides of a rectangle (Liang, Barsky 1984)."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        step, at = end[axis] - start[axis], start[axis]
        if step == 0:
            if not label[0][axis] < at < label[1][axis]:
                return False
            continue
        entered, left = sorted(((label[0][axis] - at) / step, (label[1][axis] - at) / step))
        first, last = max(first, entered), min(last, left)
    return first < last
