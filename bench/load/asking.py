"""A client that asks at a fixed rate whatever the server does, so that a slow answer delays no later question and hides no waiting."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CONNECTIONS = 32
PATIENCE_S = 30.0


@dataclass
class Outcome:
    """What came of a run.

    Attributes:
        seconds: Time from when each request was due to the end of its answer.
        statuses: Answers by status; 0 is no answer at all.
        late: Requests that could not be sent within 10 ms of when they were due, because every connection waited.
        failed: Errors by status, first part of the path and the limit that was met or what happened to the connection, such as
            `503 /sparql query_wait_s`.
        moments: When each of them was known (monotonic seconds), and which it was.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    late: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    moments: list[tuple[float, str]] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Count another run as part of this one."""
        self.seconds += other.seconds
        self.statuses += other.statuses
        self.late += other.late
        self.failed += other.failed
        self.moments += other.moments

    @property
    def errors(self) -> int:
        """Answers of 500 and above, and requests without one."""
        return sum(count for status, count in self.statuses.items() if status == 0 or status >= 500)

    def at(self, share: float) -> float:
        """Return the time that this share of requests stayed within (s)."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def row(self, name: str, span_s: float) -> str:
        """Return a row of a Markdown table: requests a second, median, 95th, 99th, most (ms), errors, late."""
        times = " | ".join(f"{1000 * self.at(share):.1f}" for share in (0.5, 0.95, 0.99, 1.0))
        return f"| {name} | {len(self.seconds) / span_s:.0f} | {times} | {self.errors} | {self.late} |"


HEAD = "| run | answers/s | median ms | p95 ms | p99 ms | most ms | errors | sent late |\n|---|---|---|---|---|---|---|---|"


def ask(port: int, paths: Sequence[str], rate: float, *, connections: int = CONNECTIONS, apart: bool = False) -> Outcome:
    """Ask for each path once, `rate` a second, over keep-alive connections to 127.0.0.1; `apart`, each from an address of its own."""
    outcome, lock, turn = Outcome(), threading.Lock(), iter(range(len(paths)))
    began = time.monotonic() + 0.1

    def work(client: int) -> None:
        source = (f"127.0.1.{client + 1}", 0) if apart else None
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S, source_address=source)
        while True:
            with lock:
                number = next(turn, None)
            if number is None:
                connection.close()
                return
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            late = time.monotonic() - due > 0.01
            status, why = fetch(connection, paths[number])
            with lock:
                outcome.seconds.append(time.monotonic() - due)
                outcome.statuses[status] += 1
                outcome.late += late
                if status == 0 or status >= 500:
                    told = f"{status} /{paths[number].split('?')[0].split('/')[1]} {why}".strip()
                    outcome.failed[told] += 1
                    outcome.moments.append((time.monotonic(), told))

    threads = [threading.Thread(target=work, args=(client,)) for client in range(connections)]
    _run(threads)
    return outcome


def fetch(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    """Ask once and read the whole answer; its status, 0 when there is none, and the limit that a refusal names or what went wrong."""
    try:
        connection.request("GET", path, headers={"Accept": "text/html, application/json;q=0.9, */*;q=0.1", "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return 0, f"{type(error).__name__} {error}".strip()
    return answer.status, answer.headers.get("Itda-Limit", "").partition("=")[0]


def _run(threads: Iterable[threading.Thread]) -> None:
    started = list(threads)
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
