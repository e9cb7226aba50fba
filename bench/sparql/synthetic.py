"""A made-up graph in the shape of a jobs plan, as large as wanted: programmes with sector, groups, partners, places and money by source."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyoxigraph as ox

BASE = "https://example.org/"
GRAPH = ox.NamedNode(BASE + "graph")
TRIPLES_PER_PROGRAM = 20
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_BROADER = ox.NamedNode("http://www.w3.org/2004/02/skos/core#broader")
_PART_OF = ox.NamedNode("http://purl.org/dc/terms/isPartOf")
_WORDS = (
    "청년", "노인", "여성", "창업", "교육", "상담", "돌봄", "마을", "디지털", "안전",
    "환경", "문화", "시장", "협력", "인턴", "공공", "근로", "재취업", "전환", "지원",
)  # fmt: skip


def _node(kind: str, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}{kind}/{number}")


def _property(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}ns#{name}")


def quads(programs: int, seed: int = 1) -> Iterator[ox.Quad]:
    """Yield the graph; the same seed gives the same graph."""
    chance = random.Random(seed)
    for number in range(1, 200):
        yield ox.Quad(_node("group", number), _BROADER, _node("group", number // 3), GRAPH)
        yield ox.Quad(_node("org", number), _PART_OF, _node("org", number // 4), GRAPH)
    for number in range(programs):
        yield from _program(number, chance)


def _program(number: int, chance: random.Random) -> Iterator[ox.Quad]:
    program = _node("program", number)
    words = " ".join(chance.choices(_WORDS, k=18))
    facts: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (_TYPE, _property("Program")),
        (_LABEL, ox.Literal(f"{' '.join(chance.choices(_WORDS, k=3))} {number}", language="ko")),
        (_property("description"), ox.Literal(words, language="ko")),
        (_property("sector"), _node("sector", chance.randrange(6))),
        (_property("strategy"), _node("strategy", chance.randrange(4))),
        (_property("place"), _node("place", chance.randrange(400))),
        *((_property("group"), _node("group", chance.randrange(1, 200))) for _ in range(2)),
        (_property("organization"), _node("org", chance.randrange(1, 200))),
    ]
    for key, value in facts:
        yield ox.Quad(program, key, value, GRAPH)
    for source in range(2):
        money = _node("money", number * 2 + source)
        yield ox.Quad(program, _property("budget"), money, GRAPH)
        yield ox.Quad(money, _TYPE, _property("Budget"), GRAPH)
        yield ox.Quad(money, _property("source"), _node("source", chance.randrange(5)), GRAPH)
        yield ox.Quad(money, _property("year"), ox.Literal(2020 + chance.randrange(4)), GRAPH)
        yield ox.Quad(money, _property("amount"), ox.Literal(chance.randrange(1, 5000)), GRAPH)


PREFIXES = (
    f"PREFIX s: <{BASE}sector/> PREFIX t: <{BASE}strategy/> PREFIX l: <{BASE}place/> PREFIX : <{BASE}ns#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dct: <http://purl.org/dc/terms/> "
)
QUERIES = {
    "lookup of one thing": f"SELECT ?p ?o {{ <{BASE}program/77> ?p ?o }}",
    "star of 4 conditions": "SELECT ?p { ?p :sector s:2 ; :strategy t:1 ; :place l:7 ; skos:prefLabel ?l }",
    "two hops, DISTINCT": f"SELECT DISTINCT ?s {{ ?p :group <{BASE}group/9> ; :budget ?m . ?m :source ?s }}",
    "path up a tree": f"SELECT ?o {{ <{BASE}org/150> dct:isPartOf+ ?o }}",
    "path down a tree": f"SELECT (COUNT(?p) AS ?n) {{ ?g skos:broader* <{BASE}group/20> . ?p :group ?g }}",
    "sum by source": "SELECT ?s (SUM(?a) AS ?n) { ?m :source ?s ; :amount ?a } GROUP BY ?s",
    "filter, order, limit": "SELECT ?p ?a { ?p :budget ?m . ?m :amount ?a FILTER (?a > 4900) } ORDER BY DESC(?a) LIMIT 20",
    "text within, limit": "SELECT ?p { ?p :description ?d FILTER (CONTAINS(?d, '청년 청년 청년')) } LIMIT 20",
    "count of everything": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "neighbourhood": f"CONSTRUCT WHERE {{ <{BASE}program/5> ?p ?o . ?o ?q ?v }}",
}
