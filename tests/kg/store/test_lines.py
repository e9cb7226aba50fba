"""What two dumps differ in turns the one into the other, whatever they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.store.lines import applied, changes, distinct

LINES = st.sets(
    st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",)), max_size=4).map(lambda text: f"{text}\n".encode())
).map(sorted)


@given(LINES, LINES)
def test_removing_what_was_removed_and_adding_what_was_added_gives_the_newer_one(before: list[bytes], after: list[bytes]) -> None:
    found = list(changes(before, after))
    removed, added = ([line for is_added, line in found if is_added == wanted] for wanted in (False, True))
    assert list(applied(before, removed, added)) == after
    assert list(applied(after, added, removed)) == before
    assert (set(removed), set(added)) == (set(before) - set(after), set(after) - set(before))
    assert [line for _, line in found] == sorted(line for _, line in found)


@given(LINES)
def test_nothing_differs_from_itself_and_everything_from_nothing(lines: list[bytes]) -> None:
    assert not list(changes(lines, lines))
    assert [line for is_added, line in changes([], lines) if is_added] == lines
    assert list(distinct(sorted(lines * 2))) == lines
