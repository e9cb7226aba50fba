# ruff: noqa: E501
"""Hypothesis strategies for requests to every route of the site: methods, paths, parameters, headers, bodies, sound and broken ones mixed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask
from hypothesis import strategies as st
from werkzeug.routing import Rule

from bench.safety.asking import Asked

METHODS = ("GET", "GET", "GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "질의")
NAMES = (
    *("q", "type", "group", "sector", "strategy", "zone", "support", "offset", "limit", "plan", "from", "to", "focus", "depth", "layout"),
    *("format", "show", "page", "ask", "thing", "form", "sum", "line", "dimension", "query", "example", "default-graph-uri"),
    *("named-graph-uri", "update", "measure", "period", "unit", "scope", "about", "v", "as", "on", "age", "birthDate", "residence", "sex"),
    *("employment", "answer", "remove", "offered", "unsure", "who", "need", "program", "sort", "find"),
)
SOUND = (
    *(
        "청년",
        "디지털 튜터",
        "youth",
        "program",
        "group",
        "11410/2022",
        "1",
        "0",
        "20",
        "3",
        "json",
        "csv",
        "ttl",
        "html",
        "graphml",
        "true",
    ),
    *(
        "kr/group/youth",
        "11410/program/tutor",
        "https://w3id.org/kr-jobs/id/kr/group/youth",
        "radial",
        "columns",
        "query",
        "excel",
        "turtle",
    ),
    *(
        "서대문구",
        "2022-03-02",
        "1999-01-02",
        "person",
        "firm",
        "unemployed",
        "female",
        "age=20-29",
        "SELECT * { ?s ?p ?o } LIMIT 1",
        "ASK {}",
    ),
    *("unserved", "actors", "single", "itda.nq", "prefixes.rq", "description.ttl", "site.css", "budget-by-sector"),
)
ODD = (
    *(
        "",
        " ",
        "\0",
        "\r\nSet-Cookie: a=b",
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "{{7*7}}",
        "%s%n",
        "'\"><script>alert(1)</script>",
    ),
    *(
        "\u200b청\u200d년",
        "\u1103\u1175\u110c\u1175\u1110\u1165\u11af",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\ufeff",
        "\u202e",
        "ㅊㅓㅇㄴㅕㄴ",
    ),
    *(
        "ｙｏｕｔｈ１２",
        "уоuth",
        "\U0001f600",
        "\ud7ff",
        "9" * 400,
        "-1",
        "1e309",
        "NaN",
        "٣",
        "²",
        "0x10",
        "1_000",
        "a" * 5000,
        "가" * 3000,
    ),
    *(
        "https://w3id.org/kr-jobs/id/x> <y",
        'x"@ko } UNION { ?s ?p ?o } #',
        "http://127.0.0.1:9/",
        "//x.example/",
        "\\\\x",
        "~",
        ".",
        "..",
        "*",
        '"',
    ),
    *(
        "(",
        ")",
        "[",
        "대상:",
        "-",
        "AND NOT OR",
        "??",
        "%",
        "&",
        "#",
        "<",
        "\x7f",
        "\x85",
        "\u2028",
        "0001-01-01",
        "9999-12-31",
        "2022-02-30",
    ),
)
BROKEN = (
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf8\x88\x80\x80\x80",
    b"%",
    b"%zz",
    b"%00",
    b"%ff%fe",
    b"%u0041",
    b"\x80",
    b"\x00",
    b"\n",
)
ACCEPTS = (
    "*/*",
    "text/html",
    "application/json",
    "application/ld+json",
    "text/turtle",
    "text/csv",
    "image/png",
    "*/*;q=0",
    "a/b;q=x",
    ",,;",
    "가",
)
MEDIA = (
    *(
        "application/json",
        "application/x-www-form-urlencoded",
        "application/sparql-query",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
    ),
    *(
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=x",
        "multipart/form-data",
        "application/sparql-update",
        ";;",
    ),
)
LONG = 70_000

_texts = st.one_of(st.sampled_from(SOUND), st.sampled_from(ODD), st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
_bytes = st.one_of(_texts.map(lambda text: text.encode()), st.sampled_from(BROKEN), st.binary(max_size=30))
_values = st.one_of(_bytes.map(lambda raw: quote_from_bytes(raw).encode()), st.sampled_from(BROKEN))
_pairs = st.tuples(st.one_of(st.sampled_from(NAMES).map(str.encode), _values), _values)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(NAMES), _texts), inner, max_size=5)),
    max_leaves=12,
)


@st.composite
def _query(draw: st.DrawFn) -> bytes:
    pairs = draw(st.lists(_pairs, max_size=5))
    if pairs and draw(st.integers(0, 40)) == 0:
        pairs *= draw(st.sampled_from((2, 50, 3000)))
    text = b"&".join(name + b"=" + value for name, value in pairs)
    return text + b"&q=" + b"a" * LONG if draw(st.integers(0, 100)) == 0 else text


@st.composite
def _body(draw: st.DrawFn) -> tuple[str, bytes]:
    media = draw(st.sampled_from(MEDIA))
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return media, draw(st.binary(max_size=200))
    if kind == 1:
        return media, draw(
            st.sampled_from((b"[" * 100_000, b'{"a":' * 50_000, b'{"age": 1e999}', b'{"age": ' + b"9" * 5000 + b"}", b"null", b'"\\ud800"'))
        )
    if "json" in media:
        return media, json.dumps(
            draw(st.one_of(st.dictionaries(st.sampled_from(NAMES), _json, max_size=6), _json)), ensure_ascii=draw(st.booleans())
        ).encode("utf-8", "replace")
    if "sparql" in media:
        return media, draw(_bytes)
    if "multipart" in media:
        name, value = draw(_pairs)
        return media, b'--x\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n--x--\r\n"
    return media, draw(_query())


@st.composite
def _headers(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    odd = _texts.filter(lambda text: not any(ord(char) < 32 or ord(char) == 127 for char in text)).map(
        lambda text: text.encode().decode("latin-1")
    )
    offered: dict[str, st.SearchStrategy[str]] = {
        "Accept": st.sampled_from(ACCEPTS),
        "Accept-Encoding": st.sampled_from(("gzip", "br", "identity;q=0", "gzip;q=x", "*")),
        "Accept-Language": odd,
        "If-None-Match": st.sampled_from(("*", 'W/"a"', '"', "a,b,", "")),
        "If-Modified-Since": st.sampled_from(("Thu, 01 Jan 1970 00:00:00 GMT", "x")),
        "Range": st.sampled_from(("bytes=0-10", "bytes=9999999999-", "bytes=-0", "x=1-2", "bytes=5-1")),
        "Host": st.sampled_from(("localhost", "evil.example", "[::1", "a b", "x:99999", "")),
        "Cookie": odd,
        "Referer": odd,
        "X-Forwarded-For": odd,
        "X-Forwarded-Host": odd,
        "Content-Encoding": st.sampled_from(("gzip", "identity")),
        "Transfer-Encoding": st.just("chunked"),
        "Origin": odd,
        "X-Http-Method-Override": st.just("DELETE"),
    }
    names = draw(st.lists(st.sampled_from(sorted(offered)), max_size=3, unique=True))
    return tuple((name, draw(offered[name])) for name in names)


def _filled(draw: st.DrawFn, rule: Rule, words: Sequence[str]) -> bytes:
    """Return a path of a route, with something in the place of each of its variables."""
    parts = []
    for is_variable, text in rule._trace:  # the only place where a rule keeps its parts
        if not is_variable:
            parts.append(text.removeprefix("|").encode())
        else:
            parts.append(draw(st.one_of(st.sampled_from(words).map(str.encode), _bytes)))
    return b"".join(parts)


def requests(app: Flask, words: Sequence[str] = SOUND) -> st.SearchStrategy[Asked]:
    """Return a strategy for requests to all routes of an app, and to paths that no route has.

    Args:
        words: What may stand in the place of a variable of a path, besides odd texts.
    """
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))

    @st.composite
    def made(draw: st.DrawFn) -> Asked:
        rule = draw(st.sampled_from(rules))
        path = _filled(draw, rule, words) if draw(st.integers(0, 30)) else b"/" + draw(_bytes)
        if draw(st.integers(0, 3)) == 0:
            path = b"/en" + path
        own = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        method = draw(st.sampled_from((*own * 4, *METHODS)))
        headers: tuple[tuple[str, str], ...] = draw(_headers())
        body = b""
        if method in ("POST", "PUT", "PATCH"):
            media, body = draw(_body())
            headers = (*headers, ("Content-Type", media))
        return Asked(method, path, draw(_query()), headers, body)

    return made()


def json_values() -> st.SearchStrategy[Any]:
    """Return a strategy for any JSON value."""
    return _json
