from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.errors import QueryError
from kg.store.formats import (
    FORMATS,
    GRAPH_FORMATS,
    JSON_LD,
    RDF_XML,
    TURTLE,
    by_media,
    serialize_graph,
)

EX, SKOS, XSD = "https://example.org/", "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2001/XMLSchema#"
CONTEXT = {
    "ex": EX,
    "skos": SKOS,
    "xsd": XSD,
    "label": {"@id": "skos:prefLabel", "@language": "ko"},
    "labelEn": {"@id": "skos:prefLabel", "@language": "en"},
    "operatedBy": {"@id": "ex:operatedBy", "@type": "@id"},
    "edition": {"@reverse": "ex:of", "@type": "@id"},
    "amount": {"@id": "ex:amount", "@type": "xsd:decimal"},
}
PREFIXES = {"ex": EX, "skos": SKOS}
RDFLIB = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt", "application/rdf+xml": "xml"}

# XML 1.0 has no control characters but tab, line feed and carriage return; half surrogates are no characters.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("\t\n\r\"'\\<>&가나디지털․·"), max_size=30
)
LITERALS = (
    st.builds(ox.Literal, TEXT)
    | st.builds(lambda value, lang: ox.Literal(value, language=lang), TEXT, st.sampled_from(["ko", "en", "de-ch"]))
    | st.builds(
        lambda value: ox.Literal(str(value), datatype=ox.NamedNode(XSD + "decimal")),
        st.decimals(allow_nan=False, allow_infinity=False, places=2),
    )
)
NODES = st.sampled_from([ox.NamedNode(EX + name) for name in ("a", "b", "id/11410/program/c", "가")])
PREDICATES = st.sampled_from([ox.NamedNode(iri) for iri in (SKOS + "prefLabel", EX + "operatedBy", EX + "of", EX + "amount", EX + "note")])
TRIPLES = st.lists(st.builds(ox.Triple, NODES, PREDICATES, NODES | LITERALS), max_size=8)


def ntriples(triples: list[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def parsed(body: bytes, media: str) -> Graph:
    return Graph().parse(data=body, format=RDFLIB[media])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib 7.6 warns of its own JSON-LD parser
@settings(max_examples=60, deadline=None)
@given(TRIPLES, st.booleans())
@example(
    [
        ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(SKOS + "prefLabel"), value)
        for value in (ox.Literal(""), ox.Literal("가"), ox.NamedNode(EX + "b"))
    ],
    True,
)
def test_every_graph_format_parses_back_to_the_same_graph(triples: list[ox.Triple], named: bool) -> None:
    source = ntriples(triples)
    expected = Graph().parse(data=source, format="nt")
    for known in GRAPH_FORMATS:
        body = serialize_graph(source, known.media, CONTEXT if named else None, PREFIXES if named else None)
        assert isomorphic(parsed(body, known.media), expected), known.name


@settings(max_examples=40, deadline=None)
@given(TRIPLES.flatmap(lambda triples: st.tuples(st.just(triples), st.permutations(triples))))
def test_the_same_graph_gives_the_same_bytes_in_any_order(both: tuple[list[ox.Triple], list[ox.Triple]]) -> None:
    one, other = both
    for known in GRAPH_FORMATS:
        assert serialize_graph(ntriples(one), known.media, CONTEXT, PREFIXES) == serialize_graph(
            ntriples([*other, *other]), known.media, CONTEXT, PREFIXES
        )


def test_json_ld_is_compacted_with_the_given_context() -> None:
    label = ox.NamedNode(SKOS + "prefLabel")
    triples = [
        ox.Triple(ox.NamedNode(EX + "a"), label, ox.Literal("디지털 튜터", language="ko")),
        ox.Triple(ox.NamedNode(EX + "a"), label, ox.Literal("Digital tutor", language="en")),
        ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "operatedBy"), ox.NamedNode(EX + "c")),
        ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "operatedBy"), ox.NamedNode(EX + "b")),
        ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "amount"), ox.Literal("2504.10", datatype=ox.NamedNode(XSD + "decimal"))),
    ]
    document = json.loads(serialize_graph(ntriples(triples), JSON_LD.media, CONTEXT))
    assert document["@context"] == CONTEXT
    assert list(document["@context"]) == list(CONTEXT)
    del document["@context"]
    assert document == {
        "@id": "ex:a",
        "amount": "2504.10",
        "label": "디지털 튜터",
        "labelEn": "Digital tutor",
        "operatedBy": ["ex:b", "ex:c"],
    }


@pytest.mark.parametrize("lexical", ["018", "+1.50", "1e3"])
def test_figures_keep_their_lexical_form_in_every_format(lexical: str) -> None:
    source = ntriples(
        [ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "amount"), ox.Literal(lexical, datatype=ox.NamedNode(XSD + "decimal")))]
    )
    for known in GRAPH_FORMATS:
        assert lexical.encode() in serialize_graph(source, known.media, CONTEXT, PREFIXES)


def test_prefixes_are_used_in_turtle_and_rdf_xml() -> None:
    source = ntriples([ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + "note"), ox.Literal("x"))])
    assert b"ex:a ex:note" in serialize_graph(source, TURTLE.media, prefixes=PREFIXES)
    assert b"<ex:note>" in serialize_graph(source, RDF_XML.media, prefixes=PREFIXES)


@pytest.mark.parametrize(("predicate", "value"), [("note", "a\x01b"), ("note", "\uffff"), ("1", "x"), ("", "x")])
def test_what_xml_cannot_hold_is_refused_and_never_written_broken(predicate: str, value: str) -> None:
    source = ntriples([ox.Triple(ox.NamedNode(EX + "a"), ox.NamedNode(EX + predicate), ox.Literal(value))])
    with pytest.raises(QueryError) as refused:
        serialize_graph(source, RDF_XML.media, prefixes=PREFIXES)
    assert refused.value.code == "query.not-representable"
    assert isomorphic(parsed(serialize_graph(source, TURTLE.media), TURTLE.media), Graph().parse(data=source, format="nt"))


@pytest.mark.parametrize("media", ["text/html", "application/n-quads", "text/csv"])
def test_a_media_type_that_holds_no_graph_is_refused(media: str) -> None:
    with pytest.raises(QueryError) as refused:
        serialize_graph(b"", media)
    assert refused.value.code == "query.media"


def test_media_types_and_extensions_name_one_format_each() -> None:
    assert len({known.media for known in FORMATS}) == len({known.extension for known in FORMATS}) == len(FORMATS)
    for known in FORMATS:
        assert by_media(known.media + "; charset=utf-8") is known
    assert by_media("text/html") is None
