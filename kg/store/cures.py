"""Cures three quirks of the engine above it, so that answers are what SPARQL 1.1 says.

* It returns the columns of `SELECT *` in alphabetical order; people and the clients they use expect the order of the query.
* It answers DESCRIBE without the links that state something of a thing; see `kg.store.describing`.
* It matches a zero-length path (`<x> <p>* ?y`) only where `<x>` is in the graph; section 18.4 matches it always.

A cure is found once in the text and applied where the query runs, because whether a term is in the graph is known only there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kg.errors import QuerySyntaxError
from kg.store.describing import describing
from kg.store.guard import QueryShape
from kg.store.tokens import Token
from kg.store.triples import Block, Pattern, blocks_of

_MOST_COPIES = 4


class PathCure(Struct, frozen=True):
    """Triples that hold a zero-length path from a constant: where they stand, what to write instead, and for which terms it matters.

    `always` is true inside GRAPH, where which graph is read is not known beforehand.
    """

    start: int
    end: int
    text: str
    constants: tuple[str, ...]
    always: bool


class Cure(Struct, frozen=True):
    """What has to be changed in a query before the engine sees it.

    Attributes:
        star: Offset of the `*` of the outermost SELECT; -1 when it has none.
        order: Names of all variables, in the order in which they first stand in the query.
        paths: Paths to rewrite, in order.
        blanks: Start, end and variable of each blank node outside templates: where triples are parted, its label may not stand in both.
        description: The query to run instead of a DESCRIBE; empty for other queries.
    """

    star: int = -1
    order: tuple[str, ...] = ()
    paths: tuple[PathCure, ...] = ()
    blanks: tuple[tuple[int, int, str], ...] = ()
    description: str = ""

    def applied(self, text: str, paths: Sequence[PathCure]) -> str:
        """Return the text with some of the paths rewritten, and blank nodes as variables if there are any such paths."""
        if not paths:
            return text
        inside = {at for path in paths for at in range(path.start, path.end)}
        edits = [(path.start, path.end, path.text) for path in paths] + [blank for blank in self.blanks if blank[0] not in inside]
        for start, end, written in sorted(edits, reverse=True):
            text = f"{text[:start]}{written}{text[end:]}"
        return text


NOTHING = Cure()


def cure_of(shape: QueryShape) -> Cure:
    """Find what has to be changed in a query."""
    if description := describing(shape):
        return Cure(description=description)
    star = _star(shape)
    order = tuple(dict.fromkeys(token.text[1:] for token in shape.tokens if token.kind == "variable")) if star >= 0 else ()
    paths, blanks = _paths(shape)
    return Cure(star, order, paths, blanks)


def with_columns(text: str, cure: Cure, columns: Sequence[str]) -> str:
    """Write the columns of `SELECT *` out, in the order of the query.

    Args:
        columns: Names the engine found to be in scope.
    """
    place = {name: number for number, name in enumerate(cure.order)}
    ordered = sorted((name for name in columns if name in place), key=lambda name: place[name])  # blank nodes are no columns
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


def _paths(shape: QueryShape) -> tuple[tuple[PathCure, ...], tuple[tuple[int, int, str], ...]]:
    if not shape.has_paths:
        return (), ()
    fresh = _fresh_name(shape)
    blanks = _blanks(shape, fresh)
    if blanks and _sees_all(shape):
        return (), ()
    found: list[PathCure] = []
    for block in blocks_of(shape.tokens):
        if block.patterns and any(_needs(pattern) for pattern in block.patterns):
            try:
                found.append(_Rewriting(shape, fresh, blanks).of(block, len(found)))
            except QuerySyntaxError:
                continue  # the engine says what is wrong with it
    return tuple(found), tuple((start, end, name) for start, (end, name) in blanks.items()) if found else ()


def _fresh_name(shape: QueryShape) -> str:
    name = "zero"
    while any(used.startswith(name) for used in shape.variables):
        name += "_"
    return name


def _blanks(shape: QueryShape, fresh: str) -> dict[int, tuple[int, str]]:
    """Return the end and a variable for each blank node by where it stands; those of one label have the same variable."""
    tokens = shape.tokens
    # The template of a CONSTRUCT makes blank nodes; only those of the pattern stand for something.
    first = _behind_template(tokens) if shape.form == "CONSTRUCT" else 0
    numbers: dict[str, int] = {}
    found: dict[int, tuple[int, str]] = {}
    for at, token in enumerate(tokens[first:], first):
        if token.kind == "label":
            found[token.start] = (token.end, f"?{fresh}b{numbers.setdefault(token.text, len(numbers))}")
        elif token.text == "[" and at + 1 < len(tokens) and tokens[at + 1].text == "]":
            found[token.start] = (tokens[at + 1].end, f"?{fresh}a{at}")
    return found


def _behind_template(tokens: Sequence[Token]) -> int:
    return next((at for at, token in enumerate(tokens) if token.text == "}"), len(tokens))


def _sees_all(shape: QueryShape) -> bool:
    """Say whether something in the query counts or passes on all variables, so that there may be none more.

    That is an inner `SELECT *`, `COUNT (DISTINCT *)`, or an outer `*` with no variable beside the blank nodes.
    """
    words = [token.text.upper() for token in shape.tokens]
    stars = [at for at, word in enumerate(words) if word == "*" and at and words[at - 1] in ("SELECT", "DISTINCT", "REDUCED")]
    outer = _star(shape) >= 0
    return len(stars) > outer or (outer and not shape.variables)


def _needs(pattern: Pattern) -> bool:
    ends = (_is_constant(pattern.subject), _is_constant(pattern.object))
    if not 0 < pattern.zero_matches <= _MOST_COPIES or not any(ends):
        return False
    return not all(ends) or _written(pattern.subject) == _written(pattern.object)


def _is_constant(term: Sequence[Token]) -> bool:
    return term[0].kind not in ("variable", "label") and term[0].text != "["


def _written(tokens: Sequence[Token]) -> str:
    return "".join(token.text for token in tokens)


class _Rewriting(Struct, frozen=True):
    """Writes blocks of triples anew; `fresh` begins no variable of the query, `blanks` are its blank nodes as variables."""

    shape: QueryShape
    fresh: str
    blanks: Mapping[int, tuple[int, str]]

    def of(self, block: Block, number: int) -> PathCure:
        kept, groups, constants = [], [], []
        for at, pattern in enumerate(block.patterns):
            triple = f"{self._term(pattern.subject)} {' '.join(token.text for token in pattern.verb)} {self._term(pattern.object)}"
            if not _needs(pattern):
                kept.append(f"{triple} .")
                continue
            constant, other = (pattern.subject, pattern.object) if _is_constant(pattern.subject) else (pattern.object, pattern.subject)
            zero = self._zero_length(constant, other, f"{number}_{at}")
            groups.append(f"{{ {triple} }}" + f" UNION {{ {zero} }}" * pattern.zero_matches)
            constants.append(self.shape.absolute(constant))
        return PathCure(block.start, block.end, " ".join([*kept, *groups, ""]), tuple(constants), block.in_graph)

    def _term(self, term: Sequence[Token]) -> str:
        return self.blanks[term[0].start][1] if term[0].start in self.blanks else _written(term)

    def _zero_length(self, constant: Sequence[Token], other: Sequence[Token], number: str) -> str:
        term, name = _written(constant), f"?{self.fresh}{number}"
        as_object = f"{{ {name}s {name}p {term} }}"
        anywhere = as_object if constant[0].kind not in ("iri", "name") else f"{{ {term} {name}q {name}o }} UNION {as_object}"
        bound = "" if _is_constant(other) else f"VALUES {self._term(other)} {{ {term} }} "
        return f"{bound}FILTER NOT EXISTS {{ {anywhere} }}"
