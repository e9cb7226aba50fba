"""What a ranked list is worth against graded judgements, and how sure the mean of many lists is."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

GOOD = 2
DEPTH = 10
RESAMPLES = 1000
SEED = 2022

Grades = Mapping[str, int]
Measures = Mapping[str, Callable[[Sequence[str], Grades], float]]


def gain(grade: int) -> int:
    """Return what one hit adds: 0, 1, 3 or 7 for the grades 0 to 3."""
    return int(2**grade) - 1


def dcg(grades: Sequence[int], depth: int = DEPTH) -> float:
    """Return the discounted gain of the first `depth` grades: rank r counts 1/log2(r+1)."""
    return sum(gain(grade) / math.log2(rank + 2) for rank, grade in enumerate(grades[:depth]))


def ndcg(ranked: Sequence[str], grades: Grades, depth: int = DEPTH) -> float:
    """Return the gain of a ranked list over that of the best possible one, from 0 to 1; a thing counts where it comes first."""
    best = dcg(sorted(grades.values(), reverse=True), depth)
    found = [grades.get(thing, 0) for thing in once(ranked)]
    return dcg(found, depth) / best if best else 0.0


def success(ranked: Sequence[str], grades: Grades, depth: int) -> float:
    """Return 1 when one of the first `depth` things has at least grade 2, else 0."""
    return float(any(grades.get(thing, 0) >= GOOD for thing in once(ranked)[:depth]))


def reciprocal_rank(ranked: Sequence[str], grades: Grades, depth: int = DEPTH) -> float:
    """Return 1/rank of the first thing with at least grade 2, 0 when none of the first `depth` has it."""
    ranks = (rank for rank, thing in enumerate(once(ranked)[:depth], 1) if grades.get(thing, 0) >= GOOD)
    return 1 / next(ranks, math.inf)


def no_result(ranked: Sequence[str], grades: Grades) -> float:
    """Return 1 for an empty list, else 0."""
    return float(not ranked)


def once(ranked: Sequence[str]) -> list[str]:
    """Return the list without repeats, in order."""
    return list(dict.fromkeys(ranked))


MEASURES: Measures = {
    "nDCG@10": ndcg,
    "success@1": lambda ranked, grades: success(ranked, grades, 1),
    "success@5": lambda ranked, grades: success(ranked, grades, 5),
    "MRR": reciprocal_rank,
    "zero": no_result,
}
SUGGEST_MEASURES: Measures = {
    "hit@1": lambda ranked, grades: success(ranked, grades, 1),
    "hit@5": lambda ranked, grades: success(ranked, grades, 5),
    "zero": no_result,
}


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with the 95 % interval of its bootstrap."""

    value: float
    low: float
    high: float


def mean(values: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED) -> Mean:
    """Return the mean and its percentile bootstrap interval; the same values and seed give the same interval.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    if len(set(values)) == 1:
        return Mean(values[0], values[0], values[0])
    drawn = random.Random(seed)
    size = len(values)
    means = sorted(math.fsum(drawn.choices(values, k=size)) / size for _ in range(resamples))
    return Mean(math.fsum(values) / size, means[int(0.025 * resamples)], means[math.ceil(0.975 * resamples) - 1])
