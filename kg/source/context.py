"""The JSON-LD context as the loader sees it: which keys exist, what they stand for, and how a short IRI is written out.

JSON-LD drops an unknown key silently and keeps an unknown prefix as an absolute IRI, so both are caught here, from the context itself,
before JSON-LD runs (JSON-LD 1.1, sections 4.1 and 9.15).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kg.vocab import BASE, ID

Kind = Literal["reference", "word", "text"]

_LOCAL = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*(?:/[a-z0-9]+(?:-+[a-z0-9]+)*)*")
LEXICAL_FORMS = {
    "decimal": re.compile(r"[+-]?\d+(?:\.\d+)?"),
    "integer": re.compile(r"[+-]?\d+"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "gYearMonth": re.compile(r"\d{4}-\d{2}"),
}


class Term(Struct, frozen=True):
    """One key of the context.

    Attributes:
        name: The key as written in a file.
        iri: The property it stands for.
        kind: `reference` (an IRI is due), `word` (one of the context's own words) or `text`.
        datatype: Local name of the XSD type of a text, or None.
        language: Language of a text, or an empty text.
        is_reverse: The triple runs from the value to the node.
    """

    name: str
    iri: str
    kind: Kind
    datatype: str | None
    language: str
    is_reverse: bool


class Context(Struct, frozen=True):
    """Keys, words and prefixes in force for one plan folder."""

    document: Mapping[str, object]
    terms: Mapping[str, Term]
    words: Mapping[str, str]
    prefixes: Mapping[str, str]
    own_prefixes: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> Context:
        """Read `context.jsonld` (flat: no scoped contexts, no `@vocab`)."""
        document = json.loads(path.read_text("utf-8"))["@context"]
        prefixes = {key: iri for key, value in document.items() if (iri := _prefix_iri(key, value))}
        words, terms = {}, {}
        for key, value in document.items():
            if key in prefixes or key.startswith("@") or (isinstance(value, str) and value.startswith("@")):
                continue
            if isinstance(value, str):
                words[key] = _written_out(value, prefixes)
            else:
                terms[key] = _term(key, value, prefixes)
        return cls(document, terms, words, prefixes, {})

    def with_prefixes(self, own: Mapping[str, str]) -> Context:
        """Return this context with a plan folder's own prefixes (values are relative to the base IRI)."""
        full = {key: BASE + value for key, value in own.items()}
        return Context(self.document, self.terms, self.words, {**self.prefixes, **full}, full)

    def names_things(self, prefix: str) -> bool:
        """Say whether a prefix is one of things and concepts; the others are of vocabularies and name no thing."""
        return self.prefixes.get(prefix, "").startswith((ID, *self.own_prefixes.values()))

    def expand(self, short: str) -> str | None:
        """Write out `prefix:local`; None when it is not of that form or the prefix is unknown."""
        prefix, colon, local = short.partition(":")
        if not colon or prefix not in self.prefixes or not _LOCAL.fullmatch(local):
            return None
        return self.prefixes[prefix] + local

    def shorten(self, iri: str) -> str:
        """Write an IRI as `prefix:local` with the longest prefix that fits, or return it unchanged."""
        fits = [(len(value), key) for key, value in self.prefixes.items() if iri.startswith(value) and len(iri) > len(value)]
        if not fits:
            return iri
        length, key = max(fits)
        return f"{key}:{iri[length:]}"


def plan_prefixes(path: Path, area: str, year: str) -> dict[str, str]:
    """Return the prefixes every plan of an area and year has, by `plan-prefixes.json` (IRIs relative to the base IRI)."""
    templates: dict[str, str] = json.loads(path.read_text("utf-8"))
    return {key: value.format(area=area, year=year) for key, value in templates.items()}


def _prefix_iri(key: str, value: object) -> str | None:
    if isinstance(value, dict) and value.get("@prefix"):
        return str(value["@id"])
    if isinstance(value, str) and "://" in value and value[-1] in "/#":
        return value
    return None


def _written_out(short: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = short.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else short


def _term(name: str, value: dict[str, str], prefixes: Mapping[str, str]) -> Term:
    is_reverse = "@reverse" in value
    iri = _written_out(value["@reverse"] if is_reverse else value["@id"], prefixes)
    wanted = value.get("@type", "")
    kind: Kind = "reference" if wanted == "@id" else "word" if wanted == "@vocab" else "text"
    datatype = wanted.partition(":")[2] if kind == "text" and wanted else None
    return Term(name, iri, kind, datatype, value.get("@language", ""), is_reverse)
