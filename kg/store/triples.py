"""Finds the triple patterns of a query in its tokens, with how often each path matches a term that the graph does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kg.store.tokens import Token

_TERMS = frozenset({"iri", "name", "variable", "string", "number", "label"})
_OPENS, _CLOSES = frozenset("({["), frozenset(")}]")
_GROUP_WORDS = frozenset({"OPTIONAL", "MINUS", "UNION", "GRAPH", "WHERE", "EXISTS", "NOT", "LATERAL", "FILTER", "BIND", "VALUES", "SELECT"})


class Pattern(Struct, frozen=True):
    """One triple pattern as tokens; `zero_matches` is how many solutions of length zero its path has from a term outside the graph."""

    subject: tuple[Token, ...]
    verb: tuple[Token, ...]
    object: tuple[Token, ...]
    zero_matches: int


class Block(Struct, frozen=True):
    """A run of triple patterns in the text; `patterns` is empty where it holds brackets that nest triples."""

    start: int
    end: int
    patterns: tuple[Pattern, ...]
    in_graph: bool


class _Nested(Exception):
    """Triples that nest others, or that are no triples; they are left as they are."""


def blocks_of(tokens: Sequence[Token]) -> tuple[Block, ...]:
    """Return the runs of triple patterns of a query, in order."""
    at = next((number for number, token in enumerate(tokens) if token.text == "{"), len(tokens))
    return tuple(_walk(tokens, at, len(tokens), False))


def _walk(tokens: Sequence[Token], at: int, end: int, in_graph: bool) -> Iterator[Block]:
    while at < end:
        token = tokens[at]
        word = token.text.upper() if token.kind == "word" else ""
        if token.text == "{":
            close = _closing(tokens, at, end)
            yield from _walk(tokens, at + 1, close, in_graph)
            at = close + 1
        elif word == "GRAPH":
            at = _next_brace(tokens, at, end)
            close = _closing(tokens, at, end)
            yield from _walk(tokens, at + 1, close, True)
            at = close + 1
        elif word == "VALUES":
            at = _closing(tokens, _next_brace(tokens, at, end), end) + 1
        elif word == "SELECT":
            at = _next_brace(tokens, at, end)
        elif word in ("GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET"):
            at = _next_brace(tokens, at, end)  # modifiers end a query; only VALUES may follow
        elif word and word not in ("A", "TRUE", "FALSE"):
            behind = _behind_word(tokens, at, end)
            yield from _groups_within(tokens, at, behind, in_graph)
            at = behind
        elif token.kind in _TERMS or word or token.text in ("[", "(", "+", "-"):
            stop = _end_of_block(tokens, at, end)
            yield Block(token.start, tokens[stop - 1].end, _patterns(tokens[at:stop]), in_graph)
            at = stop
        else:
            at += 1


def _behind_word(tokens: Sequence[Token], at: int, end: int) -> int:
    """Return what follows a keyword; the expression behind FILTER or BIND is passed over, a group is not."""
    word, at = tokens[at].text.upper(), at + 1
    if word in ("FILTER", "BIND"):
        while at < end and tokens[at].text not in ("(", "{"):
            at += 1
        if at < end and tokens[at].text == "(":
            return _closing(tokens, at, end) + 1
    elif word not in _GROUP_WORDS and at < end and tokens[at].text == "(":
        return _closing(tokens, at, end) + 1
    return at


def _groups_within(tokens: Sequence[Token], at: int, end: int, in_graph: bool) -> Iterator[Block]:
    """Walk the groups of EXISTS inside an expression that is passed over."""
    while (at := _next_brace(tokens, at, end)) < end:
        close = _closing(tokens, at, end)
        yield from _walk(tokens, at + 1, close, in_graph)
        at = close + 1


def _next_brace(tokens: Sequence[Token], at: int, end: int) -> int:
    return next((number for number in range(at, end) if tokens[number].text == "{"), end)


def _closing(tokens: Sequence[Token], at: int, end: int) -> int:
    depth = 0
    for number in range(at, end):
        depth += (tokens[number].text in _OPENS) - (tokens[number].text in _CLOSES)
        if not depth:
            return number
    return end


def _end_of_block(tokens: Sequence[Token], at: int, end: int) -> int:
    while at < end:
        token = tokens[at]
        if token.text in ("(", "["):
            at = _closing(tokens, at, end)
        elif token.text in ("{", "}") or (token.kind == "word" and token.text.upper() not in ("A", "TRUE", "FALSE")):
            return at
        at += 1
    return end


def _patterns(tokens: Sequence[Token]) -> tuple[Pattern, ...]:
    try:
        return tuple(_Reader(tokens).patterns())
    except _Nested:
        return ()


class _Reader:
    """Reads `subject verb object, object; verb object . …`."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def patterns(self) -> Iterator[Pattern]:
        while self._at < len(self._tokens):
            subject = self._term()
            while True:
                start = self._at
                matches = self._verb()
                verb = tuple(self._tokens[start : self._at])
                yield Pattern(subject, verb, self._term(), matches)
                while self._took(","):
                    yield Pattern(subject, verb, self._term(), matches)
                while self._took(";"):
                    pass
                if self._text() in ("", "."):
                    break
            self._took(".")

    def _text(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _took(self, text: str) -> bool:
        found = self._text() == text
        self._at += found
        return found

    def _next(self) -> Token:
        if self._at == len(self._tokens):
            raise _Nested
        self._at += 1
        return self._tokens[self._at - 1]

    def _term(self) -> tuple[Token, ...]:
        start, token = self._at, self._next()
        if token.text == "[" and self._took("]"):
            return tuple(self._tokens[start : self._at])
        if token.text in ("+", "-"):
            token = self._next()
        if token.kind not in _TERMS and token.text.lower() not in ("true", "false"):
            raise _Nested
        if token.kind == "string" and self._at < len(self._tokens):
            if self._tokens[self._at].kind == "language":
                self._at += 1
            elif self._took("^"):
                self._at += 2
        return tuple(self._tokens[start : self._at])

    def _verb(self) -> int:
        if self._at < len(self._tokens) and self._tokens[self._at].kind == "variable":
            self._at += 1
            return 0
        return self._alternatives()

    def _alternatives(self) -> int:
        matches = self._sequence()
        while self._took("|"):
            matches += self._sequence()
        return matches

    def _sequence(self) -> int:
        matches = self._step()
        while self._took("/"):
            matches *= self._step()
        return matches

    def _step(self) -> int:
        self._took("^")
        token = self._next()
        if token.text == "!":
            self._took("^")
            token = self._next()
            if token.text == "(":
                self._at -= 1
                self._at = _closing(self._tokens, self._at, len(self._tokens)) + 1
            matches = 0
        elif token.text == "(":
            matches = self._alternatives()
            if not self._took(")"):
                raise _Nested
        elif token.kind in ("iri", "name") or token.text == "a":
            matches = 0
        else:
            raise _Nested
        if self._took("*") or self._took("?"):
            return 1
        return min(matches, 1) if self._took("+") else matches
