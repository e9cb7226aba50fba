"""The measures of the search benchmark, on lists small enough to be worked out by hand."""

from __future__ import annotations

import math

import pytest

from bench.search.metrics import Mean, dcg, gain, mean, ndcg, no_result, once, reciprocal_rank, success

GRADES = {"a": 3, "b": 2, "c": 1}


def test_a_grade_gains_two_to_its_power_less_one() -> None:
    assert [gain(grade) for grade in (0, 1, 2, 3)] == [0, 1, 3, 7]


def test_lower_ranks_count_less() -> None:
    assert dcg([3, 2, 1]) == pytest.approx(7 + 3 / math.log2(3) + 1 / 2)
    assert dcg([0, 0, 0, 2], depth=3) == 0


def test_the_best_order_is_worth_one_and_an_empty_list_nothing() -> None:
    assert ndcg(["a", "b", "c"], GRADES) == 1
    assert ndcg([], GRADES) == 0
    assert ndcg(["x", "y"], GRADES) == 0


def test_a_worse_order_is_worth_its_share_of_the_best() -> None:
    best = 7 + 3 / math.log2(3) + 1 / 2
    assert ndcg(["x", "a", "b"], GRADES) == pytest.approx((7 / math.log2(3) + 3 / 2) / best)


def test_a_thing_found_twice_counts_once_where_it_comes_first() -> None:
    assert once(["a", "b", "a"]) == ["a", "b"]
    assert ndcg(["a", "a", "b", "c"], GRADES) == 1


def test_more_right_things_than_the_list_is_long_are_not_held_against_it() -> None:
    many = {str(number): 3 for number in range(20)}
    assert ndcg([str(number) for number in range(10)], many) == 1


def test_success_wants_a_good_answer_not_merely_an_acceptable_one() -> None:
    ranked = ["c", "x", "b", "a"]
    assert [success(ranked, GRADES, depth) for depth in (1, 2, 3)] == [0, 0, 1]


def test_the_reciprocal_rank_is_that_of_the_first_good_answer_among_ten() -> None:
    assert reciprocal_rank(["c", "b", "a"], GRADES) == 0.5
    assert reciprocal_rank(["c", "x"], GRADES) == 0
    assert reciprocal_rank([*map(str, range(10)), "a"], GRADES) == 0


def test_an_empty_list_is_a_zero_result() -> None:
    assert (no_result([], GRADES), no_result(["x"], GRADES)) == (1, 0)


def test_the_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.0, 1.0] * 50
    found = mean(values)
    assert found == mean(values)
    assert found.value == 0.5
    # Half of a hundred, give or take twice the square root of 1/4 over 100.
    assert found.low == pytest.approx(0.4, abs=0.03)
    assert found.high == pytest.approx(0.6, abs=0.03)


def test_equal_values_leave_no_doubt_and_no_values_are_an_error() -> None:
    assert mean([0.25, 0.25]) == Mean(0.25, 0.25, 0.25)
    with pytest.raises(ValueError, match="no values"):
        mean([])
