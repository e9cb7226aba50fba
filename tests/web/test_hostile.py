"""What a hostile visitor sends to the running server: each is refused or cut with the right status, and a plain query is answered after it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.nation.building import family
from bench.safety.outbound import Listener, listening
from bench.sparql.hostile import CASES, Hostile

from .conftest import RealServer

PLAIN = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/kr-jobs/ns#Program> }"
SLACK_MIB = 256
PATIENCE_S = 30


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as made:
        yield made


def resident_mib(pid: int) -> float:
    total = 0
    for one in family(pid):
        try:
            total += int(Path(f"/proc/{one}/statm").read_text("ascii").split()[1]) * 4096
        except OSError:
            continue
    return total / 2**20


@dataclass(frozen=True)
class Rested:
    """The server before anything hostile came: its memory, and the answer to the plain query."""

    mib: float
    answer: int


@pytest.fixture(scope="module")
def rested(real_server: RealServer) -> Rested:
    for _ in range(8):
        assert plain(real_server) > 0
    return Rested(resident_mib(real_server.pid), plain(real_server))


def plain(server: RealServer) -> int:
    status, _, body = server.raw("GET", "/sparql?" + urlencode({"query": PLAIN}))
    assert status == 200, body
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused_or_cut_by_name_and_the_next_one_is_answered(
    real_server: RealServer, listener: Listener, rested: Rested, case: Hostile
) -> None:
    body, target = case.body.replace(b"PORT", str(listener.port).encode()), case.target.replace("PORT", str(listener.port))
    status, headers, answer = real_server.raw("POST", target, body, {"Content-Type": case.media})
    assert status in case.expected, (status, answer[:300])
    assert plain(real_server) == rested.answer
    assert listener.calls == 0
    if status == 200:
        json.loads(answer)
        return
    assert headers["content-type"] == "application/problem+json"
    said = json.loads(answer)
    assert said["detail"]
    if said["code"] == "query.limit":
        assert headers["itda-limit"].startswith(said["limit"])
    # A spent worker is replaced behind the answer.
    end = time.monotonic() + PATIENCE_S
    while resident_mib(real_server.pid) >= rested.mib + SLACK_MIB:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_silent_service_is_refused_by_name_in_korean(real_server: RealServer) -> None:
    text = "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }"
    status, _, body = real_server.raw("GET", "/sparql?" + urlencode({"query": text}))
    assert status == 400
    assert json.loads(body)["form"] == "SERVICE"
    assert "SERVICE" in json.loads(body)["detail"]
