"""What an index holds of a document: for each field its tokens, and what is kept to show it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

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


def document_fields(document: Document, fold: Callable[[str], str], tokenise: Tokenise) -> dict[str, Any]:
    """Return what an index holds of a document: for each field its tokens, for the stored ones what is kept, empty ones left out.

    Args:
        fold: The lexicon's.
        tokenise: Text to tokens with offsets.
    """
    texts = document.texts()
    analysed = {name: _analysed(strings, tokenise) for name, strings in texts.items()}
    names = [fold(name) for name in (document.name, *texts["aliases"])]
    rest = [fold(text) for name in TEXT_FIELDS[2:] for text in texts[name]]
    fields: dict[str, Any] = {name: [token.form for token in text.tokens] for name, text in analysed.items()}
    fields["name_pairs"] = sorted({pair for name in names for pair in pairs(name)})
    fields["text_pairs"] = [pair for text in rest for pair in pairs(text)]
    fields["name_strokes"] = sorted({form for name in names for form in strokes(name)})
    fields["name_initials"] = sorted({form for name in names for form in initial_pairs(name)})
    fields[NAMES] = "\n".join(map(compact, names))
    fields["exact_initials"] = sorted({initials(compact(name)) for name in names})
    fields["exact_name"] = [compact(names[0])]
    fields["exact_alias"] = [compact(alias) for alias in names[1:]]
    fields["ages"] = age_terms(document.ages)
    fields["group_ages"] = age_terms(document.group_ages)
    fields[PROMINENT] = ["yes"] if document.prominent else []
    fields[FACET + TYPE_FACET] = [document.type]
    for facet, values in (document.facets or {}).items():
        fields[FACET + facet] = [label.value for label in values]
    shown = {name: [text.text, PackedText.of(text).packed] for name, text in analysed.items() if text.text}
    fields[STORED] = json.dumps([document.id, document.type, document.name, shown], ensure_ascii=False, separators=(",", ":"))
    return {name: value for name, value in fields.items() if value}


def _analysed(strings: Iterable[str], tokenise: Tokenise) -> AnalysedText:
    """Analyse each string by itself, so that a name gives the same tokens wherever it stands, and join them."""
    tokens: list[Token] = []
    start = 0
    for string in strings:
        tokens.extend(Token(token.form, token.start + start, token.end + start) for token in tokenise(string))
        start += len(string) + len(SEPARATOR)
    return AnalysedText(SEPARATOR.join(strings), tuple(tokens))


class StoredDocument:
    """What the index keeps of a document for showing it."""

    def __init__(self, content: str | bytes) -> None:
        found: tuple[str, str, str, dict[str, tuple[str, str]]] = json.loads(content)
        self.id, self.type, self.name, self._texts = found

    def text(self, field: str) -> PackedText:
        """Return a field's text with its tokens."""
        return PackedText(*self._texts.get(field, ("", "")))
