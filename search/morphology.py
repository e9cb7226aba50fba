"""Kiwi behind one small class: text in, morphemes with code-point offsets out. The only module that imports kiwipiepy."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from kiwipiepy import Kiwi
from msgspec import Struct, msgpack

from search.jamo import keystrokes

Word = tuple[str, str]
Compound = tuple[str, tuple[Word, ...]]

# Kiwi's ids below this stand for "some noun", "some number" and so on; dictionary entries and user words come after them.
_FIRST_DICTIONARY_ID = 64
# Added to the log-probability of a name with known parts, so that the words around it do not take it apart.
SURE = 4.0
LONGEST_REMEMBERED = 60
"""In letters: longer texts are descriptions, which nothing repeats."""


class Morpheme(Struct, frozen=True):
    """A morpheme as Kiwi found it; `start` and `end` are code-point offsets; `known` is false for a word not in the dictionary."""

    form: str
    tag: str
    start: int
    end: int
    known: bool


_Morphemes = tuple[Morpheme, ...]


class Morphology:
    """One Kiwi, loaded and used once so that a later fork shares its memory. Analysis is thread-safe; teaching is not."""

    def __init__(self, kiwi: Kiwi) -> None:
        self._kiwi = kiwi
        self._remembered: dict[str, _Morphemes] | None = None

    def remember(self) -> None:
        """Remember short texts from now on, until something is taught that touches them: a build analyses each name several times.

        What visitors type is never remembered. Common and proper nouns only may be taught afterwards: other words stand in texts in other
        forms, too.
        """
        self._remembered = {}

    def known(self, texts: Iterable[str]) -> bytes:
        """Return what is remembered of texts, for `know` in another process that was taught the same."""
        remembered = self._remembered or {}
        return msgpack.encode({text: remembered[text] for text in texts if text in remembered})

    def know(self, known: bytes) -> None:
        """Remember what another process does."""
        if self._remembered is not None:
            self._remembered |= msgpack.decode(known, type=dict[str, _Morphemes])

    @classmethod
    def load(cls, words: Sequence[Word] = (), compounds: Iterable[Compound] = ()) -> Morphology:
        """Load Kiwi with extra words and pre-analysed compounds.

        Without worker threads: they would not survive a fork, and calls that wait for them hang. Without Kiwi's lists of further names:
        they take 66 MB and a third of a second, and find nothing that the lexicon's words and the rules for unknown words do not.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            kiwi = Kiwi(num_workers=0, load_multi_dict=False, load_default_dict=False)
        morphology = cls(kiwi)
        morphology.teach(words, compounds)
        return morphology

    def teach(self, words: Sequence[Word], compounds: Iterable[Compound] = ()) -> tuple[Compound, ...]:
        """Add words (form, tag), then compounds (form, parts); return the compounds taken. Only before threads and forks.

        Kiwi refuses a compound with a part it does not know.
        """
        for form, tag in words:
            self._kiwi.add_user_word(form, tag)
        taken = tuple(compound for compound in compounds if self._taken(compound))
        self._kiwi.tokenize("")
        if self._remembered:
            self._remembered = _untouched(self._remembered, (form for form, _ in (*words, *taken)))
        return taken

    def analyse(self, text: str) -> tuple[Morpheme, ...]:
        """Split `text` into morphemes, unknown compounds by rule so that spaced and unspaced spellings agree."""
        if self._remembered is None or len(text) > LONGEST_REMEMBERED:
            return self._analyse(text)
        if (found := self._remembered.get(text)) is None:
            found = self._remembered[text] = self._analyse(text)
        return found

    def _analyse(self, text: str) -> tuple[Morpheme, ...]:
        tokens = self._kiwi.tokenize(text, oov_handling="rule")
        return tuple(
            Morpheme(token.form, token.tag.partition("-")[0], token.start, token.end, token.id >= _FIRST_DICTIONARY_ID) for token in tokens
        )

    def _taken(self, compound: Compound) -> bool:
        form, parts = compound
        try:
            return bool(self._kiwi.add_pre_analyzed_word(form, list(parts), SURE))
        except ValueError:
            return False


def _untouched(remembered: dict[str, _Morphemes], taught: Iterable[str]) -> dict[str, _Morphemes]:
    """Return what is remembered of texts in which no form stands that was taught, as nothing else can change how they come apart.

    Compared by keystrokes, since Kiwi finds forms within syllables, too: one that ends in a vowel where a final consonant follows.
    """
    forms = set(map(_typed, taught))
    least = min(map(len, forms), default=0)
    sizes: defaultdict[str, set[int]] = defaultdict(set)
    for form in forms:
        sizes[form[:least]].add(len(form))

    def is_touched(typed: str) -> bool:
        places = range(len(typed) - least + 1)
        return any(typed[at : at + size] in forms for at in places for size in sizes.get(typed[at : at + least], ()))

    return {text: parts for text, parts in remembered.items() if not is_touched(_typed(text))}


def _typed(text: str) -> str:
    """Return the keystrokes of a text: without white space, across which Kiwi tries forms as well, and in one case."""
    return keystrokes("".join(text.split()).casefold())


def kiwi_version() -> str:
    """Return the versions of Kiwi and its model, for example `0.24.1/0.24.0`."""
    return f"{version('kiwipiepy')}/{version('kiwipiepy_model')}"
