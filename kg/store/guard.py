"""Looks at SPARQL text before any engine does: refuses what this service never does, and says what the query is.

`kg.store.tokens` reads the text; nothing here searches in it, so a word in a string, comment, IRI or name is never mistaken for a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, cast

import pyoxigraph as ox
from msgspec import Struct

from kg.errors import QueryLimitExceeded, QueryNotAllowed, QuerySyntaxError
from kg.store.expecting import explained
from kg.store.results import AnswerKind, Dataset
from kg.store.tokens import Token, syntax_error, tokenize

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

MAX_BYTES = 65536
MAX_NESTING = 100

_KINDS: Mapping[str, AnswerKind] = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_PROLOGUE = {"PREFIX": "prefix: <iri>", "BASE": "<iri>", "VERSION": '"1.1"'}
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_OPENING = frozenset({"{", "[", "(", "<<"})
_CLOSING = frozenset({"}", "]", ")", ">>"})
_PREFIX_OPERATORS = frozenset({"!", "^", "-", "+"})
_DATA_KINDS = frozenset({"word", "name", "iri", "string", "number", "language"})
_DATA_MARKS = frozenset({"(", ")", "^", "+", "-"})
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class QueryShape(Struct, frozen=True):
    """What a query is, as far as it can be told without running it.

    Attributes:
        text: The query as written.
        form: Its form.
        dataset: Graphs of its FROM clauses as absolute IRIs, each once; None when it has no such clause.
        variables: Names of all variables in it, without `?`.
        returned: Names of those outside every group, that is in its projection or solution modifiers.
        tokens: Its tokens.
        prefixes: Namespaces of all prefixes it may use.
        base: Its BASE, or an empty text.
    """

    text: str
    form: Form
    dataset: Dataset | None
    variables: frozenset[str]
    returned: frozenset[str]
    tokens: tuple[Token, ...]
    prefixes: Mapping[str, str] = {}
    base: str = ""

    @property
    def kind(self) -> AnswerKind:
        """Return what its answer is."""
        return _KINDS[self.form]

    @property
    def has_paths(self) -> bool:
        """Say whether a path that may be of length zero can stand in it."""
        return any(token.kind == "mark" and token.text in "*?" for token in self.tokens)

    @property
    def prefixes_used(self) -> frozenset[str]:
        """Return the prefixes of the names in it."""
        return frozenset(token.text.partition(":")[0] for token in self.tokens if token.kind == "name")

    @property
    def canonical(self) -> str:
        """Return its text without comments and with single spaces: two queries that read alike have the same."""
        return " ".join(token.text for token in self.tokens)

    @property
    def repeatable(self) -> bool:
        """Say whether it gives the same answer whenever it is asked of the same data."""
        # The engine also reads `BYRAND()` as two words.
        words = (token.text.upper() for token in self.tokens if token.kind == "word")
        return not any(name in word for word in words for name in _VOLATILE)

    def absolute(self, term: Sequence[Token]) -> str:
        """Return a constant of the query as N-Triples writes it.

        Raises:
            QuerySyntaxError: it is no term.
        """
        written = "".join(token.text for token in term)
        used = {token.text.partition(":")[0] for token in term if token.kind == "name"}
        known = "".join(f"@prefix {name}: <{self.prefixes[name]}> ." for name in used if name in self.prefixes)
        try:
            quad = next(iter(ox.parse(f"{known} <x:s> <x:p> {written} .", ox.RdfFormat.TURTLE, base_iri=self.base or None)))
        except SyntaxError:
            raise syntax_error(self.text, term[0].start, "not a term") from None
        return str(quad.object)

    def pinned(self, error: QuerySyntaxError) -> QuerySyntaxError:
        """Return an engine's syntax error moved to the start of the token it is in, with what could stand there."""
        return explained(self.text, self.tokens, self.base, error)


def inspect(
    text: str,
    prefixes: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    max_nesting: int = MAX_NESTING,
    max_tokens: int | None = None,
) -> QueryShape:
    """Read a query and refuse what cannot or must not be run.

    Args:
        prefixes: Namespaces by prefix that the engine knows without declaration.
        max_bytes: Longest text, in bytes of UTF-8.
        max_nesting: Deepest nesting of braces, brackets, parentheses and prefix operators.
        max_tokens: Most tokens, not counting the data of VALUES; None for any number.
    Raises:
        QuerySyntaxError: it is no SPARQL query; facts `line`, `column` (1-based, in characters), `detail`.
        QueryNotAllowed: it calls a service or is an update; facts `form`, `line`, `column`.
        QueryLimitExceeded: it is too long, too deep or has too many tokens; facts `limit`, `value`, `unit`.
    """
    _check_size(text, max_bytes)
    tokens = tuple(_allowed(text, _counted(_bounded(tokenize(text), max_nesting), max_tokens)))
    names, base, start = _prologue(text, tokens, prefixes or {})
    form = _form(text, tokens, start)
    _check_names(text, tokens[start:], names)
    clauses = tuple(_clauses(text, tokens, start))
    return QueryShape(
        text=text,
        form=form,
        dataset=_dataset(text, clauses, names, base),
        variables=frozenset(token.text[1:] for token in tokens if token.kind == "variable"),
        returned=frozenset(token.text[1:] for token, depth in _with_depth(tokens) if token.kind == "variable" and not depth),
        tokens=tokens,
        prefixes=names,
        base=base,
    )


def _check_size(text: str, max_bytes: int) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise syntax_error(text, error.start, "half of a surrogate pair") from None
    if size > max_bytes:
        raise QueryLimitExceeded(limit="query_bytes", value=max_bytes, unit="bytes", actual=size)


def _bounded(tokens: Iterable[Token], max_nesting: int) -> Iterator[Token]:
    depth = run = 0
    for token in tokens:
        # `!!!x`: each operator before a term costs the engine's parser one level, too.
        run = run + 1 if token.text in _PREFIX_OPERATORS else 0
        if token.text in _OPENING:
            depth += 1
        elif token.text in _CLOSING:
            depth = max(0, depth - 1)
        if depth + run > max_nesting:
            raise QueryLimitExceeded(limit="query_nesting", value=max_nesting, unit="levels")
        yield token


def _counted(tokens: Iterable[Token], max_tokens: int | None) -> Iterator[Token]:
    # The engine works through chains of operators by recursion and orders joins in cubic time, so a short text can end or stall it.
    # The terms of a VALUES block cost it neither; whatever else stands between its braces counts again.
    count = 0
    at: Literal["outside", "header", "data"] = "outside"
    for token in tokens:
        if at == "data" and (token.kind in _DATA_KINDS or token.text in _DATA_MARKS):
            yield token
            continue
        count += 1
        if max_tokens is not None and count > max_tokens:
            raise QueryLimitExceeded(limit="query_tokens", value=max_tokens, unit="tokens")
        if token.kind == "word" and token.text.upper() == "VALUES":
            at = "header"
        elif at == "header" and token.text == "{":
            at = "data"
        elif at != "header" or not (token.kind == "variable" or token.text in ("(", ")")):
            at = "outside"
        yield token


def _allowed(text: str, tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.kind == "word":
            word = token.text.upper()
            # The engine needs no space behind a keyword, and no word of SPARQL holds another's name.
            if "SERVICE" in word or word in _UPDATES:
                raise _not_allowed(text, token, "SERVICE" if "SERVICE" in word else word)
        yield token


def _not_allowed(text: str, token: Token, form: str) -> QueryNotAllowed:
    place = syntax_error(text, token.start, "").facts
    return QueryNotAllowed(form=form, line=place["line"], column=place["column"])


def _prologue(text: str, tokens: Sequence[Token], known: Mapping[str, str]) -> tuple[dict[str, str], str, int]:
    names, base, at = dict(known), "", 0
    while at < len(tokens) and tokens[at].kind == "word":
        word, rest = tokens[at].text.upper(), tokens[at + 1 : at + 3]
        kinds = [token.kind for token in rest]
        if word == "PREFIX" and kinds == ["name", "iri"] and rest[0].text.endswith(":"):
            names[rest[0].text[:-1]] = _resolved(text, rest[1], base)
            at += 3
        elif word == "BASE" and kinds[:1] == ["iri"]:
            base = _resolved(text, rest[0], base)
            at += 2
        elif word == "VERSION" and kinds[:1] == ["string"]:
            at += 2
        elif word in ("PREFIX", "BASE", "VERSION"):
            raise syntax_error(text, tokens[at].start, "incomplete prologue", found=word, expected=_PROLOGUE[word])
        else:
            break
    return names, base, at


def _form(text: str, tokens: Sequence[Token], start: int) -> Form:
    word = tokens[start].text.upper() if start < len(tokens) else ""
    if word not in _KINDS:
        found = {"found": tokens[start].text} if word else {}
        raise syntax_error(text, tokens[start].start if word else len(text), "no form", **found, expected=" ".join(_KINDS))
    return cast(Form, word)


def _with_depth(tokens: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    depth = 0
    for token in tokens:
        depth -= token.text == "}"
        yield token, depth
        depth += token.text == "{"


def _check_names(text: str, tokens: Sequence[Token], names: Mapping[str, str]) -> None:
    before = Token("mark", "", 0)
    for (token, depth), behind in zip(_with_depth(tokens), [*tokens[1:], None], strict=True):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if prefix not in names:
                raise _unknown_prefix(text, token, prefix)
            # `SERVICEex:x {` is one name by the rules of SPARQL, yet the engine calls ex:x.
            opens = behind is not None and behind.text == "{" and text[behind.start + 1 : behind.start + 2] != "|"
            if depth and opens and before.text.upper() != "GRAPH":
                raise _not_allowed(text, token, "SERVICE")
            if not depth and prefix.upper().startswith("FROM") and before.text.upper() not in ("FROM", "NAMED"):
                raise syntax_error(text, token.start, "put a space behind FROM")
        before = token


def _unknown_prefix(text: str, token: Token, prefix: str) -> QuerySyntaxError:
    place = syntax_error(text, token.start, "").facts
    return QuerySyntaxError(**place | {"detail": "prefix not declared", "prefix": prefix})


def _clauses(text: str, tokens: Sequence[Token], start: int) -> Iterator[tuple[Token, ...]]:
    outside = [token for token, depth in _with_depth(tokens[start:]) if not depth]
    for at, token in enumerate(outside):
        if token.kind != "word" or "FROM" not in token.text.upper():
            continue
        # The engine reads `FROMNAMED` as two words; no other word of a prologue or dataset clause holds FROM.
        if token.text.upper() != "FROM":
            raise syntax_error(text, token.start, "put spaces around FROM")
        named = at + 1 < len(outside) and outside[at + 1].text.upper() == "NAMED"
        clause = tuple(outside[at : at + (3 if named else 2)])
        if clause[-1].kind not in ("iri", "name"):
            raise syntax_error(text, token.start, "no graph behind FROM", expected="<iri> prefix:name")
        yield clause


def _dataset(text: str, clauses: Sequence[tuple[Token, ...]], names: Mapping[str, str], base: str) -> Dataset | None:
    if not clauses:
        return None
    graphs: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for clause in clauses:
        graphs[len(clause) == 3][_graph(text, clause[-1], names, base)] = None
    return Dataset(tuple(graphs[False]), tuple(graphs[True]))


def _graph(text: str, token: Token, names: Mapping[str, str], base: str) -> str:
    if token.kind == "iri":
        return _resolved(text, token, base)
    prefix, _, local = token.text.partition(":")
    return names[prefix] + local.replace("\\", "")


def _resolved(text: str, token: Token, base: str) -> str:
    iri = _CODEPOINT.sub(lambda found: chr(int(found[1] or found[2], 16)), token.text)
    try:
        quad = next(iter(ox.parse(f"{iri} <x:p> <x:o> .", ox.RdfFormat.TURTLE, base_iri=base or None)))
    except SyntaxError:
        raise syntax_error(text, token.start, "relative IRI", found=token.text) from None
    return str(quad.subject.value) if isinstance(quad.subject, ox.NamedNode) else ""
