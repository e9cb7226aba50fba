"""Tells relations as sentences, with the particles that fit the names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from msgspec import Struct

from kg.network.model import Edge, Network

PARTICLES = "particles.tsv"
_IN_BRACKETS = re.compile(r"\[([^\]]+)\]")
_ASIDE = re.compile(r"(?<=[\uac00-\ud7a3])(?:\s*\([^()]*\))+\s*$")
"""What stands in brackets at the end of a name, after Hangul; a particle follows the name, as in `운영 지원(노인회지회)을`."""
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_CONSONANT, _VOWEL, _LIQUID = range(3)


class Particles:
    """Which form of a particle follows a name (`data/lexicon/particles.tsv`)."""

    def __init__(self, forms: Mapping[str, tuple[str, ...]], ends: Mapping[str, int]) -> None:
        self._forms = dict(forms)
        self._ends = dict(ends)

    @classmethod
    def load(cls, lexicon: Path) -> Self:
        """Read the table; its header says what the columns are."""
        forms, ends = {}, {}
        for line in (lexicon / PARTICLES).read_text("utf-8").splitlines():
            cells = (line + "\t\t\t").split("\t")[:4]
            if line.startswith("#") or not cells[0]:
                continue
            if "/" in cells[0]:
                forms[cells[0]] = tuple(cells[1:])
            else:
                ends[cells[0]] = cells[1:].index("x")
        return cls(forms, ends)

    def fill(self, sentence: str) -> str:
        """Put the fitting form in place of each pair in square brackets, such as `[은/는]`; an unknown pair stays as it is."""
        filled, at = "", 0
        for found in _IN_BRACKETS.finditer(sentence):
            filled += sentence[at : found.start()]
            pair = found[1]
            filled += self._forms[pair][self._end_of(filled)] if pair in self._forms else found[0]
            at = found.end()
        return filled + sentence[at:]

    def _end_of(self, text: str) -> int:
        """Return how a text ends when read aloud; quotes and dots are not read, nor what stands in brackets after Hangul."""
        spoken = next((char for char in reversed(_ASIDE.sub("", text)) if unicodedata.category(char)[0] in "LN"), "")
        if len(spoken) == 1 and _FIRST <= ord(spoken) <= _LAST:
            final = (ord(spoken) - _FIRST) % _FINALS
            return _VOWEL if final == 0 else _LIQUID if final == _RIEUL else _CONSONANT
        return self._ends.get(spoken, _VOWEL)


class Teller(Struct, frozen=True):
    """Tells the relations of a network in a language; Korean stands in where a language is missing."""

    network: Network
    particles: Particles
    lang: str

    def tell(self, edge: Edge, start: str, names: Mapping[str, str]) -> str:
        """Tell one relation.

        Args:
            start: The end that the sentence begins with.
            names: Names of both ends, by IRI.
        """
        relation = self.network.relation(edge.relation)
        told, used = (relation.told, relation.told_used) if edge.source == start else (relation.backwards, relation.used_backwards)
        if used and edge.source in self.network.nodes and self.network.kind(edge.source).used:
            told = used
        template = told.get(self.lang) or told.get("ko") or "{0} → {1}"
        # Names may hold braces and brackets, so the particles are chosen piece by piece around them.
        text = ""
        for piece in re.split(r"(\{[01]\})", template):
            name = {"{0}": edge.source, "{1}": edge.target}.get(piece)
            text = text + names[name] if name else _fill_after(text, piece, self.particles)
        return text


def _fill_after(before: str, piece: str, particles: Particles) -> str:
    """Add a piece of a sentence to what stands before it; only brackets of the piece are particles."""
    hidden = before.replace("[", " ").replace("]", " ")
    return before + particles.fill(hidden + piece)[len(hidden) :]
