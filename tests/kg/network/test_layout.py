"""Whatever the labels, no two of them and no label and shape share a point, and nothing leaves the picture."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network.layout import SHAPE, WIDTH, Box, Layout, cleared, columns, columns_room, crossed, radial, radial_room, routes

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


@settings(deadline=None)
@given(st.lists(st.tuples(heights, st.integers(1, 5)), min_size=2, max_size=20), st.data())
def test_a_line_between_things_of_one_column_touches_no_label_and_no_third_shape(
    found: list[tuple[float, int]], data: st.DataObject
) -> None:
    boxes = [Box(str(number), height, column=column) for number, (height, column) in enumerate(found)]
    layout, room = columns(boxes), columns_room(boxes)
    pairs = [(one.key, other.key) for one, other in combinations(boxes, 2) if one.column == other.column]
    pairs = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    for pair, points in zip(pairs, routes(layout, pairs), strict=True):
        assert [points[0], points[-1]] == [(layout.places[key].x, layout.places[key].y) for key in pair]
        for (x, y), (end_x, end_y) in pairwise(points):
            part = (min(x, end_x) - 0.1, min(y, end_y) - 0.1, max(x, end_x) + 0.1, max(y, end_y) + 0.1)
            assert (x == end_x) != (y == end_y) and part[0] > 0 and part[2] < WIDTH
            assert not any(meet(part, label(box, layout, room)) for box in boxes)
            assert not any(meet(part, shape(box, layout)) for box in boxes if box.key not in pair)


def test_lines_past_the_same_height_of_one_column_run_in_lanes_of_their_own_and_others_are_straight() -> None:
    boxes = [Box(key, 17, column=1) for key in "abcd"] + [Box("z", 17, column=2)]
    layout = columns(boxes)
    found = routes(layout, [("a", "c"), ("b", "d"), ("a", "d"), ("a", "z")])
    assert len({points[1][0] for points in found[:3]}) == 3
    assert found[3] == ((layout.places["a"].x, layout.places["a"].y), (layout.places["z"].x, layout.places["z"].y))


def test_the_same_things_are_always_drawn_the_same_way_and_columns_keep_their_order() -> None:
    boxes = [Box("goal", 17, column=1), Box("group", 17, column=5), Box("program", 34, column=3)]
    assert columns(boxes) == columns(list(boxes))
    places = columns(boxes).places
    assert places["goal"].x < places["program"].x < places["group"].x


def test_a_line_through_a_label_is_counted_and_a_swap_clears_it() -> None:
    # The line from a to d runs across the second column at half its height: through the tall label when that stands first, else between both.
    first, low, tall, last = Box("a", 17, 1, 1, 40), Box("b", 17, 1, 2, 60), Box("c", 51, 1, 2, 60), Box("d", 17, 1, 3, 40)
    pairs = [("a", "d")]
    assert crossed([first, low, tall, last], pairs) == 0 < crossed([first, tall, low, last], pairs)
    assert cleared([first, tall, low, last], pairs) == [first, low, tall, last]
    assert crossed([first, tall, low, last], [("a", "c")]) == 0


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(heights, st.integers(1, 4)), min_size=2, max_size=22),
    st.lists(st.tuples(st.integers(0, 21), st.integers(0, 21)), max_size=12),
)
def test_an_order_is_never_made_worse_loses_nothing_and_keeps_what_is_first(
    found: list[tuple[float, int]], ends: list[tuple[int, int]]
) -> None:
    boxes = [Box(str(number), height, column=column, width=80) for number, (height, column) in enumerate(found)]
    pairs = [(str(one), str(other)) for one, other in ends if one < other < len(boxes)]
    order = cleared(boxes, pairs)
    assert sorted(box.key for box in order) == sorted(box.key for box in boxes) and order[0] == boxes[0]
    assert [box.column for box in order] == [box.column for box in boxes]
    assert crossed(order, pairs) <= crossed(boxes, pairs)
