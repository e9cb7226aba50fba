"""People's own tools ask the running server: curl, SPARQLWrapper, rdflib's SPARQLStore, an XMLHttpRequest-like preflight is in test_protocol."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from .conftest import RealServer

PROGRAMS = "PREFIX kj: <https://w3id.org/kr-jobs/ns#> SELECT ?s WHERE { ?s a kj:Program } ORDER BY ?s LIMIT 3"
YOUTH = URIRef("https://w3id.org/kr-jobs/id/kr/group/youth")
CONSTRUCT = f"CONSTRUCT WHERE {{ <{YOUTH}> ?p ?o }}"


def wrapper(server: RealServer, query: str, form: str, method: str = GET, direct: bool = False) -> SPARQLWrapper:
    made = SPARQLWrapper(server.url + "/sparql")
    made.setQuery(query)
    made.setReturnFormat(form)
    made.setMethod(method)
    made.setRequestMethod(POSTDIRECTLY if direct else URLENCODED)
    return made


@pytest.mark.parametrize(("method", "direct"), [(GET, False), (POST, False), (POST, True)])
def test_sparqlwrapper_reads_every_format(real_server: RealServer, method: str, direct: bool) -> None:
    found = wrapper(real_server, PROGRAMS, JSON, method, direct).queryAndConvert()
    assert len(found["results"]["bindings"]) == 3
    assert len(wrapper(real_server, PROGRAMS, XML, method, direct).queryAndConvert().getElementsByTagName("result")) == 3
    assert wrapper(real_server, PROGRAMS, CSV, method, direct).queryAndConvert().count(b"\n") == 4
    assert wrapper(real_server, PROGRAMS, TSV, method, direct).queryAndConvert().count(b"\n") == 4
    assert wrapper(real_server, "ASK {}", JSON, method, direct).queryAndConvert()["boolean"] is True


@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD, XML])
def test_sparqlwrapper_reads_graphs(real_server: RealServer, form: str) -> None:
    found = wrapper(real_server, CONSTRUCT, form).queryAndConvert()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert "청년" in {str(label) for label in graph.objects(YOUTH, SKOS.prefLabel)}


def test_sparqlwrapper_says_that_a_query_is_bad(real_server: RealServer) -> None:
    with pytest.raises(QueryBadFormed):
        wrapper(real_server, "SELECT", JSON).query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_uses_it_as_a_store(real_server: RealServer, method: str) -> None:
    store = SPARQLStore(real_server.url + "/sparql", method=method, returnFormat="json")
    graph = Graph(store)
    assert len(list(graph.query(PROGRAMS))) == 3
    assert graph.query("ASK {}").askAnswer is True
    assert "청년" in {str(label) for label in graph.objects(YOUTH, SKOS.prefLabel)}
    assert (YOUTH, SKOS.prefLabel, None) in graph
    constructed = Graph(SPARQLStore(real_server.url + "/sparql", method=method)).query(CONSTRUCT).graph  # with JSON it takes rows only
    assert constructed is not None
    assert len(constructed) > 3
    inside = Graph(store, identifier=URIRef("https://w3id.org/kr-jobs/graph/ontology"))
    assert "청년" in {str(label) for label in inside.objects(YOUTH, SKOS.prefLabel)}


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl_gets_what_the_page_shows(real_server: RealServer) -> None:
    def curl(*arguments: str) -> str:
        command = ["curl", "-sS", "--compressed", "--max-time", "20", *arguments, real_server.url + "/sparql"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    assert len(json.loads(curl("-G", "--data-urlencode", f"query={PROGRAMS}"))["results"]["bindings"]) == 3
    assert len(json.loads(curl("--data-urlencode", f"query={PROGRAMS}"))["results"]["bindings"]) == 3
    assert curl("-H", "Accept: text/csv", "-H", "Content-Type: application/sparql-query", "--data-binary", PROGRAMS).count("\r\n") == 4
    assert "sd:endpoint" in curl() or "service-description" in curl()
    assert "405" in curl("-X", "PUT", "-o", "/dev/null", "-w", "%{http_code}")
