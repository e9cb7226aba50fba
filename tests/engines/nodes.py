"""Starts a real OpenSearch cluster on 127.0.0.1 for tests and benchmarks: one process a node, so that one can be killed, and stops it."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.engines.jars import class_path
from tests.kg.store.engines import free_port

_MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
_PORTS = range(9202, 9300)
"""The runner takes no other ports for HTTP."""
_PATIENCE_S = 120
_YML = """network.host: 127.0.0.1
transport.port: {port}
discovery.seed_hosts: {every}
cluster.initial_cluster_manager_nodes: {every}
cluster.fault_detection.follower_check.interval: 500ms
cluster.fault_detection.follower_check.timeout: 1s
cluster.routing.allocation.disk.threshold_enabled: false
"""


class Nodes:
    """A cluster whose nodes are started and killed one by one."""

    def __init__(self, folder: Path, count: int, memory_mib: int = 384) -> None:
        self._folder, self._memory = folder, memory_mib
        self._transport = [free_port() for _ in range(count)]
        self._http = random.sample([port for port in _PORTS if _is_free(port)], count)
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def addresses(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self._http]

    def start(self, number: int) -> None:
        home = self._folder / f"n{number}"
        config = home / "node_1" / "config"
        config.mkdir(parents=True, exist_ok=True)
        every = json.dumps([f"127.0.0.1:{port}" for port in self._transport])
        (config / "opensearch.yml").write_text(_YML.format(port=self._transport[number], every=every), "utf-8")
        java = ["java", f"-Xms{self._memory // 2}m", f"-Xmx{self._memory}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        runner = [_MAIN, "-basePath", str(home), "-numOfNode", "1", "-baseHttpPort", str(self._http[number] - 1), "-clusterName", "itda"]
        with (home / "log").open("wb") as log:
            command = [*java, "-cp", class_path("opensearch"), *runner]
            self._running[number] = subprocess.Popen(command, stdout=log, stderr=log)  # its own process, ended by `stop`

    def holds(self, number: int, index: str) -> bool:
        """Say whether a node has a copy of a shard of an index."""
        with urlopen(f"{self.addresses[number]}/_nodes/_local", timeout=10) as answer:
            (own,) = json.load(answer)["nodes"]
        with urlopen(f"{self.addresses[number]}/_cluster/state/routing_table/{index}", timeout=10) as answer:
            shards = json.load(answer)["routing_table"]["indices"][index]["shards"]
        return any(copy["node"] == own for copies in shards.values() for copy in copies)

    def kill(self, number: int) -> None:
        """End a node as a machine ends that loses power."""
        process = self._running.pop(number)
        process.kill()
        process.wait()

    def wait(self, nodes: int, status: str = "green") -> None:
        """Wait until the cluster has so many nodes and all copies of all shards.

        Raises:
            TimeoutError: it has not within two minutes; the message is the end of what a node said.
        """
        query = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}&timeout=5s&wait_for_no_relocating_shards=true"
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            for number in self._running:
                with suppress(URLError, OSError), urlopen(self.addresses[number] + query, timeout=10) as answer:
                    if not json.load(answer)["timed_out"]:
                        return
            time.sleep(0.3)
        raise TimeoutError((self._folder / "n0" / "log").read_text("utf-8", "replace")[-2000:])

    def stop(self) -> None:
        for number in tuple(self._running):
            self.kill(number)


@contextmanager
def opensearch_nodes(folder: Path, count: int = 3, memory_mib: int = 384) -> Iterator[Nodes]:
    """Start a cluster and wait until it is one."""
    nodes = Nodes(folder, count, memory_mib)
    try:
        for number in range(count):
            nodes.start(number)
        nodes.wait(count)
        yield nodes
    finally:
        nodes.stop()


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
