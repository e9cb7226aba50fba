"""Verdicts as data: what the API and the command line give out."""

from __future__ import annotations

from typing import Any

from kg.eligibility.answers import Values
from kg.eligibility.deciding import Decision, Reason
from kg.eligibility.questions import Option, Question, next_question
from kg.eligibility.rules import KINDS, VERDICTS, Catalogue, Concept, Judged
from kg.eligibility.texts import Texts
from kg.store.reader.model import Criterion, Passage
from web.conditions import condition_text, range_text
from web.i18n import gettext

_RESULTS = {True: "true", False: "false", None: "unknown"}


def decision_data(decision: Decision, texts: Texts) -> dict[str, Any]:
    """Return a decision as DESIGN section 5 has it; rows in the order of verdict, then name."""
    profile = decision.profile
    asked = next_question(decision)
    answers = {name: values[0] if len(values) == 1 else list(values) for name, values in profile.texts.items()}
    order = {verdict: at for at, verdict in enumerate(VERDICTS)}
    rows = [(order[judged.verdict], row_data(decision, judged, texts)) for judged in decision.rows]
    return {
        "on": profile.on.isoformat(),
        "profile": {"as": profile.asker, **answers},
        "counts": dict(decision.counts),
        "otherKinds": decision.other_kinds,
        "programs": [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1]["name"], pair[1]["role"]))],
        "nextQuestion": question_data(asked, texts) if asked else None,
    }


def row_data(decision: Decision, judged: Judged, texts: Texts) -> dict[str, Any]:
    """Return one role of one edition with its verdict and a reason for each of its constraints."""
    row = judged.row
    return {
        "id": row.program,
        "edition": row.edition,
        "name": name_of(texts, row.program),
        "role": texts.names[row.role].notation,
        "verdict": judged.verdict,
        "criteria": [_reason_data(decision, reason, texts) for reason in decision.reasons(row)],
    }


def name_of(texts: Texts, thing: str) -> str:
    """Return what a thing is called; its IRI when it has no name."""
    return texts.names[thing].label.value if thing in texts.names else thing


def _reason_data(decision: Decision, reason: Reason, texts: Texts) -> dict[str, Any]:
    criterion = texts.criteria.get(reason.leaf)
    concept = decision.catalogue.concept_of(reason.test)
    meanings = [meaning for ref in (criterion.accepts if criterion else ()) for meaning in texts.meanings.get(ref.iri, ())]
    passages = (*(criterion.passages if criterion else ()), *(passage for meaning in meanings for passage in meaning.passages))
    said = [criterion_text(criterion) if criterion else "", *map(meaning_text, meanings)]
    return {
        "concept": concept.notation if concept else decision.catalogue.tests[reason.test].concept,
        "result": _RESULTS[reason.value],
        "cause": reason.cause,
        "text": "; ".join(part for part in said if part),
        "lines": lines_text(passages),
    }


def meaning_text(meaning: Criterion) -> str:
    """Return what a group is said to mean; what no line of the plan says is marked with its source."""
    if meaning.passages:
        return meaning.label.value
    return gettext("%(text)s (not in the document: %(source)s)", text=meaning.label.value, source=meaning.source.value)


def condition_words(criterion: Criterion) -> str:
    """Return what a condition demands, or the phrase of the source where that is all there is."""
    quoted = next((passage.exact for passage in criterion.passages if passage.exact), "")
    return condition_text(criterion) or quoted or criterion.label.value


def criterion_text(criterion: Criterion) -> str:
    """Return one condition in words: what it asks about and what it demands."""
    told = condition_words(criterion)
    name = criterion.concept.label.value if criterion.concept else ""
    text = f"{name}: {told}" if name and told else name or told
    return gettext("%(text)s (not stated, only inferred)", text=text) if criterion.inferred else text


def lines_text(passages: tuple[Passage, ...]) -> str:
    """Return ranges of lines as `12` or `12-14`, separated by commas."""
    return ", ".join(dict.fromkeys(_place(passage) for passage in passages))


def _place(passage: Passage) -> str:
    """Return a range of lines, or the service list and day of a record."""
    if passage.origin:
        return passage.origin
    return f"{passage.start}" if passage.start == passage.end else f"{passage.start}-{passage.end}"


def question_text(concept: Concept, texts: Texts) -> str:
    """Return a question in plain words."""
    found = texts.questions.get(concept.iri)
    return found.value if found else name_of(texts, concept.iri)


def question_data(question: Question, texts: Texts) -> dict[str, Any]:
    """Return a question with its answers. Where `several` is true, each option may hold or not."""
    return {
        "concept": question.concept.notation,
        "text": question_text(question.concept, texts),
        "several": question.several,
        "options": [
            {"concept": option.concept.notation, "value": _written(option.texts), "text": option_text(question, option, texts)}
            for option in question.options
        ],
        "settles": question.settles,
    }


def _written(texts: tuple[str, ...]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)


def option_note(option: Option, texts: Texts) -> str:
    """Return what an answer means in plain words; empty where its name tells."""
    values = option.answer.yes if isinstance(option.answer, Values) else ()
    return next((texts.notes[value].value for value in values if value in texts.notes), "")


def option_text(question: Question, option: Option, texts: Texts) -> str:
    """Return an answer in words."""
    if option.concept.kind == "boolean":
        if question.several:
            return question_text(option.concept, texts)
        return gettext("Yes") if option.texts[0] == "true" else gettext("No")
    return answer_text(option.concept, option.texts, texts)


def answer_text(concept: Concept, written: tuple[str, ...], texts: Texts) -> str:
    """Return a written answer in words; what does not hold is left out where something does."""
    if concept.kind == "number":
        low, dash, high = written[-1].partition("-")
        unit = texts.names[concept.iri].unit
        return range_text(low, high if dash else low, unit)
    if concept.kind == "boolean":
        return gettext("Yes") if written[-1] == "true" else gettext("No")
    named = {ref.notation: ref.label.value for ref in texts.names.values() if ref.notation and ref.iri.rsplit("/", 1)[0] == concept.scheme}
    if concept.kind == "area":
        named = {key: ref.label.value for ref in texts.names.values() if "/area/" in ref.iri for key in (ref.notation, ref.iri) if key}
        return _place_text(written, named)
    holding = [named.get(text, text) for text in written if not text.startswith(("-", "?"))]
    return ", ".join(holding) or gettext("none of these")


def _place_text(written: tuple[str, ...], named: dict[str, str]) -> str:
    inside = [named.get(text, text) for text in written if not text.startswith("-")]
    outside = ", ".join(named.get(text[1:], text[1:]) for text in written if text.startswith("-"))
    if inside and outside:
        return gettext("%(area)s, but not %(other)s", area=inside[0], other=outside)
    return inside[0] if inside else gettext("outside %(area)s", area=outside)


def schema_data(catalogue: Catalogue, texts: Texts) -> dict[str, Any]:
    """Return what can be answered: every concept that some verdict depends on, with its question, kind, unit and values."""
    concepts = [one for one in catalogue.terms.concepts.values() if one.iri in catalogue.deciding and one.kind != "judgement"]
    return {
        "as": list(KINDS),
        "on": gettext("a day (YYYY-MM-DD) on which ages are counted; today if it is left out"),
        "birthDate": gettext("a date (YYYY-MM-DD) in place of an age"),
        "notKnown": None,
        "fields": [_field_data(concept, catalogue, texts) for concept in sorted(concepts, key=lambda one: (one.fact_of, one.notation))],
        "verdicts": list(VERDICTS),
    }


def _field_data(concept: Concept, catalogue: Catalogue, texts: Texts) -> dict[str, Any]:
    scheme = [value for value in catalogue.terms.values.values() if concept.scheme and value.scheme == concept.scheme]
    values = [value for value in scheme if catalogue.matters(value)]
    return {
        "name": concept.notation,
        "label": name_of(texts, concept.iri),
        "text": question_text(concept, texts),
        "of": concept.fact_of,
        "kind": concept.kind,
        "unit": texts.names[concept.iri].unit.value or None,
        "several": bool(values) and concept.scheme not in catalogue.terms.exclusive,
        "values": [{"value": value.notation, "label": name_of(texts, value.iri)} for value in values],
    }
