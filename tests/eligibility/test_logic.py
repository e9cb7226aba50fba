"""The logic on sets of values is Kleene's logic on every way in which open conditions can still turn out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.eligibility.logic import FALSE, TRUE, UNKNOWN, Tree, combine, evaluate, numbers

VALUES = (TRUE, FALSE, UNKNOWN)
OPERATORS = ("all", "any", "none", "ambiguous")


def kleene(tree: Tree, values: dict[int, int]) -> int:
    if isinstance(tree, int):
        return values[tree]
    operator, parts = tree
    found = [kleene(part, values) for part in parts]
    all_of = FALSE if FALSE in found else UNKNOWN if UNKNOWN in found else TRUE
    any_of = TRUE if TRUE in found else UNKNOWN if UNKNOWN in found else FALSE
    if operator == "all":
        return all_of
    if operator == "any":
        return any_of
    if operator == "none":
        return {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[any_of]
    return all_of if all_of == any_of else UNKNOWN


@st.composite
def trees(draw: st.DrawFn) -> tuple[Tree, int]:
    """A tree in which each test stands once, and how many tests it has."""
    count = draw(st.integers(1, 5))
    nodes: list[Tree] = list(range(count))
    while len(nodes) > 1:
        size = draw(st.integers(1, min(3, len(nodes))))
        part = (draw(st.sampled_from(OPERATORS)), tuple(nodes[:size]))
        nodes = [*nodes[size:], part] if size > 1 or draw(st.booleans()) else nodes[1:] + nodes[:1]
    return nodes[0], count


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(trees(), st.data())
def test_the_mask_of_a_tree_is_what_it_can_turn_out_to_be(drawn: tuple[Tree, int], data: st.DataObject) -> None:
    tree, count = drawn
    masks = [data.draw(st.integers(1, 7)) for _ in range(count)]
    possible = [[value for value in VALUES if mask & value] for mask in masks]
    expected = 0
    for outcome in product(*possible):
        expected |= kleene(tree, dict(enumerate(outcome)))
    assert evaluate(tree, masks) == expected


@pytest.mark.parametrize(
    ("operator", "masks", "expected"),
    [
        ("all", (TRUE, UNKNOWN), UNKNOWN),
        ("all", (FALSE, UNKNOWN), FALSE),
        ("any", (TRUE, UNKNOWN), TRUE),
        ("none", (FALSE, UNKNOWN), UNKNOWN),
        ("none", (TRUE, UNKNOWN), FALSE),
        ("ambiguous", (TRUE, FALSE), UNKNOWN),
        ("ambiguous", (TRUE, TRUE), TRUE),
        ("ambiguous", (FALSE, FALSE), FALSE),
    ],
)
def test_unknown_is_decided_only_where_both_outcomes_agree(operator: str, masks: tuple[int, ...], expected: int) -> None:
    assert combine(operator, masks) == expected  # type: ignore[arg-type]


def test_the_tests_of_a_tree_are_found_wherever_they_stand() -> None:
    assert list(numbers(("all", (0, ("any", (1, ("none", (2,)))))))) == [0, 1, 2]
