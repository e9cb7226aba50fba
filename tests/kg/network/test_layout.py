"""Whatever the labels, no two of them and no label and shape share a point, and nothing leaves the picture."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.layout import SHAPE, WIDTH, Box, Layout, columns, columns_room, radial, radial_room

Rectangle = tuple[float, float, float, float]
LABEL_GAP = 7.0

heights = st.integers(1, 6).map(lambda lines: lines * 17.0)
# A thing two steps away stands behind the one it was reached through, so the first is always one step away.
rings = st.lists(st.tuples(heights, st.integers(1, 3)), min_size=1, max_size=40).map(lambda found: [(found[0][0], 1), *found[1:]])


def label(box: Box, layout: Layout, room: float) -> Rectangle:
    """Return the largest rectangle a label may fill: left, top, right, bottom."""
    place = layout.places[box.key]
    if place.side == "below":
        return place.x - room / 2, place.y + SHAPE, place.x + room / 2, place.y + SHAPE + box.height
    left = place.x + SHAPE + LABEL_GAP if place.side == "right" else place.x - SHAPE - LABEL_GAP - room
    return left, place.y - box.height / 2, left + room, place.y + box.height / 2


def shape(box: Box, layout: Layout) -> Rectangle:
    place = layout.places[box.key]
    return place.x - SHAPE, place.y - SHAPE, place.x + SHAPE, place.y + SHAPE


def meet(one: Rectangle, other: Rectangle) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.01 and min(one[3], other[3]) - max(one[1], other[1]) > 0.01


def assert_apart(boxes: list[Box], layout: Layout, rooms: dict[str, float]) -> None:
    labels = {box.key: label(box, layout, rooms[box.key]) for box in boxes}
    shapes = {box.key: shape(box, layout) for box in boxes}
    for one, other in combinations(labels, 2):
        assert not meet(labels[one], labels[other]), (one, other)
        assert not meet(shapes[one], shapes[other]), (one, other)
    for one, rectangle in labels.items():
        assert not any(meet(rectangle, shapes[other]) for other in shapes if other != one), one
        assert rectangle[0] >= -0.01 and rectangle[2] <= WIDTH + 0.01, one
        assert rectangle[1] >= -0.01 and rectangle[3] <= layout.height + 0.01, one


@settings(deadline=None)
@given(heights, rings)
def test_nothing_touches_around_a_middle(middle: float, ring: list[tuple[float, int]]) -> None:
    boxes = [Box(str(number), height, depth) for number, (height, depth) in enumerate(ring)]
    layout = radial(Box("middle", middle), boxes)
    rooms = {"middle": radial_room(0)} | {box.key: radial_room(box.depth) for box in boxes}
    assert_apart([Box("middle", middle), *boxes], layout, rooms)


@settings(deadline=None)
@given(st.lists(st.tuples(heights, st.integers(1, 7)), min_size=1, max_size=40))
def test_nothing_touches_in_columns(found: list[tuple[float, int]]) -> None:
    boxes = [Box(str(number), height, column=column) for number, (height, column) in enumerate(found)]
    assert_apart(boxes, columns(boxes), {box.key: columns_room(boxes) for box in boxes})


def test_the_same_things_are_always_drawn_the_same_way_and_columns_keep_their_order() -> None:
    boxes = [Box("goal", 17, column=1), Box("group", 17, column=5), Box("program", 34, column=3)]
    assert columns(boxes) == columns(list(boxes))
    places = columns(boxes).places
    assert places["goal"].x < places["program"].x < places["group"].x
