"""Strong Kleene logic over sets of values: what a condition is, and what answers not yet given could still make of it.

A *mask* is the set of values that a condition can still take, as bits: `TRUE`, `FALSE` and `UNKNOWN` (nothing that could be answered
settles it). The Kleene value is true for the mask `TRUE`, false for `FALSE`, and unknown for every other; an unknown value can change
unless its mask is `UNKNOWN` alone. Conditions about different facts are independent, so combining masks loses nothing (S. C. Kleene,
Introduction to Metamathematics, section 64).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Literal

TRUE, FALSE, UNKNOWN = 1, 2, 4
OPEN = TRUE | FALSE
"""Not answered: it will be true or false."""
ANY = OPEN | UNKNOWN
_VALUES = (TRUE, FALSE, UNKNOWN)
Operator = Literal["all", "any", "none", "ambiguous"]
Table = tuple[tuple[int, ...], ...]


def _both(one: int, other: int) -> int:
    if FALSE in (one, other):
        return FALSE
    return TRUE if one == other == TRUE else UNKNOWN


def _either(one: int, other: int) -> int:
    if TRUE in (one, other):
        return TRUE
    return FALSE if one == other == FALSE else UNKNOWN


def _alike(one: int, other: int) -> int:
    """Return the value that the all-of and the any-of reading have in common."""
    return one if one == other else UNKNOWN


def _table(rule: Callable[[int, int], int]) -> Table:
    """Return a rule on values as a table on masks: the set of what the rule makes of each pair."""

    def combined(one: int, other: int) -> int:
        found = 0
        for left, right in product(_VALUES, _VALUES):
            if one & left and other & right:
                found |= rule(left, right)
        return found

    return tuple(tuple(combined(one, other) for other in range(8)) for one in range(8))


_TABLES: dict[str, Table] = {"all": _table(_both), "any": _table(_either), "none": _table(_either), "ambiguous": _table(_alike)}
_NEGATED = tuple((mask & UNKNOWN) | (TRUE if mask & FALSE else 0) | (FALSE if mask & TRUE else 0) for mask in range(8))

Tree = int | tuple[Operator, tuple["Tree", ...]]
"""A condition tree: the number of a test, or an operator over parts."""


def combine(operator: Operator, masks: Iterable[int]) -> int:
    """Return the mask of a combination. At least one mask has to be given."""
    table = _TABLES[operator]
    found = 0
    for mask in masks:
        found = table[found][mask] if found else mask
    return _NEGATED[found] if operator == "none" else found


def evaluate(tree: Tree, masks: list[int]) -> int:
    """Return the mask of a tree.

    Args:
        masks: The mask of each test by its number.
    """
    if isinstance(tree, int):
        return masks[tree]
    operator, parts = tree
    table = _TABLES[operator]
    found = 0
    for part in parts:
        mask = masks[part] if isinstance(part, int) else evaluate(part, masks)
        found = table[found][mask] if found else mask
    return _NEGATED[found] if operator == "none" else found


def numbers(tree: Tree) -> Iterator[int]:
    """Return the numbers of the tests in a tree."""
    if isinstance(tree, int):
        yield tree
    else:
        for part in tree[1]:
            yield from numbers(part)
