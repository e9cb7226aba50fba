"""The words search knows beyond Kiwi's dictionary: `data/lexicon/*.tsv`, and what the names of the graph add to them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kg.errors import Fault, SourceFaults
from kg.text import DotTable
from search.ages import AgeForm, AgeWords
from search.entries import (
    Intent,
    Meaning,
    Synonyms,
    read_age_forms,
    read_age_words,
    read_carriers,
    read_dots,
    read_fields,
    read_intents,
    read_meanings,
    read_misspellings,
    read_numerals,
    read_synonyms,
    read_tags,
    read_words,
)
from search.jamo import Keyboard
from search.letters import tidy, visible
from search.morphology import Compound, Word
from search.tables import read_table


class Lexicon(Struct, frozen=True, dict=True):
    """Everything an analyser needs, equal when it analyses alike.

    Attributes:
        tags: Part-of-speech tag to its kind (one of `KINDS`). `grammar` is dropped; so is a tag that is not listed, unless a query has
            nothing better.
        stopwords: (form, tag) that a query does without as long as something else is left.
        fillers: (form, tag) of what a query never needs; they are passed over inside phrases too.
        words: User words (form, tag), in the order Kiwi must be taught them.
        compounds: Unspaced names with their parts, taught after the words.
        synonyms: Sets of words that stand for one another.
        meanings: What is meant by everyday words.
        intents: What sort of thing words ask for.
        fields: Words that name fields of a document.
        dots: The middle dots that are one.
        keyboard: The layout in which Korean is typed.
        carriers: Sentences with `{}` in which names are tried.
        age_forms: How people say an age, in the order they are tried.
        numerals: Numbers as one says them in ages.
        misspellings: Wrong spellings with the right ones.
        spellings: Names with spaces, by their letters alone.
        shorts: Names by what one makes of them in talk: the first syllables of their words (`search.shortening`).
        phrases: What meanings and intents are said with, and the key Kiwi reads each as: reading them takes longer than loading all else.
        age_words: Words for people of an age.
        digest: SHA-256 (hex) of the tables, which counts in a snapshot's id together with the texts of `said`.
        said: What people say about themselves, and the morphemes Kiwi reads each as (form, start, end, tag, kind), for the same reason.
    """

    tags: dict[str, str]
    stopwords: frozenset[Word]
    fillers: frozenset[Word]
    words: tuple[Word, ...]
    compounds: tuple[Compound, ...]
    synonyms: tuple[Synonyms, ...]
    meanings: tuple[Meaning, ...]
    intents: tuple[Intent, ...]
    fields: dict[str, tuple[str, ...]]
    dots: DotTable
    keyboard: Keyboard
    carriers: tuple[str, ...]
    age_forms: tuple[AgeForm, ...]
    age_words: tuple[AgeWords, ...]
    numerals: dict[str, str]
    misspellings: dict[str, str]
    spellings: dict[str, str]
    shorts: dict[str, str]
    phrases: dict[str, str]
    digest: str
    said: Mapping[str, tuple[tuple[str, int, int, str, str], ...]] = {}

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read the tables of `data/lexicon/`.

        Raises:
            SourceFaults: with every fault of every table, each with `file:line`.
        """
        faults: list[Fault] = []
        tags = read_tags(read_table(folder, "keptags.tsv", ("tag", "kind", "why"), (0,), faults), faults)
        stopwords = read_words(read_table(folder, "stopwords.tsv", ("form", "tag", "why"), (0, 1), faults), tags, faults)
        fillers = read_words(read_table(folder, "fillers.tsv", ("form", "tag", "why"), (0, 1), faults), tags, faults)
        words = read_words(read_table(folder, "userwords.tsv", ("form", "tag", "why"), (0,), faults), tags, faults)
        dots = read_dots(read_table(folder, "dots.tsv", ("code point", "why"), (0,), faults), faults)
        keys = read_table(folder, "keyboard.tsv", ("key", "letter", "why"), (0,), faults)
        synonyms = read_synonyms(read_table(folder, "synonyms.tsv", ("weight", "words", "why"), (1,), faults), dots, faults)
        meanings = read_meanings(read_table(folder, "meanings.tsv", ("weight", "keep", "said", "means", "why"), (2,), faults), dots, faults)
        intents = read_intents(read_table(folder, "intents.tsv", ("factor", "said", "kinds", "why"), (1,), faults), dots, faults)
        fields = read_fields(read_table(folder, "fields.tsv", ("words", "fields", "why"), (0,), faults), faults)
        carriers = read_carriers(read_table(folder, "carriers.tsv", ("sentence", "why"), (0,), faults), faults)
        age_forms = read_age_forms(read_table(folder, "ages.tsv", ("kind", "form", "example", "why"), (1,), faults), faults)
        age_words = read_age_words(read_table(folder, "agewords.tsv", ("least", "most", "words", "why"), (0, 1), faults), dots, faults)
        numerals = read_numerals(read_table(folder, "numerals.tsv", ("word", "written", "why"), (0,), faults))
        misspellings = read_misspellings(read_table(folder, "misspellings.tsv", ("wrong", "right", "why"), (0,), faults), dots)
        if faults:
            raise SourceFaults(faults)
        keyboard = Keyboard({row.cells[0]: row.cells[1] for row in keys})
        lexicon = cls(
            tags,
            frozenset(stopwords),
            frozenset(fillers),
            words,
            (),
            synonyms,
            meanings,
            intents,
            fields,
            dots,
            keyboard,
            carriers,
            age_forms,
            age_words,
            numerals,
            misspellings,
            {},
            {},
            {},
            "",
        )
        return replace(lexicon, digest=hashlib.sha256(lexicon.to_json()).hexdigest())

    def extended(
        self,
        words: Iterable[Word],
        compounds: Iterable[Compound],
        synonyms: Iterable[Synonyms],
        spellings: Mapping[str, str],
        shorts: Mapping[str, str],
    ) -> Lexicon:
        """Return a lexicon with more words, compounds, synonyms, spellings and short names; the digest stays that of the tables."""
        return replace(
            self,
            words=self.words + tuple(words),
            compounds=self.compounds + tuple(compounds),
            synonyms=self.synonyms + tuple(synonyms),
            spellings={**self.spellings, **spellings},
            shorts={**self.shorts, **shorts},
        )

    @cached_property
    def alternatives(self) -> dict[str, dict[str, float]]:
        """Each word of a synonym set to the others with their weight, the highest where several sets say so."""
        found: dict[str, dict[str, float]] = {}
        for entry in self.synonyms:
            for word in entry.words:
                others = found.setdefault(word, {})
                others.update({other: max(entry.weight, others.get(other, 0.0)) for other in entry.words if other != word})
        return found

    def fold(self, text: str) -> str:
        """Return `text` tidied (`search.letters.tidy`) with one middle dot for all; NFC text keeps its length."""
        return tidy(self.dots.fold(text))

    @cached_property
    def _wrong(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.misspellings, key=len, reverse=True))) or r"(?!)")

    def asked(self, text: str) -> str:
        """Return what someone typed as it is read: folded, without invisible characters, wrong spellings put right."""
        return self._wrong.sub(lambda wrong: self.misspellings[wrong[0]], self.fold(visible(text)))

    def to_json(self) -> bytes:
        """Return the lexicon as canonical JSON (UTF-8): the same lexicon, the same bytes."""
        value = {
            "tags": self.tags,
            "stopwords": sorted(self.stopwords),
            "fillers": sorted(self.fillers),
            "words": self.words,
            "compounds": self.compounds,
            "synonyms": [[entry.weight, entry.words] for entry in self.synonyms],
            "meanings": [[one.weight, one.keep, one.said, one.means] for one in self.meanings],
            "intents": [[one.factor, one.said, one.kinds] for one in self.intents],
            "fields": self.fields,
            "dots": {f"{code:04X}": char for code, char in self.dots.table.items()},
            "keyboard": dict(self.keyboard.keys),
            "carriers": self.carriers,
            "ages": [[form.kind, form.pattern] for form in self.age_forms],
            "agewords": [[one.least, one.most, one.words] for one in self.age_words],
            "numerals": self.numerals,
            "misspellings": self.misspellings,
            "spellings": self.spellings,
            "shorts": self.shorts,
            "phrases": self.phrases,
            "digest": self.digest,
            "said": self.said,
        }
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Lexicon:
        """Read what `to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is not what `to_json` wrote.
        """
        value: dict[str, Any] = json.loads(content)
        return cls(
            tags=value["tags"],
            stopwords=frozenset((form, tag) for form, tag in value["stopwords"]),
            fillers=frozenset((form, tag) for form, tag in value["fillers"]),
            words=tuple((form, tag) for form, tag in value["words"]),
            compounds=tuple((form, tuple((part, tag) for part, tag in parts)) for form, parts in value["compounds"]),
            synonyms=tuple(Synonyms(weight, tuple(words)) for weight, words in value["synonyms"]),
            meanings=tuple(Meaning(weight, keep, tuple(said), tuple(means)) for weight, keep, said, means in value["meanings"]),
            intents=tuple(Intent(factor, tuple(said), tuple(kinds)) for factor, said, kinds in value["intents"]),
            fields={word: tuple(fields) for word, fields in value["fields"].items()},
            dots=DotTable({int(code, 16): char for code, char in value["dots"].items()}),
            keyboard=Keyboard(value["keyboard"]),
            carriers=tuple(value["carriers"]),
            age_forms=tuple(AgeForm(kind, pattern) for kind, pattern in value["ages"]),
            age_words=tuple(AgeWords(least, most, tuple(words)) for least, most, words in value["agewords"]),
            numerals=value["numerals"],
            misspellings=dict(value["misspellings"]),
            spellings=dict(value["spellings"]),
            shorts=dict(value["shorts"]),
            phrases=dict(value["phrases"]),
            digest=value["digest"],
            said={
                text: tuple((form, start, end, tag, kind) for form, start, end, tag, kind in parts) for text, parts in value["said"].items()
            },
        )
