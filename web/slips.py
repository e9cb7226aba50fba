"""Slips of people who are new to SPARQL: what they most likely meant, with the query that says so, or the search where it is no query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice, pairwise

from msgspec import Struct

from kg.errors import QueryError, QuerySyntaxError
from kg.store.guard import QueryShape
from kg.store.reader.examples import Example
from kg.store.reader.model import Text
from kg.store.tokens import Token
from web.answers import AnswerView
from web.context import services, site
from web.hints import Nearest

_CURLY = str.maketrans("“”„‟″‘’‚‛′", "\"\"\"\"\"'''''")
_QUOTED_OR_CURLY = re.compile("\"[^\"\n]*\"|'[^'\n]*'|<[^<>\\s]*>|#[^\n]*|[“”„‟″‘’‚‛′]")
_KEYWORD = re.compile(r"\s*(?:PREFIX|BASE|VERSION|SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_BEHIND_TEXT = (re.compile(r"@[A-Za-z]{2}\b|\^\^"), re.compile(r"\s*[)}\]]"), re.compile(r"[\s.;,]*$"))
"""What stands behind a text, the surest sign first: a bracket may be part of the text."""
_MOST_REPAIRS, _MOST_TEXTS, _MOST_OFFERED = 8, 5, 3
_LEAST_WORD = 2
_CUTOFF = 0.5
_LANGUAGES = ("ko", "en")


class Slip(Struct, frozen=True):
    """Something that can be read and hardly means what was meant.

    Attributes:
        written: The words it stands in.
        nearest: What may have been meant.
        is_column: True for a variable that SELECT names as a column, False for one that is only counted, sorted by and the like.
    """

    written: str
    nearest: tuple[Nearest, ...]
    is_column: bool = True


def mended(query: str, error: QuerySyntaxError) -> Nearest | None:
    """Return the query with straight quotation marks, with the marks that are missing, or without what is SQL, when it can be read."""
    if sparql := _from_sql(query):
        written = zip(query.split("\n"), sparql.split("\n"), strict=True)
        return Nearest(next(after.strip() for before, after in written if before != after), Text(""), sparql)
    straight = _QUOTED_OR_CURLY.sub(lambda found: found[0].translate(_CURLY) if len(found[0]) == 1 else found[0], query)
    for text in (straight,) if straight != query else _closed(query, error):
        if repaired := _repaired(text):
            return Nearest(repaired.strip().splitlines()[-1] if straight == query else '"', Text(""), repaired)
    return None


def _from_sql(query: str) -> str:
    """Return a query without what SPARQL has otherwise: commas between columns, names behind AS without a question mark, ORDER without BY.

    An empty text where it has none of these, or cannot be read.
    """
    try:
        tokens = site().queries.inspect(query).tokens
    except QueryError:
        return ""
    edits: list[tuple[int, int, str]] = []
    parentheses, is_select = 0, False
    for before, token in pairwise(tokens):
        word = before.text.upper() if before.kind == "word" else ""
        is_select = (is_select or word == "SELECT") and token.text != "{"
        parentheses += (token.text == "(") - (token.text == ")")
        if is_select and token.text == "," and not parentheses:
            edits.append((token.start, token.end, ""))
        elif word == "AS" and token.kind == "word":
            edits.append((token.start, token.start, "?"))
        elif word in ("ORDER", "GROUP") and token.kind == "variable":
            edits.append((token.start, token.start, "BY "))
    for start, end, written in reversed(edits):
        query = query[:start] + written + query[end:]
    return query if edits else ""


def _repaired(query: str) -> str:
    """Return the query with the brackets that are missing, or an empty text where that is not all."""
    text: str | None = query
    for _ in range(_MOST_REPAIRS):
        if text is None:
            break
        try:
            site().queries.inspect(text)
        except QuerySyntaxError as left:
            text = _bracketed(text, left)
        except QueryError:
            break
        else:
            return text
    return ""


def _closed(query: str, error: QuerySyntaxError) -> Iterator[str]:
    """Yield the query with the bracket that is missing, or with the quotation mark at each likely place."""
    bracketed = _bracketed(query, error)
    if bracketed is not None:
        yield bracketed
    elif error.facts["detail"].startswith("unclosed string"):
        start = _offset(query, error)
        end = query.find("\n", start)
        end = len(query) if end < 0 else end
        for sign in _BEHIND_TEXT:
            for found in islice(sign.finditer(query, start + 1, end), _MOST_REPAIRS):
                yield query[: found.start()] + query[start] + query[found.start() :]


def _bracketed(query: str, error: QuerySyntaxError) -> str | None:
    detail, missing = error.facts["detail"], error.facts.get("expected", "")
    if detail == "never closed":
        return f"{query}\n{missing}"
    if detail == "closes another bracket":
        at = _offset(query, error)
        return f"{query[:at]}{missing} {query[at:]}"
    return None


def _offset(query: str, error: QuerySyntaxError) -> int:
    lines = query.split("\n")[: int(error.facts["line"]) - 1]
    return sum(len(line) + 1 for line in lines) + int(error.facts["column"]) - 1


def is_sentence(query: str) -> bool:
    """Say whether words stand where a query should."""
    return "{" not in query and not _KEYWORD.match(query) and any(letter.isalpha() for letter in query)


def questions_like(sentence: str) -> tuple[Example, ...]:
    """Return the ready questions that have most words of a sentence; a word may have other endings there."""
    words = [word for word in re.findall(r"\w+", sentence.lower()) if len(word) >= _LEAST_WORD]

    def shared(example: Example) -> int:
        said = " ".join((example.question_ko.value, example.question_en.value, *example.keywords)).lower()
        beginnings = ((word[:length] for length in range(len(word), _LEAST_WORD - 1, -1)) for word in words)
        return sum(next((len(one) for one in lengths if one in said), 0) for lengths in beginnings)

    found = sorted(services().examples, key=shared, reverse=True)[:_MOST_OFFERED]
    return tuple(example for example in found if shared(example))


def never_bound(shape: QueryShape) -> tuple[Slip, ...]:
    """Return the variables that a SELECT asks for or sorts by and that stand nowhere else."""
    if shape.form != "SELECT":
        return ()
    bound: dict[str, None] = {}
    asked: list[Token] = []
    depth, before, in_values = 0, "", False
    columns: set[str] = set()
    parentheses, is_select = 0, True
    for token in shape.tokens:
        depth += (token.text == "{") - (token.text == "}")
        parentheses += (token.text == "(") - (token.text == ")")
        is_select = is_select and not depth
        in_values = not depth and (in_values or before == "VALUES")
        if token.kind == "variable" and (depth or in_values or before == "AS"):
            bound[token.text[1:]] = None
        elif token.kind == "variable":
            asked.append(token)
            if is_select and not parentheses:
                columns.add(token.text[1:])
        before = token.text.upper()
    found: dict[str, list[Token]] = {}
    for token in asked:
        if token.text[1:] not in bound:
            found.setdefault(token.text[1:], []).append(token)
    return tuple(
        Slip(f"?{name}", tuple(_renamed(shape.text, name, tokens, [*bound])), is_column=name in columns) for name, tokens in found.items()
    )


def _renamed(text: str, name: str, tokens: list[Token], bound: list[str]) -> Iterator[Nearest]:
    for meant in get_close_matches(name, bound, 1, _CUTOFF):
        for token in reversed(tokens):
            text = f"{text[: token.start]}?{meant}{text[token.end :]}"
        yield Nearest(f"?{meant}", Text(""), text)


def untagged(shape: QueryShape, answer: AnswerView) -> tuple[Slip, ...]:
    """Return the texts of a query without an answer that the data has with a language, such as `"청년"@ko`."""
    is_empty = not answer.truth if answer.truth is not None else all(cell.number == 0 for row in answer.rows for cell in row)
    return tuple(_with_language(shape)) if is_empty else ()


def _with_language(shape: QueryShape) -> Iterator[Slip]:
    opened: list[str] = []
    seen: set[str] = set()
    for before, token, behind in zip(("", *(one.text for one in shape.tokens)), shape.tokens, (*shape.tokens[1:], None), strict=False):
        if token.text in ("{", "("):
            opened.append(token.text)
        elif token.text in ("}", ")") and opened:
            opened.pop()
        is_plain = token.kind == "string" and (behind is None or (behind.kind != "language" and behind.text != "^"))
        # What a function takes is compared as text, with or without a language.
        if not is_plain or (opened[-1:] == ["("] and before != "=") or token.text in seen or len(seen) >= _MOST_TEXTS:
            continue
        seen.add(token.text)
        written = shape.absolute((token,))
        language = next((one for one in _LANGUAGES if site().store.ask(f"ASK {{ ?s ?p {written}@{one} }}")), "")
        if language:
            text = f"{shape.text[: token.end]}@{language}{shape.text[token.end :]}"
            yield Slip(token.text, (Nearest(f"{token.text}@{language}", Text(""), text),))
