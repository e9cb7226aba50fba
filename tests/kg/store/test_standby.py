"""The snapshot answers while the endpoint does not, the endpoint again when it is back and holds what it should."""

from __future__ import annotations

import pytest

from kg.errors import KgError, QueryLimitExceeded, QuerySyntaxError, StoreUnavailable
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Answer, AnswerKind
from kg.store.standby import StandbyStore

from .conftest import NQUADS

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


class First:
    """An endpoint that holds nothing and fails as it is told."""

    def __init__(self) -> None:
        self.error: KgError | None = None
        self.asked = 0
        self._empty = OxigraphStore.in_memory(b"")

    def query_bytes(self, *given: object) -> Answer:
        self.asked += 1
        if self.error:
            raise self.error
        return self._empty.query_bytes(*given)  # type: ignore[arg-type]

    def kind_of(self, text: str) -> AnswerKind:
        return self._empty.kind_of(text)

    def sound(self) -> None:
        if self.error:
            raise self.error


def count(store: StandbyStore) -> str:
    return store.select(COUNT).rows[0]["n"].value


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable(detail="gone"),
        QueryLimitExceeded(limit="query_deadline_s", value=1, unit="s"),
        StoreUnavailable("store.other-data"),
    ],
)
def test_the_second_answers_until_the_first_is_back(error: KgError) -> None:
    first = First()
    store = StandbyStore(first, OxigraphStore.in_memory(NQUADS), first.sound, rest_s=0)
    assert (count(store), store.is_down) == ("0", False)
    first.error = error
    assert (count(store), store.is_down, store.trouble()) == ("3", True, error)
    first.error = None
    assert (store.trouble(), count(store), store.is_down) == (None, "0", False)


def test_one_that_failed_is_left_alone() -> None:
    first = First()
    first.error = StoreUnavailable(detail="gone")
    store = StandbyStore(first, OxigraphStore.in_memory(NQUADS), first.sound, rest_s=600)
    assert {count(store) for _ in range(5)} == {"3"}
    first.error = None
    assert count(store) == "3"
    assert first.asked == 0


def test_an_error_of_the_query_is_not_answered_by_the_second() -> None:
    first = First()
    store = StandbyStore(first, OxigraphStore.in_memory(NQUADS), first.sound)
    assert count(store) == "0"
    first.error = QuerySyntaxError(line="1", column="1", detail="")
    with pytest.raises(QuerySyntaxError):
        store.select(COUNT)
    assert not store.is_down
