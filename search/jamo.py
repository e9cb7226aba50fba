"""Korean letters below the syllable: keystrokes, first consonants, and text typed with the other keyboard layout.

Syllables are arithmetic over three lists of letters (Unicode 15.1, 3.12); the letters here are the compatibility letters (U+3131..U+3163)
that keyboards send. A keystroke is one key press of the standard two-set layout: compound vowels and finals are two keystrokes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

REMEMBERED_LETTERS = 4096
"""Of 11,172 syllables texts use a small part over and over."""
_FIRST, _LAST = 0xAC00, 0xD7A3
_VOWELS, _FINALS = 21, 28
# Compatibility letters in the order of the three lists; the first vowel letter is U+314F, vowels stand in their order.
_INITIAL_LETTERS = [0x3131, 0x3132, 0x3134, 0x3137, 0x3138, 0x3139, 0x3141, 0x3142, 0x3143, *range(0x3145, 0x314F)]
_VOWEL_LETTERS = list(range(0x314F, 0x3164))
_FINAL_LETTERS = [0, *range(0x3131, 0x3138), *range(0x3139, 0x3143), *range(0x3144, 0x3149), *range(0x314A, 0x314F)]
_INITIAL_OF = {chr(letter): at for at, letter in enumerate(_INITIAL_LETTERS)}
_VOWEL_OF = {chr(letter): at for at, letter in enumerate(_VOWEL_LETTERS)}
_FINAL_OF = {chr(letter): at for at, letter in enumerate(_FINAL_LETTERS) if letter}
# Compound letters and the two keystrokes that make them (code points).
_COMPOUNDS = {
    0x3133: (0x3131, 0x3145), 0x3135: (0x3134, 0x3148), 0x3136: (0x3134, 0x314E), 0x313A: (0x3139, 0x3131), 0x313B: (0x3139, 0x3141),
    0x313C: (0x3139, 0x3142), 0x313D: (0x3139, 0x3145), 0x313E: (0x3139, 0x314C), 0x313F: (0x3139, 0x314D), 0x3140: (0x3139, 0x314E),
    0x3144: (0x3142, 0x3145), 0x3158: (0x3157, 0x314F), 0x3159: (0x3157, 0x3150), 0x315A: (0x3157, 0x3163), 0x315D: (0x315C, 0x3153),
    0x315E: (0x315C, 0x3154), 0x315F: (0x315C, 0x3163), 0x3162: (0x3161, 0x3163),
}  # fmt: skip
_SPLIT = {chr(whole): "".join(map(chr, parts)) for whole, parts in _COMPOUNDS.items()}
_JOINED = {parts: whole for whole, parts in _SPLIT.items()}


def is_syllable(char: str) -> bool:
    """Say whether a character is a composed Korean syllable."""
    return _FIRST <= ord(char) <= _LAST


def is_consonant(char: str) -> bool:
    """Say whether a character is a consonant letter standing alone, as in a query of first consonants."""
    return 0x3131 <= ord(char) <= 0x314E


def is_letter(char: str) -> bool:
    """Say whether a character is a Korean letter standing alone."""
    return 0x3131 <= ord(char) <= 0x3163


def keystrokes(text: str) -> str:
    """Spell text by key presses, so that whatever an input method shows half-way is a prefix of the whole.

    Characters that are no Korean stay.
    """
    return "".join(map(_spelled, text))


@lru_cache(REMEMBERED_LETTERS)
def _spelled(char: str) -> str:
    if not is_syllable(char):
        return _SPLIT.get(char, char)
    number = ord(char) - _FIRST
    initial, vowel, final = number // (_VOWELS * _FINALS), number // _FINALS % _VOWELS, number % _FINALS
    letters = (_INITIAL_LETTERS[initial], _VOWEL_LETTERS[vowel], _FINAL_LETTERS[final])
    return "".join(_SPLIT.get(chr(letter), chr(letter)) for letter in letters if letter)


def initials(text: str) -> str:
    """Return the first consonant of each syllable; other characters stay."""
    return "".join(map(_initial, text))


@lru_cache(REMEMBERED_LETTERS)
def _initial(char: str) -> str:
    return chr(_INITIAL_LETTERS[(ord(char) - _FIRST) // (_VOWELS * _FINALS)]) if is_syllable(char) else char


def composed(strokes: str) -> str:
    """Compose keystrokes into syllables as an input method does; letters that fit nowhere stay alone.

    `composed(keystrokes(text)) == text` for every text that consists of syllables.
    """
    return "".join(_syllables(strokes))


def _syllables(strokes: str) -> Iterator[str]:
    at = 0
    while at < len(strokes):
        if strokes[at] in _VOWEL_OF:
            alone, at = _longest(strokes, at, _VOWEL_OF)
            yield alone
        elif strokes[at] in _INITIAL_OF and _is_vowel(strokes, at + 1):
            initial = _INITIAL_OF[strokes[at]]
            vowel, at = _longest(strokes, at + 1, _VOWEL_OF)
            final, at = _final(strokes, at)
            yield chr(_FIRST + (initial * _VOWELS + _VOWEL_OF[vowel]) * _FINALS + _FINAL_OF.get(final, 0))
        else:
            yield strokes[at]
            at += 1


def _is_vowel(strokes: str, at: int) -> bool:
    return at < len(strokes) and strokes[at] in _VOWEL_OF


def _longest(strokes: str, at: int, known: Mapping[str, int]) -> tuple[str, int]:
    """Take one letter, or two that make a compound of the kind."""
    pair = _JOINED.get(strokes[at : at + 2])
    return (pair, at + 2) if pair and pair in known else (strokes[at], at + 1)


def _final(strokes: str, at: int) -> tuple[str, int]:
    """Take the final of a syllable: what a vowel follows belongs to the next syllable."""
    if at >= len(strokes) or strokes[at] not in _FINAL_OF or _is_vowel(strokes, at + 1):
        return "", at
    pair = _JOINED.get(strokes[at : at + 2])
    if pair and pair in _FINAL_OF and not _is_vowel(strokes, at + 2):
        return pair, at + 2
    return strokes[at], at + 1


class Keyboard(Struct, frozen=True, dict=True):
    """A two-set keyboard: which Korean letter each Latin key gives."""

    keys: Mapping[str, str]

    @cached_property
    def _latin(self) -> dict[str, str]:
        # A letter may sit on two keys (with and without shift); the plain key wins.
        return {letter: key for key, letter in sorted(self.keys.items(), reverse=True)}

    def korean(self, text: str) -> str:
        """Return what Latin keys would have given in the Korean layout, composed."""
        return composed("".join(self.keys.get(char, self.keys.get(char.lower(), char)) for char in text))

    def latin(self, text: str) -> str:
        """Return what Korean letters would have given in the Latin layout."""
        return "".join(self._latin.get(stroke, stroke) for stroke in keystrokes(text))
