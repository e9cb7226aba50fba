"""What those who run the site see of it: one line of JSON for each request, and counts and times for Prometheus.

Neither holds anything about a person: no address of a client, no path as typed, no query string, no header. A request is told by its route,
such as `/id/<path:name>`.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from web.kept import OUTCOME, ROUTE, Application, Environ, Headers, StartResponse

REQUESTS = logging.getLogger("itda.requests")
# Data is for standard output, talk for standard error; the servers' own configurations write to standard output.
LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "web.observing.JsonFormatter"}},
    "handlers": {"told": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}},
    "root": {"handlers": ["told"], "level": "INFO"},
    "loggers": {
        "_granian": {"level": "INFO"},
        **{name: {"handlers": ["told"], "level": "INFO", "propagate": False} for name in ("gunicorn.error", "gunicorn.access")},
    },
}
"""How a server logs: each record one line of JSON on standard error."""

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON; what is given as `extra={"event": {…}}` becomes members of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
        }
        event = getattr(record, "event", None)
        told |= event if isinstance(event, dict) else {"message": record.getMessage()}
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class Measures:
    """Counts and times of one site. With the setting of prometheus_client for several processes, of all its processes together."""

    def __init__(self, several: bool) -> None:
        """Start counting.

        Args:
            several: Several processes count into the files of one folder (PROMETHEUS_MULTIPROC_DIR).
        """
        self._several = several
        self._own = CollectorRegistry()
        self._requests = Counter("itda_requests", "Requests answered", ("method", "route", "status"), registry=self._own)
        self._seconds = Histogram("itda_request_seconds", "Time to answer a request", ("route",), buckets=_BUCKETS_S, registry=self._own)
        self._kept = Counter("itda_kept_answers", "Requests that could be answered from memory", ("outcome",), registry=self._own)
        self._failures = Counter("itda_errors", "Answers that were errors, by code", ("code",), registry=self._own)

    def count(self, method: str, route: str, status: str, seconds: float, kept: str) -> None:
        """Count one answered request."""
        self._requests.labels(method if method in _METHODS else "other", route, status).inc()
        self._seconds.labels(route).observe(seconds)
        if kept:
            self._kept.labels(kept).inc()

    def count_error(self, code: str) -> None:
        """Count an error by its code, such as `query.deadline`."""
        self._failures.labels(code).inc()

    def exposed(self, collectors: Iterable[Collector] = ()) -> bytes:
        """Return all in the text format of Prometheus."""
        registry = CollectorRegistry()
        registry.register(MultiProcessCollector(None) if self._several else _Passed(self._own))  # type: ignore[no-untyped-call]
        for collector in collectors:
            registry.register(collector)
        return generate_latest(registry)


class _Passed(Collector):
    """What another registry holds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        yield from self._registry.collect()


class Snapshots(Collector):
    """Which snapshot is served by the process that is asked, and whether a newer one was refused."""

    def __init__(self, served: str, refused: str) -> None:
        self._served, self._refused = served, refused

    def collect(self) -> Iterator[Metric]:
        """Yield the two measures."""
        info = GaugeMetricFamily("itda_snapshot_info", "The snapshot that is served", labels=("id",))
        if self._served:
            info.add_metric((self._served,), 1)
        yield info
        yield GaugeMetricFamily("itda_snapshot_refused", "1 while a newer snapshot cannot be opened", value=1 if self._refused else 0)


class Parts(Collector):
    """Which engines on other machines answer."""

    def __init__(self, parts: Mapping[str, bool]) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """Yield the measure."""
        answers = GaugeMetricFamily("itda_part_up", "1 while an engine on another machine answers, 0 while it does not", labels=("part",))
        for name, is_up in self._parts.items():
            answers.add_metric((name,), float(is_up))
        yield answers


class Observed:
    """WSGI middleware that measures and logs each request."""

    def __init__(self, app: Application, measures: Measures, now: Callable[[], float] = time.perf_counter) -> None:
        self._app, self._measures, self._now = app, measures, now

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, then tell what it was."""
        began, told = self._now(), ["500", "-"]

        def listen(status: str, headers: Headers, *error: object) -> object:
            told[:] = [status[:3], next((value for name, value in headers if name.lower() == "content-length"), "-")]
            return start_response(status, headers, *error)

        try:
            return self._app(environ, listen)
        finally:
            seconds = self._now() - began
            method, route, kept = environ["REQUEST_METHOD"], environ.get(ROUTE) or "-", environ.get(OUTCOME, "")
            self._measures.count(method, route, told[0], seconds, kept)
            event = {"method": method[:8], "route": route, "status": int(told[0]), "ms": round(1000 * seconds, 1), "bytes": told[1]}
            REQUESTS.info("request", extra={"event": event | ({"kept": kept} if kept else {})})
