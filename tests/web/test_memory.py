"""Memory shared between processes: what comes out is what went in, whatever is written over it, cut short or damaged."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from web.memory import SharedMemory


def value_of(number: int) -> bytes:
    return random.Random(number).randbytes(200 + number % 900)


def test_what_was_kept_is_found_and_nothing_else() -> None:
    memory = SharedMemory(1 << 16)
    assert memory.get(b"a") is None
    memory.put(b"a", b"one")
    memory.put(b"b", b"two")
    memory.put(b"a", b"three")
    assert [memory.get(key) for key in (b"a", b"b", b"c", b"")] == [b"three", b"two", None, None]


def test_the_oldest_makes_room_and_what_is_read_in_time_stays() -> None:
    memory = SharedMemory(1 << 18)
    memory.put(b"read", b"." * 1000)
    for number in range(500):
        memory.put(str(number).encode(), value_of(number) * 6)
        assert memory.get(b"read") == b"." * 1000
    assert memory.get(b"0") is None
    assert sum(memory.get(str(number).encode()) == value_of(number) * 6 for number in range(450, 500)) > 45


@pytest.mark.parametrize("most", [1, 16, 100, 4096])
def test_what_has_no_room_is_not_kept(most: int) -> None:
    memory = SharedMemory(most)
    memory.put(b"a", b"." * most)
    assert memory.get(b"a") is None


def test_no_damaged_byte_makes_a_wrong_answer() -> None:
    memory = SharedMemory(2048)
    values = {b"a": value_of(1), b"b": value_of(2), b"c": value_of(3)}
    for key, value in values.items():
        memory.put(key, value)
    whole, area = bytes(memory._bytes), memory._bytes
    found = 0
    for at in range(len(whole)):
        area[:] = whole
        area[at] ^= 1 << at % 8
        for key, value in values.items():
            given = memory.get(key)
            assert given in (None, value)
            found += given == value
    assert 0 < found < len(whole) * len(values), "some damage was met, and not everything was lost by it"


def test_processes_read_what_the_others_kept_even_if_those_are_killed_while_they_write() -> None:
    script = """
import os, random, signal, time
from tests.web.test_memory import value_of
from web.memory import SharedMemory

memory, found, wrong = SharedMemory(1 << 18), 0, 0
for turn in range(20):
    writers = []
    for writer in range(3):
        writers.append(os.fork())
        if not writers[-1]:
            for number in range(10**9):
                memory.put(b"%d" % (number % 300), value_of(number % 300))
    end = time.monotonic() + random.random() / 10
    while time.monotonic() < end:
        number = random.randrange(300)
        value = memory.get(b"%d" % number)
        found += value == value_of(number)
        wrong += value not in (None, value_of(number))
    for writer in writers:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    for number in range(300):
        wrong += memory.get(b"%d" % number) not in (None, value_of(number))
memory.put(b"after", b"all")
print(found > 100, wrong, memory.get(b"after"))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout.split("\n")[0] == "True 0 b'all'"
