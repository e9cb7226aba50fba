"""Judges `/api/queries/…` and `/openapi.json`: every ready question is an address with documented parameters, bound as terms."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.settings import Settings
from kg.store.reader.examples import Example, load_examples
from web import errors as web_errors
from web.protocol import OFFERED

EXAMPLES = load_examples(Settings().ontology / "examples")
FOR_GROUP = "/api/queries/programs-for-a-group"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
def test_every_question_answers_as_json_and_as_a_file(client: FlaskClient, example: Example) -> None:
    if "CONSTRUCT" in example.query:
        assert client.get(f"/api/queries/{example.name}", headers={"Accept": "text/turtle"}).mimetype == "text/turtle"
        as_table = client.get(f"/api/queries/{example.name}?format=csv")
        assert (as_table.status_code, as_table.mimetype) == (200, "text/csv")
        rows = list(csv.DictReader(io.StringIO(as_table.get_data().decode("utf-8-sig"))))
        assert list(rows[0]) == ["subject", "subject IRI", "property", "property IRI", "value", "value IRI"]
        assert all(row["subject"] and row["property"] and row["value"] for row in rows)
        assert client.get(f"/api/queries/{example.name}", headers={"Accept": "text/csv"}).get_data() == as_table.get_data()
        return
    found = client.get(f"/api/queries/{example.name}").get_json()
    assert found["query"] == example.name
    assert found["total"] == len(found["rows"]) > 0
    assert all(set(row) <= set(found["columns"]) for row in found["rows"])
    as_csv = client.get(f"/api/queries/{example.name}?format=csv")
    assert as_csv.mimetype == "text/csv"
    assert as_csv.text.splitlines()[0] == ",".join(found["columns"])


def test_a_value_is_an_iri_a_prefixed_name_or_a_name(client: FlaskClient) -> None:
    given = ["https://w3id.org/kr-jobs/id/kr/group/elder", "group:elder", "노인"]
    answers = [client.get(FOR_GROUP, query_string={"group": value}).get_json() for value in given]
    assert answers[0]["rows"] == answers[1]["rows"] == answers[2]["rows"] != client.get(FOR_GROUP).get_json()["rows"]
    assert answers[0]["rows"][0]["program"].keys() == {"id", "name"}
    assert isinstance(answers[0]["rows"][0]["line"], int)
    young, old = (client.get("/api/queries/who-may-at-an-age", query_string={"age": age}).get_json()["total"] for age in ("30", "90"))
    assert young > 0 == old


@pytest.mark.parametrize("hostile", ['x" } UNION { ?s ?p ?o } #', "group:elder> } #", "\\u0022", "청년'}"])
def test_a_hostile_value_is_refused_or_stays_a_text(client: FlaskClient, hostile: str) -> None:
    refused = client.get(FOR_GROUP, query_string={"group": hostile})
    assert refused.status_code == 400
    assert refused.mimetype == "application/problem+json"
    assert client.get("/api/queries/names-with-a-word", query_string={"word": hostile}).get_json().get("total", 0) == 0
    assert client.get("/api/queries/who-may-at-an-age", query_string={"age": hostile}).status_code == 400


def test_mistakes_are_told_with_what_there_is(client: FlaskClient) -> None:
    assert client.get("/api/queries/programs-for-a-gruop").get_json()["nearest"] == "programs-for-a-group"
    assert client.get("/api/queries/programs-for-a-gruop").status_code == 404
    unknown = client.get(FOR_GROUP, query_string={"gruop": "노인"})
    assert unknown.status_code == 400
    assert "group" in unknown.get_json()["words"]
    assert client.get(f"{FOR_GROUP}?group=group:elder&group=group:youth").status_code == 400
    near = client.get(FOR_GROUP, query_string={"group": "청념"}).get_json()
    assert "청년" in near["nearest"]
    assert client.get(FOR_GROUP, headers={"Accept": "image/png"}).status_code == 406


def test_answers_are_open_to_scripts_and_conditional(client: FlaskClient) -> None:
    answer = client.get(FOR_GROUP)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(FOR_GROUP, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.options(FOR_GROUP).headers["Access-Control-Allow-Methods"]


def test_the_description_of_the_endpoint_has_every_status_and_format_of_the_code(client: FlaskClient) -> None:
    web = Path(web_errors.__file__).parent
    raised = "".join((web / name).read_text("utf-8") for name in ("protocol.py", "budget.py", "bodies.py", "limits.py", "views/sparql.py"))
    statuses = {int(status) for status in re.findall(r'(?:WebError|WebError\(\n?\s*)\(?"[a-z.-]+", (\d{3})', raised)}
    assert statuses >= {404, 406, 408, 412, 415, 429, 503}
    statuses |= {
        *web_errors.LIMITS.values(),
        *web_errors.CODES.values(),
        *(status for _, status in web_errors.STATUS),
        304,
        405,
        414,
        431,
        500,
    }
    described = client.get("/openapi.json").get_json()["paths"]["/sparql"]
    assert {int(status) for status in described["get"]["responses"]} == statuses | {200}
    assert {int(status) for status in described["post"]["responses"]} == (statuses | {200}) - {304}
    media = {one.media for formats in OFFERED.values() for one in formats} | {"text/html"}
    assert set(described["get"]["responses"]["200"]["content"]) == set(described["post"]["responses"]["200"]["content"]) == media
    for status, query in (("400", {"query": "nonsense"}), ("404", {"example": "none"}), ("406", {"query": "ASK {}", "format": "csv"})):
        for accept in ("text/html", "application/json"):
            answer = client.get("/sparql", query_string=query, headers={"Accept": accept} if status != "406" else {})
            assert (str(answer.status_code), answer.mimetype in described["get"]["responses"][status]["content"]) == (status, True)


def test_everything_is_described(app: Flask, client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/") and not rule.arguments}
    assert {f"/api/queries/{example.name}" for example in EXAMPLES} | {"/sparql"} | rules == set(described["paths"])
    asked = {"focus": "연세대", "actor": "연세대", "from": "연세대", "to": "이화여대", "group": "청년"}
    for address in ("/api/network", "/api/path", "/api/partners", "/api/serves"):
        told = described["paths"][address]["get"]["parameters"]
        given = {one["name"]: asked[one["name"]] for one in told if one["name"] in asked}
        forms = next((one["schema"]["enum"] for one in told if one["name"] == "format"), ["json"])
        assert given and {client.get(address, query_string=given | {"format": form}).status_code for form in forms} == {200}
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    for example in EXAMPLES:
        parameters = described["paths"][f"/api/queries/{example.name}"]["get"]["parameters"]
        assert {one["name"] for one in parameters} == {parameter.name for parameter in example.parameters} | {"format"}
    listed = client.get("/api/queries").get_json()["queries"]
    assert [one["name"] for one in listed] == [example.name for example in EXAMPLES]
