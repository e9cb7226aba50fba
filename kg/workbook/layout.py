"""Which sheets and columns a workbook has. All of it is data (`ontology/workbook.json`): names of sheets, what stands on which.

Keys that begin with `@` are about the workbook and stand in no file: `@file` (file of an entry), `@owner` (the thing a row belongs to),
`@number` (which part of it: 1, 1.1, 1.2 …), `@under` (the key it stands under), `@addition` (which addition to a thing declared
elsewhere), `@table`, `@sheet`, `@header` and `@meaning` (tables of figures and their columns).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct
from pyoxigraph import Literal as Text

from kg.ontology import Ontology
from kg.source.context import Context
from kg.vocab import RDFS

Kind = Literal["header", "things", "links", "parts", "tables", "columns", "checks", "ignored", "files", "words"]

FILE, OWNER, UNDER, NUMBER, ADDITION = "@file", "@owner", "@under", "@number", "@addition"
TABLE, SHEET, HEADER, MEANING = "@table", "@sheet", "@header", "@meaning"
_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*$")


class Sheet(Struct, frozen=True):
    """One kind of sheet.

    Attributes:
        kind: What its rows are.
        name: Name of the sheet.
        columns: Keys of its first columns, in order; a workbook may have further ones.
        types: Type words of the entries it shows; the sheet of entries without any takes the rest.
        under: Keys whose parts it shows; for entries, the key their rows stand under when they name an owner but no key.
        file: File of entries that name none.
    """

    kind: Kind
    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    file: str = ""


class Layout(Struct, frozen=True):
    """The sheets of a workbook in order, and the words of its column headers."""

    sheets: tuple[Sheet, ...]
    words: dict[str, str]
    keys: frozenset[str]
    prefix: str
    unread: frozenset[str]
    by_word: dict[str, str] = {}

    @classmethod
    def load(cls, ontology: Ontology, context: Context) -> Layout:
        """Read the layout; columns are called as the vocabulary calls their properties, unless the layout has a plainer word."""
        document = json.loads(_path(ontology.folder).read_text("utf-8"))
        labels = {
            quad.subject.value: quad.object.value  # type: ignore[union-attr]
            for quad in ontology.quads
            if quad.predicate.value == RDFS.label and isinstance(quad.object, Text) and quad.object.language == "ko"
        }
        words = {name: labels[term.iri] for name, term in context.terms.items() if term.iri in labels} | document["words"]
        sheets = tuple(_sheet(one) for one in document["sheets"])
        keys = frozenset([*context.terms, *words, *(key for sheet in sheets for key in sheet.columns)])
        layout = cls(sheets, words, keys, document["newSheets"]["prefix"], frozenset(document["unread"]))
        layout.by_word.update(_unambiguous(words, keys))
        return layout

    def sheet(self, kind: Kind) -> Sheet:
        """Return the one sheet of a kind that has only one."""
        return next(sheet for sheet in self.sheets if sheet.kind == kind)

    def of(self, kind: Kind) -> tuple[Sheet, ...]:
        """Return all sheets of a kind."""
        return tuple(sheet for sheet in self.sheets if sheet.kind == kind)

    def for_type(self, word: str) -> Sheet:
        """Return the sheet that shows entries of a type."""
        things = self.of("things")
        return next((sheet for sheet in things if word in sheet.types), next(sheet for sheet in things if not sheet.types))

    def for_part(self, key: str) -> Sheet:
        """Return the sheet that shows the parts under a key of an entry."""
        parts = self.of("parts")
        return next((sheet for sheet in parts if key in sheet.under), next(sheet for sheet in parts if not sheet.under))

    def header(self, key: str) -> str:
        """Return what stands above a column: its word and, in brackets, its key."""
        word = self.words.get(key) or ": ".join(self.words.get(part, part) for part in key.split("."))
        return word if key.startswith("@") else f"{word} [{key}]"

    def key(self, header: str) -> str:
        """Return the key that a header names in brackets, by itself or by its word; an unknown header is returned as it is."""
        bracketed = _BRACKETED.search(header)
        named = bracketed[1].strip() if bracketed else header
        return named if named in self.keys else self.by_word.get(named, named)

    def knows(self, key: str) -> bool:
        """Say whether a column of this key can stand in a workbook."""
        return key in self.keys or ("." in key and key.rpartition(".")[2] in self.keys)


def _path(folder: Path) -> Path:
    return folder / "workbook.json"


def _sheet(one: dict[str, object]) -> Sheet:
    under = one.get("under", ())
    columns = [*_texts(one.get("columns", ())), *_texts(one.get("after", ()))]
    return Sheet(
        kind=one["kind"],  # type: ignore[arg-type]
        name=str(one["name"]),
        columns=tuple(columns),
        types=tuple(_texts(one.get("types", ()))),
        under=(under,) if isinstance(under, str) else tuple(_texts(under)),
        file=str(one.get("file", "")),
    )


def _texts(values: object) -> Iterable[str]:
    return [str(value) for value in values] if isinstance(values, list | tuple) else []


def _unambiguous(words: dict[str, str], keys: Iterable[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for key in sorted(keys):
        found.setdefault(words.get(key, key), []).append(key)
    return {word: named[0] for word, named in found.items() if len(named) == 1}
