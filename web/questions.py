"""Ready questions with blanks: what may be chosen in each, and the query a filled-in sentence stands for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from msgspec import Struct

from kg.store.blanks import default_of, fill
from kg.store.guard import inspect
from kg.store.reader.examples import Example, ExampleParameter, Topic
from kg.store.reader.model import Ref, Text
from kg.store.results import Term
from kg.vocab import XSD
from web.context import services, settings, site
from web.errors import WebError
from web.i18n import current_language
from web.naming import bearing

_SHOWN = 60
_LONGEST = 200


class Option(Struct, frozen=True):
    """One thing that may be chosen."""

    value: str
    label: Text
    chosen: bool


class Blank(Struct, frozen=True):
    """A blank of a sentence as a form shows it; without `options` a text is written in it."""

    name: str
    label: Text
    options: tuple[Option, ...]
    written: str
    is_number: bool
    optional: bool


class Sentence(Struct, frozen=True):
    """A question in words and blanks, in the order in which they are read."""

    name: str
    question: Text
    pieces: tuple[str | Blank, ...]


class TopicQuestions(Struct, frozen=True):
    """The ready questions of one topic."""

    label: Text
    questions: tuple[Example, ...]


def question_named(name: str) -> Example:
    """Return the ready question of a name.

    Raises:
        WebError: 404, there is none; member `nearest`.
    """
    known = {example.name: example for example in services().examples}
    if name not in known:
        nearest = get_close_matches(name, known, 1)
        raise WebError("web.no-question", 404, name=name[:_SHOWN], nearest=nearest[0] if nearest else "")
    return known[name]


def by_topic(wanted: str) -> tuple[TopicQuestions, ...]:
    """Return the ready questions by topic; only those with all wanted words in question, keywords or topic."""
    lang = current_language()
    words = wanted.lower().split()

    def fits(example: Example, topic: Topic) -> bool:
        said = (example.question_ko.value, example.question_en.value, *example.keywords, topic.label_ko.value, topic.label_en.value)
        return all(word in " ".join(said).lower() for word in words)

    groups = [
        TopicQuestions(topic.label(lang), tuple(one for one in services().examples if one.topic == topic.iri and fits(one, topic)))
        for topic in services().topics
    ]
    return tuple(group for group in groups if group.questions)


def choices(parameter: ExampleParameter) -> tuple[Ref, ...]:
    """Return what may be chosen in a blank, in the order of pages; asked of the graph once per snapshot and language."""
    opened, lang = site(), current_language()
    key = (parameter.choices, lang)
    if key not in opened.choices:
        found = {row["value"].value for row in opened.store.select(parameter.choices).rows if "value" in row}
        opened.choices[key] = tuple(sorted(opened.reader.labels(found, lang).values(), key=opened.reader.display.place))
    return opened.choices[key]


def filled(example: Example, values: Mapping[str, str]) -> str:
    """Return the query of a question with values in its blanks; a blank that is left out keeps what the query says, or means all.

    Args:
        values: Text by name; of other names nothing is taken.
    Raises:
        WebError: 400, a value that cannot be chosen.
    """
    terms: dict[str, Term | None] = {}
    for parameter in example.parameters:
        value = values.get(parameter.name, "").strip()
        if value:
            terms[parameter.name] = term_of(parameter, value)
        elif parameter.optional:
            terms[parameter.name] = None
    return fill(inspect(example.query, services().prefixes, settings().query_bytes), terms)


def term_of(parameter: ExampleParameter, value: str) -> Term:
    """Return the term a value stands for: an IRI, a name with a known prefix, an exact name, or what is written.

    Raises:
        WebError: 400, it is none of those that may be chosen, or more than one; then member `candidates` lists them.
    """
    if parameter.datatype:
        return _written(parameter, value)
    offered = {ref.iri: ref for ref in choices(parameter)}
    prefix, _, local = value.partition(":")
    iri = services().prefixes[prefix] + local if prefix in services().prefixes and not local.startswith("//") else value
    if iri in offered:
        return Term(iri, "iri")
    named = [ref for ref in bearing(value) if ref.iri in offered]
    if len(named) == 1:
        return Term(named[0].iri, "iri")
    if named:
        listed = [{"id": ref.iri, "name": ref.label.value} for ref in named]
        raise WebError("web.ambiguous", name=value[:_SHOWN]).adding(candidates=listed)
    nearest = get_close_matches(value, [*offered, *(ref.label.value for ref in offered.values())], 3, 0.5)
    raise WebError("web.bad-parameter", name=parameter.name, value=value[:_SHOWN]).adding(nearest=nearest)


def _written(parameter: ExampleParameter, value: str) -> Term:
    if parameter.datatype == XSD.string:
        if len(value) > _LONGEST:
            raise WebError("web.too-long", limit=_LONGEST, value=len(value))
        return Term(value, "literal")
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**15 or len(value) > 30:
        raise WebError("web.bad-parameter", name=parameter.name, value=value[:_SHOWN])
    return Term(f"{number:f}", "literal", None, parameter.datatype)


def sentence_of(example: Example, values: Mapping[str, str]) -> Sentence:
    """Return a question as a form: its words, and its blanks with what is chosen in them."""
    lang = current_language()
    shape = inspect(example.query, services().prefixes, settings().query_bytes)
    pieces: list[str | Blank] = []
    for number, piece in enumerate(example.pieces(lang)):
        parameter = example.parameter(piece) if number % 2 else None
        if parameter is None:
            pieces.append(piece)
            continue
        value = values.get(parameter.name, "").strip()
        if parameter.datatype:
            shown = value or default_of(shape, parameter.name).split('"')[1].removesuffix(".0")
            pieces.append(Blank(parameter.name, parameter.label(lang), (), shown, parameter.datatype != XSD.string, False))
            continue
        default = "" if parameter.optional else default_of(shape, parameter.name).strip("<>")
        try:
            chosen = term_of(parameter, value).value if value else default
        except WebError:
            chosen = default
        options = tuple(Option(ref.iri, _told(ref), ref.iri == chosen) for ref in choices(parameter))
        pieces.append(Blank(parameter.name, parameter.label(lang), options, "", False, parameter.optional))
    return Sentence(example.name, example.question(lang), tuple(pieces))


def _told(ref: Ref) -> Text:
    return Text(f"{ref.notation} {ref.label.value}" if ref.notation[:1].isdigit() else ref.label.value, ref.label.lang)
