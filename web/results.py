"""What a page of search results shows: hits with the reasons that one does not see, facets and wider searches as links."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from markupsafe import Markup, escape
from msgspec import Struct

from kg.store.reader.model import Ref
from kg.vocab import BASE
from search.model import TYPE_FACET, FacetValue, Hit, Page, Reason, Relaxation
from web.context import site
from web.i18n import current_language
from web.links import changed, quoted
from web.naming import resolve
from web.searching import is_evident

_SHOWN_MEANINGS = 3


class Choice(Struct, frozen=True):
    """One value of a facet as a link: its label, its count, whether it is chosen, where tapping it leads."""

    label: str
    count: int
    chosen: bool
    url: str


class Result(Struct, frozen=True):
    """One hit as the page shows it; `why` holds the reasons that its marked text does not show."""

    ref: Ref
    url: str
    snippet: Markup
    why: tuple[Reason, ...]


class Wider(Struct, frozen=True):
    """A wider search to offer: its words, the facet it does without, its address and hits."""

    label: str
    facet: str
    url: str
    count: int


def marked(hit: Hit) -> Markup:
    """Return the snippet of a hit as HTML with its matches marked."""
    pieces = (f"<mark>{escape(piece.text)}</mark>" if piece.is_match else escape(piece.text) for piece in hit.snippet)
    return Markup("".join(pieces))  # each piece is escaped


def unseen_reasons(hit: Hit) -> tuple[Reason, ...]:
    """Return the reasons that are not evident from the hit itself, each once; spelling explains only what no word does."""
    told = {(reason.kind, reason.query, reason.term): reason for reason in hit.why if not is_evident(reason)}
    by_words = any(reason.kind != "spelling" for reason in hit.why)
    return tuple(reason for reason in told.values() if reason.kind != "spelling" or not by_words)


def meant(found: Page) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the ideas that were read as something else than their words: what was said, and what was looked for."""
    found_meant: list[tuple[str, tuple[str, ...]]] = []
    for idea in found.understood:
        literally = max((term.weight for term in idea.terms if term.kind == "word"), default=0.0)
        others = [term for term in idea.terms if term.kind == "synonym"] if literally < 1 else []
        if any(term.kind == "age" for term in idea.terms):
            found_meant.append((idea.text, ()))
        elif others:
            found_meant.append((idea.text, tuple(term.term for term in others[:_SHOWN_MEANINGS])))
    return tuple(dict.fromkeys(found_meant))


def wider(one: Relaxation) -> Wider:
    """Return a wider search as a link."""
    if not one.without:
        return Wider(one.text, "", changed(q=one.text), one.total)
    label = ", ".join(_label(one.without, value) for value in request.args.getlist(one.without))
    return Wider(label, one.without, changed("", **{one.without: None}), one.total)


def _label(facet: str, value: str) -> str:
    """Return the name of a facet's value, which is a type word, an IRI or a name."""
    if facet == TYPE_FACET:
        return kind_labels().get(value, value)
    ref = site().reader.labels([value], current_language()).get(value) if value.startswith(BASE) else resolve(facet, value)
    return ref.label.value if ref else value


def choices(name: str, values: tuple[FacetValue, ...]) -> tuple[Choice, ...]:
    """Return the values of a facet as links, those that are chosen first."""
    chosen = set(request.args.getlist(name))
    kinds = kind_labels()
    refs = site().reader.labels([value.value for value in values if value.label is not None], current_language())
    without = changed("", **{name: None})
    found = (
        Choice(
            label=refs[value.value].label.value if value.value in refs else kinds.get(value.value, value.label or value.value),
            count=value.count,
            chosen=value.value in chosen,
            url=without if value.value in chosen else f"{without}&{name}={quoted(value.value)}",
        )
        for value in values
    )
    return tuple(sorted(found, key=lambda choice: not choice.chosen))


def kind_labels() -> Mapping[str, str]:
    """Return the name of each type word in the language of the page."""
    return site().reader.display.words(current_language())
