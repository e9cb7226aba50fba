"""Cures three quirks of the engine above it, so that answers are what SPARQL 1.1 says.

* It returns the columns of `SELECT *` in alphabetical order; people and the clients they use expect the order of the query.
* It answers DESCRIBE without the links that state something of a thing; see `kg.store.describing`.
* It matches a zero-length path (`<x> <p>* ?y`) only where `<x>` is in the graph; section 18.4 matches it always.

A cure is found once in the text and applied where the query runs, because whether a term is in the graph is known only there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from kg.errors import QuerySyntaxError
from kg.store.describing import describing
from kg.store.guard import QueryShape
from kg.store.tokens import Token
from kg.store.triples import Block, Pattern, blocks_of

_MOST_COPIES = 4


@dataclass(frozen=True)
class PathCure:
    """Triples that hold a zero-length path from a constant: where they stand, what to write instead, and for which terms it matters.

    `always` is true inside GRAPH, where which graph is read is not known beforehand.
    """

    start: int
    end: int
    text: str
    constants: tuple[str, ...]
    always: bool


@dataclass(frozen=True)
class Cure:
    """What has to be changed in a query before the engine sees it.

    Attributes:
        star: Offset of the `*` of the outermost SELECT; -1 when it has none.
        order: Names of all variables, in the order in which they first stand in the query.
        paths: Paths to rewrite, in order.
        description: The query to run instead of a DESCRIBE; empty for other queries.
    """

    star: int = -1
    order: tuple[str, ...] = ()
    paths: tuple[PathCure, ...] = ()
    description: str = ""

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read what `dataclasses.asdict` and JSON made of a cure."""
        paths = tuple(PathCure(**{**path, "constants": tuple(path["constants"])}) for path in found["paths"])
        return cls(found["star"], tuple(found["order"]), paths, found["description"])


NOTHING = Cure()


def cure_of(shape: QueryShape) -> Cure:
    """Find what has to be changed in a query."""
    if description := describing(shape):
        return Cure(description=description)
    star = _star(shape)
    order = tuple(dict.fromkeys(token.text[1:] for token in shape.tokens if token.kind == "variable")) if star >= 0 else ()
    return Cure(star, order, _paths(shape))


def with_columns(text: str, cure: Cure, columns: Sequence[str]) -> str:
    """Write the columns of `SELECT *` out, in the order of the query.

    Args:
        columns: Names the engine found to be in scope.
    """
    place = {name: number for number, name in enumerate(cure.order)}
    ordered = sorted(columns, key=lambda name: place.get(name, len(place)))
    if not ordered or ordered == list(columns):
        return text
    return f"{text[: cure.star]} {' '.join(f'?{name}' for name in ordered)} {text[cure.star + 1 :]}"


def _star(shape: QueryShape) -> int:
    if shape.form != "SELECT":
        return -1
    at = next(number for number, token in enumerate(shape.tokens) if token.kind == "word" and token.text.upper() == "SELECT") + 1
    if shape.tokens[at : at + 1] and shape.tokens[at].text.upper() in ("DISTINCT", "REDUCED"):
        at += 1
    return shape.tokens[at].start if at < len(shape.tokens) and shape.tokens[at].text == "*" else -1


def _paths(shape: QueryShape) -> tuple[PathCure, ...]:
    if not shape.has_paths or any(token.kind == "label" for token in shape.tokens):
        return ()  # a blank node's label may not stand in two groups
    found: list[PathCure] = []
    for block in blocks_of(shape.tokens):
        if block.patterns and any(_needs(pattern) for pattern in block.patterns):
            try:
                found.append(_rewritten(shape, block, len(found)))
            except QuerySyntaxError:
                continue  # the engine says what is wrong with it
    return tuple(found)


def _needs(pattern: Pattern) -> bool:
    ends = (_is_constant(pattern.subject), _is_constant(pattern.object))
    if not 0 < pattern.zero_matches <= _MOST_COPIES or not any(ends):
        return False
    return not all(ends) or _written(pattern.subject) == _written(pattern.object)


def _is_constant(term: Sequence[Token]) -> bool:
    return term[0].kind not in ("variable", "label")


def _written(tokens: Sequence[Token]) -> str:
    return "".join(token.text for token in tokens)


def _rewritten(shape: QueryShape, block: Block, number: int) -> PathCure:
    kept, groups, constants = [], [], []
    for at, pattern in enumerate(block.patterns):
        triple = f"{_written(pattern.subject)} {' '.join(token.text for token in pattern.verb)} {_written(pattern.object)}"
        if not _needs(pattern):
            kept.append(f"{triple} .")
            continue
        constant, other = (pattern.subject, pattern.object) if _is_constant(pattern.subject) else (pattern.object, pattern.subject)
        zero = _zero_length(constant, other, f"{number}_{at}")
        groups.append(f"{{ {triple} }}" + f" UNION {{ {zero} }}" * pattern.zero_matches)
        constants.append(shape.absolute(constant))
    return PathCure(block.start, block.end, " ".join([*kept, *groups, ""]), tuple(constants), block.in_graph)


def _zero_length(constant: Sequence[Token], other: Sequence[Token], number: str) -> str:
    term, name = _written(constant), f"?zero{number}"
    as_object = f"{{ {name}s {name}p {term} }}"
    anywhere = as_object if constant[0].kind not in ("iri", "name") else f"{{ {term} {name}q {name}o }} UNION {as_object}"
    bound = "" if _is_constant(other) else f"VALUES {_written(other)} {{ {term} }} "
    return f"{bound}FILTER NOT EXISTS {{ {anywhere} }}"
