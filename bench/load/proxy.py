"""HAProxy with `deploy/haproxy.cfg` on a free port of 127.0.0.1; only addresses and what needs root are replaced."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CONFIG = Path(__file__).resolve().parents[2] / "deploy" / "haproxy.cfg"
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
_NEEDS_ROOT = ("log /dev/log", "user ", "group ", "stats socket ")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def config(port: int, replicas: Sequence[int]) -> str:
    """Return the configuration for a port of the proxy and ports of the replicas."""
    lines = [line for line in CONFIG.read_text("utf-8").splitlines() if not line.strip().startswith(_NEEDS_ROOT)]
    text = "\n".join(lines).replace("bind :80", f"bind 127.0.0.1:{port}")
    servers = "".join(f"    server replica{number} 127.0.0.1:{replica}\n" for number, replica in enumerate(replicas))
    return re.sub(r"(?:    server .*(?:\n|$))+", servers, text) + "\n"


@contextmanager
def proxied(folder: Path, replicas: Sequence[int]) -> Iterator[int]:
    """Start HAProxy before replicas on some ports of 127.0.0.1, its configuration in a folder; yield its port.

    Raises:
        FileNotFoundError: HAProxy is not installed.
    """
    if HAPROXY is None:
        raise FileNotFoundError("haproxy is not installed: apt-get install haproxy")
    port, path = free_port(), folder / "haproxy.cfg"
    path.write_text(config(port, replicas), "utf-8")
    with subprocess.Popen([HAPROXY, "-db", "-f", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()
            process.wait(30)
