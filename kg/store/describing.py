"""What DESCRIBE gives: the concise bounded description, which holds what is said of the thing and of the links that state it.

The engine gives the statements whose subject the thing is. Here every stated link is also a `rdf:Statement` with its lines, and a concise
bounded description takes those in. There are no blank nodes in the data, so nothing else belongs to it.
"""

from __future__ import annotations

from kg.store.guard import QueryShape
from kg.store.tokens import Token
from kg.vocab import RDF

_ENDS = frozenset({"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})
_BODY = (
    "CONSTRUCT {{ ?cbds ?cbdp ?cbdo }} WHERE {{ {{ SELECT DISTINCT ?cbdx WHERE {{ {things} FILTER (isIRI(?cbdx)) }} }} "
    "{{ ?cbdx ?cbdp ?cbdo BIND (?cbdx AS ?cbds) }} UNION {{ ?cbds <{subject}> ?cbdx ; ?cbdp ?cbdo }} }}"
)


def describing(shape: QueryShape) -> str:
    """Return the CONSTRUCT query that a DESCRIBE query stands for; an empty text for other queries and for DESCRIBE of everything."""
    if shape.form != "DESCRIBE":
        return ""
    tokens = shape.tokens
    start = next(at for at, token in enumerate(tokens) if token.kind == "word" and token.text.upper() == "DESCRIBE")
    at = start + 1
    while at < len(tokens) and tokens[at].text != "{" and not (tokens[at].kind == "word" and tokens[at].text.upper() in _ENDS):
        at += 1
    named, rest = tokens[start + 1 : at], _without_from(tokens[at:])
    if any(token.kind not in ("variable", "iri", "name") for token in named):
        return ""
    iris = [token.text for token in named if token.kind != "variable"]
    things = [f"{{ VALUES ?cbdx {{ {' '.join(iris)} }} }}"] if iris else []
    where = _written(shape, rest)
    for name in dict.fromkeys(token.text[1:] for token in named if token.kind == "variable"):
        things.append(f"{{ {{ SELECT ?{name} {where} }} BIND (?{name} AS ?cbdx) }}" if where else "{ VALUES ?cbdx {} }")
    body = _BODY.format(things=" UNION ".join(things), subject=RDF.subject)
    return shape.text[: tokens[start].start] + body


def _without_from(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    at = 0
    while at < len(tokens) and tokens[at].text.upper() == "FROM":
        at += 3 if tokens[at + 1].text.upper() == "NAMED" else 2
    return tokens[at:]


def _written(shape: QueryShape, tokens: tuple[Token, ...]) -> str:
    return shape.text[tokens[0].start : tokens[-1].end] if tokens else ""
