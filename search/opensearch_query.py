"""What is sent to a cluster for a query as it was read: which documents match, which of them to weigh first, what they must have.

The cluster decides what matches, exactly as `search.ranking` does, and draws a few hundred candidates; their order is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.answering import PRINTED_FIELDS
from search.letters import compact, initial_pairs
from search.opensearch_index import ALL, LETTERS
from search.operators import Demand
from search.ranking import KIND_FIELD, NAME_PAIRS, TEXT_PAIRS, Formula
from search.understanding import Concept, Understanding

Clause = Mapping[str, Any]
FACET = "facet_"
MOST_PAIRS, MOST_STROKES, MOST_PLACES = 128, 160, 420
"""A cluster takes 1,024 clauses; of longer texts the first pairs and threes and the weightiest forms choose the candidates."""
MOST_VALUES = 10_000
_COVERED = 8.0
_NEARLY = 40.0
_SPELT = 10.0
_EVERYTHING: Clause = {"match_all": {}}


def covering(query: Understanding, formula: Formula) -> list[Clause]:
    """Return for each word of the query, first consonants last, what a document must have to cover it."""
    known = query.size - len(query.initials)
    words: list[Clause] = [_any(_having(concept, formula) for concept in query.concepts if at in concept.covers) for at in range(known)]
    return [*words, *(_all_pairs(piece) for piece in query.initials)] or [_any(())]


def matching(query: Understanding, formula: Formula, others: Iterable[str] = ()) -> Clause:
    """Return what a document must have to match at all, or be one of the `others`."""
    clauses = [_having(concept, formula) for concept in query.concepts]
    for piece in query.initials:
        clauses += [_all_pairs(piece), {"term": {"exact_initials": piece}}]
    if query.letters:
        clauses += [{"term": {name: query.letters}} for name in formula.exact]
    clauses += [_alike(name, query.pairs[:MOST_PAIRS], alone) for name, (_, _, alone) in formula.pairs.items()]
    clauses.append(_alike("name_strokes", query.strokes[:MOST_STROKES], _strokes_needed(query, formula.strokes[1], 1)))
    if linked := sorted(others):
        clauses.append({"terms": {"id": linked}})
    return _any(clauses)


def last_resort(query: Understanding, formula: Formula) -> Clause:
    """Return what a document must have where nothing matches: a name that is typed a little alike."""
    return _any([_alike("name_strokes", query.strokes[:MOST_STROKES], _strokes_needed(query, formula.last_resort, 2))])


def weighed(query: Understanding, formula: Formula, matched: Clause) -> Clause:
    """Return a query for what matches whose scores are near those of the formula; they only choose the candidates."""
    places = sorted(
        (
            (weight * variant.weight * (formula.stretch if concept.adds else 1.0), number, field, variant.term)
            for number, concept in enumerate(query.concepts)
            for variant in concept.variants
            for field, weight in formula.places(variant).items()
        ),
        reverse=True,
    )[:MOST_PLACES]
    ideas: dict[int, list[Clause]] = {}
    for weight, number, field, term in places:
        ideas.setdefault(number, []).append({"term": {field: {"value": term, "boost": weight}}})
    words: list[Clause] = [{"dis_max": {"queries": clauses}} for clauses in ideas.values()]
    words += [{"constant_score": {"filter": one, "boost": _COVERED}} for one in covering(query, formula)]
    factors = [{"filter": {"term": {"prominent": False}}, "weight": formula.less_prominent}]
    factors += [{"filter": {"term": {KIND_FIELD: kind}}, "weight": factor} for kind, factor in query.kinds]
    scores: list[Clause] = [
        {"function_score": {"query": _any(words), "functions": factors, "score_mode": "multiply", "boost_mode": "multiply"}}
    ]
    if query.letters:
        scores += [_fixed({"term": {name: query.letters}}, weight) for name, weight in formula.exact.items()]
    scores += [_fixed({"term": {"exact_initials": piece}}, formula.whole_initials) for piece in query.initials]
    for name, (weight, share, _) in formula.pairs.items():
        needed = share
        scores.append(_alike(name, query.pairs[:MOST_PAIRS], needed, weight if name == TEXT_PAIRS else 1.0))
    close = _alike("name_strokes", query.strokes[:MOST_STROKES], _strokes_needed(query, formula.strokes[1], 1))
    spelt = _alike(NAME_PAIRS, query.pairs[:MOST_PAIRS], formula.pairs[NAME_PAIRS][2])
    scores += [_fixed(close, _NEARLY), _fixed(spelt, _SPELT)]
    return {"bool": {"filter": [matched], "should": scores}}


def demanded(demands: Iterable[tuple[Demand, tuple[Concept, ...]]]) -> list[Clause]:
    """Return what documents must have to meet every demand."""
    clauses: list[Clause] = []
    for demand, ideas in demands:
        fields = demand.fields or PRINTED_FIELDS
        if demand.is_phrase or demand.sort == "without":
            letters = " ".join(compact(demand.text))
            held = _any({"match_phrase": {LETTERS + field: letters}} for field in fields) if letters else _EVERYTHING
            clauses.append({"bool": {"must_not": [held]}} if demand.sort == "without" else held)
        else:
            forms = [[variant.term for variant in idea.variants] for idea in ideas]
            clauses += [_any({"terms": {field: terms}} for field in fields) for terms in forms]
    return clauses


def chosen_facets(chosen: Mapping[str, frozenset[str]], but: str = "") -> list[Clause]:
    """Return what documents must have to be kept by the facets that are chosen, one of them perhaps left out."""
    return [{"terms": {FACET + name: sorted(values)}} for name, values in sorted(chosen.items()) if name != but]


def counted(facets: Iterable[str], chosen: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """Return the counts to ask for: hits that are kept, and the values of each facet among those that the others keep."""
    counts: dict[str, Any] = {"kept": {"filter": _every(chosen_facets(chosen))}}
    for name in facets:
        values = {"terms": {"field": FACET + name, "size": MOST_VALUES}}
        counts[FACET + name] = {"filter": _every(chosen_facets(chosen, name)), "aggs": {"values": values}}
    return counts


def narrowed(matched: Clause, clauses: Sequence[Clause]) -> Clause:
    """Return a query for what matches and has more."""
    return {"bool": {"filter": [matched, *clauses]}}


def term(field: str, value: str) -> Clause:
    """Return what a document must have to hold a term in a field."""
    return {"term": {field: value}}


def in_texts(value: str) -> Clause:
    """Return what a document must have to hold a term in some text."""
    return {"term": {ALL: value}}


def _having(concept: Concept, formula: Formula) -> Clause:
    words = [variant.term for variant in concept.variants if variant.kind != "age"]
    ages = [variant.term for variant in concept.variants if variant.kind == "age"]
    clauses: list[Clause] = [{"terms": {ALL: words}}] if words else []
    return _any([*clauses, *({"terms": {field: ages}} for field in formula.age_fields if ages)])


def _all_pairs(piece: str) -> Clause:
    return _every([term("name_initials", pair) for pair in initial_pairs(piece)])


def _alike(field: str, terms: Sequence[str], needed: float, boost: float = 1.0) -> Clause:
    """Return a query for documents that have so many of the terms: a number, or a share of them if less than 1."""
    count = math.ceil(len(terms) * needed) if needed < 1 else int(needed)
    count = 1 if needed < 1 and len(terms) <= 1 else max(2 if needed < 1 else 1, count)
    if len(terms) < count:
        return _any(())
    return {"bool": {"should": [term(field, one) for one in terms], "minimum_should_match": count, "boost": boost}}


def _strokes_needed(query: Understanding, share: float, fewest: int) -> int:
    return max(fewest, math.ceil(len(query.strokes[:MOST_STROKES]) * share))


def _fixed(clause: Clause, score: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": score}}


def _any(clauses: Iterable[Clause]) -> Clause:
    found = list(clauses)
    return {"bool": {"should": found, "minimum_should_match": 1}} if found else {"match_none": {}}


def _every(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"filter": list(clauses)}} if clauses else _EVERYTHING
