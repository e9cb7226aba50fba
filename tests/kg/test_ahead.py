"""Work done ahead in threads comes back in order, stays a few items ahead, and fails in its turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from kg.ahead import ahead


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(threads: int) -> None:
    first = threading.Event()

    def work(item: int) -> int:
        # With several threads the first item is done last of those that are begun with it.
        if item == 0 and threads > 1:
            assert first.wait(10)
        first.set()
        return item * item

    assert list(ahead(work, range(50), threads)) == [item * item for item in range(50)]
    assert list(ahead(work, (), threads)) == []


def test_no_more_items_are_taken_than_can_be_worked_on_soon() -> None:
    taken = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = ahead(str, items(), 2)
    assert next(results) == "0"
    assert len(taken) == 3
    results.close()
    assert len(taken) == 3


def test_what_the_work_raises_is_raised_in_its_turn_and_no_thread_is_left() -> None:
    def work(item: int) -> int:
        if item == 3:
            raise ValueError(item)
        return item

    before, found = threading.active_count(), []
    with pytest.raises(ValueError, match="3"):
        found.extend(ahead(work, range(10), 2))
    assert threading.active_count() == before
