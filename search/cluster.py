"""An OpenSearch cluster as the search needs it: whole answers in time, or an error that says what is wrong. The only home of its client."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionTimeout, NotFoundError, OpenSearchException, TransportError

from kg.errors import SearchUnavailable

Body = Mapping[str, Any]
_TRIES = 3
_REST_S = 5.0
_RESTS_S = (0.1, 0.4)
_CONNECTIONS = 16
"""Kept open to each node, for as many threads."""
_PATIENCE_S = 120


class Cluster:
    """Asks the nodes of a cluster in turn; one that fails is passed over for a while. Threads and forked processes may share it."""

    def __init__(self, addresses: Sequence[str], deadline_s: float) -> None:
        """Point at a cluster; nothing is asked before the first request.

        Args:
            addresses: Of its nodes, `http(s)://[name:password@]host:port`.
            deadline_s: Longest time of a request, tries on other nodes included, in seconds.
        """
        self._addresses = tuple(addresses)
        self._deadline_s = deadline_s
        self._clients: dict[int, OpenSearch] = {}
        self._rests_until = 0.0

    @property
    def shown(self) -> str:
        """The addresses without names and passwords."""
        return ", ".join(f"{url.scheme}://{url.hostname}:{url.port or 9200}" for url in map(urlsplit, self._addresses))

    def ask(self, method: str, path: str, body: Body | str | None = None, *, deadline_s: float | None = None, **parameters: object) -> Any:
        """Send a request and return the answer.

        A cluster that has just been silent for the whole deadline is not asked again for some seconds: each request that waits for it
        takes a thread from those who ask for something else.

        Raises:
            SearchUnavailable: see its codes.
        """
        if time.monotonic() < self._rests_until:
            raise SearchUnavailable("search.slow", detail=self.shown)
        return self._sent(method, path, body, (deadline_s or self._deadline_s) / _TRIES, parameters)

    def searches(self, index: str, bodies: Sequence[Body]) -> list[Any]:
        """Run several searches at once, each whole or all refused; the answers in the same order."""
        head = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": False}
        sent = lines(one for body in bodies for one in (head, {"track_total_hits": True, **body}))
        for rest_s in _RESTS_S:
            try:
                return self._read(self.ask("POST", f"/{index}/_msearch", sent))
            except SearchUnavailable as error:
                if error.code != "search.partial":
                    raise
            time.sleep(rest_s)  # a node that is lost between two phases of a search takes it along; the next one asks the other copies
        return self._read(self.ask("POST", f"/{index}/_msearch", sent))

    def _read(self, answer: Any) -> list[Any]:
        try:
            return [_checked(one) for one in answer["responses"]]
        except (KeyError, TypeError) as error:
            raise self.unreadable(error) from None

    def unreadable(self, error: Exception) -> SearchUnavailable:
        """Return the error of an answer that no cluster gives."""
        return SearchUnavailable(detail=f"{self.shown}: {type(error).__name__}: {error}")

    def change(self, method: str, path: str, body: Body | str | None = None, **parameters: object) -> Any:
        """Send a request that may take its time: those that load an index."""
        return self._sent(method, path, body, _PATIENCE_S, parameters)

    def _sent(self, method: str, path: str, body: Body | str | None, patience_s: float, parameters: Mapping[str, object]) -> Any:
        try:
            return self._client().transport.perform_request(method, path, params={**parameters, "request_timeout": patience_s}, body=body)
        except ConnectionTimeout:
            self._rests_until = time.monotonic() + _REST_S
            raise SearchUnavailable("search.slow", detail=self.shown) from None
        except NotFoundError as error:
            raise SearchUnavailable("search.no-index", detail=f"{self.shown}{path}: {error.error}") from None
        except (OpenSearchException, OSError, ValueError) as error:
            raise _refusal(error, self.shown) from None

    def _client(self) -> OpenSearch:
        """Return the client of this process: connections must not be shared with the one it was forked from."""
        process = os.getpid()
        if process not in self._clients:
            self._clients = {
                process: OpenSearch(
                    list(self._addresses), max_retries=_TRIES - 1, retry_on_timeout=True, http_compress=False, pool_maxsize=_CONNECTIONS
                )
            }
        return self._clients[process]

    def close(self) -> None:
        """Close the connections of this process."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()


def _checked(answer: Any) -> Any:
    """Return an answer that is whole."""
    if "error" in answer:
        raise SearchUnavailable(_code(answer["error"]), detail=str(answer["error"])[:300])
    shards = answer["_shards"]
    if answer.get("timed_out") or shards["failed"] or shards["successful"] < shards["total"]:
        raise SearchUnavailable("search.partial", detail=f"{shards['successful']}/{shards['total']}")
    return answer


def _code(error: object) -> str:
    said = str(error)
    missing = ("search_phase_execution_exception", "no_shard_available", "all shards failed", "cluster_block_exception")
    if "index_not_found" in said:
        return "search.no-index"
    return "search.partial" if any(one in said for one in missing) else "search.unavailable"


def _refusal(error: Exception, shown: str) -> SearchUnavailable:
    status = error.status_code if isinstance(error, TransportError) else ""
    return SearchUnavailable(_code(error), detail=f"{shown}: {type(error).__name__} {status}".strip())


def lines(items: Iterable[Body]) -> str:
    """Return things as lines of JSON, the form in which many are sent at once."""
    return "".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in items)
