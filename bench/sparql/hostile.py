# ruff: noqa: E501
"""What a hostile visitor sends to a SPARQL endpoint, with the statuses that are right; run by a test and measured by `attack.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
Statuses = tuple[int, ...]
REFUSED, TOO_LARGE, TOO_LONG = (400,), (413,), (504, 507)
TOO_MUCH, STOPPED = (*TOO_LONG, 413), (*TOO_LONG, 413, 400)


@dataclass(frozen=True)
class Hostile:
    """One hostile request: its name, body, media type, and the statuses that are right. `PORT` in it is a listening port that must stay silent."""

    name: str
    body: bytes
    expected: Statuses
    media: str = DIRECT
    target: str = "/sparql"


def _triples(count: int) -> str:
    return " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(count))


def _count(pattern: str) -> str:
    return f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"


def _nested(opening: str, closing: str, depth: int, inside: str = "") -> str:
    return opening * depth + inside + closing * depth


_BROADER = "<http://www.w3.org/2004/02/skos/core#broader>"
_PATH = f"({_BROADER}|^{_BROADER}|!<x:p>|^!<x:p>)*"
_DOUBLE = "BIND('aaaaaaaaaaaaaaaa' AS ?a0) " + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(30))
_REPLACED = f"BIND(REPLACE('{'a' * 32}', 'a', '{'b' * 32}') AS ?a) BIND(REPLACE(?a, 'b', ?a) AS ?b) BIND(REPLACE(?b, 'b', ?a) AS ?c) BIND(REPLACE(?c, 'b', ?a) AS ?d)"
_DIGITS = " ".join(f"VALUES ?v{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(12))
_TWO, _THREE, _PAIR = _triples(2), _triples(3), "?a ?b ?c . ?d ?e ?f"
_YOUTH = "<https://w3id.org/kr-jobs/id/kr/group/youth>"

BOMBS: Mapping[Statuses, Mapping[str, str]] = {
    TOO_LONG: {
        "cartesian count of 3": _count(_THREE),
        "cartesian count of 5": _count(_triples(5)),
        "cartesian ASK": f"ASK {{ {_THREE} FILTER (?a0 = ?b1 && ?c0 = ?b2 && ?a1 = ?b0) }}",
        "cartesian OPTIONAL": _count("?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } }"),
        "filters that never hold": f"SELECT * {{ {_THREE} FILTER (STRLEN(CONCAT(STR(?a0), STR(?a1), STR(?c2))) < 0) }}",
        "path from everything to a constant": _count(f"?a (!<x:a>|^!<x:a>)* {_YOUTH} . ?d ?e ?f . ?g ?h ?i"),
        "VALUES of 10^12": _count(_DIGITS),
        "regular expression on a product": _count(f"{_THREE} FILTER REGEX(CONCAT(STR(?a0), STR(?c1), STR(?c2)), '^(.*a.*)*b$')"),
        "hashes over a product": f"SELECT (MAX(SHA512(CONCAT(STR(?a0), STR(?c1), STR(?c2)))) AS ?x) {{ {_THREE} }}",
        "SAMPLE over a product": f"SELECT (SAMPLE(?c2) AS ?x) (AVG(STRLEN(STR(?c1))) AS ?y) {{ {_THREE} }}",
        "offset beyond everything": f"SELECT * {{ {_THREE} }} OFFSET 9999999999999",
        "lateral walk": _count(f"{_PAIR} LATERAL {{ ?g ?h ?i FILTER (?g != ?a) }}"),
    },
    TOO_LARGE: {
        "cartesian rows": f"SELECT * {{ {_triples(4)} }}",
        "VALUES of 10^12 as rows": f"SELECT * {{ {_DIGITS} }}",
    },
    TOO_MUCH: {
        "cartesian DISTINCT": f"SELECT DISTINCT ?a0 ?b1 ?c2 {{ {_THREE} }}",
        "cartesian ORDER BY": f"SELECT * {{ {_THREE} }} ORDER BY ?a0 ?b1 ?c2",
        "cartesian ORDER BY LIMIT": f"SELECT * {{ {_THREE} }} ORDER BY ?c0 ?c1 ?c2 LIMIT 1",
        "cartesian GROUP BY": f"SELECT ?a0 ?a1 (COUNT(*) AS ?n) {{ {_THREE} }} GROUP BY ?a0 ?a1",
        "cartesian CONSTRUCT": f"CONSTRUCT {{ ?a0 ?b1 ?c2 }} {{ {_THREE} }}",
        "cartesian MINUS": _count(f"{_PAIR} MINUS {{ ?a ?x ?y . ?d ?z ?w }}"),
        "cartesian NOT EXISTS": _count(f"{_PAIR} FILTER NOT EXISTS {{ ?a ?e ?w . ?d ?b ?k }}"),
        "path over everything": _count(f"?a {_PATH} ?b . ?b {_PATH} ?c"),
        "paths in a circle": _count(f"?a {_PATH} ?b . ?b {_PATH} ?c . ?c {_PATH} ?a"),
        "nested paths": _count("?a ((((!<x:a>)*)*/(!<x:b>)*)*)* ?b . ?c ((!<x:a>)+|^(!<x:b>)+)* ?d"),
        "giant GROUP_CONCAT": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a0), STR(?c1))) AS ?x) {{ {_TWO} }}",
        "GROUP_CONCAT of three": f"SELECT (GROUP_CONCAT(STR(?a0)) AS ?x) {{ {_THREE} }}",
        "doubled strings": f"SELECT (STRLEN(?a30) AS ?n) {{ {_DOUBLE} }}",
        "doubled strings as rows": f"SELECT ?a30 {{ {_DOUBLE} }}",
        "replaced strings": f"SELECT (STRLEN(?d) AS ?n) {{ {_REPLACED} }}",
        "VALUES of 10^12 in order": f"SELECT * {{ {_DIGITS} }} ORDER BY ?v0 ?v5 ?v11",
        "giant UNION": _count("?x ?y ?z . ?k ?l ?m " + " UNION ".join([f"{{ {_PAIR} }}"] * 40)),
        "sub-selects in a product": _count(" ".join(f"{{ SELECT ?s{n} {{ ?s{n} ?p{n} ?o{n} }} }}" for n in range(6))),
        "random order": f"SELECT ?a0 {{ {_TWO} }} ORDER BY RAND() LIMIT 3",
        "describe everything": f"DESCRIBE * {{ {_TWO} }}",
    },
    STOPPED: {
        "regular expression that grows": _count(f"{_PAIR} FILTER REGEX(CONCAT(STR(?c), STR(?f)), '((a{{1,90}}){{1,90}}){{1,90}}')"),
    },
}  # fmt: skip
TEXTS: Mapping[Statuses, Mapping[str, str]] = {
    REFUSED: {
        "5,000 nested braces": "SELECT * " + _nested("{", "}", 5000),
        "20,000 nested braces": "SELECT * " + _nested("{", "}", 20000),
        "30,000 nested parentheses": f"SELECT ({_nested('(', ')', 30000, '1')} AS ?x) {{}}",
        "5,000 nested OPTIONAL": f"SELECT * {{{_nested('OPTIONAL {', '}', 5000)}}}",
        "5,000 nested sub-selects": f"SELECT * {{{_nested('{SELECT * {', '}}', 2500)}}}",
        "nested collections": f"SELECT * {{ ?s ?p {_nested('(', ')', 5000, '1')} }}",
        "nested blank nodes": f"SELECT * {{ ?s ?p {_nested('[ ?p ', ']', 5000, '1')} }}",
        "60,000 negations": f"SELECT ({'!' * 60000}true AS ?x) {{}}",
        "20,000 additions": f"SELECT (1{'+1' * 20000} AS ?x) {{}}",
        "path of 3,000 steps": f"SELECT * {{ ?s <x:p>{'/<x:p>' * 3000} ?o }}",
        "chain of 3,000 triples": "SELECT * { " + " . ".join(f"?a{n} <x:p> ?a{n + 1}" for n in range(3000)) + " }",
        "2,000 unions": f"SELECT * {{ {{}}{' UNION {}' * 2000} }}",
        "brackets that do not pair": "SELECT * { ?s ?p ?o " + "}" * 9000,
        "unclosed string": "SELECT * { ?s ?p 'never closed }",
        "a name without end": f"SELECT * {{ ?s ?p x:{'a' * 60000} }}",
        "escapes that hide a brace": "SELECT * { ?s ?p <x:\\u007d> }",
        "a lone byte order mark": "\ufeff\ufeff\ufeffASK {}",
    },
    (200, 400): {"a zero byte": "SELECT * { ?s ?p '\0' } \0"},
    TOO_LARGE: {"a query of 66 kB": f"ASK {{ ?s ?p '{'x' * 66000}' }}"},
}
BODIES = (
    Hostile("a body of 10 MB", b"SELECT * { ?s ?p '" + b"x" * 10_000_000 + b"' }", TOO_LARGE),
    Hostile("a form of 10 MB", b"query=" + b"x" * 10_000_000, TOO_LARGE, FORM),
    Hostile("a form of 100,000 fields", b"&".join([b"a=b"] * 100_000), (400, 413), FORM),
    Hostile("20,000 graphs", b"query=ASK%7B%7D" + b"&default-graph-uri=x:g" * 20_000, (400, 413), FORM),
    Hostile("broken UTF-8", b"SELECT * { ?s ?p '\xff\xfe\xfa' }", REFUSED),
    Hostile("half of a surrogate pair", b"SELECT * { ?s ?p '\xed\xa0\x80' }", REFUSED),
    Hostile("overlong UTF-8", b"SELECT * { ?s ?p '\xc0\xaf' }", REFUSED),
    Hostile("UTF-16", "ASK {}".encode("utf-16"), REFUSED),
    Hostile("a form in broken UTF-8", b"query=ASK%7B%3Fs+%3Fp+%27%FF%27%7D", REFUSED, FORM),
    Hostile("multipart", b'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\nASK {}\r\n--x--', (415,), "multipart/form-data; boundary=x"),
)  # fmt: skip
_HERE = "http://127.0.0.1:PORT/"
_HOSTS = (
    _HERE,
    "http://localhost:PORT/",
    "http://[::1]:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://user@127.0.0.1:PORT/x?y#z",
    "https://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:PORT/",
)
_CALLS = {
    "SERVICE": "SELECT * {{ SERVICE <{host}> {{ ?s ?p ?o }} }}",
    "FROM": "SELECT * FROM <{host}> {{ ?s ?p ?o }}",
    "FROM NAMED": "SELECT * FROM NAMED <{host}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "LOAD": "LOAD <{host}>",
}
_DISGUISED = {
    "SERVICE SILENT": f"SELECT * {{ SERVICE SILENT <{_HERE}> {{ ?s ?p ?o }} }}",
    "service silent without spaces": f"SELECT*{{service silent<{_HERE}>{{?s ?p ?o}}}}",
    "SERVICE by variable": f"SELECT * {{ VALUES ?e {{ <{_HERE}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "SERVICE by name": f"PREFIX x: <{_HERE}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "SERVICE glued to a name": f"PREFIX SERVICEx: <{_HERE}> PREFIX x: <{_HERE}> SELECT * {{ SERVICEx:{{ ?s ?p ?o }} }}",
    "SERVICE behind a comment": f"SELECT * {{ #\nSERVICE#\n<{_HERE}>#\n{{ ?s ?p ?o }} }}",
    "SERVICE in a FILTER": f"ASK {{ FILTER EXISTS {{ SERVICE <{_HERE}> {{ ?s ?p ?o }} }} }}",
    "LOAD behind a query": f"ASK {{}} ; LOAD <{_HERE}>",
    "INSERT from a SERVICE": f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{_HERE}> {{ ?s ?p ?o }} }}",
}
OUTWARD: Mapping[Statuses, Mapping[str, str]] = {
    REFUSED: {f"{name} {host}": call.format(host=host) for name, call in _CALLS.items() for host in _HOSTS} | _DISGUISED
}
GRAPHS = tuple(
    Hostile(f"{name}={host}", b"ASK { ?s ?p ?o }", REFUSED, DIRECT, f"/sparql?{name}={quote(host, safe='')}")
    for name in ("default-graph-uri", "named-graph-uri")
    for host in _HOSTS
)


def _queries(*tables: Mapping[Statuses, Mapping[str, str]]) -> Iterator[Hostile]:
    for table in tables:
        for expected, texts in table.items():
            yield from (Hostile(name, text.encode(), expected) for name, text in texts.items())


CASES = (*_queries(BOMBS, TEXTS, OUTWARD), *BODIES, *GRAPHS)
ATTACKS = tuple(_queries(BOMBS))
"""Those that would use up time or memory."""
