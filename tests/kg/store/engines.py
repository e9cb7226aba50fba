"""Starts real SPARQL servers on 127.0.0.1 for tests and benchmarks, each on N-Quads, and stops them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.engines.jars import class_path, why_not

PATIENCE_S = 120
VIRTUOSO_DEFAULT = "urn:itda:default"
"""Graph that stands for the default graph in Virtuoso, which has none of its own."""
_INI = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{isql}
DisableUnixSocket = 1
NumberOfBuffers = {buffers}
DirsAllowed = {folder}
SchedulerInterval = 10
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 100000000
MaxQueryExecutionTime = 600
"""


def oxigraph_binary() -> str | None:
    """Return the Oxigraph server of the environment, or None."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.is_file() else shutil.which("oxigraph")


def virtuoso_binary() -> str | None:
    """Return the Virtuoso server of the machine, or None."""
    return shutil.which("virtuoso-t") if shutil.which("isql-vt") else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def oxigraph_server(folder: Path, nquads: bytes) -> Iterator[str]:
    """Serve N-Quads, each in its graph and in the default graph; the endpoint's address."""
    source = folder / "all.nq"
    source.write_bytes(nquads + b"\n" + "\n".join(_in_default(nquads)).encode())
    binary, port = oxigraph_binary(), free_port()
    assert binary
    subprocess.run([binary, "load", "-l", str(folder / "db"), "-f", str(source)], check=True, capture_output=True)
    command = [binary, "serve-read-only", "-l", str(folder / "db"), "-b", f"127.0.0.1:{port}"]
    with _running(command, f"http://127.0.0.1:{port}/query") as endpoint:
        yield endpoint


@contextmanager
def virtuoso_server(folder: Path, nquads: bytes, buffers: int = 10000) -> Iterator[str]:
    """Serve N-Quads, each in its graph and in `VIRTUOSO_DEFAULT`; the endpoint's address."""
    (folder / "own.nq").write_bytes(nquads)
    (folder / "default.nt").write_text("\n".join(_in_default(nquads)), "utf-8")
    isql, port = free_port(), free_port()
    (folder / "v.ini").write_text(_INI.format(folder=folder, isql=isql, port=port, buffers=buffers), "utf-8")
    binary = virtuoso_binary()
    assert binary
    with _running([binary, "+foreground", "+configfile", str(folder / "v.ini")], f"http://127.0.0.1:{port}/sparql") as endpoint:
        commands = (
            f"ld_dir('{folder}', 'own.nq', 'urn:itda:unused'); ld_dir('{folder}', 'default.nt', '{VIRTUOSO_DEFAULT}'); "
            "rdf_loader_run(); checkpoint;"
        )
        subprocess.run(["isql-vt", f"127.0.0.1:{isql}", "dba", "dba", f"exec={commands}"], check=True, capture_output=True, timeout=600)
        yield endpoint


def no_fuseki() -> str:
    """Return why Fuseki cannot be started here; empty when it can."""
    return why_not()


@contextmanager
def fuseki_server(folder: Path, nquads: bytes) -> Iterator[str]:
    """Serve N-Quads, each in its graph and in the default graph, from a TDB2 database; the endpoint's address."""
    (folder / "all.nq").write_bytes(nquads + b"\n" + "\n".join(_in_default(nquads)).encode())
    java = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", class_path("fuseki")]
    loading = [*java, "tdb2.tdbloader", "--loc", str(folder / "tdb"), str(folder / "all.nq")]
    subprocess.run(loading, check=True, capture_output=True, timeout=PATIENCE_S)
    port = free_port()
    serving = [
        *java,
        "org.apache.jena.fuseki.main.cmds.FusekiMainCmd",
        "--localhost",
        f"--port={port}",
        "--loc",
        str(folder / "tdb"),
        "/itda",
    ]
    with _running(serving, f"http://127.0.0.1:{port}/itda/query") as endpoint:
        yield endpoint


def _in_default(nquads: bytes) -> Iterator[str]:
    from pyoxigraph import RdfFormat, parse

    seen = {quad.triple: None for quad in parse(nquads, RdfFormat.N_QUADS)}
    return (f"{triple} ." for triple in seen)


@contextmanager
def _running(command: list[str], endpoint: str) -> Iterator[str]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + PATIENCE_S
            while True:
                try:
                    with urlopen(endpoint + "?query=ASK%7B%7D", timeout=5):
                        break
                except (URLError, OSError):
                    if time.monotonic() > end or process.poll() is not None:
                        raise
                    time.sleep(0.1)
            yield endpoint
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
