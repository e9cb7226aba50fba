"""The query time a client may use within a minute."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kg.settings import Settings
from kg.store.snapshot import Snapshot
from web.app import create_app
from web.budget import QueryBudget
from web.errors import WebError
from web.serving import SearchOpener


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def spend(budget: QueryBudget, clock: Clock, client: str, seconds: float) -> None:
    with budget.spending(client):
        clock.now += seconds


def test_a_client_that_used_its_time_waits_until_enough_of_it_is_a_minute_old(clock: Clock) -> None:
    budget = QueryBudget(10)
    spend(budget, clock, "a", 6)  # ends at 1006
    spend(budget, clock, "a", 6)  # ends at 1012
    with pytest.raises(WebError) as refused:
        spend(budget, clock, "a", 1)
    assert (refused.value.status, refused.value.facts) == (429, {"limit": "query_budget_s", "value": "10", "unit": "s", "wait": "54"})
    clock.now = 1066.0
    spend(budget, clock, "a", 1)


def test_one_client_does_not_use_the_time_of_another(clock: Clock) -> None:
    budget = QueryBudget(10)
    spend(budget, clock, "a", 60)
    spend(budget, clock, "b", 1)
    with pytest.raises(WebError):
        spend(budget, clock, "a", 1)


def test_ten_thousand_short_queries_leave_no_debt_behind(clock: Clock) -> None:
    budget = QueryBudget(1000)
    for _ in range(10_000):
        spend(budget, clock, "a", 0.0999)
    clock.now += 61
    spend(budget, clock, "a", 999.9)
    spend(budget, clock, "a", 0.2)
    with pytest.raises(WebError):
        spend(budget, clock, "a", 0)


def test_time_is_counted_although_the_query_fails(clock: Clock) -> None:
    budget = QueryBudget(5)
    with pytest.raises(ValueError, match="no"), budget.spending("a"):
        clock.now += 5
        raise ValueError("no")
    with pytest.raises(WebError):
        spend(budget, clock, "a", 0)


def test_short_links_use_up_the_time_of_a_client_and_not_that_of_another(settings: Settings, published: Snapshot, tmp_path: Path) -> None:
    app = create_app(settings.model_copy(update={"links": tmp_path, "query_budget_s": 5.0}), SearchOpener())

    def keep(number: int, client: str) -> int:
        sent = app.test_client().post("/q", data={"query": f"SELECT ({number} AS ?n) {{}}"}, environ_base={"REMOTE_ADDR": client})
        return sent.status_code

    assert [keep(number, "192.0.2.1") for number in range(5)] == [303, 303, 303, 429, 429]
    assert len(list(tmp_path.iterdir())) == 3
    assert keep(9, "192.0.2.2") == 303
    app.extensions["itda"].close()
