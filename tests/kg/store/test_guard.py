from __future__ import annotations

import itertools

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError, QueryLimitExceeded, QueryNotAllowed, QuerySyntaxError
from kg.store.guard import inspect
from kg.store.results import Dataset
from kg.store.tokens import tokenize

EX = "PREFIX ex: <http://127.0.0.1:9/> "


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        inspect(text)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://h/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://h/> { ?s ?p ?o } }",
        "SELECT * { SeRvIcE?endpoint{ ?s ?p ?o } }",
        "SELECT * { ?s ?p true.SERVICE<http://h/>{} }",
        "SELECT * { ?s ?p trueSERVICE<http://h/>{} }",
        EX + "SELECT * { SERVICE ex:x { } }",
        EX + "PREFIX SERVICEex: <x:y> SELECT * { SERVICEex:x { } }",
        EX + "PREFIX SERVICE: <x:y> SELECT * { SERVICE:x { } }",
        EX + "SELECT * { ?s ex:a.b.SERVICE?v { } }",
        "SELECT * { { SELECT * { FILTER EXISTS { SERVICE <http://h/> {} } } } }",
    ],
)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    error = refused(text)
    assert isinstance(error, QueryNotAllowed)
    assert error.facts["form"] == "SERVICE"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(1<2)SERVICEex:a#>\n{} }",
        "SELECT * { FILTER(1<2#>'''\n) SERVICE <x:y> {} #''')\n}",
        "SELECT * { FILTER(1<2&&'>'=?x) SERVICE <x:y> {} #')\n}",
        "SELECT * { FILTER(?x<<http://a#>) SERVICE <x:y> {}\n)}",
        "SELECT * { S\\u0045RVICE <x:y> {} }",
        'SELECT * { FILTER("\\u0022 = ?x) SERVICE <x:y> {} #") }',
        "SELECTDISTINCT ?x {}",
        EX + "SELECT ?x FROMex:g { ?x ?p ?o }",
        "SELECT * FROMNAMED <http://127.0.0.1:9/x> { ?s ?p ?o }",
        "SELECT * FROM<http://127.0.0.1:9/x>FROMNAMED<http://127.0.0.1:9/y> { ?s ?p ?o }",
    ],
)
def test_text_that_engines_may_read_in_two_ways_is_refused(text: str) -> None:
    assert isinstance(refused(text), QuerySyntaxError)


@pytest.mark.parametrize(
    "operation",
    [
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://h/>",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <a:b>",
        "ADD <a:b> TO <a:c>",
        "MOVE <a:b> TO <a:c>",
        "COPY <a:b> TO <a:c>",
        "WITH <a:b> DELETE { } WHERE { }",
        "load silent <file:///etc/passwd>",
    ],
)
def test_updates_are_refused_by_name(operation: str) -> None:
    for prologue in ("", EX, "# a comment\nBASE <http://b/>\n"):
        error = refused(prologue + operation)
        assert isinstance(error, QueryNotAllowed)
        assert error.facts["form"] == operation.split(maxsplit=1)[0].upper()
        assert error.facts["line"] == str(prologue.count("\n") + 1)


WORDS = st.sampled_from(["SERVICE", "service silent", "INSERT", "LOAD", "DELETE { } WHERE", "FROM", "DROP ALL"])


@pytest.mark.parametrize(
    "place",
    [
        "SELECT * {{ ?s ?p '{0} <x:y> {{}}' }}",
        'SELECT * {{ ?s ?p "{0} \\" <x:y>" }}',
        "SELECT * {{ ?s ?p '''\n' {0} '' <x:y> '''@ko }}",
        'SELECT * {{ ?s ?p """{0}"" \n""" }}',
        "SELECT * {{ ?s ?p ?o }} # {0} <x:y>",
        "SELECT * # {0} '\r\n{{ ?s ?p ?o }}",
    ],
)
@given(word=WORDS)
def test_keywords_in_strings_and_comments_are_only_text(place: str, word: str) -> None:
    assert inspect(place.format(word)).form == "SELECT"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?insert $load }",
        EX + "SELECT * { ?s ex:service ?o ; ex:load ex:insert . GRAPH ex:service { ?s a ex:SERVICE } }",
        "PREFIX service: <x:y#> SELECT * { ?s service:from service:a . _:service ?p 'x'@service }",
        "SELECT * { <http://h/service> <http://h/SERVICE> <http://h/a#LOAD> }",
        EX + "SELECT * FROM ex:service { ?s ?p ?o }",
        EX + "SELECT * { ?s ?p ?o FILTER(?s IN (<http://h/a>, <http://h/b#c>) && ?o < 3 && 2 > ?o) }",
        EX + "SELECT * { ?s (ex:a|^ex:b)?/ex:c*/!(ex:d|^a) ?o }",
        "SELECT(COUNT(*)AS?n){?s?p?o}",
    ],
)
def test_names_variables_and_iris_may_be_called_like_keywords(text: str) -> None:
    inspect(text)
    ox.Store().query(text)


def test_form_kind_and_variables_are_told() -> None:
    shape = inspect(EX + "# ASK\nsElEcT ?a (MAX($b) AS ?m) WHERE { ?a ex:p ?b . FILTER NOT EXISTS { ?a ex:q ?hidden } } GROUP BY ?a")
    assert (shape.form, shape.kind) == ("SELECT", "solutions")
    assert shape.variables == {"a", "b", "m", "hidden"}
    assert shape.returned == {"a", "b", "m"}
    assert {inspect(text).kind for text in ("DESCRIBE <x:y>", "CONSTRUCT WHERE { ?s ?p ?o }")} == {"graph"}
    assert inspect("ASK {}").kind == "boolean"


def test_from_clauses_are_resolved_and_one_in_a_comment_is_none() -> None:
    text = "BASE <http://b/a/>\nPREFIX p: <../c/>\nSELECT * FROM <g>\n  FROM NAMED p:h # FROM <x:z>\n FROM <http://b/a/g> { GRAPH ?g { ?s ?p ?o } }"
    shape = inspect(text)
    assert shape.dataset == Dataset(("http://b/a/g",), ("http://b/c/h",))
    assert inspect("CONSTRUCT { ?s ?p ?o } FROM <x:g> { ?s ?p ?o }").dataset == Dataset(("x:g",))
    assert inspect("ASK { ?s ?p ?o }").dataset is None


def test_an_escaped_iri_names_the_graph_it_means() -> None:
    assert inspect("ASK FROM <http://h/\\uAC00> {}").dataset == Dataset(("http://h/가",))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", "1", "1"),
        ("SELECT * {\n  ?s ?p 'open\n}", "2", "9"),
        ("SELECT * {\r\n  ?s ?p ?o ]", "2", "12"),
        ("SELECT ('가나' AS ?x) { ?s ?p § }", "1", "29"),
        ("SELECT * { ?s ?p <http://h/a b> }", "1", "18"),
        ("SELECT * { ?s ?p ?o", "1", "10"),  # where the brace stands that is never closed
        ("SELECT * {\n ?s nope:x ?o }", "2", "5"),
        ("ASK FROM <relative> {}", "1", "10"),
        ("ASK { ?s ?p 'half \ud800' }", "1", "19"),
        ("PREFIX ex <x:y> ASK {}", "1", "1"),
    ],
)
def test_a_syntax_error_says_where(text: str, line: str, column: str) -> None:
    error = refused(text)
    assert isinstance(error, QuerySyntaxError)
    assert (error.facts["line"], error.facts["column"]) == (line, column)


@pytest.mark.parametrize("bomb", ["{" * 20000, "(" * 50000, "[" * 300, "ASK { FILTER(" + "!" * 20000 + "true) }", "<< " * 20000])
def test_deep_nesting_is_refused_by_the_limit(bomb: str) -> None:
    error = refused("SELECT * " + bomb)
    assert isinstance(error, QueryLimitExceeded)
    assert error.facts == {"limit": "query_nesting", "value": "100", "unit": "levels"}


def test_length_is_counted_in_bytes() -> None:
    text = "ASK { ?s ?p '가' }"
    with pytest.raises(QueryLimitExceeded) as caught:
        inspect(text, max_bytes=len(text) + 1)
    assert caught.value.facts["limit"] == "query_bytes"
    assert inspect(text, max_bytes=len(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (1" + "+1" * 60 + " AS ?x) {}",
        "ASK { ?s <x:p>" + "/<x:p>" * 60 + " ?o }",
        "ASK { VALUES ?s { 1 } FILTER(1" + "+1" * 60 + ") }",
        "ASK { VALUES ?s { 1 ; " + "1 " * 100 + "} }",
        "ASK { VALUES ?s { 1 { " + "1 " * 100 + "} } }",
        "ASK { VALUES ?s FILTER(1) { " + "1 " * 100 + "} }",
        "ASK { ?s ?p (" + "1 " * 100 + ") }",
        "ASK {} VALUES (" + "?x " * 100 + ") {}",
    ],
)
def test_too_many_tokens_are_refused_by_the_limit(text: str) -> None:
    with pytest.raises(QueryLimitExceeded) as caught:
        inspect(text, max_tokens=100)
    assert caught.value.facts == {"limit": "query_tokens", "value": "100", "unit": "tokens"}
    assert inspect(text)


@pytest.mark.parametrize(
    "block",
    [
        "?x { " + "<x:a> <x:b> " * 100 + "}",
        "(?x ?y) { " + "(UNDEF true) (-1 'a'@ko) ('b'^^ex:t ex:u) " * 100 + "}",
        "() {" + "()" * 100 + "}",
    ],
)
def test_the_data_of_values_does_not_count_as_tokens(block: str) -> None:
    assert inspect(f"SELECT * {{ values{block} ?x ?p ?o }}", {"ex": "x:"}, max_tokens=20)
    assert inspect(f"SELECT * {{ ?x ?p ?o }} VALUES {block}", {"ex": "x:"}, max_tokens=20)


def test_known_prefixes_need_no_declaration() -> None:
    assert inspect("ASK FROM ex:g { ?s ex:p ?o }", {"ex": "http://h/"}).dataset == Dataset(("http://h/g",))


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_any_text_is_read_or_refused_with_a_query_error(text: str) -> None:
    for candidate in (text, f"SELECT * {{ ?s ?p {text} }}"):
        try:
            inspect(candidate)
        except QueryError as error:
            assert error.code


PIECES = st.lists(
    st.sampled_from(
        [
            "*",
            "?v",
            "?s ?p",
            "{",
            "}",
            "(",
            ")",
            " ",
            "\n",
            ".",
            ";",
            "<",
            ">",
            "<<",
            "#",
            "'",
            '"',
            "'''",
            '"""',
            "\\",
            "true",
            "a",
            "1",
            "1.",
            "<2",
            "#>",
            "'>",
            "ex:a.b.",
            "ex:x",
            ":x",
            "<http://127.0.0.1:9/>",
            "{}",
            "{?s ?p ?o}",
            "FILTER(",
            "1<2",
            "&&",
            "=",
            "FROM",
            "GRAPH",
            "UNION",
            "OPTIONAL{",
            "EXISTS{",
            "BIND(1 AS ?b)",
            "VALUES ?w {",
            "@ko",
            "^^ex:t",
            "\\u0022",
            "\\'",
            "_:b",
            "+",
            "!",
            "/",
            "^",
            "|",
        ]
    ),
    max_size=5,
).map("".join)
CALLS = st.sampled_from(
    [
        "SERVICE:x{}",
        "SERVICEex:x{}",
        "SERVICE <http://127.0.0.1:9/>{}",
        "SERVICEex:x#>\n{}",
        "SERVICEex:x #'\n{}",
        "SERVICE ex:x {} #'",
        'SERVICE ex:x {} #"""',
        "SERVICE ex:x {} #>",
    ]
)
ENGINE = ox.Store()
ENGINE.load("<x:a> <x:p> 1, true . <x:a> <x:q> <x:a> .", ox.RdfFormat.TURTLE)


@settings(max_examples=400)
@given(PIECES, CALLS, PIECES, st.sampled_from(["}", ")}", "}}", "\n}", "'\n}"]))
def test_no_text_that_passes_makes_the_engine_call_a_service(before: str, call: str, behind: str, end: str) -> None:
    text = f"PREFIX : <http://127.0.0.1:9/> PREFIX ex: <http://127.0.0.1:9/> PREFIX SERVICEex: <x:y> SELECT * {{ ?s ?p 1 {before}{call}{behind}{end}"
    try:
        inspect(text)
    except QueryError:
        return
    try:
        list(ENGINE.query(text))  # type: ignore[arg-type]
    except OSError as error:  # the engine refuses port 9 only when it is about to call it
        pytest.fail(f"{text!r} called a service: {error}")
    except (SyntaxError, RuntimeError, ValueError):
        return


@given(
    st.lists(
        st.sampled_from(
            ["SELECT", "?x", "{", "}", "ex:a.b", "<http://h/a#b>", "'s'", '"""t"""', "'''u'''", "1.5e3", "_:b", "#c\n", "^^", ".", "true"]
        ),
        max_size=12,
    )
)
def test_tokens_cover_the_text_and_stand_in_order(parts: list[str]) -> None:
    text = " ".join(parts)
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(one.end <= two.start for one, two in itertools.pairwise(tokens))
    assert [token.text for token in tokens] == "".join(text.split("#c\n")).replace("^^", "^ ^").split()
