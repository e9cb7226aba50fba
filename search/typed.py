"""What was meant by what was typed: the wrong keyboard layout read back, and first consonants told from words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from search.analysis import Analyser, spoken_key
from search.jamo import is_consonant, is_letter, is_syllable
from search.letters import compact
from search.shortening import LEAST_SYLLABLES

_PIECE = re.compile(r"\S+")
_LATIN = re.compile(r"[A-Za-z]{2,}")


class Vocabulary(Protocol):
    """The words that an index holds."""

    def knows(self, term: str) -> bool:
        """Say whether some text has the term."""
        ...


class Typed(Struct, frozen=True):
    """A query as it is to be read.

    Attributes:
        text: The folded text, with pieces of the wrong layout read back and without first consonants.
        initials: Pieces that are nothing but first consonants, two at least.
        read_as: What was typed and what it was read as, where they differ.
    """

    text: str
    initials: tuple[str, ...]
    read_as: tuple[tuple[str, str], ...]


def read_typed(text: str, analyser: Analyser, vocabulary: Vocabulary) -> Typed:
    """Read a query piece by piece, a piece being what stands between spaces.

    A piece of Latin letters that no text has, or of Korean letters that make no syllables, is read in the other layout when that gives
    something a text has. Nothing that can be found as it was typed is changed.
    """
    folded = analyser.lexicon.fold(text)
    pieces: list[str] = []
    initials: list[str] = []
    read_as: list[tuple[str, str]] = []
    for piece in _PIECE.findall(folded):
        letters = compact(piece)
        if len(letters) > 1 and all(map(is_consonant, letters)):
            initials.append(letters)
            continue
        read = next(_other_layout(piece, analyser, vocabulary), "") or _whole_name(piece, analyser, vocabulary) or piece
        if read != piece:
            read_as.append((piece, read))
        pieces.append(read)
    return Typed(" ".join(pieces), tuple(initials), tuple(read_as))


def _whole_name(piece: str, analyser: Analyser, vocabulary: Vocabulary) -> str | None:
    """Return the name that a piece is short for, unless each of its words is known as it stands; a particle after it stays."""
    shorts = analyser.lexicon.shorts
    end = len(piece)
    if not any(piece[:size] in shorts for size in range(LEAST_SYLLABLES, end + 1)):
        return None
    for part in reversed(analyser.morphemes(piece)):
        if piece[:end] in shorts or part.kind != "grammar":
            break
        end = part.start
    if (short := piece[:end]) not in shorts or _is_found(short, analyser, vocabulary, every=True):
        return None
    return shorts[short] + piece[end:]


def _other_layout(piece: str, analyser: Analyser, vocabulary: Vocabulary) -> Iterator[str]:
    keyboard = analyser.lexicon.keyboard
    if _LATIN.search(piece) and not any(map(is_syllable, piece)) and not _is_found(piece, analyser, vocabulary):
        korean = _LATIN.sub(lambda run: keyboard.korean(run[0]), piece)
        if not any(map(is_letter, korean)) and not _LATIN.search(korean) and _is_found(korean, analyser, vocabulary):
            yield korean
    elif any(map(is_letter, piece)):
        latin = keyboard.latin(piece)
        if latin.isascii() and _is_found(latin, analyser, vocabulary):
            yield latin


def _is_found(piece: str, analyser: Analyser, vocabulary: Vocabulary, *, every: bool = False) -> bool:
    """Say whether a text has the piece or one of its parts (every one, if asked), or the lexicon knows what is meant by it."""
    spoken = spoken_key(analyser.spoken_atoms(piece))
    if spoken in analyser.readings or spoken in analyser.intents or analyser.ages(piece)[1]:
        return True
    whole, parts = compact(piece), [atom.form for atom in analyser.query_atoms(piece)]
    known = [len(form) > 1 and (form in analyser.lexicon.alternatives or vocabulary.knows(form)) for form in (whole, *parts)]
    return known[0] or all(known[1:]) if every else any(known)
