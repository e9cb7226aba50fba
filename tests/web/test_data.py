"""Judges `/data`: the files, and what it says to programs: VoID and DCAT with counts that are those of the graph."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, RDF, VOID, Graph, Literal, URIRef

from kg.store.guard import inspect


def described(client: FlaskClient, accept: str, form: str) -> Graph:
    answer = client.get("/data", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.mimetype == accept
    return Graph().parse(data=answer.get_data(), format=form)


def count(client: FlaskClient, pattern: str, what: str = "*") -> int:
    answer = client.get("/sparql", query_string={"query": f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}"})
    return int(answer.get_json()["results"]["bindings"][0]["n"]["value"])


def test_a_browser_gets_the_page_and_a_program_the_description(client: FlaskClient) -> None:
    assert client.get("/data", headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"
    assert client.get("/data", headers={"Accept": "image/png"}).status_code == 406
    turtle, xml = described(client, "text/turtle", "turtle"), described(client, "application/rdf+xml", "xml")
    assert set(turtle) == set(xml)
    assert client.get("/.well-known/void").status_code == 303
    assert client.get("/data/description.ttl").mimetype == "text/turtle"


def test_its_counts_are_those_of_the_graph(client: FlaskClient) -> None:
    graph = described(client, "text/turtle", "turtle")
    dataset = next(graph.subjects(RDF.type, VOID.Dataset))
    assert graph.value(dataset, VOID.triples) == Literal(count(client, "?s ?p ?o"))
    assert graph.value(dataset, VOID.distinctSubjects) == Literal(count(client, "?s ?p ?o", "DISTINCT ?s"))
    assert graph.value(dataset, VOID.distinctObjects) == Literal(count(client, "?s ?p ?o", "DISTINCT ?o"))
    assert graph.value(dataset, VOID.properties) == Literal(count(client, "?s ?p ?o", "DISTINCT ?p"))
    program = URIRef("https://w3id.org/kr-jobs/ns#Program")
    part = next(graph.subjects(VOID["class"], program))
    assert graph.value(part, VOID.entities) == Literal(count(client, f"?s a <{program}>"))


def test_every_distribution_can_be_had_and_has_the_stated_size(client: FlaskClient) -> None:
    graph = described(client, "text/turtle", "turtle")
    files = list(graph.objects(None, DCAT.downloadURL))
    assert len(files) == 4
    for file in files:
        with client.get("/" + str(file).split("/", 3)[3]) as answer:
            size = len(answer.get_data())
        assert graph.value(file, DCAT.byteSize).toPython() == size


@pytest.mark.parametrize("name", ["prefixes.ttl", "prefixes.rq"])
def test_the_prefixes_can_be_used_as_they_are(client: FlaskClient, name: str) -> None:
    text = client.get(f"/data/{name}").text
    assert "kj: <https://w3id.org/kr-jobs/ns#>" in text
    if name.endswith("ttl"):
        assert len(Graph(bind_namespaces="none").parse(data=text, format="turtle")) == 0
    else:
        assert inspect(text + "ASK { ?s a kj:Program }").form == "ASK"


def test_a_thing_leads_to_its_other_formats_and_to_the_description(client: FlaskClient) -> None:
    links = client.get("/id/kr/group/youth", headers={"Accept": "text/html"}).headers.getlist("Link")
    assert "</id/kr/group/youth.ttl>; rel=alternate; type=text/turtle" in links
    assert "</data>; rel=describedby" in links
    assert not any("youth>; rel=alternate; type=text/html" in link for link in links)


def test_a_description_holds_the_links_that_state_a_thing_with_their_lines(client: FlaskClient) -> None:
    query = "DESCRIBE <https://w3id.org/kr-jobs/id/11410/plan/2022/program/digital-tutor>"
    graph = Graph().parse(data=client.get("/sparql", query_string={"query": query}).get_data(), format="turtle")
    edition = URIRef("https://w3id.org/kr-jobs/id/11410/plan/2022/program/digital-tutor")
    assert (edition, RDF.type, None) in graph
    assert len(set(graph.subjects(RDF.subject, edition))) > 3
