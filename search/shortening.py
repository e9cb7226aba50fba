"""What one makes of long names in talk: the first syllable of each word, or of all but the last, which stays whole or goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from search.jamo import is_syllable
from search.letters import compact
from search.lexicon import Lexicon
from search.morphology import Morphology

LEAST_WORDS, MOST_WORDS = 2, 5
LEAST_SYLLABLES, MOST_SYLLABLES = 3, 7
_GLUE = ("suffix", "prefix")


def short_names(names: Iterable[str], morphology: Morphology, lexicon: Lexicon) -> dict[str, str]:
    """Return folded names by their short forms; of several names with the same short form, the one that loses least.

    A form that is a name itself is none.
    """
    names = tuple(names)
    whole = {compact(name) for name in names}
    found: dict[str, tuple[int, str]] = {}
    for name in names:
        words = _words(name, morphology, lexicon.tags)
        for form in set(_forms(words)) - whole if words else ():
            found[form] = min(found.get(form, (len(name), name)), (len(name), name))
    return {form: name for form, (_, name) in sorted(found.items())}


def _words(name: str, morphology: Morphology, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Return the nouns of a name that is made of nothing else but what joins them; none of any other."""
    # Anything else would come out as a number, a sign or a word of another script, and the name as no plain row of nouns.
    if not all(is_syllable(char) or char.isspace() for char in name):
        return ()
    parts = [(part.form, kinds.get(part.tag, "")) for part in morphology.analyse(name)]
    nouns = tuple(form for form, kind in parts if kind == "noun")
    simple = all(kind == "noun" or kind in _GLUE for _, kind in parts)
    return nouns if simple and LEAST_WORDS <= len(nouns) <= MOST_WORDS else ()


def _forms(words: tuple[str, ...]) -> Iterator[str]:
    for kept in (words, words[:-1]):
        for shapes in product((False, True), repeat=len(kept)):
            form = "".join(word if stays else word[0] for word, stays in zip(kept, shapes, strict=True))
            if LEAST_SYLLABLES <= len(form) <= MOST_SYLLABLES and not all(shapes):
                yield form
