"""What has to hold for whoever asks: sums, monotony, reachability, and questions that are worth asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from kg.eligibility.answers import DECLINED, Answer, Profile, Values, read_profile
from kg.eligibility.deciding import Decision, decide, judge
from kg.eligibility.logic import OPEN
from kg.eligibility.questions import Option, Question, answered, chosen, next_question, options_for, outcomes, with_answers
from kg.eligibility.reading import Compiler, read_statements
from kg.eligibility.rules import KINDS, VERDICTS, Catalogue, Concept, Constraint, Judged, Kind, Row, Terms
from kg.eligibility.testing import states
from kg.eligibility.texts import EligibilityReader, Texts
from kg.errors import ProfileError
from kg.store.reader.source import Statements
from kg.store.results import Solutions, Term
from kg.vocab import CV, ID, KJ, RDF
from web.judged import schema_data
from web.replies import fields_of, from_fields

DAY = date(2022, 3, 2)
RELAXED = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=40)


def empty(kind: Kind, catalogue: Catalogue) -> Profile:
    return read_profile(kind, DAY, {}, catalogue.terms)


def all_options(decision: Decision, concept: Concept) -> tuple[Option, ...]:
    return options_for(replace(decision, states=tuple((OPEN, "not-answered") for _ in decision.states)), concept, decision.rows)


def asked_concepts(catalogue: Catalogue, kind: Kind) -> list[Concept]:
    used = {concept for row in catalogue.rows[kind] for _, test in row.leaves for concept in catalogue.asks[test]}
    return [concept for iri in sorted(used & catalogue.deciding) if (concept := catalogue.terms.concepts[iri]).kind != "judgement"]


def is_several(catalogue: Catalogue, concept: Concept) -> bool:
    return concept.kind in ("concept", "group") and concept.scheme not in catalogue.terms.exclusive


def answers_to(decision: Decision, concept: Concept) -> list[Answer]:
    options = all_options(decision, concept)
    return [answer for outcome in outcomes(options, is_several(decision.catalogue, concept)) for answer in outcome.values()]


@st.composite
def profiles(draw: st.DrawFn, catalogue: Catalogue) -> Profile:
    kind = draw(st.sampled_from(KINDS))
    profile = empty(kind, catalogue)
    decision = decide(catalogue, profile)
    concepts = [concept for concept in asked_concepts(catalogue, kind) if answers_to(decision, concept)]
    chosen = draw(st.lists(st.sampled_from(concepts), unique_by=lambda concept: concept.iri))
    return replace(profile, answers={concept.iri: draw(st.sampled_from(answers_to(decision, concept))) for concept in chosen})


@RELAXED
@given(data=st.data())
def test_the_verdicts_sum_to_the_catalogue(catalogue: Catalogue, data: st.DataObject) -> None:
    decision = decide(catalogue, data.draw(profiles(catalogue)))
    assert sum(decision.counts.values()) == len(decision.rows) and set(decision.counts) == set(VERDICTS)
    assert len({(one.row.edition, one.row.role) for one in decision.rows}) == len(decision.rows)
    assert len({one.row.edition for one in decision.rows}) + decision.other_kinds == len(catalogue.editions)
    assert all(len(decision.reasons(one.row)) == len(one.row.leaves) for one in decision.rows)


@RELAXED
@given(data=st.data())
def test_all_rows_together_are_judged_as_each_alone(catalogue: Catalogue, data: st.DataObject) -> None:
    profile = data.draw(profiles(catalogue))
    masks = [mask for mask, _ in states(catalogue, profile)]
    assert decide(catalogue, profile).rows == tuple(judge(row, masks) for row in catalogue.rows[profile.asker])


@RELAXED
@given(data=st.data())
def test_one_more_answer_never_makes_possible_what_was_ruled_out(catalogue: Catalogue, data: st.DataObject) -> None:
    """A person's own word about a group takes the place of what the definitions said, so that one is a replaced answer."""
    profile = data.draw(profiles(catalogue))
    before = decide(catalogue, profile)
    groups = {concept.iri for concept in catalogue.terms.concepts.values() if concept.kind == "group"}
    asked = [one for one in asked_concepts(catalogue, profile.asker) if answers_to(before, one)]
    open_concepts = [one for one in asked if one.iri not in profile.answers and one.iri not in groups]
    if not open_concepts:
        return
    concept = data.draw(st.sampled_from(open_concepts))
    answer = data.draw(st.sampled_from(answers_to(before, concept)))
    after = decide(catalogue, with_answers(profile, {concept.iri: answer}))
    for old, new in zip(before.rows, after.rows, strict=True):
        if old.value is not None:
            assert new.value == old.value, old.row.edition


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_says_nothing_or_will_not_say_anything_is_ruled_out_nowhere(catalogue: Catalogue, kind: Kind) -> None:
    silent = decide(catalogue, empty(kind, catalogue))
    texts = {concept.notation: [DECLINED] for concept in asked_concepts(catalogue, kind)}
    declining = decide(catalogue, read_profile(kind, DAY, texts, catalogue.terms))
    assert silent.counts["ineligible"] == silent.counts["eligible"] == 0
    assert [one.verdict for one in declining.rows] == [one.verdict for one in silent.rows]
    assert next_question(declining) is None


@RELAXED
@given(data=st.data())
def test_not_knowing_the_answer_to_a_question_takes_nothing_back(catalogue: Catalogue, data: st.DataObject) -> None:
    """Whatever was tapped before, the button for not knowing leaves every verdict as it was, and the question is not asked again."""
    kind = data.draw(st.sampled_from(KINDS))
    sent: list[tuple[str, str]] = [("as", kind), ("on", DAY.isoformat())]
    for _ in range(data.draw(st.integers(0, 4))):
        decision = decide(catalogue, from_fields(fields_of(MultiDict(sent)), catalogue.terms))
        question = next_question(decision)
        if question is None:
            return
        option = data.draw(st.sampled_from(question.options))
        fields = fields_of(MultiDict([*sent, *tapped(question, option)]))
        sent = [(name, value) for name, values in fields.items() for value in values]
    before = decide(catalogue, from_fields(fields_of(MultiDict(sent)), catalogue.terms))
    question = next_question(before)
    if question is None:
        return
    after = decide(catalogue, from_fields(fields_of(MultiDict([*sent, *tapped(question, None)])), catalogue.terms))
    assert [one.verdict for one in after.rows] == [one.verdict for one in before.rows], question.concept.notation
    assert next_question(after) != question


def tapped(question: Question, option: Option | None) -> list[tuple[str, str]]:
    """Return what the form of a question sends for one answer, or for not knowing."""
    if question.several:
        offered = [("offered", f"{one.concept.notation}={one.texts[0]}") for one in question.options]
        return [*offered, ("unsure", "1")] if option is None else [*offered, (option.concept.notation, option.texts[0])]
    chosen_one = option or question.options[0]
    return [("answer", f"{chosen_one.concept.notation}={'|'.join(option.texts) if option else DECLINED}")]


def ways(catalogue: Catalogue, kind: Kind, row: Row) -> Iterator[Judged]:
    """Every combination of answers that makes a difference to a row."""
    base = decide(catalogue, empty(kind, catalogue))
    one = replace(base, rows=tuple(judged for judged in base.rows if judged.row is row))
    concepts = sorted({concept for _, test in row.leaves for concept in catalogue.asks[test]})
    asked = [catalogue.terms.concepts[iri] for iri in concepts if catalogue.terms.concepts[iri].kind != "judgement"]
    choices = []
    for concept in asked:
        options = all_options(one, concept)
        several = concept.kind in ("concept", "group") and concept.scheme not in catalogue.terms.exclusive
        everything = (
            [{concept.iri: Values(frozenset().union(*(o.answer.yes for o in options if isinstance(o.answer, Values))))}] if several else []
        )
        if options:
            choices.append([*outcomes(options, several), *everything])
    for combined in product(*choices):
        answers = {iri: answer for outcome in combined for iri, answer in outcome.items()}
        decision = decide(catalogue, replace(base.profile, answers=answers))
        yield next(judged for judged in decision.rows if judged.row is row)


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_be_let_in_somewhere_and_ruled_out_somewhere(catalogue: Catalogue, kind: Kind) -> None:
    for row in catalogue.rows[kind]:
        if row.tree is None:
            continue
        found = {judged.verdict for judged in ways(catalogue, kind, row)}
        assert found & {"eligible", "likely"}, row.edition
        assert "ineligible" in found, row.edition


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_that_is_offered_changes_a_verdict_for_somebody(catalogue: Catalogue, kind: Kind) -> None:
    """Beside some other answers about one programme, each answer makes another verdict than not giving it.

    Of numbers some band does, and of a yes or no that a definition leaves open on one side the other side does.
    """
    vague = {test.concept for test in catalogue.tests if test.vague}
    base = decide(catalogue, empty(kind, catalogue))
    offered, changing = set[tuple[str, str]](), set[tuple[str, str]]()
    for row in {row.tree: row for row in catalogue.rows[kind] if row.tree is not None}.values():
        sharp = tuple(leaf for leaf in row.leaves if not catalogue.tests[leaf[1]].vague)
        one = replace(base, rows=tuple(replace(judged, row=replace(row, leaves=sharp)) for judged in base.rows if judged.row is row))
        concepts = sorted({concept for _, test in sharp for concept in catalogue.asks[test]})
        for iri in concepts:
            concept = catalogue.terms.concepts[iri]
            options = all_options(one, concept) if concept.kind != "judgement" else ()
            rest = [other for other in concepts if other != iri]
            for option in options:
                is_one_sided = concept.kind == "boolean" and iri in vague
                key = (iri, "" if concept.kind == "number" or is_one_sided else str(option.texts))
                offered.add(key)
                given = chosen(options, frozenset([option])) if is_several(catalogue, concept) else {iri: option.answer}
                withheld = chosen(options, frozenset()) if is_several(catalogue, concept) else {}
                if key not in changing and any(
                    judge_of(catalogue, with_answers(known, withheld), row) != judge_of(catalogue, with_answers(known, given), row)
                    for known in companions(one, base.profile, rest)
                ):
                    changing.add(key)
    assert offered == changing and {iri for iri, _ in offered} == {one.iri for one in asked_concepts(catalogue, kind)}


def companions(decision: Decision, profile: Profile, concepts: list[str]) -> Iterator[Profile]:
    """Profiles with every combination of answers to some concepts, unanswered ones included."""
    known = decision.catalogue.terms.concepts
    for beside in product(*([None, *answers_to(decision, known[one])] for one in concepts)):
        answers = {one: answer for one, answer in zip(concepts, beside, strict=True) if answer is not None}
        yield replace(profile, answers=answers)


def judge_of(catalogue: Catalogue, profile: Profile, row: Row) -> tuple[str, bool | None]:
    tests = frozenset[int]().union(*(catalogue.reach[test] for _, test in row.leaves))
    judged = judge(row, [mask for mask, _ in states(catalogue, profile, only=tests)])
    return judged.verdict, judged.value


def test_a_concept_that_decides_nothing_is_not_offered(catalogue: Catalogue, texts: Texts) -> None:
    names = {field["name"] for field in schema_data(catalogue, texts)["fields"]}
    asked = {concept.notation for kind in KINDS for concept in asked_concepts(catalogue, kind)}
    assert names == asked and "wants-startup" not in names


def test_a_group_that_was_offered_and_not_ticked_is_denied_only_where_its_meaning_leaves_nothing_open(catalogue: Catalogue) -> None:
    named = {value.notation: value.iri for value in catalogue.terms.values.values() if value.scheme == ID + "kr/group"}
    group, offered = ID + "kr/concept/group", ("middle-aged", "fifty-plus", "youth", "artist")
    profile = read_profile("person", DAY, {"age": ["45"]}, catalogue.terms)
    found = answered(catalogue, profile, {group: Values(frozenset(), frozenset(named[one] for one in offered))}).answers[group]
    assert found == Values(
        frozenset(), frozenset(named[one] for one in ("fifty-plus", "youth", "artist")), frozenset({named["middle-aged"]})
    )


def test_a_condition_met_by_a_meaning_from_outside_the_plan_is_never_all_that_the_plan_states(eligibility: EligibilityReader) -> None:
    known = eligibility._terms()
    elder, youth = (Term(ID + f"kr/group/{name}", "iri", None, None) for name in ("elder", "youth"))
    rows = []
    for name, group in (("elder", elder), ("youth", youth)):
        edition, top, leaf = (f"{ID}made-up/{name}{part}" for part in ("", "/top", "/leaf"))
        said = [(edition, RDF.type, KJ.ProgramEdition), (edition, CV.holdsRequirement, top), (top, KJ.allOf, leaf)]
        said += [(edition, KJ.criteriaCompleteness, KJ.CompletelyStated), (leaf, CV.constrains, ID + "kr/concept/group")]
        rows += [(s, p, Term(o, "iri", None, None)) for s, p, o in said] + [(leaf, KJ.acceptedValue, group)]
    solutions = Solutions(
        ("subject", "property", "value"),
        tuple({"subject": Term(s, "iri", None, None), "property": Term(p, "iri", None, None), "value": o} for s, p, o in rows),
    )
    real = eligibility._statements(ID + "11410/plan/2022")
    found = Compiler(Joined(Statements(solutions), real), known).catalogue("made-up")
    complete = {row.edition.rpartition("/")[2]: row.complete for row in found.rows["person"]}
    assert complete == {"elder": False, "youth": True}


def test_passages_are_read_when_texts_are_shown_and_not_to_compile_conditions(eligibility: EligibilityReader, texts: Texts) -> None:
    compiled = read_statements(eligibility._source, ID + "11410/plan/2022", Statements(Solutions((), ())))
    passages = [one for found in texts.requirements.values() for top in found for one in top.criterion.passages if not one.origin]
    assert passages and all(one.start for one in passages)
    assert not any(one.iri in compiled for one in passages)


class Joined(Statements):
    """Made-up editions over the real definitions."""

    def __init__(self, one: Statements, other: Statements) -> None:
        self._by_subject = {**other._by_subject, **one._by_subject}
        self._own = one

    def subjects_of(self, class_iri: str) -> list[str]:
        return self._own.subjects_of(class_iri)


def test_every_constrained_concept_has_a_question_in_plain_words(catalogue: Catalogue, texts: Texts) -> None:
    for test in catalogue.tests:
        concept = catalogue.terms.concepts[test.concept]
        assert concept.kind == "judgement" or texts.questions[concept.iri].value.endswith("?"), concept.notation


@RELAXED
@given(data=st.data())
def test_a_question_changes_something_is_readable_and_is_not_asked_twice(catalogue: Catalogue, data: st.DataObject) -> None:
    profile, asked = empty(data.draw(st.sampled_from(KINDS)), catalogue), set[str]()
    for _ in range(40):
        decision = decide(catalogue, profile)
        question = next_question(decision)
        if question is None:
            break
        for option in question.options:
            read = read_profile(profile.asker, DAY, {option.concept.notation: option.texts}, catalogue.terms)
            assert read.answers[option.concept.iri] == option.answer
        found = list(outcomes(question.options, question.several))
        changed = [decide(catalogue, answered(catalogue, profile, outcome)).states != decision.states for outcome in found]
        assert any(changed), question.concept.notation
        profile = answered(catalogue, profile, data.draw(st.sampled_from(found)))
        key = question.concept.notation + str(sorted(option.texts for option in question.options))
        assert key not in asked
        asked.add(key)
    else:
        pytest.fail("the questions do not end")


def odd(concept: Concept | None, test: Constraint) -> Catalogue:
    terms = Terms({concept.iri: concept} if concept else {}, {}, {})
    row = Row("edition", "program", "role", ("all", (0,)), (("leaf", 0),), complete=True)
    return Catalogue("plan", terms, (test,), {kind: (row,) if kind == "person" else () for kind in KINDS})


@pytest.mark.parametrize(
    ("concept", "test"),
    [
        (Concept("x", "colour", "colour", "person"), Constraint("x", accepts=frozenset({"red"}))),
        (None, Constraint("x", truth=True)),
        (Concept("x", "length", "number", "person"), Constraint("x", truth=True)),
        (Concept("x", "here", "boolean", "person"), Constraint("x", accepts=frozenset({"red"}))),
    ],
)
def test_a_constraint_that_is_not_understood_leaves_the_verdict_open(concept: Concept | None, test: Constraint) -> None:
    decision = decide(odd(concept, test), Profile("person", DAY, {}, {}))
    assert [one.verdict for one in decision.rows] == ["undetermined"]
    assert [(one.value, one.cause) for one in decision.reasons(decision.rows[0].row)] == [(None, None)]
    assert next_question(decision) is None


def test_a_new_kind_of_fact_needs_no_code() -> None:
    concept = Concept("x", "has-a-bicycle", "boolean", "person")
    found = odd(concept, Constraint("x", truth=True))
    assert next_question(decide(found, Profile("person", DAY, {}, {}))).concept == concept  # type: ignore[union-attr]
    profile = read_profile("person", DAY, {"has-a-bicycle": ["true"]}, found.terms)
    assert decide(found, profile).counts["eligible"] == 1


@pytest.mark.parametrize(
    ("asker", "answers", "code"),
    [
        ("robot", {}, "profile.bad-value"),
        ("person", {"ege": ["3"]}, "profile.unknown-field"),
        ("person", {"age": ["old"]}, "profile.bad-value"),
        ("person", {"age": ["40-30"]}, "profile.bad-value"),
        ("person", {"age": ["NaN"]}, "profile.bad-value"),
        ("person", {"age": ["999"]}, "profile.bad-value"),
        ("person", {"disability": ["maybe"]}, "profile.bad-value"),
        ("person", {"sex": ["female", "male"]}, "profile.bad-value"),
        ("person", {"employment": ["rich"]}, "profile.bad-value"),
        ("person", {"residence": ["아틀란티스"]}, "profile.unknown-area"),
        ("person", {"residence": ["신촌"]}, "profile.ambiguous-area"),
        ("person", {"birthDate": ["2023-01-01"]}, "profile.bad-value"),
        ("person", {"birthDate": ["yesterday"]}, "profile.bad-value"),
        ("person", {"birthDate": ["1990-01-01"], "age": ["70"]}, "profile.bad-value"),
        ("person", {"age": ["70-"], "birthDate": ["1990-01-01"]}, "profile.bad-value"),
        ("person", {"judgement": ["true"]}, "profile.unknown-field"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_with_its_reason(
    catalogue: Catalogue, asker: str, answers: dict[str, list[str]], code: str
) -> None:
    with pytest.raises(ProfileError) as refused:
        read_profile(asker, DAY, answers, catalogue.terms)
    assert refused.value.code == code


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_asked_for_a_fact_of_another_kind_of_asker(catalogue: Catalogue, kind: Kind) -> None:
    for row in catalogue.rows[kind]:
        for _, test in row.leaves:
            concept = catalogue.terms.concepts[catalogue.tests[test].concept]
            groups = {catalogue.terms.values[value].admits for value in catalogue.tests[test].accepts}
            assert kind in (groups if concept.kind == "group" else {concept.fact_of}), row.edition
