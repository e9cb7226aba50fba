"""What an index holds of a document: for each field its tokens, and what is kept to show it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from search.ages import age_terms
from search.documents import TEXT_FIELDS, Document
from search.jamo import initials
from search.letters import Token, compact, initial_pairs, pairs, strokes
from search.model import TYPE_FACET
from search.ranking import LINKED
from search.snippets import AnalysedText, PackedText

SEPARATOR = " · "
FACET = "facet_"
STORED, NAMES, PROMINENT = "stored", "names", "prominent"
AGES = ("ages", "group_ages")
SCORED = (*TEXT_FIELDS, "name_pairs", "text_pairs", "name_strokes", "name_initials", *AGES)
"""Fields of which lengths count."""
PLAIN = ("exact_name", "exact_alias", "exact_initials", LINKED, PROMINENT)
"""Fields that have a term or have it not, beside the facets."""
K1, B = 1.2, 0.75  # those of Whoosh's BM25F
# A long list of names is no wordiness, so length counts less there than in running text; what is for many ages is for each.
_LISTS = ("aliases", "kinds", "details", "conditions", "audience", "places", "relations", "figures", "spoken")
LENGTH_COUNTS = {**{f"{name}_B": 0.3 for name in _LISTS}, **{f"{name}_B": 0.0 for name in AGES}}
Tokenise = Callable[[str], tuple[Token, ...]]
REMEMBERED = 20_000
"""Texts, and lists of them: many documents name the same few things."""
REMEMBERED_NAMES = 5_000
"""With all their letters, which take several thousand bytes each."""
LONGEST_REMEMBERED = 100
"""In letters, of a list in all: longer ones are mostly descriptions, each of one document."""


class _Read(Struct, frozen=True):
    """The strings of one field: the forms of their tokens, and the field as it is kept to be shown.

    Documents that say the same share it: its lists are not to be changed.
    """

    forms: list[str]
    shown: list[str]


class _Spelt(Struct, frozen=True):
    """A name by its letters: see the functions of `search.letters` and `search.jamo`."""

    compact: str
    initials: str
    pairs: tuple[str, ...]
    strokes: tuple[str, ...]
    initial_pairs: tuple[str, ...]


class FieldReader:
    """Reads documents for an index; what several of them say alike it reads once, for as long as it remembers it."""

    def __init__(self, fold: Callable[[str], str], tokenise: Tokenise) -> None:
        """Remember how to read.

        Args:
            fold: The lexicon's.
            tokenise: Text to tokens with offsets.
        """
        self._fold, self._tokenise = fold, tokenise
        self._remembered_tokens = lru_cache(REMEMBERED)(tokenise)
        self._remembered = lru_cache(REMEMBERED)(self._read)
        self._spelt = lru_cache(REMEMBERED_NAMES)(self._spell)
        self._pairs = lru_cache(REMEMBERED)(self._pair)

    def fields(self, document: Document) -> dict[str, Any]:
        """Return what an index holds of a document: for each field its tokens, for the stored ones what is kept, empty ones left out."""
        texts = document.texts()
        read = {name: self._field(strings) for name, strings in texts.items() if strings}
        names = [self._spelt(name) for name in (document.name, *texts["aliases"])]
        fields: dict[str, Any] = {name: field.forms for name, field in read.items()}
        fields["name_pairs"] = sorted(frozenset().union(*(name.pairs for name in names)))
        fields["text_pairs"] = [pair for name in TEXT_FIELDS[2:] for string in texts[name] for pair in self._letters(string)]
        fields["name_strokes"] = sorted(frozenset().union(*(name.strokes for name in names)))
        fields["name_initials"] = sorted(frozenset().union(*(name.initial_pairs for name in names)))
        fields[NAMES] = "\n".join(name.compact for name in names)
        fields["exact_initials"] = sorted({name.initials for name in names})
        fields["exact_name"] = [names[0].compact]
        fields["exact_alias"] = [alias.compact for alias in names[1:]]
        fields["ages"] = age_terms(document.ages)
        fields["group_ages"] = age_terms(document.group_ages)
        fields[PROMINENT] = ["yes"] if document.prominent else []
        fields[FACET + TYPE_FACET] = [document.type]
        for facet, values in (document.facets or {}).items():
            fields[FACET + facet] = [label.value for label in values]
        shown = {name: field.shown for name, field in read.items() if field.shown[0]}
        fields[STORED] = json.dumps([document.id, document.type, document.name, shown], ensure_ascii=False, separators=(",", ":"))
        return {name: value for name, value in fields.items() if value}

    def _field(self, strings: tuple[str, ...]) -> _Read:
        return (self._remembered if sum(map(len, strings)) <= LONGEST_REMEMBERED else self._read)(strings)

    def _read(self, strings: tuple[str, ...]) -> _Read:
        """Analyse each string by itself, so that a name gives the same tokens wherever it stands, and join them."""
        tokens: list[Token] = []
        start = 0
        for string in strings:
            found = (self._remembered_tokens if len(string) <= LONGEST_REMEMBERED else self._tokenise)(string)
            tokens.extend((Token(token.form, token.start + start, token.end + start) for token in found) if start else found)
            start += len(string) + len(SEPARATOR)
        text = AnalysedText(SEPARATOR.join(strings), tuple(tokens))
        return _Read([token.form for token in tokens], [text.text, PackedText.of(text).packed])

    def _spell(self, name: str) -> _Spelt:
        folded = self._fold(name)
        letters = compact(folded)
        return _Spelt(letters, initials(letters), tuple(pairs(folded)), strokes(folded), initial_pairs(folded))

    def _letters(self, string: str) -> list[str]:
        return (self._pairs if len(string) <= LONGEST_REMEMBERED else self._pair)(string)

    def _pair(self, string: str) -> list[str]:
        return pairs(self._fold(string))


class StoredDocument:
    """What the index keeps of a document for showing it."""

    def __init__(self, content: str | bytes) -> None:
        found: tuple[str, str, str, dict[str, tuple[str, str]]] = json.loads(content)
        self.id, self.type, self.name, self._texts = found

    def text(self, field: str) -> PackedText:
        """Return a field's text with its tokens."""
        return PackedText(*self._texts.get(field, ("", "")))
