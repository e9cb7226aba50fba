"""Ready questions for staff, read from `ontology/examples/*.ttl` (SHACL executables in the form of the SIB sparql-examples)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.store.reader.model import Text
from kg.store.reader.source import choose_text
from kg.store.results import Term
from kg.vocab import RDFS, SCHEMA, SH


@dataclass(frozen=True, slots=True)
class Example:
    """A ready question: its key (end of its IRI), the question by language, its keywords and its SPARQL text."""

    key: str
    question_ko: Text
    question_en: Text
    keywords: tuple[str, ...]
    query: str

    @property
    def name(self) -> str:
        """Return its name without the number that orders it."""
        return self.key.lstrip("0123456789-")

    def question(self, lang: str) -> Text:
        """Return the question in a language."""
        return self.question_en if lang == "en" and self.question_en.value else self.question_ko


def load_examples(folder: Path) -> tuple[Example, ...]:
    """Read every ready question of a folder, in order of its key.

    Raises:
        SyntaxError: a file is not Turtle.
    """
    values: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.glob("*.ttl")):
        for quad in parse(path=path, format=RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                values[quad.subject.value][quad.predicate.value].append(Term(quad.object.value, "literal", quad.object.language, None))
    examples = [_example(subject, found) for subject, found in values.items() if SH.select in found]
    return tuple(sorted(examples, key=lambda example: example.key))


def _example(subject: str, found: dict[str, list[Term]]) -> Example:
    return Example(
        key=subject.rsplit("/", 1)[-1],
        question_ko=choose_text(found[RDFS.comment], "ko"),
        question_en=choose_text([term for term in found[RDFS.comment] if term.lang == "en"], "en"),
        keywords=tuple(sorted(term.value for term in found[SCHEMA.keywords])),
        query=found[SH.select][0].value.strip(),
    )
