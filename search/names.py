"""What the names of the graph teach the analyser: unknown words, the parts of unspaced names, and aliases as synonyms."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kg.build.beside import beside, in_parts
from search.documents import Document
from search.entries import Synonyms
from search.letters import compact
from search.lexicon import Lexicon
from search.morphology import Compound, Morpheme, Morphology, Word
from search.shortening import short_names

ALIAS_WEIGHT = 0.9
LEAST_AT_ONCE = 500
"""Names: fewer are looked through sooner than a process is started."""
_PROPER_NOUN = "NNP"
_NOUNS = ("NNG", "NNP")
_PIECE = re.compile(r"[^\W_]+")
_LONGEST_WORD = 8
_NOUN_LIKE = ("noun", "prefix", "suffix", "number")


def learn_names(lexicon: Lexicon, morphology: Morphology, documents: Iterable[Document]) -> Lexicon:
    """Teach Kiwi the names of all documents and return the lexicon that says so.

    First words that Kiwi keeps whole but does not know or takes apart into something that is no noun; then, with these known, unspaced
    spellings of names; last, words that it takes apart differently in different sentences.

    Args:
        lexicon: The tables of `data/lexicon/`.
        morphology: A Kiwi that was taught `lexicon` and nothing else; it is taught the names as well.
        documents: Whose names to learn.
    """
    things = [tuple(map(lexicon.fold, (document.name, *document.aliases))) for document in documents]
    names = sorted({name for thing in things for name in thing})
    pieces = sorted({piece for name in names for piece in _PIECE.findall(name)})
    words = [(piece, _PROPER_NOUN) for piece in pieces if _is_unknown(piece, morphology.analyse(piece), lexicon)]
    morphology.teach(words)
    whole = sorted({piece for name in names for piece in name.split() if len(piece) > 2 and piece.isalnum()})
    with beside(lambda: tuple(_unsteady(whole, morphology, lexicon))) as unsteady:
        unspaced = _all_compounds(names, morphology, lexicon)
        compounds = morphology.teach((), (*unspaced, *unsteady()))
    spellings = {compact(name): name for thing in reversed(things) for name in reversed(thing) if " " in name}
    shorts = short_names(names, morphology, lexicon)
    return lexicon.extended(words, compounds, _aliases(things), spellings, shorts)


def _is_unknown(piece: str, parts: tuple[Morpheme, ...], lexicon: Lexicon) -> bool:
    return _is_new_word(piece, parts) or _is_broken(piece, parts, lexicon)


def _is_new_word(piece: str, parts: tuple[Morpheme, ...]) -> bool:
    return len(parts) == 1 and not parts[0].known and parts[0].form == piece and parts[0].tag in _NOUNS


def _is_broken(piece: str, parts: tuple[Morpheme, ...], lexicon: Lexicon) -> bool:
    """Say whether a short word falls into pieces no search would look for; one that ends in a particle is just running text."""
    if not 2 < len(piece) <= _LONGEST_WORD or len(parts) < 2 or parts[-1].tag not in _NOUNS:
        return False
    kinds = lexicon.tags
    lone_letters = [part for part in parts if len(part.form) == 1]
    return any(kinds.get(part.tag, "grammar") == "grammar" for part in parts) or any(
        kinds[part.tag] == "word" or not part.known for part in lone_letters
    )


def _all_compounds(names: Sequence[str], morphology: Morphology, lexicon: Lexicon) -> list[Compound]:
    """Return the compounds of all names, looked for by all processors; what is found out about names is remembered here."""

    def found(some: Sequence[str]) -> tuple[list[Compound], bytes | None]:
        return list(_compounds(some, morphology, lexicon)), morphology.known(some)

    size = max(LEAST_AT_ONCE, -(-len(names) // len(os.sched_getaffinity(0))))
    compounds: list[Compound] = []
    for theirs, known in in_parts(found, names, size, lambda some: (list(_compounds(some, morphology, lexicon)), None)):
        compounds += theirs
        if known is not None:
            morphology.know(known)
    return compounds


def _compounds(names: Iterable[str], morphology: Morphology, lexicon: Lexicon) -> Iterator[Compound]:
    """Yield the unspaced form of each name of several nouns that Kiwi would not take apart at the spaces by itself."""
    for name in names:
        unspaced = "".join(name.split())
        if unspaced == name or not unspaced.isalnum():
            continue
        parts = tuple((part.form, part.tag) for part in morphology.analyse(name))
        if "".join(form for form, _ in parts) != unspaced or any(lexicon.tags.get(tag) != "noun" for _, tag in parts):
            continue
        if tuple((part.form, part.tag) for part in morphology.analyse(unspaced)) != parts:
            yield unspaced, parts


def _unsteady(pieces: Iterable[str], morphology: Morphology, lexicon: Lexicon) -> Iterator[Compound]:
    """Yield each word that comes apart differently in different sentences, with its most frequent parts that are all nouns."""
    for piece in pieces:
        found = [_parts_of(piece, 0, morphology.analyse(piece))]
        for carrier in lexicon.carriers:
            found.append(_parts_of(piece, carrier.index("{}"), morphology.analyse(carrier.format(piece))))
        counts = Counter(parts for parts in found if parts and all(lexicon.tags.get(tag, "grammar") in _NOUN_LIKE for _, tag in parts))
        if counts and len(set(found)) > 1:
            yield piece, counts.most_common(1)[0][0]


def _parts_of(piece: str, start: int, morphemes: tuple[Morpheme, ...]) -> tuple[Word, ...]:
    """Return the morphemes of a word in a sentence; none where they do not spell it."""
    inside = [part for part in morphemes if part.start >= start and part.end <= start + len(piece)]
    return tuple((part.form, part.tag) for part in inside) if "".join(part.form for part in inside) == piece else ()


def _aliases(things: Iterable[tuple[str, ...]]) -> list[Synonyms]:
    sets = {tuple(dict.fromkeys(word for word in map(compact, names) if len(word) > 1 and not word.isdigit())) for names in things}
    return [Synonyms(ALIAS_WEIGHT, words) for words in sorted(sets) if len(words) > 1]
