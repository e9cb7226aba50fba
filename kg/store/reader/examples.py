"""Ready questions for staff, read from `ontology/examples/*.ttl` (SHACL executables in the form of the SIB sparql-examples).

A question is a `sh:SPARQLExecutable`; its topic (`sh:group`) is a `sh:PropertyGroup`. A question with blanks has a sentence
(`sh:labelTemplate`, blanks as `{?name}`) and parameters (`sh:parameter`). A parameter is a `sh:Parameter`: `sh:path` ends in its variable's
name, `sh:select` finds what may be chosen as `?value`, and `sh:datatype` stands instead where people write a text or number. The query
holds the value it has when nothing is chosen, in `VALUES ?name { … }`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.store.reader.model import Text
from kg.store.reader.source import choose_text
from kg.store.results import Term
from kg.vocab import RDFS, SCHEMA, SH

_FORMS = ("select", "construct", "ask", "describe")
_BLANK = re.compile(r"\{\?(\w+)\}")
_Facts = Mapping[str, list[Term]]


class ExampleParameter(Struct, frozen=True):
    """A blank of a question.

    Attributes:
        name: Its variable, without `?`.
        label_ko, label_en: What has to be chosen.
        choices: SELECT query for the values, as `?value`; empty where a value is written.
        datatype: IRI of the datatype of a written value; empty for IRIs.
        optional: True when it may be left out, which asks for all.
    """

    name: str
    label_ko: Text
    label_en: Text
    choices: str
    datatype: str
    optional: bool

    def label(self, lang: str) -> Text:
        """Return what has to be chosen, in a language."""
        return self.label_en if lang == "en" and self.label_en.value else self.label_ko


class Topic(Struct, frozen=True):
    """A group of questions: its IRI, place and names."""

    iri: str
    order: int
    label_ko: Text
    label_en: Text

    def label(self, lang: str) -> Text:
        """Return its name in a language."""
        return self.label_en if lang == "en" and self.label_en.value else self.label_ko


class Example(Struct, frozen=True):
    """A ready question: its key (end of its IRI), the question by language, its keywords and its SPARQL text.

    Attributes:
        sentence_ko, sentence_en: The question with blanks as `{?name}`; empty where it has none.
        topic: IRI of its topic.
        parameters: Its blanks, in the order of the Korean sentence.
    """

    key: str
    question_ko: Text
    question_en: Text
    keywords: tuple[str, ...]
    query: str
    sentence_ko: Text
    sentence_en: Text
    topic: str
    parameters: tuple[ExampleParameter, ...]

    @property
    def name(self) -> str:
        """Return its name without the number that orders it."""
        return self.key.lstrip("0123456789-")

    def question(self, lang: str) -> Text:
        """Return the question in a language."""
        return self.question_en if lang == "en" and self.question_en.value else self.question_ko

    def pieces(self, lang: str) -> tuple[str, ...]:
        """Return the sentence in a language as text, name of a blank, text, …; a single text where it has no blanks."""
        sentence = self.sentence_en if lang == "en" and self.sentence_en.value else self.sentence_ko
        return tuple(_BLANK.split(sentence.value))

    def parameter(self, name: str) -> ExampleParameter | None:
        """Return a blank by its name."""
        return next((one for one in self.parameters if one.name == name), None)


def load_examples(folder: Path) -> tuple[Example, ...]:
    """Read every ready question of a folder, in order of its key.

    Raises:
        SyntaxError: a file is not Turtle.
    """
    literals, links = _read(folder)
    parameters = {one: _parameter(links[one], literals[one]) for one in links if SH.Parameter in links[one][_TYPE]}
    questions = [one for one in links if SH.SPARQLExecutable in links[one][_TYPE]]
    return tuple(sorted((_example(one, literals[one], links[one], parameters) for one in questions), key=lambda example: example.key))


def load_topics(folder: Path) -> tuple[Topic, ...]:
    """Read the topics of the ready questions, in their order.

    Raises:
        SyntaxError: a file is not Turtle.
    """
    literals, links = _read(folder)
    groups = (one for one in links if SH.PropertyGroup in links[one][_TYPE])
    topics = [Topic(one, int(_only(literals[one], SH.order) or 0), *_both(literals[one], RDFS.label)) for one in groups]
    return tuple(sorted(topics, key=lambda topic: topic.order))


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def _read(folder: Path) -> tuple[dict[str, dict[str, list[Term]]], dict[str, dict[str, list[str]]]]:
    literals: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    links: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.glob("*.ttl")):
        for quad in parse(path=path, format=RdfFormat.TURTLE):
            if not isinstance(quad.subject, NamedNode):
                continue
            if isinstance(quad.object, Literal):
                literals[quad.subject.value][quad.predicate.value].append(Term(quad.object.value, "literal", quad.object.language, None))
            elif isinstance(quad.object, NamedNode):
                links[quad.subject.value][quad.predicate.value].append(quad.object.value)
    return literals, links


def _only(found: _Facts, name: str) -> str:
    return next((term.value for term in found.get(name, ())), "")


def _both(found: _Facts, name: str) -> tuple[Text, Text]:
    terms = found.get(name, [])
    return choose_text(terms, "ko"), choose_text([term for term in terms if term.lang == "en"], "en")


def _parameter(links: Mapping[str, list[str]], found: _Facts) -> ExampleParameter:
    name = links[SH.path][0].rsplit("/", 1)[-1]
    optional = _only(found, SH.optional) == "true"
    datatype = next(iter(links.get(SH.datatype, ())), "")
    return ExampleParameter(name, *_both(found, SH.term("name")), _only(found, SH.select).strip(), datatype, optional)


def _example(subject: str, found: _Facts, links: Mapping[str, list[str]], known: Mapping[str, ExampleParameter]) -> Example:
    sentence_ko, sentence_en = _both(found, SH.labelTemplate)
    own = [known[one] for one in links.get(SH.parameter, ())]
    order = _BLANK.findall(sentence_ko.value)
    return Example(
        key=subject.rsplit("/", 1)[-1],
        question_ko=_both(found, RDFS.comment)[0],
        question_en=_both(found, RDFS.comment)[1],
        keywords=tuple(sorted(term.value for term in found.get(SCHEMA.keywords, ()))),
        query=next(text for form in _FORMS if (text := _only(found, SH.term(form)))).strip(),
        sentence_ko=sentence_ko,
        sentence_en=sentence_en,
        topic=next(iter(links.get(SH.group, ())), ""),
        parameters=tuple(sorted(own, key=lambda one: order.index(one.name) if one.name in order else len(order))),
    )
