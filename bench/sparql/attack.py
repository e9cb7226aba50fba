"""How the service stands hostile requests: `.venv/bin/python -m bench.sparql.attack` (after `itda build`). Prints Markdown."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.sparql import hostile
from bench.sparql.endpoints import JSON, Client, itda
from kg.settings import Settings

DEADLINE_S, MEMORY_MIB = 2.0, 256
PLAIN = "SELECT ?s { ?s a kj:Strategy }"
DISCARD_PORT = b"9"
UNFINISHED = 16
_NOTICEABLE_S = 0.5


@dataclass(frozen=True)
class Outcome:
    """What became of a hostile request: its status, its time, that of the plain query right after it, and the load of the machine (s)."""

    name: str
    status: int
    right: bool
    taken: float
    after: float
    load: float


def send(endpoint: str, case: hostile.Hostile) -> int:
    """Send a hostile request on a connection of its own; its status."""
    connection = http.client.HTTPConnection(str(urlsplit(endpoint).netloc), timeout=60)
    target = case.target.replace("PORT", DISCARD_PORT.decode())
    try:
        connection.request("POST", target, case.body.replace(b"PORT", DISCARD_PORT), {"Content-Type": case.media})
        return connection.getresponse().status
    finally:
        connection.close()


def hold(endpoint: str, number: int) -> list[socket.socket]:
    """Begin to send so many queries and leave them unfinished."""
    address = urlsplit(endpoint)
    held = [socket.create_connection((str(address.hostname), int(address.port or 80)), timeout=60) for _ in range(number)]
    for one in held:
        one.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 10\r\n\r\nASK")
    return held


def attack() -> None:
    """Send every hostile request, a plain query after each, and print what became of them."""
    outcomes: list[Outcome] = []
    with itda(Settings().snapshots, query_deadline_s=DEADLINE_S, query_memory_mib=MEMORY_MIB, query_kept_bytes=0) as endpoint:
        for case in hostile.CASES:
            start = time.perf_counter()
            status = send(endpoint, case)
            between = time.perf_counter()
            Client(endpoint)(PLAIN, JSON)
            end = time.perf_counter()
            outcomes.append(Outcome(case.name, status, status in case.expected, between - start, end - between, os.getloadavg()[0]))
        held = hold(endpoint, UNFINISHED)
        between = time.perf_counter()
        Client(endpoint)(PLAIN, JSON)
        after = time.perf_counter() - between

        def told(one: socket.socket) -> tuple[int, float]:
            return int(one.makefile("rb").readline().split()[1]), time.perf_counter() - between

        with ThreadPoolExecutor(UNFINISHED) as waiting:
            answers = list(waiting.map(told, held))
        for status in sorted({status for status, _ in answers}):  # late after the time a body has, or no place to wait for it at all
            times = [taken for found, taken in answers if found == status]
            name = f"{len(times)} of {UNFINISHED} bodies never finished"
            outcomes.append(Outcome(name, status, status in (408, 503), max(times), after, os.getloadavg()[0]))
    show(outcomes)


def show(outcomes: list[Outcome]) -> None:
    """Print the outcomes as Markdown."""
    print(
        f"## Hostile requests\n\n{len(outcomes)} requests, deadline {DEADLINE_S:g} s, memory {MEMORY_MIB} MiB, two web processes; ", end=""
    )
    print(f"load of the machine {min(one.load for one in outcomes):.1f} to {max(one.load for one in outcomes):.1f}.\n")
    print("| status | requests | slowest, s | slowest plain query after it, ms |\n|---|---|---|---|")
    for status in sorted({one.status for one in outcomes}):
        those = [one for one in outcomes if one.status == status]
        print(f"| {status} | {len(those)} | {max(one.taken for one in those):.3f} | {max(one.after for one in those) * 1000:.0f} |")
    late = sorted((one.taken - DEADLINE_S) * 1000 for one in outcomes if one.status == http.client.GATEWAY_TIMEOUT)
    if late:
        print(f"\nBeyond the deadline: p50 {statistics.median(late):.0f} ms, slowest five {', '.join(f'{ms:.0f}' for ms in late[-5:])} ms.")
    slow = [f"{one.name} ({one.status}, {one.taken:.3f} s)" for one in outcomes if one.taken > DEADLINE_S + _NOTICEABLE_S]
    print(f"Slower than the deadline and {_NOTICEABLE_S} s: {', '.join(slow) or 'none'}.")
    wrong = [f"{one.name} ({one.status})" for one in outcomes if not one.right]
    print(f"Statuses that are not the right ones: {', '.join(wrong) or 'none'}.")
    print(f"The plain query after each: p50 {statistics.median(one.after for one in outcomes) * 1000:.1f} ms, all answered.\n", flush=True)


if __name__ == "__main__":
    attack()
