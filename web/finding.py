"""What the page of `/find` shows: answers as chips, the next question, and programmes in three groups with reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kg.eligibility.answers import AGE, DECLINED, Profile, Span
from kg.eligibility.deciding import Decision, NearMiss, Reason, decide
from kg.eligibility.questions import next_question
from kg.eligibility.rules import Concept, Judged
from kg.eligibility.texts import Need, Texts
from kg.store.reader.model import Criterion, Passage, Ref, Support
from search.describing import Fact
from web.i18n import gettext
from web.judged import answer_text, condition_words, criterion_text, meaning_text, name_of, option_note, option_text, question_text
from web.replies import answer_value

_WHOLE_CARDS = 8
_MOST_CARDS = 300
_GROUPS = ("fitting", "checking", "unstated", "ruled_out")
_PLACES = ("center", "facility")
_SOON_YEARS = 2
"""A plan of one year says nothing of what there will be in many."""


class Chip(Struct, frozen=True):
    """One answer as a button that takes it back: its field, what it is about, what was said, and what that means where it does not tell."""

    name: str
    label: str
    text: str
    note: str = ""


class Choice(Struct, frozen=True):
    """One answer to choose: what the button or box sends, its words, and what they mean where they do not tell."""

    name: str
    value: str
    text: str
    note: str = ""


class Asked(Struct, frozen=True):
    """The next question as the page asks it."""

    text: str
    several: bool
    choices: tuple[Choice, ...]
    unsure: tuple[str, ...]
    settles: int


class Card(Struct, frozen=True):
    """One role of one programme for this asker.

    Attributes:
        tree: Its conditions, or None where none are stated.
        reasons: What became of each constraint, by its IRI.
        told: The same as (value, words with what groups mean, passages), for a line.
        meanings: What target groups are said to mean, by their IRI.
        near: What would have to be otherwise, where that is one thing only.
        first: What has to be done before.
    """

    program: Ref
    role: Ref
    verdict: str
    tree: Criterion | None
    reasons: Mapping[str, Reason]
    told: tuple[tuple[bool | None, str, tuple[Passage, ...]], ...]
    supports: tuple[Support, ...]
    places: tuple[Ref, ...]
    doors: tuple[Ref, ...]
    first: tuple[Ref, ...]
    meanings: Mapping[str, tuple[Criterion, ...]]
    near: str = ""
    value: bool | None = None


class Loosened(Struct, frozen=True):
    """An answer that could be taken back: how many programmes would no longer be ruled out."""

    name: str
    label: str
    count: int


class Found(Struct, frozen=True):
    """Programmes in groups; `left_out` meet another need, `more` of each group are not shown: only lists of the country have so many."""

    fitting: tuple[Card, ...]
    checking: tuple[Card, ...]
    unstated: tuple[Card, ...]
    ruled_out: tuple[Card, ...]
    left_out: int
    loosened: tuple[Loosened, ...]
    more: Mapping[str, int]
    whole: int = _WHOLE_CARDS


def found_for(decision: Decision, texts: Texts, needs: tuple[Need, ...]) -> Found:
    """Sort the rows into groups: what fits first, then what needs checking, most surely first."""
    # Where nothing gives what is needed, the rest is better than an empty page.
    wanted = [judged for judged in decision.rows if _meets(judged, texts, needs)] or list(decision.rows)
    grouped: dict[str, list[Judged]] = defaultdict(list)
    for judged in sorted(wanted, key=lambda one: _order(decision, one, texts)):
        named = {"unstated": "unstated", "ineligible": "ruled_out"}.get(judged.verdict, "fitting" if judged.value is True else "checking")
        grouped[named].append(judged)
    shown = {name: tuple(card_of(decision, one, texts) for one in grouped[name][:_MOST_CARDS]) for name in _GROUPS}
    more = {name: max(0, len(grouped[name]) - _MOST_CARDS) for name in _GROUPS}
    loosened = () if grouped["fitting"] else tuple(_loosen(decision, texts, needs))
    fitting, checking, unstated, ruled_out = (shown[name] for name in _GROUPS)
    return Found(fitting, checking, unstated, ruled_out, len(decision.rows) - len(wanted), loosened, more)


def _meets(judged: Judged, texts: Texts, needs: tuple[Need, ...]) -> bool:
    """Say whether a row gives something for one of the needs, or none is said."""
    given = {kind.iri for support in _supports(judged, texts) for kind in support.kinds}
    given |= texts.topics.get(judged.row.edition, frozenset())
    return not needs or any(not need.met_by.isdisjoint(given) for need in needs)


def _supports(judged: Judged, texts: Texts) -> tuple[Support, ...]:
    role = judged.row.role
    return tuple(support for support in texts.supports.get(judged.row.edition, ()) if support.role is None or support.role.iri == role)


def _order(decision: Decision, judged: Judged, texts: Texts) -> tuple[object, ...]:
    reasons = decision.reasons(judged.row)
    unknown = sum(reason.value is None for reason in reasons)
    # A group whose meaning fits in part comes nearer than one of which nothing is known.
    tests = decision.catalogue.tests
    met = sum(1.0 if reason.value else 0.5 * (reason.cause == "ambiguous" and not tests[reason.test].vague) for reason in reasons)
    return (judged.verdict != "eligible", -met, unknown, texts.names[judged.row.role].order, name_of(texts, judged.row.program))


def _loosen(decision: Decision, texts: Texts, needs: tuple[Need, ...]) -> Iterator[Loosened]:
    """Offer each answer without which fewer programmes would be ruled out."""
    before = _ruled_out(decision, texts, needs)
    for iri in decision.profile.answers:
        others = {concept: answer for concept, answer in decision.profile.answers.items() if concept != iri}
        without = decide(decision.catalogue, replace(decision.profile, answers=others))
        more = before - _ruled_out(without, texts, needs)
        if more > 0:
            name = "birthDate" if iri == AGE and decision.profile.birth else decision.catalogue.terms.concepts[iri].notation
            yield Loosened(name, name_of(texts, iri), more)


def _ruled_out(decision: Decision, texts: Texts, needs: tuple[Need, ...]) -> int:
    return sum(one.verdict == "ineligible" for one in decision.rows if _meets(one, texts, needs))


def card_of(decision: Decision, judged: Judged, texts: Texts) -> Card:
    """Return one row as a card."""
    row = judged.row
    doors = texts.doors.get(row.edition, {})
    trees = [one.criterion for one in texts.requirements.get(row.edition, ()) if (one.role.iri if one.role else row.role) == row.role]
    near, reasons = decision.near_miss(judged), decision.reasons(row)
    return Card(
        program=texts.names[row.program],
        role=texts.names[row.role],
        verdict=judged.verdict,
        tree=trees[0] if trees and row.tree is not None else None,
        reasons={reason.leaf: reason for reason in reasons},
        told=tuple((reason.value, *_told(texts.criteria[reason.leaf], texts)) for reason in reasons if reason.leaf in texts.criteria),
        supports=_supports(judged, texts),
        places=doors.get("place", ()),
        doors=doors.get("authority", ()) or doors.get("operator", ()) or _itself(texts.names[row.program]),
        first=doors.get("first", ()),
        meanings=texts.meanings,
        near=_near_text(decision, near, texts) if near else "",
        value=judged.value,
    )


def _itself(thing: Ref) -> tuple[Ref, ...]:
    return (thing,) if thing.word in _PLACES else ()


def _told(criterion: Criterion, texts: Texts) -> tuple[str, tuple[Passage, ...]]:
    """Say one condition with what the groups it names mean, and return the passages of both."""
    meanings = _meanings(criterion, texts)
    passages = (*criterion.passages, *(passage for meaning in meanings for passage in meaning.passages))
    return "; ".join([criterion_text(criterion), *map(meaning_text, meanings)]), passages


def _meanings(criterion: Criterion, texts: Texts) -> list[Criterion]:
    return [meaning for ref in criterion.accepts for meaning in texts.meanings.get(ref.iri, ())]


def _near_text(decision: Decision, near: NearMiss, texts: Texts) -> str:
    """Say the one thing that does not fit, what the document asks for, and from when it would fit where time alone changes it."""
    criteria = [texts.criteria[reason.leaf] for reason in near.reasons if reason.leaf in texts.criteria]
    if not criteria:
        return ""
    said = gettext("Only one thing does not fit: %(name)s.", name=name_of(texts, near.answer))
    words = dict.fromkeys(text for one in criteria for text in (condition_words(one), *map(meaning_text, _meanings(one, texts))))
    asked = gettext("The document asks for: %(text)s.", text="; ".join(words))
    return " ".join(part for part in (said, asked, _from_when(decision, near.reasons[0])) if part)


def _from_when(decision: Decision, near: Reason) -> str:
    """Say from when an age fits, or until when it did: of the condition itself, or of the one definition of the group it asks for."""
    answer = decision.profile.given(AGE)
    ages = [test for number in decision.catalogue.reach[near.test] if (test := decision.catalogue.tests[number]).concept == AGE]
    if len(ages) != 1 or not isinstance(answer, Span):
        return ""
    test, profile = ages[0], decision.profile
    if test.low is not None and answer.high is not None and test.low - answer.high > _SOON_YEARS:
        return ""
    if test.low is not None and answer.high is not None and answer.high < test.low:
        if profile.birth:
            return gettext("It will fit from %(date)s on.", date=_birthday(profile, int(test.low)))
        return gettext("It will fit in %(years)s years.", years=int(test.low - answer.high)) if answer.low == answer.high else ""
    if test.high is not None and answer.low is not None and answer.low > test.high and profile.birth:
        return gettext("It did fit until the day before %(date)s.", date=_birthday(profile, int(test.high) + 1))
    return ""


def _birthday(profile: Profile, years: int) -> str:
    """Return the day on which somebody reaches an age; 29 February becomes 1 March where there is none."""
    birth = profile.birth
    if birth is None:
        return ""
    try:
        return birth.replace(year=birth.year + years).isoformat()
    except ValueError:
        return birth.replace(year=birth.year + years, month=3, day=1).isoformat()


def chips_of(decision: Decision, texts: Texts) -> tuple[Chip, ...]:
    """Return the answers given so far, as chips; what only does not hold is told in a few words."""
    by_notation: Mapping[str, Concept] = {concept.notation: concept for concept in decision.catalogue.terms.concepts.values()}
    found = []
    for name, written in decision.profile.texts.items():
        concept = by_notation.get(name)
        if concept is None:
            found.append(Chip(name, gettext("Date of birth"), written[0]))
            continue
        said = tuple(text for text in written if text != DECLINED)
        told = answer_text(concept, said, texts) if said else gettext("not said")
        own = (one for one in decision.catalogue.terms.values.values() if concept.scheme and one.scheme == concept.scheme)
        note = next((texts.notes[one.iri].value for one in own if one.notation in said and one.iri in texts.notes), "")
        found.append(Chip(name, name_of(texts, concept.iri), told, note))
    return tuple(found)


class Clash(Struct, frozen=True):
    """Answers in own words that rule each other out: what they are about, and each of them to choose."""

    label: str
    choices: tuple[Choice, ...]


def clashes_of(facts: Sequence[Fact], decision: Decision, texts: Texts) -> tuple[Clash, ...]:
    """Return what was said in two ways, to be asked about; who asks is told in words of its own."""
    by_notation = {concept.notation: concept for concept in decision.catalogue.terms.concepts.values()}
    askers = {"person": gettext("A person asks"), "firm": gettext("A shop or firm asks"), "organization": gettext("An organisation asks")}
    found: dict[str, list[Choice]] = {}
    for fact in facts:
        value = answer_value(fact, decision.profile.on)
        text = answer_text(by_notation[fact.name], (value,), texts) if fact.name in by_notation else askers.get(value, value)
        found.setdefault(fact.name, []).append(Choice(fact.name, value, text))
    names = {name: name_of(texts, by_notation[name].iri) if name in by_notation else gettext("Who is asking?") for name in found}
    return tuple(Clash(names[name], tuple(choices)) for name, choices in found.items())


def asked_of(decision: Decision, texts: Texts, needs: tuple[Need, ...], first: str) -> Asked | None:
    """Return the next question, or None when no answer would change anything; programmes that meet the need are asked about first."""
    wanted = tuple(judged for judged in decision.rows if needs and _meets(judged, texts, needs))
    question = next_question(replace(decision, rows=wanted), first) or next_question(decision, first)
    if question is None:
        return None
    choices = tuple(
        Choice(option.concept.notation, "|".join(option.texts), option_text(question, option, texts), option_note(option, texts))
        for option in question.options
    )
    names = tuple(dict.fromkeys(choice.name for choice in choices))
    return Asked(question_text(question.concept, texts), question.several, choices, names, question.settles)


def only(decision: Decision, program: str) -> Decision:
    """Return a decision about one programme."""
    return replace(decision, rows=tuple(judged for judged in decision.rows if judged.row.program == program))


def fields_text(fields: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Return fields as (name, value) pairs to be sent on in a form."""
    return tuple((name, value) for name, values in fields.items() for value in values)
