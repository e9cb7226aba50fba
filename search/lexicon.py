"""The words search knows beyond Kiwi's dictionary: `data/lexicon/*.tsv`, and what the names of the graph add to them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import Fault, SourceFaults
from kg.text import DotTable
from search.ages import GROUP, AgeForm, AgeWords
from search.ages import KINDS as AGE_KINDS
from search.documents import TEXT_FIELDS
from search.jamo import Keyboard
from search.letters import compact, tidy
from search.morphology import Compound, Word
from search.tables import Row, read_table

KINDS = ("noun", "prefix", "suffix", "number", "unit", "word", "grammar")
DOT = "\u00b7"
_CODE_POINT = re.compile(r"U\+[0-9A-F]{4,6}")


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words (folded, without spaces) that stand for one another with a weight in ]0, 1]."""

    weight: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What people mean by words that no plan uses.

    Attributes:
        weight: How much a hit by what is meant counts, in ]0, 1].
        keep: How much the words themselves still count, in [0, 1].
        said: Ways to say it, folded.
        means: Words of a plan, folded and without spaces.
    """

    weight: float
    keep: float
    said: tuple[str, ...]
    means: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Everything an analyser needs, equal when it analyses alike.

    Attributes:
        tags: Part-of-speech tag to its kind (one of `KINDS`). `grammar` is dropped; so is a tag that is not listed, unless a query has
            nothing better.
        stopwords: (form, tag) that a query does without as long as something else is left.
        words: User words (form, tag), in the order Kiwi must be taught them.
        compounds: Unspaced names with their parts, taught after the words.
        synonyms: Sets of words that stand for one another.
        meanings: What is meant by everyday words.
        fields: Words that name fields of a document.
        dots: The middle dots that are one.
        keyboard: The layout in which Korean is typed.
        age_forms: How people say an age, in the order they are tried.
        age_words: Words for people of an age.
        digest: SHA-256 (hex) of the tables, which is the lexicon's share of a snapshot's id.
    """

    tags: dict[str, str]
    stopwords: frozenset[Word]
    words: tuple[Word, ...]
    compounds: tuple[Compound, ...]
    synonyms: tuple[Synonyms, ...]
    meanings: tuple[Meaning, ...]
    fields: dict[str, tuple[str, ...]]
    dots: DotTable
    keyboard: Keyboard
    age_forms: tuple[AgeForm, ...]
    age_words: tuple[AgeWords, ...]
    digest: str

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read the tables of `data/lexicon/`.

        Raises:
            SourceFaults: with every fault of every table, each with `file:line`.
        """
        faults: list[Fault] = []
        tags = _tags(read_table(folder, "keptags.tsv", ("tag", "kind", "why"), (0,), faults), faults)
        stopwords = _words(read_table(folder, "stopwords.tsv", ("form", "tag", "why"), (0, 1), faults), tags, faults)
        words = _words(read_table(folder, "userwords.tsv", ("form", "tag", "why"), (0,), faults), tags, faults)
        dots = _dots(read_table(folder, "dots.tsv", ("code point", "why"), (0,), faults), faults)
        keys = read_table(folder, "keyboard.tsv", ("key", "letter", "why"), (0,), faults)
        synonyms = _synonyms(read_table(folder, "synonyms.tsv", ("weight", "words", "why"), (1,), faults), dots, faults)
        meanings = _meanings(read_table(folder, "meanings.tsv", ("weight", "keep", "said", "means", "why"), (2,), faults), dots, faults)
        fields = _fields(read_table(folder, "fields.tsv", ("words", "fields", "why"), (0,), faults), faults)
        age_forms = _age_forms(read_table(folder, "ages.tsv", ("kind", "form", "example", "why"), (1,), faults), faults)
        age_words = _age_words(read_table(folder, "agewords.tsv", ("least", "most", "words", "why"), (0, 1), faults), dots, faults)
        if faults:
            raise SourceFaults(faults)
        keyboard = Keyboard({row.cells[0]: row.cells[1] for row in keys})
        lexicon = cls(tags, frozenset(stopwords), words, (), synonyms, meanings, fields, dots, keyboard, age_forms, age_words, "")
        return replace(lexicon, digest=hashlib.sha256(lexicon.to_json()).hexdigest())

    def extended(self, words: Iterable[Word], compounds: Iterable[Compound], synonyms: Iterable[Synonyms]) -> Lexicon:
        """Return a lexicon with more words, compounds and synonyms; the digest stays that of the tables."""
        return replace(
            self, words=self.words + tuple(words), compounds=self.compounds + tuple(compounds), synonyms=self.synonyms + tuple(synonyms)
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

    def to_json(self) -> bytes:
        """Return the lexicon as canonical JSON (UTF-8): the same lexicon, the same bytes."""
        value = {
            "tags": self.tags,
            "stopwords": sorted(self.stopwords),
            "words": self.words,
            "compounds": self.compounds,
            "synonyms": [[entry.weight, entry.words] for entry in self.synonyms],
            "meanings": [[one.weight, one.keep, one.said, one.means] for one in self.meanings],
            "fields": self.fields,
            "dots": {f"{code:04X}": char for code, char in self.dots.table.items()},
            "keyboard": dict(self.keyboard.keys),
            "ages": [[form.kind, form.pattern] for form in self.age_forms],
            "agewords": [[one.least, one.most, one.words] for one in self.age_words],
            "digest": self.digest,
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
            words=tuple((form, tag) for form, tag in value["words"]),
            compounds=tuple((form, tuple((part, tag) for part, tag in parts)) for form, parts in value["compounds"]),
            synonyms=tuple(Synonyms(weight, tuple(words)) for weight, words in value["synonyms"]),
            meanings=tuple(Meaning(weight, keep, tuple(said), tuple(means)) for weight, keep, said, means in value["meanings"]),
            fields={word: tuple(fields) for word, fields in value["fields"].items()},
            dots=DotTable({int(code, 16): char for code, char in value["dots"].items()}),
            keyboard=Keyboard(value["keyboard"]),
            age_forms=tuple(AgeForm(kind, pattern) for kind, pattern in value["ages"]),
            age_words=tuple(AgeWords(least, most, tuple(words)) for least, most, words in value["agewords"]),
            digest=value["digest"],
        )


def _tags(rows: tuple[Row, ...], faults: list[Fault]) -> dict[str, str]:
    wrong = [row for row in rows if row.cells[1] not in KINDS]
    faults.extend(row.fault("lexicon.unknown-kind", value=row.cells[1], expected=", ".join(KINDS)) for row in wrong)
    return {row.cells[0]: row.cells[1] for row in rows}


def _words(rows: tuple[Row, ...], tags: dict[str, str], faults: list[Fault]) -> tuple[Word, ...]:
    kept = sorted(tag for tag, kind in tags.items() if kind != "grammar")
    for row in rows:
        if kept and row.cells[1] not in kept:
            faults.append(row.fault("lexicon.unknown-tag", value=row.cells[1], expected=", ".join(kept)))
        if " " in row.cells[0]:
            faults.append(row.fault("lexicon.spaced-word", value=row.cells[0]))
    return tuple((row.cells[0], row.cells[1]) for row in rows)


def _dots(rows: tuple[Row, ...], faults: list[Fault]) -> DotTable:
    wrong = [row for row in rows if not _CODE_POINT.fullmatch(row.cells[0])]
    faults.extend(row.fault("lexicon.code-point", value=row.cells[0]) for row in wrong)
    return DotTable({int(row.cells[0][2:], 16): DOT for row in rows if row not in wrong})


def _synonyms(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[Synonyms, ...]:
    found = []
    for row in rows:
        weight = _weight(row.cells[0])
        words = tuple(dict.fromkeys(filter(None, (compact(tidy(dots.fold(word))) for word in row.cells[1].split(",")))))
        if weight is None:
            faults.append(row.fault("lexicon.weight", value=row.cells[0]))
        if len(words) < 2:
            faults.append(row.fault("lexicon.one-word", value=row.cells[1]))
        found.append(Synonyms(weight or 0.0, words))
    return tuple(found)


def _meanings(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[Meaning, ...]:
    found = []
    for row in rows:
        weight, keep = _weight(row.cells[0]), _share(row.cells[1])
        wrong = [cell for cell, share in zip(row.cells[:2], (weight, keep), strict=True) if share is None]
        faults.extend(row.fault("lexicon.weight", value=cell) for cell in wrong)
        said = tuple(dict.fromkeys(tidy(dots.fold(word.strip())) for word in row.cells[2].split(",") if word.strip()))
        means = tuple(dict.fromkeys(filter(None, (compact(tidy(dots.fold(word))) for word in row.cells[3].split(",")))))
        if not said or not means:
            faults.append(row.fault("lexicon.one-word", value=row.cells[3] if said else row.cells[2]))
        found.append(Meaning(weight or 0.0, keep or 0.0, said, means))
    return tuple(found)


def _fields(rows: tuple[Row, ...], faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        fields = tuple(field.strip() for field in row.cells[1].split(","))
        wrong = [field for field in fields if field not in TEXT_FIELDS]
        faults.extend(row.fault("lexicon.unknown-kind", value=field, expected=", ".join(TEXT_FIELDS)) for field in wrong)
        found |= {compact(tidy(word)): fields for word in row.cells[0].split(",")} if not wrong else {}
    return found


def _age_forms(rows: tuple[Row, ...], faults: list[Fault]) -> tuple[AgeForm, ...]:
    found = []
    for row in rows:
        kind, form, example, _ = row.cells
        if kind not in AGE_KINDS:
            faults.append(row.fault("lexicon.unknown-kind", value=kind, expected=", ".join(AGE_KINDS)))
        try:
            pattern = re.compile(form)
        except re.error as error:
            faults.append(row.fault("lexicon.broken-form", value=form, detail=str(error)))
            continue
        if GROUP not in pattern.groupindex or not pattern.search(example):
            faults.append(row.fault("lexicon.broken-form", value=form, detail=example))
        found.append(AgeForm(kind, form))
    return tuple(found)


def _age_words(rows: tuple[Row, ...], dots: DotTable, faults: list[Fault]) -> tuple[AgeWords, ...]:
    wrong = [row for row in rows if not (row.cells[0].isdecimal() and row.cells[1].isdecimal())]
    faults.extend(row.fault("lexicon.weight", value=f"{row.cells[0]} {row.cells[1]}") for row in wrong)
    return tuple(
        AgeWords(int(row.cells[0]), int(row.cells[1]), tuple(compact(tidy(dots.fold(word))) for word in row.cells[2].split(",")))
        for row in rows
        if row not in wrong
    )


def _weight(text: str) -> float | None:
    return _share(text) or None


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None
