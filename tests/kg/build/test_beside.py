"""Work done in a process beside the build comes back whole, brings its faults along and outlives nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg.build.beside import beside, in_parts
from kg.errors import Fault, SourceFaults, StoreUnavailable
from kg.store.oxigraph import OxigraphStore

PARENT = """
import os, sys, time
from kg.build.beside import beside

def work():
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    with open(sys.argv[1], "w") as lock, beside(work, fresh=bool(sys.argv[2])) as result:
        result()
"""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def fail() -> None:
    raise SourceFaults([Fault("ontology/shapes", 3, "source.broken-shape", {"detail": "왜"}), Fault("a", 1, "b")])


def test_the_result_is_that_of_the_work_and_was_made_in_another_process() -> None:
    seen = ["before"]
    with beside(lambda: (os.getpid(), list(seen), "값" * 200_000)) as result:
        seen.append("after")
        pid, then, text = result()
    assert pid != os.getpid()
    assert then == ["before"]
    assert text == "값" * 200_000
    assert not is_running(pid)


@pytest.mark.parametrize(("count", "size"), [(0, 1), (1, 1), (5, 2), (5, 9), (6, 3)])
def test_parts_come_in_order_the_first_made_here_and_each_other_in_a_process_of_its_own(count: int, size: int) -> None:
    made = list(in_parts(lambda part: (os.getpid(), part), range(count), size, lambda part: (0, part)))
    assert [item for _, part in made for item in part] == list(range(count))
    assert len(made) == max(1, -(-count // size))
    processes = [process for process, _ in made]
    assert processes[0] == 0
    assert len(set(processes) - {os.getpid()}) == len(made)


def test_what_goes_wrong_in_a_part_beside_is_raised_here() -> None:
    with pytest.raises(SourceFaults):
        list(in_parts(lambda _part: fail(), [1, 2], 1, len))


def asked_of_an_engine(folder: Path) -> str:
    OxigraphStore.build(folder, [Quad(NamedNode("x:s"), NamedNode("x:p"), NamedNode("x:o"), NamedNode("x:g"))])
    with OxigraphStore.open(folder) as store:
        return store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0]["n"].value


def test_a_fresh_process_can_write_with_an_engine_that_had_threads_here(tmp_path: Path) -> None:
    assert asked_of_an_engine(tmp_path / "here") == "1"
    with beside(partial(asked_of_an_engine, tmp_path / "there"), fresh=True) as result:
        assert result() == "1"


def unavailable() -> None:
    raise StoreUnavailable("store.busy", detail="왜")


@pytest.mark.parametrize("fresh", [False, True])
def test_any_error_of_ours_comes_back_as_it_was(fresh: bool) -> None:
    with beside(unavailable, fresh=fresh) as result, pytest.raises(StoreUnavailable) as caught:
        result()
    assert (caught.value.code, caught.value.facts) == ("store.busy", {"detail": "왜"})
    assert str(caught.value) == str(StoreUnavailable("store.busy", detail="왜"))


@pytest.mark.parametrize("fresh", [False, True])
def test_faults_of_the_work_are_raised_where_its_result_is_asked_for(fresh: bool) -> None:
    with beside(fail, fresh=fresh) as result, pytest.raises(SourceFaults) as caught:
        result()
    assert [(fault.path, fault.line, fault.code, fault.facts) for fault in caught.value.faults] == [
        ("a", 1, "b", {}),
        ("ontology/shapes", 3, "source.broken-shape", {"detail": "왜"}),
    ]


def test_a_process_that_is_killed_is_told_of_and_not_waited_for() -> None:
    with beside(lambda: os.kill(os.getpid(), signal.SIGKILL)) as result, pytest.raises(StoreUnavailable) as caught:
        result()
    assert (caught.value.code, caught.value.facts) == ("build.process-ended", {"status": "-9"})


@pytest.mark.parametrize("fresh", [False, True])
def test_what_nobody_foresaw_stands_on_standard_error(tmp_path: Path, fresh: bool) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.replace("time.sleep(60)", "raise KeyError('here')"), "utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "lock"), "fresh" * fresh], check=False, capture_output=True, text=True
    )
    assert "KeyError: 'here'" in done.stderr
    assert "StoreUnavailable: build.process-ended {'status': '1'}" in done.stderr


def test_leaving_the_block_ends_work_that_is_not_done() -> None:
    with pytest.raises(ValueError, match="elsewhere"), beside(lambda: time.sleep(600)):
        raise ValueError("elsewhere")


@pytest.mark.parametrize("fresh", [False, True])
def test_the_work_ends_when_the_build_is_killed(tmp_path: Path, fresh: bool) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, "utf-8")
    command = [sys.executable, str(script), str(tmp_path / "lock"), "fresh" * fresh]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        held = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
        assert str(tmp_path / "lock") not in held
        parent.kill()
    until = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(pid)
