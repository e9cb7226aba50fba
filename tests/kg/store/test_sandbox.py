from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import errors
from kg.errors import KgError, QueryError, QueryLimitExceeded, QueryNotAllowed, QuerySyntaxError, StoreUnavailable
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.results import Solutions
from kg.store.sandbox import QueryPool

from .conftest import JSON

ROOT = Path(errors.__file__).parents[1]
DOUBLING = "SELECT ?n { BIND('aaaaaaaaaaaaaaaa' AS ?a0) " + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(30)) + " BIND(STRLEN(?a30) AS ?n) }"
CARTESIAN = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {CARTESIAN}"


@pytest.fixture(scope="module")
def large_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "store"
    quads = (ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode("x:p"), ox.Literal(f"value {n}"), ox.NamedNode("x:g")) for n in range(1000))
    OxigraphStore.build(path, quads)
    return path


@pytest.fixture(scope="module")
def large_pool(large_store: Path, settings: Settings) -> Iterator[QueryPool]:
    with QueryPool(large_store, settings) as opened:
        yield opened


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def assert_never_called(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def children(parent: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, owner = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(owner) == parent and state != "Z":
            found.add(int(stat.parent.name))
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


HOSTILE = [
    ("a cartesian count", ENDLESS, QueryLimitExceeded, {"limit": "query_deadline_s", "value": "1.5", "unit": "s"}),
    ("a large ORDER BY", f"SELECT * {CARTESIAN} ORDER BY ?a ?f ?i", QueryLimitExceeded, {}),
    ("a cartesian listing", f"SELECT * {CARTESIAN}", QueryLimitExceeded, {"limit": "answer_bytes", "value": str(1 << 20), "unit": "bytes"}),
    ("string doubling", DOUBLING, QueryLimitExceeded, {"limit": "query_memory_mib", "value": "256", "unit": "MiB"}),
    ("deep braces", "SELECT * " + "{" * 20000 + "}" * 20000, QueryLimitExceeded, {"limit": "query_nesting"}),
    ("a long text", "ASK { ?s ?p '" + "x" * 70000 + "' }", QueryLimitExceeded, {"limit": "query_bytes"}),
    ("a long chain of additions", "SELECT (1" + "+1" * 20000 + " AS ?x) {}", StoreUnavailable, {}),
    ("SERVICE", "SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }", QueryNotAllowed, {"form": "SERVICE"}),
    ("SERVICE SILENT", "SELECT * { service silent<http://127.0.0.1:PORT/>{ ?s ?p ?o } }", QueryNotAllowed, {"form": "SERVICE"}),
    ("LOAD", "LOAD <http://127.0.0.1:PORT/>", QueryNotAllowed, {"form": "LOAD"}),
    ("DELETE", "DELETE WHERE { ?s ?p ?o }", QueryNotAllowed, {"form": "DELETE"}),
    ("FROM http", "SELECT * FROM <http://127.0.0.1:PORT/g> { ?s ?p ?o }", QueryNotAllowed, {"form": "FROM"}),
    ("FROM NAMED http", "SELECT * FROM NAMED <http://127.0.0.1:PORT/g> { GRAPH ?g { ?s ?p ?o } }", QueryNotAllowed, {"form": "FROM"}),
    ("FROM file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", QueryNotAllowed, {"form": "FROM", "graph": "file:///etc/passwd"}),
    ("an unknown function", "SELECT (<x:f>(1) AS ?x) {}", QueryError, {}),
    ("broken text", "SELECT * { ?s ?p ?o }\n junk", QuerySyntaxError, {"line": "2", "column": "2"}),
]


@pytest.mark.parametrize(("text", "kind", "facts"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_query_gets_its_error_and_the_next_query_succeeds(
    large_pool: QueryPool, listener: socket.socket, text: str, kind: type[KgError], facts: dict[str, str]
) -> None:
    with pytest.raises(kind) as refused:
        large_pool.query(text.replace("PORT", str(listener.getsockname()[1])), JSON)
    assert type(refused.value) is kind
    assert facts.items() <= refused.value.facts.items()
    assert_never_called(listener)
    answer = Solutions.from_json(large_pool.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON).body)
    assert answer.rows[0]["n"].value == "1000"


def test_a_worker_cannot_open_a_connection_even_for_text_no_guard_has_seen(large_pool: QueryPool, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    for silent in ("", "SILENT "):
        request = large_pool._request(f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}", JSON, None)
        try:
            with large_pool._worker() as worker:
                worker.ask(request)
        except QueryError:
            pass
        assert_never_called(listener)


def test_a_merge_of_too_many_quads_is_refused_with_its_limit(tmp_path: Path) -> None:
    graphs = (ox.NamedNode("x:g1"), ox.NamedNode("x:g2"))
    OxigraphStore.build(tmp_path / "store", (ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode("x:p"), graph, graph) for n in range(501) for graph in graphs))
    with QueryPool(tmp_path / "store", Settings(query_merge_quads=1000, query_workers=1)) as pool:
        with pytest.raises(QueryLimitExceeded) as refused:
            pool.query("ASK FROM <x:g1> FROM <x:g2> { ?s ?p ?o }", JSON)
        assert refused.value.facts == {"limit": "query_merge_quads", "value": "1000", "unit": "quads"}
        assert pool.query("ASK FROM <x:g1> { ?s ?p ?o }", JSON).kind == "boolean"


@pytest.mark.parametrize(("text", "media", "start"), [
    ("SELECT ?s { ?s ?p ?o }", "application/sparql-results+json", b'{"head"'),
    ("SELECT ?s { ?s ?p ?o }", "application/sparql-results+xml", b"<?xml"),
    ("SELECT ?s { ?s ?p ?o }", "text/csv", b"s\r\n"),
    ("SELECT ?s { ?s ?p ?o }", "text/tab-separated-values", b"?s\n"),
    ("ASK { ?s ?p ?o }", "application/sparql-results+json", b'{"head"'),
    ("CONSTRUCT WHERE { ?s ex:name ?o }", "text/turtle", b"<https"),
    ("DESCRIBE ex:a", "application/n-triples", b"<https://example.org/a>"),
    ("CONSTRUCT WHERE { ?s ex:name ?o }", "application/rdf+xml", b"<?xml"),
    ("CONSTRUCT WHERE { ?s ex:name ?o }", "application/ld+json", b"["),
])
def test_answers_come_in_the_asked_media_type(pool: QueryPool, text: str, media: str, start: bytes) -> None:
    answer = pool.query(text, media)
    assert answer.media == media
    assert answer.body.startswith(start)


def test_of_several_media_types_the_first_that_fits_the_form_is_taken(pool: QueryPool) -> None:
    accept = ("text/csv", "text/turtle")
    assert pool.query("SELECT * { ?s ?p ?o }", accept).media == "text/csv"
    assert pool.query("CONSTRUCT WHERE { ?s ?p ?o }", accept).media == "text/turtle"
    with pytest.raises(QueryNotAllowed) as refused:
        pool.query("ASK {}", "text/turtle")
    assert refused.value.code == "query.media"


def test_control_characters_are_refused_in_xml_and_kept_in_json(pool: QueryPool) -> None:
    text = 'SELECT ("a\\u0001b" AS ?x) {}'
    assert Solutions.from_json(pool.query(text, JSON).body).rows[0]["x"].value == "a\x01b"
    with pytest.raises(QueryError) as refused:
        pool.query(text, "application/sparql-results+xml")
    assert refused.value.code == "query.not-representable"


def test_no_process_is_started_before_the_first_query_and_none_is_left_after_closing(store_path: Path, settings: Settings) -> None:
    before = children(os.getpid())
    with QueryPool(store_path, settings) as pool:
        assert children(os.getpid()) == before
        pool.query("ASK {}", JSON)
        assert len(children(os.getpid()) - before) == 1
    assert children(os.getpid()) == before
    with pytest.raises(StoreUnavailable) as refused:
        pool.query("ASK {}", JSON)
    assert refused.value.code == "store.closed"


def test_a_worker_that_was_killed_while_idle_is_replaced_unnoticed(store_path: Path, settings: Settings) -> None:
    before = children(os.getpid())
    with QueryPool(store_path, settings) as pool:
        pool.query("ASK {}", JSON)
        for pid in children(os.getpid()) - before:
            os.kill(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_a_worker_that_is_killed_mid_query_makes_the_store_unavailable_once(large_store: Path) -> None:
    before, caught = children(os.getpid()), []
    with QueryPool(large_store, Settings(query_deadline_s=60, query_workers=1)) as pool:
        pool.query("ASK {}", JSON)
        (worker,) = children(os.getpid()) - before

        def ask() -> None:
            with pytest.raises(StoreUnavailable) as unavailable:
                pool.query(ENDLESS, JSON)
            caught.append(unavailable.value)

        asking = threading.Thread(target=ask)
        asking.start()
        assert until(lambda: cpu_ticks(worker) > 20)
        os.kill(worker, signal.SIGKILL)
        asking.join(20)
        assert caught[0].facts["status"] == str(-signal.SIGKILL)
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_when_all_workers_are_busy_a_query_is_turned_away_after_the_deadline(store_path: Path) -> None:
    with QueryPool(store_path, Settings(query_deadline_s=0.3, query_workers=1)) as pool:
        with pool._worker(), pytest.raises(StoreUnavailable) as refused:
            pool.query("ASK {}", JSON)
        assert refused.value.code == "store.busy"
        assert pool.query("ASK {}", JSON).kind == "boolean"


def test_many_threads_get_their_own_answers(pool: QueryPool) -> None:
    wrong: list[int] = []

    def ask(number: int) -> None:
        for _ in range(10):
            row = Solutions.from_json(pool.query(f"SELECT ({number} AS ?n) {{}}", JSON).body).rows[0]
            if row["n"].value != str(number):
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_heavy_but_allowed_query_does_not_count_against_the_next_ones(large_pool: QueryPool) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 200000 } }"
    answers = {large_pool.query(heavy, JSON).body for _ in range(4)}
    assert len(answers) == 1


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def run_parent(script: str, store: Path) -> subprocess.Popen[str]:
    head = f"""
        import os, sys
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from kg.settings import Settings
        from kg.store.sandbox import QueryPool
        pool = QueryPool(Path({str(store)!r}), Settings(query_deadline_s=120, query_workers=2))
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)


def test_killing_the_parent_mid_query_leaves_no_worker_alive(large_store: Path) -> None:
    script = f"""
        import threading
        for _ in range(2):
            threading.Thread(target=pool.query, args=({ENDLESS!r}, {JSON!r})).start()
    """
    with run_parent(script, large_store) as parent:
        assert until(lambda: len(children(parent.pid)) == 2)
        workers = children(parent.pid)
        assert until(lambda: all(cpu_ticks(worker) > 20 for worker in workers))
        parent.kill()
        parent.wait()
        assert until(lambda: not any(is_running(worker) for worker in workers))


def test_a_parent_that_ends_without_closing_leaves_no_worker_alive(large_store: Path) -> None:
    script = f"""
        pool.query("ASK {{}}", {JSON!r})
        print("ready", flush=True)
        sys.stdin.read()
    """
    with run_parent(script, large_store) as parent:
        assert parent.stdout and parent.stdout.readline() == "ready\n"
        (worker,) = children(parent.pid)
        parent.kill()
        parent.wait()
        assert until(lambda: not is_running(worker))


def test_a_worker_nobody_watches_ends_when_its_cpu_time_is_used_up(large_store: Path) -> None:
    # What remains of the protection if neither parent nor watching thread acts: the pipes stay open here, and nobody kills.
    with QueryPool(large_store, Settings(query_deadline_s=1, query_workers=1)) as pool:
        request = pool._request(ENDLESS, JSON, None)
        with pool._worker() as worker:
            worker._await_ready()
            worker._write(len(request).to_bytes(4, "big") + request, time.monotonic() + 10)
            assert worker._process.wait(timeout=60) == -signal.SIGXCPU


def test_a_pool_used_before_a_fork_gives_the_child_its_own_workers(store_path: Path) -> None:
    script = f"""
        pool.query("ASK {{}}", {JSON!r})
        child = os.fork()
        for _ in range(20):
            text = "SELECT (%d AS ?n) {{}}" % os.getpid()
            assert str(os.getpid()).encode() in pool.query(text, {JSON!r}).body
        if child:
            assert os.waitpid(child, 0)[1] == 0
        pool.close()
        print("done", flush=True)
        os._exit(0)
    """
    with run_parent(script, store_path) as parent:
        out, _ = parent.communicate(timeout=60)
    assert out.splitlines() == ["done", "done"]


def test_the_worker_loads_no_heavy_library() -> None:
    script = "import sys, kg.store.worker; print(sorted({name.partition('.')[0] for name in sys.modules} & {'rdflib', 'pydantic', 'networkx', 'pyshacl'}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
