"""The terms of statements, light enough to stream: IRIs and literals, and the words that the mappings put on what is taken over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from msgspec import Struct

from kg.imports.descriptor import mappings_dir
from kg.text import nfc
from kg.vocab import GRAPH, ID, RECORDS, SERVICES

WORDS = "words.tsv"
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")


class Iri(Struct, frozen=True):
    """An IRI as the object of a statement."""

    value: str


class Plain(Struct, frozen=True):
    """A literal: in a language, of a datatype, or neither."""

    value: str
    lang: str = ""
    datatype: str = ""


Statement = tuple[str, str, Iri | Plain]
"""Subject, predicate and object."""


def korean(text: str) -> Plain:
    """Return a Korean text as it is stored: in NFC."""
    return Plain(nfc(text), "ko")


def slug(identifier: str) -> str:
    """Return an identifier as the last part of an IRI; one with other letters than those of IRIs becomes its hash."""
    return identifier if _SLUG.fullmatch(identifier) else "x" + _hash(identifier)


def _hash(text: str) -> str:
    return hashlib.sha256(nfc(text).encode()).hexdigest()[:16]


def graph_of(source: str, retrieved: str) -> str:
    """Return the named graph of an import."""
    return f"{GRAPH}import/{source}/{retrieved}"


def register_of(source: str, retrieved: str) -> str:
    """Return the IRI of the list itself, as it was on a day."""
    return f"{RECORDS}{source}/{retrieved}"


def record_of(source: str, retrieved: str, identifier: str) -> str:
    """Return the IRI of one record of a list: the evidence of what is said of a service."""
    return f"{register_of(source, retrieved)}/{slug(identifier)}"


def service_of(source: str, identifier: str) -> str:
    """Return the IRI of a service; it stays the same from import to import."""
    return f"{SERVICES}{source}/{slug(identifier)}"


def office_of(name: str) -> str:
    """Return the IRI of an office that no plan knows, made of its name."""
    return f"{ID}kr/office/{_hash(name)}"


def page_address(text: str) -> str | None:
    """Return the address of a page when it is one that can be followed, else None."""
    address = text.strip()
    if "://" not in address and address.startswith("www."):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or any(space in address for space in " \t\n"):
        return None
    return quote(address, safe="/:?#@!$&'()*+,;=%~-._")


def read_words(data: Path) -> Mapping[str, tuple[str, str]]:
    """Return the words put on what is taken over: Korean and English, by key."""
    rows = (line.split("\t") for line in (mappings_dir(data) / WORDS).read_text("utf-8").splitlines() if not line.startswith("#"))
    return {row[0]: (row[1], row[2] if len(row) > 2 else "") for row in rows if len(row) > 1}
