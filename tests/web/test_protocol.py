"""Judges `/sparql` by the SPARQL 1.1 Protocol, section by section, on the running server; cases of the W3C's rdf-tests by behaviour."""

from __future__ import annotations

import gzip
import json
import re
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from .conftest import RealServer

PLAN, INFERRED = "https://w3id.org/kr-jobs/graph/11410/2022", "https://w3id.org/kr-jobs/graph/inferred"
PROGRAMS = "SELECT ?s WHERE { ?s a <https://w3id.org/kr-jobs/ns#Program> } ORDER BY ?s LIMIT 5"
CONSTRUCT = "CONSTRUCT WHERE { ?s a <https://w3id.org/kr-jobs/ns#Program> }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
Answer = tuple[int, dict[str, str], bytes]


def get(server: RealServer, query: str | None, headers: dict[str, str] | None = None, **parameters: object) -> Answer:
    given = ([("query", query)] if query is not None else []) + [
        (name.replace("_", "-"), value)
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return server.raw("GET", "/sparql" + (f"?{urlencode(given)}" if given else ""), headers=headers)


def post_form(server: RealServer, pairs: list[tuple[str, str]], headers: dict[str, str] | None = None) -> Answer:
    return server.raw("POST", "/sparql", urlencode(pairs).encode(), {"Content-Type": FORM, **(headers or {})})


def post(server: RealServer, body: bytes, kind: str | None = DIRECT, target: str = "/sparql", **headers: str) -> Answer:
    return server.raw("POST", target, body, {**({"Content-Type": kind} if kind else {}), **headers})


def rows(answer: Answer) -> list[dict[str, dict[str, str]]]:
    status, headers, body = answer
    assert (status, headers["content-type"]) == (200, JSON), body
    found: list[dict[str, dict[str, str]]] = json.loads(body)["results"]["bindings"]
    return found


def number(answer: Answer) -> int:
    return int(rows(answer)[0]["n"]["value"])


def problem(answer: Answer, status: int) -> dict[str, object]:
    assert answer[0] == status, answer
    assert answer[1]["content-type"] == "application/problem+json"
    assert answer[1]["access-control-allow-origin"] == "*"
    assert answer[1]["cache-control"] == "no-store"
    found: dict[str, object] = json.loads(answer[2])
    assert found["status"] == status
    return found


# --- 2.1 query operation: the three ways of section 2.1.1 to 2.1.3


def test_get_form_and_direct_post_give_the_same_bytes(real_server: RealServer) -> None:
    answers = [
        get(real_server, PROGRAMS),
        post_form(real_server, [("query", PROGRAMS)]),
        post(real_server, PROGRAMS.encode()),
        post(real_server, PROGRAMS.encode(), DIRECT + "; charset=UTF-8"),
        real_server.raw("POST", "/sparql", urlencode({"query": PROGRAMS}).encode(), {"Content-Type": FORM + "; charset=utf-8"}),
    ]
    assert {answer[0] for answer in answers} == {200}
    assert len({answer[2] for answer in answers}) == 1
    assert len(rows(answers[0])) == 5


def test_bad_query_method(real_server: RealServer) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        status, headers, _ = real_server.raw(method, "/sparql?" + urlencode({"query": "ASK {}"}), b"")
        assert status == 405
        assert {name.strip() for name in headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS", "POST"}


def test_bad_multiple_queries(real_server: RealServer) -> None:
    problem(real_server.raw("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D"), 400)
    problem(post_form(real_server, [("query", "ASK {}"), ("query", "SELECT * {}")]), 400)
    problem(post(real_server, b"ASK {}", target="/sparql?" + urlencode({"query": "ASK {}"})), 400)


def test_no_query_at_all(real_server: RealServer) -> None:
    problem(get(real_server, None, default_graph_uri=PLAN), 400)
    problem(get(real_server, ""), 400)
    problem(post_form(real_server, []), 400)
    problem(post(real_server, b"  "), 400)


def test_bad_query_wrong_media_type(real_server: RealServer) -> None:
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x", "application/sparql-update"):
        problem(post(real_server, b"ASK {}", kind), 415)


def test_bad_query_missing_form_type_and_missing_direct_type(real_server: RealServer) -> None:
    problem(post(real_server, urlencode({"query": "ASK {}"}).encode(), None), 415)
    problem(post(real_server, b"ASK {}", None), 415)


def test_bad_query_non_utf8(real_server: RealServer) -> None:
    problem(post(real_server, "ASK {}".encode("utf-16"), DIRECT + "; charset=UTF-16"), 415)
    problem(post(real_server, "ASK {}".encode("utf-16")), 400)
    problem(post(real_server, "ASK { ?s ?p '청년' }".encode("euc-kr")), 400)
    problem(real_server.raw("GET", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20'%C3%BB%B3%E2'%20%7D"), 400)
    problem(real_server.raw("POST", "/sparql", b"query=ASK%20%7B%20%3Fs%20%3Fp%20'%FF'%20%7D", {"Content-Type": FORM}), 400)


def test_an_encoded_body_is_refused_by_name(real_server: RealServer) -> None:
    problem(post(real_server, gzip.compress(b"ASK {}"), **{"Content-Encoding": "gzip"}), 415)


@pytest.mark.parametrize("text", ["SELECT ?s\nWHERE { ?s ?p }", "SELECT ?s\nWHERE { ?s ?p }}", "ASK {\n ?s nope:p ?o }"])
def test_bad_query_syntax_says_where(real_server: RealServer, text: str) -> None:
    found = problem(get(real_server, text), 400)
    assert found["line"] == "2"
    assert int(str(found["column"])) > 1


def test_an_update_is_refused_however_it_is_sent(real_server: RealServer) -> None:
    update = "INSERT DATA { <x:s> <x:p> <x:o> }"
    problem(post_form(real_server, [("update", update)]), 400)
    problem(post_form(real_server, [("query", "ASK {}"), ("update", update)]), 400)
    problem(post_form(real_server, [("query", "ASK {}"), ("using-graph-uri", PLAN)]), 400)
    problem(get(real_server, None, update=update), 400)
    problem(post(real_server, update.encode(), "application/sparql-update"), 415)
    for text in (update, "DELETE WHERE { ?s ?p ?o }", "DROP ALL", "CLEAR DEFAULT", "LOAD <http://127.0.0.1:9/>", "CREATE GRAPH <x:g>"):
        assert problem(get(real_server, text), 400)["code"] == "query.not-allowed"
    assert number(get(real_server, "SELECT (COUNT(*) AS ?n) { <x:s> ?p ?o }")) == 0


# --- 2.1.4 specifying an RDF dataset


def test_query_dataset_default_graph_by_get_and_post(real_server: RealServer) -> None:
    whole, inferred = number(get(real_server, COUNT)), number(get(real_server, COUNT, default_graph_uri=INFERRED))
    assert 0 < inferred < whole
    assert number(post_form(real_server, [("query", COUNT), ("default-graph-uri", INFERRED)])) == inferred
    assert number(post(real_server, COUNT.encode(), target="/sparql?" + urlencode({"default-graph-uri": INFERRED}))) == inferred


def test_query_dataset_default_graphs_are_merged(real_server: RealServer) -> None:
    parts = [number(get(real_server, COUNT, default_graph_uri=graph)) for graph in (PLAN, INFERRED)]
    assert number(get(real_server, COUNT, default_graph_uri=[PLAN, INFERRED])) == sum(parts)
    assert number(get(real_server, COUNT, default_graph_uri=[INFERRED, INFERRED])) == parts[1]


def test_query_dataset_named_graphs(real_server: RealServer) -> None:
    for answer in (get(real_server, NAMED, named_graph_uri=[PLAN]), post_form(real_server, [("query", NAMED), ("named-graph-uri", PLAN)])):
        assert [row["g"]["value"] for row in rows(answer)] == [PLAN]
    assert number(get(real_server, COUNT, named_graph_uri=PLAN)) == 0


def test_query_dataset_full(real_server: RealServer) -> None:
    answer = get(
        real_server,
        "SELECT ?g { { SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } } { SELECT ?a { ?a ?b ?c } LIMIT 1 } }",
        default_graph_uri=INFERRED,
        named_graph_uri=PLAN,
    )
    assert [row["g"]["value"] for row in rows(answer)] == [PLAN]


def test_query_multiple_dataset_the_protocol_wins_over_from(real_server: RealServer) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{PLAN}> {{ ?s ?p ?o }}"
    assert number(get(real_server, text, default_graph_uri=INFERRED)) == number(get(real_server, COUNT, default_graph_uri=INFERRED))


@pytest.mark.parametrize("graph", ["http://127.0.0.1:9/g", "file:///etc/passwd", "https://w3id.org/kr-jobs/graph/none", "not an iri", ""])
@pytest.mark.parametrize("parameter", ["default_graph_uri", "named_graph_uri"])
def test_a_graph_that_is_not_ours_is_refused(real_server: RealServer, parameter: str, graph: str) -> None:
    problem(get(real_server, COUNT, **{parameter: graph}), 400)


# --- 2.1.5, 2.1.6 the answer: content types


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (PROGRAMS, None, JSON),
        (PROGRAMS, "", JSON),
        (PROGRAMS, "*/*", JSON),
        (PROGRAMS, "application/*", JSON),
        (PROGRAMS, "text/*", "text/csv"),
        (PROGRAMS, "application/json", JSON),
        (PROGRAMS, "application/xml", XML),
        (PROGRAMS, "text/xml", XML),
        (PROGRAMS, "text/csv; charset=utf-8", "text/csv"),
        (PROGRAMS, "TEXT/CSV", "text/csv"),
        (PROGRAMS, "text/tab-separated-values", "text/tab-separated-values"),
        (PROGRAMS, f"{JSON};q=0.2, {XML};q=0.8", XML),
        (PROGRAMS, f"{JSON};q=0, */*", XML),
        (PROGRAMS, "application/json, text/csv;q=0.5", JSON),
        (PROGRAMS, "application/json;q=0.4, text/csv;q=0.5", "text/csv"),
        (PROGRAMS, "text/turtle, text/csv;q=0.1", "text/csv"),
        (PROGRAMS, f"image/png, {XML};q=0.1", XML),
        ("ASK {}", None, JSON),
        ("ASK {}", XML, XML),
        ("ASK {}", "text/csv, */*;q=0.1", JSON),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "text/turtle", "text/turtle"),
        (CONSTRUCT, "text/n3", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "text/plain", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/json", "application/ld+json"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "text/turtle;q=0.3, application/rdf+xml;q=0.7", "application/rdf+xml"),
        ("DESCRIBE <https://w3id.org/kr-jobs/id/kr/group/youth>", None, "text/turtle"),
    ],
)
def test_the_answer_comes_as_the_client_likes_it_best(real_server: RealServer, query: str, accept: str | None, media: str) -> None:
    status, headers, body = get(real_server, query, {"Accept": accept} if accept is not None else {})
    assert status == 200, body
    assert headers["content-type"].partition(";")[0] == media
    assert ("charset=utf-8" in headers["content-type"]) == media.startswith("text/")
    assert "Accept" in headers["vary"]
    assert "Accept-Encoding" in headers["vary"]
    if query.startswith(("CONSTRUCT", "DESCRIBE")):
        kind = RdfFormat.from_media_type(media)
        assert kind
        assert any(True for _ in parse(body, kind))
    elif media == "text/csv":
        assert body.startswith(b"s\r\nhttps://")
    else:
        results = QueryResultsFormat.from_media_type(media)
        assert results
        parse_query_results(body, results)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (PROGRAMS, "text/turtle"),
        (PROGRAMS, "image/png"),
        (PROGRAMS, "application/*;q=0, text/*;q=0"),
        ("ASK {}", "text/csv"),
        (CONSTRUCT, JSON),
        (CONSTRUCT, "text/csv"),
    ],
)
def test_no_acceptable_format_is_406_and_names_those_there_are(real_server: RealServer, query: str, accept: str) -> None:
    found = problem(get(real_server, query, {"Accept": accept}), 406)
    assert "json" in str(found["formats"])


def test_korean_is_kept_in_literals_iris_variables_and_prefixed_names(real_server: RealServer) -> None:
    text = (
        "PREFIX 집: <https://example.org/집/> SELECT ?이름 ?것 { BIND ('청년 \\uAC00'@ko AS ?이름) "
        "BIND (IF(집:일자리 = <https://example.org/집/일자리>, 집:일자리, 1) AS ?것) }"
    )
    for answer in (
        get(real_server, text),
        post_form(real_server, [("query", text)]),
        post(real_server, text.encode()),
        real_server.raw("GET", "/sparql?query=" + quote(text, safe="")),
    ):
        row = rows(answer)[0]
        assert row["이름"] == {"type": "literal", "value": "청년 가", "xml:lang": "ko"}
        assert row["것"]["value"] == "https://example.org/집/일자리"
        assert "청년".encode() in answer[2]
    xml = get(real_server, text, {"Accept": XML})[2].decode()
    assert "청년 가" in xml
    assert "집/일자리" in xml


def test_the_columns_of_a_star_come_in_the_order_of_the_query(real_server: RealServer) -> None:
    text = "SELECT * { ?z a ?y . ?z <http://www.w3.org/2004/02/skos/core#prefLabel> ?a } LIMIT 1"
    assert get(real_server, text, {"Accept": "text/csv"})[2].splitlines()[0] == b"z,y,a"
    assert get(real_server, text, {"Accept": "text/tab-separated-values"})[2].splitlines()[0] == b"?z\t?y\t?a"
    assert json.loads(get(real_server, text)[2])["head"]["vars"] == ["z", "y", "a"]


def test_a_path_of_length_zero_matches_a_term_the_graph_does_not_hold(real_server: RealServer) -> None:
    found = rows(get(real_server, "SELECT * { <https://example.org/absent> <https://example.org/p>* ?x }"))
    assert [row["x"]["value"] for row in found] == ["https://example.org/absent"]


# --- HTTP as it should be: HEAD, OPTIONS, CORS, tags, compression, safety


@pytest.mark.parametrize("accept", [JSON, "text/html", "image/png"])
def test_head_is_get_without_a_body(real_server: RealServer, accept: str) -> None:
    target = "/sparql?" + urlencode({"query": PROGRAMS})
    one, other = (real_server.raw(method, target, headers={"Accept": accept}) for method in ("GET", "HEAD"))
    assert other[0] == one[0]
    assert other[2] == b""
    assert {name: value for name, value in other[1].items() if name not in ("date", "server-timing")} == {
        name: value for name, value in one[1].items() if name not in ("date", "server-timing")
    }


def test_scripts_of_any_site_may_ask(real_server: RealServer) -> None:
    origin = {"Origin": "https://example.org"}
    for answer in (
        get(real_server, PROGRAMS, origin),
        get(real_server, "nonsense", origin),
        get(real_server, PROGRAMS, {"Accept": "image/png"}),
    ):
        assert answer[1]["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer[1]
        assert "ETag" in answer[1]["access-control-expose-headers"]
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    status, headers, _ = real_server.raw("OPTIONS", "/sparql", headers=asked)
    assert status in (200, 204)
    assert "POST" in headers["access-control-allow-methods"]
    assert "content-type" in headers["access-control-allow-headers"].lower()
    assert int(headers["access-control-max-age"]) > 0


def test_a_tag_stands_for_snapshot_query_graphs_and_format(real_server: RealServer) -> None:
    tag = get(real_server, PROGRAMS)[1]["etag"]
    assert get(real_server, PROGRAMS + "  # the same")[1]["etag"] == tag
    others = [
        get(real_server, PROGRAMS, {"Accept": XML}),
        get(real_server, PROGRAMS, default_graph_uri=PLAN),
        get(real_server, PROGRAMS, named_graph_uri=PLAN),
        get(real_server, PROGRAMS.replace("5", "6")),
    ]
    assert len({tag, *(answer[1]["etag"] for answer in others)}) == 5


def test_what_the_client_has_already_is_not_run_again(real_server: RealServer) -> None:
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g && ?d != ?c) }"
    tag = get(real_server, PROGRAMS)[1]["etag"]
    status, headers, body = get(real_server, PROGRAMS, {"If-None-Match": f'"other", W/{tag}'})
    assert (status, headers["etag"], body) == (304, tag, b"")
    assert "Accept" in headers["vary"]
    assert headers["access-control-allow-origin"] == "*"
    assert get(real_server, PROGRAMS, {"If-None-Match": '"other"'})[0] == 200
    assert get(real_server, PROGRAMS, {"If-None-Match": tag, "Accept": "text/csv"})[0] == 200
    assert get(real_server, bomb, {"If-None-Match": "*"})[0] == 504


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "now( )"])
def test_an_answer_that_changes_has_no_tag_and_is_never_kept(real_server: RealServer, function: str) -> None:
    for text in (f"SELECT ({function} AS ?x) {{}}", f"SELECT ?x {{}} ORDER BY{function}"):
        headers = get(real_server, text)[1]
        assert "etag" not in headers
        assert headers["cache-control"] == "no-store"


def test_a_graph_named_many_times_is_named_once(real_server: RealServer) -> None:
    tags = {get(real_server, PROGRAMS, default_graph_uri=[INFERRED] * times)[1]["etag"] for times in (1, 2, 50)}
    assert len(tags) == 1


def test_a_long_answer_is_compressed_for_those_who_take_it(real_server: RealServer) -> None:
    text = PROGRAMS.replace(" LIMIT 5", "")
    plain = get(real_server, text)
    squeezed = get(real_server, text, {"Accept-Encoding": "br, gzip;q=0.8"})
    assert squeezed[1]["content-encoding"] == "gzip"
    assert gzip.decompress(squeezed[2]) == plain[2]
    assert len(squeezed[2]) < len(plain[2]) / 4
    assert squeezed[1]["etag"] == f"W/{plain[1]['etag']}"
    assert get(real_server, text, {"If-None-Match": squeezed[1]["etag"], "Accept-Encoding": "gzip"})[0] == 304
    assert "content-encoding" not in get(real_server, text, {"Accept-Encoding": "gzip;q=0"})[1]
    assert "content-encoding" not in plain[1]


def test_answers_are_not_guessed_at_and_carry_their_snapshot(real_server: RealServer) -> None:
    headers = get(real_server, PROGRAMS)[1]
    assert headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch("[0-9a-f]{64}", headers["itda-snapshot"])
    assert headers["server-timing"].startswith("query;dur=")


def test_too_much_text_is_413_wherever_it_stands(real_server: RealServer) -> None:
    long = "ASK { ?s ?p '" + "x" * 70_000 + "' }"
    assert problem(post(real_server, long.encode()), 413)["limit"] == "query_bytes"
    assert post(real_server, b"x" * (2 << 20))[0] == 413
    assert post_form(real_server, [("query", "x" * (2 << 20))])[0] == 413
    assert rows(get(real_server, PROGRAMS))


def test_what_is_too_large_is_said_of_the_query_the_body_and_the_answer(real_server: RealServer) -> None:
    query = problem(post(real_server, ("ASK { ?s ?p '" + "x" * 70_000 + "' }").encode()), 413)
    body = problem(post(real_server, b"x" * (2 << 20)), 413)
    answer = problem(get(real_server, "SELECT * { ?a ?b ?c . ?d ?e ?f }"), 413)
    assert "질의가" in str(query["detail"]) and "65536" in str(query["detail"])
    assert "보낸 내용이" in str(body["detail"])
    assert "답 전체가" in str(answer["detail"]) and "LIMIT" in str(answer["detail"])


def test_a_syntax_error_says_what_was_expected(real_server: RealServer) -> None:
    found = problem(get(real_server, "SELECT ?s { ?s ?p ?o } LIMIT many"), 400)
    assert (found["line"], found["column"], found["found"], found["expected"]) == ("1", "30", "many", ["number"])
    assert "여기에 올 수 있는 것: number" in str(found["detail"])
    english = real_server.raw("GET", "/en/sparql?" + urlencode({"query": "SELECT ?s { ?s ?p ?o"}))
    assert "“{” is opened here and never closed: “}” is missing." in problem(english, 400)["detail"]


def test_a_foreign_graph_and_one_that_is_no_iri_are_told_apart(real_server: RealServer) -> None:
    foreign = problem(get(real_server, COUNT, default_graph_uri="https://example.org/none"), 400)
    assert (foreign["code"], foreign["graph"]) == ("query.no-graph", "https://example.org/none")
    assert "https://example.org/none" in str(foreign["detail"])
    for value in ("", "relative", "http://a b/"):
        wrong = problem(get(real_server, COUNT, default_graph_uri=value), 400)
        assert (wrong["code"], wrong["name"], wrong["value"]) == ("web.not-an-iri", "default-graph-uri", value)


@pytest.mark.parametrize("accept", ["", "*/*", "*/*;q=0.8"])
def test_a_format_that_does_not_exist_is_400_and_one_that_does_not_fit_406(real_server: RealServer, accept: str) -> None:
    headers = {"Accept": accept} if accept else {}
    assert "csv" in str(problem(get(real_server, PROGRAMS, headers, format="bogus"), 400)["detail"])
    problem(get(real_server, "ASK {}", headers, format="csv"), 406)


def test_an_answer_too_large_is_413_and_not_cut(real_server: RealServer) -> None:
    answer = get(real_server, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    found = problem(answer, 413)
    assert (found["limit"], found["unit"]) == ("answer_bytes", "bytes")
    assert answer[1]["itda-limit"] == f"answer_bytes={4 << 20} bytes"


# --- What clients do that no one expects


@pytest.mark.parametrize("parameters", ["; charset=UTF-8", '; charset="utf-8"', "; charset=us-ascii", "; boundary=x"])
def test_parameters_of_the_content_type_do_not_matter_but_another_charset(real_server: RealServer, parameters: str) -> None:
    assert rows(post(real_server, PROGRAMS.encode(), DIRECT.upper() + parameters))
    assert rows(post(real_server, urlencode({"query": PROGRAMS}).encode(), FORM + parameters))


@pytest.mark.parametrize(
    "kind", [DIRECT + "; charset=iso-8859-1", "application/json", "text/plain", "multipart/form-data; boundary=x", None]
)
def test_another_kind_of_body_is_told_which_ones_are_read(real_server: RealServer, kind: str | None) -> None:
    answer = post(real_server, b"ASK {}", kind)
    problem(answer, 415)
    assert answer[1]["accept-post"] == "application/sparql-query, application/x-www-form-urlencoded"


def test_a_compressed_body_is_told_that_plain_ones_are_read(real_server: RealServer) -> None:
    answer = real_server.raw("POST", "/sparql", gzip.compress(b"ASK {}"), {"Content-Type": DIRECT, "Content-Encoding": "gzip"})
    problem(answer, 415)
    assert answer[1]["accept-encoding"] == "identity"
    assert real_server.raw("POST", "/sparql", b"ASK {}", {"Content-Type": DIRECT, "Content-Encoding": "identity"})[0] == 200


def test_one_byte_order_mark_before_a_query_is_no_part_of_it(real_server: RealServer) -> None:
    marked = "\ufeff" + PROGRAMS
    for answer in (post(real_server, marked.encode()), get(real_server, marked), post_form(real_server, [("query", marked)])):
        assert rows(answer) == rows(get(real_server, PROGRAMS))
    problem(post(real_server, ("\ufeff" + marked).encode()), 400)


def test_graphs_in_the_address_of_a_form_are_read_as_in_the_w3c_case_query_post_form(real_server: RealServer) -> None:
    body, inferred = urlencode({"query": COUNT}).encode(), number(get(real_server, COUNT, default_graph_uri=INFERRED))
    assert number(post(real_server, body, FORM, "/sparql?" + urlencode({"default-graph-uri": INFERRED}))) == inferred
    both = post(
        real_server, body + b"&" + urlencode({"default-graph-uri": PLAN}).encode(), FORM, "/sparql?default-graph-uri=" + quote(INFERRED)
    )
    assert number(both) == number(get(real_server, COUNT, default_graph_uri=[PLAN, INFERRED]))
    problem(post(real_server, body, FORM, "/sparql?default-graph-uri=" + quote("https://example.org/none")), 400)
    problem(post(real_server, body, FORM, "/sparql?" + urlencode({"query": COUNT})), 400)


def test_an_answer_is_given_only_if_it_is_the_one_that_if_match_names(real_server: RealServer) -> None:
    tag = get(real_server, PROGRAMS)[1]["etag"]
    for wanted in (tag, f'"other", {tag}', "*"):
        assert rows(get(real_server, PROGRAMS, {"If-Match": wanted}))
    assert problem(get(real_server, PROGRAMS, {"If-Match": '"other"'}), 412)["code"] == "web.other-answer"


@pytest.mark.parametrize("wanted", ["{tag}", "W/{tag}", '"a", W/"b", {tag}', '"a",{tag} , "c"'])
def test_any_form_of_a_known_tag_is_answered_without_a_body(real_server: RealServer, wanted: str) -> None:
    tag = get(real_server, PROGRAMS)[1]["etag"]
    status, headers, body = get(real_server, PROGRAMS, {"If-None-Match": wanted.format(tag=tag)})
    assert (status, body, headers["etag"]) == (304, b"", tag)
    assert post(real_server, PROGRAMS.encode(), **{"If-None-Match": tag})[0] == 412, "RFC 9110, 13.1.2: only GET and HEAD get a 304"


def test_a_range_is_not_served_in_part(real_server: RealServer) -> None:
    for asked in ("bytes=0-9", "bytes=999999-"):
        assert rows(get(real_server, PROGRAMS, {"Range": asked})) == rows(get(real_server, PROGRAMS))


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("image/png, a/b, c/d, e/f;q=0.9, g/h, text/turtle, text/csv;q=0.01, application/sparql-results+xml;q=0.02, x/y, */*;q=0", "xml"),
        (", ".join(f"a/b{number}" for number in range(800)) + ", text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("application/sparql-results+json;q=0, */*", "xml"),
        ("text/csv;charset=utf-8", "text/csv"),
        ("TEXT/CSV", "text/csv"),
    ],
)
def test_long_and_odd_lists_of_formats_are_read(real_server: RealServer, accept: str, media: str) -> None:
    assert media in get(real_server, PROGRAMS, {"Accept": accept})[1]["content-type"]


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding"])
def test_a_list_too_long_to_be_meant_is_not_read(real_server: RealServer, name: str) -> None:
    found = problem(get(real_server, PROGRAMS, {name: ",".join(["a/b"] * 8000)}), 431)
    assert (found["code"], found["name"]) == ("web.header-too-long", name)


def test_of_two_names_of_formats_the_first_counts_because_clients_send_several(real_server: RealServer) -> None:
    assert get(real_server, PROGRAMS, format=["csv", "xml"])[1]["content-type"] == "text/csv; charset=utf-8"


def test_a_script_may_send_any_header_but_secrets(real_server: RealServer) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-requested-with"}
    headers = real_server.raw("OPTIONS", "/sparql", b"", asked)[1]
    assert "*" in headers["access-control-allow-headers"].split(", ")
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "QUERY"])
def test_another_method_is_told_which_ones_there_are(real_server: RealServer, method: str) -> None:
    answer = real_server.raw(method, "/sparql", b"ASK {}", {"Content-Type": DIRECT})
    assert method in str(problem(answer, 405)["detail"])
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(answer[1]["allow"].split(", "))


def test_a_slash_at_the_end_leads_to_the_address_without(real_server: RealServer) -> None:
    status, headers, _ = real_server.raw("POST", "/sparql/?a=%20b", b"ASK {}", {"Content-Type": DIRECT})
    assert (status, headers["location"]) == (308, "/sparql?a=%20b")


@pytest.mark.parametrize("given", ["%ZZ", "%", "%E", "%u0041"])
def test_a_percent_sign_that_encodes_nothing_stands_for_itself(real_server: RealServer, given: str) -> None:
    status, _, body = real_server.raw("GET", "/sparql?query=SELECT('" + given + "'AS%20%3Fx)%7B%7D")
    assert (status, json.loads(body)["results"]["bindings"][0]["x"]["value"]) == (200, given)


def test_plus_is_a_space_in_forms_and_addresses_and_itself_in_a_query(real_server: RealServer) -> None:
    for answer in (
        real_server.raw("POST", "/sparql", b"query=SELECT+(1%2B1+AS+?x)+{}", {"Content-Type": FORM}),
        real_server.raw("GET", "/sparql?query=SELECT+(1%2B1+AS+?x)+%7B%7D"),
        post(real_server, b"SELECT (1+1 AS ?x) {}"),
    ):
        assert json.loads(answer[2])["results"]["bindings"][0]["x"]["value"] == "2"


# --- SPARQL 1.1 Service Description, and the page at the same address


@pytest.mark.parametrize("accept", ["", "*/*", "text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"])
def test_a_bare_get_describes_the_service(real_server: RealServer, accept: str) -> None:
    status, headers, body = get(real_server, None, {"Accept": accept} if accept else {})
    assert status == 200
    media = headers["content-type"].partition(";")[0]
    assert media == (accept if accept not in ("", "*/*") else "text/turtle")
    kind = RdfFormat.from_media_type(media)
    assert kind
    if media == "application/ld+json":
        assert b"supportedLanguage" in body
        return
    sd = "http://www.w3.org/ns/sparql-service-description#"
    facts = [(str(q.predicate.value), getattr(q.object, "value", "")) for q in parse(body, kind, base_iri="http://127.0.0.1/")]
    assert (f"{sd}endpoint", f"{real_server.url}/sparql") in facts
    assert (f"{sd}supportedLanguage", f"{sd}SPARQL11Query") in facts
    assert (f"{sd}name", PLAN) in facts
    assert len([one for one in facts if one[0] == f"{sd}resultFormat"]) == 10


def test_a_browser_gets_the_page_and_a_program_that_takes_anything_does_not(real_server: RealServer) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
    assert get(real_server, PROGRAMS, browser)[1]["content-type"].startswith("text/html")
    assert get(real_server, None, browser)[1]["content-type"].startswith("text/html")
    assert get(real_server, "nonsense", browser)[0] == 400
    assert rows(get(real_server, PROGRAMS, {"Accept": "*/*"}))
    assert get(real_server, PROGRAMS, {**browser}, format="csv")[1]["content-type"] == "text/csv; charset=utf-8"
