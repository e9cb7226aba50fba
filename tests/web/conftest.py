"""Fixture strategy: one app over the real plan, built once per run; small made-up graphs in memory where a case needs what the plan lacks."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg.network.projection import project
from kg.ontology import Ontology
from kg.settings import Settings
from kg.store.oxigraph import OxigraphStore
from kg.store.reader.entity import EntityReader
from kg.store.sandbox import QueryPool
from kg.store.snapshot import Snapshot
from kg.text import DotTable
from search.model import Page, Query, Suggestion
from web.app import create_app
from web.services import Services
from web.serving import SearchOpener
from web.site import Site


@pytest.fixture(scope="session")
def app(settings: Settings, published: Snapshot) -> Iterator[Flask]:
    """The site over the real plan."""
    made = create_app(settings, SearchOpener())
    yield made
    made.extensions["itda"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without cookies."""
    return app.test_client(use_cookies=False)


def queried(client: FlaskClient, address: str) -> list[dict[str, dict[str, str]]]:
    """Follow the link to the query of a page and return the rows it finds."""
    sent = client.get(address)
    assert sent.status_code == 302
    query = parse_qs(urlsplit(sent.headers["Location"]).query)["query"][0]
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    rows: list[dict[str, dict[str, str]]] = answer.get_json()["results"]["bindings"]
    return rows


SMALL = """
@prefix : <https://w3id.org/kr-jobs/id/11410/> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix group: <https://w3id.org/kr-jobs/id/kr/group/> .
@prefix kj: <https://w3id.org/kr-jobs/ns#> .
@prefix p22: <https://w3id.org/kr-jobs/id/11410/plan/2022/> .
@prefix p23: <https://w3id.org/kr-jobs/id/11410/plan/2023/> .
@prefix plan: <https://w3id.org/kr-jobs/id/11410/plan/> .
@prefix program: <https://w3id.org/kr-jobs/id/11410/program/> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix concept: <https://w3id.org/kr-jobs/id/kr/concept/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

plan:2022 a kj:JobsPlan ; skos:prefLabel "가상구 2022년 계획"@ko .
plan:2023 a kj:JobsPlan ; skos:prefLabel "가상구 2023년 계획"@ko , "Plan of 2023"@en .
<https://w3id.org/kr-jobs/id/11410/plan/2022/goal> a kj:Goal ; skos:prefLabel "목표"@ko ; kj:inPlan plan:2022 ; kj:contributesTo <https://w3id.org/kr-jobs/id/11410/plan/2022/strategy/1> .
<https://w3id.org/kr-jobs/id/11410/plan/2022/strategy/1> a kj:Strategy ; skos:prefLabel "전략 하나"@ko ; skos:notation "1" ; kj:inPlan plan:2022 ;
  kj:contributesTo <https://w3id.org/kr-jobs/id/11410/plan/2022/goal> .
program:bakery a kj:Program ; skos:prefLabel "마을 빵집"@ko ; skos:altLabel "빵집"@ko .
<https://w3id.org/kr-jobs/id/11410/plan/2022/program/bakery> a kj:ProgramEdition ; skos:prefLabel "마을 빵집 (2022)"@ko ; dct:isVersionOf program:bakery ;
  kj:inPlan plan:2022 ; kj:participantGroup group:youth ; kj:contributesTo <https://w3id.org/kr-jobs/id/11410/plan/2022/strategy/1> ;
  cv:holdsRequirement <https://w3id.org/kr-jobs/id/11410/plan/2022/program/bakery/requirement/age> .
<https://w3id.org/kr-jobs/id/11410/plan/2022/program/bakery/requirement/age> a cv:Constraint ; cv:constrains concept:age ;
  schema:minValue 18.0 ; kj:maxExclusive 40.0 .
<https://w3id.org/kr-jobs/id/11410/plan/2023/program/bakery> a kj:ProgramEdition ; skos:prefLabel "마을 빵집 (2023)"@ko ; dct:isVersionOf program:bakery ;
  kj:inPlan plan:2023 ; kj:participantGroup group:elder ; cv:holdsRequirement <https://w3id.org/kr-jobs/id/11410/plan/2023/program/bakery/requirement/age> .
<https://w3id.org/kr-jobs/id/11410/plan/2023/program/bakery/requirement/age> a cv:Constraint ; cv:constrains concept:age ; schema:minValue 60.0 .
group:youth skos:altLabel "동네 사람"@ko .
group:elder skos:altLabel "동네 사람"@ko .
"""


class FixedServices(Services):
    """Services whose one snapshot is a small graph in memory."""

    def __init__(self, settings: Settings, turtle: str = SMALL) -> None:
        super().__init__(settings, SearchOpener())
        graph = NamedNode("https://w3id.org/kr-jobs/graph/11410/2022")
        own = (Quad(q.subject, q.predicate, q.object, graph) for q in parse(turtle, format=RdfFormat.TURTLE))
        store = OxigraphStore.in_memory([*Ontology.load(settings.ontology).quads, *own])
        snapshot = Snapshot("0" * 64, settings.snapshots, {})
        pool = QueryPool(settings.snapshots, settings)
        self.store = store
        reader = EntityReader(store, self.library, DotTable.load(settings.data / "lexicon"))
        self._fixed = Site(
            snapshot,
            store,
            reader,
            _NoSearch(),
            pool,
            {lang: reader.plans(lang) for lang in ("ko", "en")},
            self.library,
            self.sayings,
        )
        self._fixed.network = project(store, self.library)

    def acquire(self) -> Site:
        return self._fixed

    def release(self, site: Site) -> None:
        pass


class _NoSearch:
    is_down = False

    def search(self, query: Query) -> Page:
        return Page(0, (), (), (), None)

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        return ()


@pytest.fixture(scope="session")
def small(settings: Settings) -> Flask:
    """A site over a made-up graph: one programme in two plans, two groups that share a name, a plan tree with a circle."""
    made = create_app(settings, SearchOpener())
    made.extensions["itda"] = FixedServices(settings)
    return made


ASKED_FIRST = 12
"""So many answers leave neither of two web processes without one, but for one time in two thousand."""


@dataclass(frozen=True)
class RealServer:
    """The site as it is run, on a port of its own."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def raw(
        self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request just as it is written here; header names come back in lower case."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        try:
            if body:
                connection.send(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="session")
def real_server(settings: Settings, published: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """The command `itda serve` on the real plan: two web processes, two query workers each, a deadline of 2 s, nothing kept in memory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    wanted = {
        "SNAPSHOTS": settings.snapshots,
        "DATA": settings.data,
        "ONTOLOGY": settings.ontology,
        "LINKS": tmp_path_factory.mktemp("links"),
        "QUERY_DEADLINE_S": 2,
        "BODY_S": 3,
        "QUERY_MEMORY_MIB": 256,
        "QUERY_KEPT_BYTES": 0,
        "ANSWER_BYTES": 4 << 20,
    }
    environ = {**os.environ, **{f"ITDA_{name}": str(value) for name, value in wanted.items()}}
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "serve", "--port", str(port)], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    server = RealServer(port, process.pid)
    try:
        for _ in range(600):
            with suppress(OSError):
                if server.raw("GET", "/readyz")[0] == 200:
                    break
            time.sleep(0.1)
        # Each web process starts one for queries with its first, for which that may take its whole time on a busy machine.
        answered = (server.raw("GET", "/sparql?query=ASK%7B%7D")[0] == 200 for _ in range(10 * ASKED_FIRST))
        assert sum(islice(filter(None, answered), ASKED_FIRST)) == ASKED_FIRST
        yield server
    finally:
        process.terminate()
        process.wait(30)
