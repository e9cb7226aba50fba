"""Judges web/negotiation.py."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from web.negotiation import ENTITY_FORMATS, HTML, JSON_LD, RDF_XML, TURTLE, choose_format, split_extension


def accept(header: str) -> MIMEAccept:
    return parse_accept_header(header, MIMEAccept)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", HTML),
        ("*/*", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/turtle", TURTLE),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.9", RDF_XML),
        ("text/html;q=0.2, application/ld+json", JSON_LD),
        ("application/*", JSON_LD),
        ("image/png", None),
        ("text/html;q=0, text/turtle;q=0.1", TURTLE),
        ("text/turtle;charset=utf-8", TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        ('text/html;q=0.3, application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted";q=0.9', JSON_LD),
        ("text/html;charset=utf-8;q=0, */*", TURTLE),
    ],
)
def test_the_format_a_client_likes_best_is_chosen(header: str, expected: object) -> None:
    assert choose_format(accept(header), ENTITY_FORMATS) is expected


def test_an_extension_names_a_format_and_any_other_dot_is_part_of_the_path() -> None:
    assert split_extension("11410/program/x.ttl") == ("11410/program/x", TURTLE)
    assert split_extension("11410/program/x.jsonld")[1] is JSON_LD
    assert split_extension("11410/program/x.pdf") == ("11410/program/x.pdf", None)
