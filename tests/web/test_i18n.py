"""Judges web/i18n.py and the Korean catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import web

WEB = Path(web.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
HANGUL = re.compile("[\uac00-\ud7a3]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def used_messages() -> set[str]:
    with (WEB / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    found = extract_from_dir(str(WEB), methods, options, keywords=KEYWORDS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def korean() -> Catalog:
    with (WEB / "translations/ko/LC_MESSAGES/messages.po").open("rb") as source:
        return read_po(source, locale="ko")


def said(catalog: Catalog) -> dict[str, str]:
    entries = [message for message in catalog if message.id]
    return {(m.id[0] if isinstance(m.id, tuple) else m.id): (m.string[0] if isinstance(m.string, tuple) else m.string) for m in entries}


def test_every_sentence_of_code_and_templates_has_korean_words(korean: Catalog) -> None:
    missing = sorted(used_messages() - {key for key, value in said(korean).items() if value})
    assert missing == []


def test_no_sentence_of_the_catalogue_is_unused(korean: Catalog) -> None:
    assert sorted(set(said(korean)) - used_messages()) == []


def test_translations_keep_the_facts_of_their_sentence(korean: Catalog) -> None:
    differing = {key for key, value in said(korean).items() if set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(value))}
    assert differing == set()


def test_templates_hold_no_korean_but_the_name_of_the_language() -> None:
    for template in sorted((WEB / "templates").iterdir()):
        assert not HANGUL.search(template.read_text("utf-8").replace("한국어", "")), template.name


@pytest.mark.parametrize(
    ("path", "language", "word"), [("/", "ko", "찾기"), ("/en/", "en", "Find"), ("/en/goals", "en", "The plan at a glance")]
)
def test_a_page_speaks_the_language_of_its_address(client: FlaskClient, path: str, language: str, word: str) -> None:
    page = client.get(path)
    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in page.text
    assert word in page.text


def test_english_pages_link_english_pages_and_the_switch_leads_to_the_same_page(client: FlaskClient) -> None:
    page = client.get("/en/search?q=tutor&type=program").text
    assert 'href="/en/goals"' in page
    assert 'href="/search?q=tutor&amp;type=program"' in page
    assert 'href="/goals"' not in page


def test_pages_name_their_other_language_in_the_head_and_in_the_header(client: FlaskClient) -> None:
    page = client.get("/goals")
    assert '</en/goals>; rel="alternate"; hreflang="en"' in page.headers.getlist("Link")
    assert '<link rel="alternate" hreflang="en" href="/en/goals">' in page.text
