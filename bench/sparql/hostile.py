# ruff: noqa: E501
"""What a hostile visitor sends to a SPARQL endpoint, with the statuses that are right; run by a test and measured by `measure.py`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
REFUSED, TOO_LARGE, TOO_LONG, TOO_MUCH = (400,), (413,), (504, 507), (504, 507, 413)
STOPPED = (400, 413, 504, 507)


@dataclass(frozen=True)
class Hostile:
    """One hostile request: its name, body, media type, and the statuses that are right. `PORT` in it is a listening port that must stay silent."""

    name: str
    body: bytes
    expected: tuple[int, ...]
    media: str = DIRECT
    target: str = "/sparql"


def _triples(count: int) -> str:
    return " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(count))


def _query(name: str, text: str, expected: tuple[int, ...]) -> Hostile:
    return Hostile(name, text.encode(), expected)


_PATH = "(<http://www.w3.org/2004/02/skos/core#broader>|^<http://www.w3.org/2004/02/skos/core#broader>|!<x:p>|^!<x:p>)*"
_DOUBLE = "BIND('aaaaaaaaaaaaaaaa' AS ?a0) " + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(30))
_TEN = "{ 0 1 2 3 4 5 6 7 8 9 }"
_DIGITS = " ".join(f"VALUES ?v{n} {_TEN}" for n in range(12))
_HOSTS = (
    "http://127.0.0.1:PORT/",
    "http://localhost:PORT/",
    "http://[::1]:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://user@127.0.0.1:PORT/x?y#z",
    "https://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:PORT/",
)

BOMBS = (
    _query("cartesian count of 3", f"SELECT (COUNT(*) AS ?n) {{ {_triples(3)} }}", TOO_LONG),
    _query("cartesian count of 5", f"SELECT (COUNT(*) AS ?n) {{ {_triples(5)} }}", TOO_LONG),
    _query("cartesian rows", f"SELECT * {{ {_triples(4)} }}", TOO_LARGE),
    _query("cartesian DISTINCT", f"SELECT DISTINCT ?a0 ?b1 ?c2 {{ {_triples(3)} }}", TOO_MUCH),
    _query("cartesian ORDER BY", f"SELECT * {{ {_triples(3)} }} ORDER BY ?a0 ?b1 ?c2", TOO_MUCH),
    _query("cartesian ORDER BY LIMIT", f"SELECT * {{ {_triples(3)} }} ORDER BY ?c0 ?c1 ?c2 LIMIT 1", TOO_MUCH),
    _query("cartesian GROUP BY", f"SELECT ?a0 ?a1 (COUNT(*) AS ?n) {{ {_triples(3)} }} GROUP BY ?a0 ?a1", TOO_MUCH),
    _query("cartesian ASK", f"ASK {{ {_triples(3)} FILTER (?a0 = ?b1 && ?c0 = ?b2 && ?a1 = ?b0) }}", TOO_LONG),
    _query("cartesian CONSTRUCT", f"CONSTRUCT {{ ?a0 ?b1 ?c2 }} {{ {_triples(3)} }}", TOO_MUCH),
    _query("cartesian OPTIONAL", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }", TOO_LONG),
    _query("cartesian MINUS", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?d ?z ?w } }", TOO_MUCH),
    _query("cartesian NOT EXISTS", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?a ?e ?w . ?d ?b ?k } }", TOO_MUCH),
    _query("filters that never hold", f"SELECT * {{ {_triples(3)} FILTER (STRLEN(CONCAT(STR(?a0), STR(?a1), STR(?c2))) < 0) }}", TOO_LONG),
    _query("path over everything", f"SELECT (COUNT(*) AS ?n) {{ ?a {_PATH} ?b . ?b {_PATH} ?c }}", TOO_MUCH),
    _query("paths in a circle", f"SELECT (COUNT(*) AS ?n) {{ ?a {_PATH} ?b . ?b {_PATH} ?c . ?c {_PATH} ?a }}", TOO_MUCH),
    _query("nested paths", "SELECT (COUNT(*) AS ?n) { ?a ((((!<x:a>)*)*/(!<x:b>)*)*)* ?b . ?c ((!<x:a>)+|^(!<x:b>)+)* ?d }", TOO_MUCH),
    _query("path from everything to a constant", "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:a>)* <https://w3id.org/kr-jobs/id/kr/group/youth> . ?d ?e ?f . ?g ?h ?i }", TOO_LONG),
    _query("giant GROUP_CONCAT", f"SELECT (GROUP_CONCAT(CONCAT(STR(?a0), STR(?c1))) AS ?x) {{ {_triples(2)} }}", TOO_MUCH),
    _query("GROUP_CONCAT of three", f"SELECT (GROUP_CONCAT(STR(?a0)) AS ?x) {{ {_triples(3)} }}", TOO_MUCH),
    _query("doubled strings", f"SELECT (STRLEN(?a30) AS ?n) {{ {_DOUBLE} }}", TOO_MUCH),
    _query("doubled strings as rows", f"SELECT ?a30 {{ {_DOUBLE} }}", TOO_MUCH),
    _query("replaced strings", "SELECT (STRLEN(?d) AS ?n) { BIND(REPLACE('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') AS ?a) BIND(REPLACE(?a, 'b', ?a) AS ?b) BIND(REPLACE(?b, 'b', ?a) AS ?c) BIND(REPLACE(?c, 'b', ?a) AS ?d) }", TOO_MUCH),
    _query("VALUES of 10^12", f"SELECT (COUNT(*) AS ?n) {{ {_DIGITS} }}", TOO_LONG),
    _query("VALUES of 10^12 as rows", f"SELECT * {{ {_DIGITS} }}", TOO_LARGE),
    _query("VALUES of 10^12 in order", f"SELECT * {{ {_DIGITS} }} ORDER BY ?v0 ?v5 ?v11", TOO_MUCH),
    _query("giant UNION", "SELECT (COUNT(*) AS ?n) { ?x ?y ?z . ?k ?l ?m " + " UNION ".join(["{ ?a ?b ?c . ?d ?e ?f }"] * 40) + " }", TOO_MUCH),
    _query("sub-selects in a product", "SELECT (COUNT(*) AS ?n) { " + " ".join(f"{{ SELECT ?s{n} {{ ?s{n} ?p{n} ?o{n} }} }}" for n in range(6)) + " }", TOO_MUCH),
    _query("regular expression that grows", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '((a{1,90}){1,90}){1,90}') }", STOPPED),
    _query("regular expression on a product", f"SELECT (COUNT(*) AS ?n) {{ {_triples(3)} FILTER REGEX(CONCAT(STR(?a0), STR(?c1), STR(?c2)), '^(.*a.*)*b$') }}", TOO_LONG),
    _query("hashes over a product", f"SELECT (MAX(SHA512(CONCAT(STR(?a0), STR(?c1), STR(?c2)))) AS ?x) {{ {_triples(3)} }}", TOO_LONG),
    _query("SAMPLE over a product", f"SELECT (SAMPLE(?c2) AS ?x) (AVG(STRLEN(STR(?c1))) AS ?y) {{ {_triples(3)} }}", TOO_LONG),
    _query("random order", f"SELECT ?a0 {{ {_triples(2)} }} ORDER BY RAND() LIMIT 3", TOO_MUCH),
    _query("describe everything", f"DESCRIBE * {{ {_triples(2)} }}", TOO_MUCH),
    _query("offset beyond everything", f"SELECT * {{ {_triples(3)} }} OFFSET 9999999999999", TOO_LONG),
    _query("lateral walk", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f LATERAL { ?g ?h ?i FILTER (?g != ?a) } }", TOO_LONG),
)  # fmt: skip
TEXTS = (
    _query("5,000 nested braces", "SELECT * " + "{" * 5000 + "}" * 5000, REFUSED),
    _query("20,000 nested braces", "SELECT * " + "{" * 20000 + "}" * 20000, REFUSED),
    _query("30,000 nested parentheses", "SELECT (" + "(" * 30000 + "1" + ")" * 30000 + " AS ?x) {}", REFUSED),
    _query("5,000 nested OPTIONAL", "SELECT * {" + "OPTIONAL {" * 5000 + "}" * 5001, REFUSED),
    _query("5,000 nested sub-selects", "SELECT * {" + "{SELECT * {" * 2500 + "}}" * 2500 + "}", REFUSED),
    _query("nested collections", "SELECT * { ?s ?p " + "(" * 5000 + "1" + ")" * 5000 + " }", REFUSED),
    _query("nested blank nodes", "SELECT * { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + " }", REFUSED),
    _query("60,000 negations", "SELECT (" + "!" * 60000 + "true AS ?x) {}", REFUSED),
    _query("20,000 additions", "SELECT (1" + "+1" * 20000 + " AS ?x) {}", REFUSED),
    _query("path of 3,000 steps", "SELECT * { ?s <x:p>" + "/<x:p>" * 3000 + " ?o }", REFUSED),
    _query("chain of 3,000 triples", "SELECT * { " + " . ".join(f"?a{n} <x:p> ?a{n + 1}" for n in range(3000)) + " }", REFUSED),
    _query("2,000 unions", "SELECT * { {}" + " UNION {}" * 2000 + " }", REFUSED),
    _query("brackets that do not pair", "SELECT * { ?s ?p ?o " + "}" * 9000, REFUSED),
    _query("unclosed string", "SELECT * { ?s ?p 'never closed }", REFUSED),
    _query("a name without end", "SELECT * { ?s ?p x:" + "a" * 60000 + " }", REFUSED),
    _query("escapes that hide a brace", "SELECT * { ?s ?p <x:\\u007d> }", REFUSED),
    _query("a zero byte", "SELECT * { ?s ?p '\0' } \0", (200, 400)),
    _query("a lone byte order mark", "\ufeff\ufeff\ufeffASK {}", REFUSED),
    _query("a query of 66 kB", "ASK { ?s ?p '" + "x" * 66000 + "' }", TOO_LARGE),
    Hostile("a body of 10 MB", b"SELECT * { ?s ?p '" + b"x" * 10_000_000 + b"' }", TOO_LARGE),
    Hostile("a form of 10 MB", b"query=" + b"x" * 10_000_000, TOO_LARGE, FORM),
    Hostile("a form of 100,000 fields", b"&".join(b"a=b" for _ in range(100_000)), (400, 413), FORM),
    Hostile("20,000 graphs", b"query=ASK%7B%7D" + b"&default-graph-uri=x:g" * 20_000, (400, 413), FORM),
    Hostile("broken UTF-8", b"SELECT * { ?s ?p '\xff\xfe\xfa' }", REFUSED),
    Hostile("half of a surrogate pair", b"SELECT * { ?s ?p '\xed\xa0\x80' }", REFUSED),
    Hostile("overlong UTF-8", b"SELECT * { ?s ?p '\xc0\xaf' }", REFUSED),
    Hostile("UTF-16", "ASK {}".encode("utf-16"), REFUSED),
    Hostile("a form in broken UTF-8", b"query=ASK%7B%3Fs+%3Fp+%27%FF%27%7D", REFUSED, FORM),
    Hostile("multipart", b'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\nASK {}\r\n--x--', (415,), "multipart/form-data; boundary=x"),
)  # fmt: skip
OUTWARD = (
    *(_query(f"SERVICE {host}", f"SELECT * {{ SERVICE <{host}> {{ ?s ?p ?o }} }}", REFUSED) for host in _HOSTS),
    *(_query(f"FROM {host}", f"SELECT * FROM <{host}> {{ ?s ?p ?o }}", REFUSED) for host in _HOSTS),
    *(_query(f"FROM NAMED {host}", f"SELECT * FROM NAMED <{host}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", REFUSED) for host in _HOSTS[:3]),
    *(_query(f"LOAD {host}", f"LOAD <{host}>", REFUSED) for host in _HOSTS),
    _query("SERVICE SILENT", "SELECT * { SERVICE SILENT <http://127.0.0.1:PORT/> { ?s ?p ?o } }", REFUSED),
    _query("service silent without spaces", "SELECT*{service silent<http://127.0.0.1:PORT/>{?s ?p ?o}}", REFUSED),
    _query("SERVICE by variable", "SELECT * { VALUES ?e { <http://127.0.0.1:PORT/> } SERVICE ?e { ?s ?p ?o } }", REFUSED),
    _query("SERVICE by name", "PREFIX x: <http://127.0.0.1:PORT/> SELECT * { SERVICE x: { ?s ?p ?o } }", REFUSED),
    _query("SERVICE glued to a name", "PREFIX SERVICEx: <http://127.0.0.1:PORT/> PREFIX x: <http://127.0.0.1:PORT/> SELECT * { SERVICEx:{ ?s ?p ?o } }", REFUSED),
    _query("SERVICE behind a comment", "SELECT * { #\nSERVICE#\n<http://127.0.0.1:PORT/>#\n{ ?s ?p ?o } }", REFUSED),
    _query("SERVICE in a FILTER", "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } } }", REFUSED),
    _query("LOAD behind a query", "ASK {} ; LOAD <http://127.0.0.1:PORT/>", REFUSED),
    _query("INSERT from a SERVICE", "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }", REFUSED),
    *(Hostile(f"{name}={host}", b"ASK { ?s ?p ?o }", REFUSED, DIRECT, f"/sparql?{name}={quote(host, safe='')}") for name in ("default-graph-uri", "named-graph-uri") for host in (_HOSTS[0], _HOSTS[7])),
)  # fmt: skip
CASES = (*BOMBS, *TEXTS, *OUTWARD)
