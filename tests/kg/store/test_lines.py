"""What two dumps differ in turns the one into the other, whatever they hold."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceFaults
from kg.store import lines as module
from kg.store.lines import applied, changes, distinct, merged

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


@pytest.mark.parametrize("piece", [1, 6, 1 << 18])
def test_sorted_files_are_merged_whatever_they_share_and_however_little_of_them_is_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, piece: int
) -> None:
    @settings(max_examples=80, deadline=None)
    @given(st.lists(LINES, max_size=5))
    def is_merged(files: list[list[bytes]]) -> None:
        folder = tmp_path_factory.mktemp("lines")
        for number, some in enumerate(files):
            (folder / str(number)).write_bytes(b"".join(some))
        found = list(merged([folder / str(number) for number in range(len(files))]))
        assert list(chain.from_iterable(found)) == sorted(set(chain.from_iterable(files)))
        assert all(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BUFFER", piece)
        patch.setattr(module, "_LEAST", piece)
        is_merged()


@pytest.mark.parametrize("piece", [1, 1 << 18])
@pytest.mark.parametrize("misplaced", [b"a\n", b"c\n"])
@settings(max_examples=30, deadline=None)
@given(files=st.lists(LINES, min_size=1, max_size=3))
def test_a_file_that_is_not_sorted_or_repeats_itself_is_named_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, piece: int, misplaced: bytes, files: list[list[bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    *others, some = files
    bad = [*(line for line in some if line < b"c\n"), b"c\n", misplaced]
    for number, lines in enumerate([*others, bad]):
        (folder / str(number)).write_bytes(b"".join(lines))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SourceFaults) as caught:
        patch.setattr(module, "_BUFFER", piece)
        patch.setattr(module, "_LEAST", piece)
        list(merged([folder / str(number) for number in range(len(files))]))
    found = [(fault.path, fault.code, fault.facts["line"]) for fault in caught.value.faults]
    assert found == [(str(len(others)), "build.not-a-shard", misplaced.decode().strip())]
