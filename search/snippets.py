"""Cuts the stretch of a document's text that shows why it was found, from token offsets kept at indexing time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self

from msgspec import Struct

from search.letters import Token, bigrams
from search.model import Fragment

WIDTH = 120
LEAD = 24
ELLIPSIS = "…"
Span = tuple[int, int]


class ShownText(Protocol):
    """A text that a hit may be shown by."""

    @property
    def text(self) -> str:
        """The text."""
        ...

    def spans(self, forms: frozenset[str]) -> list[Span]:
        """Return where its tokens of these forms stand, in their order; offsets are code points of `text`."""
        ...


class AnalysedText(Struct, frozen=True):
    """A text with the tokens it was indexed under."""

    text: str
    tokens: tuple[Token, ...]

    def spans(self, forms: frozenset[str]) -> list[Span]:
        """Return where its tokens of these forms stand; see `ShownText`."""
        return [(token.start, token.end) for token in self.tokens if token.form in forms]


class PackedText(Struct, frozen=True):
    """An `AnalysedText` as the index keeps it: tokens one by one would take thirty times its memory in every process."""

    text: str
    packed: str

    @classmethod
    def of(cls, analysed: AnalysedText) -> Self:
        """Write the tokens of a text as one string."""
        return cls(analysed.text, "\t".join(f"{token.form}\t{token.start}\t{token.end}" for token in analysed.tokens))

    def spans(self, forms: frozenset[str]) -> list[Span]:
        """Return where its tokens of these forms stand; see `ShownText`."""
        cells = self.packed.split("\t")
        return [(int(cells[3 * at + 1]), int(cells[3 * at + 2])) for at, form in enumerate(cells[::3]) if form in forms]


def cut(texts: Iterable[ShownText], forms: frozenset[str], pairs: frozenset[str] = frozenset()) -> tuple[Fragment, ...]:
    """Return at most about `WIDTH` characters of the first text that shows the match, matches marked.

    Args:
        texts: Texts in the order they are preferred; where no one matches, the first that is not empty is shown from its beginning.
        forms: Token forms that match.
        pairs: Letter pairs that match, for hits by spelling; used where no form matches.
    """
    candidates = [text for text in texts if text.text]
    if not candidates:
        return ()
    # A sentence that tells of the thing is worth more than a list with more words of the query.
    shown = ((text, spans) for text in candidates if (spans := text.spans(forms)))
    best, spans = next(((text, _merged(found)) for text, found in shown), (None, []))
    if best is None and pairs:
        by_pairs = [(_merged((pair.start, pair.end) for pair in bigrams(text.text) if pair.form in pairs), text) for text in candidates]
        spans, best = max(by_pairs, key=lambda found: sum(end - start for start, end in found[0]))
    best = best or candidates[0]
    return _fragments(best.text, spans, *_window(best.text, spans))


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: list[Span]) -> Span:
    """Choose the stretch with the most matched letters, cut between words where that is near."""
    starts = [0, *(max(0, start - LEAD) for start, _ in spans)]
    start = max(starts, key=lambda at: (sum(right - left for left, right in spans if left >= at and right <= at + WIDTH), -at))
    end = min(len(text), start + WIDTH)
    if start:
        space = text.find(" ", start, start + LEAD)
        start = space + 1 if space >= 0 and not any(left < space + 1 < right for left, right in spans) else start
    if end < len(text):
        space = text.rfind(" ", end - LEAD, end)
        end = space if space > start else end
    return start, end


def _fragments(text: str, spans: list[Span], start: int, end: int) -> tuple[Fragment, ...]:
    fragments = [Fragment(ELLIPSIS, False)] if start else []
    at = start
    for left, right in ((max(left, start), min(right, end)) for left, right in spans if right > start and left < end):
        fragments += [Fragment(text[at:left], False)] if left > at else []
        fragments.append(Fragment(text[left:right], True))
        at = right
    fragments += [Fragment(text[at:end], False)] if end > at else []
    return (*fragments, Fragment(ELLIPSIS, False)) if end < len(text) else tuple(fragments)
